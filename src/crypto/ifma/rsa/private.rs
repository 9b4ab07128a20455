//! The RSA private operation by the Chinese remainder theorem: four messages in one pass, the
//! powers modulo `p` in the lower lanes and those modulo `q` in the upper ones, or one message
//! alone.

use super::modular::{Modulus, Scratch, product};
use super::power::{Exponent, Table, power};
use super::public::PublicKeys;
use super::single;
use crate::crypto::ifma::digits::{
    LANES, Number, Wide, canonical, canonical_below_three, carry_signed, fill, load, words_of, zero,
};
use core::arch::x86_64::{_mm512_add_epi64, _mm512_shuffle_i64x2, _mm512_sub_epi64};
use zeroize::Zeroize;

/// Messages in one pass.
pub(super) const HALF: usize = LANES / 2;

/// The numbers of a key in 64-bit words, least significant first.
pub(super) struct Numbers<'a> {
    pub(super) n: &'a [u64],
    pub(super) e: u64,
    pub(super) p: &'a [u64],
    pub(super) q: &'a [u64],
    /// `d mod p - 1`.
    pub(super) dp: &'a [u64],
    /// `d mod q - 1`.
    pub(super) dq: &'a [u64],
    /// `1/q mod p`.
    pub(super) coefficient: &'a [u64],
}

/// A private key of `2 N` (which is `M`) blocks, whose primes are of equal length.
pub(super) struct PrivateKey<const B: usize, const N: usize, const M: usize, const K: usize> {
    /// `p` in the lower half of the lanes, `q` in the upper half.
    primes: Modulus<B, N>,
    exponents: Exponent,
    /// `R^3` modulo the primes.
    cube: Number<B, N>,
    p: Modulus<B, N>,
    q: Number<B, N>,
    /// `R/q mod p`.
    coefficient: Number<B, N>,
    public: PublicKeys<B, M>,
    /// For one message alone.
    powers: single::Powers<K>,
    public_power: single::PublicPower<K>,
}

/// Memory that the operations work in; wiped when it is dropped.
pub(super) struct Workspace<const B: usize, const N: usize, const M: usize, const K: usize> {
    table: Table<B, N>,
    half: Scratch<B, N>,
    full: Scratch<B, M>,
    across: single::Table<K>,
}

impl<const B: usize, const N: usize, const M: usize, const K: usize> Workspace<B, N, M, K> {
    /// In a frame of its own, so that none is as large whose callees leave secrets.
    #[inline(never)]
    #[target_feature(enable = "avx512f")]
    pub(super) fn new() -> Box<Self> {
        Box::new(Self {
            table: Table::new(),
            half: Scratch::new(),
            full: Scratch::new(),
            across: single::Table::new(),
        })
    }
}

impl<const B: usize, const N: usize, const M: usize, const K: usize> Drop
    for Workspace<B, N, M, K>
{
    fn drop(&mut self) {
        let Self {
            table,
            half,
            full,
            across,
        } = self;
        table.zeroize();
        half.zeroize();
        full.zeroize();
        across.zeroize();
    }
}

