#![doc = include_str!("../README.md")]

mod authority;
mod chain;
mod create;
mod crypto;
mod csr;
mod error;
mod fips;
#[cfg(feature = "hooks")]
#[doc(hidden)]
pub mod hooks;
mod input;
mod inspect;
mod install;
mod key_pair;
mod matching;
#[cfg(feature = "serde")]
mod nullable;
mod policy;
mod secret;
mod sign;
mod time;
mod x509;

pub use authority::CertificateAuthority;
pub use chain::{
    ChainCertificate, ChainDefect, ChainLink, ChainRequest, ChainRule, Limit, Purpose,
    ValidatedChain, validate_chain,
};
pub use create::{CreateRequest, CreatedCertificate, create};
pub use crypto::{Backend, Digest, HashFunction, SignatureAlgorithm, Signer, SignerError, backend};
pub use csr::{CsrRequest, GeneratedCsr, generate_csr};
pub use error::{Error, ErrorArgument, ErrorCode, UnknownErrorCode};
pub use fips::{FipsRule, check_fips};
pub use inspect::{CertificateInfo, inspect};
pub use install::{InstallRequest, InstalledCertificate, install};
pub use matching::match_key;
pub use policy::Policy;
pub use rand_core;
pub use secret::SecretPem;
pub use sign::{SignRequest, SignedCertificate, sign, sign_batch};
pub use time::{Time, TimeError};
pub use x509::san::SubjectAlternatives;
