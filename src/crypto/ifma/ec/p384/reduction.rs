//! What the prime `p = 2^384 - 2^128 - 2^96 + 2^32 - 1` gives. Compiled for each width of registers.

use super::instructions::{V, add, high, left, low, right_signed, splat, sub};

/// Digits of a number, and its words.
pub(super) const D: usize = 8;
pub(super) const N: usize = 6;

/// `p = 2^20 2^364 - (2^52 - 2^32 + 1) - (2^44 - 1) 2^52 - 2^24 2^104`
const FIRST: u64 = (1 << 52) - (1 << 32) + 1;
const SECOND: u64 = (1 << 44) - 1;
const THIRD: u64 = 1 << 24;
const LAST: u64 = 1 << 20;

/// Adds to the columns above `I` what makes that column 0: `q p`; what is subtracted has columns of
/// its own. `-1 / p` is `2^32 + 1` modulo `2^52`, and the low half of `q FIRST` is that of the column.
/// What is to be carried into the next column is returned.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn step<const I: usize>(column: V, sums: &mut [V; 2 * D], less: &mut [V; 2 * D]) -> V {
    let q = add(column, left::<32>(column));
    less[I + 1] = low(high(less[I + 1], q, splat(FIRST)), q, splat(SECOND));
    less[I + 2] = low(high(less[I + 2], q, splat(SECOND)), q, splat(THIRD));
    less[I + 3] = high(less[I + 3], q, splat(THIRD));
    sums[I + 7] = low(sums[I + 7], q, splat(LAST));
    sums[I + 8] = high(sums[I + 8], q, splat(LAST));
    right_signed::<52>(column)
}

/// Subtracts `p` so often that 1 to 2 times `p` are left, from what the top digit tells. The digits
/// are signed and not carried, before and after.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn without_multiples(mut d: [V; D]) -> [V; D] {
    let times = sub(right_signed::<20>(d[7]), splat(1));
    d[0] = sub(add(d[0], times), left::<32>(times));
    d[1] = add(d[1], left::<44>(times));
    d[2] = add(d[2], left::<24>(times));
    d[7] = sub(d[7], left::<20>(times));
    d
}