impl<const B: usize, const N: usize, const M: usize, const K: usize> PrivateKey<B, N, M, K> {
    /// `bits` is the length of the modulus, and each prime has half of it exactly.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn new(numbers: &Numbers<'_>, bits: usize) -> Box<Self> {
        let Numbers {
            n,
            e,
            p,
            q,
            dp,
            dq,
            coefficient,
        } = *numbers;
        let mut space = Workspace::<B, N, M, K>::new();
        let Workspace { half, full, .. } = &mut *space;
        let primes = Modulus::new(halves(p, q), bits / 2, half);
        let mut cube = primes.r;
        primes.multiply(&mut cube, &primes.r, half);
        let powers = single::Powers::new(&primes, [p, q], [dp, dq], bits / 2, half);
        let p = Modulus::new([p; LANES], bits / 2, half);
        let mut coefficient = load([coefficient; LANES]);
        p.multiply(&mut coefficient, &p.r, half);
        let public = PublicKeys::new([n; LANES], bits, e, full);
        let public_power = single::PublicPower::new(&public.modulus, n, e, full);
        Box::new(Self {
            primes,
            exponents: Exponent::new(halves(dp, dq), bits / 2),
            cube,
            p,
            q: load([q; LANES]),
            coefficient,
            public,
            powers,
            public_power,
        })
    }

    /// Raises up to four messages, in 64-bit words, to the private exponent modulo each prime.
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn powers(&self, messages: &[&[u64]], space: &mut Workspace<B, N, M, K>) -> Number<B, N> {
        let Workspace { table, half, .. } = space;
        let message = |lane: usize| messages.get(lane).copied().unwrap_or(&[]);
        fill(
            half.wide.as_flattened_mut().as_flattened_mut(),
            std::array::from_fn(|lane| message(lane % HALF)),
        );
        let mut x = zero();
        self.primes.reduce(&mut x, half);
        self.primes.multiply(&mut x, &self.cube, half);
        power(&mut x, &self.exponents, &self.primes, table, half);
        self.primes.leave(&mut x, half);
        x
    }

    /// Puts the powers modulo the primes of two passes together to powers modulo `n`.
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn combine(
        &self,
        passes: &[Number<B, N>; 2],
        space: &mut Workspace<B, N, M, K>,
    ) -> Number<B, M> {
        #[cfg(test)]
        let passes = &{
            let mut passes = *passes;
            super::tests::fault::strike(&mut passes[0]);
            passes
        };
        let half = &mut space.half;
        // h = (of_p - of_q) / q mod p. The difference is more than -2p, as p and q are of equal
        // length, and stays below R after 2p was added.
        let mut h: Number<B, N> = zero();
        let mut of_q: Number<B, N> = zero();
        let [first, second] = [passes[0].as_flattened(), passes[1].as_flattened()];
        for (place, (h, of_q)) in h
            .as_flattened_mut()
            .iter_mut()
            .zip(of_q.as_flattened_mut())
            .enumerate()
        {
            let of_p = _mm512_shuffle_i64x2::<0b01_00_01_00>(first[place], second[place]);
            *of_q = _mm512_shuffle_i64x2::<0b11_10_11_10>(first[place], second[place]);
            let p = self.p.n.as_flattened()[place];
            *h = _mm512_add_epi64(_mm512_sub_epi64(of_p, *of_q), _mm512_add_epi64(p, p));
        }
        carry_signed(h.as_flattened_mut());
        self.p.multiply(&mut h, &self.coefficient, half);
        canonical(&mut h, &self.p.n);
        // of_q + h q, less than n.
        half.wide = [of_q, zero()];
        product(&mut half.wide, &h, &self.q);
        let mut signature = join(&half.wide);
        carry_signed(signature.as_flattened_mut());
        signature
    }

    /// Signs up to eight encoded messages, each in 64-bit words and less than the modulus. The
    /// signatures are in clean digits; a bit tells for each lane whether it was found good.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn sign(
        &self,
        messages: &[&[u64]],
        space: &mut Workspace<B, N, M, K>,
    ) -> (Number<B, M>, u8) {
        let mut passes = [zero(); 2];
        for (pass, messages) in passes.iter_mut().zip(messages.chunks(HALF)) {
            *pass = self.powers(messages, space);
        }
        let signatures = self.combine(&passes, space);
        let encoded = std::array::from_fn(|lane| messages.get(lane).copied().unwrap_or(&[]));
        let good = self.public.check(&signatures, encoded, &mut space.full);
        (signatures, good)
    }

    /// [`Self::sign`] for one message, in the lowest lane.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn sign_one(
        &self,
        message: &[u64],
        space: &mut Workspace<B, N, M, K>,
    ) -> (Number<B, M>, u8) {
        let [of_p, of_q] = self.powers.raise(message, &mut space.across);
        let mut passes = [load(halves(&of_p, &of_q)), zero()];
        canonical_below_three(&mut passes[0], &self.primes.n);
        let signatures = self.combine(&passes, space);
        let signature = words_of(signatures.as_flattened(), 0);
        let good = self
            .public_power
            .check(&self.public.modulus, &signature, message);
        (signatures, u8::from(good))
    }
}

impl<const B: usize, const N: usize, const M: usize, const K: usize> Drop
    for PrivateKey<B, N, M, K>
{
    fn drop(&mut self) {
        let Self {
            primes,
            exponents,
            cube,
            p,
            q,
            coefficient,
            public: _,
            powers: _,
            public_power: _,
        } = self;
        primes.zeroize();
        exponents.zeroize();
        cube.zeroize();
        p.zeroize();
        q.zeroize();
        coefficient.zeroize();
    }
}

fn halves<'a>(lower: &'a [u64], upper: &'a [u64]) -> [&'a [u64]; LANES] {
    std::array::from_fn(|lane| if lane < HALF { lower } else { upper })
}

/// The digits of a product of two numbers modulo a prime, as those of a number modulo `n`.
#[target_feature(enable = "avx512f")]
fn join<const B: usize, const N: usize, const M: usize>(wide: &Wide<B, N>) -> Number<B, M> {
    let mut number = zero();
    number.copy_from_slice(wide.as_flattened());
    number
}
