//! From the configuration to a store.

use super::postgres::{PostgresSettings, PostgresStore};
use super::redb::RedbStore;
use super::{KeyRing, ServerStore};
use crate::config::{StoreKey, StoreKind, Url};
use crate::log;
use crate::private_file;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use zeroize::Zeroizing;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Opens the store, and makes it where there is none. So is the key, if it is to be in a file: but not
/// for a store that has private keys already, which it could not open.
pub(crate) fn open(
    kind: &StoreKind,
    key: &StoreKey,
    data: &Path,
) -> Result<Arc<dyn ServerStore>, BoxError> {
    match key {
        StoreKey::File(path) if !path.try_exists().map_err(named(path))? => {
            open_with_new_key(kind, path, data)
        }
        known => open_with(kind, data, Arc::new(ring(known)?)),
    }
}

/// Opens a store that is there, with a key that is there.
pub(crate) fn open_existing(
    kind: &StoreKind,
    data: &Path,
    ring: Arc<KeyRing>,
) -> Result<Arc<dyn ServerStore>, BoxError> {
    if matches!(kind, StoreKind::Embedded) && !RedbStore::is_in(data) {
        return Err(format!("{}: there is no store", data.display()).into());
    }
    open_with(kind, data, ring)
}

/// The key is kept once the store has taken it, and before it seals anything.
fn open_with_new_key(
    kind: &StoreKind,
    path: &Path,
    data: &Path,
) -> Result<Arc<dyn ServerStore>, BoxError> {
    // Of two that start at once, one makes it.
    let _lock = private_file::lock(path).map_err(named(path))?;
    if path.try_exists().map_err(named(path))? {
        return open_with(
            kind,
            data,
            Arc::new(ring(&StoreKey::File(path.to_owned()))?),
        );
    }
    let key = KeyRing::generate()?;
    let store = open_with(kind, data, Arc::new(KeyRing::parse(&key)?)).map_err(|error| {
        let error = log::chain(&*error);
        format!(
            "{error} (with a new key, as {} is not there)",
            path.display()
        )
    })?;
    let mut text = Zeroizing::new(String::with_capacity(256));
    text.push_str(
        "# Seals the private keys of certwright-server. Keep a copy where the backups are not.\n",
    );
    text.push_str(&key);
    text.push('\n');
    private_file::replace(path, text.as_bytes()).map_err(named(path))?;
    Ok(store)
}

fn named(path: &Path) -> impl Fn(io::Error) -> String {
    move |error| format!("{}: {error}", path.display())
}

fn open_with(
    kind: &StoreKind,
    data: &Path,
    ring: Arc<KeyRing>,
) -> Result<Arc<dyn ServerStore>, BoxError> {
    Ok(match kind {
        StoreKind::Embedded => {
            let store = RedbStore::open(data, ring);
            Arc::new(store.map_err(|error| {
                let error = log::chain(&error);
                format!("{}: {error}", data.display())
            })?)
        }
        StoreKind::Postgres {
            url,
            root_certificate,
            connections,
        } => {
            let settings = settings(url, root_certificate.as_ref(), *connections);
            Arc::new(PostgresStore::open(&settings, ring)?)
        }
    })
}

fn settings(url: &Url, root: Option<&PathBuf>, connections: usize) -> PostgresSettings {
    PostgresSettings {
        root_certificate: root.cloned(),
        connections,
        ..PostgresSettings::new(&**url.0)
    }
}

/// Whether a store could be opened by what is said of it, as far as can be told without it.
pub(crate) fn check(kind: &StoreKind, key: &StoreKey) -> Result<(), BoxError> {
    if let StoreKind::Postgres {
        url,
        root_certificate,
        connections,
    } = kind
    {
        settings(url, root_certificate.as_ref(), *connections).check()?;
    }
    match key {
        StoreKey::File(path) if !path.try_exists().map_err(named(path))? => Ok(()),
        known => ring(known).map(drop),
    }
}

/// More octets than the text of a ring has.
const RING_MAX: u64 = 4096;

/// The keys that seal private keys.
pub(crate) fn ring(key: &StoreKey) -> Result<KeyRing, BoxError> {
    let (place, text) = match key {
        StoreKey::File(path) => {
            let text = private_file::read_text(path, RING_MAX).map_err(named(path))?;
            (path.display().to_string(), Zeroizing::new(text))
        }
        StoreKey::Environment(name) => {
            let text = std::env::var(name).map_err(|_| format!("${name} is not set"))?;
            (format!("${name}"), Zeroizing::new(text))
        }
        StoreKey::Command(words) => (words[0].clone(), printed(words)?),
    };
    KeyRing::parse(&text).map_err(|error| format!("{place}: {error}").into())
}

/// What a program prints that ends well.
fn printed(words: &[String]) -> Result<Zeroizing<String>, BoxError> {
    let program = &words[0];
    let output = Command::new(program)
        .args(&words[1..])
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|error| format!("{program}: {error}"))?;
    let text = Zeroizing::new(output.stdout);
    if !output.status.success() {
        return Err(format!("{program}: {}", output.status).into());
    }
    let text = std::str::from_utf8(&text).map_err(|_| format!("{program}: it prints no text"))?;
    Ok(Zeroizing::new(text.to_owned()))
}
