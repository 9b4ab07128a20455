//! Signatures that take long to check.

use super::{Hostile, NO_ISSUER, SIGNATURES, hostile};
use crate::common::issue::{Cert, Key, algorithm, algorithm_null, oid, sequence, tlv};
use sha2::{Digest, Sha512};

/// Many issuers of one name, each with another key of which one signature takes long to check.
pub fn inputs() -> Vec<Hostile> {
    let crowd = |name: &'static str, keys: Vec<Key>, outcome| {
        let mut certs: Vec<_> = keys
            .into_iter()
            .map(|key| Cert::root("crowd").with_key(key))
            .collect();
        certs.insert(0, Cert::leaf(super::HOST, &certs[0]));
        hostile(name, &certs, outcome)
    };
    let rsa = |name, bits: usize, exponent: &[u8], count: u8, outcome| {
        let keys = (0..count).map(|number| rsa_key(bits, exponent, number));
        crowd(name, keys.collect(), outcome)
    };
    let usual = &[1, 0, 1][..];
    let longest = &[0xff; 32][..];
    let p384 = (0..200).map(|number| {
        let scalar = &Sha512::digest([number])[..48];
        let key = p384::ecdsa::SigningKey::from_slice(scalar).unwrap();
        let point = key.verifying_key().to_sec1_point(false);
        ec_key("1.3.132.0.34", point.as_bytes(), 48)
    });
    let p521 = (0..200).map(|number| {
        let scalar = [&[0, 0][..], &Sha512::digest([number])].concat();
        let key = p521::ecdsa::SigningKey::from_slice(&scalar).unwrap();
        let point = key.verifying_key().to_sec1_point(false);
        ec_key("1.3.132.0.35", point.as_bytes(), 66)
    });
    vec![
        rsa("rsa-1024", 1024, usual, 250, NO_ISSUER),
        rsa("rsa-2048", 2048, usual, 250, NO_ISSUER),
        rsa("rsa-4096", 4096, usual, 250, SIGNATURES),
        rsa("rsa-8192", 8192, usual, 60, SIGNATURES),
        rsa(
            "rsa-8192-exponent-of-256-bits",
            8192,
            longest,
            60,
            SIGNATURES,
        ),
        rsa("rsa-16384", 16_384, usual, 60, SIGNATURES),
        rsa("rsa-16384-exponent-3", 16_384, &[3], 60, SIGNATURES),
        rsa(
            "rsa-16384-exponent-of-256-bits",
            16_384,
            longest,
            60,
            SIGNATURES,
        ),
        rsa(
            "rsa-4096-exponent-of-256-bits",
            4096,
            longest,
            60,
            SIGNATURES,
        ),
        rsa(
            "rsa-2048-exponent-of-256-bits",
            2048,
            longest,
            250,
            SIGNATURES,
        ),
        rsa(
            "rsa-1024-exponent-of-256-bits",
            1024,
            longest,
            250,
            SIGNATURES,
        ),
        rsa(
            "rsa-2048-exponent-of-2048-bits",
            2048,
            &[0xff; 256],
            60,
            NO_ISSUER,
        ),
        crowd("p384", p384.collect(), SIGNATURES),
        crowd("p521", p521.collect(), SIGNATURES),
    ]
}

/// An odd number as long as it should be, whose factors nobody needs to know.
fn rsa_key(bits: usize, exponent: &[u8], number: u8) -> Key {
    let mut modulus: Vec<u8> = (0u8..)
        .map_while(|block| Some(Sha512::digest([number, block])))
        .flatten()
        .take(bits / 8)
        .collect();
    modulus[0] |= 0x80;
    *modulus.last_mut().unwrap() |= 1;
    let unsigned = |bytes: &[u8]| {
        let sign = if bytes[0] < 0x80 { &[][..] } else { &[0] };
        tlv(2, &[sign, bytes].concat())
    };
    let key = sequence(&[unsigned(&modulus), unsigned(exponent)]);
    let spki = sequence(&[
        algorithm_null("1.2.840.113549.1.1.1"),
        tlv(3, &[&[0], key.as_slice()].concat()),
    ]);
    // Shorter than the modulus as a number, and as long in octets: nothing is told at a glance.
    let signature = [&[0][..], &modulus[1..]].concat();
    Key::forged(spki, algorithm_null("1.2.840.113549.1.1.11"), signature)
}

fn ec_key(curve: &str, point: &[u8], length: usize) -> Key {
    let spki = sequence(&[
        sequence(&[oid("1.2.840.10045.2.1"), oid(curve)]),
        tlv(3, &[&[0], point].concat()),
    ]);
    let number = tlv(2, &vec![1; length - 1]);
    let signature = sequence(&[number.clone(), number]);
    Key::forged(spki, algorithm("1.2.840.10045.4.3.4"), signature)
}
