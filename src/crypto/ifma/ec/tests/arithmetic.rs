//! Numbers and formulas of a curve against those on words. Compiled for each curve.

use super::field::{Element, carried, minus, multiply, plus, plus_primes, settled, twice};
use super::point::{Affine, Point, add_affine, double_four_times};
use super::reduction::{D, N};
use super::squares::square;
use super::words::{from_words, invert_all, points, registers, split, to_words};
use super::{CONSTANTS, Curve};
use crate::crypto::ifma::Ifma;
use crate::crypto::ifma::digits::LANES;
use crate::crypto::portable::ec::{
    self as portable, Arithmetic as _, Residue, Scalar, WordCurve as _, modulus, power_of_two,
};
use proptest::collection::vec;
use proptest::prelude::*;

type Words = portable::Element<Curve, N>;

/// Words at the ends of their range as often as others, where carries are.
fn word() -> impl Strategy<Value = u64> {
    prop_oneof![
        Just(0),
        Just(1),
        Just(u64::MAX),
        Just(u64::MAX - 1),
        Just(0xffff_ffff),
        Just(0xffff_ffff_0000_0000),
        any::<u64>(),
    ]
}

/// Eight numbers of words.
fn numbers() -> impl Strategy<Value = [[u64; N]; LANES]> {
    vec(word(), N * LANES).prop_map(|words| {
        std::array::from_fn(|lane| std::array::from_fn(|word| words[N * lane + word]))
    })
}

/// Eight scalars.
fn scalars() -> impl Strategy<Value = Vec<Scalar<Curve, N>>> {
    numbers().prop_map(|all| all.iter().map(Residue::from_integer).collect())
}

/// The digits of the words as they stand, and what they stand for.
fn both(of: &[[u64; N]; LANES]) -> (Element, [Words; LANES]) {
    let r: Words = Residue::from_integer(&power_of_two(52 * D, modulus::<Curve, N>()));
    let inverse = r.invert();
    // SAFETY, here and below: the tests have asked whether the processor has the instructions.
    let digits = unsafe { split(&registers(of.each_ref())) };
    let values = of.map(|words| Words::from_integer(&words).mul(&inverse));
    (digits, values)
}

fn is(found: &Element, expected: impl Fn(usize) -> Words) {
    let found = unsafe { to_words(found) };
    for (lane, found) in found.iter().enumerate() {
        assert_eq!(*found, expected(lane), "lane {lane}");
    }
}

fn is_there() -> bool {
    let is_there = Ifma::detect().is_some();
    if !is_there {
        println!("skipped: this processor has no AVX-512 IFMA");
    }
    is_there
}

/// Multiples of the generator, in lanes.
fn affine(scalars: &[Scalar<Curve, N>]) -> Option<Affine> {
    let all = Curve::tables().multiples(scalars);
    let all: Option<Vec<_>> = all.into_iter().collect();
    Some(unsafe { points(&all?) })
}

fn are(found: &Point, expected: &[Scalar<Curve, N>]) {
    let [x, y, z] = [found.x, found.y, found.z].map(|number| unsafe { to_words(&number) });
    for (lane, scalar) in expected.iter().enumerate() {
        let found = portable::Point {
            x: x[lane],
            y: y[lane],
            z: z[lane],
        };
        assert!(
            found.is_same_as(&Curve::tables().multiple(scalar)),
            "lane {lane}"
        );
    }
}

proptest! {
    #[test]
    fn numbers_of_the_field(a in numbers(), b in numbers()) {
        if !is_there() {
            return Ok(());
        }
        let ((a, x), (b, y)) = (both(&a), both(&b));
        unsafe {
            is(&a, |lane| x[lane]);
            is(&from_words(&x), |lane| x[lane]);
            is(&multiply(&a, &b), |lane| x[lane].mul(&y[lane]));
            is(&square(&a), |lane| x[lane].mul(&x[lane]));
            is(&settled(minus(a.0, b.0)), |lane| x[lane].sub(&y[lane]));
            is(&settled(plus(a.0, b.0)), |lane| x[lane].sub(&y[lane].negate()));
            let eight = twice(twice(twice(b.0)));
            is(&settled(minus(a.0, eight)), |lane| {
                x[lane].sub(&y[lane].double().double().double())
            });
            let positive = carried(plus_primes::<3>(minus(a.0, b.0)));
            is(&positive, |lane| x[lane].sub(&y[lane]));
            is(&multiply(&positive, &positive), |lane| {
                let difference = x[lane].sub(&y[lane]);
                difference.mul(&difference)
            });
        }
    }

    #[test]
    fn inverses(a in numbers(), b in numbers()) {
        if !is_there() {
            return Ok(());
        }
        let ((mut a, x), (mut b, y)) = (both(&a), both(&b));
        unsafe { invert_all(&mut [&mut a, &mut b]) };
        let is_zero = |lane: usize| [x[lane], y[lane]].contains(&Words::ZERO);
        let inverse = |number: &Words, lane| if is_zero(lane) { Words::ZERO } else { number.invert() };
        is(&a, |lane| inverse(&x[lane], lane));
        is(&b, |lane| inverse(&y[lane], lane));
    }

    #[test]
    fn formulas(a in scalars(), b in scalars(), mask in any::<u8>()) {
        let (true, Some(p), Some(q)) = (is_there(), affine(&a), affine(&b)) else {
            return Ok(());
        };
        let mut doubled = Point::from(p);
        unsafe { double_four_times(&mut doubled) };
        let times: Vec<_> = a.iter().map(|k| k.double().double().double().double()).collect();
        are(&doubled, &times);
        // With a Z that is not 1, and each sign; the sum has the opposite one.
        let mut sum = doubled;
        unsafe { add_affine(&mut sum, &q, mask) };
        let expected: Vec<_> = times
            .iter()
            .zip(&b)
            .enumerate()
            .map(|(lane, (k, b))| {
                let b = if mask >> lane & 1 == 1 { b.negate() } else { *b };
                k.negate().sub(&b)
            })
            .collect();
        are(&sum, &expected);
    }

    /// Equal and opposite points have `Z = 0`, and keep it.
    #[test]
    fn exceptions(a in scalars(), mask in any::<u8>()) {
        let (true, Some(p)) = (is_there(), affine(&a)) else {
            return Ok(());
        };
        let mut sum = Point::from(p);
        unsafe {
            add_affine(&mut sum, &p, mask);
            double_four_times(&mut sum);
            add_affine(&mut sum, &p, 0);
            is(&sum.z, |_| Words::ZERO);
        }
    }
}

#[test]
fn constants() {
    let words = |digits: &[u64; D]| {
        let mut number = [0; N];
        for (place, digit) in digits.iter().enumerate() {
            let (word, shift) = (52 * place / 64, 52 * place % 64);
            number[word] |= digit << shift;
            if shift > 12 && word + 1 < N {
                number[word + 1] |= digit >> (64 - shift);
            }
        }
        number
    };
    assert_eq!(words(&CONSTANTS.p), modulus::<Curve, N>());
    let mut r = Words::ONE;
    for _ in 0..52 * D {
        r = r.double();
    }
    assert_eq!(Words::from_integer(&words(&CONSTANTS.one)), r);
}
