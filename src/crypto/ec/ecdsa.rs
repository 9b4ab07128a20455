//! Keys on one curve, and ECDSA with them (FIPS 186-5 section 6.4), on the RustCrypto crates: for
//! P-521.

use super::curve::EcCurve;
use crate::crypto::error::KeyError;
use crate::crypto::hash::HashFunction;
use crate::crypto::signer::SignerError;
use ecdsa::signature::hazmat::{PrehashVerifier as _, RandomizedPrehashSigner as _};
use ecdsa::{Signature, SigningKey, VerifyingKey};
use p256::elliptic_curve::{AffinePoint, Generate as _, SecretKey};
use p256::pkcs8::{EncodePrivateKey as _, EncodePublicKey as _};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// A private key, with its public half. Its memory is wiped when it is dropped.
pub(super) struct EcPrivateKey<C: EcCurve>(SigningKey<C>);

impl<C: EcCurve> EcPrivateKey<C> {
    pub(super) fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(SigningKey::generate_from_rng(rng))
    }

    /// Fails where the key is not one of this curve, or not that of the public half beside it.
    pub(super) fn from_sec1(key: sec1::EcPrivateKey<'_>) -> Result<Self, KeyError> {
        Ok(Self::new(SecretKey::try_from(key).map_err(bad_key)?))
    }

    fn new(secret: SecretKey<C>) -> Self {
        Self(secret.into())
    }

    pub(super) fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        self.0
            .to_pkcs8_der()
            .map(|document| Zeroizing::new(document.as_bytes().to_vec()))
            .map_err(|_| KeyError::Malformed("the private key cannot be encoded"))
    }

    /// The public half's `SubjectPublicKeyInfo`.
    pub(super) fn public_key(&self) -> Result<Vec<u8>, KeyError> {
        self.0
            .verifying_key()
            .to_public_key_der()
            .map(der::Document::into_vec)
            .map_err(|_| KeyError::Malformed("the public key cannot be encoded"))
    }

    /// Signs; the DER of the `Ecdsa-Sig-Value`. `rng` hedges the nonce of RFC 6979.
    pub(super) fn sign(
        &self,
        hash: HashFunction,
        message: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, SignerError> {
        let signature: Signature<C> = self
            .0
            .sign_prehash_with_rng(rng, &hash.digest(message))
            .map_err(|_| SignerError::new("the ECDSA operation failed"))?;
        Ok(signature.to_der().as_bytes().to_vec())
    }
}

pub(super) fn bad_key<E>(_: E) -> KeyError {
    KeyError::Malformed("the EC private key does not fit its curve")
}

/// A public key: a point of the curve.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct EcVerifyingKey<C: EcCurve>(VerifyingKey<C>);

impl<C: EcCurve> EcVerifyingKey<C> {
    /// Reads a point as SEC 1 section 2.3.3 has it, compressed or not.
    pub(super) fn from_point(point: &[u8]) -> Result<Self, KeyError> {
        VerifyingKey::from_sec1_bytes(point)
            .map(Self)
            .map_err(|_| KeyError::Malformed("the public key is not a point of its curve"))
    }

    pub(super) fn point(&self) -> &AffinePoint<C> {
        self.0.as_affine()
    }

    /// Whether the DER `Ecdsa-Sig-Value` is a good one.
    pub(super) fn verify_digest(&self, digest: &[u8], signature: &[u8]) -> bool {
        Signature::from_der(signature)
            .is_ok_and(|signature| self.0.verify_prehash(digest, &signature).is_ok())
    }
}
