//! The exponentiations of one RSA operation alone, on numbers that lie across the lanes.

use super::chunks::{ChunkModulus, Chunks, chunk_bits, pack, unpack};
use super::modular::{Modulus, Scratch};
use crate::crypto::ifma::digits::{
    LANES, Number, V, bits, canonical_below_three, load_one, same, splat, words_of,
};
use core::arch::x86_64::{
    _mm512_cmpeq_epi64_mask, _mm512_mask_mov_epi64, _mm512_mask_set1_epi64, _mm512_setzero_si512,
};
use zeroize::{Zeroize, Zeroizing};

/// Bits of the exponents that one multiplication takes in.
const WINDOW: usize = 5;

const ENTRIES: usize = 1 << WINDOW;

/// Chunks of a number modulo a prime.
const HALF: usize = LANES / 2;

/// The powers of the base with exponents below 32.
pub(super) struct Table<const K: usize>([Chunks<K>; ENTRIES]);

impl<const K: usize> Table<K> {
    #[target_feature(enable = "avx512f")]
    pub(super) fn new() -> Self {
        Self([[_mm512_setzero_si512(); K]; ENTRIES])
    }
}

impl<const K: usize> Zeroize for Table<K> {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

/// What the private exponentiations need.
pub(super) struct Powers<const K: usize> {
    primes: ChunkModulus<K>,
    /// `R`, which stands for 1, `R^2` and `R^3` modulo the primes.
    one: Chunks<K>,
    square: Chunks<K>,
    cube: Chunks<K>,
    /// `d mod p - 1` and `d mod q - 1`.
    exponents: [Zeroizing<Vec<u64>>; 2],
    /// Length of the primes in bits.
    bits: usize,
}

impl<const K: usize> Powers<K> {
    /// `primes` has `p` in its first lane and `q` in its last, and so have the words.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn new<const B: usize, const N: usize>(
        primes: &Modulus<B, N>,
        [p, q]: [&[u64]; 2],
        [dp, dq]: [&[u64]; 2],
        bits: usize,
        scratch: &mut Scratch<B, N>,
    ) -> Self {
        let mut residue = |exponent| {
            let residue = primes.power_of_two(exponent, scratch);
            let digits = residue.as_flattened();
            let words = [0, LANES - 1].map(|lane| Zeroizing::new(words_of(digits, lane)));
            pack(&[&words[0], &words[1]], 0)
        };
        let length = HALF * chunk_bits(K);
        Self {
            primes: ChunkModulus::new(&[p, q]),
            one: residue(length),
            square: residue(2 * length),
            cube: residue(3 * length),
            exponents: [dp, dq].map(|words| Zeroizing::new(words.to_vec())),
            bits,
        }
    }

    /// For benches: other exponents.
    #[cfg(feature = "hooks")]
    pub(super) fn set_exponents(&mut self, exponents: [&[u64]; 2]) {
        self.exponents = exponents.map(|words| Zeroizing::new(words.to_vec()));
    }

    /// Raises a message, of twice the length of the primes, to the private exponents: the results
    /// are less than `3p` and `3q`.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn raise(&self, message: &[u64], table: &mut Table<K>) -> [Zeroizing<Vec<u64>>; 2] {
        let Self { primes, .. } = self;
        let Table(entries) = table;
        // message = low + R high, and R^2 and R^3 take both into the representation.
        let length = HALF * chunk_bits(K);
        let mut x = pack(&[message; 2], 0);
        primes.multiply(&mut x, &self.square);
        let mut high = pack(&[message; 2], length);
        primes.multiply(&mut high, &self.cube);
        primes.add(&mut x, &high);
        entries[0] = self.one;
        entries[1] = x;
        for i in 2..ENTRIES {
            let (mut entry, factor) = if i % 2 == 0 {
                (entries[i / 2], entries[i / 2])
            } else {
                (entries[i - 1], x)
            };
            primes.multiply(&mut entry, &factor);
            entries[i] = entry;
        }
        let mut chosen = x;
        let windows = self.bits.div_ceil(WINDOW);
        for place in (0..windows).rev() {
            let [p, q] = self
                .exponents
                .each_ref()
                .map(|words| bits(words, WINDOW * place) % ENTRIES as u64);
            select(&mut chosen, entries, p, q);
            if place + 1 == windows {
                x = chosen;
            } else {
                primes.raise(&mut x, WINDOW, &chosen);
            }
        }
        let mut one = [_mm512_setzero_si512(); K];
        one[0] = crate::crypto::ifma::digits::of_lanes([1, 0, 0, 0, 1, 0, 0, 0]);
        primes.multiply(&mut x, &one);
        [0, HALF].map(|first| unpack(&x, first, HALF))
    }
}

