//! Points: [`Affine`], and [`Point`] in Jacobian coordinates.

use super::curve::{CurveParameters, Element, Scalar};
use super::residue::{Modulus, Residue, invert_all};
use super::words::{add, is_less, zero_mask};
use zeroize::{Zeroize, Zeroizing};

/// A point other than that at infinity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::crypto) struct Affine<C: CurveParameters<N>, const N: usize> {
    pub(in crate::crypto) x: Element<C, N>,
    pub(in crate::crypto) y: Element<C, N>,
}

/// `(X / Z^2, Y / Z^3)`; with `Z = 0` the point at infinity.
#[derive(Clone, Copy, Debug)]
pub(in crate::crypto) struct Point<C: CurveParameters<N>, const N: usize> {
    pub(in crate::crypto) x: Element<C, N>,
    pub(in crate::crypto) y: Element<C, N>,
    pub(in crate::crypto) z: Element<C, N>,
}

impl<C: CurveParameters<N>, const N: usize> Zeroize for Point<C, N> {
    fn zeroize(&mut self) {
        self.x.zeroize();
        self.y.zeroize();
        self.z.zeroize();
    }
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

    /// Whether the x-coordinate is `r` modulo the order.
    pub(super) fn has_x(&self, r: &[u64; N]) -> bool {
        Scalar::<C, N>::from_integer(&self.x.to_integer()).to_integer() == *r
    }

    /// Whether this is `a + b`. Opposite points have no such sum, and take longer; the rest is in
    /// constant time.
    pub(super) fn is_sum(&self, a: &Self, b: &Self) -> bool {
        let run = b.x.sub(&a.x);
        if run.is_zero() {
            return Point::from(*a).add_public(b).is_same_as(&(*self).into());
        }
        // The negative of the sum is the third point on the line through both.
        let rise = b.y.sub(&a.y);
        let x = self.x.add(&a.x).add(&b.x).mul(&run.square());
        let y = self.y.add(&a.y).negate().mul(&run);
        x == rise.square() && y == rise.mul(&self.x.sub(&a.x))
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
    pub(in crate::crypto) const INFINITY: Self = Self {
        x: Element::<C, N>::ONE,
        y: Element::<C, N>::ONE,
        z: Element::<C, N>::ZERO,
    };

    #[inline(always)]
    pub(in crate::crypto) fn is_infinity(&self) -> bool {
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
    pub(in crate::crypto) fn add_public(&self, other: &Affine<C, N>) -> Self {
        if self.is_infinity() {
            return (*other).into();
        }
        let (sum, [h, r]) = self.add_unequal(other);
        if h.is_zero() && r.is_zero() {
            return Self::from(*other).double();
        }
        sum
    }

    /// The negative where the mask is all ones.
    pub(in crate::crypto) fn negate_by(self, mask: u64) -> Self {
        Self {
            y: Residue::select(mask, &self.y.negate(), &self.y),
            ..self
        }
    }

    /// [`Self::to_affine`] of all, with one inversion; each on its own if one is infinity.
    pub(in crate::crypto) fn to_affine_all(points: &[Self]) -> Vec<Option<Affine<C, N>>> {
        if points.iter().any(Self::is_infinity) {
            return points.iter().map(|point| point.to_affine()).collect();
        }
        let affine = normalize(points, Residue::invert);
        affine.into_iter().map(Some).collect()
    }

    /// In constant time, but for whether it is infinity.
    pub(in crate::crypto) fn to_affine(self) -> Option<Affine<C, N>> {
        if self.is_infinity() {
            return None;
        }
        Some(self.with_inverse(&self.z.invert()))
    }

    /// The affine coordinates, given the inverse of `Z`.
    pub(super) fn with_inverse(&self, inverse: &Element<C, N>) -> Affine<C, N> {
        let square = inverse.square();
        Affine {
            x: self.x.mul(&square),
            y: self.y.mul(&square.mul(inverse)),
        }
    }

    pub(in crate::crypto) fn is_same_as(&self, other: &Self) -> bool {
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

/// The affine coordinates of points none of which is infinity, with one inversion.
pub(super) fn normalize<C: CurveParameters<N>, const N: usize>(
    points: &[Point<C, N>],
    invert: fn(&Element<C, N>) -> Element<C, N>,
) -> Vec<Affine<C, N>> {
    let mut of_z: Zeroizing<Vec<_>> = Zeroizing::new(points.iter().map(|point| point.z).collect());
    invert_all(&mut of_z, invert);
    points
        .iter()
        .zip(of_z.iter())
        .map(|(point, of_z)| point.with_inverse(of_z))
        .collect()
}
