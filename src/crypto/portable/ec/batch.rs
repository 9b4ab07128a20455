//! Many signatures at once: each number is inverted with three products, and points are multiplied
//! together.

use super::arithmetic::Arithmetic;
use super::curve::Scalar;
use super::ecdsa::{PrivateKey, PublicKey, Signature};
use super::nonce::FRESH;
use super::point::Affine;
use super::residue::{Residue, invert_all};
use super::tables::WordCurve;
use crate::crypto::hash::Digest;
use crate::crypto::stack;
use std::ops::Deref;
use zeroize::Zeroizing;

impl<C: WordCurve<N>, const N: usize> PrivateKey<C, N> {
    /// [`Self::sign`] for many: as many as there are `fresh` bytes, of the digests that `digest` makes
    /// for their places.
    pub(in crate::crypto) fn sign_batch<D: Deref<Target = [u8]>>(
        &self,
        arithmetic: impl Arithmetic<C, N>,
        digest: impl Fn(usize) -> D,
        fresh: &[[u8; FRESH]],
    ) -> Vec<Option<Signature<N>>> {
        let made = self.sign_and_check_all(arithmetic, &digest, fresh);
        stack::wipe();
        made
    }

    #[inline(never)]
    fn sign_and_check_all<D: Deref<Target = [u8]>>(
        &self,
        arithmetic: impl Arithmetic<C, N>,
        digest: &impl Fn(usize) -> D,
        fresh: &[[u8; FRESH]],
    ) -> Vec<Option<Signature<N>>> {
        let digests: Vec<_> = (0..fresh.len()).map(digest).collect();
        let nonces = fresh.iter().zip(&digests);
        let nonces = nonces.map(|(fresh, digest)| self.nonce(fresh, digest));
        let mut nonces: Zeroizing<Vec<_>> = Zeroizing::new(nonces.collect());
        let points = arithmetic.multiples(&nonces);
        invert_all(&mut nonces, Residue::invert);
        let inverses = nonces;
        let made: Vec<_> = points
            .iter()
            .zip(inverses.iter())
            .zip(&digests)
            .map(|((point, inverse), digest)| self.sign_with(point.as_ref()?, inverse, digest))
            .collect();
        self.only_right(arithmetic, made, &points, digest)
    }

    /// The signatures without those that are wrong. `points` are the multiples of the generator by
    /// their nonces.
    pub(in crate::crypto) fn only_right<D: Deref<Target = [u8]>>(
        &self,
        arithmetic: impl Arithmetic<C, N>,
        mut made: Vec<Option<Signature<N>>>,
        points: &[Option<Affine<C, N>>],
        digest: &impl Fn(usize) -> D,
    ) -> Vec<Option<Signature<N>>> {
        let places: Vec<_> = (0..made.len()).filter(|&i| made[i].is_some()).collect();
        let signatures: Vec<_> = made.iter().copied().flatten().collect();
        // In constant time, so that the time of a batch depends on nothing: wrong signatures are secret.
        let inverses = inverses_of_s::<C, N>(&signatures, Residue::invert);
        let claims = places.iter().zip(&signatures).zip(&inverses);
        let claims =
            claims.map(|((&place, made), inverse)| self.claim(made, inverse, &digest(place)));
        let claims: Zeroizing<Vec<_>> = Zeroizing::new(claims.collect());
        let products = arithmetic.multiples(&claims);
        for ((place, signature), product) in places.into_iter().zip(signatures).zip(products) {
            let is_right = points[place]
                .zip(product)
                .is_some_and(|(point, product)| self.is_right(&signature, &point, &product));
            if !is_right {
                made[place] = None;
            }
        }
        made
    }
}

/// `1 / s` of each.
fn inverses_of_s<C: WordCurve<N>, const N: usize>(
    signatures: &[Signature<N>],
    invert: fn(&Scalar<C, N>) -> Scalar<C, N>,
) -> Vec<Scalar<C, N>> {
    let mut inverses: Vec<_> = signatures
        .iter()
        .map(|signature| Scalar::<C, N>::from_integer(&signature.s))
        .collect();
    invert_all(&mut inverses, invert);
    inverses
}

/// A signature, and what it is to be one of.
pub(in crate::crypto) struct Check<C: WordCurve<N>, const N: usize> {
    pub(in crate::crypto) key: PublicKey<C, N>,
    pub(in crate::crypto) digest: Digest,
    pub(in crate::crypto) signature: Signature<N>,
}

/// [`PublicKey::verify`] for many.
pub(in crate::crypto) fn verify<C: WordCurve<N>, const N: usize>(
    arithmetic: impl Arithmetic<C, N>,
    checks: &[Check<C, N>],
) -> Vec<bool> {
    let signatures: Vec<_> = checks.iter().map(|check| check.signature).collect();
    let terms: Vec<_> = checks
        .iter()
        .zip(inverses_of_s::<C, N>(&signatures, Residue::invert_public))
        .map(|(check, inverse)| check.key.terms(&check.digest, &check.signature, &inverse))
        .collect();
    let sums = arithmetic.sums(&terms);
    sums.iter()
        .zip(&signatures)
        .map(|(sum, signature)| sum.has_x(&signature.r))
        .collect()
}
