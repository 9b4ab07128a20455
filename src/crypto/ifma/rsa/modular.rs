//! Dispatch modulo an odd number, another one in each lane.

use super::block::{double_add_square, multiply_add, reduce};
use super::shift::Shift;
use crate::crypto::ifma::digits::{
    BITS, LANES, Number, V, Wide, canonical, carry_signed, clean, load, of_lanes, splat, zero,
};
use crate::crypto::ifma::unroll::{high, low, pin};
use core::arch::x86_64::{
    _mm512_add_epi64, _mm512_and_si512, _mm512_or_si512, _mm512_setzero_si512, _mm512_sllv_epi64,
    _mm512_srli_epi64, _mm512_srlv_epi64, _mm512_sub_epi64,
};
use zeroize::Zeroize;

/// What is left over between the steps of a multiplication.
pub(super) struct Scratch<const B: usize, const N: usize> {
    pub(super) wide: Wide<B, N>,
    quotient: [V; B],
}

impl<const B: usize, const N: usize> Scratch<B, N> {
    #[target_feature(enable = "avx512f")]
    pub(super) fn new() -> Self {
        Self {
            wide: [zero(); 2],
            quotient: [_mm512_setzero_si512(); B],
        }
    }
}

impl<const B: usize, const N: usize> Zeroize for Scratch<B, N> {
    fn zeroize(&mut self) {
        let Self { wide, quotient } = self;
        wide.zeroize();
        quotient.zeroize();
    }
}

/// Sets all columns to zero with as many stores: `memset`, which the compiler would see in it, is
/// slow to get going.
#[inline]
#[target_feature(enable = "avx512f")]
fn clear<const B: usize, const N: usize>(wide: &mut Wide<B, N>) {
    let mut nothing = _mm512_setzero_si512();
    pin!(nothing);
    for column in wide.as_flattened_mut().as_flattened_mut() {
        *column = nothing;
    }
}

/// Adds the product of two numbers to the columns of `wide`.
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn product<const B: usize, const N: usize>(
    wide: &mut Wide<B, N>,
    a: &Number<B, N>,
    b: &Number<B, N>,
) {
    let blocks = wide.as_flattened_mut();
    for (i, a) in a.iter().enumerate() {
        for (j, b) in b.iter().enumerate() {
            if let [below, above, ..] = &mut blocks[i + j..] {
                multiply_add::<B, false>(below, above, a, b);
            }
        }
    }
}

/// Writes the square of a number to the columns of `wide`.
#[target_feature(enable = "avx512f,avx512ifma")]
fn square<const B: usize, const N: usize>(wide: &mut Wide<B, N>, a: &Number<B, N>) {
    if let ([below, above], [a]) = (wide.as_flattened_mut(), &a[..]) {
        return double_add_square::<B, true>(below, above, a);
    }
    clear(wide);
    let blocks = wide.as_flattened_mut();
    for i in 0..N {
        for j in 0..i {
            if let [below, above, ..] = &mut blocks[i + j..] {
                multiply_add::<B, false>(below, above, &a[i], &a[j]);
            }
        }
    }
    for (i, a) in a.iter().enumerate() {
        if let [below, above, ..] = &mut blocks[2 * i..] {
            double_add_square::<B, false>(below, above, a);
        }
    }
}

/// The moduli of eight lanes. With `D` digits, `R = 2^(52 D)`; a number stands for itself times
/// `R`, and is less than twice the modulus.
pub(super) struct Modulus<const B: usize, const N: usize> {
    pub(super) n: Number<B, N>,
    /// `-1/n mod 2^52`.
    inverse: V,
    /// `R mod n`, which stands for 1.
    pub(super) one: Number<B, N>,
    /// `R^2 mod n`, which stands for `R`.
    pub(super) r: Number<B, N>,
}

