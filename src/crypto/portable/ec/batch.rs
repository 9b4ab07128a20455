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
        let nonces: Zeroizing<Vec<_>> = Zeroizing::new(nonces.collect());
        let points = arithmetic.multiples(&nonces);
        let mut inverses = nonces.clone();
        invert_all(&mut inverses, Residue::invert);
        let made: Vec<_> = points
            .iter()
            .zip(inverses.iter())
            .zip(&digests)
            .map(|((point, inverse), digest)| self.sign_with(point.as_ref()?, inverse, digest))
            .collect();
        self.only_right(arithmetic, made, &nonces, &points, digest)
    }

    /// The signatures without those that are wrong, which show: they are not given out. `points` are the
    /// multiples of the generator by the nonces.
    pub(in crate::crypto) fn only_right<D: Deref<Target = [u8]>>(
        &self,
        arithmetic: impl Arithmetic<C, N>,
        mut made: Vec<Option<Signature<N>>>,
        nonces: &[Scalar<C, N>],
        points: &[Option<Affine<C, N>>],
        digest: &impl Fn(usize) -> D,
    ) -> Vec<Option<Signature<N>>> {
        let claims = nonces.iter().map(|nonce| self.claim(nonce));
        let claims: Zeroizing<Vec<_>> = Zeroizing::new(claims.collect());
        let products = arithmetic.multiples(&claims);
        let multiples = points.iter().zip(products);
        for (place, (point, product)) in multiples.enumerate() {
            made[place] = made[place].filter(|signature| {
                self.is_of_nonce(signature, &nonces[place], &digest(place))
                    && point
                        .zip(product)
                        .is_some_and(|(point, product)| self.is_right(signature, &point, &product))
            });
        }
        made
    }
}

/// `1 / s` of each.
fn inverses_of_s<C: WordCurve<N>, const N: usize>(
    signatures: &[Signature<N>],
) -> Vec<Scalar<C, N>> {
    let mut inverses: Vec<_> = signatures
        .iter()
        .map(|signature| Scalar::<C, N>::from_integer(&signature.s))
        .collect();
    invert_all(&mut inverses, Residue::invert_public);
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
        .zip(inverses_of_s::<C, N>(&signatures))
        .map(|(check, inverse)| check.key.terms(&check.digest, &check.signature, &inverse))
        .collect();
    let sums = arithmetic.sums(&terms);
    sums.iter()
        .zip(&signatures)
        .map(|(sum, signature)| sum.has_x(&signature.r))
        .collect()
}
