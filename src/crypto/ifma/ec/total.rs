//! The sum of the points in eight lanes. Compiled for each curve.

use super::field::{Element, Reduction, carried, minus, no_columns, plus_primes, settled, twice};
use super::instructions::{add, splat};
use super::jacobian::{Point, add_points};
use super::quick::{add_row_and_clear, mixed, ordered};
use super::reduction::D;
use crate::crypto::ifma::ec::products::{each_digit, quick};
use crate::crypto::ifma::unroll::align_frame;
use core::arch::x86_64::{_mm256_permute2x128_si256, _mm256_unpackhi_epi64, _mm256_unpacklo_epi64};

/// The sum of all points, those of four lanes and of four others: X, Y and Z in the first lanes. `Z` is
/// 0 where a sum met an exception, and where a point is infinity.
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(in crate::crypto::ifma::ec) fn total(lower: &Point, upper: &Point) -> Element {
    let [a, b, c, d] = one_by_one(&add_points(lower, upper));
    add_alone(&add_alone(&a, &b), &add_alone(&c, &d))
}

/// The point of each lane, with X, Y and Z in the first lanes.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn one_by_one(point: &Point) -> [Element; 4] {
    let mut points = [[splat(0); D]; 4];
    for i in 0..D {
        let (x, y, z) = (point.x.0[i], point.y.0[i], point.z.0[i]);
        let (even, odd) = (_mm256_unpacklo_epi64(x, y), _mm256_unpackhi_epi64(x, y));
        let (even_z, odd_z) = (_mm256_unpacklo_epi64(z, z), _mm256_unpackhi_epi64(z, z));
        points[0][i] = _mm256_permute2x128_si256::<0x20>(even, even_z);
        points[1][i] = _mm256_permute2x128_si256::<0x20>(odd, odd_z);
        points[2][i] = _mm256_permute2x128_si256::<0x31>(even, even_z);
        points[3][i] = _mm256_permute2x128_si256::<0x31>(odd, odd_z);
    }
    points.map(Element)
}

/// [`add_points`] of one point and another, each with X, Y and Z in the first lanes: five products
/// deep.
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn add_alone(p: &Element, q: &Element) -> Element {
    align_frame!();
    let (p, q) = (p.0, q.0);
    let (z, z_of_q) = (ordered::<0b10_10_10_10>(p), ordered::<0b10_10_10_10>(q));
    // Z1^2, Z2^2, Z1 Z2
    let a = mixed::<0b0010>(z, z_of_q);
    let t = carried(quick!(a, mixed::<0b0110>(z, z_of_q))).0;
    // X2 Z1^2 = U2, X1 Z2^2 = U1, Z1^3, Z2^3
    let a = mixed::<0b1001>(ordered::<0b10_10_00_00>(p), ordered::<0b10_00_00_00>(q));
    let u = carried(quick!(a, ordered::<0b01_00_01_00>(t))).0;
    // U2 - U1 = H in all lanes
    let h = minus(ordered::<0b00_00_00_00>(u), ordered::<0b01_01_01_01>(u));
    let h = settled(h).0;
    // Y2 Z1^3 = S2, Y1 Z2^3 = S1, Z1 Z2 H = Z', H^2
    let y = mixed::<0b0001>(ordered::<0b01_01_01_01>(p), ordered::<0b01_01_01_01>(q));
    let a = mixed::<0b1000>(mixed::<0b0100>(y, t), h);
    let s = carried(quick!(a, mixed::<0b1100>(ordered::<0b00_00_11_10>(u), h))).0;
    // S2 - S1 = r in all lanes
    let r = minus(ordered::<0b00_00_00_00>(s), ordered::<0b01_01_01_01>(s));
    let r = settled(r).0;
    // H^3, U1 H^2 = V, r^2
    let a = mixed::<0b0010>(mixed::<0b0100>(h, r), u);
    let w = carried(quick!(a, mixed::<0b0100>(ordered::<0b11_11_11_11>(s), r))).0;
    let (v, hhh) = (ordered::<0b01_01_01_01>(w), ordered::<0b00_00_00_00>(w));
    // r^2 - H^3 - 2 V = X' in all lanes
    let x = minus(minus(ordered::<0b10_10_10_10>(w), hhh), twice(v));
    let x = settled(x).0;
    let difference = carried(plus_primes::<3>(minus(v, x))).0;
    // r (V - X') - S1 H^3 = Y' in all lanes
    let y = quick!(mixed::<0b0010>(r, s), mixed::<0b0010>(difference, hhh));
    let y = minus(ordered::<0b00_00_00_00>(y), ordered::<0b01_01_01_01>(y));
    Element(mixed::<0b0100>(mixed::<0b0001>(settled(y).0, x), s))
}
