//! PKCS#12 files, encrypted private keys and PKCS#7 bundles: those of other tools are read, ours are
//! read by them, and hostile ones are refused.

#[path = "../common/mod.rs"]
mod common;

mod foreign;
mod hostile;
mod reading;

use certwright::{Error, KeyAndCertificates, Policy};

pub(crate) const PASSWORD: &str = "certwright";

pub(crate) fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/vectors/pkcs12/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).unwrap()
}

pub(crate) fn text(name: &str) -> String {
    String::from_utf8(file(name)).unwrap()
}

pub(crate) fn fips() -> Policy {
    common::policy().with_fips()
}

/// Opens a file of the vectors outside FIPS mode.
pub(crate) fn open(name: &str, password: &str) -> Result<KeyAndCertificates, Error> {
    KeyAndCertificates::from_pkcs12(&file(name), password, &common::policy())
}
