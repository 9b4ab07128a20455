//! Scalars in lanes, and their digits. Compiled for each curve.

use super::Curve;
use super::instructions::{V, and, or, splat};
use super::reduction::N;
use super::words::registers;
use crate::crypto::ifma::digits::LANES;
use crate::crypto::portable::ec::{Scalar, odd_of};
use core::arch::x86_64::{
    _mm512_mask_xor_epi64, _mm512_sllv_epi64, _mm512_srlv_epi64, _mm512_testn_epi64_mask,
};

/// Eight odd scalars, and in which lanes they are the negatives of those that were given.
pub(super) struct Scalars {
    /// One bit above the windows is set, which makes the last digit like the others.
    words: [V; N + 2],
    pub(super) negative: u8,
}

impl Scalars {
    /// The last one again where there are less than eight; for windows that end at this bit, which
    /// is not before `64 N`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
    pub(super) fn new<'a>(scalar: impl Fn(usize) -> &'a Scalar<Curve, N>, end: usize) -> Self {
        let mut negative = 0;
        let odd: [[u64; N]; LANES] = std::array::from_fn(|lane| {
            let (odd, was_negated) = odd_of(scalar(lane));
            negative |= was_negated & 1 << lane;
            odd
        });
        let low = registers(odd.each_ref());
        let mut words = [splat(0); N + 2];
        words[..N].copy_from_slice(&low);
        words[N] = splat(1 << (end - 64 * N));
        Self {
            words,
            #[allow(clippy::cast_possible_truncation, reason = "one bit for each lane")]
            negative: negative as u8,
        }
    }

    /// Digit `i` of `WINDOW` bits, which is `2 index + 1`, and where it is negative.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
    pub(super) fn digit<const WINDOW: usize>(&self, i: usize) -> (V, u8) {
        let at = WINDOW * i + 1;
        let (word, shift) = (at / 64, (at % 64) as u64);
        let low = _mm512_srlv_epi64(self.words[word], splat(shift));
        let high = _mm512_sllv_epi64(self.words[word + 1], splat(64 - shift));
        let bits = or(low, high);
        let minus = _mm512_testn_epi64_mask(bits, splat(1 << (WINDOW - 1)));
        let bits = _mm512_mask_xor_epi64(bits, minus, bits, splat(u64::MAX));
        (and(bits, splat((1 << (WINDOW - 1)) - 1)), minus)
    }
}
