//! [`Refusal`]: why a peer was refused, for the log and for rustls.

use crate::base::error::quoted;
use crate::{Certificate, ChainRule, Error, ErrorCode, PeerIdentity, Time};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, OtherError};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A peer that was refused: who it says it is, which certificate, which rule.
///
/// rustls has words for the usual reasons, and ends the connection with the alert for each; which
/// certificate it was, and what the rule found, is told here alone. As text it is one line of at most
/// some hundred characters, without any that are hidden.
///
/// ```
/// use certwright::tls::{ClientVerifier, Refusal};
/// use certwright::{ChainRule, TrustStore};
///
/// fn log(refusal: &Refusal) {
///     match refusal.error.chain_defect().map(|defect| &defect.rule) {
///         Some(ChainRule::Revoked { date, .. }) => println!("revoked since {date}: {refusal}"),
///         _ => println!("{refusal}"),
///     }
/// }
/// let verifier = ClientVerifier::new(TrustStore::new([])).with_log(log);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Refusal {
    /// Who the peer says it is, if its certificate can be read. Nothing of it is proven.
    pub identity: Option<PeerIdentity>,
    /// What [`TrustStore::verify`](crate::TrustStore::verify) said:
    /// [`chain_defect`](Error::chain_defect) has the certificate and the rule.
    pub error: Arc<Error>,
}

impl Refusal {
    pub(super) fn new(end_entity: &CertificateDer<'_>, error: Error) -> Self {
        let certificate = Certificate::try_from(end_entity).ok();
        Self {
            identity: certificate.as_ref().map(PeerIdentity::of),
            error: Arc::new(error),
        }
    }

    /// What comes nearest to it among the words of rustls, which decides the alert. A server has a name.
    pub(super) fn into_rustls(
        self,
        now: UnixTime,
        server: Option<&ServerName<'_>>,
    ) -> rustls::Error {
        let rule = self.error.chain_defect().map(|defect| &defect.rule);
        let error = match rule {
            None if self.error.code() == ErrorCode::CertificateUnreadable => {
                CertificateError::BadEncoding
            }
            Some(ChainRule::Malformed(_) | ChainRule::NotAUri) => CertificateError::BadEncoding,
            Some(ChainRule::Expired(until)) => CertificateError::ExpiredContext {
                time: now,
                not_after: unix(*until),
            },
            Some(ChainRule::NotYetValid(from)) => CertificateError::NotValidYetContext {
                time: now,
                not_before: unix(*from),
            },
            Some(ChainRule::Revoked { .. }) => CertificateError::Revoked,
            Some(ChainRule::RevocationUnknown) => CertificateError::UnknownRevocationStatus,
            Some(ChainRule::NoIssuer) => CertificateError::UnknownIssuer,
            Some(ChainRule::Signature) => CertificateError::BadSignature,
            Some(ChainRule::CriticalExtension(_)) => CertificateError::UnhandledCriticalExtension,
            Some(ChainRule::ExtendedKeyUsage | ChainRule::KeyUsage) => {
                CertificateError::InvalidPurpose
            }
            Some(ChainRule::PeerName) => match server {
                Some(name) => CertificateError::NotValidForNameContext {
                    expected: name.to_owned(),
                    presented: self.presented(),
                },
                None => CertificateError::ApplicationVerificationFailure,
            },
            _ => CertificateError::Other(OtherError(self.error)),
        };
        error.into()
    }

    /// Some of the names, each shortened: rustls puts them all into its text.
    fn presented(&self) -> Vec<String> {
        let names = self.identity.iter().flat_map(|identity| &identity.names);
        let names = names.take(PRESENTED_MAX);
        names.map(|name| quoted(&name.to_string())).collect()
    }
}

/// The most names that are told to rustls.
const PRESENTED_MAX: usize = 5;

fn unix(time: Time) -> UnixTime {
    let seconds = u64::try_from(time.unix()).unwrap_or(0);
    UnixTime::since_unix_epoch(Duration::from_secs(seconds))
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.identity {
            Some(identity) => write!(f, "refused {identity}: {}", self.error),
            None => write!(f, "refused a peer: {}", self.error),
        }
    }
}

impl std::error::Error for Refusal {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.error)
    }
}