impl<const B: usize, const N: usize> Modulus<B, N> {
    /// Prepares moduli in 64-bit words: odd, of exactly `bits` bits, which are at least 2 fewer
    /// than the digits hold.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn new(words: [&[u64]; LANES], bits: usize, scratch: &mut Scratch<B, N>) -> Self {
        let n = load(words);
        // 2^bits - n, which is 2^bits mod n because the top bit of n is set.
        let mut power: Number<B, N> = zero();
        for (power, n) in power.as_flattened_mut().iter_mut().zip(n.as_flattened()) {
            *power = _mm512_sub_epi64(*power, *n);
        }
        let top = &mut power.as_flattened_mut()[bits / BITS];
        *top = _mm512_add_epi64(*top, splat(1 << (bits % BITS)));
        carry_signed(power.as_flattened_mut());
        let mut modulus = Self {
            n,
            inverse: of_lanes(words.map(|words| negated_inverse(words[0]))),
            one: power,
            r: power,
        };
        // A shift makes R of it, and another 2^k R with k the top bits of the length of R; from
        // there each squaring doubles the exponent k, up to that length: R^2.
        let length = BITS * B * N;
        let shift = Shift::new(&n, bits);
        shift.left(&mut power, length - bits, &n);
        modulus.one = power;
        shift.left(&mut power, length >> SQUARINGS, &n);
        for bit in (0..SQUARINGS).rev() {
            modulus.square(&mut power, scratch);
            canonical(&mut power, &n);
            shift.left(&mut power, length >> bit & 1, &n);
        }
        modulus.r = power;
        modulus
    }

    /// `2^exponent mod n`, with clean digits.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn power_of_two(
        &self,
        exponent: usize,
        scratch: &mut Scratch<B, N>,
    ) -> Number<B, N> {
        let length = BITS * B * N;
        let (turns, rest) = (exponent / length, exponent % length);
        let mut power = zero();
        power.as_flattened_mut()[rest / BITS] = splat(1 << (rest % BITS));
        // Each turn has a factor of R. Less than R is enough for the first one.
        if turns == 0 {
            self.multiply(&mut power, &self.one, scratch);
        }
        for _ in 0..turns {
            self.multiply(&mut power, &self.r, scratch);
        }
        canonical(&mut power, &self.n);
        power
    }

    /// `x = x * y / R mod n`, less than `2n` if the product is less than `R n`.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn multiply(
        &self,
        x: &mut Number<B, N>,
        y: &Number<B, N>,
        scratch: &mut Scratch<B, N>,
    ) {
        let wide = &mut scratch.wide;
        if let ([below, above], [x], [y]) = (wide.as_flattened_mut(), &x[..], &y[..]) {
            multiply_add::<B, true>(below, above, x, y);
        } else {
            clear(wide);
            product(wide, x, y);
        }
        self.reduce(x, scratch);
    }

    /// `x = x * x / R mod n`, less than `2n`.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn square(&self, x: &mut Number<B, N>, scratch: &mut Scratch<B, N>) {
        square(&mut scratch.wide, x);
        self.reduce(x, scratch);
    }

    /// `x = x / 2^count mod n`, less than `2n`, for a count below 16 in each lane: Montgomery's
    /// reduction by as many bits.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn halve(&self, x: &mut Number<B, N>, count: V) {
        let (zero, mask) = (_mm512_setzero_si512(), splat((1 << BITS) - 1));
        let left = _mm512_sub_epi64(splat(BITS as u64), count);
        let x = x.as_flattened_mut();
        // A multiple of n that makes the lowest bits zero.
        let mut factor = zero;
        low(&mut factor, &x[0], &self.inverse);
        let bits = _mm512_sub_epi64(_mm512_sllv_epi64(splat(1), count), splat(1));
        let factor = _mm512_and_si512(factor, bits);
        let (mut carry, mut n_below, mut below) = (zero, zero, zero);
        for (place, n) in self.n.as_flattened().iter().enumerate() {
            let mut sum = _mm512_add_epi64(_mm512_and_si512(x[place], mask), carry);
            low(&mut sum, &factor, n);
            high(&mut sum, &factor, &n_below);
            carry = _mm512_srli_epi64::<52>(sum);
            n_below = *n;
            if place > 0 {
                x[place - 1] = _mm512_or_si512(below, _mm512_sllv_epi64(sum, left));
            }
            below = _mm512_srlv_epi64(_mm512_and_si512(sum, mask), count);
            x[place] = below;
        }
    }

    /// `x = t / R mod n`, with `t` the columns in `scratch.wide`; less than `2n` if `t` is less
    /// than `R n`.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn reduce(&self, x: &mut Number<B, N>, scratch: &mut Scratch<B, N>) {
        let Scratch { wide, quotient } = scratch;
        let blocks = wide.as_flattened_mut();
        if let ([below, above], [n], [x]) = (&mut *blocks, &self.n[..], &mut x[..]) {
            return reduce(below, above, n, self.inverse, quotient, Some(x));
        }
        for i in 0..N {
            if let [below, above, ..] = &mut blocks[i..] {
                reduce(below, above, &self.n[0], self.inverse, quotient, None);
            }
            for k in 1..N {
                if let [below, above, ..] = &mut blocks[i + k..] {
                    multiply_add::<B, false>(below, above, quotient, &self.n[k]);
                }
            }
        }
        // As `finished` digits of the reduction of a block.
        let mut carry = _mm512_setzero_si512();
        for (digit, column) in x.as_flattened_mut().iter_mut().zip(wide[1].as_flattened()) {
            *digit = _mm512_add_epi64(*column, carry);
            carry = _mm512_srli_epi64::<52>(*digit);
        }
    }

    /// Leaves the representation: `x = x / R mod n`, less than `n`, with clean digits.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn leave(&self, x: &mut Number<B, N>, scratch: &mut Scratch<B, N>) {
        clean(x.as_flattened_mut());
        scratch.wide = [*x, zero()];
        self.reduce(x, scratch);
        canonical(x, &self.n);
    }
}

impl<const B: usize, const N: usize> Zeroize for Modulus<B, N> {
    fn zeroize(&mut self) {
        let Self { n, inverse, one, r } = self;
        n.zeroize();
        inverse.zeroize();
        one.zeroize();
        r.zeroize();
    }
}

/// Squarings from `2^k R` to `R^2`.
const SQUARINGS: usize = 5;

/// `-1/n mod 2^52` for odd `n`.
pub(super) fn negated_inverse(n: u64) -> u64 {
    negated_inverse_64(n) & ((1 << BITS) - 1)
}

/// `-1/n mod 2^64` for odd `n`. Newton's iteration: each step doubles the number of right bits,
/// of which there are 3 to begin with.
pub(super) fn negated_inverse_64(n: u64) -> u64 {
    let mut inverse = n;
    for _ in 0..5 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(n.wrapping_mul(inverse)));
    }
    inverse.wrapping_neg()
}
