//! A private key as it is given away.

use super::pem;
use crate::crypto::{KeyError, PrivateKey};
use crate::{SecretDer, SecretPem};

/// A private key as PKCS#8.
pub(crate) struct WrittenKey {
    pub(crate) pem: SecretPem,
    pub(crate) der: SecretDer,
}

impl WrittenKey {
    pub(crate) fn of(key: &PrivateKey) -> Result<Self, KeyError> {
        let der = key.to_pkcs8()?;
        let pem = pem::write_private_key(&der)
            .ok_or(KeyError::Malformed("the private key is too long for PEM"))?;
        Ok(Self {
            pem: pem.into(),
            der: der.into(),
        })
    }
}
