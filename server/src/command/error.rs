//! [`CommandError`]: why a command failed.

use super::BoxError;
use crate::store::KeyRingError;
use crate::store::backup::BackupError;
use certwright::catalog::StoreError;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why a command failed: nothing was changed, unless the command says otherwise.
#[derive(Debug)]
pub(crate) enum CommandError {
    /// A file could not be read or written.
    File(PathBuf, io::Error),
    /// The key file is none.
    KeyFile(PathBuf, KeyRingError),
    /// The system has no randomness.
    Random(getrandom::Error),
    /// The store could not be opened.
    Open(BoxError),
    /// The store could not be read or written.
    Store(StoreError),
    /// The backup could not be read or written.
    Backup(BackupError),
    /// A server that knows nothing of the new key may seal with the old one.
    Shared,
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, _) => write!(f, "{} cannot be read or written", path.display()),
            Self::KeyFile(path, _) => write!(f, "{} is no file of keys", path.display()),
            Self::Random(_) => f.write_str("the system has no randomness"),
            Self::Open(error) => fmt::Display::fmt(error, f),
            Self::Store(error) => fmt::Display::fmt(error, f),
            Self::Backup(error) => fmt::Display::fmt(error, f),
            Self::Shared => f.write_str(
                "another server has the store open, or had it half a minute ago: stop it, or use --prepare and --finish",
            ),
        }
    }
}

impl std::error::Error for CommandError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File(_, error) => Some(error),
            Self::KeyFile(_, error) => Some(error),
            Self::Random(error) => Some(error),
            // They are shown themselves.
            Self::Open(error) => error.source(),
            Self::Store(error) => error.source(),
            Self::Backup(error) => error.source(),
            Self::Shared => None,
        }
    }
}

impl From<getrandom::Error> for CommandError {
    fn from(error: getrandom::Error) -> Self {
        Self::Random(error)
    }
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<BackupError> for CommandError {
    fn from(error: BackupError) -> Self {
        Self::Backup(error)
    }
}
