//! Numbers in lanes, and the way into and out of them.

use core::arch::x86_64::{
    __m512i, _mm512_and_si512, _mm512_mask_mov_epi64, _mm512_set1_epi64, _mm512_setzero_si512,
    _mm512_srai_epi64, _mm512_sub_epi64,
};
use core::arch::x86_64::{_mm512_add_epi64, _mm512_cmplt_epi64_mask, _mm512_mask_cmpeq_epi64_mask};

/// A register: one digit of each lane's number.
pub(super) type V = __m512i;

/// How many numbers a register holds digits of.
pub(super) const LANES: usize = 8;

/// `N` blocks of `B` digits, least significant first, of eight numbers.
pub(super) type Number<const B: usize, const N: usize> = [[V; B]; N];

/// Room for a product of two numbers: its low half and its high half.
pub(super) type Wide<const B: usize, const N: usize> = [Number<B, N>; 2];

/// Bits in a digit.
pub(super) const BITS: usize = 52;

const MASK: u64 = (1 << BITS) - 1;

/// The same value in each lane.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn splat(value: u64) -> V {
    _mm512_set1_epi64(value.cast_signed())
}

#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn zero<const B: usize, const N: usize>() -> Number<B, N> {
    [[_mm512_setzero_si512(); B]; N]
}

#[inline]
pub(super) fn of_lanes(lanes: [u64; LANES]) -> V {
    // SAFETY: both are 64 bytes of plain bits.
    unsafe { core::mem::transmute(lanes) }
}

#[inline]
pub(super) fn to_lanes(register: V) -> [u64; LANES] {
    // SAFETY: both are 64 bytes of plain bits.
    unsafe { core::mem::transmute(register) }
}

/// The 52 bits from `start` on of a number in 64-bit words, least significant first.
#[inline]
pub(super) fn bits(words: &[u64], start: usize) -> u64 {
    let (word, shift) = (start / 64, start % 64);
    let low = words.get(word).map_or(0, |&word| word >> shift);
    // The word above is shifted in two steps, because a shift by 64 is none.
    let high = words
        .get(word + 1)
        .map_or(0, |&word| word << 1 << (63 - shift));
    (low | high) & MASK
}

/// Takes one number for each lane, in 64-bit words.
#[target_feature(enable = "avx512f")]
pub(super) fn load<const B: usize, const N: usize>(words: [&[u64]; LANES]) -> Number<B, N> {
    let mut number = zero();
    fill(number.as_flattened_mut(), words);
    number
}

/// Takes one number for all lanes, in 64-bit words.
#[target_feature(enable = "avx512f")]
pub(super) fn load_one<const B: usize, const N: usize>(words: &[u64]) -> Number<B, N> {
    let mut number = zero();
    for (place, register) in number.as_flattened_mut().iter_mut().enumerate() {
        *register = splat(bits(words, BITS * place));
    }
    number
}

/// [`load`] for any number of digits.
#[target_feature(enable = "avx512f")]
pub(super) fn fill(digits: &mut [V], words: [&[u64]; LANES]) {
    for (place, register) in digits.iter_mut().enumerate() {
        *register = of_lanes(words.map(|words| bits(words, BITS * place)));
    }
}

/// The number of one lane in 64-bit words, least significant first. Its digits must be clean, see
/// [`carry_signed`].
pub(super) fn words_of(digits: &[V], lane: usize) -> Vec<u64> {
    let mut words = Vec::with_capacity(BITS * digits.len() / 64 + 1);
    let (mut buffer, mut filled) = (0, 0);
    for &register in digits {
        let digit = to_lanes(register)[lane];
        buffer |= digit << filled;
        filled += BITS;
        if filled >= 64 {
            words.push(buffer);
            filled -= 64;
            buffer = digit >> (BITS - filled);
        }
    }
    words.push(buffer);
    words
}

/// The last `length` bytes, big-endian, of a number in words; the rest must be zero.
pub(super) fn bytes(words: &[u64], length: usize) -> Vec<u8> {
    let mut bytes: Vec<_> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    bytes.resize(length, 0);
    bytes.reverse();
    bytes
}

/// The 64-bit words, least significant first, of a big-endian number of whole words.
pub(super) fn words(bytes: &[u8]) -> Vec<u64> {
    let (_, words) = bytes.as_rchunks();
    words
        .iter()
        .rev()
        .map(|&word| u64::from_be_bytes(word))
        .collect()
}

/// Makes digits clean, that is, less than 2^52, from signed sums of digits; the carry out of the
/// top one is returned, and is negative where the whole number is.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn carry_signed(digits: &mut [V]) -> V {
    let mask = splat(MASK);
    let mut carry = _mm512_setzero_si512();
    for digit in digits {
        let sum = _mm512_add_epi64(*digit, carry);
        *digit = _mm512_and_si512(sum, mask);
        carry = _mm512_srai_epi64::<52>(sum);
    }
    carry
}

/// Clears what stands above bit 52 of each digit.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn clean(digits: &mut [V]) {
    let mask = splat(MASK);
    for digit in digits {
        *digit = _mm512_and_si512(*digit, mask);
    }
}

/// `x mod n` for `x < 2n`, with clean digits, in each lane.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn canonical<const B: usize, const N: usize>(x: &mut Number<B, N>, n: &Number<B, N>) {
    clean(x.as_flattened_mut());
    let mut difference = *x;
    for (difference, n) in difference
        .as_flattened_mut()
        .iter_mut()
        .zip(n.as_flattened())
    {
        *difference = _mm512_sub_epi64(*difference, *n);
    }
    let borrow = carry_signed(difference.as_flattened_mut());
    let keep = _mm512_cmplt_epi64_mask(borrow, _mm512_setzero_si512());
    for (x, difference) in x
        .as_flattened_mut()
        .iter_mut()
        .zip(difference.as_flattened())
    {
        *x = _mm512_mask_mov_epi64(*difference, keep, *x);
    }
}

/// [`canonical`] for `x < 3n`.
#[target_feature(enable = "avx512f")]
pub(super) fn canonical_below_three<const B: usize, const N: usize>(
    x: &mut Number<B, N>,
    n: &Number<B, N>,
) {
    canonical(x, n);
    canonical(x, n);
}

/// Tells, in the bit of each lane, whether two numbers with clean digits are the same.
#[target_feature(enable = "avx512f")]
pub(super) fn same<const B: usize, const N: usize>(a: &Number<B, N>, b: &Number<B, N>) -> u8 {
    let digits = a.as_flattened().iter().zip(b.as_flattened());
    let mut same = 0xff;
    for (a, b) in digits {
        same = _mm512_mask_cmpeq_epi64_mask(same, *a, *b);
    }
    same
}
