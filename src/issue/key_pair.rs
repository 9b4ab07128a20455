//! New keys: which are offered, and a pair that signs once and is given away.

use crate::base::error::quoted;
use crate::crypto::{
    Dispatch, HashFunction, KeyError, KeySpec, PrecomputedKey, PrivateKey, PublicKey, Seed,
    SignJob, SigningKey, Stream,
};
use crate::x509::pem;
use crate::{Error, ErrorCode, Policy, SecretDer, SecretPem};
use std::borrow::Cow;

/// The refusal of a key size or strength, as it was written. The reference knows RSA keys of 512,
/// 1024 and 1536 bits, and has a code of its own for them in FIPS mode.
pub(crate) fn size_refused(
    policy: &Policy,
    size: &str,
    target: &'static str,
    accepted: &str,
) -> Error {
    let code = if policy.fips && matches!(size, "512" | "1024" | "1536") {
        ErrorCode::KeySizeNotFips
    } else {
        ErrorCode::KeySizeNotSupported
    };
    let message = format!(
        "\"{}\" is not offered; accepted are {accepted}",
        quoted(size)
    );
    Error::new(code, message)
        .with_target(target)
        .with_argument("value", size)
}

pub(crate) fn algorithm_refused(algorithm: &str) -> Error {
    failed(format!(
        "the algorithm \"{}\" is not offered; accepted are rsa and ec",
        quoted(algorithm)
    ))
    .with_target("algorithm")
}

fn failed(message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorCode::CreateFailed, message)
}

/// A new key and the encoding of its public half.
pub(crate) struct KeyPair {
    pub(crate) private: PrivateKey,
    /// DER of the SubjectPublicKeyInfo.
    pub(crate) spki: Vec<u8>,
}

/// A private key as PKCS#8.
pub(crate) struct WrittenKey {
    pub(crate) pem: SecretPem,
    pub(crate) der: SecretDer,
}

impl KeyPair {
    pub(crate) fn generate(spec: KeySpec, seed: &Seed) -> Result<Self, Error> {
        let private =
            PrivateKey::generate(spec, &mut seed.generator(Stream::Key)).map_err(key_failed)?;
        let spki = private.public_key().map_err(key_failed)?;
        Ok(Self { private, spki })
    }

    pub(crate) fn public(&self) -> Result<PublicKey<'_>, Error> {
        PublicKey::from_spki(&self.spki).map_err(key_failed)
    }

    /// Signs once and gives the key away.
    pub(crate) fn sign(
        self,
        hash: HashFunction,
        message: &[u8],
        seed: &Seed,
    ) -> Result<(Vec<u8>, WrittenKey), Error> {
        let encoded = self.private.to_pkcs8().map_err(key_failed)?;
        let public = self.public()?.prepare().map_err(key_failed)?;
        let signature = SigningKey::new(self.private, PrecomputedKey::Plain(public))
            .sign(
                Dispatch::detect(),
                SignJob {
                    hash,
                    message,
                    seed,
                },
            )
            .map_err(|error| failed("signing with the new key failed").with_source(error))?;
        let pem = pem::write_private_key(&encoded)
            .ok_or_else(|| failed("the new key could not be written"))?;
        let key = WrittenKey {
            pem: pem.into(),
            der: encoded.into(),
        };
        Ok((signature, key))
    }
}

fn key_failed(error: KeyError) -> Error {
    failed("the key could not be made").with_source(error)
}
