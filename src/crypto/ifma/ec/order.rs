//! The four lanes of a job in another order, and parts of them. Compiled for each curve.

use super::instructions::V;
use super::reduction::D;
use core::arch::x86_64::{
    _mm256_mask_add_epi64, _mm256_mask_blend_epi64, _mm256_mask_sub_epi64,
    _mm256_permute4x64_epi64,
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
