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
#[cfg(feature = "pki-types")]
mod pki_types;
mod request;
mod sign;
mod validate;
mod x509;

pub use authority::CertificateAuthority;
pub use base::code::{ErrorCode, UnknownErrorCode};
pub use base::error::{Error, ErrorArgument};
pub use base::policy::Policy;
pub use base::secret::{SecretDer, SecretPem};
pub use base::time::{Time, TimeError};
pub use base::warning::Warning;
pub use chain::{
    ChainCertificate, ChainDefect, ChainLink, ChainRule, Limit, PathOptions, Purpose,
    RejectedAnchor, TrustStore, ValidatedChain,
};
pub use create::{CreateRequest, CreateSpec, CreatedCertificate, create};
pub use crypto::{
    Backend, Digest, FipsRule, HashFunction, KeySpec, SignatureAlgorithm, Signer, SignerError,
    backend,
};
pub use csr::{CsrRequest, CsrSpec, GeneratedCsr, generate_csr};
pub use fips::check_fips;
pub use input::{Certificate, SigningRequest};
pub use inspect::{CertificateInfo, inspect};
pub use install::{InstallRequest, InstallSpec, InstalledCertificate, install};
pub use match_key::match_key;
pub use rand_core;
pub use request::kind::CertificateKind;
pub use sign::{PendingCertificate, SignRequest, SignSpec, SignedCertificate, sign, sign_batch};
pub use validate::{ChainRequest, validate_chain};
pub use x509::san::SubjectAlternatives;
pub use x509::usage::KeyUsage;
