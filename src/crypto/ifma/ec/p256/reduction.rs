//! What the prime `p = 2^256 - 2^224 + 2^192 + 2^96 - 1` gives. Compiled for each width of registers.

use super::instructions::{V, add, high, left, low, right_signed, splat, sub};

/// Digits of a number, and its words.
pub(super) const D: usize = 5;
pub(super) const N: usize = 4;

/// `p + 1 = 2^44 2^52 + 2^36 2^156 + (2^48 - 2^16) 2^208`
const SECOND: u64 = 1 << 44;
const FOURTH: u64 = 1 << 36;
const FIFTH: u64 = (1 << 48) - (1 << 16);

/// Adds to the columns above `I` what makes that column 0: `q p`. `p` is -1 modulo `2^96`, so that the
/// quotient `q` is the column itself. What is to be carried into the next column is returned.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn step<const I: usize>(q: V, sums: &mut [V; 2 * D], _: &mut [V; 2 * D]) -> V {
    sums[I + 1] = low(sums[I + 1], q, splat(SECOND));
    sums[I + 2] = high(sums[I + 2], q, splat(SECOND));
    sums[I + 3] = low(sums[I + 3], q, splat(FOURTH));
    sums[I + 4] = low(high(sums[I + 4], q, splat(FOURTH)), q, splat(FIFTH));
    sums[I + 5] = high(sums[I + 5], q, splat(FIFTH));
    right_signed::<52>(q)
}

/// Subtracts `p` so often that 1 to 2 times `p` are left, from what the top digit tells. The digits
/// are signed and not carried, before and after.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn without_multiples(mut d: [V; D]) -> [V; D] {
    let times = sub(right_signed::<48>(d[4]), splat(1));
    d[0] = add(d[0], times);
    d[1] = sub(d[1], left::<44>(times));
    d[3] = sub(d[3], left::<36>(times));
    d[4] = add(sub(d[4], left::<48>(times)), left::<16>(times));
    d
}
