//! [`Comb`]: multiples of the generator by eight scalars. Compiled for each curve.

use super::co_z::Multiples;
use super::instructions::{V, right_by, splat};
use super::point::{Affine, Point, add_affine, opposite_where};
use super::reduction::N;
use super::scalars::Scalars;
use super::words::{invert_all, lanes_of, points, split, to_words};
use super::{Curve, WINDOW};
use crate::crypto::ifma::digits::{LANES, of_lanes};
use crate::crypto::portable::ec::{self as portable, Scalar, generator_rows};
use core::arch::x86_64::{
    _mm512_cmpeq_epi64_mask, _mm512_mask_mov_epi64, _mm512_permutex2var_epi64,
};
use zeroize::Zeroize as _;

const ROWS: usize = (64 * N).div_ceil(WINDOW);
const ENTRIES: usize = 1 << (WINDOW - 1);
/// Of a row: each word of a point, for all entries.
const LINES: usize = 2 * N * ENTRIES / LANES;

/// Eight words in a line of the cache.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line([u64; LANES]);

/// A row for each window of the scalar: odd multiples of `2^(WINDOW i)` times the generator, which stand
/// so that registers hold one word of eight entries each.
pub(in crate::crypto::ifma::ec) struct Comb(Vec<Line>);

impl Comb {
    #[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
    pub(in crate::crypto::ifma::ec) fn new() -> Self {
        let mut lines = vec![Line([0; LANES]); ROWS * LINES];
        let bases = generator_rows::<Curve, N>(WINDOW, ROWS);
        for (bases, rows) in bases.chunks(LANES).zip(lines.chunks_mut(LANES * LINES)) {
            let multiples = Multiples::new(&points(bases), ENTRIES);
            let mut inverse = multiples.z;
            invert_all(&mut [&mut inverse]);
            for (entry, multiple) in multiples.affine(&inverse).iter().enumerate() {
                let [x, y] = [multiple.x, multiple.y].map(|number| lanes_of(&number));
                for ((row, x), y) in rows.chunks_mut(LINES).zip(x).zip(y) {
                    let words = [*x.montgomery(), *y.montgomery()];
                    for (lines, word) in row.chunks_mut(ENTRIES / LANES).zip(words.as_flattened()) {
                        lines[entry / LANES].0[entry % LANES] = *word;
                    }
                }
            }
        }
        Self(lines)
    }

    /// Each scalar times the generator; `None` where the sum met an exception, or for 0. In constant
    /// time.
    #[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
    pub(in crate::crypto::ifma::ec) fn multiples(
        &self,
        scalars: &[Scalar<Curve, N>],
    ) -> Vec<Option<portable::Affine<Curve, N>>> {
        let mut sums: Vec<_> = scalars
            .chunks(LANES)
            .map(|eight| {
                let scalar = |lane: usize| &eight[lane.min(eight.len() - 1)];
                self.add_multiple(None, &Scalars::new(scalar, WINDOW * ROWS))
            })
            .collect();
        let mut of_z: Vec<_> = sums.iter_mut().map(|sum| &mut sum.z).collect();
        invert_all(&mut of_z);
        let mut all = Vec::with_capacity(LANES * sums.len());
        for sum in &mut sums {
            let point = Affine { x: sum.x, y: sum.y }.divided_by(&sum.z);
            let [x_of, y_of] = [point.x, point.y].map(|number| to_words(&number));
            let affine = x_of.into_iter().zip(y_of);
            all.extend(affine.map(|(x, y)| portable::Affine { x, y }.unless_zero()));
            sum.zeroize();
        }
        all.truncate(scalars.len());
        all
    }

    /// Adds the scalars times the generator to points, or to nothing. All of a row is read, and the
    /// sign of a digit goes into a mask.
    #[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
    pub(super) fn add_multiple(&self, start: Option<&Point>, scalars: &Scalars) -> Point {
        let mut rows = self.0.chunks_exact(LINES).enumerate();
        let mut entries = rows.by_ref().map(|(i, row)| {
            let (index, minus) = scalars.digit::<WINDOW>(i);
            (select(row, index), minus ^ scalars.negative)
        });
        let mut sum = match (start, start.is_none().then(|| entries.next()).flatten()) {
            (None, Some((first, minus))) => Point::from(Affine {
                x: first.x,
                y: opposite_where(minus, &first.y),
            }),
            (start, _) => *start.expect("a table has rows"),
        };
        let mut sign = 0;
        for (entry, minus) in entries {
            add_affine(&mut sum, &entry, minus ^ sign);
            // Each sum comes out with the opposite sign.
            sign ^= 0xff;
        }
        sum.y = opposite_where(sign, &sum.y);
        sum
    }

    /// Makes an entry wrong, for tests of what faults do.
    #[cfg(test)]
    pub(in crate::crypto::ifma::ec) fn corrupt(&mut self, row: usize, entry: usize) {
        self.0[row * LINES + entry / LANES].0[entry % LANES] ^= 4;
    }
}

/// Entry `index` of the row, for each lane another.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
fn select(row: &[Line], index: V) -> Affine {
    let upper = right_by(index, splat(4));
    let mut words = [splat(0); 2 * N];
    for (word, lines) in words.iter_mut().zip(row.chunks_exact(ENTRIES / LANES)) {
        for (pair, lines) in (0..).zip(lines.chunks_exact(2)) {
            let found = _mm512_permutex2var_epi64(line(&lines[0]), index, line(&lines[1]));
            let is_there = _mm512_cmpeq_epi64_mask(upper, splat(pair));
            *word = _mm512_mask_mov_epi64(*word, is_there, found);
        }
    }
    let (x, y) = words.split_at(N);
    Affine {
        x: split(x.try_into().expect("half of the words")),
        y: split(y.try_into().expect("half of the words")),
    }
}

#[inline]
fn line(line: &Line) -> V {
    of_lanes(line.0)
}
