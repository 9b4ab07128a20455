//! The algorithms that a certificate names, as the API shows them.

use crate::crypto::{HashFunction, KeyKind, SignatureScheme, WeakHash};
use std::fmt;

/// The kind of a certificate's key.
///
/// ```
/// assert_eq!(certwright::KeyAlgorithm::Rsa.to_string(), "rsa");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum KeyAlgorithm {
    /// RSA.
    Rsa,
    /// A point of an elliptic curve with a Weierstrass equation.
    Ec,
    /// Ed25519.
    Ed25519,
    /// DSA.
    Dsa,
    /// Any other.
    Unknown,
}

impl KeyAlgorithm {
    /// The name as the API's requests spell it, or one of the same kind.
    ///
    /// ```
    /// assert_eq!(certwright::KeyAlgorithm::Ec.name(), "ec");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rsa => "rsa",
            Self::Ec => "ec",
            Self::Ed25519 => "ed25519",
            Self::Dsa => "dsa",
            Self::Unknown => "unknown",
        }
    }

    pub(crate) const fn of(kind: KeyKind) -> Self {
        match kind {
            KeyKind::Rsa { .. } => Self::Rsa,
            KeyKind::Ec(_) | KeyKind::P224 | KeyKind::OtherCurve => Self::Ec,
            KeyKind::Ed25519 => Self::Ed25519,
            KeyKind::Dsa { .. } => Self::Dsa,
            KeyKind::Other => Self::Unknown,
        }
    }
}

/// The hash function of a certificate's signature, one that is no longer secure too.
///
/// ```
/// assert_eq!(certwright::SignatureHash::Sha1.to_string(), "sha1");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SignatureHash {
    /// MD5, and its forerunners MD2 and MD4.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl SignatureHash {
    /// The name in the API's spelling.
    ///
    /// ```
    /// assert_eq!(certwright::SignatureHash::Sha256.name(), "sha256");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::Md5 => WeakHash::Md5.name(),
            Self::Sha1 => WeakHash::Sha1.name(),
            Self::Sha224 => HashFunction::Sha224.name(),
            Self::Sha256 => HashFunction::Sha256.name(),
            Self::Sha384 => HashFunction::Sha384.name(),
            Self::Sha512 => HashFunction::Sha512.name(),
        }
    }

    /// `None` for a scheme that the engine does not know.
    pub(crate) const fn of(scheme: SignatureScheme) -> Option<Self> {
        Some(match scheme {
            SignatureScheme::RsaPkcs1(hash)
            | SignatureScheme::RsaPss { hash, .. }
            | SignatureScheme::Ecdsa(hash) => match hash {
                HashFunction::Sha224 => Self::Sha224,
                HashFunction::Sha256 => Self::Sha256,
                HashFunction::Sha384 => Self::Sha384,
                HashFunction::Sha512 => Self::Sha512,
            },
            SignatureScheme::Weak(WeakHash::Md5) => Self::Md5,
            SignatureScheme::Weak(WeakHash::Sha1) => Self::Sha1,
            // RFC 8032: Ed25519 hashes with SHA-512 inside.
            SignatureScheme::Ed25519 => Self::Sha512,
            SignatureScheme::EcdsaWithParameters | SignatureScheme::Unknown => return None,
        })
    }
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for SignatureHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for KeyAlgorithm {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for SignatureHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
