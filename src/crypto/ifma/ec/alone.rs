//! A multiple of one point by a public scalar: the products of its formulas in four lanes, X, Y, Z and
//! `W = -3 Z^4` (modified Jacobian coordinates; Cohen, Miyaji, Ono 1998), so that a doubling is three
//! products deep and an addition four. Compiled for each curve.

use super::field::{
    Columns, Element, carried, constant, minus, multiply, no_columns, one, plus, plus_primes,
    settled, twice, upper,
};
use super::instructions::{V, add, high, low, splat};
use super::reduction::{D, N, step};
use super::words::to_words;
use super::{CONSTANTS, Curve};
use crate::crypto::ifma::digits::{BITS, bits};
use crate::crypto::ifma::ec::products::each_digit;
use crate::crypto::ifma::unroll::align_frame;
use crate::crypto::portable::ec::{Affine, Point, Scalar, nonadjacent, short_multiples};
use core::arch::x86_64::{
    _mm256_mask_add_epi64, _mm256_mask_blend_epi64, _mm256_mask_sub_epi64,
    _mm256_permute4x64_epi64, _mm256_set_epi64x, _mm256_sllv_epi64,
};

/// Of the digits of the scalar; see [`short_multiples`].
const WINDOW: usize = 5;

/// Lanes in another order, the first one last.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn ordered<const ORDER: i32>(d: [V; D]) -> [V; D] {
    d.map(|digit| _mm256_permute4x64_epi64::<ORDER>(digit))
}

/// The lanes of the mask from `b`, the others from `a`.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn mixed<const MASK: u8>(mut a: [V; D], b: [V; D]) -> [V; D] {
    for i in 0..D {
        a[i] = _mm256_mask_blend_epi64(MASK, a[i], b[i]);
    }
    a
}

/// `a + b` in the lanes of the mask, else `a`.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn plus_in<const MASK: u8>(mut a: [V; D], b: [V; D]) -> [V; D] {
    for i in 0..D {
        a[i] = _mm256_mask_add_epi64(a[i], MASK, a[i], b[i]);
    }
    a
}

/// `b - c` in the lanes of the mask, else `a`.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn minus_in<const MASK: u8>(mut a: [V; D], b: [V; D], c: [V; D]) -> [V; D] {
    for i in 0..D {
        a[i] = _mm256_mask_sub_epi64(a[i], MASK, b[i], c[i]);
    }
    a
}

/// Each lane times a power of two.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn shifted(d: [V; D], bits: V) -> [V; D] {
    d.map(|digit| _mm256_sllv_epi64(digit, bits))
}

/// Adds digit `I` of one number times the other: lower halves of products, and upper ones.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn add_row_halves<const I: usize>(
    lower: &mut Columns,
    upper: &mut Columns,
    a: &[V; D],
    b: &[V; D],
) {
    for j in 0..D {
        lower[I + j] = low(lower[I + j], a[I], b[j]);
        upper[I + j + 1] = high(upper[I + j + 1], a[I], b[j]);
    }
}

/// A product that is soon there: lower and upper halves have columns of their own.
macro_rules! quick {
    ($a:expr, $b:expr) => {{
        let (a, b): ([V; D], [V; D]) = ($a, $b);
        let (mut sums, mut halves) = (no_columns(), no_columns());
        each_digit!(add_row_halves(&mut sums, &mut halves, &a, &b));
        for i in 0..2 * D {
            sums[i] = add(sums[i], halves[i]);
        }
        let mut less = no_columns();
        each_digit!(step(&mut sums, &mut less));
        upper(&sums, &less)
    }};
}

/// A point as doubling leaves it, and the square and the cube of its `Z` in lane 2.
struct Doubled {
    point: [V; D],
    zz: [V; D],
    zzz: [V; D],
}

macro_rules! doubled {
    ($point:expr) => {{
        let s: [V; D] = $point;
        // X^2, Y^2, Y Z
        let t = quick!(ordered::<0b01_01_01_00>(s), s);
        let thrice = plus(t, ordered::<0b11_11_11_11>(s));
        // 3 X^2 + W = alpha, gamma, 2 Y Z = Z'
        let t = carried(plus_in::<0b0001>(plus_in::<0b0101>(t, t), thrice)).0;
        let b = ordered::<0b10_01_01_00>(t);
        // alpha^2, X gamma = beta, gamma^2, Z'^2
        let r = quick!(mixed::<0b0010>(b, ordered::<0b00_00_00_00>(s)), b);
        let e = ordered::<0b10_11_01_01>(r);
        let squared = ordered::<0b00_00_00_00>(r);
        // 8 beta, 8 beta, Z'^2, 16 gamma^2
        let eight = shifted(e, _mm256_set_epi64x(4, 0, 3, 3));
        let twelve = plus_in::<0b0010>(eight, twice(twice(e)));
        let u = minus_in::<0b0010>(twelve, twelve, squared);
        // X', 12 beta - alpha^2, Z'^2, 16 gamma^2
        let zz = settled(minus_in::<0b0001>(u, squared, eight)).0;
        // -, alpha (12 beta - alpha^2), Z'^3, W'
        let v = quick!(mixed::<0b1000>(ordered::<0b11_10_00_00>(t), s), zz);
        let eight = twice(twice(twice(ordered::<0b10_10_10_10>(r))));
        let zzz = settled(minus_in::<0b0010>(v, v, eight)).0;
        let point = mixed::<0b0001>(mixed::<0b0100>(zzz, t), zz);
        Doubled { point, zz, zzz }
    }};
}

