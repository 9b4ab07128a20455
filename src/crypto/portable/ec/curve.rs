//! [`CurveParameters`]: what differs between the curves.

use super::residue::{Modulus, Residue};
use std::fmt::Debug;

/// Integers modulo the field's prime.
pub(in crate::crypto) type Element<C, const N: usize> =
    Residue<<C as CurveParameters<N>>::Field, N>;
/// Integers modulo the order of the group.
pub(in crate::crypto) type Scalar<C, const N: usize> = Residue<<C as CurveParameters<N>>::Order, N>;

/// A curve `y^2 = x^3 - 3 x + b` of prime order, over a field whose prime has `64 N` bits, as has
/// the order.
pub(in crate::crypto) trait CurveParameters<const N: usize>:
    Copy + Debug + Eq + Send + Sync + 'static
{
    type Field: Modulus<N>;
    type Order: Modulus<N, Digits = <Self::Field as Modulus<N>>::Digits>;
    const B: [u64; N];
    /// Its coordinates.
    const GENERATOR: [[u64; N]; 2];
}
