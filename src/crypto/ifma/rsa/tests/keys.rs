//! Whole signatures against those of the `rsa` crate.

use super::{ifma_for, random};
use crate::HashFunction;
use crate::crypto::SignJob;
use crate::crypto::dispatch::{Dispatch, SigningKey};
use crate::crypto::ifma::{Ifma, RsaKey};
use crate::crypto::rsa::encode_pkcs1;
use crate::crypto::rsa_numbers::RsaNumbers;
use crate::crypto::{PrecomputedKey, PrivateKey, PublicKey, Seed};
use p256::elliptic_curve::bigint::{BoxedUint, ConcatenatingMul as _, NonZero, Resize as _};
use rsa::Pkcs1v15Sign;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};

/// The RSA key in `vectors/`.
pub(super) fn key_of(name: &str) -> rsa::PrivateKey {
    let path = format!("{}/vectors/{name}.key", env!("CARGO_MANIFEST_DIR"));
    let pem = std::fs::read_to_string(path).unwrap();
    rsa::PrivateKey::from_pkcs8_pem(&pem).unwrap()
}

/// The key in lanes, if it is one for them.
pub(super) fn lanes_of(ifma: Ifma, key: &rsa::PrivateKey) -> Option<RsaKey> {
    RsaNumbers::of(key).and_then(|numbers| RsaKey::new(ifma, &numbers))
}

/// Encoded messages of this key's length.
pub(super) fn encoded(key: &rsa::PrivateKey, count: u8) -> Vec<Vec<u8>> {
    (0..count)
        .map(|message| encode_pkcs1(HashFunction::Sha256, &[message], key.size()).unwrap())
        .collect()
}

/// Signs so many messages in lanes and with the `rsa` crate.
fn compare(ifma: Ifma, key: &rsa::PrivateKey, counts: impl IntoIterator<Item = u8>) {
    let lanes = lanes_of(ifma, key).expect("a key for the lanes");
    let mut expected: Vec<Vec<u8>> = Vec::new();
    for count in counts {
        let encoded = encoded(key, count);
        for message in u8::try_from(expected.len()).unwrap()..count {
            let digest = HashFunction::Sha256.digest(&[message]);
            let signature = key.sign(Pkcs1v15Sign::new::<sha2::Sha256>(), &digest);
            expected.push(signature.unwrap());
        }
        let messages: Vec<_> = encoded.iter().map(Vec::as_slice).collect();
        let signatures: Vec<_> = lanes
            .sign(&messages)
            .into_iter()
            .map(Option::unwrap)
            .collect();
        assert_eq!(
            signatures,
            expected[..usize::from(count)],
            "{count} messages"
        );
    }
}

/// The same key with its primes the other way round.
fn swapped(key: &rsa::PrivateKey) -> rsa::PrivateKey {
    let [p, q] = key.primes() else {
        panic!("two primes")
    };
    rsa::PrivateKey::from_p_q(q.as_ref().clone(), p.as_ref().clone(), key.e().clone()).unwrap()
}

#[test]
fn any_number_of_messages() {
    let Some(ifma) = ifma_for(any_number_of_messages) else {
        return;
    };
    compare(ifma, &key_of("root"), 0..20);
    compare(ifma, &key_of("ca-rsa3072"), [1, 2, 3, 4, 6, 9]);
    compare(ifma, &key_of("ca-rsa4096"), [1, 3, 4, 7]);
}

#[test]
fn either_prime_may_be_the_larger() {
    let Some(ifma) = ifma_for(either_prime_may_be_the_larger) else {
        return;
    };
    for name in ["root", "ca-e3", "ca-rsa3072", "ca-rsa4096"] {
        compare(ifma, &key_of(name), [1, 4]);
        compare(ifma, &swapped(&key_of(name)), [1, 4]);
    }
}

#[test]
fn one_prime_may_be_nearly_twice_the_other() {
    let Some(ifma) = ifma_for(one_prime_may_be_nearly_twice_the_other) else {
        return;
    };
    let (small, large) = (prime(1, 1024, 0x8002), prime(2, 1024, 0xffff));
    let key = key_from(&small, &large);
    assert_eq!(key.n().bit_width(), 2048);
    compare(ifma, &key, [1, 4]);
    compare(ifma, &swapped(&key), [1, 4]);
}

/// A probable prime with these top bits, which is not 1 modulo 65537.
fn prime(seed: u64, bits: usize, top: u64) -> BoxedUint {
    let precision = u32::try_from(bits).unwrap();
    let small: Vec<u64> = (3..2000)
        .filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0))
        .collect();
    let top = BoxedUint::from(top).resize(precision) << (precision - 16);
    let below = random(seed, bits) >> 16;
    let two = BoxedUint::from(2_u8).resize(precision);
    let mut candidate: BoxedUint = top | below | BoxedUint::one_with_precision(precision);
    loop {
        let rest = |divisor: u64| {
            let divisor = NonZero::new(BoxedUint::from(divisor)).unwrap();
            candidate.rem_vartime(&divisor)
        };
        let worth_it = small
            .iter()
            .all(|&divisor| rest(divisor) != BoxedUint::zero());
        if worth_it && rest(65537) != BoxedUint::one() {
            let less = candidate.wrapping_sub(BoxedUint::one());
            if two.pow_mod(&less, &super::odd(&candidate)) == BoxedUint::one() {
                return candidate;
            }
        }
        candidate = candidate.wrapping_add(&two);
    }
}

