//! The commands of the program.

mod error;
mod export;
mod import;
mod rotate_key;
mod serve;

pub(crate) use error::CommandError;
pub(crate) use serve::serve;

use crate::azure::Client;
use crate::config::{Config, StoreKey};
use crate::private_file;
use crate::store::{self, ServerStore};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use zeroize::Zeroizing;

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Says what is in force, if it and the files that it names can be used.
pub(crate) fn check_config(config: &Config) -> Result<(), BoxError> {
    crate::tls::check(&config.tls.source)?;
    store::check(&config.store, &config.store_key)?;
    key_vault_client(config)?;
    say(&format!("{config:#?}\n"))
}

/// The client of key vaults.
fn key_vault_client(config: &Config) -> Result<Client, BoxError> {
    let roots = &config.azure.root_certificates;
    Client::new(roots).map_err(|error| format!("{}: {error}", roots.display()).into())
}

/// Says something on standard output, whose reader may have gone.
fn say(text: &str) -> Result<(), BoxError> {
    let mut output = io::stdout().lock();
    let said = output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush());
    said.map_err(|error| format!("standard output: {error}").into())
}

/// Reads a password, and prints its hash.
pub(crate) fn hash_password() -> Result<(), BoxError> {
    let hash = crate::auth::hash(password()?.as_bytes()).map_err(|error| error.to_string())?;
    say(&format!("{hash}\n"))
}

/// Writes all that the store has into a file, sealed with a password that is read.
pub(crate) fn export(config: &Config, file: &Path) -> Result<(), BoxError> {
    let ring = Arc::new(store::ring(&config.store_key)?);
    let store = store::open_existing(&config.store, &config.data, ring)?;
    let counts = export::run(&*store, file, password()?.as_bytes())?;
    say(&format!("{counts}\n"))
}

/// Fills an empty store with what was exported.
pub(crate) fn import(config: &Config, file: &Path) -> Result<(), BoxError> {
    private_file::make_folder(&config.data)
        .map_err(|error| format!("{}: {error}", config.data.display()))?;
    let store = store::open(&config.store, &config.store_key, &config.data)?;
    let counts = import::run(&*store, file, password()?.as_bytes())?;
    say(&format!("{counts}\n"))
}

/// What of the rotation of the key is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rotation {
    Whole,
    Prepare,
    Finish,
}

/// Seals private keys with a new key.
pub(crate) fn rotate_key(config: &Config, rotation: Rotation) -> Result<(), BoxError> {
    let StoreKey::File(path) = &config.store_key else {
        let why = "the key is not in a file: put a new one in front of it where it is, start every server \
                   again, and then run `rotate-key --finish` with both in a file";
        return Err(why.into());
    };
    let open = |ring| -> Result<Arc<dyn ServerStore>, CommandError> {
        store::open_existing(&config.store, &config.data, ring).map_err(CommandError::Open)
    };
    if rotation == Rotation::Prepare {
        // So that there is a store, and its key is the right one, before anything changes.
        drop(open(Arc::new(store::ring(&config.store_key)?))?);
    }
    let sealed = match rotation {
        Rotation::Whole => rotate_key::run(path, open)?,
        Rotation::Prepare => {
            rotate_key::prepare(path)?;
            return say(&format!(
                "{} has a new key; start every server again, then run `rotate-key --finish`\n",
                path.display()
            ));
        }
        Rotation::Finish => rotate_key::finish(path, open)?,
    };
    say(&format!("{sealed} private keys were sealed again\n"))
}

/// The longest password, in octets.
const PASSWORD_MAX: u64 = 1024;

/// A password: the one line of standard input.
fn password() -> Result<Zeroizing<String>, BoxError> {
    let mut text = Zeroizing::new(String::with_capacity(2048));
    io::stdin()
        .take(PASSWORD_MAX + 2)
        .read_to_string(&mut text)?;
    let password = text.strip_suffix('\n').unwrap_or(&text);
    let password = password.strip_suffix('\r').unwrap_or(password);
    if password.is_empty()
        || password.contains(['\n', '\0'])
        || password.len() as u64 > PASSWORD_MAX
    {
        return Err("a password is one line of 1 to 1024 octets, on standard input".into());
    }
    Ok(Zeroizing::new(password.to_owned()))
}
