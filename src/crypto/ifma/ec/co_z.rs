//! Odd multiples of points, by sums of points with equal `Z` (Meloni 2007). Compiled for each curve.

use super::field::{Element, carried, minus, multiply, one, plus, plus_primes, settled, twice};
use super::point::Affine;
use super::squares::square;
use crate::crypto::ifma::unroll::align_frame;

/// 1, 3, 5 .. times a point, of which the first is affine and the others have factors still to be
/// divided by.
pub(super) struct Multiples {
    first: Affine,
    /// With a `Z` that grows by the factors.
    others: Vec<(Affine, Element)>,
    /// `Z` of the last one.
    pub(super) z: Element,
}

/// A point in Jacobian coordinates.
struct Point {
    x: Element,
    y: Element,
    z: Element,
}

impl Multiples {
    /// So many multiples of each lane's point, two at least. No two of them are equal or opposite,
    /// because the group has no small order.
    #[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
    pub(super) fn new(point: &Affine, count: usize) -> Self {
        align_frame!();
        let (mut last, mut two) = doubled(point);
        let mut others = Vec::with_capacity(count - 1);
        for _ in 1..count {
            let factor = add_two(&mut two, &mut last);
            others.push((
                Affine {
                    x: last.x,
                    y: last.y,
                },
                factor,
            ));
        }
        Self {
            first: *point,
            others,
            z: last.z,
        }
    }

    /// All of them in affine coordinates, the last one first; `inverse` is that of [`Self::z`].
    #[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
    pub(super) fn affine(&self, inverse: &Element) -> Vec<Affine> {
        let mut inverse = *inverse;
        let mut all = Vec::with_capacity(self.others.len() + 1);
        for (multiple, factor) in self.others.iter().rev() {
            all.push(multiple.divided_by(&inverse));
            inverse = multiply(&inverse, factor);
        }
        all.push(self.first);
        all.reverse();
        all
    }
}

/// A point and twice that, with the same `Z = 2 y`.
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn doubled(point: &Affine) -> (Point, Point) {
    let yy = square(&point.y);
    let t = minus(square(&point.x).0, one().0);
    let alpha = settled(plus(twice(t), t));
    let beta = settled(twice(twice(multiply(&point.x, &yy).0)));
    let x = settled(minus(square(&alpha).0, twice(beta.0)));
    let difference = carried(plus_primes::<3>(minus(beta.0, x.0)));
    let gamma = settled(twice(twice(twice(square(&yy).0))));
    let y = settled(minus(multiply(&alpha, &difference).0, gamma.0));
    let z = settled(twice(point.y.0));
    let once = Point {
        x: beta,
        y: gamma,
        z,
    };
    (once, Point { x, y, z })
}

/// Adds twice the point to a multiple of it that has the same `Z`, and gives both the `Z` of the sum;
/// 5 products and 2 squares. Returned is the factor that `Z` grew by.
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn add_two(two: &mut Point, last: &mut Point) -> Element {
    let h = settled(minus(two.x.0, last.x.0));
    let r = settled(minus(two.y.0, last.y.0));
    let hh = square(&h);
    let of_two = multiply(&two.x, &hh);
    let of_last = multiply(&last.x, &hh);
    let difference = carried(plus_primes::<2>(minus(of_two.0, of_last.0)));
    let y_of_two = multiply(&two.y, &difference);
    let x = settled(minus(minus(square(&r).0, of_two.0), of_last.0));
    let difference = carried(plus_primes::<3>(minus(of_two.0, x.0)));
    let y = settled(minus(multiply(&r, &difference).0, y_of_two.0));
    let z = multiply(&last.z, &h);
    *two = Point {
        x: of_two,
        y: y_of_two,
        z,
    };
    *last = Point { x, y, z };
    h
}
