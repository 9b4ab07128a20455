//! The test of Miller and Rabin, FIPS 186-5 appendix B.3.1.

use crate::crypto::portable::rsa::modulus::{Modulus, Scratch};
use crate::crypto::portable::rsa::power::{Table, power};
use crate::crypto::portable::rsa::words::{is_equal, of_bytes, subtract_if};
use rand_core::CryptoRng;
use zeroize::{Zeroize as _, Zeroizing};

/// Squarings of a round that are made whether or not they count. One candidate in 2^16 needs more.
const SQUARINGS: u32 = 16;

/// Memory for tests; wiped when it is dropped.
pub(super) struct Workspace<const N: usize> {
    table: Table<N>,
    scratch: Scratch<N>,
}

impl<const N: usize> Workspace<N> {
    pub(super) fn new() -> Box<Self> {
        Box::new(Self {
            table: Table::new(),
            scratch: Scratch::new(),
        })
    }
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

/// Whether an odd number of exactly `64 N` bits passes so many rounds, each with a random base. Stops at the
/// first that it fails; a number that passes takes the same time whatever it is.
pub(super) fn is_probably_prime<const N: usize>(
    candidate: &[u64; N],
    rounds: usize,
    rng: &mut impl CryptoRng,
    space: &mut Workspace<N>,
) -> bool {
    let mut candidate = Candidate::new(candidate);
    let passes = (0..rounds).all(|_| {
        let base = candidate.base(rng, &mut space.scratch);
        candidate.passes(base, space)
    });
    candidate.zeroize();
    passes
}

/// A candidate `n`, and `n - 1` as `m 2^a` with an odd `m`.
struct Candidate<const N: usize> {
    modulus: Modulus<N>,
    one: [u64; N],
    minus_one: [u64; N],
    m: [u64; N],
    a: u32,
}

impl<const N: usize> Candidate<N> {
    fn new(n: &[u64; N]) -> Self {
        let modulus = Modulus::new(n);
        let one = modulus.one();
        let mut minus_one = *n;
        subtract_if(&mut minus_one, &one, true);
        // Of the words of n - 1, the lowest is zero once in 2^63; such a candidate is called
        // composite below.
        let mut m = *n;
        m[0] &= !1;
        let a = m[0].trailing_zeros() & 63;
        for place in 0..N {
            let above = m.get(place + 1).map_or(0, |above| above << 1 << (63 - a));
            m[place] = m[place] >> a | above;
        }
        Self {
            modulus,
            one,
            minus_one,
            m,
            a,
        }
    }

    /// A random number above 1 and below `n - 1`. As those are in Montgomery's representation, so
    /// is the base: which number it stands for is as random.
    ///
    /// The standard draws until a number is small enough; how often would tell of the size of `n`.
    /// Here twice as many bits are drawn and reduced, which leaves each number as likely as any
    /// other, but for `2^-(64 N)`. That another is drawn nobody will see.
    fn base(&self, rng: &mut impl CryptoRng, scratch: &mut Scratch<N>) -> Zeroizing<[u64; N]> {
        loop {
            let mut bytes = Zeroizing::new([[[0; 8]; N]; 2]);
            rng.fill_bytes(bytes.as_flattened_mut().as_flattened_mut());
            let wide = Zeroizing::new(bytes.each_ref().map(|half| of_bytes(half.as_flattened())));
            let mut base = Zeroizing::new(self.modulus.reduce(&wide, scratch));
            self.modulus.canonical(&mut base);
            let is_trivial = [[0; N], self.one, self.minus_one]
                .iter()
                .any(|trivial| is_equal(&*base, trivial));
            if !is_trivial {
                return base;
            }
        }
    }

    /// One round.
    fn passes(&self, mut x: Zeroizing<[u64; N]>, space: &mut Workspace<N>) -> bool {
        let Self {
            modulus,
            one,
            minus_one,
            m,
            a,
        } = self;
        let Workspace { table, scratch } = space;
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
            one,
            minus_one,
            m,
            a,
        } = self;
        modulus.zeroize();
        for number in [one, minus_one, m] {
            number.zeroize();
        }
        a.zeroize();
    }
}
