//! Sums of points that may have any `Z`. Compiled for each curve and each width of registers.

use super::field::{
    Columns, Element, add_row, carried, minus, multiply, no_columns, plus_primes, settled, square,
    twice, upper,
};
use super::instructions::sub;
use super::reduction::{D, step};
use crate::crypto::ifma::ec::products::{add_product, each_digit, product, reduced};
use crate::crypto::ifma::unroll::align_frame;

/// `(X / Z^2, Y / Z^3)`; with `Z = 0` the point at infinity, or the mark of a sum that met an exception.
#[derive(Clone, Copy)]
pub(in crate::crypto::ifma::ec) struct Point {
    pub(in crate::crypto::ifma::ec) x: Element,
    pub(in crate::crypto::ifma::ec) y: Element,
    pub(in crate::crypto::ifma::ec) z: Element,
}

/// The sum, with 12 products and 4 squares. `Z` is 0 where one is infinity, or where they are equal or
/// opposite.
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(in crate::crypto::ifma::ec) fn add_points(p: &Point, q: &Point) -> Point {
    align_frame!();
    let zz = square(&p.z);
    let ww = square(&q.z);
    let u = multiply(&p.x, &ww);
    let s = multiply(&p.y, &multiply(&ww, &q.z));
    let h = settled(minus(multiply(&q.x, &zz).0, u.0));
    let r = settled(minus(multiply(&q.y, &multiply(&zz, &p.z)).0, s.0));
    let hh = square(&h);
    let hhh = multiply(&hh, &h);
    let v = multiply(&u, &hh);
    let z = multiply(&multiply(&p.z, &q.z), &h);
    let x = settled(minus(minus(square(&r).0, hhh.0), twice(v.0)));
    let d = carried(plus_primes::<3>(minus(v.0, x.0)));
    let y = settled(reduced!(difference(product!(r, d), &product!(s, hhh))));
    Point { x, y, z }
}

/// Columns less others; they may be signed.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn difference(mut a: Columns, b: &Columns) -> Columns {
    for i in 0..D {
        a[2 * i] = sub(a[2 * i], b[2 * i]);
        a[2 * i + 1] = sub(a[2 * i + 1], b[2 * i + 1]);
    }
    a
}
