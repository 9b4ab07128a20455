//! Keys and signatures: the same as on words.

use super::{ifma, on_each_curve, random_words};
use crate::crypto::hash::HashFunction;
use crate::crypto::ifma::ec::InLanes;
use crate::crypto::portable::ec::{Check, PrivateKey, verify};
use chacha20::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};

on_each_curve! { the_same_keys_and_signatures verdicts }

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
