//! Why a key cannot be used, or a signature is not accepted.

use std::fmt;

/// Why a key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyError {
    /// The encoding or the numbers in it are wrong; says what.
    Malformed(&'static str),
    /// The encoding is fine, the engine does not work with keys of this type or size.
    Unsupported(&'static str),
}

impl KeyError {
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::Malformed(what) | Self::Unsupported(what) => what,
        }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

impl std::error::Error for KeyError {}

/// The signature does not verify under the key, or is not a signature of that scheme at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadSignature;

impl fmt::Display for BadSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the signature does not verify")
    }
}

impl std::error::Error for BadSignature {}
