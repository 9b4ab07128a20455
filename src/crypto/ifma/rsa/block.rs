//! The three loops that all time is spent in: a block of digits times a block, the square of a
//! block, and the reduction of a block.
//!
//! A block has few enough digits that a row of sums stays in registers. Sums are columns: digits
//! that carry into the next one is left for later. The header of the folder says why no column
//! overflows.

use crate::crypto::ifma::digits::V;
use crate::crypto::ifma::unroll::{LONGEST, again, align_frame, high, low, pin, unroll};
use core::arch::x86_64::{
    _mm512_add_epi64, _mm512_madd52lo_epu64, _mm512_setzero_si512, _mm512_srli_epi64,
};

/// Adds `a * b` to the columns of two neighbouring blocks, or, if they are `FRESH`, to zero.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn multiply_add<const B: usize, const FRESH: bool>(
    below: &mut [V; B],
    above: &mut [V; B],
    a: &[V; B],
    b: &[V; B],
) {
    align_frame!();
    let zero = _mm512_setzero_si512();
    let mut sums = [zero; LONGEST + 2];
    unroll!(J < B, {
        sums[J] = if FRESH { zero } else { below[J] };
    });
    // Two rows at a time: each digit of `a` is loaded for both. With a load for each two
    // multiplications, loads would be what the time depends on.
    unroll!(I < B, {
        if I.is_multiple_of(2) && I + 1 < B {
            let factors = [b[I], b[I + 1]];
            sums[B] = if FRESH { zero } else { above[I] };
            sums[B + 1] = if FRESH { zero } else { above[I + 1] };
            unroll!(J < B, {
                low(&mut sums[J], &a[J], &factors[0]);
                high(&mut sums[J + 1], &a[J], &factors[0]);
                low(&mut sums[J + 1], &a[J], &factors[1]);
                high(&mut sums[J + 2], &a[J], &factors[1]);
                pin!(sums[J]);
            });
            below[I] = sums[0];
            below[I + 1] = sums[1];
            unroll!(J < B, {
                sums[J] = sums[J + 2];
            });
        } else if I.is_multiple_of(2) {
            sums[B] = if FRESH { zero } else { above[I] };
            unroll!(J < B, {
                low(&mut sums[J], &a[J], &b[I]);
                high(&mut sums[J + 1], &a[J], &b[I]);
                pin!(sums[J]);
            });
            below[I] = sums[0];
            unroll!(J < B, {
                sums[J] = sums[J + 1];
            });
        }
    });
    unroll!(J < B, {
        above[J] = sums[J];
    });
}

/// Replaces the columns `t` of two neighbouring blocks by `2 t + a * a`; `t` is zero if they are
/// `FRESH`.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn double_add_square<const B: usize, const FRESH: bool>(
    below: &mut [V; B],
    above: &mut [V; B],
    a: &[V; B],
) {
    align_frame!();
    // In row I the window holds the columns from 2 I + 1 on; the row finishes the first two.
    let zero = _mm512_setzero_si512();
    let mut window = [zero; LONGEST + 2];
    unroll!(J < B, {
        if J + 1 < B {
            window[J] = if FRESH { zero } else { below[J + 1] };
        }
    });
    let mut first = if FRESH {
        zero
    } else {
        _mm512_add_epi64(below[0], below[0])
    };
    low(&mut first, &a[0], &a[0]);
    below[0] = first;
    unroll!(I < B, {
        window[B - 1 - I] = if FRESH { zero } else { above[I] };
        unroll!(J < B, {
            if J > I {
                low(&mut window[J - I - 1], &a[J], &a[I]);
                high(&mut window[J - I], &a[J], &a[I]);
                pin!(window[J - I - 1]);
            }
        });
        let mut odd = _mm512_add_epi64(window[0], window[0]);
        high(&mut odd, &a[I], &a[I]);
        if 2 * I + 1 < B {
            below[2 * I + 1] = odd;
        } else {
            above[2 * I + 1 - B] = odd;
        }
        if I + 1 < B {
            let mut even = _mm512_add_epi64(window[1], window[1]);
            low(&mut even, &a[I + 1], &a[I + 1]);
            if 2 * I + 2 < B {
                below[2 * I + 2] = even;
            } else {
                above[2 * I + 2 - B] = even;
            }
        }
        unroll!(J < B, {
            window[J] = window[J + 2];
        });
    });
}

