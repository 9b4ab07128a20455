//! Many signatures to check, sorted into lanes.

use super::modular::{Modulus, Scratch};
use super::public::PublicKeys;
use super::single::PublicPower;
use crate::crypto::ifma::Ifma;
use crate::crypto::ifma::digits::{LANES, load, words};
use crate::crypto::rsa::RsaCheck;
use std::collections::BTreeMap;

impl Ifma {
    /// Makes the checks; tells for each, in order, whether the signature is good.
    #[allow(
        clippy::unused_self,
        reason = "a proof is there to be had, not to be read"
    )]
    pub(in crate::crypto) fn verify(self, checks: &[&RsaCheck<'_>]) -> Vec<bool> {
        // A pass takes moduli of the same length and one exponent.
        let mut kinds = BTreeMap::<_, Vec<_>>::new();
        for (place, check) in checks.iter().enumerate() {
            kinds
                .entry((check.n.len(), check.e))
                .or_default()
                .push(place);
        }
        let mut verdicts = vec![false; checks.len()];
        for ((length, _), places) in kinds {
            for places in places.chunks(LANES) {
                let group: Vec<_> = places.iter().map(|&place| checks[place]).collect();
                // SAFETY: `self` is the proof that the processor has the instructions.
                let good = unsafe {
                    match length {
                        256 => verify::<20, 2, 5>(&group),
                        384 => verify::<15, 4, 8>(&group),
                        512 => verify::<20, 4, 10>(&group),
                        _ => 0,
                    }
                };
                for (lane, &place) in places.iter().enumerate() {
                    verdicts[place] = good >> lane & 1 == 1;
                }
            }
        }
        verdicts
    }
}

/// Checks up to eight signatures; a bit for each tells whether it is good.
#[target_feature(enable = "avx512f,avx512ifma")]
fn verify<const B: usize, const N: usize, const K: usize>(group: &[&RsaCheck<'_>]) -> u8 {
    match group {
        [] => 0,
        [check] => u8::from(verify_one::<B, N, K>(check)),
        [first, ..] => verify_many::<B, N>(first, group),
    }
}

/// Checks a signature alone: across the lanes, that takes half the time.
#[target_feature(enable = "avx512f,avx512ifma")]
fn verify_one<const B: usize, const N: usize, const K: usize>(check: &RsaCheck<'_>) -> bool {
    let RsaCheck {
        n,
        e,
        signature,
        encoded,
    } = check;
    let n = words(n);
    let mut scratch = Scratch::<B, N>::new();
    let modulus = Modulus::new([&n; LANES], 64 * n.len(), &mut scratch);
    let power = PublicPower::<K>::new(&modulus, &n, *e, &mut scratch);
    power.check(&modulus, &words(signature), &words(encoded))
}

/// Checks signatures whose moduli have the length of the first one's, and whose exponent is its.
#[target_feature(enable = "avx512f,avx512ifma")]
fn verify_many<const B: usize, const N: usize>(
    first: &RsaCheck<'_>,
    group: &[&RsaCheck<'_>],
) -> u8 {
    // Lanes that are left over do the first one's work again.
    let lanes: [_; LANES] = std::array::from_fn(|lane| *group.get(lane).unwrap_or(&first));
    let moduli = lanes.map(|check| words(check.n));
    let signatures = lanes.map(|check| words(check.signature));
    let encoded = lanes.map(|check| words(&check.encoded));
    let bits = 8 * first.n.len();
    let mut scratch = Scratch::<B, N>::new();
    let keys = PublicKeys::new(
        moduli.each_ref().map(Vec::as_slice),
        bits,
        first.e,
        &mut scratch,
    );
    let signatures = load(signatures.each_ref().map(Vec::as_slice));
    keys.check(
        &signatures,
        encoded.each_ref().map(Vec::as_slice),
        &mut scratch,
    )
}
