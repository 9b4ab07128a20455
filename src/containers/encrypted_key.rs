//! Encrypted private keys (RFC 5958 section 3) as PEM.

use super::{refused, written};
use crate::x509::pem::{self, PemError};
use crate::x509::pkcs12;
use crate::{Error, ErrorCode, Policy, SecretPem, input};
use rand_core::CryptoRng;

const KEY: &str = "private_key";

impl SecretPem {
    /// The private key in the clear: PEM, label `PRIVATE KEY` (PKCS#8). A key that is not encrypted is
    /// given back so too, and the password is not looked at.
    ///
    /// Read is the label `ENCRYPTED PRIVATE KEY`: PBES2 (RFC 8018) of AES or 3DES in CBC mode with PBKDF2
    /// or scrypt, and the schemes of PKCS#12 with 3DES and RC2. What a key may ask for is bounded:
    /// 4,000,000 iterations, 64 MiB.
    ///
    /// # Errors
    ///
    /// * [`PrivateKeyUnreadable`](ErrorCode::PrivateKeyUnreadable): the password is wrong, the scheme is
    ///   not supported, or the key is of the old form with the header `Proc-Type: 4,ENCRYPTED`, whose
    ///   scheme is weak: the message says how it is converted;
    /// * [`CertificateNotFips`](ErrorCode::CertificateNotFips): FIPS mode, and a scheme other than AES
    ///   with PBKDF2;
    /// * [`OutOfMemory`](ErrorCode::OutOfMemory): more work than allowed;
    /// * [`KeyTypeNotSupported`](ErrorCode::KeyTypeNotSupported).
    ///
    /// ```
    /// use certwright::{Policy, SecretPem};
    ///
    /// let policy = Policy::at(std::time::SystemTime::now());
    /// let encrypted = SecretPem::from(include_str!("../../vectors/pkcs12/aes256.key"));
    /// let key = encrypted.decrypt("certwright", &policy)?;
    /// assert_eq!(key, SecretPem::from(include_str!("../../vectors/server.key")));
    /// assert!(encrypted.decrypt("another", &policy).is_err());
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn decrypt(&self, password: &str, policy: &Policy) -> Result<Self, Error> {
        let encrypted = pem::encrypted_private_key(self.as_str());
        let key = match encrypted {
            Err(
                error @ (PemError::Base64(_)
                | PemError::LiteralNewlines
                | PemError::QuotedPrintable),
            ) => {
                let message = format!("the encrypted private key is not readable: {error}");
                return Err(Error::new(ErrorCode::PrivateKeyUnreadable, message)
                    .with_target(KEY)
                    .with_source(error));
            }
            // Whatever else is wrong with the text, the reader of plain keys says it.
            Err(_) | Ok(None) => input::private_key(self.as_str(), KEY)?,
            Ok(Some(der)) => {
                let der = pkcs12::decrypt_key(&der, password, policy.fips).map_err(|error| {
                    let code = ErrorCode::PrivateKeyUnreadable;
                    refused("encrypted private key", error, code, KEY)
                })?;
                input::private_key_der(&der, KEY)?
            }
        };
        Ok(written(&key, KEY)?.pem)
    }

    /// The private key encrypted: PEM, label `ENCRYPTED PRIVATE KEY`, by PBES2 with AES-256-CBC and
    /// 600,000 iterations of PBKDF2 with HMAC-SHA-256: work for a moment, on purpose.
    ///
    /// Draws 32 bytes from `rng`.
    ///
    /// # Errors
    ///
    /// [`PrivateKeyUnreadable`](ErrorCode::PrivateKeyUnreadable),
    /// [`KeyTypeNotSupported`](ErrorCode::KeyTypeNotSupported).
    ///
    /// ```
    /// use certwright::{Policy, SecretPem};
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    ///
    /// let key = SecretPem::from(include_str!("../../vectors/root.key"));
    /// let encrypted = key.encrypt("a long password", &mut rng)?;
    /// let policy = Policy::at(std::time::SystemTime::now());
    /// assert_eq!(encrypted.decrypt("a long password", &policy)?, key);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn encrypt(
        &self,
        password: &str,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Self, Error> {
        let key = input::private_key(self.as_str(), KEY)?;
        let der = written(&key, KEY)?.der;
        let encrypted = pkcs12::encrypt_key(der.as_bytes(), password, rng);
        Ok(pem::write_encrypted_private_key(&encrypted).into())
    }
}
