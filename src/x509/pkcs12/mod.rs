//! PKCS#12 files (RFC 7292), encrypted private keys (RFC 5958 section 3) and bundles of certificates
//! in PKCS#7 (RFC 5652 section 5): the few structures that they need.

mod ber;
mod encrypted_key;
mod error;
mod pkcs7;
mod read;
mod write;

pub(crate) use encrypted_key::{decrypt as decrypt_key, encrypt as encrypt_key};
pub(crate) use error::{ContainerError, ENTRIES_MAX};
pub(crate) use pkcs7::certificates;
pub(crate) use read::{Contents, open};
pub(crate) use write::write;