/// The factor of the modulus that clears the low 52 bits of a column.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn quotient_digit(column: V, inverse: V) -> V {
    let mut digit = _mm512_madd52lo_epu64(_mm512_setzero_si512(), column, inverse);
    pin!(digit);
    digit
}

/// Clears the columns of the block `below` by adding the multiple of `n` that does so: its lowest
/// block goes to `quotient`, and its product with the lowest block of `n` is added here. What is
/// left over goes to `above`, or, if the number ends there, carried to `finished`, whose digits keep
/// what stands above bit 52: a multiplication does not look at it. `inverse` is `-1/n mod 2^52`.
///
/// Two rows at a time, as in [`multiply_add`]. The digits of the next two rows are computed before
/// the bulk of these, which hides the latency of the chain from digit to digit; the pins keep the
/// compiler from undoing that.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn reduce<const B: usize>(
    below: &[V; B],
    above: &mut [V; B],
    n: &[V; B],
    inverse: V,
    quotient: &mut [V; B],
    finished: Option<&mut [V; B]>,
) {
    align_frame!();
    let zero = _mm512_setzero_si512();
    let mut sums = [zero; LONGEST + 2];
    unroll!(J < B, {
        sums[J] = below[J];
    });
    // The digits of two rows. When the second is computed, the first has its part in two columns.
    let mut next = [zero; 2];
    next[0] = quotient_digit(sums[0], inverse);
    low(&mut sums[0], &next[0], &n[0]);
    high(&mut sums[1], &next[0], &n[0]);
    low(&mut sums[1], &next[0], &n[1]);
    sums[1] = _mm512_add_epi64(sums[1], _mm512_srli_epi64::<52>(sums[0]));
    next[1] = quotient_digit(sums[1], inverse);
    unroll!(I < B, {
        if I.is_multiple_of(2) && I + 1 < B {
            // So few digits stay in registers; more would be stored to the stack first.
            let n = if B > 16 { again!(n) } else { n };
            let digits = next;
            quotient[I] = digits[0];
            quotient[I + 1] = digits[1];
            sums[B] = above[I];
            sums[B + 1] = above[I + 1];
            low(&mut sums[1], &digits[1], &n[0]);
            unroll!(J < B, {
                if J + 1 < B {
                    high(&mut sums[J + 2], &digits[0], &n[J + 1]);
                }
                if J + 2 < B {
                    low(&mut sums[J + 2], &digits[0], &n[J + 2]);
                }
                high(&mut sums[J + 2], &digits[1], &n[J]);
                if J + 1 < B {
                    low(&mut sums[J + 2], &digits[1], &n[J + 1]);
                }
                pin!(sums[J + 2]);
                if J == 0 {
                    sums[2] = _mm512_add_epi64(sums[2], _mm512_srli_epi64::<52>(sums[1]));
                    if I + 2 < B {
                        next[0] = quotient_digit(sums[2], inverse);
                    }
                }
                if J == 1 && I + 2 < B {
                    low(&mut sums[2], &next[0], &n[0]);
                    high(&mut sums[3], &next[0], &n[0]);
                    low(&mut sums[3], &next[0], &n[1]);
                    sums[3] = _mm512_add_epi64(sums[3], _mm512_srli_epi64::<52>(sums[2]));
                    if I + 3 < B {
                        next[1] = quotient_digit(sums[3], inverse);
                    }
                }
            });
            unroll!(J < B, {
                sums[J] = sums[J + 2];
            });
        } else if I.is_multiple_of(2) {
            let [digit, _] = next;
            quotient[I] = digit;
            sums[B] = above[I];
            unroll!(J < B, {
                if J > 0 {
                    high(&mut sums[J + 1], &digit, &n[J]);
                }
                if J > 0 && J + 1 < B {
                    low(&mut sums[J + 1], &digit, &n[J + 1]);
                }
            });
            unroll!(J < B, {
                sums[J] = sums[J + 1];
            });
        }
    });
    if let Some(finished) = finished {
        unroll!(J < B, {
            finished[J] = sums[J];
            if J + 1 < B {
                sums[J + 1] = _mm512_add_epi64(sums[J + 1], _mm512_srli_epi64::<52>(sums[J]));
            }
        });
    } else {
        unroll!(J < B, {
            above[J] = sums[J];
        });
    }
}
