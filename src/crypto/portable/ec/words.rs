//! Numbers of `N` words of 64 bits, the least significant first: carries, choices, bytes.

/// `a + b + carry`; the carry is 0 or 1, before and after.
#[inline(always)]
pub(super) fn adc(a: u64, b: u64, carry: &mut u64) -> u64 {
    let (sum, out) = a.carrying_add(b, *carry != 0);
    *carry = u64::from(out);
    sum
}

/// `a - b - borrow`; the borrow is 0 or 1, before and after.
#[inline(always)]
pub(super) fn sbb(a: u64, b: u64, borrow: &mut u64) -> u64 {
    let (difference, out) = a.borrowing_sub(b, *borrow != 0);
    *borrow = u64::from(out);
    difference
}

/// The lower and the upper word of `a b`.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "the two halves")]
pub(super) fn wide(a: u64, b: u64) -> (u64, u64) {
    let product = u128::from(a) * u128::from(b);
    (product as u64, (product >> 64) as u64)
}

/// `sum + a b + carry`, of which the upper word is the next carry.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "the two halves")]
pub(super) fn mac(sum: u64, a: u64, b: u64, carry: &mut u64) -> u64 {
    let total = u128::from(sum) + u128::from(a) * u128::from(b) + u128::from(*carry);
    *carry = (total >> 64) as u64;
    total as u64
}

/// `a + b` and the carry.
#[inline(always)]
pub(super) fn add<const N: usize>(a: &[u64; N], b: &[u64; N]) -> ([u64; N], u64) {
    let (mut sum, mut carry) = (*a, 0);
    for i in 0..N {
        sum[i] = adc(sum[i], b[i], &mut carry);
    }
    (sum, carry)
}

/// `a - b` and the borrow.
#[inline(always)]
pub(super) fn sub<const N: usize>(a: &[u64; N], b: &[u64; N]) -> ([u64; N], u64) {
    let (mut difference, mut borrow) = (*a, 0);
    for i in 0..N {
        difference[i] = sbb(difference[i], b[i], &mut borrow);
    }
    (difference, borrow)
}

/// `a` where the mask is all ones, `b` where it is 0.
#[inline(always)]
pub(super) fn select<const N: usize>(mask: u64, a: &[u64; N], b: &[u64; N]) -> [u64; N] {
    let mut chosen = *b;
    for i in 0..N {
        chosen[i] ^= mask & (a[i] ^ b[i]);
    }
    chosen
}

/// All ones if `a` is 0, else 0. The compiler must not see that there are but two values: it makes
/// branches of such masks.
#[inline(always)]
pub(super) fn zero_mask(a: u64) -> u64 {
    std::hint::black_box(((a | a.wrapping_neg()) >> 63) ^ 1).wrapping_neg()
}

/// All words in one: 0 if and only if the number is 0.
#[inline(always)]
pub(super) fn any_bits<const N: usize>(a: &[u64; N]) -> u64 {
    a.iter().fold(0, |all, word| all | word)
}

/// Whether `a < b`, without a branch that depends on them.
#[inline(always)]
pub(super) fn is_less<const N: usize>(a: &[u64; N], b: &[u64; N]) -> bool {
    sub(a, b).1 == 1
}

/// The leftmost bits of big-endian `bytes`, as many as there is room for.
pub(super) fn from_be<const N: usize>(bytes: &[u8]) -> [u64; N] {
    let mut words = [0; N];
    for (place, byte) in bytes.iter().take(8 * N).rev().enumerate() {
        words[place / 8] |= u64::from(*byte) << (8 * (place % 8));
    }
    words
}

/// Big-endian bytes; `out` is `8 N` long.
pub(super) fn to_be<const N: usize>(words: &[u64; N], out: &mut [u8]) {
    for (bytes, word) in out.chunks_exact_mut(8).zip(words.iter().rev()) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
}
