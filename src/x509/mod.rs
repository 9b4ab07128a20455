//! Values and encodings, with the rules for one value; no operation, and nothing that weighs two
//! values against each other.

pub(crate) mod algorithm;
mod base64;
pub(crate) mod certificate;
pub(crate) mod crl;
pub(crate) mod der;
pub(crate) mod distribution_point;
pub(crate) mod extension;
pub(crate) mod issuer;
pub(crate) mod key_id;
pub(crate) mod name;
pub(crate) mod pem;
#[cfg(feature = "pkcs12")]
pub(crate) mod pkcs12;
pub(crate) mod policies;
pub(crate) mod policy_id;
pub(crate) mod request;
pub(crate) mod san;
pub(crate) mod serial;
pub(crate) mod tbs;
pub(crate) mod usage;
pub(crate) mod validity;
pub(crate) mod written_key;
