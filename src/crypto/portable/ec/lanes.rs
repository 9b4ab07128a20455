//! What arithmetic in lanes takes from here.

use super::comb::make_odd;
use super::curve::CurveParameters;
use super::point::{Affine, Point, normalize};
use super::residue::{Modulus, invert_all, shifted, unit};
use super::words::zero_mask;

pub(in crate::crypto) use super::curve::Element;
pub(in crate::crypto) use super::multiples::nonadjacent;
pub(in crate::crypto) use super::residue::Residue;

/// The prime of the field.
pub(in crate::crypto) const fn modulus<C: CurveParameters<N>, const N: usize>() -> [u64; N] {
    C::Field::MODULUS
}

/// `2^exponent mod p`, for constants.
pub(in crate::crypto) const fn power_of_two<const N: usize>(
    exponent: usize,
    p: [u64; N],
) -> [u64; N] {
    shifted(unit(), exponent, p)
}

/// A scalar if it is odd, else its negative, and the mask of whether it is that; `n` for 0.
pub(in crate::crypto) fn odd_of<M: Modulus<N>, const N: usize>(
    scalar: &Residue<M, N>,
) -> ([u64; N], u64) {
    make_odd::<M, N>(&scalar.to_integer())
}

/// `2^(window i)` times the generator.
pub(in crate::crypto) fn generator_rows<C: CurveParameters<N>, const N: usize>(
    window: usize,
    rows: usize,
) -> Vec<Affine<C, N>> {
    let mut next = Point::from(Affine::generator());
    let rows: Vec<_> = (0..rows)
        .map(|_| {
            let row = next;
            for _ in 0..window {
                next = next.double();
            }
            row
        })
        .collect();
    normalize(&rows, Residue::invert_public)
}

/// The inverse of each, and 0 of 0, with one inversion, in constant time.
pub(in crate::crypto) fn invert_or_zero<M: Modulus<N>, const N: usize>(
    numbers: &mut [Residue<M, N>],
) {
    let zeros: Vec<_> = numbers
        .iter_mut()
        .map(|number| {
            let is_zero = zero_mask(number.any_bits());
            *number = Residue::select(is_zero, &Residue::ONE, number);
            is_zero
        })
        .collect();
    invert_all(numbers, Residue::invert);
    for (number, is_zero) in numbers.iter_mut().zip(zeros) {
        *number = Residue::select(is_zero, &Residue::ZERO, number);
    }
}

impl<M: Modulus<N>, const N: usize> Residue<M, N> {
    /// `R` times the number.
    pub(in crate::crypto) fn montgomery(&self) -> &[u64; N] {
        &self.0
    }

    /// Of `R` times a number, less than twice the modulus: its words, and one above them.
    pub(in crate::crypto) fn from_montgomery(words: &[u64; N], top: u64) -> Self {
        Self::subtract_once(words, top)
    }
}

impl<C: CurveParameters<N>, const N: usize> Affine<C, N> {
    /// `None` for the coordinates 0 and 0, which no point has.
    pub(in crate::crypto) fn unless_zero(self) -> Option<Self> {
        (self.x.any_bits() | self.y.any_bits() != 0).then_some(self)
    }
}

impl<C: CurveParameters<N>, const N: usize> Point<C, N> {
    /// [`Self::add_public`] for a point that may have any `Z`.
    pub(in crate::crypto) fn add_point(&self, other: &Self) -> Self {
        if self.is_infinity() {
            return *other;
        }
        if other.is_infinity() {
            return *self;
        }
        let [zz, ww] = [self, other].map(|point| point.z.square());
        let (u, s) = (self.x.mul(&ww), self.y.mul(&ww.mul(&other.z)));
        let h = other.x.mul(&zz).sub(&u);
        let r = other.y.mul(&zz.mul(&self.z)).sub(&s);
        if h.is_zero() && r.is_zero() {
            return self.double();
        }
        let hh = h.square();
        let hhh = hh.mul(&h);
        let v = u.mul(&hh);
        let x = r.square().sub(&hhh).sub(&v.double());
        let y = r.mul(&v.sub(&x)).sub(&s.mul(&hhh));
        let z = self.z.mul(&other.z).mul(&h);
        Self { x, y, z }
    }
}
