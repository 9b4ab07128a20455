//! What callers hand in, read once: each failure with its code, and with what was found instead.

pub(crate) mod certificate;
pub(crate) mod crl;
mod read;
mod recognize;
pub(crate) mod signing_request;
mod wanted;

pub use certificate::Certificate;
pub use crl::Crl;
pub(crate) use read::{
    anchors, certificate, certificates, check_size, crls, instead_of_certificate, key_error,
    parse_certificate, private_key, private_key_der, request,
};
pub use signing_request::SigningRequest;
