//! TLS with certificates on both sides: verifiers for rustls 0.23 over a [`TrustStore`] and a
//! [`CrlStore`]. Feature `rustls`; no provider of cryptography comes with it.
//!
//! [`ClientVerifier`] is for servers that ask for certificates, [`ServerVerifier`] for clients. Both
//! judge by [`TrustStore::verify`], at the time that rustls has, and check the signatures of the
//! handshake with the engine's own arithmetic, so that one code reads the certificate for both: RSA,
//! PKCS#1 v1.5 in TLS 1.2 alone and PSS, and ECDSA on P-256, P-384 and P-521.
//!
//! ```
//! use certwright::tls::{ClientVerifier, SharedTrust, identity};
//! use certwright::{CrlStore, PathOptions, Revocation, TrustStore};
//! use std::sync::Arc;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let (roots, lists) = (include_str!("../../vectors/root.pem"), include_str!("../../vectors/crl-root.pem"));
//! # let provider = Arc::new(rustls_rustcrypto::provider());
//! let crls = CrlStore::from_pem(lists)?;
//! let options = PathOptions::client().with_revocation(Revocation::RequiredForLeaf, crls);
//! let trust = SharedTrust::new(TrustStore::from_pem(roots)?, options);
//! let verifier = Arc::new(ClientVerifier::new(trust.clone()).with_log(|refusal| eprintln!("{refusal}")));
//! let config = rustls::ServerConfig::builder_with_provider(provider)
//!     .with_safe_default_protocol_versions()?
//!     .with_client_cert_verifier(verifier);
//!
//! // While connections go on: from now on, every full handshake is judged by these.
//! trust.set_roots(TrustStore::from_pem(roots)?);
//! trust.set_crls(CrlStore::from_pem(lists)?);
//! # Ok(())
//! # }
//! ```
//!
//! Once hands are shaken, [`identity`] says who the peer is, from `peer_certificates()` of the
//! connection.
//!
//! # Sessions that are resumed
//!
//! A resumed session has no certificate in its handshake, and rustls asks no verifier. For a revoked
//! client to be refused at its next connection there must be no resumption, on either version of TLS.
//! In the `ServerConfig`:
//!
//! ```
//! # fn turn_off(config: &mut rustls::ServerConfig) {
//! use rustls::server::NoServerSessionStorage;
//!
//! config.session_storage = std::sync::Arc::new(NoServerSessionStorage {});
//! config.send_tls13_tickets = 0;
//! // `config.ticketer` is off by default, and must stay so.
//! # }
//! ```
//!
//! A server that does resume verifies again, with the certificates of the first handshake, which the
//! connection has: [`ClientVerifier::verify`]. The same serves for connections that stay open.
//!
//! [`TrustStore`]: crate::TrustStore
//! [`TrustStore::verify`]: crate::TrustStore::verify
//! [`CrlStore`]: crate::CrlStore

mod client;
mod hints;
mod judge;
mod refusal;
mod server;
mod signature;
mod trust;

pub use client::ClientVerifier;
pub use refusal::Refusal;
pub use server::ServerVerifier;
pub use trust::SharedTrust;

use crate::{Certificate, PeerIdentity};
use rustls::pki_types::CertificateDer;

/// Who the peer is that presented these certificates: `peer_certificates()` of a connection whose
/// handshake is done. `None` if it presented none.
///
/// Nothing is verified here. The first of them is the peer's; that it may be is what the verifier
/// saw to.
///
/// ```
/// use certwright::{Certificate, tls};
///
/// let certificate = Certificate::from_pem(include_str!("../../vectors/server.pem"))?;
/// let peer = tls::identity(&[certificate.into()]).expect("a certificate");
/// assert_eq!(peer.subject, "CN=server.example.com");
/// assert!(tls::identity(&[]).is_none());
/// # Ok::<(), certwright::Error>(())
/// ```
pub fn identity(presented: &[CertificateDer<'_>]) -> Option<PeerIdentity> {
    let first = Certificate::try_from(presented.first()?).ok()?;
    Some(PeerIdentity::of(&first))
}
