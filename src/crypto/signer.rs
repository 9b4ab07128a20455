//! [`Signer`]: what a key that is held elsewhere implements.

use super::algorithm::SignatureAlgorithm;
use std::fmt;

/// A CA key that is held elsewhere: in an HSM, a KMS, another process.
///
/// Two functions are required. The engine checks every signature against [`Signer::public_key`]
/// before it leaves, so a faulty device cannot make the engine hand out a broken certificate.
///
/// `examples/hsm_signer.rs` is a complete one.
pub trait Signer: Send + Sync {
    /// The DER of the key's `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7). Asked once, when the
    /// certificate authority is loaded.
    fn public_key(&self) -> Vec<u8>;

    /// Signs `message` (not a digest of it: see [`HashFunction::digest`] for devices that take
    /// digests). RSA: the signature value, as long as the modulus. ECDSA: the DER
    /// `Ecdsa-Sig-Value`.
    ///
    /// # Errors
    ///
    /// Whatever the device refused or failed with; it becomes the source of a
    /// [`SigningFailed`](crate::ErrorCode::SigningFailed).
    ///
    /// [`HashFunction::digest`]: crate::HashFunction::digest
    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, SignerError>;

    /// Signs many messages; one result for each, in order. The default calls [`Signer::sign`] for
    /// each; override it where the device is faster with many at once.
    fn sign_batch(
        &self,
        algorithm: SignatureAlgorithm,
        messages: &[&[u8]],
    ) -> Vec<Result<Vec<u8>, SignerError>> {
        messages
            .iter()
            .map(|message| self.sign(algorithm, message))
            .collect()
    }
}

/// Why a [`Signer`] did not sign.
///
/// ```
/// use certwright::SignerError;
///
/// let error = SignerError::new("the token is locked");
/// assert_eq!(error.to_string(), "the token is locked");
/// ```
#[derive(Debug)]
pub struct SignerError(Box<dyn std::error::Error + Send + Sync>);

impl SignerError {
    /// Wraps a message or an error of the device's library.
    ///
    /// ```
    /// let error = certwright::SignerError::new(std::io::Error::other("no slot 3"));
    /// assert_eq!(error.to_string(), "no slot 3");
    /// ```
    pub fn new(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

impl fmt::Display for SignerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for SignerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}
