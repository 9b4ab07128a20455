//! A signing request in DER: read, shown, signed.
#![no_main]

use certwright::{Certificate, CertificateAuthority, Policy, SignSpec, SigningRequest, Time};
use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static POLICY: LazyLock<Policy> =
    LazyLock::new(|| Policy::at(Time::from_unix(1_767_225_600).expect("it is a time")));
static CA: LazyLock<CertificateAuthority> = LazyLock::new(|| {
    let certificate = include_str!("../../vectors/ca-p256.pem");
    let key = include_str!("../../vectors/ca-p256.key");
    CertificateAuthority::from_pem(certificate, key, &POLICY).expect("it is a CA")
});

fuzz_target!(|der: &[u8]| {
    let Ok(request) = SigningRequest::from_der(der) else {
        return;
    };
    let _ = (
        request.names(),
        request.key_usages(),
        request.extended_key_usages(),
    );
    let _ = format!("{request:?}");
    let spec = SignSpec::new(Time::from_unix(1_775_000_000).expect("it is a time"));
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    if let Ok(signed) = CA.sign(&request, &spec, &POLICY, &mut rng) {
        // What the engine issues it can read and show.
        Certificate::from_der(signed.certificate.der())
            .and_then(|certificate| certificate.info())
            .expect("it is readable");
    }
});
