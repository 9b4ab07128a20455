//! Tests of primes: Fermat's with base 2, which most composites fail, and Miller's and Rabin's with
//! random bases, FIPS 186-5 appendix B.3.1, which decides.

use crate::crypto::portable::rsa::modulus::{Modulus, Scratch};
use crate::crypto::portable::rsa::power::{Table, halving_power, power};
use crate::crypto::portable::rsa::words::{is_equal, of_bytes, subtract_if};
use rand_core::CryptoRng;
use zeroize::{Zeroize as _, Zeroizing};

/// Squarings of a round that are made whether or not they count. One candidate in 2^16 needs more.
pub(in crate::crypto) const SQUARINGS: u32 = 16;

/// What tells primes of `64 N` bits from composites. Candidates are odd and have all their bits; the
/// same ones pass in whatever arithmetic.
pub(in crate::crypto) trait PrimeTests<const N: usize>: Copy {
    /// How many candidates it takes at a time, at most eight.
    const TOGETHER: usize;

    /// Tells, in a bit for each candidate, whether `2^(n - 1)` is 1 modulo it. Of primes it always is.
    fn fermat(self, candidates: &[&[u64; N]]) -> u8;

    /// Whether the candidate passes a round of Miller and Rabin with each base. There are at most eight,
    /// less than the candidate and neither 0, 1 nor the candidate less one.
    fn miller_rabin(self, candidate: &[u64; N], bases: &[[u64; N]]) -> bool;
}

/// How many rounds a prime of so many bits takes, for an error probability as small as the strength of
/// the key: 2^-112, 2^-128 and 2^-144 (FIPS 186-5 appendix B, table B.1).
pub(super) const fn rounds(bits: usize) -> usize {
    match bits {
        ..1024 => 7,
        1024..1536 => 5,
        _ => 4,
    }
}

/// Whether an odd number of exactly `64 N` bits passes so many rounds, each with a random base. A number
/// that passes takes the same time whatever it is.
pub(super) fn is_probably_prime<const N: usize>(
    candidate: &[u64; N],
    rounds: usize,
    rng: &mut impl CryptoRng,
    tests: impl PrimeTests<N>,
) -> bool {
    let mut bases = Zeroizing::new(Vec::with_capacity(rounds));
    for _ in 0..rounds {
        bases.push(*base(candidate, rng));
    }
    tests.miller_rabin(candidate, &bases)
}

/// A random number above 1 and below `n - 1`.
///
/// The standard draws until a number is small enough; how often would tell of the size of `n`.
/// Here twice as many bits are drawn and reduced, which leaves each number as likely as any
/// other, but for `2^-(64 N)`. That another is drawn nobody will see.
fn base<const N: usize>(n: &[u64; N], rng: &mut impl CryptoRng) -> Zeroizing<[u64; N]> {
    let modulus = Zeroizing::new(Modulus::new(n));
    let mut scratch = Scratch::new();
    let mut one = [0; N];
    one[0] = 1;
    let mut minus_one = Zeroizing::new(*n);
    minus_one[0] &= !1;
    loop {
        let mut bytes = Zeroizing::new([[[0; 8]; N]; 2]);
        rng.fill_bytes(bytes.as_flattened_mut().as_flattened_mut());
        let wide = Zeroizing::new(bytes.each_ref().map(|half| of_bytes(half.as_flattened())));
        // Less a factor that makes no difference to a random number.
        let mut base = Zeroizing::new(modulus.reduce(&wide, &mut scratch));
        modulus.canonical(&mut base);
        let is_trivial = [&[0; N], &one, &*minus_one]
            .iter()
            .any(|trivial| is_equal(&*base, *trivial));
        if !is_trivial {
            return base;
        }
    }
}

/// `n - 1` as `m 2^a` with an odd `m`. (Where the lowest word of `n - 1` is zero, which is once in 2^63,
/// `m` is even, and the number is called composite.)
pub(in crate::crypto) fn odd_part<const N: usize>(n: &[u64; N]) -> (Zeroizing<[u64; N]>, u32) {
    let mut m = Zeroizing::new(*n);
    m[0] &= !1;
    let a = m[0].trailing_zeros() & 63;
    for place in 0..N {
        let above = m.get(place + 1).map_or(0, |above| above << 1 << (63 - a));
        m[place] = m[place] >> a | above;
    }
    (m, a)
}

/// Tests on 64-bit words.
#[derive(Clone, Copy)]
pub(in crate::crypto) struct Words;

impl<const N: usize> PrimeTests<N> for Words {
    const TOGETHER: usize = 1;

    fn fermat(self, candidates: &[&[u64; N]]) -> u8 {
        let passes = candidates.iter().zip(0..).map(|(n, place)| {
            let modulus = Zeroizing::new(Modulus::new(n));
            let mut scratch = Scratch::new();
            let mut order = Zeroizing::new(**n);
            order[0] &= !1;
            let mut x = Zeroizing::new(halving_power(&order, &modulus, &mut scratch));
            modulus.canonical(&mut x);
            u8::from(is_equal(&*x, &modulus.one())) << place
        });
        passes.sum()
    }

    /// Stops at the first round that the candidate fails.
    fn miller_rabin(self, candidate: &[u64; N], bases: &[[u64; N]]) -> bool {
        let mut candidate = Candidate::new(candidate);
        let mut space = (Table::new(), Scratch::new());
        let passes = bases.iter().all(|base| candidate.passes(base, &mut space));
        candidate.zeroize();
        passes
    }
}

/// A candidate `n`, and `n - 1` as `m 2^a` with an odd `m`.
struct Candidate<const N: usize> {
    modulus: Modulus<N>,
    r_squared: [u64; N],
    one: [u64; N],
    minus_one: [u64; N],
    m: Zeroizing<[u64; N]>,
    a: u32,
}

impl<const N: usize> Candidate<N> {
    fn new(n: &[u64; N]) -> Self {
        let modulus = Modulus::new(n);
        let one = modulus.one();
        let mut minus_one = *n;
        subtract_if(&mut minus_one, &one, true);
        let (m, a) = odd_part(n);
        Self {
            r_squared: modulus.r_squared(&mut Scratch::new()),
            modulus,
            one,
            minus_one,
            m,
            a,
        }
    }

    /// One round.
    fn passes(&self, base: &[u64; N], space: &mut (Table<N>, Scratch<N>)) -> bool {
        let Self {
            modulus,
            r_squared,
            one,
            minus_one,
            m,
            a,
        } = self;
        let (table, scratch) = space;
        let mut x = Zeroizing::new(*base);
        modulus.multiply(&mut x, r_squared, scratch);
        power(&mut x, m, modulus, table, scratch);
        modulus.canonical(&mut x);
        let mut passes = is_equal(&*x, one) | is_equal(&*x, minus_one);
        for place in 1..=SQUARINGS.max(*a) {
            modulus.square(&mut x, scratch);
            modulus.canonical(&mut x);
            passes |= is_equal(&*x, minus_one) & (place < *a);
        }
        passes & (m[0] & 1 == 1)
    }

    fn zeroize(&mut self) {
        let Self {
            modulus,
            r_squared,
            one,
            minus_one,
            m,
            a,
        } = self;
        modulus.zeroize();
        for number in [r_squared, one, minus_one, &mut **m] {
            number.zeroize();
        }
        a.zeroize();
    }
}
