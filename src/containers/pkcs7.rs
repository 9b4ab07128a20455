//! Bundles of certificates in PKCS#7.

use super::refused;
use crate::x509::pem::{self, PemError};
use crate::x509::pkcs12;
use crate::{Certificate, Error, ErrorCode, input};

const CERTIFICATE: &str = "public_certificate";

impl Certificate {
    /// Reads the certificates of a PKCS#7 bundle (`.p7b`; RFC 5652 section 5), DER, BER or PEM, in its
    /// order: at least one, at most 64 in 1 MiB. Whether somebody signed the bundle is not looked at.
    ///
    /// # Errors
    ///
    /// [`CertificateUnreadable`](ErrorCode::CertificateUnreadable);
    /// [`OutOfMemory`](ErrorCode::OutOfMemory) above a limit.
    ///
    /// ```
    /// use certwright::Certificate;
    ///
    /// let bundle = include_bytes!("../../vectors/pkcs12/bundle.p7b");
    /// let certificates = Certificate::from_pkcs7(bundle)?;
    /// assert_eq!(certificates[0].subject(), "CN=server.example.com");
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn from_pkcs7(bundle: &[u8]) -> Result<Vec<Self>, Error> {
        input::check_size(bundle, CERTIFICATE)?;
        let refuse = |error| {
            let code = ErrorCode::CertificateUnreadable;
            refused("PKCS#7 bundle", error, code, CERTIFICATE)
        };
        let text = std::str::from_utf8(bundle).ok().map(pem::pkcs7);
        let decoded = match &text {
            Some(Ok(der)) => der,
            // What has no block may be DER.
            None | Some(Err(PemError::NoBlock)) => bundle,
            Some(Err(error)) => {
                let message = format!("the PKCS#7 bundle is not readable: {error}");
                return Err(Error::new(ErrorCode::CertificateUnreadable, message)
                    .with_target(CERTIFICATE)
                    .with_source(*error));
            }
        };
        let found = pkcs12::certificates(decoded).map_err(refuse)?;
        if found.is_empty() {
            let message = "there is no certificate in the PKCS#7 bundle";
            return Err(
                Error::new(ErrorCode::CertificateUnreadable, message).with_target(CERTIFICATE)
            );
        }
        found
            .into_iter()
            .map(|der| Self::read(der, CERTIFICATE))
            .collect()
    }
}
