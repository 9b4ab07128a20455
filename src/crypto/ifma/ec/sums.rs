//! Sums `u G + v Q` of public numbers, eight at a time. Compiled for each curve.

use super::co_z::Multiples;
use super::comb::Comb;
use super::instructions::{V, splat};
use super::point::{Affine, Point, add_affine, double_four_times, opposite_where};
use super::reduction::{D, N};
use super::scalars::Scalars;
use super::words::{invert_all, points, to_words};
use super::{Curve, WINDOW};
use crate::crypto::ifma::digits::LANES;
use crate::crypto::portable::ec::{self as portable, Terms};
use core::arch::x86_64::{_mm512_cmpeq_epi64_mask, _mm512_mask_mov_epi64};

/// Bits of a digit of `v`.
const SHORT: usize = 4;
const ENTRIES: usize = 1 << (SHORT - 1);

/// The sums. One that met equal or opposite points on the way has `Z = 0`, as has infinity.
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(in crate::crypto::ifma::ec) fn sums(
    comb: &Comb,
    terms: &[Terms<Curve, N>],
) -> Vec<portable::Point<Curve, N>> {
    let mut multiples: Vec<_> = terms
        .chunks(LANES)
        .map(|eight| {
            let keys: Vec<_> = eight.iter().map(|terms| terms.q).collect();
            Multiples::new(&points(&keys), ENTRIES)
        })
        .collect();
    let mut of_z: Vec<_> = multiples.iter_mut().map(|of| &mut of.z).collect();
    invert_all(&mut of_z);
    let mut all = Vec::with_capacity(LANES * multiples.len());
    for (eight, multiples) in terms.chunks(LANES).zip(&multiples) {
        let lane = |lane: usize| &eight[lane.min(eight.len() - 1)];
        let v = Scalars::new(|i| &lane(i).v, 64 * N);
        let u = Scalars::new(|i| &lane(i).u, WINDOW * (64 * N).div_ceil(WINDOW));
        let of_keys = multiple(&multiples.affine(&multiples.z), &v);
        let sum = comb.add_multiple(Some(&of_keys), &u);
        let [x, y, z] = [sum.x, sum.y, sum.z].map(|number| to_words(&number));
        all.extend((0..LANES).map(|lane| portable::Point {
            x: x[lane],
            y: y[lane],
            z: z[lane],
        }));
    }
    all.truncate(terms.len());
    all
}

/// Scalars times points, given their odd multiples.
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn multiple(multiples: &[Affine], scalars: &Scalars) -> Point {
    let last = 64 * N / SHORT - 1;
    let entry = |i: usize| {
        let (index, minus) = scalars.digit::<SHORT>(i);
        (select(multiples, index), minus ^ scalars.negative)
    };
    let (first, minus) = entry(last);
    let mut sum = Point::from(Affine {
        x: first.x,
        y: opposite_where(minus, &first.y),
    });
    let mut sign = 0;
    for i in (0..last).rev() {
        double_four_times(&mut sum);
        let (entry, minus) = entry(i);
        add_affine(&mut sum, &entry, minus ^ sign);
        sign ^= 0xff;
    }
    sum.y = opposite_where(sign, &sum.y);
    sum
}

/// Entry `index`, for each lane another.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn select(entries: &[Affine], index: V) -> Affine {
    let mut found = entries[0];
    for (i, entry) in (0..).zip(entries) {
        let is_there = _mm512_cmpeq_epi64_mask(index, splat(i));
        for i in 0..D {
            found.x.0[i] = _mm512_mask_mov_epi64(found.x.0[i], is_there, entry.x.0[i]);
            found.y.0[i] = _mm512_mask_mov_epi64(found.y.0[i], is_there, entry.y.0[i]);
        }
    }
    found
}
