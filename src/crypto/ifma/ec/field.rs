//! Numbers modulo `p` in lanes. Compiled for each curve and each width of registers.

use super::CONSTANTS;
use super::instructions::{
    V, add, and, high, left_by, low, or, right_by, right_signed, splat, sub,
};
use super::reduction::{D, N, step, without_multiples};
use crate::crypto::ifma::ec::products::{add_product, each_digit, product, reduced};
use zeroize::Zeroize;

/// Digits of 52 bits, each less than `2^52`; the number is less than `2.01 p` unless it is said
/// otherwise.
#[derive(Clone, Copy)]
pub(in crate::crypto::ifma::ec) struct Element(pub(in crate::crypto::ifma::ec) [V; D]);

impl Zeroize for Element {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

/// Sums of products of digits.
pub(super) type Columns = [V; 2 * D];

pub(super) const MASK: u64 = (1 << 52) - 1;

#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn no_columns() -> Columns {
    [splat(0); 2 * D]
}

/// Adds digit `I` of one number times the other.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn add_row<const I: usize>(columns: &mut Columns, a: &[V; D], b: &[V; D]) {
    for j in 0..D {
        columns[I + j] = low(columns[I + j], a[I], b[j]);
        columns[I + j + 1] = high(columns[I + j + 1], a[I], b[j]);
    }
}

/// Columns that are divided by R, one after the other.
pub(super) struct Reduction {
    pub(super) sums: Columns,
    less: Columns,
    carry: V,
}

impl Reduction {
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
    pub(super) fn new(sums: Columns) -> Self {
        let (less, carry) = (no_columns(), splat(0));
        Self { sums, less, carry }
    }

    /// Makes column `I` 0; `more` belongs to it, too.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
    pub(super) fn clear<const I: usize>(&mut self, more: V) {
        let column = add(sub(self.sums[I], self.less[I]), add(more, self.carry));
        self.carry = step::<I>(column, &mut self.sums, &mut self.less);
    }

    /// The columns above those that are 0, not carried. They may be signed.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
    pub(super) fn finish(self) -> [V; D] {
        let mut digits = [splat(0); D];
        for i in 0..D {
            digits[i] = sub(self.sums[D + i], self.less[D + i]);
        }
        digits[0] = add(digits[0], self.carry);
        digits
    }
}

/// Makes column `I` 0.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn clear<const I: usize>(reduction: &mut Reduction) {
    reduction.clear::<I>(splat(0));
}

/// Carries the digits of a number that is not negative.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn carried(mut d: [V; D]) -> Element {
    for i in 1..D {
        d[i] = add(d[i], right_signed::<52>(d[i - 1]));
        d[i - 1] = and(d[i - 1], splat(MASK));
    }
    Element(d)
}

/// Between `0.99 p` and `2.01 p`, from digits that are not carried, of either sign.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn settled(d: [V; D]) -> Element {
    carried(without_multiples(d))
}

#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn plus(mut a: [V; D], b: [V; D]) -> [V; D] {
    for i in 0..D {
        a[i] = add(a[i], b[i]);
    }
    a
}

#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn minus(mut a: [V; D], b: [V; D]) -> [V; D] {
    for i in 0..D {
        a[i] = sub(a[i], b[i]);
    }
    a
}

#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn twice(a: [V; D]) -> [V; D] {
    plus(a, a)
}

/// Adds so many times `p`.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn plus_primes<const TIMES: u64>(mut a: [V; D]) -> [V; D] {
    for i in 0..D {
        a[i] = add(a[i], splat(TIMES * CONSTANTS.p[i]));
    }
    a
}

#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn constant(digits: &[u64; D]) -> Element {
    Element(digits.map(|digit| splat(digit)))
}

#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn one() -> Element {
    constant(&CONSTANTS.one)
}

/// Less than `1.3 p`, of factors less than `2.1 p`.
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(in crate::crypto::ifma::ec) fn multiply(a: &Element, b: &Element) -> Element {
    carried(reduced!(product!(a, b)))
}

/// A number in words, with one more; see `split`.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn join(number: &Element) -> [V; N + 1] {
    let mut words = [splat(0); N + 1];
    for i in 0..D {
        let (word, shift) = (52 * i / 64, (52 * i % 64) as u64);
        words[word] = or(words[word], left_by(number.0[i], splat(shift)));
        if word < N {
            words[word + 1] = or(words[word + 1], right_by(number.0[i], splat(64 - shift)));
        }
    }
    words
}
