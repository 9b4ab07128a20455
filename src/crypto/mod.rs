//! Keys and signatures; no X.509 rules.

mod algorithm;
mod dispatch;
mod ec;
mod error;
pub(crate) mod fips;
mod generate;
mod hash;
#[cfg(feature = "hooks")]
pub(crate) mod hooks;
#[cfg_attr(
    not(all(feature = "ifma", target_arch = "x86_64")),
    path = "ifma/absent.rs"
)]
pub(crate) mod ifma;
mod integer;
mod key_file;
#[cfg(feature = "pkcs12")]
pub(crate) mod password;
pub(crate) mod portable;
mod precomputed;
mod private;
#[cfg(feature = "azure")]
mod pss;
mod public;
mod rsa;
mod rsa_numbers;
mod seed;
mod signer;
mod stack;
mod unsupported;

pub use algorithm::SignatureAlgorithm;
pub(crate) use algorithm::{SignatureScheme, WeakHash};
pub use dispatch::{Backend, backend};
pub(crate) use dispatch::{Dispatch, SigningKey, Verified, VerifyError, VerifyJob};
pub(crate) use ec::Curve;
pub(crate) use error::KeyError;
pub use fips::FipsRule;
pub use hash::{Digest, HashFunction};
pub(crate) use precomputed::PrecomputedKey;
pub use private::KeySpec;
pub(crate) use private::PrivateKey;
#[cfg(feature = "azure")]
pub(crate) use pss::sign_pss;
pub(crate) use public::{KeyKind, PublicKey, VerifyingKey};
pub(crate) use seed::{Seed, SignJob, Stream};
pub use signer::{Signer, SignerError};
