//! The seam between the engine and the arithmetic behind it: every signature that is made or
//! checked on the hot path goes through this file, one at a time or many at once.

use super::{
    BadSignature, FixedKey, HashFunction, KeyError, PrivateKey, PublicKey, Scheme, Seed,
    SignatureAlgorithm, SignerError, Stream,
};

/// One signature to check.
pub(crate) struct VerifyJob<'a> {
    pub(crate) key: PublicKey<'a>,
    pub(crate) scheme: Scheme,
    pub(crate) message: &'a [u8],
    pub(crate) signature: &'a [u8],
}

/// Proof that a signature was checked and is good: only [`verify`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verified(());

/// Why a signature was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VerifyError {
    /// The key's numbers are wrong, or of a kind that the engine does not verify with.
    Key(KeyError),
    Signature(BadSignature),
}

/// Checks many signatures; one verdict for each, in order.
pub(crate) fn verify(jobs: &[VerifyJob<'_>]) -> Vec<Result<Verified, VerifyError>> {
    jobs.iter().map(verify_portable).collect()
}

fn verify_portable(job: &VerifyJob<'_>) -> Result<Verified, VerifyError> {
    let key = job.key.prepare().map_err(VerifyError::Key)?;
    key.verify(job.scheme, job.message, job.signature)
        .map_err(VerifyError::Signature)?;
    Ok(Verified(()))
}

/// One message to sign.
#[derive(Clone, Copy)]
pub(crate) struct SignJob<'a> {
    pub(crate) hash: HashFunction,
    pub(crate) message: &'a [u8],
    pub(crate) seed: &'a Seed,
}

/// A private key made ready to sign many messages.
pub(crate) struct SigningKey {
    key: PrivateKey,
    public: FixedKey,
}

impl SigningKey {
    /// `public` is the public half of `key`.
    pub(crate) fn new(key: PrivateKey, public: FixedKey) -> Self {
        Self { key, public }
    }

    pub(crate) fn algorithm(&self, hash: HashFunction) -> SignatureAlgorithm {
        self.key.algorithm(hash)
    }

    /// Signs each message. Each signature was checked with the public key, so that a fault in the
    /// computation cannot leak the private one.
    pub(crate) fn sign_batch(&self, jobs: &[SignJob<'_>]) -> Vec<Result<Vec<u8>, SignerError>> {
        jobs.iter().map(|job| self.sign_portable(job)).collect()
    }

    /// [`Self::sign_batch`] for one message.
    pub(crate) fn sign(&self, job: SignJob<'_>) -> Result<Vec<u8>, SignerError> {
        let mut signatures = self.sign_batch(&[job]);
        signatures
            .pop()
            .unwrap_or_else(|| Err(SignerError::new("no signature was made")))
    }

    fn sign_portable(&self, job: &SignJob<'_>) -> Result<Vec<u8>, SignerError> {
        let SignJob {
            hash,
            message,
            seed,
        } = *job;
        let signature = self
            .key
            .sign(hash, message, &mut seed.generator(Stream::Signature))?;
        // The `rsa` crate has checked its result itself.
        if !matches!(self.key, PrivateKey::Rsa(_)) {
            self.public
                .verify(self.algorithm(hash).into(), message, &signature)
                .map_err(SignerError::new)?;
        }
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
