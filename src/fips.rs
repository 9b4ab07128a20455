//! [`check_fips`]: which FIPS rule a certificate or a key breaks.

use crate::Error;
use crate::crypto::{FipsRule, fips};
use crate::input;
use crate::x509::certificate::Certificate;

/// Checks a certificate (PEM) against the rules of FIPS mode: its key and the signature on it.
/// This is an algorithm and parameter policy, not a validated module.
///
/// # Errors
///
/// [`CertificateUnreadable`](crate::ErrorCode::CertificateUnreadable), or
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
    let der = input::certificate(certificate, "public_certificate")?;
    let certificate = input::parse_certificate(&der, "public_certificate")?;
    key(&certificate)
        .and_then(|()| fips::signature_scheme(certificate.scheme))
        .and_then(|()| algorithms(&certificate))
        .map_err(|rule| rule.into_error("public_certificate"))
}

/// The rules for the key of a certificate.
fn key(certificate: &Certificate<'_>) -> Result<(), FipsRule> {
    let key = certificate
        .public_key()
        .map_err(|_| FipsRule::KeyUnreadable)?;
    fips::public_key(&key)
}

/// Of two algorithms that a certificate names one is not that of its signature.
fn algorithms(certificate: &Certificate<'_>) -> Result<(), FipsRule> {
    if certificate.algorithms_agree {
        Ok(())
    } else {
        Err(FipsRule::SignatureScheme)
    }
}
