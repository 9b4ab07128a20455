//! [`PrecomputedPoint`]: a public key on one curve, for many checks.

use super::curve::EcCurve;
use super::ecdsa::EcVerifyingKey;
use crate::crypto::hash::HashFunction;
use ecdsa::Signature;
use p256::elliptic_curve::group::{Curve as _, Group};
use p256::elliptic_curve::ops::{Invert, MulByGeneratorVartime, Reduce};
use p256::elliptic_curve::point::AffineCoordinates;
use p256::elliptic_curve::{
    AffinePoint, CurveArithmetic, FieldBytes, ProjectivePoint, Scalar, ff::PrimeField,
};

/// The multiples of a point that make any other a sum of one for each four bits of the scalar.
pub(super) struct PrecomputedPoint<C: CurveArithmetic> {
    /// Of 16^i times the point: 1 to 15 times it. The least i first.
    windows: Vec<[AffinePoint<C>; MULTIPLES]>,
}

const MULTIPLES: usize = 15;

impl<C: EcCurve> PrecomputedPoint<C> {
    pub(super) fn new(key: &EcVerifyingKey<C>) -> Self {
        let point = key.point();
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

    /// As [`EcVerifyingKey::verify`].
    pub(super) fn verify(&self, hash: HashFunction, message: &[u8], signature: &[u8]) -> bool {
        Signature::<C>::from_der(signature).is_ok_and(|signature| {
            let (r, s) = signature.split_scalars();
            self.verifies(hash, message, &r, &s)
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
