//! What formulas in the four lanes of one job are made of: products that are soon there, and lanes in
//! another order. Compiled for each curve.

use super::field::{Columns, Reduction, carried, no_columns};
use super::instructions::{V, add, high, low, splat};
use super::reduction::D;
use crate::crypto::ifma::ec::products::{each_digit, quick};
use core::arch::x86_64::{
    _mm256_mask_add_epi64, _mm256_mask_blend_epi64, _mm256_mask_sub_epi64,
    _mm256_permute4x64_epi64, _mm256_sllv_epi64,
};

/// Lanes in another order, the first one last.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn ordered<const ORDER: i32>(d: [V; D]) -> [V; D] {
    d.map(|digit| _mm256_permute4x64_epi64::<ORDER>(digit))
}

/// The lanes of the mask from `b`, the others from `a`.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn mixed<const MASK: u8>(mut a: [V; D], b: [V; D]) -> [V; D] {
    for i in 0..D {
        a[i] = _mm256_mask_blend_epi64(MASK, a[i], b[i]);
    }
    a
}

/// The lanes of the mask, the others 0.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn only<const MASK: u8>(d: [V; D]) -> [V; D] {
    mixed::<MASK>([splat(0); D], d)
}

/// `a + b` in the lanes of the mask, else `a`.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn plus_in<const MASK: u8>(mut a: [V; D], b: [V; D]) -> [V; D] {
    for i in 0..D {
        a[i] = _mm256_mask_add_epi64(a[i], MASK, a[i], b[i]);
    }
    a
}

/// `b - c` in the lanes of the mask, else `a`.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn minus_in<const MASK: u8>(mut a: [V; D], b: [V; D], c: [V; D]) -> [V; D] {
    for i in 0..D {
        a[i] = _mm256_mask_sub_epi64(a[i], MASK, b[i], c[i]);
    }
    a
}

/// Each lane times a power of two.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn shifted(d: [V; D], bits: V) -> [V; D] {
    d.map(|digit| _mm256_sllv_epi64(digit, bits))
}

/// Adds digit `i` of one number times the other: lower halves of products, and upper ones.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn add_halves(i: usize, lower: &mut Columns, upper: &mut Columns, a: &[V; D], b: &[V; D]) {
    for j in 0..D {
        lower[i + j] = low(lower[i + j], a[i], b[j]);
        upper[i + j + 1] = high(upper[i + j + 1], a[i], b[j]);
    }
}

/// Adds a row of products and makes column `I` 0, in which they are all.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn add_row_and_clear<const I: usize>(
    reduction: &mut Reduction,
    lower: &mut Columns,
    upper: &mut Columns,
    a: &[V; D],
    b: &[V; D],
) {
    // The registers have no room for one set more of long columns.
    if D > 5 {
        add_halves(I, &mut reduction.sums, upper, a, b);
    } else {
        add_halves(I, lower, upper, a, b);
    }
    reduction.clear::<I>(add(lower[I], upper[I]));
}

/// The product, less than `1.3 p` of factors less than `2.1 p`.
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn times(a: &[V; D], b: &[V; D]) -> [V; D] {
    carried(quick!(*a, *b)).0
}
