//! `import`: what `export` wrote, into an empty store.

use super::CommandError;
use crate::store::ServerStore;
use crate::store::backup::{self, BackupError, Counts};
use std::fs::File;
use std::path::Path;

/// Fills an empty store, embedded or not. Nothing is written unless the whole file is as it was
/// exported; if the store fails while it is filled, it is to be thrown away.
pub(super) fn run(
    store: &dyn ServerStore,
    path: &Path,
    password: &[u8],
) -> Result<Counts, CommandError> {
    let in_file = |error| CommandError::File(path.to_owned(), error);
    let file = File::open(path).map_err(in_file)?;
    backup::import(store, file, password).map_err(|error| match error {
        BackupError::Io(error) => in_file(error),
        other => other.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::export;
    use crate::store::RedbStore;
    use crate::store::fixtures::{KEY, issued, puts, ring, uuid};
    use certwright::catalog::Store as _;

    #[test]
    fn what_was_exported_is_imported() {
        let folder = tempfile::tempdir().unwrap();
        let open = |name: &str| RedbStore::open(&folder.path().join(name), ring()).unwrap();
        let path = folder.path().join("backup");
        let one = open("one");
        one.commit(puts([1, 2])).unwrap();
        one.commit(issued(1, 3)).unwrap();
        let counts = export::run(&one, &path, b"secret").unwrap();
        // What is there is not written over.
        let again = export::run(&one, &path, b"secret");
        assert!(matches!(again, Err(CommandError::File(..))), "{again:?}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = path.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let other = open("other");
        assert_eq!(run(&other, &path, b"secret").unwrap(), counts);
        assert_eq!(other.private_key(uuid(1)).unwrap().unwrap().as_bytes(), KEY);
        assert_eq!(other.issued_by(uuid(1)).unwrap().len(), 3);
        let absent = run(&open("third"), &folder.path().join("absent"), b"secret");
        assert!(matches!(absent, Err(CommandError::File(..))), "{absent:?}");
    }
}
