//! `rotate-key`: private keys are sealed with a new key, and the old ones are forgotten.

use super::CommandError;
use crate::private_file;
use crate::store::{KeyRing, ServerStore};
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Rotates the key of a store that one server has: [`prepare`] and [`finish`], unless the store cannot
/// be opened now, or another has it open. Answers with how many private keys were sealed again. After a crash at any point the
/// keys in the file open everything, and it can be run again.
pub(super) fn run(
    key_file: &Path,
    open: impl Fn(Arc<KeyRing>) -> Result<Arc<dyn ServerStore>, CommandError>,
) -> Result<usize, CommandError> {
    let ring = parse(key_file, &read(key_file)?)?;
    if open(Arc::new(ring))?.is_shared()? {
        return Err(CommandError::Shared);
    }
    prepare(key_file)?;
    finish(key_file, open)
}

/// Puts a new key in front of those in the file. Where several servers share one store, each gets this
/// file and starts again, before one of them [finishes](finish).
pub(super) fn prepare(key_file: &Path) -> Result<(), CommandError> {
    let _lock = lock(key_file)?;
    let old = read(key_file)?;
    parse(key_file, &old)?;
    let new = KeyRing::generate()?;
    let mut text = Zeroizing::new(String::with_capacity(new.len() + 1 + old.len()));
    text.push_str(&new);
    text.push('\n');
    text.push_str(&old);
    // What is written is a ring, also with one more key.
    parse(key_file, &text)?;
    write(key_file, &text)
}

/// Seals all private keys with the first key in the file, and takes the others out of it.
pub(super) fn finish(
    key_file: &Path,
    open: impl FnOnce(Arc<KeyRing>) -> Result<Arc<dyn ServerStore>, CommandError>,
) -> Result<usize, CommandError> {
    let _lock = lock(key_file)?;
    let text = read(key_file)?;
    let ring = parse(key_file, &text)?;
    let sealed = open(Arc::new(ring))?.reseal()?;
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
    let mut rest = Zeroizing::new(String::with_capacity(text.len() + 1));
    rest.push_str(first.unwrap_or_default());
    rest.push('\n');
    write(key_file, &rest)?;
    Ok(sealed)
}

/// Two that rotate at once could each drop the key that the other seals with.
fn lock(key_file: &Path) -> Result<File, CommandError> {
    private_file::lock(key_file).map_err(|error| CommandError::File(key_file.to_owned(), error))
}

fn read(key_file: &Path) -> Result<Zeroizing<String>, CommandError> {
    let text = fs::read_to_string(key_file);
    let text = text.map_err(|error| CommandError::File(key_file.to_owned(), error))?;
    Ok(Zeroizing::new(text))
}

fn parse(key_file: &Path, text: &str) -> Result<KeyRing, CommandError> {
    KeyRing::parse(text).map_err(|error| CommandError::KeyFile(key_file.to_owned(), error))
}

