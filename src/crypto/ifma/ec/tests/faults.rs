//! A fault anywhere in the computation gives no wrong signature.

use super::{ifma, on_each_curve};
use crate::crypto::hash::HashFunction;
use crate::crypto::ifma::ec::InLanes;
use crate::crypto::portable::ec::{
    Affine, Arithmetic, Element, FRESH, Point, PrivateKey, Scalar, Terms,
};
use std::cell::Cell;

on_each_curve! { lanes_that_are_wrong inverses_that_are_wrong }

/// Arithmetic in lanes of which one call gives a wrong point in one place.
#[derive(Clone, Copy)]
struct Faulty<'a, A> {
    right: A,
    call: usize,
    place: usize,
    calls: &'a Cell<usize>,
}

impl<C: InLanes<N>, A: Arithmetic<C, N>, const N: usize> Arithmetic<C, N> for Faulty<'_, A> {
    fn multiple(self, scalar: &Scalar<C, N>) -> Point<C, N> {
        let mut point = self.right.multiple(scalar);
        if self.calls.replace(self.calls.get() + 1) == self.call {
            point.y = point.y.double();
        }
        point
    }

    fn multiples(self, scalars: &[Scalar<C, N>]) -> Vec<Option<Affine<C, N>>> {
        let mut points = self.right.multiples(scalars);
        if self.calls.replace(self.calls.get() + 1) == self.call
            && let Some(point) = &mut points[self.place]
        {
            point.x = point.x.sub(&Element::<C, N>::ONE);
        }
        points
    }

    fn sum(self, terms: &Terms<C, N>) -> Point<C, N> {
        self.right.sum(terms)
    }

    fn sums(self, terms: &[Terms<C, N>]) -> Vec<Point<C, N>> {
        self.right.sums(terms)
    }
}

fn digest(place: usize) -> crate::crypto::Digest {
    HashFunction::Sha256.digest(&place.to_be_bytes())
}

/// The point of a nonce, and that of a check.
fn lanes_that_are_wrong<C: InLanes<N>, const N: usize>() {
    let Some(ifma) = ifma() else { return };
    let right = C::in_lanes(ifma);
    let key = PrivateKey::<C, N>::new(right, &[0x5a; 48][..8 * N]).unwrap();
    let fresh = [[1; FRESH]; 11];
    let good = key.sign_batch(right, digest, &fresh);
    for call in 0..2 {
        for place in 0..fresh.len() {
            let calls = Cell::new(0);
            let faulty = Faulty {
                right,
                call,
                place,
                calls: &calls,
            };
            let made = key.sign_batch(faulty, digest, &fresh);
            assert_eq!(calls.get(), 2);
            for (other, (made, good)) in made.iter().zip(&good).enumerate() {
                let expected = if other == place { &None } else { good };
                assert_eq!(made, expected);
            }
            calls.set(0);
            assert_eq!(key.sign(faulty, || digest(0), &fresh[0]), None);
        }
    }
}

/// Signatures with another nonce's inverse, or with none.
fn inverses_that_are_wrong<C: InLanes<N>, const N: usize>() {
    let Some(ifma) = ifma() else { return };
    let lanes = C::in_lanes(ifma);
    let key = PrivateKey::<C, N>::new(lanes, &[0x5a; 48][..8 * N]).unwrap();
    let nonces: Vec<_> = (2..10).map(super::small::<C, N>).collect();
    let points = lanes.multiples(&nonces);
    let sign = |inverses: &[Scalar<C, N>]| {
        let made = points.iter().zip(inverses).enumerate();
        let made = made.map(|(place, (point, inverse))| {
            key.sign_with(point.as_ref().unwrap(), inverse, &digest(place))
        });
        key.only_right(lanes, made.collect(), &nonces, &points, &digest)
    };
    let mut inverses: Vec<_> = nonces.iter().map(Scalar::<C, N>::invert).collect();
    assert!(sign(&inverses).iter().all(Option::is_some));
    inverses.swap(2, 5);
    inverses[7] = inverses[7].double();
    let made = sign(&inverses);
    for (place, made) in made.iter().enumerate() {
        assert_eq!(made.is_none(), [2, 5, 7].contains(&place));
    }
}
