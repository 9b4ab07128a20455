//! `match_key`: a key belongs to its own certificate alone.

mod common;

use certwright::{ErrorCode, match_key};
use common::rows::each_row;
use common::vector;

#[test]
fn a_key_matches_its_own_certificate_alone() {
    let names = [
        "root",
        "server",
        "ca-rsa3072",
        "ca-p256",
        "ca-p384",
        "ca-p521",
        "ca-e3",
        "ca-three-primes",
        "rsa1024",
    ];
    let pairs = names
        .into_iter()
        .flat_map(|name| names.map(|key| (name, key)));
    each_row(pairs, |(certificate, key)| {
        let answer = match_key(
            &vector(&format!("{certificate}.pem")),
            &vector(&format!("{key}.key")),
        );
        assert_eq!(answer.is_ok(), certificate == key);
    });
    assert!(match_key(&vector("root.pem"), &vector("root.pkcs1.key")).is_ok());
    assert!(match_key(&vector("ca-p256.pem"), &vector("ca-p256.sec1.key")).is_ok());
}

#[test]
fn of_an_unreadable_certificate_and_key_the_certificate_is_reported() {
    let error = match_key("", "").unwrap_err();
    assert_eq!(error.code(), ErrorCode::CertificateUnreadable);
    let error = match_key(&vector("ed25519.pem"), "").unwrap_err();
    assert_eq!(error.code(), ErrorCode::PrivateKeyUnreadable);
}
