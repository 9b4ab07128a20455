//! The search for primes: which candidates are looked at, in which order, and which one wins.
//!
//! Candidates are taken in the order in which they are drawn, and the first good one wins: the key
//! depends on the generator alone, however many are tested at once. Those that were drawn and tested
//! with a prime and come after it are the next ones to be looked at. The bases of the tests have a
//! generator of their own, and who comes to the rounds is the same for any number at once.

use super::candidate::{draw_in_range, is_promising};
use super::prime::{PrimeTests, is_probably_prime, rounds};
use chacha20::ChaCha20Rng;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// The most candidates that are drawn for each that is tested: twice as many as there are for each without
/// a small factor.
const AHEAD: usize = 16;

/// A candidate in the range.
struct Candidate<const N: usize> {
    number: Zeroizing<[u64; N]>,
    /// Whether it may be a prime, as far as it was tested.
    passes: bool,
}

/// What primes are found with.
pub(super) struct Search<'a, R, T, const N: usize> {
    candidates: Candidates<'a, R, T, N>,
    bases: ChaCha20Rng,
}

impl<'a, R: CryptoRng, T: PrimeTests<N>, const N: usize> Search<'a, R, T, N> {
    pub(super) fn new(rng: &'a mut R, bases: ChaCha20Rng, tests: T) -> Self {
        Self {
            candidates: Candidates {
                rng,
                tests,
                // Never moved, so that no copy stays behind.
                drawn: Vec::with_capacity(AHEAD * T::TOGETHER),
                next: 0,
            },
            bases,
        }
    }

    /// The first prime among so many candidates in the range that is acceptable. (The standard does
    /// not count those that are not, which nobody will see.)
    pub(super) fn find(
        &mut self,
        limit: usize,
        is_acceptable: impl Fn(&[u64; N]) -> bool,
    ) -> Option<Zeroizing<[u64; N]>> {
        let Self { candidates, bases } = self;
        let tests = candidates.tests;
        for _ in 0..limit {
            let Candidate { number, passes } = candidates.next()?;
            if *passes
                && is_acceptable(number)
                && is_probably_prime(number, rounds(64 * N), bases, tests)
            {
                return Some(number.clone());
            }
        }
        None
    }
}

/// The candidates in the range, in the order drawn.
struct Candidates<'a, R, T, const N: usize> {
    rng: &'a mut R,
    tests: T,
    drawn: Vec<Candidate<N>>,
    /// Of those, the one to be looked at next.
    next: usize,
}

impl<R: CryptoRng, T: PrimeTests<N>, const N: usize> Candidates<'_, R, T, N> {
    /// `None` if the generator is stuck below the range.
    fn next(&mut self) -> Option<&Candidate<N>> {
        if self.next == self.drawn.len() {
            self.draw();
            self.test();
            self.next = 0;
        }
        self.next += 1;
        self.drawn.get(self.next - 1)
    }

    /// Draws until there are as many without a small factor as are tested together.
    fn draw(&mut self) {
        self.drawn.clear();
        let mut promising = 0;
        while promising < T::TOGETHER && self.drawn.len() < AHEAD * T::TOGETHER {
            let Some(number) = draw_in_range(self.rng) else {
                break;
            };
            let passes = is_promising(&number);
            promising += usize::from(passes);
            self.drawn.push(Candidate { number, passes });
        }
    }

    fn test(&mut self) {
        let promising = self.drawn.iter().filter(|candidate| candidate.passes);
        let numbers: Vec<_> = promising.map(|candidate| &*candidate.number).collect();
        if numbers.is_empty() {
            return;
        }
        let passes = self.tests.fermat(&numbers);
        #[cfg(test)]
        let passes = if super::tests::rejects_all() {
            0
        } else {
            passes
        };
        let promising = self.drawn.iter_mut().filter(|candidate| candidate.passes);
        for (candidate, place) in promising.zip(0..) {
            candidate.passes = passes >> place & 1 == 1;
        }
    }
}
