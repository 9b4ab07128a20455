//! What is done with a candidate that becomes a secret, for the bench of leaks. Primes of 512 bits
//! go through the same code as those of keys.

use super::candidate::is_promising;
use super::complete;
use super::prime::{PrimeTests, Words, is_probably_prime};
use super::search::Search;
use crate::crypto::hooks::Trial;
use chacha20::ChaCha20Rng;
use rand_core::SeedableRng as _;
use std::cell::{LazyCell, RefCell};
use std::hint::black_box;
use std::rc::Rc;

/// Words of a prime.
const N: usize = 8;
/// How many primes the random ones are taken from: a power of two.
const PRIMES: usize = 16;

pub(in crate::crypto::portable::rsa) fn trials() -> Vec<Trial> {
    let primes = Rc::new(LazyCell::new((|| primes(Words)) as fn() -> Vec<[u64; N]>));
    let mut bases = ChaCha20Rng::seed_from_u64(3);
    vec![
        trial(
            "portable: small factors, another prime",
            100_000,
            &primes,
            |[prime, _]| {
                black_box(is_promising(black_box(prime)));
            },
        ),
        trial(
            "portable: Fermat's test of a prime, another prime",
            100_000,
            &primes,
            |[prime, _]| {
                black_box(Words.fermat(&[prime]));
            },
        ),
        trial(
            "portable: test of a prime, another prime",
            100_000,
            &primes,
            move |[prime, _]| {
                black_box(is_probably_prime(prime, 1, &mut bases, Words));
            },
        ),
        trial(
            "portable: key of two primes, other primes",
            10_000,
            &primes,
            |[p, q]| {
                black_box(complete(p, q));
            },
        ),
    ]
}

/// As many as there are among so many candidates: all.
pub(in crate::crypto) fn primes<const N: usize>(tests: impl PrimeTests<N>) -> Vec<[u64; N]> {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let bases = ChaCha20Rng::seed_from_u64(2);
    let mut search = Search::new(&mut rng, bases, tests);
    (0..PRIMES)
        .filter_map(|_| search.find(10 * 1024, |_| true).map(|prime| *prime))
        .collect()
}

/// Work with two of the primes, which the words of the secret choose.
pub(in crate::crypto) fn trial<const N: usize>(
    name: &'static str,
    runs: usize,
    primes: &Rc<LazyCell<Vec<[u64; N]>>>,
    mut work: impl FnMut(&[[u64; N]; 2]) + 'static,
) -> Trial {
    let secret = Rc::new(RefCell::new([[0; N]; 2]));
    let (set, primes) = (Rc::clone(&secret), Rc::clone(primes));
    Trial::new(
        name,
        runs,
        2,
        move |words| {
            // Of two halves: a key never has the same prime twice.
            let (p, q) = primes.split_at(PRIMES / 2);
            *set.borrow_mut() = [pick(p, words[0]), pick(q, words[1])];
        },
        move || work(&secret.borrow()),
    )
}

/// One of half of the primes, all of which are read, so that no cache knows which it was.
fn pick<const N: usize>(primes: &[[u64; N]], word: u64) -> [u64; N] {
    const HALF: u64 = PRIMES as u64 / 2;
    let mut chosen = [0; N];
    for (place, prime) in (0_u64..).zip(primes) {
        let mask = black_box(u64::from(place == word % HALF)).wrapping_neg();
        for (word, of_prime) in chosen.iter_mut().zip(prime) {
            *word |= of_prime & mask;
        }
    }
    chosen
}
