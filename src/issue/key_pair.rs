//! New keys: each signs once, its own certificate or request, and is handed to the caller.

use crate::crypto::{
    Dispatch, HashFunction, KeyError, KeySpec, PrecomputedKey, PrivateKey, PublicKey, Seed,
    SignJob, SigningKey, Stream,
};
use crate::x509::written_key::WrittenKey;
use crate::{Error, ErrorCode};
use std::borrow::Cow;

/// A new key and the encoding of its public half.
pub(crate) struct KeyPair {
    pub(crate) private: PrivateKey,
    /// DER of the SubjectPublicKeyInfo.
    pub(crate) spki: Vec<u8>,
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
        let written = WrittenKey::of(&self.private).map_err(key_failed)?;
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
        Ok((signature, written))
    }
}

fn key_failed(error: KeyError) -> Error {
    failed("the key could not be made").with_source(error)
}

fn failed(message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorCode::CreateFailed, message)
}
