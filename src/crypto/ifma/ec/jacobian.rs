//! Sums of points that may have any `Z`. Compiled for each curve.

use super::field::{Element, Reduction, carried, minus, no_columns, plus_primes, settled, twice};
use super::instructions::{add, splat};
use super::quick::add_row_and_clear;
use super::reduction::D;
use crate::crypto::ifma::ec::products::{each_digit, quick};
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
    let (px, py, pz) = (p.x.0, p.y.0, p.z.0);
    let (qx, qy, qz) = (q.x.0, q.y.0, q.z.0);
    let zz = carried(quick!(pz, pz)).0;
    let ww = carried(quick!(qz, qz)).0;
    let u = carried(quick!(px, ww)).0;
    let h = settled(minus(quick!(qx, zz), u)).0;
    let zzz = carried(quick!(pz, zz)).0;
    let www = carried(quick!(qz, ww)).0;
    let s = carried(quick!(py, www)).0;
    let r = settled(minus(quick!(qy, zzz), s)).0;
    let hh = carried(quick!(h, h)).0;
    let zw = carried(quick!(pz, qz)).0;
    let v = carried(quick!(u, hh)).0;
    let hhh = carried(quick!(h, hh)).0;
    let x = settled(minus(minus(quick!(r, r), hhh), twice(v)));
    let z = carried(quick!(zw, h));
    let d = carried(plus_primes::<3>(minus(v, x.0))).0;
    let y = minus(quick!(r, d), quick!(s, hhh));
    let y = settled(y);
    Point { x, y, z }
}
