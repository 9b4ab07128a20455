//! [`PrecomputedKey`]: a public key that many signatures will be checked with, such as a CA's own.

use super::algorithm::SignatureScheme;
use super::error::BadSignature;
use super::hash::HashFunction;
use super::public::VerifyingKey;
use p256::elliptic_curve::group::{Curve as _, Group};
use p256::elliptic_curve::ops::{Invert, MulByGeneratorVartime, Reduce};
use p256::elliptic_curve::point::AffineCoordinates;
use p256::elliptic_curve::{
    AffinePoint, CurveArithmetic, FieldBytes, ProjectivePoint, Scalar, ff::PrimeField,
};

/// A [`VerifyingKey`] with what can be computed of it once.
pub(crate) enum PrecomputedKey {
    /// A key of another kind, or one that is not worth the preparation.
    Plain(VerifyingKey),
    P256(FixedPoint<p256::NistP256>),
    P384(FixedPoint<p384::NistP384>),
    P521(FixedPoint<p521::NistP521>),
}

impl PrecomputedKey {
    /// Takes as long as some ten checks do.
    pub(crate) fn new(key: VerifyingKey) -> Self {
        match key {
            VerifyingKey::Rsa(_) => Self::Plain(key),
            VerifyingKey::P256(key) => Self::P256(FixedPoint::new(key.as_affine())),
            VerifyingKey::P384(key) => Self::P384(FixedPoint::new(key.as_affine())),
            VerifyingKey::P521(key) => Self::P521(FixedPoint::new(key.as_affine())),
        }
    }

    /// As [`VerifyingKey::verify`].
    pub(crate) fn verify(
        &self,
        scheme: SignatureScheme,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        let good = match (self, scheme) {
            (Self::Plain(key), _) => return key.verify(scheme, message, signature),
            (Self::P256(point), SignatureScheme::Ecdsa(hash)) => {
                p256::ecdsa::Signature::from_der(signature).is_ok_and(|signature| {
                    let (r, s) = signature.split_scalars();
                    point.verifies(hash, message, &r, &s)
                })
            }
            (Self::P384(point), SignatureScheme::Ecdsa(hash)) => {
                p384::ecdsa::Signature::from_der(signature).is_ok_and(|signature| {
                    let (r, s) = signature.split_scalars();
                    point.verifies(hash, message, &r, &s)
                })
            }
            (Self::P521(point), SignatureScheme::Ecdsa(hash)) => {
                p521::ecdsa::Signature::from_der(signature).is_ok_and(|signature| {
                    let (r, s) = signature.split_scalars();
                    point.verifies(hash, message, &r, &s)
                })
            }
            _ => false,
        };
        if good { Ok(()) } else { Err(BadSignature) }
    }
}

/// The multiples of a point that make any other a sum of one for each four bits of the scalar.
pub(crate) struct FixedPoint<C: CurveArithmetic> {
    /// Of 16^i times the point: 1 to 15 times it. The least i first.
    windows: Vec<[AffinePoint<C>; MULTIPLES]>,
}

const MULTIPLES: usize = 15;

impl<C: CurveArithmetic> FixedPoint<C> {
    fn new(point: &AffinePoint<C>) -> Self {
        let mut base = ProjectivePoint::<C>::from(*point);
        let scalar_bits = 8 * FieldBytes::<C>::default().len();
        let windows = (0..scalar_bits / 4).map(|_| {
            let mut multiples = [base; MULTIPLES];
            for at in 1..MULTIPLES {
                multiples[at] = multiples[at - 1] + base;
            }
            base = multiples[MULTIPLES - 1] + base;
            let mut affine = [*point; MULTIPLES];
            ProjectivePoint::<C>::batch_normalize(&multiples, &mut affine);
            affine
        });
        Self {
            windows: windows.collect(),
        }
    }

    /// The point times `scalar`, in a time that depends on the scalar: for public ones alone.
    fn mul(&self, scalar: &Scalar<C>) -> ProjectivePoint<C> {
        let bytes = scalar.to_repr();
        let digits = bytes.iter().rev().flat_map(|byte| [byte & 15, byte >> 4]);
        self.windows
            .iter()
            .zip(digits)
            .filter_map(|(multiples, digit)| multiples.get(usize::from(digit).wrapping_sub(1)))
            .fold(ProjectivePoint::<C>::identity(), |sum, multiple| {
                sum + multiple
            })
    }

    /// FIPS 186-5 section 6.4.2, for a signature of which `r` and `s` are in range.
    fn verifies(&self, hash: HashFunction, message: &[u8], r: &Scalar<C>, s: &Scalar<C>) -> bool {
        let Some(inverse) = s.invert_vartime().into_option() else {
            return false;
        };
        let of_generator = leftmost::<C>(&hash.digest(message)) * inverse;
        let of_point = *r * inverse;
        let sum =
            ProjectivePoint::<C>::mul_by_generator_vartime(&of_generator) + self.mul(&of_point);
        Scalar::<C>::reduce(&sum.to_affine().x()) == *r
    }
}

/// The leftmost bits of a digest, as many as the curve's order has, as a scalar. That order has a
/// whole number of bytes, or more bits than any digest (P-521).
fn leftmost<C: CurveArithmetic>(digest: &[u8]) -> Scalar<C> {
    let mut bytes = FieldBytes::<C>::default();
    let length = digest.len().min(bytes.len());
    let start = bytes.len() - length;
    bytes[start..].copy_from_slice(&digest[..length]);
    Scalar::<C>::reduce(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{KeySpec, PrivateKey, PublicKey};
    use chacha20::ChaCha20Rng;
    use proptest::prelude::*;
    use rand_core::SeedableRng;

    proptest! {
        #[test]
        fn agrees_with_the_plain_key(
            seed in any::<[u8; 32]>(),
            spec in prop::sample::select(vec![KeySpec::P256, KeySpec::P384, KeySpec::P521]),
            hash in prop::sample::select(HashFunction::ALL.to_vec()),
            at in any::<prop::sample::Index>(),
            flip in any::<u8>(),
        ) {
            let mut rng = ChaCha20Rng::from_seed(seed);
            let private = PrivateKey::generate(spec, &mut rng).unwrap();
            let spki = private.public_key().unwrap();
            let plain = PublicKey::from_spki(&spki).unwrap().prepare().unwrap();
            let fixed = PrecomputedKey::new(plain.clone());
            let mut signature = private.sign(hash, b"message", &mut rng).unwrap();
            let scheme = SignatureScheme::Ecdsa(hash);
            prop_assert_eq!(fixed.verify(scheme, b"message", &signature), Ok(()));
            prop_assert_eq!(fixed.verify(scheme, b"another", &signature), Err(BadSignature));
            prop_assert_eq!(
                fixed.verify(SignatureScheme::RsaPkcs1(hash), b"message", &signature),
                Err(BadSignature)
            );
            let at = at.index(signature.len());
            signature[at] ^= flip;
            prop_assert_eq!(
                fixed.verify(scheme, b"message", &signature),
                plain.verify(scheme, b"message", &signature)
            );
        }
    }
}
