//! The instructions of the formulas, by short names, on registers of four lanes: for one job alone,
//! which has no use for more. AMD's processors do two of these in the time of one of eight lanes.

use core::arch::x86_64::{
    __m256i, _mm256_add_epi64, _mm256_and_si256, _mm256_madd52hi_epu64, _mm256_madd52lo_epu64,
    _mm256_or_si256, _mm256_set1_epi64x, _mm256_slli_epi64, _mm256_sllv_epi64, _mm256_srai_epi64,
    _mm256_srlv_epi64, _mm256_sub_epi64,
};

pub(super) type V = __m256i;

macro_rules! instructions {
    ($($name:ident($($operand:ident),*) = $instruction:ident;)*) => {$(
        #[inline]
        #[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
        pub(super) fn $name($($operand: V),*) -> V {
            $instruction($($operand),*)
        }
    )*};
}

macro_rules! shifts {
    ($($name:ident: $count:ty = $instruction:ident;)*) => {$(
        #[inline]
        #[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
        pub(super) fn $name<const BITS: $count>(a: V) -> V {
            $instruction::<BITS>(a)
        }
    )*};
}

instructions! {
    low(sum, a, b) = _mm256_madd52lo_epu64;
    high(sum, a, b) = _mm256_madd52hi_epu64;
    add(a, b) = _mm256_add_epi64;
    sub(a, b) = _mm256_sub_epi64;
    and(a, b) = _mm256_and_si256;
    or(a, b) = _mm256_or_si256;
    left_by(a, count) = _mm256_sllv_epi64;
    right_by(a, count) = _mm256_srlv_epi64;
}

shifts! {
    left: i32 = _mm256_slli_epi64;
    right_signed: u32 = _mm256_srai_epi64;
}

#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn splat(value: u64) -> V {
    _mm256_set1_epi64x(value.cast_signed())
}
