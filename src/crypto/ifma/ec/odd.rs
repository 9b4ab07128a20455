//! The odd multiples of one point, by sums of points with equal `Z` (Meloni 2007), their products in
//! four lanes. Compiled for each curve.

use super::field::{Reduction, carried, minus, no_columns, one, plus_primes, settled, twice};
use super::instructions::{V, add, splat};
use super::quick::{add_row_and_clear, minus_in, mixed, ordered, plus_in, shifted, times};
use super::reduction::D;
use crate::crypto::ifma::ec::products::{each_digit, quick};
use crate::crypto::ifma::unroll::align_frame;
use core::arch::x86_64::_mm256_set_epi64x;

/// How many there are: 1, 3 .. 15 times the point.
const COUNT: usize = 8;

/// Multiples of a point that have one `Z`.
pub(super) struct OddMultiples {
    /// Of each: X, Y, -Y, and what nobody reads.
    pub(super) points: [[V; D]; COUNT],
    /// In all lanes.
    pub(super) z: [V; D],
}

/// Two points with one `Z`.
struct Pair {
    /// X of twice the point and of the other one, and Y of both.
    numbers: [V; D],
    /// In all lanes.
    z: [V; D],
}

/// One lane in all.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn all_lanes(d: [V; D], lane: usize) -> [V; D] {
    match lane {
        0 => ordered::<0b00_00_00_00>(d),
        1 => ordered::<0b01_01_01_01>(d),
        2 => ordered::<0b10_10_10_10>(d),
        _ => ordered::<0b11_11_11_11>(d),
    }
}

/// The numbers, each of which is in all lanes, in one lane each.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn gathered(numbers: &[[V; D]]) -> [V; D] {
    let low = mixed::<0b0010>(numbers[0], numbers[1]);
    mixed::<0b1100>(low, mixed::<0b1000>(numbers[2], numbers[3]))
}

impl OddMultiples {
    /// `point` has x and y in the first lanes. No two of the multiples are equal or opposite, because the
    /// group has no small order.
    #[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
    pub(super) fn new(point: &[V; D]) -> Self {
        let mut pair = doubled(point);
        let mut pairs = [pair.numbers; COUNT];
        let mut factors = [pair.z; COUNT];
        for i in 1..COUNT {
            factors[i] = add_two(&mut pair);
            pairs[i] = pair.numbers;
        }
        // What Z grew by from each to the last one.
        let mut numbers = [one().0; COUNT];
        for i in (1..COUNT).rev() {
            numbers[i - 1] = times(&numbers[i], &factors[i]);
        }
        let mut points = [[splat(0); D]; COUNT];
        for four in 0..COUNT / 4 {
            let places = 4 * four..4 * four + 4;
            let pairs = &pairs[places.clone()];
            let number = gathered(&numbers[places.clone()]);
            let x = [0, 1, 2, 3].map(|lane| all_lanes(pairs[lane], 1));
            let y = [0, 1, 2, 3].map(|lane| all_lanes(pairs[lane], 3));
            let square = times(&number, &number);
            let x = times(&gathered(&x), &square);
            let y = times(&gathered(&y), &times(&square, &number));
            let minus_y = settled(minus([splat(0); D], y)).0;
            for (lane, point) in points[places].iter_mut().enumerate() {
                let [x, y, minus_y] = [x, y, minus_y].map(|number| all_lanes(number, lane));
                *point = mixed::<0b0100>(mixed::<0b0010>(x, y), minus_y);
            }
        }
        Self { points, z: pair.z }
    }
}

/// A point in affine coordinates and twice that, with `Z = 2 y`.
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn doubled(point: &[V; D]) -> Pair {
    align_frame!();
    let s = *point;
    // x^2, y^2
    let t = quick!(s, s);
    // 3 (x^2 - 1) = alpha, y^2
    let t = minus_in::<0b0001>(t, t, one().0);
    let c = settled(plus_in::<0b0001>(t, twice(t))).0;
    let b = ordered::<0b00_01_01_00>(c);
    // alpha^2, x y^2, y^4
    let r = quick!(mixed::<0b0010>(b, ordered::<0b00_00_00_00>(s)), b);
    // alpha^2, 4 x y^2 = beta, 8 y^4 = gamma
    let r = shifted(r, _mm256_set_epi64x(0, 3, 2, 0));
    // alpha^2 - 2 beta = x', beta, gamma
    let q = settled(minus_in::<0b0001>(r, r, twice(ordered::<0b01_01_01_01>(r)))).0;
    let difference = minus(ordered::<0b01_01_01_01>(q), ordered::<0b00_00_00_00>(q));
    let difference = carried(plus_primes::<3>(difference)).0;
    // alpha (beta - x') - gamma = y'
    let y = settled(minus(quick!(c, difference), ordered::<0b10_10_10_10>(q))).0;
    let x = mixed::<0b1000>(q, ordered::<0b10_10_10_10>(q));
    Pair {
        numbers: mixed::<0b0100>(x, ordered::<0b00_00_00_00>(y)),
        z: settled(twice(ordered::<0b01_01_01_01>(s))).0,
    }
}

/// Adds twice the point to the other one, and gives both the `Z` of the sum. Returned is the factor that
/// `Z` grew by, in all lanes.
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn add_two(pair: &mut Pair) -> [V; D] {
    align_frame!();
    let s = pair.numbers;
    // X2 - X1 = H, Y2 - Y1 = r, H, H
    let d = minus(ordered::<0b00_00_10_00>(s), ordered::<0b01_01_11_01>(s));
    let d = settled(d).0;
    // H^2, r^2, Z H = Z'
    let t = carried(quick!(d, mixed::<0b0100>(d, pair.z))).0;
    // X2 H^2 = V, X1 H^2
    let u = carried(quick!(s, ordered::<0b00_00_00_00>(t))).0;
    let v = ordered::<0b00_00_00_00>(u);
    let w = ordered::<0b01_01_01_01>(u);
    // r^2 - V - X1 H^2 = X' in all lanes
    let x = settled(minus(minus(ordered::<0b01_01_01_01>(t), v), w)).0;
    // V - X1 H^2, V - X'
    let difference = plus_primes::<3>(minus(v, mixed::<0b0010>(w, x)));
    let difference = carried(difference).0;
    // Y2 (V - X1 H^2), r (V - X')
    let w = quick!(mixed::<0b0010>(ordered::<0b10_10_10_10>(s), d), difference);
    // -, -, Y of twice the point, Y' as the difference of both
    let y = ordered::<0b01_00_00_00>(w);
    let y = settled(minus_in::<0b1000>(y, y, ordered::<0b00_00_00_00>(w))).0;
    pair.numbers = mixed::<0b1100>(mixed::<0b0010>(u, x), y);
    pair.z = ordered::<0b10_10_10_10>(t);
    ordered::<0b00_00_00_00>(d)
}
