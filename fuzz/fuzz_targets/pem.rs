//! Text where PEM should be, in every field that takes some.
#![no_main]

use certwright::{
    Certificate, CertificateAuthority, InstallRequest, Policy, SigningRequest, Time, TrustStore,
    check_fips, inspect, install, match_key,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let policy = Policy::at(Time::from_unix(1_767_225_600).expect("it is a time"));
    let refusals = [
        inspect(text).err(),
        check_fips(text).err(),
        match_key(text, text).err(),
        Certificate::from_pem_bundle(text).err(),
        TrustStore::from_pem(text).err(),
        SigningRequest::from_pem(text).err(),
        CertificateAuthority::from_pem(text, text, &policy).err(),
        install(&InstallRequest::server(text, text), &policy).err(),
        install(&InstallRequest::server_ca(text), &policy).err(),
    ];
    for refusal in refusals.into_iter().flatten() {
        assert!(refusal.message().len() < 1000);
        assert!(!refusal.message().contains(char::is_control));
    }
});
