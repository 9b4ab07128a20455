//! Loops that are written out when the crate is compiled, so that arrays indexed by them live in
//! registers.

use super::digits::V;
use core::arch::x86_64::{_mm512_madd52hi_epu64, _mm512_madd52lo_epu64};

/// The most digits in a block.
pub(super) const LONGEST: usize = 20;

/// `unroll!(J < B, { .. })`: the body once for each `J` below `B`, which is at most [`LONGEST`];
/// `J` is a constant in it. `unroll!(J < K <= 10, { .. })` is less for the compiler to read.
macro_rules! unroll {
    ($index:ident < $end:ident, $body:block) => {
        unroll!(@ $index, $end, $body, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19)
    };
    ($index:ident < $end:ident <= 10, $body:block) => {
        unroll!(@ $index, $end, $body, 0 1 2 3 4 5 6 7 8 9)
    };
    (@ $index:ident, $end:expr, $body:block, $($value:literal)*) => {{
        $(if $value < $end {
            const $index: usize = $value;
            $body
        })*
    }};
}

/// Adds the low half of the product of two digits. (By reference, because unoptimised code would
/// copy each register to the stack for each call, and there are thousands.)
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn low(sum: &mut V, a: &V, b: &V) {
    *sum = _mm512_madd52lo_epu64(*sum, *a, *b);
}

/// Adds the high half of the product of two digits.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn high(sum: &mut V, a: &V, b: &V) {
    *sum = _mm512_madd52hi_epu64(*sum, *a, *b);
}

/// Keeps the compiler from moving the computation of a register below this point. Emits nothing.
macro_rules! pin {
    ($register:expr) => {
        // SAFETY: the text is a comment for the assembler; register and memory stay as they are.
        unsafe {
            core::arch::asm!(
                "/* {0} */",
                inout(zmm_reg) $register,
                options(nomem, nostack, preserves_flags),
            );
        }
    };
}

/// The same array by another name, so that the compiler loads from it again instead of keeping
/// what it loaded in registers and on the stack. Emits nothing.
macro_rules! again {
    ($array:expr) => {{
        let mut pointer = core::ptr::from_ref($array);
        // SAFETY: the text is a comment for the assembler; the pointer stays as it is.
        unsafe {
            core::arch::asm!(
                "/* {0} */",
                inout(reg) pointer,
                options(nostack, preserves_flags, readonly),
            );
            &*pointer
        }
    }};
}

/// Has the function keep its stack frame aligned to 64 bytes, as it would not do for registers
/// alone that it puts there: two of three loads would cross a cache line. Emits nothing else.
macro_rules! align_frame {
    () => {
        let anchor = core::mem::MaybeUninit::<core::arch::x86_64::__m512i>::uninit();
        // SAFETY: the text is a comment for the assembler.
        unsafe {
            core::arch::asm!(
                "/* {0} */",
                in(reg) anchor.as_ptr(),
                options(nostack, preserves_flags, readonly),
            );
        }
    };
}

pub(super) use {again, align_frame, pin, unroll};
