//! Points: [`Affine`], and [`Point`] in Jacobian coordinates.

use super::curve::{CurveParameters, Element};
use super::residue::Modulus;
use super::words::{add, is_less, zero_mask};

/// A point other than that at infinity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::crypto) struct Affine<C: CurveParameters<N>, const N: usize> {
    pub(super) x: Element<C, N>,
    pub(super) y: Element<C, N>,
}

/// `(X / Z^2, Y / Z^3)`; with `Z = 0` the point at infinity.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point<C: CurveParameters<N>, const N: usize> {
    pub(super) x: Element<C, N>,
    pub(super) y: Element<C, N>,
    pub(super) z: Element<C, N>,
}

impl<C: CurveParameters<N>, const N: usize> Affine<C, N> {
    pub(super) const fn generator() -> Self {
        let [x, y] = C::GENERATOR;
        Self {
            x: Element::<C, N>::constant(x),
            y: Element::<C, N>::constant(y),
        }
    }

    /// The point with these coordinates, if they are less than the field's prime and it is on the
    /// curve.
    pub(super) fn new(x: &[u64; N], y: &[u64; N]) -> Option<Self> {
        let p = &C::Field::MODULUS;
        if !is_less(x, p) || !is_less(y, p) {
            return None;
        }
        let [x, y] = [x, y].map(Element::<C, N>::from_integer);
        let b = const { Element::<C, N>::constant(C::B) };
        let three_x = x.double().add(&x);
        let right = x.square().mul(&x).sub(&three_x).add(&b);
        (y.square() == right).then_some(Self { x, y })
    }

    #[inline(always)]
    pub(super) fn negate(&self) -> Self {
        Self {
            x: self.x,
            y: self.y.negate(),
        }
    }

    /// The negative where the mask is all ones.
    #[inline(always)]
    pub(super) fn negate_by(&self, mask: u64) -> Self {
        Self {
            x: self.x,
            y: Element::<C, N>::select(mask, &self.y.negate(), &self.y),
        }
    }
}

impl<C: CurveParameters<N>, const N: usize> From<Affine<C, N>> for Point<C, N> {
    #[inline(always)]
    fn from(point: Affine<C, N>) -> Self {
        Self {
            x: point.x,
            y: point.y,
            z: Element::<C, N>::ONE,
        }
    }
}

impl<C: CurveParameters<N>, const N: usize> Point<C, N> {
    pub(super) const INFINITY: Self = Self {
        x: Element::<C, N>::ONE,
        y: Element::<C, N>::ONE,
        z: Element::<C, N>::ZERO,
    };

    #[inline(always)]
    pub(super) fn is_infinity(&self) -> bool {
        self.z.is_zero()
    }

    /// Right for every point; 4 products and 4 squares, with `2 Y` first, which saves additions.
    #[inline]
    pub(super) fn double(&self) -> Self {
        let s = self.y.double();
        let zz = self.z.square();
        let ss = s.square();
        let z = s.mul(&self.z);
        let t = self.x.sub(&zz).mul(&self.x.add(&zz));
        let beta = self.x.mul(&ss);
        let alpha = t.double().add(&t);
        let x = alpha.square().sub(&beta.double());
        let y = alpha.mul(&beta.sub(&x)).sub(&ss.square().half());
        Self { x, y, z }
    }

    /// The sum and `[H, r]`, of which `H` is 0 if the points are equal or opposite, and `r` is if
    /// they are equal; then the sum has `Z = 0`. Wrong if `self` is infinity.
    #[inline(always)]
    fn add_unequal(&self, other: &Affine<C, N>) -> (Self, [Element<C, N>; 2]) {
        let zz = self.z.square();
        let u = other.x.mul(&zz);
        let s = other.y.mul(&self.z.mul(&zz));
        let h = u.sub(&self.x);
        let r = s.sub(&self.y);
        let hh = h.square();
        let hhh = hh.mul(&h);
        let v = self.x.mul(&hh);
        let x = r.square().sub(&hhh).sub(&v.double());
        let y = r.mul(&v.sub(&x)).sub(&self.y.mul(&hhh));
        let z = self.z.mul(&h);
        (Self { x, y, z }, [h, r])
    }

