//! [`Arithmetic`]: who multiplies points.

use super::curve::{CurveParameters, Scalar};
use super::point::{Affine, Point};
use super::tables::{Tables, WordCurve};
use zeroize::Zeroizing;

/// What keys and signatures need of points, one at a time or many at once.
pub(in crate::crypto) trait Arithmetic<C: CurveParameters<N>, const N: usize>:
    Copy
{
    /// The generator times a secret scalar, in constant time.
    fn multiple(self, scalar: &Scalar<C, N>) -> Point<C, N>;

    /// The same for many; `None` for infinity.
    fn multiples(self, scalars: &[Scalar<C, N>]) -> Vec<Option<Affine<C, N>>>;

    /// A sum of public numbers, in a time that depends on them.
    fn sum(self, terms: &Terms<C, N>) -> Point<C, N>;

    /// The same for many.
    fn sums(self, terms: &[Terms<C, N>]) -> Vec<Point<C, N>>;
}

/// The sum `u G + v Q`, with the generator `G`.
#[derive(Clone, Copy, Debug)]
pub(in crate::crypto) struct Terms<C: CurveParameters<N>, const N: usize> {
    pub(in crate::crypto) u: Scalar<C, N>,
    pub(in crate::crypto) v: Scalar<C, N>,
    pub(in crate::crypto) q: Affine<C, N>,
}

/// On words.
impl<C: WordCurve<N>, const N: usize> Arithmetic<C, N> for &Tables<C, N> {
    fn multiple(self, scalar: &Scalar<C, N>) -> Point<C, N> {
        self.comb.mul(scalar)
    }

    fn multiples(self, scalars: &[Scalar<C, N>]) -> Vec<Option<Affine<C, N>>> {
        let points = scalars.iter().map(|k| self.comb.mul(k));
        let points: Zeroizing<Vec<_>> = Zeroizing::new(points.collect());
        Point::to_affine_all(&points)
    }

    fn sum(self, terms: &Terms<C, N>) -> Point<C, N> {
        self.odd.sum_of_products(&terms.u, &terms.q, &terms.v)
    }

    fn sums(self, terms: &[Terms<C, N>]) -> Vec<Point<C, N>> {
        terms.iter().map(|terms| self.sum(terms)).collect()
    }
}
