//! Arithmetic modulo an odd number, in Montgomery's representation.

use super::product::{self, Wide};
use super::words::{add_if, inverse, is_less, subtract_if};
use zeroize::Zeroize;

/// Memory for products; wiped when it is dropped.
pub(super) struct Scratch<const N: usize>(Wide<N>);

impl<const N: usize> Scratch<N> {
    pub(super) fn new() -> Self {
        Self([[0; N]; 2])
    }
}

impl<const N: usize> Drop for Scratch<N> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// An odd modulus `n` of exactly `64 N` bits. With `R = 2^(64 N)`, a number `x` is held as `x R mod n`,
/// less than `R` but not always less than `n`.
pub(super) struct Modulus<const N: usize> {
    pub(super) n: [u64; N],
    /// `-1/n mod 2^64`.
    inverse: u64,
}

impl<const N: usize> Modulus<N> {
    pub(super) fn new(n: &[u64; N]) -> Self {
        Self {
            n: *n,
            inverse: inverse(n[0]).wrapping_neg(),
        }
    }

    /// One, `R mod n`: as `n` is more than half of `R`, that is `R - n`.
    pub(super) fn one(&self) -> [u64; N] {
        let mut one = [0; N];
        subtract_if(&mut one, &self.n, true);
        one
    }

    /// `R^2 mod n`, which takes numbers into the representation.
    pub(super) fn r_squared(&self, scratch: &mut Scratch<N>) -> [u64; N] {
        // R is 2^(64 N): two, doubled to 2^odd, and squared to that.
        let bits = 64 * N;
        let mut x = self.one();
        for _ in 0..bits >> bits.trailing_zeros() {
            self.double(&mut x);
        }
        for _ in 0..bits.trailing_zeros() {
            self.square(&mut x, scratch);
        }
        x
    }

    fn double(&self, x: &mut [u64; N]) {
        let mut bit = 0;
        for word in x.iter_mut() {
            let above = *word >> 63;
            *word = *word << 1 | bit;
            bit = above;
        }
        // 2x - n is less than R, if it was not less than n before or after.
        let borrow = subtract_if(x, &self.n, bit == 1);
        subtract_if(x, &self.n, bit == 1 && !borrow);
    }

    /// `x = x / 2^count` for a count below 64: Montgomery's reduction by as many bits.
    pub(super) fn halve(&self, x: &mut [u64; N], count: u64) {
        // A multiple of n that makes the lowest bits zero.
        let factor = x[0].wrapping_mul(self.inverse) & ((1 << count) - 1);
        let mut carry = 0;
        for (word, n) in x.iter_mut().zip(&self.n) {
            (*word, carry) = n.carrying_mul_add(factor, *word, carry);
        }
        for place in 0..N {
            let above = x.get(place + 1).map_or(carry, |above| *above);
            x[place] = x[place] >> count | above << 1 << (63 - count);
        }
        // Without a halving it is as it was, and less than R; else less than R / 2 + n.
        subtract_if(x, &self.n, carry >> count == 1);
    }

    /// `x = x y`.
    #[inline]
    pub(super) fn multiply(&self, x: &mut [u64; N], y: &[u64; N], scratch: &mut Scratch<N>) {
        product::multiply(&mut scratch.0, x, y);
        product::reduce(x, &mut scratch.0, &self.n, self.inverse);
    }

    /// `x = x^2`.
    #[inline]
    pub(super) fn square(&self, x: &mut [u64; N], scratch: &mut Scratch<N>) {
        product::square(&mut scratch.0, x);
        product::reduce(x, &mut scratch.0, &self.n, self.inverse);
    }

    /// `wide / R mod n`, of a number of twice the length that is not in the representation.
    pub(super) fn reduce(&self, wide: &Wide<N>, scratch: &mut Scratch<N>) -> [u64; N] {
        let mut x = [0; N];
        scratch.0 = *wide;
        product::reduce(&mut x, &mut scratch.0, &self.n, self.inverse);
        x
    }

    /// Takes a number out of the representation; it is less than `n` then.
    pub(super) fn leave(&self, x: &mut [u64; N], scratch: &mut Scratch<N>) {
        *x = self.reduce(&[*x, [0; N]], scratch);
        self.canonical(x);
    }

    /// Makes a number less than `n`.
    pub(super) fn canonical(&self, x: &mut [u64; N]) {
        let is_less = is_less(x, &self.n);
        subtract_if(x, &self.n, !is_less);
    }

    /// `x = x - y`.
    pub(super) fn subtract(&self, x: &mut [u64; N], y: &[u64; N]) {
        // A difference that is negative is more than -R, so more than -2n.
        let mut is_negative = subtract_if(x, y, true);
        for _ in 0..2 {
            let carry = add_if(x, &self.n, is_negative);
            is_negative &= !carry;
        }
    }
}

impl<const N: usize> Zeroize for Modulus<N> {
    fn zeroize(&mut self) {
        let Self { n, inverse } = self;
        n.zeroize();
        inverse.zeroize();
    }
}
