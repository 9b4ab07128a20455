//! A private key in DER, of whichever format.
#![no_main]

use certwright::{Certificate, CertificateKind, InstallSpec};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static CERTIFICATE: LazyLock<Certificate> = LazyLock::new(|| {
    Certificate::from_pem(include_str!("../../vectors/server.pem")).expect("it is a certificate")
});

fuzz_target!(|der: &[u8]| {
    let spec =
        InstallSpec::new(CertificateKind::Server, CERTIFICATE.clone()).expect("it is a spec");
    let _ = spec.with_private_key_der(der);
});
