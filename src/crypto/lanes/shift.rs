//! Multiplication by powers of two modulo `n`, which makes the constants of a modulus out of the
//! modulus alone: in lanes, and at the same pace for a secret modulus as for any other.

use super::digits::{BITS, Number, V, canonical, carry_signed, splat};
use super::unroll::{high, low};
use core::arch::x86_64::{
    __m512d, _mm512_add_epi64, _mm512_add_pd, _mm512_and_si512, _mm512_castpd_si512,
    _mm512_castsi512_pd, _mm512_fmadd_pd, _mm512_fnmadd_pd, _mm512_mul_pd, _mm512_or_si512,
    _mm512_set1_pd, _mm512_setzero_si512, _mm512_sllv_epi64, _mm512_srlv_epi64, _mm512_sub_epi64,
    _mm512_sub_pd,
};

/// The most bits in one step: more would ask for more of the quotient than the top of the number
/// tells.
const STEP: usize = 24;

/// 2^52, whose representation has the bits of a digit added to it in its own lowest bits.
const MAGIC: f64 = 4_503_599_627_370_496.0;

/// Multiplies by powers of two modulo numbers of the same length.
pub(super) struct Shift {
    /// Length of the moduli in bits.
    bits: usize,
    /// `2^bits / n`, to some 50 bits.
    reciprocal: __m512d,
}

impl Shift {
    #[target_feature(enable = "avx512f")]
    pub(super) fn new<const B: usize, const N: usize>(n: &Number<B, N>, bits: usize) -> Self {
        // Newton's iteration from the best straight line, whose error is at most 1/17; each step
        // squares that. A division might take a time that depends on the modulus.
        let n = fraction(n, bits);
        let mut reciprocal =
            _mm512_fnmadd_pd(n, _mm512_set1_pd(32.0 / 17.0), _mm512_set1_pd(48.0 / 17.0));
        for _ in 0..4 {
            let correction = _mm512_fnmadd_pd(n, reciprocal, _mm512_set1_pd(2.0));
            reciprocal = _mm512_mul_pd(reciprocal, correction);
        }
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
        // The quotient, rounded: 2^count x is within n/2 of its product with n, and a trifle.
        let factor = _mm512_mul_pd(self.reciprocal, _mm512_set1_pd(f64::from(1_u32 << count)));
        let quotient = _mm512_mul_pd(fraction(x, self.bits), factor);
        let quotient = _mm512_castpd_si512(_mm512_add_pd(quotient, _mm512_set1_pd(MAGIC)));
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
            // n more, so that it is not negative: less than 2n.
            *x = _mm512_sub_epi64(_mm512_add_epi64(shifted, *n), product);
        }
        carry_signed(x.as_flattened_mut());
        canonical(x, n);
    }
}

/// `x / 2^bits`, for `x` of at most so many bits, rounded to a floating-point number.
#[target_feature(enable = "avx512f")]
fn fraction<const B: usize, const N: usize>(x: &Number<B, N>, bits: usize) -> __m512d {
    let top = (bits - 1) / BITS;
    let digits = x.as_flattened();
    let [high, low] = [digits[top], digits[top - 1]].map(|digit: V| {
        let magic = _mm512_castpd_si512(_mm512_set1_pd(MAGIC));
        let sum = _mm512_castsi512_pd(_mm512_or_si512(digit, magic));
        _mm512_sub_pd(sum, _mm512_set1_pd(MAGIC))
    });
    let value = _mm512_fmadd_pd(high, _mm512_set1_pd(MAGIC), low);
    // value * 2^(52 (top - 1)) is x.
    let scale = f64::from_bits((1023 - (bits - BITS * (top - 1)) as u64) << 52);
    _mm512_mul_pd(value, _mm512_set1_pd(scale))
}
