//! The seam between the engine and the arithmetic behind it: every signature that is made or
//! checked on the hot path goes through [`Arithmetic`], one at a time or many at once.

use super::{
    BadSignature, HashFunction, KeyError, PrivateKey, PublicKey, Scheme, Seed, SignatureAlgorithm,
    SignerError, VerifyingKey,
};
use std::fmt;

/// The arithmetic that signatures are made and checked with. The results are the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Backend {
    /// The RustCrypto crates, on any processor.
    Portable,
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Portable => "portable",
        })
    }
}

/// The arithmetic that is in use on this processor.
///
/// ```
/// println!("signing with {} arithmetic", certwright::backend());
/// ```
pub fn backend() -> Backend {
    Arithmetic::detect().backend()
}

/// One signature to check.
pub(crate) struct VerifyJob<'a> {
    pub(crate) key: PublicKey<'a>,
    pub(crate) scheme: Scheme,
    pub(crate) message: &'a [u8],
    pub(crate) signature: &'a [u8],
}

/// Proof that a signature was checked and is good: only [`Arithmetic::verify`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verified(());

/// Why a signature was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VerifyError {
    /// The key's numbers are wrong, or of a kind that the engine does not verify with.
    Key(KeyError),
    Signature(BadSignature),
}

/// Which implementation does the work.
#[derive(Clone, Copy)]
pub(crate) struct Arithmetic {}

impl Arithmetic {
    pub(crate) const PORTABLE: Self = Self {};

    /// The fastest that this processor has.
    pub(crate) fn detect() -> Self {
        Self::PORTABLE
    }

    pub(crate) fn backend(self) -> Backend {
        Backend::Portable
    }

    /// Checks many signatures; one verdict for each, in order.
    pub(crate) fn verify(self, jobs: &[VerifyJob<'_>]) -> Vec<Result<Verified, VerifyError>> {
        jobs.iter().map(verify_portable).collect()
    }
}

fn verify_portable(job: &VerifyJob<'_>) -> Result<Verified, VerifyError> {
    let key = job.key.prepare().map_err(VerifyError::Key)?;
    key.verify(job.scheme, job.message, job.signature)
        .map_err(VerifyError::Signature)?;
    Ok(Verified(()))
}

/// A private key made ready to sign many messages.
pub(crate) struct SigningKey {
    key: PrivateKey,
    public: VerifyingKey,
}

impl SigningKey {
    /// `public` is the public half of `key`.
    pub(crate) fn new(key: PrivateKey, public: VerifyingKey) -> Self {
        Self { key, public }
    }

    pub(crate) fn algorithm(&self, hash: HashFunction) -> SignatureAlgorithm {
        self.key.algorithm(hash)
    }

    /// Signs each message with the seed of the same index. Each signature was checked with the
    /// public key, so that a fault in the computation cannot leak the private one.
    pub(crate) fn sign_batch(
        &self,
        _arithmetic: Arithmetic,
        hash: HashFunction,
        messages: &[(&[u8], &Seed)],
    ) -> Vec<Result<Vec<u8>, SignerError>> {
        messages
            .iter()
            .map(|(message, seed)| self.sign_portable(hash, message, seed))
            .collect()
    }

    fn sign_portable(
        &self,
        hash: HashFunction,
        message: &[u8],
        seed: &Seed,
    ) -> Result<Vec<u8>, SignerError> {
        let signature = self.key.sign(hash, message, &mut seed.generator())?;
        if matches!(self.key, PrivateKey::Rsa(_)) {
            return Ok(signature);
        }
        self.public
            .verify(self.key.algorithm(hash).into(), message, &signature)
            .map_err(SignerError::new)?;
        Ok(signature)
    }
}

impl From<SignatureAlgorithm> for Scheme {
    fn from(algorithm: SignatureAlgorithm) -> Self {
        match algorithm {
            SignatureAlgorithm::RsaPkcs1(hash) => Self::RsaPkcs1(hash),
            SignatureAlgorithm::Ecdsa(hash) => Self::Ecdsa(hash),
        }
    }
}
