//! Keys and signatures: the same as on words.

use super::{ifma, on_each_curve, random_words};
use crate::crypto::hash::HashFunction;
use crate::crypto::ifma::ec::InLanes;
use crate::crypto::portable::ec::{Check, P256, P384, PrivateKey, Signature, verify};
use chacha20::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};

on_each_curve! { the_same_keys_and_signatures verdicts }

/// Signatures of ours that the crate accepts, and of the crate that are accepted here, in batches and
/// alone.
macro_rules! both_ways {
    ($name:ident, $theirs:ident, $curve:ty, $words:literal) => {
        fn $name(count: usize) {
            use ::$theirs::ecdsa::signature::hazmat::{PrehashSigner as _, PrehashVerifier as _};
            use ::$theirs::ecdsa::{Signature as Theirs, SigningKey};
            const LENGTH: usize = 8 * $words;
            let Some(ifma) = ifma() else { return };
            let lanes = <$curve>::in_lanes(ifma);
            let mut rng = ChaCha20Rng::seed_from_u64(count as u64);
            let mut checks = Vec::new();
            for batch in 0..count.div_ceil(50) {
                let mut bytes = [0; LENGTH];
                rng.fill_bytes(&mut bytes);
                let (Some(key), Ok(same)) = (
                    PrivateKey::<$curve, $words>::new(lanes, &bytes),
                    SigningKey::from_slice(&bytes),
                ) else {
                    continue;
                };
                let mut fresh = [[0; 32]; 50];
                rng.fill_bytes(fresh.as_flattened_mut());
                let digest = |place: usize| {
                    HashFunction::Sha256
                        .digest(&[batch.to_be_bytes(), place.to_be_bytes()].concat())
                };
                let made = key.sign_batch(lanes, digest, &fresh);
                for (place, made) in made.into_iter().enumerate() {
                    let [r, s] = made
                        .expect("a signature")
                        .to_be()
                        .map(|number| number[48 - LENGTH..].to_vec());
                    let theirs = Theirs::from_slice(&[r, s].concat()).unwrap();
                    same.verifying_key()
                        .verify_prehash(&digest(place), &theirs)
                        .unwrap();
                    let theirs: Theirs = same.sign_prehash(&digest(place)).unwrap();
                    let theirs = theirs.to_bytes();
                    let (r, s) = theirs.split_at(LENGTH);
                    let signature = Signature::new::<$curve>(r, s).unwrap();
                    if place % 10 == 0 {
                        assert!(key.public().verify(lanes, &digest(place), &signature));
                    }
                    checks.push(Check {
                        key: *key.public(),
                        digest: digest(place),
                        signature,
                    });
                }
                if checks.len() > 100 {
                    assert!(verify(lanes, &checks).into_iter().all(|is_good| is_good));
                    checks.clear();
                }
            }
            assert!(verify(lanes, &checks).into_iter().all(|is_good| is_good));
            println!(
                "{count} signatures of {} bits, both ways: all good",
                8 * LENGTH
            );
        }
    };
}
both_ways!(both_ways_on_p256, p256, P256, 4);
both_ways!(both_ways_on_p384, p384, P384, 6);

#[test]
fn some_signatures_of_the_crates() {
    both_ways_on_p256(300);
    both_ways_on_p384(300);
}

/// `cargo test --release --lib a_hundred_thousand_in_lanes -- --ignored --nocapture`
#[test]
#[ignore = "minutes, and only in a release build"]
fn a_hundred_thousand_in_lanes() {
    both_ways_on_p256(100_000);
    both_ways_on_p384(100_000);
}

fn the_same_keys_and_signatures<C: InLanes<N>, const N: usize>() {
    let Some(ifma) = ifma() else { return };
    let mut rng = ChaCha20Rng::seed_from_u64(7);
    for count in [1, 2, 3, 4, 8, 9, 20, 64] {
        let mut bytes = [0; 48];
        rng.fill_bytes(&mut bytes);
        let key = PrivateKey::<C, N>::new(C::in_lanes(ifma), &bytes[..8 * N]).unwrap();
        let same = PrivateKey::<C, N>::new(C::tables(), &bytes[..8 * N]).unwrap();
        assert_eq!(key.public(), same.public());
        let fresh: Vec<_> = (0..count)
            .map(|_| {
                let mut fresh = [0; 32];
                rng.fill_bytes(&mut fresh);
                fresh
            })
            .collect();
        let digest = |place: usize| HashFunction::Sha384.digest(&place.to_be_bytes());
        let made = key.sign_batch(C::in_lanes(ifma), digest, &fresh);
        for (place, (made, fresh)) in made.into_iter().zip(&fresh).enumerate() {
            let alone = key.sign(C::in_lanes(ifma), || digest(place), fresh);
            let portable = same.sign(C::tables(), || digest(place), fresh);
            assert!(made.is_some());
            assert_eq!(made, alone);
            assert_eq!(made, portable);
        }
    }
}

fn verdicts<C: InLanes<N>, const N: usize>() {
    let Some(ifma) = ifma() else { return };
    let mut rng = ChaCha20Rng::seed_from_u64(8);
    let checks: Vec<_> = (0..50_usize)
        .map(|place| {
            let mut bytes = [0; 48];
            rng.fill_bytes(&mut bytes);
            let key = PrivateKey::<C, N>::new(C::tables(), &bytes[..8 * N]).unwrap();
            let digest = HashFunction::Sha256.digest(&bytes);
            let signature = key.sign(C::tables(), || digest, &[1; 32]).unwrap();
            let other = HashFunction::Sha256.digest(&random_words::<1>(&mut rng)[0].to_be_bytes());
            Check {
                key: *key.public(),
                digest: if place % 3 == 0 { other } else { digest },
                signature,
            }
        })
        .collect();
    for count in [0, 1, 3, 4, 8, 50] {
        let found = verify(C::in_lanes(ifma), &checks[..count]);
        assert_eq!(found, verify(C::tables(), &checks[..count]));
        for (place, is_good) in found.into_iter().enumerate() {
            assert_eq!(is_good, place % 3 != 0);
        }
    }
}
