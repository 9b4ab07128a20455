//! Eight points at a time: doubling, and sums with points in affine coordinates. Compiled for each
//! curve.

use super::CONSTANTS;
use super::field::{
    Element, Reduction, add_row, carried, clear, minus, multiply, no_columns, one, plus,
    plus_primes, settled, twice,
};
use super::instructions::{V, add, left, right_signed, splat};
use super::reduction::D;
use super::squares::{add_row_above, add_squares, double_columns, square};
use crate::crypto::ifma::ec::products::{
    add_product, both_reduced, each_digit, product, reduced, square_of,
};
use crate::crypto::ifma::unroll::align_frame;
use core::arch::x86_64::_mm512_mask_sub_epi64;
use zeroize::Zeroize;

/// `(X / Z^2, Y / Z^3)`; with `Z = 0` the point at infinity, or the mark of a sum that met an exception.
#[derive(Clone, Copy)]
pub(super) struct Point {
    pub(super) x: Element,
    pub(super) y: Element,
    pub(super) z: Element,
    /// `Z^2`: what comes next needs it first, and where it is made nothing waits for it. < 1.3 p
    zz: Element,
}

/// What products alone may read: there are bits above the 52 of a digit, and they were carried.
#[derive(Clone, Copy)]
struct Factor([V; D]);

/// Affine coordinates.
#[derive(Clone, Copy)]
pub(super) struct Affine {
    pub(super) x: Element,
    pub(super) y: Element,
}

impl Affine {
    /// The point of Jacobian coordinates X and Y, with the inverse of their Z.
    #[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
    pub(super) fn divided_by(&self, inverse_of_z: &Element) -> Self {
        let squared = square(inverse_of_z);
        Self {
            x: multiply(&self.x, &squared),
            y: multiply(&self.y, &multiply(&squared, inverse_of_z)),
        }
    }
}

impl From<Affine> for Point {
    fn from(affine: Affine) -> Self {
        // SAFETY: whoever has a point has the instructions.
        let one = unsafe { one() };
        Self {
            x: affine.x,
            y: affine.y,
            z: one,
            zz: one,
        }
    }
}

impl Zeroize for Point {
    fn zeroize(&mut self) {
        self.x.zeroize();
        self.y.zeroize();
        self.z.zeroize();
        self.zz.zeroize();
    }
}

/// Negates digits where the mask is set.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn negated_where(mask: u8, mut d: [V; D]) -> [V; D] {
    for i in 0..D {
        d[i] = _mm512_mask_sub_epi64(d[i], mask, splat(0), d[i]);
    }
    d
}

/// `2 p - y` where the mask is set, else `y`; less than `2.01 p`.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn opposite_where(mask: u8, y: &Element) -> Element {
    let mut d = y.0;
    for i in 0..D {
        d[i] = _mm512_mask_sub_epi64(d[i], mask, splat(2 * CONSTANTS.p[i]), d[i]);
    }
    settled(d)
}

/// Carries the digits of a number for products alone.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn factor(mut d: [V; D]) -> Factor {
    for i in 1..D {
        d[i] = add(d[i], right_signed::<52>(d[i - 1]));
    }
    Factor(d)
}

/// Makes column `I` 0 in both.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn clear_both<const I: usize>(first: &mut Reduction, second: &mut Reduction) {
    clear::<I>(first);
    clear::<I>(second);
}

/// Multiplies columns by `2^BITS`.
macro_rules! shifted {
    ($columns:expr, $bits:literal) => {{
        let mut columns = $columns;
        for i in 0..D {
            columns[2 * i] = left::<$bits>(columns[2 * i]);
            columns[2 * i + 1] = left::<$bits>(columns[2 * i + 1]);
        }
        columns
    }};
}

/// `-2 point`: 3 products and 5 squares less one reduction. Right for infinity (`Z = 0`), too. With the
/// opposite sign of `Y` nothing need be subtracted from columns.
macro_rules! doubled {
    ($point:expr) => {{
        let p: Point = $point;
        let delta = p.zz;
        let u = factor(plus_primes::<2>(minus(p.x.0, delta.0))); // < 4.1 p
        let w = factor(plus(p.x.0, delta.0)); // < 3.4 p
        let (gamma, t) = both_reduced!(square_of!(p.y), product!(u, w));
        let gamma = carried(gamma); // < 1.3 p
        let alpha = factor(plus(twice(t), t)); // < 5.7 p
        let sum = factor(plus(p.y.0, p.z.0)); // < 4.1 p
        let (beta, z) = both_reduced!(shifted!(product!(p.x, gamma), 2), square_of!(sum));
        let beta = carried(beta); // 4 x y^2 < 1.7 p
        let z = settled(minus(minus(z, gamma.0), delta.0));
        let (t, zz) = both_reduced!(square_of!(alpha), square_of!(z));
        let zz = carried(zz);
        let x = settled(minus(t, twice(beta.0)));
        let d = factor(plus_primes::<2>(minus(x.0, beta.0))); // < 4.1 p
        let mut columns = shifted!(square_of!(gamma), 3);
        add_product!(columns, alpha, d);
        let y = settled(reduced!(columns));
        Point { x, y, z, zz }
    }};
}

/// `-(point + affine)`, or `-(point - affine)` where the mask is set: 8 products and 3 squares less one
/// reduction. Where the point is infinity, or the two are equal or opposite, `Z` is 0, and stays 0 in
/// all that follows.
macro_rules! sum_with_affine {
    ($point:expr, $affine:expr, $mask:expr) => {{
        let p: Point = $point;
        let a: Affine = $affine;
        let (t, zzz) = both_reduced!(product!(a.x, p.zz), product!(p.zz, p.z));
        let h = factor(plus_primes::<3>(minus(t, p.x.0))); // < 4.4 p
        let zzz = factor(zzz);
        let (t, hh) = both_reduced!(product!(a.y, zzz), square_of!(h));
        let t = negated_where($mask, t);
        let r = factor(plus_primes::<4>(minus(t, p.y.0))); // < 5.4 p
        let hh = factor(hh); // < 2.3 p
        let (v, hhh) = both_reduced!(product!(p.x, hh), product!(hh, h));
        let (v, hhh) = (carried(v), carried(hhh)); // < 1.7 p
        let (z, t) = both_reduced!(product!(p.z, h), square_of!(r));
        let z = carried(z); // < 1.6 p
        let x = settled(minus(minus(t, hhh.0), twice(v.0)));
        let d = factor(plus_primes::<2>(minus(x.0, v.0))); // < 4.1 p
        let mut columns = product!(p.y, hhh);
        add_product!(columns, r, d);
        let (y, zz) = both_reduced!(columns, square_of!(z));
        let (y, zz) = (settled(y), carried(zz));
        Point { x, y, z, zz }
    }};
}

/// Doubles four times.
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn double_four_times(point: &mut Point) {
    align_frame!();
    let mut p = *point;
    for _ in 0..4 {
        p = doubled!(p);
    }
    *point = p;
}

/// See [`sum_with_affine`].
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn add_affine(point: &mut Point, affine: &Affine, mask: u8) {
    align_frame!();
    *point = sum_with_affine!(*point, *affine, mask);
}