impl<const K: usize> Drop for Powers<K> {
    fn drop(&mut self) {
        let Self {
            primes,
            one,
            square,
            cube,
            exponents: _,
            bits: _,
        } = self;
        primes.zeroize();
        one.zeroize();
        square.zeroize();
        cube.zeroize();
    }
}

/// Writes the entry `p` of the lower half of the lanes and the entry `q` of the upper half; reads
/// all of them.
#[inline]
#[target_feature(enable = "avx512f")]
fn select<const K: usize>(chosen: &mut Chunks<K>, entries: &[Chunks<K>; ENTRIES], p: u64, q: u64) {
    let which: V = _mm512_mask_set1_epi64(splat(p), 0xf0, q.cast_signed());
    for (number, entry) in (0..).zip(entries) {
        let here = _mm512_cmpeq_epi64_mask(which, splat(number));
        for (chosen, digit) in chosen.iter_mut().zip(entry) {
            *chosen = _mm512_mask_mov_epi64(*chosen, here, *digit);
        }
    }
}

/// What the public operation needs.
pub(super) struct PublicPower<const K: usize> {
    modulus: ChunkModulus<K>,
    /// `R^2 mod n`.
    square: Chunks<K>,
    exponent: u64,
}

impl<const K: usize> PublicPower<K> {
    /// `modulus` has `n` in its first lane.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn new<const B: usize, const M: usize>(
        modulus: &Modulus<B, M>,
        n: &[u64],
        exponent: u64,
        scratch: &mut Scratch<B, M>,
    ) -> Self {
        let square: Number<B, M> = modulus.power_of_two(2 * LANES * chunk_bits(K), scratch);
        Self {
            modulus: ChunkModulus::new(&[n]),
            square: pack(&[&words_of(square.as_flattened(), 0)], 0),
            exponent,
        }
    }

    /// Raises a signature to the public exponent; the result is less than `3n`.
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn raise(&self, signature: &[u64]) -> Zeroizing<Vec<u64>> {
        let Self {
            modulus,
            square,
            exponent,
        } = self;
        let signature = pack(&[signature], 0);
        let mut base = signature;
        modulus.multiply(&mut base, square);
        let mut power = base;
        // Squarings are saved up until there is a bit that has a multiplication.
        let mut squarings = 0;
        for bit in (0..exponent.ilog2()).rev() {
            squarings += 1;
            if exponent >> bit & 1 == 1 {
                // The factor of the lowest bit does not stand for itself times R, and leaves the
                // representation.
                let factor = if bit == 0 { &signature } else { &base };
                modulus.raise(&mut power, squarings, factor);
                squarings = 0;
            }
        }
        unpack(&power, 0, LANES)
    }

    /// Whether a signature, raised to the public exponent, is the encoded message; `modulus` has
    /// `n` in its lanes.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn check<const B: usize, const M: usize>(
        &self,
        modulus: &Modulus<B, M>,
        signature: &[u64],
        encoded: &[u64],
    ) -> bool {
        let mut power: Number<B, M> = load_one(&self.raise(signature));
        canonical_below_three(&mut power, &modulus.n);
        same(&power, &load_one(encoded)) == u8::MAX
    }
}
