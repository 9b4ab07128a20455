//! [`ClientVerifier`]: the certificates of clients, on the side of the server.

use super::judge::Judge;
use super::refusal::Refusal;
use super::signature::{self, Version};
use super::trust::SharedTrust;
use crate::{Error, Purpose, Time, ValidatedChain};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, SignatureScheme};
use std::sync::Arc;

/// Verifies the certificates of clients: for `with_client_cert_verifier` of a `rustls::ServerConfig`.
///
/// Clients must present one, unless [`optional`](Self::optional) says otherwise. They are told the
/// names of the trust anchors, as long as these are at most 16 KiB.
///
/// ```
/// use certwright::TrustStore;
/// use certwright::tls::ClientVerifier;
/// use std::sync::Arc;
///
/// let roots = TrustStore::from_pem(include_str!("../../vectors/root.pem"))?;
/// let verifier = Arc::new(ClientVerifier::new(roots));
/// # Ok::<(), certwright::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ClientVerifier {
    judge: Judge,
    is_mandatory: bool,
}

impl ClientVerifier {
    /// Judges by a [`SharedTrust`], or a [`TrustStore`](crate::TrustStore) alone.
    ///
    /// ```
    /// use certwright::TrustStore;
    /// use certwright::tls::{ClientVerifier, SharedTrust};
    ///
    /// let trust = SharedTrust::from(TrustStore::from_pem(include_str!("../../vectors/root.pem"))?);
    /// let of_two_ports = [ClientVerifier::new(trust.clone()), ClientVerifier::new(trust)];
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn new(trust: impl Into<SharedTrust>) -> Self {
        Self {
            judge: Judge::new(trust.into(), Purpose::Client),
            is_mandatory: true,
        }
    }

    /// A client may present no certificate; one that it presents must be valid all the same.
    ///
    /// ```
    /// use certwright::{TrustStore, tls::ClientVerifier};
    ///
    /// let verifier = ClientVerifier::new(TrustStore::new([])).optional();
    /// ```
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.is_mandatory = false;
        self
    }

    /// In FIPS mode: see [`Policy::with_fips`](crate::Policy::with_fips).
    ///
    /// ```
    /// use certwright::{TrustStore, tls::ClientVerifier};
    ///
    /// let verifier = ClientVerifier::new(TrustStore::new([])).with_fips();
    /// ```
    #[must_use]
    pub fn with_fips(mut self) -> Self {
        self.judge.fips = true;
        self
    }

    /// Calls this for each client that is refused, before its connection ends. It is called from
    /// the thread of the handshake, and should not block.
    ///
    /// ```
    /// use certwright::{TrustStore, tls::ClientVerifier};
    ///
    /// let verifier = ClientVerifier::new(TrustStore::new([])).with_log(|refusal| eprintln!("{refusal}"));
    /// ```
    #[must_use]
    pub fn with_log(mut self, log: impl Fn(&Refusal) + Send + Sync + 'static) -> Self {
        self.judge.log = Some(Arc::new(log));
        self
    }

    /// Validates again what a client presented, by the trust of now: for sessions that were resumed,
    /// and for connections that stay open. The present is the caller's to say.
    ///
    /// # Errors
    ///
    /// Those of [`TrustStore::verify`](crate::TrustStore::verify);
    /// [`CertificateUnreadable`](crate::ErrorCode::CertificateUnreadable) if nothing was presented.
    ///
    /// ```
    /// use certwright::tls::{ClientVerifier, SharedTrust};
    /// use certwright::{Certificate, PathOptions, Time, TrustStore};
    ///
    /// let roots = TrustStore::from_pem(include_str!("../../vectors/root.pem"))?;
    /// let verifier = ClientVerifier::new(SharedTrust::new(roots, PathOptions::any()));
    /// let client = Certificate::from_pem(include_str!("../../vectors/server.pem"))?;
    /// let now = "2026-01-01T00:00:00Z".parse::<Time>()?;
    /// let chain = verifier.verify(&[client.into()], now)?;
    /// println!("still {}", chain.path[0].identity());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn verify(
        &self,
        presented: &[CertificateDer<'_>],
        now: Time,
    ) -> Result<ValidatedChain, Error> {
        self.judge.verify(presented, None, now)
    }
}

impl ClientCertVerifier for ClientVerifier {
    fn client_auth_mandatory(&self) -> bool {
        self.is_mandatory
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.judge.trust.hints()
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        self.judge
            .shake(end_entity, intermediates, None, now)
            .map(|()| ClientCertVerified::assertion())
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
