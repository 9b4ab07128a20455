//! The types that rustls and its neighbours speak: feature `pki-types`.

use crate::{Certificate, Error, SecretDer};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

impl From<Certificate> for CertificateDer<'static> {
    fn from(certificate: Certificate) -> Self {
        certificate.der().to_vec().into()
    }
}

impl<'a> From<&'a Certificate> for CertificateDer<'a> {
    fn from(certificate: &'a Certificate) -> Self {
        certificate.der().into()
    }
}

/// Fails as [`Certificate::from_der`] does.
impl TryFrom<&CertificateDer<'_>> for Certificate {
    type Error = Error;

    fn try_from(der: &CertificateDer<'_>) -> Result<Self, Error> {
        Self::from_der(der)
    }
}

/// A copy in the clear: to wipe it is up to whoever holds it.
impl From<&SecretDer> for PrivateKeyDer<'static> {
    fn from(key: &SecretDer) -> Self {
        PrivatePkcs8KeyDer::from(key.as_bytes().to_vec()).into()
    }
}

impl From<&PrivatePkcs8KeyDer<'_>> for SecretDer {
    fn from(key: &PrivatePkcs8KeyDer<'_>) -> Self {
        key.secret_pkcs8_der().into()
    }
}
