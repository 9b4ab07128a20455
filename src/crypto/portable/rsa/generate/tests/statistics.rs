//! How primes are spread: as uniform candidates above the bound of the range are, thinned out as
//! logarithms grow, and alike over the residues that a prime can have.

use super::{ChaCha20Rng, rest};
use crate::crypto::portable::rsa::generate::prime::Words;
use crate::crypto::portable::rsa::generate::search::Search;
use rand_core::{Rng as _, SeedableRng as _};
use std::collections::BTreeSet;

/// The largest probability with which a spread that is as it should be is refused; and of one that
/// fits better than chance allows.
const SMALL: f64 = 1e-4;

/// The first octet of a number in the range: that of the square root of 2^15.
const FIRST: u8 = 0xb5;

/// Primes of 512 bits from the code that makes keys.
fn small_primes(count: usize) -> Vec<[u64; 8]> {
    let mut rng = ChaCha20Rng::seed_from_u64(512);
    let bases = ChaCha20Rng::seed_from_u64(513);
    let mut search = Search::new(&mut rng, bases, Words);
    (0..count)
        .map(|_| *search.find(5 * 1024, |_| true).unwrap())
        .collect()
}

/// How many of all primes of 512 bits above `sqrt(2) 2^511` have each top octet: as many as
/// the interval is long, divided by the logarithm in it.
fn shares_of_top_octets() -> Vec<f64> {
    let root = 256.0 / 2_f64.sqrt();
    (FIRST..=0xff)
        .map(|octet| {
            let (low, high) = (f64::from(octet).max(root), f64::from(octet) + 1.0);
            (high - low) / (504.0 * 2_f64.ln() + f64::midpoint(low, high).ln())
        })
        .collect()
}

/// How many numbers have each top octet.
fn top_octets(numbers: &[[u64; 8]]) -> Vec<u32> {
    let mut counts = vec![0; usize::from(0xff - FIRST) + 1];
    for number in numbers {
        let octet = u8::try_from(number[7] >> 56).unwrap();
        counts[usize::from(octet.checked_sub(FIRST).unwrap())] += 1;
    }
    counts
}

/// How many numbers have each residue of a small prime, zero aside, which none has.
fn residues(numbers: &[[u64; 8]], modulus: u8) -> Vec<u32> {
    let mut counts = vec![0; usize::from(modulus)];
    for number in numbers {
        counts[usize::try_from(rest(number, modulus.into())).unwrap()] += 1;
    }
    assert_eq!(counts.remove(0), 0);
    counts
}

/// The probability of counts that are as far from their shares as these, or further: Pearson's
/// statistic, whose cube root is nearly normal (Wilson and Hilferty 1931).
fn probability(name: &str, counts: &[u32], shares: &[f64]) -> f64 {
    let all: f64 = counts.iter().copied().map(f64::from).sum();
    let total: f64 = shares.iter().sum();
    let statistic: f64 = counts
        .iter()
        .zip(shares)
        .map(|(&count, share)| {
            let expected = all * share / total;
            (f64::from(count) - expected).powi(2) / expected
        })
        .sum();
    let freedom = f64::from(u32::try_from(counts.len() - 1).unwrap());
    let spread = 2.0 / (9.0 * freedom);
    let deviations = ((statistic / freedom).cbrt() - (1.0 - spread)) / spread.sqrt();
    let probability = above(deviations);
    println!(
        "{name}: {all} numbers, chi-square {statistic:.2}, {freedom} degrees of freedom, \
         probability {probability:.4}"
    );
    probability
}

/// The probability that a normal variable is larger, by Simpson's rule.
fn above(deviations: f64) -> f64 {
    if deviations < 0.0 {
        return 1.0 - above(-deviations);
    }
    let density = |x: f64| (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let width = 12.0 / 2000.0;
    let sum: f64 = (0..2000_u32)
        .map(|step| {
            let x = deviations + f64::from(step) * width;
            density(x) + 4.0 * density(x + width / 2.0) + density(x + width)
        })
        .sum();
    sum * width / 6.0
}

fn is_plausible(probability: f64) -> bool {
    (SMALL..=1.0 - SMALL).contains(&probability)
}

/// `cargo test --release --lib statistics -- --ignored --nocapture`
#[test]
#[ignore = "takes minutes"]
fn statistics_of_primes() {
    let primes = small_primes(20_000);
    let distinct: BTreeSet<_> = primes.iter().collect();
    assert_eq!(distinct.len(), primes.len());
    let counts = top_octets(&primes);
    let shares = shares_of_top_octets();
    assert!(is_plausible(probability("top octet", &counts, &shares)));
    for modulus in [3, 5, 7] {
        let counts = residues(&primes, modulus);
        let shares = vec![1.0; counts.len()];
        let name = format!("modulo {modulus}");
        assert!(is_plausible(probability(&name, &counts, &shares)));
    }
}

/// What the statistics say of a generator: whether the top octets are good, and the residues of 3.
fn verdicts(mut draw: impl FnMut(&mut ChaCha20Rng) -> [u64; 8]) -> [bool; 2] {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let numbers: Vec<_> = (0..20_000).map(|_| draw(&mut rng)).collect();
    let octets = probability("octets", &top_octets(&numbers), &shares_of_top_octets());
    let residues = probability("modulo 3", &residues(&numbers, 3), &[1.0; 2]);
    [octets, residues].map(is_plausible)
}

fn random(rng: &mut ChaCha20Rng) -> [u64; 8] {
    std::array::from_fn(|_| rng.next_u64())
}

/// A number in the range that three does not divide.
fn good(rng: &mut ChaCha20Rng) -> [u64; 8] {
    loop {
        let number = random(rng);
        if number[7] > super::SQRT_2 && rest(&number, 3) != 0 {
            return number;
        }
    }
}

#[test]
fn a_good_generator_passes() {
    assert_eq!(verdicts(good), [true, true]);
}

/// The two highest bits, which makes the product long enough, too.
#[test]
fn bits_that_are_forced_show() {
    let forced = |rng: &mut ChaCha20Rng| loop {
        let mut number = random(rng);
        number[7] |= 3 << 62;
        if rest(&number, 3) != 0 {
            return number;
        }
    };
    assert_eq!(verdicts(forced), [false, true]);
}

/// Candidates below the range that are moved into it, instead of being thrown away.
#[test]
fn candidates_that_are_moved_show() {
    let moved = |rng: &mut ChaCha20Rng| loop {
        let mut number = random(rng);
        number[7] |= 1 << 63;
        if number[7] <= super::SQRT_2 {
            number[7] |= 1 << 62;
        }
        if number[7] > super::SQRT_2 && rest(&number, 3) != 0 {
            return number;
        }
    };
    assert_eq!(verdicts(moved), [false, true]);
}

/// A generator that likes some residues better: one number in 16 is changed until it has the one.
#[test]
fn residues_that_are_preferred_show() {
    let searched = |rng: &mut ChaCha20Rng| {
        let mut number = good(rng);
        if rng.next_u32().is_multiple_of(16) {
            while rest(&number, 3) != 2 {
                number[0] ^= rng.next_u64();
            }
        }
        number
    };
    assert_eq!(verdicts(searched), [true, false]);
}

/// Counts that fit better than chance would have it are not random either.
#[test]
fn counts_without_chance_show() {
    let counts = [1000; 60];
    assert!(!is_plausible(probability("even", &counts, &[1.0; 60])));
    // From tables of the normal distribution.
    assert!((above(1.644_854) - 0.05).abs() < 1e-6);
    assert!((above(-1.0) - 0.841_345).abs() < 1e-6);
}
