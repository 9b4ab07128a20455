//! Chains whose certificates, in DER, stand one behind the other.
#![no_main]

use certwright::{Certificate, PathOptions, Policy, Time, TrustStore};
use libfuzzer_sys::fuzz_target;

/// The length of the first element of some DER.
fn length(der: &[u8]) -> Option<usize> {
    let (length, header) = match *der.get(1..)? {
        [short @ 0..=0x7f, ..] => (usize::from(short), 2),
        [0x81, one, ..] => (usize::from(one), 3),
        [0x82, one, two, ..] => (usize::from(u16::from_be_bytes([one, two])), 4),
        _ => return None,
    };
    Some(header + length)
}

fuzz_target!(|data: &[u8]| {
    let Some((&flags, mut rest)) = data.split_first() else {
        return;
    };
    let mut certificates = Vec::new();
    while let Some((der, behind)) = length(rest).and_then(|length| rest.split_at_checked(length)) {
        certificates.extend(Certificate::from_der(der));
        rest = behind;
    }
    let (Some(leaf), Some(anchor)) = (certificates.first(), certificates.last()) else {
        return;
    };
    let policy = Policy::at(Time::from_unix(1_767_225_600).expect("it is a time"));
    let policy = if flags & 1 == 0 {
        policy
    } else {
        policy.with_fips()
    };
    let options = PathOptions::server("server.example.com");
    let store = TrustStore::new([anchor.clone()]);
    if let Err(refusal) = store.verify(leaf, &certificates[1..], &options, &policy) {
        assert!(refusal.message().len() < 1000);
    }
});
