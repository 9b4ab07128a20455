//! [`ServerVerifier`]: the certificates of servers, on the side of the client.

use super::judge::Judge;
use super::refusal::Refusal;
use super::signature::{self, Version};
use super::trust::SharedTrust;
use crate::Purpose;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};
use std::sync::Arc;

/// Verifies the certificates of servers: for `dangerous().with_custom_certificate_verifier` of a
/// `rustls::ClientConfig`.
///
/// The certificate must be for the name that the client connects to. OCSP responses are passed over.
///
/// ```
/// use certwright::TrustStore;
/// use certwright::tls::ServerVerifier;
/// use std::sync::Arc;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let provider = Arc::new(rustls_rustcrypto::provider());
/// let roots = TrustStore::from_pem(include_str!("../../vectors/root.pem"))?;
/// let verifier = Arc::new(ServerVerifier::new(roots));
/// let config = rustls::ClientConfig::builder_with_provider(provider)
///     .with_safe_default_protocol_versions()?
///     .dangerous()
///     .with_custom_certificate_verifier(verifier);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ServerVerifier {
    judge: Judge,
}

impl ServerVerifier {
    /// Judges by a [`SharedTrust`], or a [`TrustStore`](crate::TrustStore) alone.
    ///
    /// ```
    /// use certwright::{TrustStore, tls::ServerVerifier};
    ///
    /// let verifier = ServerVerifier::new(TrustStore::new([]));
    /// ```
    pub fn new(trust: impl Into<SharedTrust>) -> Self {
        Self {
            judge: Judge::new(trust.into(), Purpose::Server),
        }
    }

    /// In FIPS mode: see [`Policy::with_fips`](crate::Policy::with_fips).
    ///
    /// ```
    /// use certwright::{TrustStore, tls::ServerVerifier};
    ///
    /// let verifier = ServerVerifier::new(TrustStore::new([])).with_fips();
    /// ```
    #[must_use]
    pub fn with_fips(mut self) -> Self {
        self.judge.fips = true;
        self
    }

    /// Calls this for each server that is refused, as
    /// [`ClientVerifier::with_log`](super::ClientVerifier::with_log) does.
    ///
    /// ```
    /// use certwright::{TrustStore, tls::ServerVerifier};
    ///
    /// let verifier = ServerVerifier::new(TrustStore::new([])).with_log(|refusal| eprintln!("{refusal}"));
    /// ```
    #[must_use]
    pub fn with_log(mut self, log: impl Fn(&Refusal) + Send + Sync + 'static) -> Self {
        self.judge.log = Some(Arc::new(log));
        self
    }
}

impl ServerCertVerifier for ServerVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.judge
            .shake(end_entity, intermediates, Some(server_name), now)
            .map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        signature::verify(Version::Tls12, message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        signature::verify(Version::Tls13, message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        signature::schemes()
    }
}
