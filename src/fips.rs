//! [`check_fips`]: which FIPS rule a certificate or a key breaks.

use crate::crypto::{FipsRule, KeyError, fips};
use crate::x509::certificate::CertificateRef;
use crate::{Certificate, Error};

/// Checks a certificate (PEM, of a bundle the first) against the rules of FIPS mode: its key and the
/// signature on it. This is an algorithm and parameter policy, not a validated module.
///
/// # Errors
///
/// [`CertificateUnreadable`](crate::ErrorCode::CertificateUnreadable),
/// [`OutOfMemory`](crate::ErrorCode::OutOfMemory) above 1 MiB, or
/// [`CertificateNotFips`](crate::ErrorCode::CertificateNotFips) with the [`FipsRule`] as its source.
///
/// ```
/// certwright::check_fips(include_str!("../vectors/server.pem"))?;
///
/// let error = certwright::check_fips(include_str!("../vectors/rsa1024.pem")).unwrap_err();
/// assert_eq!(error.code(), certwright::ErrorCode::CertificateNotFips);
/// # Ok::<(), certwright::Error>(())
/// ```
pub fn check_fips(certificate: &str) -> Result<(), Error> {
    Certificate::from_pem(certificate)?.check_fips()
}

impl Certificate {
    /// Checks its key and the signature on it against the rules of FIPS mode: see [`check_fips`].
    ///
    /// # Errors
    ///
    /// [`CertificateNotFips`](crate::ErrorCode::CertificateNotFips) with the [`FipsRule`].
    ///
    /// ```
    /// use certwright::{Certificate, FipsRule};
    ///
    /// let certificate = Certificate::from_pem(include_str!("../vectors/sha1.pem"))?;
    /// let error = certificate.check_fips().unwrap_err();
    /// assert_eq!(error.fips_rule(), Some(FipsRule::Sha1));
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn check_fips(&self) -> Result<(), Error> {
        let certificate = self.view();
        key(&certificate)
            .and_then(|()| fips::signature_scheme(certificate.scheme))
            .and_then(|()| algorithms(&certificate))
            .map_err(|rule| rule.into_error("public_certificate"))
    }
}

/// The rules for the key of a certificate.
fn key(certificate: &CertificateRef<'_>) -> Result<(), FipsRule> {
    let key = certificate
        .public_key()
        .map_err(|_| FipsRule::KeyUnreadable)?;
    fips::public_key(&key)?;
    // A point off its curve or an even modulus is no key, whatever its length.
    match key.check_supported() {
        Err(KeyError::Malformed(_)) => Err(FipsRule::KeyUnreadable),
        Err(KeyError::Unsupported(_)) | Ok(()) => Ok(()),
    }
}

/// Of two algorithms that a certificate names one is not that of its signature.
fn algorithms(certificate: &CertificateRef<'_>) -> Result<(), FipsRule> {
    if certificate.algorithms_agree {
        Ok(())
    } else {
        Err(FipsRule::SignatureScheme)
    }
}
