//! The instructions of the formulas, by short names, on registers of eight lanes.

use core::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_and_si512, _mm512_madd52hi_epu64, _mm512_madd52lo_epu64,
    _mm512_or_si512, _mm512_set1_epi64, _mm512_slli_epi64, _mm512_sllv_epi64, _mm512_srai_epi64,
    _mm512_srlv_epi64, _mm512_sub_epi64,
};

pub(super) type V = __m512i;

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
    ($($name:ident = $instruction:ident;)*) => {$(
        #[inline]
        #[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
        pub(super) fn $name<const BITS: u32>(a: V) -> V {
            $instruction::<BITS>(a)
        }
    )*};
}

instructions! {
    low(sum, a, b) = _mm512_madd52lo_epu64;
    high(sum, a, b) = _mm512_madd52hi_epu64;
    add(a, b) = _mm512_add_epi64;
    sub(a, b) = _mm512_sub_epi64;
    and(a, b) = _mm512_and_si512;
    or(a, b) = _mm512_or_si512;
    left_by(a, count) = _mm512_sllv_epi64;
    right_by(a, count) = _mm512_srlv_epi64;
}

shifts! {
    left = _mm512_slli_epi64;
    right_signed = _mm512_srai_epi64;
}

#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn splat(value: u64) -> V {
    _mm512_set1_epi64(value.cast_signed())
}
