//! Values and encodings; no policy.

mod base64;
pub(crate) mod certificate;
pub(crate) mod extension;
pub(crate) mod pem;
pub(crate) mod request;
pub(crate) mod time;
pub(crate) mod tlv;