fn write(key_file: &Path, text: &str) -> Result<(), CommandError> {
    let written = private_file::replace(key_file, text.as_bytes());
    written.map_err(|error| CommandError::File(key_file.to_owned(), error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::RedbStore;
    use crate::store::fixtures::{KEY, puts, uuid};
    use certwright::catalog::Store as _;
    use std::path::PathBuf;
    use tempfile::TempDir;

    struct Server {
        folder: TempDir,
        key_file: PathBuf,
    }

    impl Server {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let key_file = folder.path().join("keys");
            let text = format!("# the first\n{}\n", *KeyRing::generate().unwrap());
            fs::write(&key_file, text).unwrap();
            let server = Self { folder, key_file };
            server.store().commit(puts(1..=3)).unwrap();
            server
        }

        fn open(&self, ring: Arc<KeyRing>) -> Result<Arc<dyn ServerStore>, CommandError> {
            let store = RedbStore::open(&self.folder.path().join("store"), ring);
            store
                .map(|store| Arc::new(store) as _)
                .map_err(|error| CommandError::Open(error.into()))
        }

        /// The store as a server opens it that starts now.
        fn store(&self) -> Arc<dyn ServerStore> {
            let text = read(&self.key_file).unwrap();
            let ring = parse(&self.key_file, &text).unwrap();
            self.open(Arc::new(ring)).unwrap()
        }

        fn run(&self) -> Result<usize, CommandError> {
            run(&self.key_file, |ring| self.open(ring))
        }

        #[track_caller]
        fn assert_opens_everything(&self) {
            let store = self.store();
            for number in 1..=3 {
                let key = store.private_key(uuid(number)).unwrap().unwrap();
                assert_eq!(key.as_bytes(), KEY);
            }
        }

        fn keys(&self) -> Vec<String> {
            let text = read(&self.key_file).unwrap();
            let lines = text.lines().filter(|line| !line.starts_with('#'));
            lines.map(str::to_owned).collect()
        }
    }

    #[test]
    fn the_old_key_is_not_needed_any_more() {
        let server = Server::new();
        let old = server.keys();
        assert_eq!(server.run().unwrap(), 3);
        server.assert_opens_everything();
        let new = server.keys();
        assert_eq!(new.len(), 1);
        assert_ne!(new, old);
        // With the old one alone nothing is opened.
        fs::write(&server.key_file, old.concat()).unwrap();
        let ring = Arc::new(KeyRing::parse(&old.concat()).unwrap());
        let answer = server.open(ring).map(drop);
        assert!(matches!(answer, Err(CommandError::Open(_))), "{answer:?}");
    }

    #[test]
    fn after_a_crash_at_any_point_the_file_opens_everything() {
        type Part = fn(&Server);
        let parts: [(&str, Part); 6] = [
            ("while the new file is written", |server| {
                fs::write(server.folder.path().join("keys.new"), "half a k").unwrap();
            }),
            ("when the new key is in the file", |server| {
                prepare(&server.key_file).unwrap();
            }),
            ("before the store is opened", |server| {
                prepare(&server.key_file).unwrap();
                let open = |_| Err(CommandError::Random(getrandom::Error::UNSUPPORTED));
                finish(&server.key_file, open).unwrap_err();
            }),
            ("when all is sealed again", |server| {
                prepare(&server.key_file).unwrap();
                assert_eq!(server.store().reseal().unwrap(), 3);
            }),
            ("while the old key is taken out", |server| {
                prepare(&server.key_file).unwrap();
                assert_eq!(server.store().reseal().unwrap(), 3);
                fs::write(server.folder.path().join("keys.new"), "half a k").unwrap();
            }),
            ("when all is done", |server| {
                server.run().unwrap();
            }),
        ];
        for (when, crash) in parts {
            eprintln!("{when}");
            let server = Server::new();
            crash(&server);
            server.assert_opens_everything();
            server.run().unwrap();
            server.assert_opens_everything();
            assert_eq!(server.keys().len(), 1);
        }
    }

    #[test]
    fn a_file_that_is_no_ring_stays() {
        let server = Server::new();
        for text in ["", "nonsense"] {
            fs::write(&server.key_file, text).unwrap();
            let answer = server.run();
            assert!(
                matches!(answer, Err(CommandError::KeyFile(..))),
                "{answer:?}"
            );
            assert_eq!(fs::read_to_string(&server.key_file).unwrap(), text);
        }
    }

    #[test]
    fn of_a_store_in_use_nothing_is_changed() {
        let server = Server::new();
        let before = server.keys();
        let store = server.store();
        let answer = server.run();
        assert!(matches!(answer, Err(CommandError::Open(_))), "{answer:?}");
        assert_eq!(server.keys(), before);
        drop(store);
        let other = lock(&server.key_file).unwrap();
        server.run().unwrap_err();
        assert_eq!(server.keys(), before);
        drop(other);
        server.run().unwrap();
    }
}
