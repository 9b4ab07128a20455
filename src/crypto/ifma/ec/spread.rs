//! [`SpreadComb`]: one multiple of the generator, its windows in eight lanes. Compiled for each curve.

use super::co_z::Multiples;
use super::field::Element;
use super::instructions::{V, and, splat};
use super::point::{Affine, Point, add_affine, opposite_where};
use super::reduction::{D, N};
use super::words::{invert_all, points};
use super::{Curve, four};
use crate::crypto::ifma::digits::{LANES, of_lanes, to_lanes};
use crate::crypto::portable::ec::{self as portable, Scalar, generator_rows, odd_of};
use core::arch::x86_64::{
    _mm512_castsi512_si256, _mm512_cmpeq_epi64_mask, _mm512_extracti64x4_epi64,
    _mm512_mask_mov_epi64, _mm512_mask_xor_epi64, _mm512_srlv_epi64, _mm512_testn_epi64_mask,
};

/// Bits of a digit: their number is a multiple of eight on both curves.
const WINDOW: usize = 4;
const ENTRIES: usize = 1 << (WINDOW - 1);
const STEPS: usize = 64 * N / WINDOW / LANES;

/// A digit of x or y in each lane.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line([u64; LANES]);

/// Odd multiples of `2^(WINDOW i)` times the generator: in lane `l` of a step `s` those for
/// `i = 8 s + l`.
pub(in crate::crypto::ifma::ec) struct SpreadComb(Vec<[[Line; 2 * D]; ENTRIES]>);

impl SpreadComb {
    #[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
    pub(in crate::crypto::ifma::ec) fn new() -> Self {
        let bases = generator_rows::<Curve, N>(WINDOW, STEPS * LANES);
        let steps = bases.chunks(LANES).map(|bases| {
            let multiples = affine_multiples(bases);
            std::array::from_fn(|entry| {
                let Affine { x, y } = multiples[entry];
                std::array::from_fn(|place| {
                    let number = if place < D { x } else { y };
                    Line(to_lanes(number.0[place % D]))
                })
            })
        });
        Self(steps.collect())
    }

    /// The scalar times the generator, in constant time: all of the table is read. `Z` is 0 where the
    /// sum met an exception, and for 0.
    #[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
    pub(in crate::crypto::ifma::ec) fn multiple(
        &self,
        scalar: &Scalar<Curve, N>,
    ) -> portable::Point<Curve, N> {
        let (odd, was_negated) = odd_of(scalar);
        let mut steps = self.0.iter().enumerate();
        let mut entries = steps.by_ref().map(|(step, entries)| {
            let (index, minus) = digits(&odd, step);
            (select(entries, index), minus)
        });
        let (first, minus) = entries.next().expect("a table has steps");
        let mut sum = Point::from(Affine {
            x: first.x,
            y: opposite_where(minus, &first.y),
        });
        let mut sign = 0;
        for (entry, minus) in entries {
            add_affine(&mut sum, &entry, minus ^ sign);
            // Each sum comes out with the opposite sign.
            sign ^= 0xff;
        }
        let [lower, upper] = halves(&sum);
        let [x, y, z, _] = four::words::to_words(&four::total::total(&lower, &upper));
        let is_opposite = was_negated ^ if sign == 0 { 0 } else { u64::MAX };
        portable::Point { x, y, z }.negate_by(is_opposite)
    }

    /// Makes an entry wrong, for tests of what faults do.
    #[cfg(test)]
    pub(in crate::crypto::ifma::ec) fn corrupt(&mut self, step: usize, entry: usize, lane: usize) {
        self.0[step][entry][0].0[lane] ^= 4;
    }
}

#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn affine_multiples(bases: &[portable::Affine<Curve, N>]) -> Vec<Affine> {
    let multiples = Multiples::new(&points(bases), ENTRIES);
    let mut inverse = multiples.z;
    invert_all(&mut [&mut inverse]);
    multiples.affine(&inverse)
}

/// The digits of a step, each `2 index + 1`, and which are negative.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn digits(odd: &[u64; N], step: usize) -> (V, u8) {
    const BITS: usize = WINDOW * LANES;
    let at = BITS * step + 1;
    let (word, shift) = (at / 64, at % 64);
    // The bit above the windows is set, which makes the last digit like the others.
    let above = if word + 1 < N { odd[word + 1] } else { 1 };
    let bits = odd[word] >> shift | above << 1 << (63 - shift);
    let shifts: [u64; LANES] = std::array::from_fn(|lane| (WINDOW * lane) as u64);
    let bits = _mm512_srlv_epi64(splat(bits), of_lanes(shifts));
    let minus = _mm512_testn_epi64_mask(bits, splat(1 << (WINDOW - 1)));
    let bits = _mm512_mask_xor_epi64(bits, minus, bits, splat(u64::MAX));
    (and(bits, splat((1 << (WINDOW - 1)) - 1)), minus)
}

/// Entry `index`, for each lane another.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn select(entries: &[[Line; 2 * D]; ENTRIES], index: V) -> Affine {
    let mut x = [splat(0); D];
    let mut y = [splat(0); D];
    for (i, entry) in (0..).zip(entries) {
        let is_there = _mm512_cmpeq_epi64_mask(index, splat(i));
        for i in 0..D {
            x[i] = _mm512_mask_mov_epi64(x[i], is_there, of_lanes(entry[i].0));
            y[i] = _mm512_mask_mov_epi64(y[i], is_there, of_lanes(entry[D + i].0));
        }
    }
    Affine {
        x: Element(x),
        y: Element(y),
    }
}

/// The points in the lower lanes, and in the upper ones.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn halves(sum: &Point) -> [four::jacobian::Point; 2] {
    let half = |number: &Element, is_upper: bool| {
        four::field::Element(number.0.map(|digit| {
            if is_upper {
                _mm512_extracti64x4_epi64::<1>(digit)
            } else {
                _mm512_castsi512_si256(digit)
            }
        }))
    };
    [false, true].map(|is_upper| four::jacobian::Point {
        x: half(&sum.x, is_upper),
        y: half(&sum.y, is_upper),
        z: half(&sum.z, is_upper),
    })
}