    /// The sum of two points that are neither equal nor opposite nor infinity, in constant time.
    #[inline]
    pub(super) fn add_other(&self, other: &Affine<C, N>) -> Self {
        self.add_unequal(other).0
    }

    /// The sum with any point, in constant time. `self` is not infinity.
    #[inline]
    pub(super) fn add_any(&self, other: &Affine<C, N>) -> Self {
        let (sum, [h, r]) = self.add_unequal(other);
        let doubled = Self::from(*other).double();
        let are_equal = zero_mask(h.any_bits() | r.any_bits());
        Self {
            x: Element::<C, N>::select(are_equal, &doubled.x, &sum.x),
            y: Element::<C, N>::select(are_equal, &doubled.y, &sum.y),
            z: Element::<C, N>::select(are_equal, &doubled.z, &sum.z),
        }
    }

    /// The sum of any two points, in a time that depends on them: for public ones.
    #[inline]
    pub(super) fn add_public(&self, other: &Affine<C, N>) -> Self {
        if self.is_infinity() {
            return (*other).into();
        }
        let (sum, [h, r]) = self.add_unequal(other);
        if h.is_zero() && r.is_zero() {
            return Self::from(*other).double();
        }
        sum
    }

    /// In constant time, but for whether it is infinity.
    pub(super) fn to_affine(self) -> Option<Affine<C, N>> {
        if self.is_infinity() {
            return None;
        }
        let inverse = self.z.invert();
        let square = inverse.square();
        Some(Affine {
            x: self.x.mul(&square),
            y: self.y.mul(&square.mul(&inverse)),
        })
    }

    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        if self.is_infinity() || other.is_infinity() {
            return self.is_infinity() && other.is_infinity();
        }
        let [a, b] = [self, other].map(|point| point.z.square());
        let is_x_same = self.x.mul(&b) == other.x.mul(&a);
        is_x_same && self.y.mul(&b.mul(&other.z)) == other.y.mul(&a.mul(&self.z))
    }

    /// Whether the x-coordinate, as an integer modulo the order, is `r`, which is in range. No
    /// inversion is needed: `r Z^2 = X`, or `r + n` instead of `r` if that is less than `p`.
    pub(super) fn has_x(&self, r: &[u64; N]) -> bool {
        if self.is_infinity() {
            return false;
        }
        let zz = self.z.square();
        if Element::<C, N>::from_integer(r).mul(&zz) == self.x {
            return true;
        }
        let (sum, carry) = add(r, &C::Order::MODULUS);
        carry == 0
            && is_less(&sum, &C::Field::MODULUS)
            && Element::<C, N>::from_integer(&sum).mul(&zz) == self.x
    }
}

/// The affine coordinates of points none of which is infinity, with one inversion; for public ones.
pub(super) fn normalize<C: CurveParameters<N>, const N: usize>(
    points: &[Point<C, N>],
) -> Vec<Affine<C, N>> {
    let mut product = Element::<C, N>::ONE;
    let before: Vec<_> = points
        .iter()
        .map(|point| {
            let before = product;
            product = product.mul(&point.z);
            before
        })
        .collect();
    let mut inverse = product.invert_public();
    let mut affine: Vec<_> = points
        .iter()
        .zip(before)
        .rev()
        .map(|(point, before)| {
            let of_z = inverse.mul(&before);
            inverse = inverse.mul(&point.z);
            let square = of_z.square();
            Affine {
                x: point.x.mul(&square),
                y: point.y.mul(&square.mul(&of_z)),
            }
        })
        .collect();
    affine.reverse();
    affine
}
