//! Files that are made to harm.

use crate::common::issue::{algorithm_null, oid, sequence, tlv};
use crate::common::rows::each_row;
use crate::common::{cases, policy};
use crate::{PASSWORD, file, open, text};
use certwright::{Certificate, Error, ErrorCode, KeyAndCertificates, SecretPem};
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// Below the limit for messages, and without what the file holds.
fn check(error: &Error) {
    let message = error.to_string();
    assert!(message.len() < 1000, "{} octets", message.len());
    assert!(!message.contains("MII"), "{message}");
}

#[test]
fn iterations_are_bounded() {
    let error = open("bomb.p12", PASSWORD).unwrap_err();
    assert_eq!(error.code(), ErrorCode::OutOfMemory);
    assert_eq!(error.http_status(), 400);
}

/// An encrypted key that asks for so many iterations of PBKDF2.
fn key_of_iterations(count: i128) -> SecretPem {
    let count = count.to_be_bytes();
    let zeros = count.iter().take_while(|octet| **octet == 0).count();
    let zeros = zeros - usize::from(count.get(zeros).is_some_and(|octet| *octet >= 0x80));
    key_by_pbkdf2(&[0; 16], &count[zeros..], "1.2.840.113549.2.9")
}

fn key_by_pbkdf2(salt: &[u8], count: &[u8], prf: &str) -> SecretPem {
    let pbkdf2 = [tlv(4, salt), tlv(2, count), algorithm_null(prf)];
    let pbkdf2 = sequence(&[oid("1.2.840.113549.1.5.12"), sequence(&pbkdf2)]);
    let aes = sequence(&[oid("2.16.840.1.101.3.4.1.42"), tlv(4, &[0; 16])]);
    let pbes2 = sequence(&[oid("1.2.840.113549.1.5.13"), sequence(&[pbkdf2, aes])]);
    encrypted_key(&sequence(&[pbes2, tlv(4, &[0; 32])]))
}

#[test]
fn one_count_above_the_limit_is_refused_before_the_work() {
    let start = Instant::now();
    // The first above the limit, and what would take an hour.
    let large = [31, 32, 33, 64, 120].map(|bits| (1 << bits) - 1);
    for count in [[4_000_001].as_slice(), &large].concat() {
        let bomb = key_of_iterations(count);
        let error = bomb.decrypt(PASSWORD, &policy()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::OutOfMemory);
    }
    assert!(start.elapsed() < Duration::from_secs(1));
    let few = key_of_iterations(2048).decrypt(PASSWORD, &policy());
    let error = few.unwrap_err();
    assert!(
        error.to_string().contains("the password is wrong"),
        "{error}"
    );
}

/// Changes the one place where `from` stands in the DER of an encrypted key.
fn changed(name: &str, from: &[u8], to: &[u8]) -> SecretPem {
    let der = der_of(&text(name));
    let place = der.windows(from.len()).position(|window| window == from);
    let place = place.expect("the parameter is there");
    encrypted_key(&[&der[..place], to, &der[place + from.len()..]].concat())
}

fn der_of(pem: &str) -> Vec<u8> {
    pem_rfc7468::decode_vec(pem.as_bytes()).unwrap().1
}

fn encrypted_key(der: &[u8]) -> SecretPem {
    let ending = pem_rfc7468::LineEnding::LF;
    let pem = pem_rfc7468::encode_string("ENCRYPTED PRIVATE KEY", ending, der);
    pem.unwrap().into()
}