fn key_from(p: &BoxedUint, q: &BoxedUint) -> rsa::PrivateKey {
    rsa::PrivateKey::from_p_q(p.clone(), q.clone(), BoxedUint::from(65537_u32)).unwrap()
}

/// Signs with a key that the lanes do not take.
fn signs_without_lanes(ifma: Ifma, key: rsa::PrivateKey) {
    assert!(lanes_of(ifma, &key).is_none());
    let key = PrivateKey::from(key);
    let spki = key.public_key().unwrap();
    let public = PublicKey::from_spki(&spki).unwrap().prepare().unwrap();
    let seed =
        Seed::draw(&mut <chacha20::ChaCha20Rng as rand_core::SeedableRng>::from_seed([7; 32]));
    let hash = HashFunction::Sha256;
    let key = SigningKey::new(key, PrecomputedKey::new(public.clone()));
    let job = SignJob {
        hash,
        message: b"message",
        seed: &seed,
    };
    let signature = key.sign(Dispatch::detect(), job).unwrap();
    let scheme = key.algorithm(hash).into();
    public.verify(scheme, b"message", &signature).unwrap();
}

#[test]
fn keys_of_other_kinds_sign_all_the_same() {
    let Some(ifma) = ifma_for(keys_of_other_kinds_sign_all_the_same) else {
        return;
    };
    let e = BoxedUint::from(65537_u32);
    let three = vec![
        prime(3, 683, 0xffff),
        prime(4, 683, 0xfffe),
        prime(5, 682, 0xffff),
    ];
    signs_without_lanes(
        ifma,
        rsa::PrivateKey::from_primes(three, e.clone()).unwrap(),
    );
    // Of another size, and of a size that there are lanes for with primes that are not.
    signs_without_lanes(
        ifma,
        key_from(&prime(6, 1032, 0xffff), &prime(7, 1032, 0xffff)),
    );
    let (p, q) = (prime(8, 1025, 0xffff), prime(9, 1023, 0xffff));
    let one = BoxedUint::one();
    let order = p.wrapping_sub(&one).concatenating_mul(q.wrapping_sub(&one));
    let order = NonZero::new(order.resize(2048)).unwrap();
    let d = e.clone().resize(2048).invert_mod(&order).unwrap();
    let n = p.concatenating_mul(&q).resize(2048);
    let key = rsa::PrivateKey::from_components_with_wide_primes(n, e, d, vec![p, q]);
    signs_without_lanes(ifma, key.unwrap());
    // The public exponent is longer than those that the lanes take.
    let key = key_of("root");
    let e = BoxedUint::from((1_u64 << 40) + 15);
    let [p, q] = key.primes() else {
        panic!("two primes")
    };
    let order = p.wrapping_sub(&one).concatenating_mul(q.wrapping_sub(&one));
    let d = e
        .clone()
        .resize(2048)
        .invert_mod(&NonZero::new(order).unwrap())
        .unwrap();
    let primes = vec![p.as_ref().clone(), q.as_ref().clone()];
    let n = key.n().as_ref().clone();
    let key = rsa::PrivateKey::from_components_with_large_exponent(n, e, d, primes);
    signs_without_lanes(ifma, key.unwrap());
}

/// More than 10 000 signatures of 52 keys of each size, byte for byte. Takes some minutes in
/// release mode: `cargo test --release --lib soak -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn soak() {
    let Some(ifma) = ifma_for(soak) else { return };
    for bits in [1024, 1536, 2048] {
        // Any two of the higher primes make a modulus of full length; the lower ones do with the
        // highest alone.
        let middle: Vec<_> = (0..7)
            .map(|seed| prime(seed, bits, 0xb505 + 0x900 * seed))
            .collect();
        let low: Vec<_> = (7..10).map(|seed| prime(seed, bits, 0x8002)).collect();
        let high = prime(10, bits, 0xffff);
        let mut keys = Vec::new();
        for (place, p) in middle.iter().enumerate() {
            for q in &middle[place + 1..] {
                keys.push(key_from(p, q));
                keys.push(key_from(q, p));
            }
        }
        for q in low.iter().chain(&middle) {
            keys.push(key_from(&high, q));
        }
        assert!(keys.len() >= 52);
        for key in &keys {
            assert_eq!(key.n().bit_width() as usize, 2 * bits);
            compare(ifma, key, [1, 64]);
        }
    }
}
