//! The hash functions that signatures are made with.

use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};
use std::fmt;

/// A hash function that the engine signs and verifies with (FIPS 180-4).
///
/// ```
/// use certwright::HashFunction;
///
/// assert_eq!(HashFunction::Sha384.to_string(), "sha384");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HashFunction {
    /// SHA-224
    Sha224,
    /// SHA-256
    Sha256,
    /// SHA-384
    Sha384,
    /// SHA-512
    Sha512,
}

impl HashFunction {
    /// Every hash function that is offered.
    pub const ALL: [Self; 4] = [Self::Sha224, Self::Sha256, Self::Sha384, Self::Sha512];

    /// The name in the API's spelling, e.g. `sha256`.
    ///
    /// ```
    /// assert_eq!(certwright::HashFunction::Sha256.name(), "sha256");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha224 => "sha224",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    /// Octets of a digest.
    pub(crate) const fn length(self) -> usize {
        match self {
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The digest of `message`: 28, 32, 48 or 64 bytes. What a [`Signer`](crate::Signer) in front
    /// of a device that takes digests needs.
    ///
    /// ```
    /// assert_eq!(certwright::HashFunction::Sha224.digest(b"abc").len(), 28);
    /// ```
    pub fn digest(self, message: &[u8]) -> Digest {
        fn padded(digest: &[u8]) -> Digest {
            let mut bytes = [0; 64];
            bytes[..digest.len()].copy_from_slice(digest);
            Digest {
                bytes,
                len: digest.len(),
            }
        }
        match self {
            Self::Sha224 => padded(&Sha224::digest(message)),
            Self::Sha256 => padded(&Sha256::digest(message)),
            Self::Sha384 => padded(&Sha384::digest(message)),
            Self::Sha512 => padded(&Sha512::digest(message)),
        }
    }
}

impl fmt::Display for HashFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A digest; dereferences to its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest {
    bytes: [u8; 64],
    len: usize,
}

impl std::ops::Deref for Digest {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}
