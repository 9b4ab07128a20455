//! Values and encodings, with the rules for one value; no operation, and nothing that weighs two
//! values against each other.

pub(crate) mod asked;
pub(crate) mod attribute;
mod base64;
pub(crate) mod build;
pub(crate) mod certificate;
pub(crate) mod common_name;
pub(crate) mod dns;
pub(crate) mod email;
pub(crate) mod expiry;
pub(crate) mod extension;
pub(crate) mod general_name;
pub(crate) mod hash;
pub(crate) mod key_id;
pub(crate) mod name;
pub(crate) mod name_issuance;
pub(crate) mod name_key;
pub(crate) mod oid;
pub(crate) mod pem;
pub(crate) mod profile;
pub(crate) mod request;
pub(crate) mod san;
pub(crate) mod san_extension;
pub(crate) mod serial;
pub(crate) mod subject_name;
pub(crate) mod time;
pub(crate) mod tlv;
pub(crate) mod uri;
pub(crate) mod usage;
pub(crate) mod write;
