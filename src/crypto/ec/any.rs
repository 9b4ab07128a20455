//! Keys on whichever of the three curves.

use super::curve::Curve;
use super::ecdsa::{EcPrivateKey, EcVerifyingKey};
use super::precomputed::PrecomputedPoint;
use super::words::{WordPrivateKey, WordVerifyingKey, verify_together};
use crate::crypto::error::{BadSignature, KeyError};
use crate::crypto::hash::{Digest, HashFunction};
use crate::crypto::ifma::Ifma;
use crate::crypto::portable::ec::{Check, P256, P384};
use crate::crypto::seed::SignJob;
use crate::crypto::signer::SignerError;
use p256::NistP256;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p384::NistP384;
use p521::NistP521;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// One of the same on each curve.
#[derive(Clone, Debug, PartialEq)]
enum OnCurve<P256, P384, P521> {
    P256(P256),
    P384(P384),
    P521(P521),
}

/// Makes one of the type on this curve.
macro_rules! make {
    ($curve:expr => $on_words:ident or $other:ident :: $made:ident ($($argument:expr),*) $($try:tt)?) => {
        match $curve {
            Curve::P256 => OnCurve::P256($on_words::$made($($argument),*) $($try)?),
            Curve::P384 => OnCurve::P384($on_words::$made($($argument),*) $($try)?),
            Curve::P521 => OnCurve::P521($other::$made($($argument),*) $($try)?),
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

/// See [`WordPrivateKey`] and [`EcPrivateKey`].
pub(crate) struct AnyPrivateKey(
    OnCurve<WordPrivateKey<NistP256, 4>, WordPrivateKey<NistP384, 6>, EcPrivateKey<NistP521>>,
);

impl AnyPrivateKey {
    pub(crate) fn generate(curve: Curve, rng: &mut impl CryptoRng) -> Self {
        Self(make!(curve => WordPrivateKey or EcPrivateKey::generate(rng)))
    }

    pub(crate) fn from_sec1(curve: Curve, key: sec1::EcPrivateKey<'_>) -> Result<Self, KeyError> {
        Ok(Self(
            make!(curve => WordPrivateKey or EcPrivateKey::from_sec1(key)?),
        ))
    }

    /// The DER of the PKCS#8 `PrivateKeyInfo`.
    pub(crate) fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        each!(&self.0, key => key.to_pkcs8())
    }

    /// The DER of the public half's `SubjectPublicKeyInfo`.
    pub(crate) fn public_key(&self) -> Result<Vec<u8>, KeyError> {
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

    /// [`Self::sign`] for each message; `None` where there is no arithmetic of our own.
    pub(in crate::crypto) fn sign_batch(
        &self,
        ifma: Option<Ifma>,
        jobs: &[SignJob<'_>],
    ) -> Option<Vec<Result<Vec<u8>, SignerError>>> {
        match &self.0 {
            OnCurve::P256(key) => Some(key.sign_batch(ifma, jobs)),
            OnCurve::P384(key) => Some(key.sign_batch(ifma, jobs)),
            OnCurve::P521(_) => None,
        }
    }

    /// Whether [`Self::sign`] returns no signature that it has not checked.
    pub(crate) fn checks_signatures(&self) -> bool {
        !matches!(self.0, OnCurve::P521(_))
    }
}

/// See [`WordVerifyingKey`] and [`EcVerifyingKey`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AnyVerifyingKey(
    OnCurve<WordVerifyingKey<NistP256, 4>, WordVerifyingKey<NistP384, 6>, EcVerifyingKey<NistP521>>,
);

impl AnyVerifyingKey {
    pub(crate) fn from_point(curve: Curve, point: &[u8]) -> Result<Self, KeyError> {
        Ok(Self(
            make!(curve => WordVerifyingKey or EcVerifyingKey::from_point(point)?),
        ))
    }

    pub(crate) fn verify_digest(
        &self,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        verdict(each!(&self.0, key => key.verify_digest(digest, signature)))
    }

    /// Whether there are lanes for this curve.
    pub(crate) fn has_lanes(&self) -> bool {
        !matches!(self.0, OnCurve::P521(_))
    }
}

/// Checks on both curves that there are lanes for, to be made together.
#[derive(Default)]
pub(crate) struct EcChecks {
    p256: Vec<Check<P256, 4>>,
    p384: Vec<Check<P384, 6>>,
}

/// A check's place in [`EcChecks`].
#[derive(Clone, Copy)]
pub(crate) enum EcPlace {
    P256(usize),
    P384(usize),
}

impl EcChecks {
    /// `None` for a signature that cannot be read, or a key on another curve.
    pub(crate) fn add(
        &mut self,
        key: &AnyVerifyingKey,
        digest: Digest,
        signature: &[u8],
    ) -> Option<EcPlace> {
        match &key.0 {
            OnCurve::P256(key) => {
                self.p256.push(key.check(digest, signature)?);
                Some(EcPlace::P256(self.p256.len() - 1))
            }
            OnCurve::P384(key) => {
                self.p384.push(key.check(digest, signature)?);
                Some(EcPlace::P384(self.p384.len() - 1))
            }
            OnCurve::P521(_) => None,
        }
    }

    /// The verdicts by place.
    pub(in crate::crypto) fn verify(&self, ifma: Ifma) -> impl Fn(EcPlace) -> bool + use<> {
        let p256 = verify_together::<P256, 4>(ifma, &self.p256);
        let p384 = verify_together::<P384, 6>(ifma, &self.p384);
        move |place| match place {
            EcPlace::P256(at) => p256[at],
            EcPlace::P384(at) => p384[at],
        }
    }
}

/// A point without compression, if it is one of the curve.
pub(crate) fn uncompressed(curve: Curve, point: &[u8]) -> Option<Vec<u8>> {
    Some(match curve {
        Curve::P256 => p256::PublicKey::from_sec1_bytes(point)
            .ok()?
            .to_sec1_point(false)
            .as_bytes()
            .to_vec(),
        Curve::P384 => p384::PublicKey::from_sec1_bytes(point)
            .ok()?
            .to_sec1_point(false)
            .as_bytes()
            .to_vec(),
        Curve::P521 => p521::PublicKey::from_sec1_bytes(point)
            .ok()?
            .to_sec1_point(false)
            .as_bytes()
            .to_vec(),
    })
}

/// See [`PrecomputedPoint`]; of P-521 alone, because the other curves are fast enough without.
pub(crate) struct AnyPrecomputedPoint(PrecomputedPoint<NistP521>);

impl AnyPrecomputedPoint {
    pub(crate) fn new(key: &AnyVerifyingKey) -> Option<Self> {
        match &key.0 {
            OnCurve::P521(key) => Some(Self(PrecomputedPoint::new(key))),
            _ => None,
        }
    }

    pub(crate) fn verify(
        &self,
        hash: HashFunction,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        verdict(self.0.verify(hash, message, signature))
    }
}

fn verdict(good: bool) -> Result<(), BadSignature> {
    if good { Ok(()) } else { Err(BadSignature) }
}
