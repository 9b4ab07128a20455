//! [`match_key`]: does this key belong to this certificate.

use crate::crypto::{PrivateKey, PublicKey, VerifyingKey};
use crate::input;
use crate::{Error, ErrorCode};

/// Checks that `private_key` is the key of `certificate` (both PEM; of a bundle, the first certificate
/// is meant). Keys are compared as keys, not as bytes: a compressed and an uncompressed point are the
/// same one.
///
/// # Errors
///
/// [`CertificateUnreadable`](ErrorCode::CertificateUnreadable),
/// [`PrivateKeyUnreadable`](ErrorCode::PrivateKeyUnreadable),
/// [`KeyTypeNotSupported`](ErrorCode::KeyTypeNotSupported) and, if they do not belong together,
/// [`KeyMismatch`](ErrorCode::KeyMismatch); in this order. A text of more than 1 MiB is an
/// [`OutOfMemory`](ErrorCode::OutOfMemory).
///
/// ```
/// use certwright::ErrorCode;
///
/// let certificate = include_str!("../vectors/server.pem");
/// certwright::match_key(certificate, include_str!("../vectors/server.key"))?;
///
/// let error = certwright::match_key(certificate, include_str!("../vectors/root.key")).unwrap_err();
/// assert_eq!(error.code(), ErrorCode::KeyMismatch);
/// # Ok::<(), certwright::Error>(())
/// ```
pub fn match_key(certificate: &str, private_key: &str) -> Result<(), Error> {
    let der = input::certificate(certificate, "public_certificate")?;
    let certificate = input::parse_certificate(&der, "public_certificate")?;
    let public = certificate.public_key().map_err(|error| {
        input::key_error(
            error,
            ErrorCode::CertificateUnreadable,
            "public_certificate",
        )
    })?;
    let private = input::private_key(private_key, "private_key")?;
    check_match(&public, &private)
}

/// [`match_key`] for parsed ones.
pub(crate) fn check_match(public: &PublicKey<'_>, private: &PrivateKey) -> Result<(), Error> {
    match public_half(private) {
        Some(own) if is_that(&own, public) => Ok(()),
        _ => Err(Error::new(
            ErrorCode::KeyMismatch,
            "the private key is not that of the certificate",
        )
        .with_target("private_key")),
    }
}

/// The public half of a private key, to be compared with those of certificates.
pub(crate) fn public_half(private: &PrivateKey) -> Option<VerifyingKey> {
    let own = private.public_key().ok()?;
    PublicKey::from_spki(&own).ok()?.prepare().ok()
}

/// Whether a certificate has this public key, however it is encoded there.
pub(crate) fn is_that(own: &VerifyingKey, public: &PublicKey<'_>) -> bool {
    public.prepare().is_ok_and(|public| public == *own)
}
