//! A multiple of one point by a public scalar: the products of its formulas in four lanes, X, Y, Z and
//! `W = a Z^4 / 3` (modified Jacobian coordinates; Cohen, Miyaji, Ono 1998), so that a doubling is three
//! products deep and an addition four. Compiled for each curve.
//!
//! The points are those of an isomorphic curve on which the odd multiples of the point, which have a
//! common `Z = c`, are affine: `(x c^2, y c^3)` is on that with `a = -3 c^4`. No formula has `a` in it.

use super::field::{
    Element, Reduction, carried, constant, minus, no_columns, one, plus_primes, settled, twice,
};
use super::instructions::{V, add, splat};
use super::odd::OddMultiples;
use super::quick::{add_row_and_clear, minus_in, mixed, only, ordered, plus_in, shifted, times};
use super::reduction::{D, N};
use super::words::to_words;
use super::{CONSTANTS, Curve};
use crate::crypto::ifma::digits::{BITS, bits};
use crate::crypto::ifma::ec::products::{each_digit, quick};
use crate::crypto::ifma::unroll::align_frame;
use crate::crypto::portable::ec::{Affine, Element as Words, Point, Scalar, nonadjacent};
use core::arch::x86_64::_mm256_set_epi64x;

/// Of the digits of the scalar, which are odd and below 16, or 0.
const WINDOW: usize = 5;

/// The same numbers, of which the compiler does not know where they come from: of a sum of two of their
/// multiples it would make a product, which is slow. Emits nothing.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn opaque(mut d: [V; D]) -> [V; D] {
    for digit in &mut d {
        // SAFETY: the text is a comment for the assembler; register and memory stay as they are.
        unsafe {
            core::arch::asm!(
                "/* {0} */",
                inout(ymm_reg) * digit,
                options(pure, nomem, nostack, preserves_flags),
            );
        }
    }
    d
}

/// The negative of twice a point, and the square and the cube of its `Z` in lane 2.
struct Doubled {
    point: [V; D],
    zz: [V; D],
    zzz: [V; D],
}

macro_rules! doubled {
    ($point:expr) => {{
        let s: [V; D] = $point;
        // X^2 + W, Y^2 = gamma, Y Z
        let w = only::<0b0001>(ordered::<0b11_11_11_11>(s));
        let t = quick!(ordered::<0b01_01_01_00>(s), s, w);
        // 3 (X^2 + W) = alpha < 9.8 p, 2 gamma, 2 Y Z = Z' < 2.7 p
        let t = carried(plus_in::<0b0001>(twice(t), t)).0;
        let b = ordered::<0b10_01_01_00>(t);
        // alpha^2, 2 X gamma = 2 beta, 4 gamma^2, Z'^2
        let r = quick!(mixed::<0b0010>(b, ordered::<0b00_00_00_00>(s)), b);
        let e = ordered::<0b10_11_01_01>(r);
        // 8 beta, 12 beta < 7.9 p, Z'^2, 16 gamma^2
        let four = shifted(e, _mm256_set_epi64x(2, 0, 2, 2));
        let u = plus_in::<0b0010>(four, opaque(twice(e)));
        // alpha^2 - 8 beta = X', alpha^2 - 12 beta, Z'^2, 16 gamma^2
        let zz = settled(minus_in::<0b0011>(u, ordered::<0b00_00_00_00>(r), u)).0;
        // -, alpha (alpha^2 - 12 beta) + 8 gamma^2 = -Y', Z'^3, 16 gamma^2 W = W'
        let eight = only::<0b0010>(twice(ordered::<0b10_10_10_10>(r)));
        let a = mixed::<0b1000>(ordered::<0b11_10_00_00>(t), s);
        let zzz = settled(quick!(a, zz, eight)).0;
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
        // H^2, r^2, Z H = Z', H^2
        let t = carried(quick!(a, mixed::<0b0100>(a, s))).0;
        let x = ordered::<0b00_00_00_00>(s);
        let b = mixed::<0b0001>(ordered::<0b00_00_00_00>(t), h);
        // H^3, X H^2 = V, -, H^4
        let u = carried(quick!(mixed::<0b0010>(t, x), b)).0;
        let (v, hhh) = (ordered::<0b01_01_01_01>(u), ordered::<0b00_00_00_00>(u));
        // r^2 - H^3 - 2 V = X' in all lanes
        let x = settled(minus(minus(ordered::<0b01_01_01_01>(t), hhh), twice(v))).0;
        let difference = carried(plus_primes::<3>(minus(v, x))).0;
        let a = mixed::<0b0001>(s, ordered::<0b01_01_01_01>(h));
        let b = mixed::<0b1000>(mixed::<0b0010>(difference, hhh), u);
        // r (V - X'), Y H^3, -, W H^4 = W'
        let w = quick!(a, b);
        let y = settled(minus_in::<0b0010>(w, ordered::<0b00_00_00_00>(w), w)).0;
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
    let multiples = OddMultiples::new(&from_words([&point.x, &point.y]));
    let entry = |digit: i16, is_negative: bool| {
        let entry = multiples.points[usize::from(digit.unsigned_abs() / 2)];
        if is_negative {
            ordered::<0b11_10_10_00>(entry)
        } else {
            entry
        }
    };
    let zz = times(&multiples.z, &multiples.z);
    let w = settled(minus([splat(0); D], times(&zz, &zz))).0;
    let ends = mixed::<0b1000>(one().0, w);
    let mut sum = mixed::<0b1100>(entry(digits[top], digits[top] < 0), ends);
    let mut is_opposite = false;
    for digit in digits[..top].iter().rev() {
        let doubled = doubled!(sum);
        is_opposite = !is_opposite;
        sum = if *digit == 0 {
            doubled.point
        } else {
            sum!(doubled, entry(*digit, is_opposite != (*digit < 0)))
        };
    }
    let z = times(&sum, &multiples.z);
    let [x, y, z, _] = to_words(&Element(mixed::<0b0100>(sum, z)));
    Point {
        x,
        y: if is_opposite { y.negate() } else { y },
        z,
    }
}

/// Two numbers in the first lanes.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn from_words(numbers: [&Words<Curve, N>; 2]) -> [V; D] {
    let mut digits = [splat(0); D];
    for (i, digit) in digits.iter_mut().enumerate() {
        let [x, y] = numbers.map(|number| bits(number.montgomery(), BITS * i).cast_signed());
        *digit = _mm256_set_epi64x(0, 0, y, x);
    }
    times(&digits, &constant(&CONSTANTS.from_words).0)
}
