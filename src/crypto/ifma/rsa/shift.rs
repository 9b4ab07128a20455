//! Multiplication by powers of two modulo `n`, which makes the constants of a modulus out of the
//! modulus alone: in lanes, and at the same pace for a secret modulus as for any other.

use crate::crypto::ifma::digits::{BITS, Number, V, canonical, carry_signed, splat};
use crate::crypto::ifma::unroll::{high, low};
use core::arch::x86_64::{
    _mm512_and_si512, _mm512_or_si512, _mm512_setzero_si512, _mm512_slli_epi64, _mm512_sllv_epi64,
    _mm512_srlv_epi64, _mm512_sub_epi64,
};

/// The most bits in one step: the top digits of a number tell a quotient of some 40 bits.
const STEP: usize = 24;

/// Bits before the point of a reciprocal, whose Newton iteration starts from nearly 3.
const BEFORE: u32 = 2;

/// Bits after it.
const POINT: usize = BITS - BEFORE as usize;

/// Multiplies by powers of two modulo numbers of the same length.
pub(super) struct Shift {
    /// Length of the moduli in bits.
    bits: usize,
    /// `2^bits / n`, from 1 to 2; too small by less than `2^-42`.
    reciprocal: V,
}

impl Shift {
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn new<const B: usize, const N: usize>(n: &Number<B, N>, bits: usize) -> Self {
        // Newton's iteration from the best straight line, 48/17 - 32/17 n, whose error is at most
        // 1/17; each step squares that. (Whole numbers, as times of divisions, and to a trace
        // those of floating-point multiplications, depend on the numbers.)
        let one = 1 << POINT;
        let n = top(n, bits);
        let slope = product_top(n, splat(one / 17 * 32));
        let mut reciprocal = _mm512_sub_epi64(splat(one / 17 * 48), slope);
        for _ in 0..4 {
            let correction = _mm512_sub_epi64(splat(2 * one), product_top(n, reciprocal));
            let product = product_top(reciprocal, correction);
            reciprocal = _mm512_slli_epi64::<BEFORE>(product);
        }
        // More than all that was rounded away.
        let reciprocal = _mm512_sub_epi64(reciprocal, splat(64));
        Self { bits, reciprocal }
    }

    /// `x = 2^count x mod n` for `x` less than `n`, with clean digits.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn left<const B: usize, const N: usize>(
        &self,
        x: &mut Number<B, N>,
        count: usize,
        n: &Number<B, N>,
    ) {
        for done in (0..count).step_by(STEP) {
            self.step(x, STEP.min(count - done), n);
        }
    }

    #[target_feature(enable = "avx512f,avx512ifma")]
    fn step<const B: usize, const N: usize>(
        &self,
        x: &mut Number<B, N>,
        count: usize,
        n: &Number<B, N>,
    ) {
        // The quotient of 2^count x and n, or one less.
        let quotient = product_top(top(x, self.bits), self.reciprocal);
        let quotient = _mm512_srlv_epi64(quotient, splat((POINT - count) as u64));
        let left = splat(count as u64);
        let right = splat((BITS - count) as u64);
        let mask = splat((1 << BITS) - 1);
        let zero = _mm512_setzero_si512();
        let (mut x_below, mut n_below) = (zero, zero);
        for (x, n) in x.as_flattened_mut().iter_mut().zip(n.as_flattened()) {
            let shifted = _mm512_or_si512(
                _mm512_and_si512(_mm512_sllv_epi64(*x, left), mask),
                _mm512_srlv_epi64(x_below, right),
            );
            let mut product = zero;
            low(&mut product, &quotient, n);
            high(&mut product, &quotient, &n_below);
            (x_below, n_below) = (*x, *n);
            *x = _mm512_sub_epi64(shifted, product);
        }
        carry_signed(x.as_flattened_mut());
        canonical(x, n);
    }
}

/// The highest 52 of `bits` bits.
#[target_feature(enable = "avx512f")]
fn top<const B: usize, const N: usize>(x: &Number<B, N>, bits: usize) -> V {
    let digits = x.as_flattened();
    let (top, in_top) = (bits / BITS, bits % BITS);
    _mm512_or_si512(
        _mm512_sllv_epi64(digits[top], splat((BITS - in_top) as u64)),
        _mm512_srlv_epi64(digits[top - 1], splat(in_top as u64)),
    )
}

/// The highest 52 of the 104 bits of a product.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn product_top(a: V, b: V) -> V {
    let mut product = _mm512_setzero_si512();
    high(&mut product, &a, &b);
    product
}
