//! Exponentiation with a secret exponent, another one in each lane.

use super::modular::{Modulus, Scratch};
use crate::crypto::ifma::digits::{LANES, Number, V, of_lanes, splat, zero};
use core::arch::x86_64::{
    _mm_cvtsi32_si128, _mm512_and_si512, _mm512_mask_mov_epi64, _mm512_setzero_si512,
    _mm512_srl_epi64, _mm512_test_epi64_mask,
};
use zeroize::Zeroize;

/// Bits of the exponent that one multiplication takes in.
const WINDOW: usize = 4;

const ENTRIES: usize = 1 << WINDOW;

/// The powers of the base with exponents below 16.
pub(super) struct Table<const B: usize, const N: usize>([Number<B, N>; ENTRIES]);

impl<const B: usize, const N: usize> Table<B, N> {
    #[target_feature(enable = "avx512f")]
    pub(super) fn new() -> Self {
        Self([zero(); ENTRIES])
    }
}

impl<const B: usize, const N: usize> Zeroize for Table<B, N> {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

/// The secret exponents, a register for each 64 bits.
pub(super) struct Exponent(Box<[V]>);

impl Exponent {
    /// `bits` is a multiple of 64.
    pub(super) fn new(words: [&[u64]; LANES], bits: usize) -> Self {
        let word = |place| of_lanes(words.map(|words| words.get(place).copied().unwrap_or(0)));
        Self((0..bits / 64).map(word).collect())
    }

    /// One less, of odd exponents.
    #[target_feature(enable = "avx512f")]
    pub(super) fn clear_lowest_bit(&mut self) {
        self.0[0] = _mm512_and_si512(self.0[0], splat(!1));
    }
}

impl Zeroize for Exponent {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

/// `x = x^exponent mod n`.
///
/// The sequence of operations and of addresses is that of the exponent's length alone: each
/// window has its multiplication, and each selection reads the whole table.
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn power<const B: usize, const N: usize>(
    x: &mut Number<B, N>,
    Exponent(exponent): &Exponent,
    modulus: &Modulus<B, N>,
    table: &mut Table<B, N>,
    scratch: &mut Scratch<B, N>,
) {
    let Table(entries) = table;
    entries[0] = modulus.one;
    entries[1] = *x;
    for i in 2..ENTRIES {
        let mut entry = entries[i / 2];
        modulus.square(&mut entry, scratch);
        if i % 2 == 1 {
            modulus.multiply(&mut entry, x, scratch);
        }
        entries[i] = entry;
    }
    let mut chosen = zero();
    let mut first = true;
    for word in exponent.iter().rev() {
        for shift in (0..64_i32).step_by(WINDOW).rev() {
            select(&mut chosen, entries, window(*word, shift));
            if first {
                *x = chosen;
                first = false;
            } else {
                for _ in 0..WINDOW {
                    modulus.square(x, scratch);
                }
                modulus.multiply(x, &chosen, scratch);
            }
        }
    }
}

/// `2^-exponent mod n`. A window takes halvings, all of them at once, and no table.
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn halving_power<const B: usize, const N: usize>(
    Exponent(exponent): &Exponent,
    modulus: &Modulus<B, N>,
    scratch: &mut Scratch<B, N>,
) -> Number<B, N> {
    let mut x = modulus.one;
    for word in exponent.iter().rev() {
        for shift in (0..64_i32).step_by(WINDOW).rev() {
            for _ in 0..WINDOW {
                modulus.square(&mut x, scratch);
            }
            modulus.halve(&mut x, window(*word, shift));
        }
    }
    x
}

/// The window of each lane that begins at this bit.
#[inline]
#[target_feature(enable = "avx512f")]
fn window(word: V, shift: i32) -> V {
    _mm512_and_si512(
        _mm512_srl_epi64(word, _mm_cvtsi32_si128(shift)),
        splat(ENTRIES as u64 - 1),
    )
}

/// Writes the entry that each lane asks for; reads all of them, and halves their number with each
/// bit of `which`.
#[inline(never)]
#[target_feature(enable = "avx512f")]
fn select<const B: usize, const N: usize>(
    chosen: &mut Number<B, N>,
    entries: &[Number<B, N>; ENTRIES],
    which: V,
) {
    let mut odd = [0; WINDOW];
    for (bit, odd) in odd.iter_mut().enumerate() {
        *odd = _mm512_test_epi64_mask(which, splat(1 << bit));
    }
    for (block, chosen) in chosen.iter_mut().enumerate() {
        for (place, chosen) in chosen.iter_mut().enumerate() {
            let mut left = [_mm512_setzero_si512(); ENTRIES / 2];
            for (left, [even, odd_entry]) in left.iter_mut().zip(entries.as_chunks().0) {
                *left = _mm512_mask_mov_epi64(even[block][place], odd[0], odd_entry[block][place]);
            }
            let mut pairs = ENTRIES / 4;
            for odd in &odd[1..] {
                for i in 0..pairs {
                    left[i] = _mm512_mask_mov_epi64(left[2 * i], *odd, left[2 * i + 1]);
                }
                pairs /= 2;
            }
            *chosen = left[0];
        }
    }
}
