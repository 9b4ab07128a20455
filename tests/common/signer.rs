//! Signers that do not sign.

use certwright::{SignatureAlgorithm, Signer, SignerError};

/// A device that says it has this key.
pub struct Claims(pub Vec<u8>);

impl Signer for Claims {
    fn public_key(&self) -> Vec<u8> {
        self.0.clone()
    }

    fn sign(&self, _: SignatureAlgorithm, _: &[u8]) -> Result<Vec<u8>, SignerError> {
        Err(SignerError::new("it has none"))
    }
}
