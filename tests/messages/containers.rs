//! PKCS#12 files, encrypted keys and PKCS#7 bundles, and what is none of them.

use crate::common::policy;
use crate::{long_texts, read};
use certwright::{Certificate, KeyAndCertificates, Policy, SecretPem};
use std::path::Path;

fn open(octets: &[u8], password: &str, policy: &Policy) {
    read(KeyAndCertificates::from_pkcs12(octets, password, policy));
    read(Certificate::from_pkcs7(octets));
    let text = String::from_utf8_lossy(octets).into_owned();
    read(SecretPem::from(text).decrypt(password, policy));
}

#[test]
fn of_every_file_with_a_wrong_password() {
    let long = "\u{202e}".repeat(100_000);
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    for folder in ["pkcs12", "reading", ""] {
        for entry in std::fs::read_dir(vectors.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            // That it takes no hour, `containers` tests.
            if path.is_dir() || path.ends_with("iterations.p12") {
                continue;
            }
            let octets = std::fs::read(path).unwrap();
            for password in ["wrong", &long] {
                open(&octets, password, &policy());
            }
            open(&octets, "certwright", &policy().with_fips());
            for end in [octets.len() / 2, octets.len().saturating_sub(1)] {
                open(&octets[..end], "certwright", &policy());
            }
        }
    }
}

#[test]
fn of_what_is_no_container() {
    for text in long_texts(1 << 20) {
        open(text.as_bytes(), "", &policy());
        open(text.as_bytes(), &text, &policy());
    }
    open(&vec![0x30; 2 << 20], "", &policy());
}
