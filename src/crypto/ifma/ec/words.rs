//! The way into lanes and out of them, and inverses, which are found on words. Compiled for each
//! curve.

use super::field::{Element, MASK, constant, join, multiply, one};
use super::instructions::{V, and, left_by, or, right_by, splat};
use super::point::Affine;
use super::reduction::{D, N};
use super::{CONSTANTS, Curve};
use crate::crypto::ifma::digits::{LANES, of_lanes, to_lanes};
use crate::crypto::portable::ec::{self as portable, Residue, invert_or_zero};
use zeroize::Zeroize as _;

/// Numbers of words, one for each lane.
pub(super) fn registers(numbers: [&[u64; N]; LANES]) -> [V; N] {
    std::array::from_fn(|word| of_lanes(numbers.map(|number| number[word])))
}

#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn from_words(numbers: &[portable::Element<Curve, N>; LANES]) -> Element {
    let words = registers(numbers.each_ref().map(Residue::montgomery));
    multiply(&split(&words), &constant(&CONSTANTS.from_words))
}

#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn to_words(number: &Element) -> [portable::Element<Curve, N>; LANES] {
    lanes_of(&multiply(number, &constant(&CONSTANTS.to_words)))
}

/// The words as they are, that is, times `R`; of a number less than `2 p`.
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn lanes_of(number: &Element) -> [portable::Element<Curve, N>; LANES] {
    let words = join(number).map(to_lanes);
    std::array::from_fn(|lane| {
        let number = std::array::from_fn(|word| words[word][lane]);
        Residue::from_montgomery(&number, words[N][lane])
    })
}

/// Points, the last one again where there are less than eight.
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn points(points: &[portable::Affine<Curve, N>]) -> Affine {
    let point = |lane: usize| &points[lane.min(points.len() - 1)];
    Affine {
        x: from_words(&std::array::from_fn(|lane| point(lane).x)),
        y: from_words(&std::array::from_fn(|lane| point(lane).y)),
    }
}

/// The inverse of each, with three products for a register and one inversion for all. A lane that has
/// a 0 in any of them is 0 in all.
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn invert_all(numbers: &mut [&mut Element]) {
    let mut product = one();
    let mut before = Vec::with_capacity(numbers.len());
    for number in numbers.iter() {
        before.push(product);
        product = multiply(&product, number);
    }
    let mut of_lanes = to_words(&product);
    invert_or_zero(&mut of_lanes);
    let mut inverse = from_words(&of_lanes);
    for (number, before) in numbers.iter_mut().zip(&before).rev() {
        let inverted = multiply(&inverse, before);
        inverse = multiply(&inverse, number);
        **number = inverted;
    }
    before.zeroize();
}

/// Numbers in words, as digits.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn split(words: &[V; N]) -> Element {
    let mut digits = [splat(0); D];
    for i in 0..D {
        let (word, shift) = (52 * i / 64, (52 * i % 64) as u64);
        digits[i] = right_by(words[word], splat(shift));
        if word + 1 < N {
            digits[i] = or(digits[i], left_by(words[word + 1], splat(64 - shift)));
        }
        digits[i] = and(digits[i], splat(MASK));
    }
    Element(digits)
}
