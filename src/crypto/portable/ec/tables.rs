//! [`WordCurve`]: a curve with its multiples of the generator.

use super::comb::Comb;
use super::curve::CurveParameters;
use super::multiples::Odd;
use super::point::Affine;

/// A curve that keys and signatures are made on.
pub(in crate::crypto) trait WordCurve<const N: usize>:
    CurveParameters<N>
{
    /// Made when they are first asked for.
    fn tables() -> &'static Tables<Self, N>;
}

/// Multiples of the generator.
pub(in crate::crypto) struct Tables<C: CurveParameters<N>, const N: usize> {
    /// For secret scalars.
    pub(super) comb: Comb<C, N>,
    /// For public ones, in sums of two products.
    pub(super) odd: Odd<C, N>,
}

impl<C: CurveParameters<N>, const N: usize> Tables<C, N> {
    pub(super) fn new() -> Self {
        let generator = Affine::generator();
        Self {
            comb: Comb::new(&generator),
            odd: Odd::new(&generator),
        }
    }
}
