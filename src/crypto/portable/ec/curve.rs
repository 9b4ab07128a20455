//! [`WordCurve`]: what differs between the curves.

use super::comb::Comb;
use super::multiples::Odd;
use super::point::Affine;
use super::residue::{Modulus, Residue};
use std::fmt::Debug;

/// Integers modulo the field's prime.
pub(super) type Element<C, const N: usize> = Residue<<C as WordCurve<N>>::Field, N>;
/// Integers modulo the order of the group.
pub(in crate::crypto) type Scalar<C, const N: usize> = Residue<<C as WordCurve<N>>::Order, N>;

/// A curve `y^2 = x^3 - 3 x + b` of prime order, over a field whose prime has `64 N` bits, as has
/// the order.
pub(in crate::crypto) trait WordCurve<const N: usize>:
    Copy + Debug + Eq + Send + Sync + 'static
{
    type Field: Modulus<N>;
    type Order: Modulus<N>;
    const B: [u64; N];
    /// Its coordinates.
    const GENERATOR: [[u64; N]; 2];

    /// Made when they are first asked for.
    fn tables() -> &'static Tables<Self, N>;
}

/// Multiples of the generator.
pub(in crate::crypto) struct Tables<C: WordCurve<N>, const N: usize> {
    /// For secret scalars.
    pub(super) comb: Comb<C, N>,
    /// For public ones, in sums of two products.
    pub(super) odd: Odd<C, N>,
}

impl<C: WordCurve<N>, const N: usize> Tables<C, N> {
    pub(super) fn new() -> Self {
        let generator = Affine::generator();
        Self {
            comb: Comb::new(&generator),
            odd: Odd::new(&generator),
        }
    }
}
