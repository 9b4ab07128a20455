#![doc = include_str!("../README.md")]

mod authority;
mod base;
mod chain;
mod create;
mod crypto;
mod csr;
mod fips;
#[cfg(feature = "hooks")]
#[doc(hidden)]
pub mod hooks;
mod input;
mod inspect;
mod install;
mod issue;
mod match_key;
mod request;
mod sign;
mod x509;

pub use authority::CertificateAuthority;
pub use base::error::{Error, ErrorArgument, ErrorCode, UnknownErrorCode};
pub use base::policy::Policy;
pub use base::secret::SecretPem;
pub use base::time::{Time, TimeError};
pub use chain::{
    ChainCertificate, ChainDefect, ChainLink, ChainRequest, ChainRule, Limit, Purpose,
    ValidatedChain, validate_chain,
};
pub use create::{CreateRequest, CreatedCertificate, create};
pub use crypto::{
    Backend, Digest, FipsRule, HashFunction, SignatureAlgorithm, Signer, SignerError, backend,
};
pub use csr::{CsrRequest, GeneratedCsr, generate_csr};
pub use fips::check_fips;
pub use inspect::{CertificateInfo, inspect};
pub use install::{InstallRequest, InstalledCertificate, install};
pub use match_key::match_key;
pub use rand_core;
pub use request::alternatives::SubjectAlternatives;
pub use sign::{SignRequest, SignedCertificate, sign, sign_batch};
