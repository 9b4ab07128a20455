//! [`Comb`]: multiples of the generator by secret scalars.

use super::curve::{CurveParameters, Element, Scalar};
use super::point::{Affine, Point, normalize};
use super::residue::{Modulus, Residue};
use super::words::{select, sub, zero_mask};
use std::hint::black_box;

/// Bits of a window.
const WINDOW: usize = 6;
/// Multiples of a row: 1, 3, 5 .. 63 times the row's point.
const ENTRIES: usize = 1 << (WINDOW - 1);

/// A row for each window of the scalar: odd multiples of `2^(6 i)` times a point.
///
/// Odd numbers have signed digits that are all odd: no digit is zero, no sum begins at infinity, and
/// half of the multiples are enough.
pub(super) struct Comb<C: CurveParameters<N>, const N: usize>(Vec<[Affine<C, N>; ENTRIES]>);

impl<C: CurveParameters<N>, const N: usize> Comb<C, N> {
    const ROWS: usize = (64 * N).div_ceil(WINDOW);

    pub(super) fn new(base: &Affine<C, N>) -> Self {
        let mut base = *base;
        let rows = (0..Self::ROWS).map(|_| {
            let row = odd_multiples(&base, ENTRIES);
            let mut next = Point::from(base);
            for _ in 0..WINDOW {
                next = next.double();
            }
            base = normalize(&[next], Residue::invert_public)[0];
            std::array::from_fn(|i| row[i])
        });
        Self(rows.collect())
    }

    /// The scalar times the point; `None` for the scalar 0. In constant time: all of a row is read,
    /// and what is added or negated is chosen by masks.
    #[inline(never)]
    pub(super) fn mul(&self, scalar: &Scalar<C, N>) -> Point<C, N> {
        let (k, was_negated) = make_odd::<C::Order, N>(&scalar.to_integer());
        let mut sum = Point::INFINITY;
        for (i, row) in self.0.iter().enumerate() {
            let (index, minus) = digit(&k, i);
            let entry = read(row, index).negate_by(minus);
            // Which of the three it is depends on the place alone. The sum so far is less than the
            // entry, as multiples of the point, so they can meet only where multiples pass the
            // order: in the last row.
            sum = if i == 0 {
                entry.into()
            } else if i + 1 < Self::ROWS {
                sum.add_other(&entry)
            } else {
                sum.add_any(&entry)
            };
        }
        sum.negate_by(was_negated)
    }

    /// Makes an entry wrong, for tests of what faults do.
    #[cfg(test)]
    pub(super) fn corrupt(&mut self, row: usize, entry: usize) {
        let y = &mut self.0[row][entry].y;
        *y = y.double();
    }

    /// The same for each entry.
    #[cfg(test)]
    pub(super) fn corrupt_all(&mut self) {
        for row in 0..Self::ROWS {
            for entry in 0..ENTRIES {
                self.corrupt(row, entry);
            }
        }
    }
}

/// `k` if it is odd, else `n - k`, which then is; and the mask of whether it is that.
#[inline(always)]
pub(super) fn make_odd<M: Modulus<N>, const N: usize>(k: &[u64; N]) -> ([u64; N], u64) {
    let is_even = zero_mask(k[0] & 1);
    let (negative, _) = sub(&M::MODULUS, k);
    (select(is_even, &negative, k), is_even)
}

/// Digit `i`, which is `2 index + 1`, and the mask of whether it is negative.
#[inline(always)]
fn digit<const N: usize>(k: &[u64; N], i: usize) -> (u64, u64) {
    const HALF: u64 = 1 << (WINDOW - 1);
    let at = WINDOW * i + 1;
    let (word, shift) = (at / 64, at % 64);
    let above = if word + 1 < N { k[word + 1] } else { 0 };
    let bits = k[word] >> shift | above << 1 << (63 - shift);
    if WINDOW * (i + 1) >= 64 * N {
        return (bits & (HALF - 1), 0);
    }
    let minus = black_box((bits >> (WINDOW - 1) & 1) ^ 1).wrapping_neg();
    ((bits ^ minus) & (HALF - 1), minus)
}

/// An entry of the row, all of which is read.
#[inline(always)]
fn read<C: CurveParameters<N>, const N: usize>(
    row: &[Affine<C, N>; ENTRIES],
    index: u64,
) -> Affine<C, N> {
    let mut found = Affine {
        x: Element::<C, N>::ZERO,
        y: Element::<C, N>::ZERO,
    };
    for (i, entry) in (0..).zip(row) {
        let mask = zero_mask(index ^ i);
        found.x.gather(mask, &entry.x);
        found.y.gather(mask, &entry.y);
    }
    found
}

/// 1, 3, 5 .. times the point.
pub(super) fn odd_multiples<C: CurveParameters<N>, const N: usize>(
    base: &Affine<C, N>,
    count: usize,
) -> Vec<Affine<C, N>> {
    let two = normalize(&[Point::from(*base).double()], Residue::invert_public)[0];
    let mut next = Point::from(*base);
    let multiples: Vec<_> = (0..count)
        .map(|_| {
            let multiple = next;
            next = next.add_public(&two);
            multiple
        })
        .collect();
    normalize(&multiples, Residue::invert_public)
}
