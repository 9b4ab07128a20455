//! Keys and signatures; no X.509 rules.

mod algorithm;
mod dispatch;
mod hash;
#[cfg_attr(
    not(all(feature = "ifma", target_arch = "x86_64")),
    path = "ifma/absent.rs"
)]
pub(crate) mod ifma;
mod precomputed;
mod private;
mod public;
mod rsa;
mod seed;
mod signer;

pub use algorithm::SignatureAlgorithm;
pub(crate) use algorithm::{SignatureScheme, WeakHash};
pub use dispatch::{Backend, backend};
pub(crate) use dispatch::{Dispatch, SignJob, SigningKey, Verified, VerifyError, VerifyJob};
pub use hash::{Digest, HashFunction};
pub(crate) use precomputed::PrecomputedKey;
pub(crate) use private::{KeySpec, PrivateKey, same_secret};
pub(crate) use public::{Curve, KeyKind, PublicKey, VerifyingKey};
pub(crate) use seed::{Seed, Stream};
pub use signer::{Signer, SignerError};

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
