//! A fault in the computation, made on purpose.

use super::signatures::key_of;
use crate::HashFunction;
use crate::crypto::SignJob;
use crate::crypto::dispatch::{Dispatch, SigningKey};
use crate::crypto::{PrecomputedKey, PrivateKey, PublicKey, Seed};
use rand_core::SeedableRng as _;
use std::cell::Cell;

thread_local! {
    static IS_DUE: Cell<bool> = const { Cell::new(false) };
}

/// The next signature of this thread is made wrong.
pub(crate) fn plant() {
    IS_DUE.set(true);
}

/// None is, if nothing was signed here since.
#[cfg(feature = "azure")]
pub(crate) fn clear() {
    IS_DUE.set(false);
}

/// Flips a bit of the power modulo the first prime, if that was asked for.
pub(in crate::crypto::portable::rsa) fn strike<const N: usize>(mut power: [u64; N]) -> [u64; N] {
    if IS_DUE.take() {
        power[N / 2] ^= 1 << 17;
    }
    power
}

#[test]
fn a_wrong_half_is_not_given_out() {
    for name in ["root", "ca-rsa3072", "ca-rsa4096"] {
        let key = PrivateKey::from(key_of(name));
        let spki = key.public_key().unwrap();
        let public = PublicKey::from_spki(&spki).unwrap().prepare().unwrap();
        let key = SigningKey::new(key, PrecomputedKey::new(public));
        let seed = Seed::draw(&mut chacha20::ChaCha20Rng::seed_from_u64(1));
        let job = SignJob {
            hash: HashFunction::Sha256,
            message: b"message",
            seed: &seed,
        };
        plant();
        let error = key.sign(Dispatch::PORTABLE, job).unwrap_err();
        assert!(error.to_string().contains("is at fault"), "{error}");
        assert!(key.sign(Dispatch::PORTABLE, job).is_ok());
    }
}