/// The sum with a point whose x and y are in the first two lanes. `Z` is 0 where the two are equal or
/// opposite, or the first is infinity.
macro_rules! sum {
    ($doubled:expr, $affine:expr) => {{
        let Doubled { point: s, zz, zzz }: Doubled = $doubled;
        let b = mixed::<0b0010>(ordered::<0b10_10_10_10>(zz), ordered::<0b10_10_10_10>(zzz));
        // H, r
        let h = settled(minus(quick!($affine, b), s)).0;
        let a = ordered::<0b00_00_01_00>(h);
        // H^2, r^2, Z H = Z'
        let t = carried(quick!(a, mixed::<0b0100>(a, s))).0;
        let x = ordered::<0b00_00_00_00>(s);
        let b = mixed::<0b0001>(ordered::<0b10_10_00_00>(t), h);
        // H^3, X H^2 = V, Z'^2
        let u = carried(quick!(mixed::<0b0010>(t, x), b)).0;
        let (v, hhh) = (ordered::<0b01_01_01_01>(u), ordered::<0b00_00_00_00>(u));
        // r^2 - H^3 - 2 V = X' in all lanes
        let x = settled(minus(minus(ordered::<0b01_01_01_01>(t), hhh), twice(v))).0;
        let difference = carried(plus_primes::<3>(minus(v, x))).0;
        let a = mixed::<0b0110>(ordered::<0b01_01_01_01>(h), mixed::<0b0100>(s, u));
        let b = mixed::<0b0100>(mixed::<0b0010>(difference, hhh), u);
        // r (V - X'), Y H^3, Z'^4
        let w = quick!(a, b);
        let moved = ordered::<0b10_01_00_00>(w);
        let y = minus_in::<0b0010>(moved, moved, w);
        let thrice = plus(twice(moved), moved);
        let y = settled(minus_in::<0b1000>(y, [splat(0); D], thrice)).0;
        mixed::<0b0100>(mixed::<0b0001>(y, x), t)
    }};
}

/// The scalar times the point, in a time that depends on both. `Z` is 0 where a sum met an exception,
/// and for infinity.
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(in crate::crypto::ifma::ec) fn multiple(
    point: &Affine<Curve, N>,
    scalar: &Scalar<Curve, N>,
) -> Point<Curve, N> {
    align_frame!();
    let digits = nonadjacent(&scalar.to_integer(), WINDOW);
    let Some(top) = digits.iter().rposition(|&digit| digit != 0) else {
        return Point::INFINITY;
    };
    let entries = short_multiples(point).map(|Affine { x, y }| {
        let lanes = [x, y, y.negate(), y].map(|number| *number.montgomery());
        multiply(&from_lanes(lanes), &constant(&CONSTANTS.from_words)).0
    });
    let entry = |digit: i16| {
        let entry = entries[usize::from(digit.unsigned_abs() / 2)];
        if digit < 0 {
            ordered::<0b11_10_10_00>(entry)
        } else {
            entry
        }
    };
    let one = one().0;
    let minus_three = plus_primes::<4>(minus([splat(0); D], plus(twice(one), one)));
    let ends = mixed::<0b1000>(one, carried(minus_three).0);
    let mut sum = mixed::<0b1100>(entry(digits[top]), ends);
    for digit in digits[..top].iter().rev() {
        let doubled = doubled!(sum);
        sum = if *digit == 0 {
            doubled.point
        } else {
            sum!(doubled, entry(*digit))
        };
    }
    let [x, y, z, _] = to_words(&Element(sum));
    Point { x, y, z }
}

/// A number in each lane.
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn from_lanes(numbers: [[u64; N]; 4]) -> Element {
    let mut digits = [splat(0); D];
    for (i, digit) in digits.iter_mut().enumerate() {
        let [a, b, c, d] = numbers
            .each_ref()
            .map(|number| bits(number, BITS * i).cast_signed());
        *digit = _mm256_set_epi64x(d, c, b, a);
    }
    Element(digits)
}
