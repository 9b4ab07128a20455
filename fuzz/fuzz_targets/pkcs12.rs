//! PKCS#12 files, PKCS#7 bundles and encrypted private keys.
#![no_main]

use certwright::{Certificate, KeyAndCertificates, Policy, SecretPem, Time};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    let policy = Policy::at(
        "2026-01-01T00:00:00Z"
            .parse::<Time>()
            .expect("it is a time"),
    );
    for password in ["", "certwright"] {
        let _ = KeyAndCertificates::from_pkcs12(file, password, &policy);
        if let Ok(text) = std::str::from_utf8(file) {
            let _ = SecretPem::from(text).decrypt(password, &policy);
        }
    }
    let _ = Certificate::from_pkcs7(file);
});
