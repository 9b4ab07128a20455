//! RSA keys of more than two primes (RFC 8017 section 3.2).

mod common;

use certwright::{CertificateAuthority, ErrorCode, SignRequest, inspect, match_key, sign};
use common::issue::{sequence, tlv};
use common::rows::each_row;
use common::{Folder, assert_runs, ca, policy, rng, tool, vector};

#[test]
fn a_key_of_three_primes_signs() {
    let name = "ca-three-primes";
    let (certificate, key) = (
        vector(&format!("{name}.pem")),
        vector(&format!("{name}.key")),
    );
    match_key(&certificate, &key).unwrap();
    let request = SignRequest::new(vector("csr-p256.pem"));
    let signed = sign(&ca(name), &request, &policy(), &mut rng(1)).unwrap();
    let info = inspect(&signed.public_certificate).unwrap();
    assert_eq!(info.ca, "RSA CA of three primes");
    if tool("openssl") {
        let folder = Folder::new("three-primes");
        let root = folder.write("root.pem", &certificate);
        let file = folder.write("cert.pem", &signed.public_certificate);
        assert_runs("openssl", &["verify", "-CAfile", &root, &file]);
    }
}

/// An unsigned INTEGER.
fn number(bytes: &[u8]) -> Vec<u8> {
    tlv(2, &[&[0], bytes].concat())
}

/// An `RSAPrivateKey` whose numbers are nonsense, with so many primes beside the first two.
fn key_of_many_primes(modulus_octets: usize, others: usize) -> String {
    let large = |octets: usize| {
        let mut bytes = vec![0; octets];
        bytes[0] = 0x80;
        bytes[octets - 1] = 1;
        number(&bytes)
    };
    let (prime, small) = (large(modulus_octets / 2), tlv(2, &[3]));
    let other = sequence(&[small.clone(), small.clone(), small.clone()]);
    let der = sequence(&[
        tlv(2, &[1]),
        large(modulus_octets),
        number(&[1, 0, 1]),
        tlv(2, &[5]),
        prime.clone(),
        prime,
        small.clone(),
        small.clone(),
        small,
        sequence(&vec![other; others]),
    ]);
    pem_rfc7468::encode_string("RSA PRIVATE KEY", pem_rfc7468::LineEnding::LF, &der).unwrap()
}

#[test]
fn keys_of_many_primes_are_refused_before_any_arithmetic() {
    let rows = [(256, 1), (256, 4), (2048, 3), (2048, 200), (2048, 20_000)];
    each_row(rows, |(octets, others)| {
        let key = key_of_many_primes(octets, others);
        let error = match_key(&vector("root.pem"), &key).unwrap_err();
        assert_eq!(error.code(), ErrorCode::PrivateKeyUnreadable);
        let loaded = CertificateAuthority::from_pem(&vector("root.pem"), &key, &policy());
        assert_eq!(loaded.unwrap_err().code(), ErrorCode::CaCannotSign);
    });
}
