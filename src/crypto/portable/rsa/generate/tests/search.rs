//! The order of the search, with tests that let through what they like.

use super::{ChaCha20Rng, Few};
use crate::crypto::portable::rsa::generate::prime::PrimeTests;
use crate::crypto::portable::rsa::generate::search::Search;
use proptest::prelude::*;
use rand_core::SeedableRng as _;

/// One candidate in `first` passes the first test; of those, one in `rounds` passes with its bases, so
/// that it shows which ones it got.
#[derive(Clone, Copy, Debug)]
struct Rule {
    first: u64,
    rounds: u64,
}

impl PrimeTests<8> for Rule {
    const TOGETHER: usize = 1;

    fn fermat(self, candidates: &[&[u64; 8]]) -> u8 {
        let passes = |number: &[u64; 8]| number[1].is_multiple_of(self.first);
        let bits = candidates.iter().zip(0..);
        bits.map(|(number, place)| u8::from(passes(number)) << place)
            .sum()
    }

    fn miller_rabin(self, candidate: &[u64; 8], bases: &[[u64; 8]]) -> bool {
        assert_eq!(bases.len(), 7);
        let sum = bases
            .iter()
            .fold(candidate[2], |sum, base| sum.wrapping_add(base[3]));
        sum.is_multiple_of(self.rounds)
    }
}

/// What so many searches in turn find, with at most so many candidates each.
fn found<T: PrimeTests<8>>(seed: u64, limits: &[usize], tests: T) -> Vec<Option<[u64; 8]>> {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let mut search = Search::new(&mut rng, ChaCha20Rng::seed_from_u64(!seed), tests);
    limits
        .iter()
        .map(|&limit| {
            search
                .find(limit, |number| number[4] % 3 != 0)
                .map(|it| *it)
        })
        .collect()
}

proptest! {
    #[test]
    fn any_number_at_a_time_finds_the_same(
        seed in any::<u64>(),
        first in 1_u64..40,
        rounds in 1_u64..4,
        limits in prop::collection::vec(1_usize..600, 1..5),
    ) {
        let rule = Rule { first, rounds };
        let expected = found(seed, &limits, rule);
        prop_assert_eq!(&found(seed, &limits, Few::<_, 2>(rule)), &expected);
        prop_assert_eq!(&found(seed, &limits, Few::<_, 5>(rule)), &expected);
        prop_assert_eq!(&found(seed, &limits, Few::<_, 8>(rule)), &expected);
    }
}

/// A generator of which nothing comes but numbers below the range, after so many others.
struct Ends(ChaCha20Rng, usize);

impl rand_core::TryRng for Ends {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        self.0.try_next_u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        self.0.try_next_u64()
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        self.0.try_fill_bytes(bytes)?;
        let is_left = self.1 > 0;
        self.1 = self.1.saturating_sub(1);
        if is_left {
            bytes[0] |= 0xc0;
        } else {
            bytes[0] = 0;
        }
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Ends {}

/// Candidates that were drawn before the generator got stuck count, and none is counted twice.
#[test]
fn what_came_before_the_end_is_looked_at() {
    fn count<T: PrimeTests<8>>(tests: T) -> usize {
        let mut rng = Ends(ChaCha20Rng::seed_from_u64(1), 500);
        let mut search = Search::new(&mut rng, ChaCha20Rng::seed_from_u64(2), tests);
        let mut found = 0;
        while search.find(100, |_| true).is_some() {
            found += 1;
        }
        found
    }
    let rule = Rule {
        first: 1,
        rounds: 1,
    };
    let expected = count(rule);
    // Of 500, those without a small factor.
    assert!((30..90).contains(&expected), "{expected}");
    assert_eq!(count(Few::<_, 8>(rule)), expected);
}
