//! Whole signatures against those of the `rsa` crate.

use crate::HashFunction;
use crate::crypto::portable::rsa::generate::prime::Words;
use crate::crypto::portable::rsa::{RsaKey, generate, verify};
use crate::crypto::rsa::{RsaCheck, encode_pkcs1};
use crate::crypto::rsa_numbers::RsaNumbers;
use chacha20::ChaCha20Rng;
use p256::elliptic_curve::bigint::BoxedUint;
use rand_core::SeedableRng as _;
use rsa::Pkcs1v15Sign;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};

/// The RSA key in `vectors/`.
pub(super) fn key_of(name: &str) -> rsa::PrivateKey {
    let path = format!("{}/vectors/{name}.key", env!("CARGO_MANIFEST_DIR"));
    rsa::PrivateKey::from_pkcs8_pem(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The same key with its primes the other way round.
fn swapped(key: &rsa::PrivateKey) -> rsa::PrivateKey {
    let [p, q] = key.primes() else {
        panic!("two primes")
    };
    rsa::PrivateKey::from_p_q(q.as_ref().clone(), p.as_ref().clone(), key.e().clone()).unwrap()
}

fn compare(key: &rsa::PrivateKey, messages: std::ops::Range<u32>) {
    let own = RsaKey::new(&RsaNumbers::of(key).unwrap()).unwrap();
    for message in messages {
        let message = message.to_be_bytes();
        let encoded = encode_pkcs1(HashFunction::Sha256, &message, key.size()).unwrap();
        let digest = HashFunction::Sha256.digest(&message);
        let expected = key
            .sign(Pkcs1v15Sign::new::<sha2::Sha256>(), &digest)
            .unwrap();
        assert_eq!(own.sign(&encoded).unwrap(), expected);
        let (n, e) = (key.n_bytes(), key.e_bytes());
        let check = |signature: &[u8]| {
            RsaCheck::new(&n, &e, signature, || Some(encoded.clone()))
                .is_some_and(|check| verify(&check))
        };
        assert!(check(&expected));
        for place in [0, 40, expected.len() - 1] {
            let mut wrong = expected.clone();
            wrong[place] ^= 1;
            assert!(!check(&wrong));
        }
    }
}

#[test]
fn signatures_are_those_of_the_rsa_crate() {
    for name in ["root", "ca-e3", "ca-rsa3072", "ca-rsa4096"] {
        compare(&key_of(name), 0..3);
        compare(&swapped(&key_of(name)), 0..2);
    }
}

/// Numbers that no encoding makes.
#[test]
fn extreme_messages() {
    let key = key_of("root");
    let own = RsaKey::new(&RsaNumbers::of(&key).unwrap()).unwrap();
    let n = key.n_bytes().to_vec();
    let mut below = n.clone();
    below[255] -= 1;
    let mut one = vec![0; 256];
    one[255] = 1;
    for fixed in [vec![0; 256], one, below] {
        // An odd power of 0, 1 and -1 is the number itself.
        assert_eq!(own.sign(&fixed), Some(fixed));
    }
    for prime in key.primes() {
        let prime = prime.to_be_bytes();
        let multiple = [&vec![0; 256 - prime.len()][..], &prime].concat();
        let expected = BoxedUint::from_be_slice(&multiple, 2048)
            .unwrap()
            .pow_mod(key.d(), key.n().as_ref().to_odd().as_ref().unwrap());
        assert_eq!(own.sign(&multiple), Some(expected.to_be_bytes().to_vec()));
    }
}

/// Exponents up to the largest that is taken, with and without zeros in a row.
#[test]
fn public_exponents() {
    let key = key_of("root");
    let n = key.n_bytes();
    let mut signature = vec![0x5a; 256];
    signature[0] = 0;
    for e in [
        3_u64,
        5,
        17,
        65537,
        0xffff_ffff,
        (1 << 32) + 1,
        (1 << 33) - 1,
    ] {
        let encoded = BoxedUint::from_be_slice(&signature, 2048)
            .unwrap()
            .pow_mod(
                &BoxedUint::from(e),
                key.n().as_ref().to_odd().as_ref().unwrap(),
            )
            .to_be_bytes()
            .to_vec();
        let check = |encoded: Vec<u8>| {
            let e = e.to_be_bytes();
            let start = e.iter().position(|&byte| byte != 0).unwrap();
            RsaCheck::new(&n, &e[start..], &signature, || Some(encoded)).unwrap()
        };
        let mut wrong = encoded.clone();
        wrong[0] ^= 1;
        assert!(verify(&check(encoded)), "{e}");
        assert!(!verify(&check(wrong)), "{e}");
    }
}

/// Many signatures of new keys, byte for byte. `cargo test --release --lib soak -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn soak_of_signatures() {
    for (bits, count) in [(2048, 60), (3072, 30), (4096, 10)] {
        for seed in 0..count {
            let numbers = generate(bits, &mut ChaCha20Rng::seed_from_u64(seed), Words).unwrap();
            let der = numbers.to_pkcs8().unwrap();
            let key = rsa::PrivateKey::from_pkcs8_der(&der).unwrap();
            compare(&key, 0..100);
            compare(&swapped(&key), 0..20);
        }
    }
}
