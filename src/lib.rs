//! certwright

mod crypto;
mod error;
mod policy;
mod time;
mod x509;

pub use crypto::{Backend, Digest, HashFunction, SignatureAlgorithm, Signer, SignerError, backend};
pub use error::{Error, ErrorArgument, ErrorCode, UnknownErrorCode};
pub use policy::Policy;
pub use rand_core;
pub use time::{Time, TimeError};
