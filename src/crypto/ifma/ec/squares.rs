//! Squares. Compiled for each curve.

use super::field::{Columns, Element, Reduction, carried, clear, no_columns};
use super::instructions::{V, add, high, low};
use super::reduction::D;
use crate::crypto::ifma::ec::products::{each_digit, reduced, square_of};

/// Adds digit `I` times those above it.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn add_row_above<const I: usize>(columns: &mut Columns, a: &[V; D]) {
    for j in I + 1..D {
        columns[I + j] = low(columns[I + j], a[I], a[j]);
        columns[I + j + 1] = high(columns[I + j + 1], a[I], a[j]);
    }
}

/// Adds the square of each digit.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn add_squares(columns: &mut Columns, a: &[V; D]) {
    for i in 0..D {
        columns[2 * i] = low(columns[2 * i], a[i], a[i]);
        columns[2 * i + 1] = high(columns[2 * i + 1], a[i], a[i]);
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(super) fn double_columns(columns: &mut Columns) {
    for column in columns {
        *column = add(*column, *column);
    }
}

#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(in crate::crypto::ifma::ec) fn square(a: &Element) -> Element {
    carried(reduced!(square_of!(a)))
}
