//! Sums of two products of points by public scalars.

use super::comb::odd_multiples;
use super::curve::{CurveParameters, Element, Scalar};
use super::point::{Affine, Point};

/// Window of the generator's scalar, and of another point's.
const WINDOW: usize = 8;
const SHORT_WINDOW: usize = 5;
const SHORT_ENTRIES: usize = 1 << (SHORT_WINDOW - 2);
/// More than the digits of any scalar.
const DIGITS: usize = 64 * 6 + 1;

/// The odd multiples of the generator below `2^7`.
pub(super) struct Odd<C: CurveParameters<N>, const N: usize>(Vec<Affine<C, N>>);

impl<C: CurveParameters<N>, const N: usize> Odd<C, N> {
    pub(super) fn new(base: &Affine<C, N>) -> Self {
        Self(odd_multiples(base, 1 << (WINDOW - 2)))
    }

    /// `u` times this point plus `v` times the other, in a time that depends on all of them. The
    /// additions answer every case, so that no input is wrong or much slower than others.
    #[inline(never)]
    pub(super) fn sum_of_products(
        &self,
        u: &Scalar<C, N>,
        other: &Affine<C, N>,
        v: &Scalar<C, N>,
    ) -> Point<C, N> {
        let multiples = short_multiples(other);
        let of_self = nonadjacent(&u.to_integer(), WINDOW);
        let of_other = nonadjacent(&v.to_integer(), SHORT_WINDOW);
        let mut sum = Point::INFINITY;
        for i in (0..=64 * N).rev() {
            if !sum.is_infinity() {
                sum = sum.double();
            }
            for (digit, table) in [(of_self[i], &self.0[..]), (of_other[i], &multiples[..])] {
                if digit != 0 {
                    let entry = &table[usize::from(digit.unsigned_abs() / 2)];
                    let negative;
                    let entry = if digit < 0 {
                        negative = entry.negate();
                        &negative
                    } else {
                        entry
                    };
                    sum = sum.add_public(entry);
                }
            }
        }
        sum
    }
}

/// 1, 3 .. 15 times the point, by additions of points with equal `Z` (Meloni 2007) and one inversion.
/// Two of its multiples below 16 are never equal or opposite, because the group has no small order.
fn short_multiples<C: CurveParameters<N>, const N: usize>(
    point: &Affine<C, N>,
) -> [Affine<C, N>; SHORT_ENTRIES] {
    let two = Point::from(*point).double();
    let zz = two.z.square();
    // Twice the point, with the `Z` of the multiple that it is added to.
    let (mut two_x, mut two_y) = (two.x, two.y);
    let first: Point<C, N> = Point {
        x: point.x.mul(&zz),
        y: point.y.mul(&zz.mul(&two.z)),
        z: two.z,
    };
    let mut multiples = [first; SHORT_ENTRIES];
    let mut factors = [two.z; SHORT_ENTRIES];
    for i in 1..SHORT_ENTRIES {
        let before = multiples[i - 1];
        let h = two_x.sub(&before.x);
        let hh = h.square();
        let (of_two, of_before) = (two_x.mul(&hh), before.x.mul(&hh));
        let r = two_y.sub(&before.y);
        two_y = two_y.mul(&of_two.sub(&of_before));
        let x = r.square().sub(&of_two).sub(&of_before);
        let y = r.mul(&of_two.sub(&x)).sub(&two_y);
        two_x = of_two;
        multiples[i] = Point {
            x,
            y,
            z: before.z.mul(&h),
        };
        factors[i] = h;
    }
    let mut affine = [*point; SHORT_ENTRIES];
    let mut inverse: Element<C, N> = multiples[SHORT_ENTRIES - 1].z.invert_public();
    for i in (1..SHORT_ENTRIES).rev() {
        let square = inverse.square();
        affine[i] = Affine {
            x: multiples[i].x.mul(&square),
            y: multiples[i].y.mul(&square.mul(&inverse)),
        };
        inverse = inverse.mul(&factors[i]);
    }
    affine
}

/// Digits of the width-w nonadjacent form: odd or 0, and after each odd one at least `w - 1` zeros.
pub(in crate::crypto) fn nonadjacent<const N: usize>(k: &[u64; N], width: usize) -> [i16; DIGITS] {
    let mut digits = [0; DIGITS];
    let word = |i: usize| k.get(i).copied().unwrap_or(0);
    let bits_from =
        |at: usize| word(at / 64) >> (at % 64) | word(at / 64 + 1) << 1 << (63 - at % 64);
    let (mut at, mut carry) = (0, 0_u64);
    loop {
        // Bits like the carry make digits that are 0.
        let zeros = (bits_from(at) ^ carry.wrapping_neg()).trailing_zeros();
        at += zeros as usize;
        if at > 64 * N {
            return digits;
        }
        if zeros == 64 {
            continue;
        }
        let bits = bits_from(at);
        let window = (bits & ((1 << width) - 1)) + carry;
        carry = window >> (width - 1) & 1;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_possible_wrap,
            reason = "below 2^width"
        )]
        let digit = window as i16 - ((carry as i16) << width);
        digits[at] = digit;
        at += width;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Words with runs of equal bits, too, which pass over their borders.
    fn word() -> impl Strategy<Value = u64> {
        prop_oneof![
            any::<u64>(),
            Just(0),
            Just(u64::MAX),
            Just(1),
            Just(1 << 63)
        ]
    }

    proptest! {
        #[test]
        fn digits_are_sparse_and_make_the_number(
            k in prop::array::uniform4(word()),
            width in 2_usize..=8,
        ) {
            let digits = nonadjacent(&k, width);
            let (mut rest, mut next) = (0_i32, 0);
            for (at, digit) in digits.into_iter().map(i32::from).enumerate() {
                if digit != 0 {
                    prop_assert!(at >= next && digit % 2 != 0 && digit.abs() < 1 << (width - 1));
                    next = at + width;
                }
                rest += digit;
                let bit = k.get(at / 64).map_or(0, |word| word >> (at % 64) & 1);
                prop_assert_eq!(rest.rem_euclid(2) == 1, bit == 1);
                rest = rest.div_euclid(2);
            }
            prop_assert_eq!(rest, 0);
        }
    }
}
