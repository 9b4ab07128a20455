//! [`Constants`]: numbers of a field, in digits of 52 bits.

use crate::crypto::portable::ec::power_of_two;

/// What arithmetic modulo `p` needs, with `R = 2^(52 D)`.
pub(super) struct Constants<const D: usize> {
    pub(super) p: [u64; D],
    /// `R mod p`: the one.
    pub(super) one: [u64; D],
    /// `2^(64 N) mod p`: a product with it takes a number to the representation of words.
    pub(super) to_words: [u64; D],
    /// `R^2 / 2^(64 N) mod p`: and from there.
    pub(super) from_words: [u64; D],
}

impl<const D: usize> Constants<D> {
    pub(super) const fn new<const N: usize>(p: [u64; N]) -> Self {
        Self {
            p: digits(p),
            one: digits(power_of_two(52 * D, p)),
            to_words: digits(power_of_two(64 * N, p)),
            from_words: digits(power_of_two(104 * D - 64 * N, p)),
        }
    }
}

const fn digits<const N: usize, const D: usize>(words: [u64; N]) -> [u64; D] {
    let mut digits = [0; D];
    let mut i = 0;
    while i < D {
        let (word, shift) = (52 * i / 64, 52 * i % 64);
        let above = if word + 1 < N { words[word + 1] } else { 0 };
        digits[i] = (words[word] >> shift | above << 1 << (63 - shift)) & ((1 << 52) - 1);
        i += 1;
    }
    digits
}