#[test]
fn memory_is_bounded() {
    // The block size of scrypt, 8, made 127.
    let bomb = changed(
        "scrypt.key",
        &[2, 2, 0x40, 0, 2, 1, 8],
        &[2, 2, 0x40, 0, 2, 1, 127],
    );
    let start = Instant::now();
    let error = bomb.decrypt(PASSWORD, &policy()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::OutOfMemory);
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[test]
fn parameters_that_mean_nothing() {
    let rows: [(&str, &[u8], &[u8]); 4] = [
        // No iterations, and fewer.
        ("aes256.key", &[2, 2, 8, 0], &[2, 2, 0, 0]),
        ("aes256.key", &[2, 2, 8, 0], &[2, 2, 0x80, 0]),
        // A cost that is no power of two, and none at all.
        ("scrypt.key", &[2, 2, 0x40, 0], &[2, 2, 0x40, 1]),
        ("scrypt.key", &[2, 2, 0x40, 0], &[2, 2, 0, 1]),
    ];
    for (name, from, to) in rows {
        let error = changed(name, from, to).decrypt(PASSWORD, &policy());
        assert_eq!(error.unwrap_err().code(), ErrorCode::PrivateKeyUnreadable);
    }
}

/// The salt may have any length, and what is not known is named.
#[test]
fn parameters_of_pbkdf2() {
    let wrong = "the password is wrong, or the data was changed";
    let rows = [
        (0, "1.2.840.113549.2.9", wrong),
        (64, "1.2.840.113549.2.11", wrong),
        (100_000, "1.2.840.113549.2.7", wrong),
        (
            16,
            "1.2.840.113549.2.13",
            "its encryption 1.2.840.113549.2.13 is not supported",
        ),
        (
            16,
            "1.2.643.7.1.1.4.2",
            "its encryption 1.2.643.7.1.1.4.2 is not supported",
        ),
    ];
    each_row(rows, |(salt, prf, why)| {
        let key = key_by_pbkdf2(&vec![7; salt], &[3], prf);
        let error = key.decrypt(PASSWORD, &policy()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::PrivateKeyUnreadable);
        assert!(error.message().ends_with(why), "{error}");
    });
}

/// A list of bags in the clear that is none has nothing to do with the password.
#[test]
fn what_is_in_the_clear_does_not_depend_on_a_password() {
    let data = |content: &[u8]| {
        let content = tlv(0xa0, &tlv(4, content));
        sequence(&[oid("1.2.840.113549.1.7.1"), content])
    };
    for bags in [vec![], vec![0x30], vec![4, 0], vec![0x30, 2, 5, 0]] {
        let file = sequence(&[tlv(2, &[3]), data(&sequence(&[data(&bags)]))]);
        for password in ["", PASSWORD] {
            let error = KeyAndCertificates::from_pkcs12(&file, password, &policy()).unwrap_err();
            assert_eq!(error.code(), ErrorCode::PrivateKeyUnreadable);
            let why = "its list of keys and certificates is not readable";
            assert!(error.message().ends_with(why), "{error}");
        }
    }
}

#[test]
fn files_too_large() {
    let large = vec![0x30; (1 << 20) + 1];
    let error = KeyAndCertificates::from_pkcs12(&large, "", &policy()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::OutOfMemory);
    let error = Certificate::from_pkcs7(&large).unwrap_err();
    assert_eq!(error.code(), ErrorCode::OutOfMemory);
}

#[test]
fn elements_within_elements_without_end() {
    for (tag, count) in [(0x30, 400_000), (0x24, 400_000), (0xa0, 100)] {
        let open = [tag, 0x80].repeat(count);
        for der in [open.clone(), [open, vec![0; 2 * count]].concat()] {
            let error = KeyAndCertificates::from_pkcs12(&der, "", &policy()).unwrap_err();
            check(&error);
            check(&Certificate::from_pkcs7(&der).unwrap_err());
        }
    }
}

proptest! {
    #![proptest_config(cases(300))]

    /// Authentication finds every change but those of its own salt and count, which change the key.
    #[test]
    fn changed_files(place in 0usize..4000, bit in 0u8..8, cut in 0usize..4000) {
        for name in ["openssl.p12", "ber.p12", "clear.p12", "legacy.p12"] {
            let whole = file(name);
            let mut der = whole.clone();
            let place = place % der.len();
            der[place] ^= 1 << bit;
            match KeyAndCertificates::from_pkcs12(&der, PASSWORD, &policy()) {
                Ok(read) => {
                    let known = open(name, PASSWORD).unwrap();
                    prop_assert_eq!(read.private_key(), known.private_key());
                    prop_assert_eq!(read.certificates(), known.certificates());
                }
                Err(error) => check(&error),
            }
            let cut = &whole[..cut % whole.len()];
            let error = KeyAndCertificates::from_pkcs12(cut, PASSWORD, &policy()).unwrap_err();
            check(&error);
        }
    }

    #[test]
    fn changed_keys_and_bundles(place in 0usize..4000, octet in any::<u8>()) {
        for name in ["aes256.key", "scrypt.key", "pbe-3des.key"] {
            let mut der = der_of(&text(name));
            // Behind the iterations, so that no row of the table takes long.
            let place = 120 + place % (der.len() - 120);
            der[place] = octet;
            if let Err(error) = encrypted_key(&der).decrypt(PASSWORD, &policy()) {
                check(&error);
            }
        }
        let mut der = file("bundle-ber.p7b");
        let place = place % der.len();
        der[place] = octet;
        if let Err(error) = Certificate::from_pkcs7(&der) {
            check(&error);
        }
    }

    #[test]
    fn anything(der in prop::collection::vec(any::<u8>(), 0..200), password in ".{0,10}") {
        let read = KeyAndCertificates::from_pkcs12(&der, &password, &policy());
        check(&read.unwrap_err());
        check(&Certificate::from_pkcs7(&der).unwrap_err());
    }
}
