//! Numbers in 64-bit words, least significant first, whose value shows in no branch and no address.

use subtle::{Choice, ConstantTimeEq as _};

/// All bits set or none; the compiler does not see which, so it makes no branch of it.
#[inline(always)]
pub(super) fn mask(is_set: bool) -> u64 {
    u64::from(Choice::from(u8::from(is_set)).unwrap_u8()).wrapping_neg()
}

/// All bits set if the two are equal, or none.
#[inline(always)]
pub(super) fn equal_mask(a: u64, b: u64) -> u64 {
    u64::from(a.ct_eq(&b).unwrap_u8()).wrapping_neg()
}

/// Subtracts `b` if that is asked for; tells whether a borrow is left. `b` is as long as `a`.
#[inline(always)]
pub(super) fn subtract_if(a: &mut [u64], b: &[u64], is_set: bool) -> bool {
    let mask = mask(is_set);
    let mut borrow = false;
    for (a, b) in a.iter_mut().zip(b) {
        (*a, borrow) = a.borrowing_sub(b & mask, borrow);
    }
    borrow
}

/// Adds `b` if that is asked for; tells whether a carry is left. `b` is as long as `a`.
#[inline(always)]
pub(super) fn add_if(a: &mut [u64], b: &[u64], is_set: bool) -> bool {
    let mask = mask(is_set);
    let mut carry = false;
    for (a, b) in a.iter_mut().zip(b) {
        (*a, carry) = a.carrying_add(b & mask, carry);
    }
    carry
}

/// Whether `a` is less than `b`, which is as long.
pub(super) fn is_less(a: &[u64], b: &[u64]) -> bool {
    let mut borrow = false;
    for (a, b) in a.iter().zip(b) {
        borrow = a.borrowing_sub(*b, borrow).1;
    }
    borrow
}

/// Whether two numbers of the same length are equal.
pub(super) fn is_equal(a: &[u64], b: &[u64]) -> bool {
    a.ct_eq(b).into()
}

/// Sets `a` to `b`, which is as long, if that is asked for.
#[inline(always)]
pub(super) fn assign_if(a: &mut [u64], b: &[u64], is_set: bool) {
    let mask = mask(is_set);
    for (a, b) in a.iter_mut().zip(b) {
        *a = *a & !mask | b & mask;
    }
}

/// Halves an even number if that is asked for.
#[inline(always)]
pub(super) fn halve_if(a: &mut [u64], is_set: bool) {
    let mask = mask(is_set);
    let mut bit = 0;
    for word in a.iter_mut().rev() {
        let half = *word >> 1 | bit;
        bit = *word << 63;
        *word = *word & !mask | half & mask;
    }
}

/// `1/n mod 2^64` of an odd number, by Newton's iteration: each step doubles the bits that are right,
/// and `n` is its own inverse in the lowest three.
pub(super) const fn inverse(n: u64) -> u64 {
    let mut x = n;
    let mut step = 0;
    while step < 5 {
        x = x.wrapping_mul(2_u64.wrapping_sub(n.wrapping_mul(x)));
        step += 1;
    }
    x
}

/// The words of a big-endian number that has no more bytes than these words.
pub(super) fn of_bytes<const N: usize>(bytes: &[u8]) -> [u64; N] {
    let mut words = [0; N];
    for (word, bytes) in words.iter_mut().zip(bytes.rchunks(8)) {
        *word = bytes
            .iter()
            .fold(0, |word, &byte| word << 8 | u64::from(byte));
    }
    words
}

/// All words as a big-endian number, with its leading zeros.
pub(super) fn to_bytes(words: &[u64]) -> Vec<u8> {
    words
        .iter()
        .rev()
        .flat_map(|word| word.to_be_bytes())
        .collect()
}
