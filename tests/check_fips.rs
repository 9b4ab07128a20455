//! `check_fips`: what it accepts, and what it refuses and why.

mod common;

use certwright::{ErrorCode, FipsRule, check_fips};
use common::rows::each_row;
use common::vector;
use std::error::Error as _;

#[test]
fn check_fips_accepts_what_it_should() {
    let names = [
        "root",
        "ca-p256",
        "ca-p384",
        "ca-p521",
        "p224",
        "pss-salt20",
    ];
    each_row(names, |name| {
        check_fips(&vector(&format!("{name}.pem"))).unwrap();
    });
}

#[test]
fn check_fips_says_which_rule_is_broken() {
    let rows = [
        ("rsa1024", FipsRule::RsaModulusTooShort { bits: 1024 }),
        ("ca-e3", FipsRule::RsaExponent),
        ("secp256k1", FipsRule::Curve),
        ("ed25519", FipsRule::KeyType),
        ("md5", FipsRule::Md5),
        ("sha1", FipsRule::Sha1),
    ];
    each_row(rows, |(name, rule)| {
        let error = check_fips(&vector(&format!("{name}.pem"))).unwrap_err();
        assert_eq!(error.code(), ErrorCode::CertificateNotFips);
        let source = error.source().and_then(|source| source.downcast_ref());
        assert_eq!(source, Some(&rule));
    });
}
