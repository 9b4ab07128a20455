//! Powers with secret exponents.

use super::modulus::{Modulus, Scratch};
use super::words::equal_mask;
use zeroize::Zeroize;

/// Bits of an exponent that are taken at once.
const WINDOW: usize = 4;

/// Powers of the base; wiped when it is dropped.
pub(super) struct Table<const N: usize>([[u64; N]; 1 << WINDOW]);

impl<const N: usize> Table<N> {
    pub(super) fn new() -> Self {
        Self([[0; N]; 1 << WINDOW])
    }

    pub(super) fn fill(&mut self, base: &[u64; N], modulus: &Modulus<N>, scratch: &mut Scratch<N>) {
        self.0[0] = modulus.one();
        self.0[1] = *base;
        for place in 2..1 << WINDOW {
            let mut power = self.0[place / 2];
            modulus.square(&mut power, scratch);
            if place % 2 == 1 {
                modulus.multiply(&mut power, base, scratch);
            }
            self.0[place] = power;
        }
    }

    /// Reads all of the table and keeps one power.
    #[inline]
    pub(super) fn select(&self, window: u64, power: &mut [u64; N]) {
        *power = [0; N];
        for (entry, place) in self.0.iter().zip(0..) {
            let mask = equal_mask(window, place);
            for (word, entry) in power.iter_mut().zip(entry) {
                *word |= entry & mask;
            }
        }
    }
}

impl<const N: usize> Drop for Table<N> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// `2^-exponent`, of an exponent of `64 N` bits, in the representation. Takes the same time whatever the
/// exponent. A window takes halvings, all of them at once, and no table.
pub(super) fn halving_power<const N: usize>(
    exponent: &[u64; N],
    modulus: &Modulus<N>,
    scratch: &mut Scratch<N>,
) -> [u64; N] {
    let mut x = modulus.one();
    for word in exponent.iter().rev() {
        for shift in (0..64).step_by(WINDOW).rev() {
            for _ in 0..WINDOW {
                modulus.square(&mut x, scratch);
            }
            modulus.halve(&mut x, word >> shift & ((1 << WINDOW) - 1));
        }
    }
    x
}

/// Raises `x` to an exponent of `64 N` bits. Takes the same time whatever the exponent.
pub(super) fn power<const N: usize>(
    x: &mut [u64; N],
    exponent: &[u64; N],
    modulus: &Modulus<N>,
    table: &mut Table<N>,
    scratch: &mut Scratch<N>,
) {
    table.fill(x, modulus, scratch);
    *x = modulus.one();
    let mut factor = [0; N];
    for word in exponent.iter().rev() {
        for shift in (0..64).step_by(WINDOW).rev() {
            for _ in 0..WINDOW {
                modulus.square(x, scratch);
            }
            table.select(word >> shift & ((1 << WINDOW) - 1), &mut factor);
            modulus.multiply(x, &factor, scratch);
        }
    }
    factor.zeroize();
}
