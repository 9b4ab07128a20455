//! Keys on whichever of the three curves.

use super::curve::Curve;
use super::ecdsa::{EcPrivateKey, EcVerifyingKey};
use super::precomputed::PrecomputedPoint;
use crate::crypto::error::{BadSignature, KeyError};
use crate::crypto::hash::HashFunction;
use crate::crypto::signer::SignerError;
use p256::NistP256;
use p256::pkcs8::{self, PrivateKeyInfoRef};
use p384::NistP384;
use p521::NistP521;
use rand_core::CryptoRng;

/// One of the same on each curve.
#[derive(Clone, Debug, PartialEq)]
enum OnCurve<P256, P384, P521> {
    P256(P256),
    P384(P384),
    P521(P521),
}

/// Makes what the expression stands for on this curve.
macro_rules! make {
    ($curve:expr => $made:expr) => {
        match $curve {
            Curve::P256 => OnCurve::P256($made),
            Curve::P384 => OnCurve::P384($made),
            Curve::P521 => OnCurve::P521($made),
        }
    };
}

/// Makes another of the same curve.
macro_rules! map {
    ($from:expr, $name:ident => $made:expr) => {
        match $from {
            OnCurve::P256($name) => OnCurve::P256($made),
            OnCurve::P384($name) => OnCurve::P384($made),
            OnCurve::P521($name) => OnCurve::P521($made),
        }
    };
}

/// Does the same on each curve.
macro_rules! each {
    ($of:expr, $name:ident => $done:expr) => {
        match $of {
            OnCurve::P256($name) => $done,
            OnCurve::P384($name) => $done,
            OnCurve::P521($name) => $done,
        }
    };
}

/// See [`EcPrivateKey`].
pub(crate) struct AnyPrivateKey(
    OnCurve<EcPrivateKey<NistP256>, EcPrivateKey<NistP384>, EcPrivateKey<NistP521>>,
);

impl AnyPrivateKey {
    pub(crate) fn generate(curve: Curve, rng: &mut impl CryptoRng) -> Self {
        Self(make!(curve => EcPrivateKey::generate(rng)))
    }

    pub(crate) fn from_pkcs8(curve: Curve, info: PrivateKeyInfoRef<'_>) -> Result<Self, KeyError> {
        Ok(Self(make!(curve => EcPrivateKey::from_pkcs8(info)?)))
    }

    pub(crate) fn from_sec1(curve: Curve, key: sec1::EcPrivateKey<'_>) -> Result<Self, KeyError> {
        Ok(Self(make!(curve => EcPrivateKey::from_sec1(key)?)))
    }

    pub(crate) fn to_pkcs8(&self) -> pkcs8::Result<der::SecretDocument> {
        each!(&self.0, key => key.to_pkcs8())
    }

    pub(crate) fn public_key(&self) -> spki::Result<der::Document> {
        each!(&self.0, key => key.public_key())
    }

    pub(crate) fn sign(
        &self,
        hash: HashFunction,
        message: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, SignerError> {
        each!(&self.0, key => key.sign(hash, message, rng))
    }
}

/// See [`EcVerifyingKey`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AnyVerifyingKey(
    OnCurve<EcVerifyingKey<NistP256>, EcVerifyingKey<NistP384>, EcVerifyingKey<NistP521>>,
);

impl AnyVerifyingKey {
    pub(crate) fn from_point(curve: Curve, point: &[u8]) -> Result<Self, KeyError> {
        Ok(Self(make!(curve => EcVerifyingKey::from_point(point)?)))
    }

    pub(crate) fn verify(
        &self,
        hash: HashFunction,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        verdict(each!(&self.0, key => key.verify(hash, message, signature)))
    }
}

/// See [`PrecomputedPoint`].
pub(crate) struct AnyPrecomputedPoint(
    OnCurve<PrecomputedPoint<NistP256>, PrecomputedPoint<NistP384>, PrecomputedPoint<NistP521>>,
);

impl AnyPrecomputedPoint {
    pub(crate) fn new(key: &AnyVerifyingKey) -> Self {
        Self(map!(&key.0, key => PrecomputedPoint::new(key)))
    }

    pub(crate) fn verify(
        &self,
        hash: HashFunction,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        verdict(each!(&self.0, point => point.verify(hash, message, signature)))
    }
}

fn verdict(good: bool) -> Result<(), BadSignature> {
    if good { Ok(()) } else { Err(BadSignature) }
}
