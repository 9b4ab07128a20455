//! [`Lanes`]: points multiplied in lanes, with the tables of the generator. Compiled for each curve.

use super::eight::comb::Comb;
use super::eight::spread::SpreadComb;
use super::eight::sums::sums;
use super::four::alone;
use super::{Curve, N};
use crate::crypto::ifma::Ifma;
use crate::crypto::ifma::ec::InLanes;
use crate::crypto::portable::ec::{Affine, Arithmetic, Point, Scalar, Terms, WordCurve as _};
use std::sync::OnceLock;
use zeroize::Zeroizing;

/// From so many jobs on, they are done together: eight take as long as four alone.
const TOGETHER: usize = 4;

/// Each is made when it is first asked for, in a fraction of a millisecond.
pub(super) struct Tables {
    comb: OnceLock<Comb>,
    spread: OnceLock<SpreadComb>,
}

impl Tables {
    pub(super) const fn new() -> Self {
        Self {
            comb: OnceLock::new(),
            spread: OnceLock::new(),
        }
    }
}

static TABLES: Tables = Tables::new();

/// Arithmetic of the curve in lanes.
#[derive(Clone, Copy)]
pub(super) struct Lanes<'a> {
    tables: &'a Tables,
    /// The proof that the processor has the instructions.
    #[allow(dead_code, reason = "a proof")]
    ifma: Ifma,
}

impl InLanes<N> for Curve {
    fn in_lanes(ifma: Ifma) -> impl Arithmetic<Self, N> {
        Lanes::new(ifma, &TABLES)
    }
}

impl<'a> Lanes<'a> {
    pub(super) fn new(ifma: Ifma, tables: &'a Tables) -> Self {
        Self { tables, ifma }
    }

    // SAFETY, here and below: `self` has the proof that the processor has the instructions.
    fn comb(self) -> &'a Comb {
        self.tables.comb.get_or_init(|| unsafe { Comb::new() })
    }

    fn spread(self) -> &'a SpreadComb {
        self.tables
            .spread
            .get_or_init(|| unsafe { SpreadComb::new() })
    }
}

/// Where sums in lanes met an exception, which needs a scalar that someone chose, words have the
/// answer.
impl Arithmetic<Curve, N> for Lanes<'_> {
    fn multiple(self, scalar: &Scalar<Curve, N>) -> Point<Curve, N> {
        let point = unsafe { self.spread().multiple(scalar) };
        if point.is_infinity() {
            return Curve::tables().multiple(scalar);
        }
        point
    }

    fn multiples(self, scalars: &[Scalar<Curve, N>]) -> Vec<Option<Affine<Curve, N>>> {
        if scalars.len() < TOGETHER {
            let points = scalars.iter().map(|k| self.multiple(k));
            let points: Zeroizing<Vec<_>> = Zeroizing::new(points.collect());
            return Point::to_affine_all(&points);
        }
        let mut points = unsafe { self.comb().multiples(scalars) };
        for (point, scalar) in points.iter_mut().zip(scalars) {
            if point.is_none() {
                *point = Curve::tables().multiple(scalar).to_affine();
            }
        }
        points
    }

    fn sum(self, terms: &Terms<Curve, N>) -> Point<Curve, N> {
        let of_generator = self.multiple(&terms.u);
        let of_key = unsafe { alone::multiple(&terms.q, &terms.v) };
        if of_key.is_infinity() {
            return Curve::tables().sum(terms);
        }
        of_key.add_point(&of_generator)
    }

    fn sums(self, terms: &[Terms<Curve, N>]) -> Vec<Point<Curve, N>> {
        if terms.len() < TOGETHER {
            return terms.iter().map(|terms| self.sum(terms)).collect();
        }
        let mut points = unsafe { sums(self.comb(), terms) };
        for (point, terms) in points.iter_mut().zip(terms) {
            if point.is_infinity() {
                *point = Curve::tables().sum(terms);
            }
        }
        points
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::hash::HashFunction;
    use crate::crypto::portable::ec::PrivateKey;

    /// A wrong entry of a table gives no wrong signature, together or alone, and shows.
    #[test]
    fn tables_that_are_wrong() {
        let Some(ifma) = Ifma::detect() else {
            println!("skipped: this processor has no AVX-512 IFMA");
            return;
        };
        let good = Tables::new();
        let lanes = Lanes::new(ifma, &good);
        let key = PrivateKey::<Curve, N>::new(lanes, &[0x5a; 8 * N]).unwrap();
        let digest = |place: usize| HashFunction::Sha256.digest(&place.to_be_bytes());
        let fresh: Vec<_> = (0..16).map(|number| [number; 32]).collect();
        let expected = key.sign_batch(lanes, digest, &fresh);
        assert!(expected.iter().all(Option::is_some));
        let mut missing = [0; 2];
        for entry in 0..8 {
            let mut wrong = Tables::new();
            // SAFETY: there is the proof that the processor has the instructions.
            let (mut comb, mut spread) = unsafe { (Comb::new(), SpreadComb::new()) };
            comb.corrupt(entry + 2, 3 * entry);
            spread.corrupt(entry, 7 - entry, entry);
            wrong.comb = comb.into();
            wrong.spread = spread.into();
            let faulty = Lanes::new(ifma, &wrong);
            let made = key.sign_batch(faulty, digest, &fresh);
            let alone = (0..fresh.len())
                .map(|place| key.sign(faulty, || digest(place), &fresh[place]))
                .collect::<Vec<_>>();
            for (missing, made) in missing.iter_mut().zip([made, alone]) {
                for (made, expected) in made.iter().zip(&expected) {
                    match made {
                        Some(_) => assert_eq!(made, expected),
                        None => *missing += 1,
                    }
                }
            }
        }
        assert!(missing.iter().all(|&missing| missing > 0), "{missing:?}");
    }
}
