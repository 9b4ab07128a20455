//! What the verifiers of both sides do.

use super::refusal::Refusal;
use super::trust::SharedTrust;
use crate::chain::CertificateBundle;
use crate::{Error, PeerName, Policy, Purpose, Time, ValidatedChain};
use rustls::CertificateError;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use std::fmt;
use std::sync::Arc;

type Log = dyn Fn(&Refusal) + Send + Sync;

/// The trust, and what is said of refusals.
#[derive(Clone)]
pub(super) struct Judge {
    pub(super) trust: SharedTrust,
    purpose: Purpose,
    pub(super) fips: bool,
    pub(super) log: Option<Arc<Log>>,
}

impl Judge {
    pub(super) fn new(trust: SharedTrust, purpose: Purpose) -> Self {
        Self {
            trust,
            purpose,
            fips: false,
            log: None,
        }
    }

    /// Validates what a peer presented, its own certificate first. A server is known by `name`.
    pub(super) fn verify<'c>(
        &self,
        presented: impl IntoIterator<Item = &'c CertificateDer<'c>>,
        name: Option<PeerName>,
        now: Time,
    ) -> Result<ValidatedChain, Error> {
        let current = self.trust.current();
        let mut options = current.options.clone();
        if options.purpose != Purpose::Any {
            options.purpose = self.purpose;
        }
        if let Some(name) = name {
            options.peer_names = vec![name];
        }
        let mut policy = Policy::at(now);
        policy.fips = self.fips;
        let ders = presented.into_iter().map(|der| der.to_vec());
        let bundle = CertificateBundle::from_ders(ders)?;
        current.roots.verify_bundle(&bundle, &options, &policy)
    }

    /// The same in a handshake, with the name of the server, if it is one: a refusal goes into the log.
    pub(super) fn shake(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server: Option<&ServerName<'_>>,
        now: UnixTime,
    ) -> Result<(), rustls::Error> {
        let name = match server {
            None => None,
            Some(ServerName::DnsName(name)) => Some(PeerName::Dns(name.as_ref().to_owned())),
            Some(ServerName::IpAddress(address)) => Some(PeerName::Ip((*address).into())),
            // A kind that did not exist when this was written: no certificate is for it.
            Some(_) => return Err(CertificateError::NotValidForName.into()),
        };
        let presented = [end_entity].into_iter().chain(intermediates);
        self.verify(presented, name, time(now))
            .map(drop)
            .map_err(|error| {
                let refusal = Refusal::new(end_entity, error);
                if let Some(log) = &self.log {
                    log(&refusal);
                }
                refusal.into_rustls(now, server)
            })
    }
}

/// Beyond what a certificate can say, the last instant that one can.
fn time(now: UnixTime) -> Time {
    let seconds = i64::try_from(now.as_secs()).ok();
    seconds.and_then(Time::from_unix).unwrap_or(Time::MAX)
}

impl fmt::Debug for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Judge")
            .field("trust", &self.trust)
            .field("purpose", &self.purpose)
            .field("fips", &self.fips)
            .finish_non_exhaustive()
    }
}
