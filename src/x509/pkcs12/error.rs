//! [`ContainerError`].

use crate::crypto::password::PasswordError;
use std::fmt;

/// The most keys and certificates of one file.
pub(crate) const ENTRIES_MAX: usize = 64;

/// Why a container is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ContainerError {
    /// It is something else, or cut off.
    NotOne,
    /// A part is not what it should be.
    Part(&'static str),
    Password(PasswordError),
    /// It is encrypted or signed by a key, not under a password.
    ByKey,
    /// A scheme that FIPS mode does not have.
    NotFips(&'static str),
    TooMany,
}

impl From<PasswordError> for ContainerError {
    fn from(error: PasswordError) -> Self {
        Self::Password(error)
    }
}

impl fmt::Display for ContainerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOne => f.write_str("it is no such file, or was cut off"),
            Self::Part(part) => write!(f, "its {part} is not readable"),
            Self::Password(error) => write!(f, "{error}"),
            Self::ByKey => f.write_str(
                "it is protected by the key of a certificate; one that is protected by a password is needed",
            ),
            Self::NotFips(what) => write!(f, "its {what} is not allowed in FIPS mode"),
            Self::TooMany => {
                write!(f, "it has more than {ENTRIES_MAX} keys and certificates")
            }
        }
    }
}

impl std::error::Error for ContainerError {}
