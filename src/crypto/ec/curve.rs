//! [`Curve`]: which curve; [`EcCurve`]: what the engine needs of one.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912 as oid;
use der::oid::AssociatedOid;
use ecdsa::der::MaxOverhead;
use ecdsa::{DigestAlgorithm, EcdsaCurve};
use p256::elliptic_curve::array::ArraySize;
use p256::elliptic_curve::point::PointCompression;
use p256::elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point, ValidatePublicKey};
use p256::elliptic_curve::{self, CurveArithmetic};
use std::ops::Add;

/// A curve that the engine makes keys and signatures on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    pub(crate) const fn bits(self) -> u32 {
        match self {
            Self::P256 => 256,
            Self::P384 => 384,
            Self::P521 => 521,
        }
    }

    /// The length of a scalar and of a coordinate.
    pub(crate) const fn octets(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    pub(crate) fn of(oid: ObjectIdentifier) -> Option<Self> {
        match oid {
            oid::SECP_256_R_1 => Some(Self::P256),
            oid::SECP_384_R_1 => Some(Self::P384),
            oid::SECP_521_R_1 => Some(Self::P521),
            _ => None,
        }
    }
}

/// What the generic code asks of a curve: arithmetic, encodings of its points and keys, and the
/// hash of its nonces (RFC 6979).
pub(super) trait EcCurve:
    elliptic_curve::Curve<FieldBytesSize: ModulusSize + Add<Output: SignatureSize>>
    + CurveArithmetic<AffinePoint: FromSec1Point<Self> + ToSec1Point<Self>>
    + EcdsaCurve
    + DigestAlgorithm
    + PointCompression
    + ValidatePublicKey
    + AssociatedOid
{
}

/// Twice the length of a scalar, to which the overhead of DER can be added.
pub(super) trait SignatureSize: ArraySize + Add<MaxOverhead, Output: ArraySize> {}

impl<T: ArraySize + Add<MaxOverhead, Output: ArraySize>> SignatureSize for T {}

impl EcCurve for p256::NistP256 {}
impl EcCurve for p384::NistP384 {}
impl EcCurve for p521::NistP521 {}
