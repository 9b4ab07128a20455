//! The certificate that the server presents.

use super::BoxError;
use crate::store::ServerStore;
use certwright::catalog::{Record, Scope, Snapshot, Uuid};
use certwright::{CertificateKind, Time};
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::cmp::Reverse;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use zeroize::Zeroizing;

/// Hands out what is presented now.
#[derive(Debug, Default)]
pub(super) struct Identity(RwLock<Option<Arc<CertifiedKey>>>);

impl Identity {
    pub(super) fn set(&self, presented: Presented) {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if current
            .as_ref()
            .is_none_or(|current| current.cert != presented.key.cert)
        {
            tracing::info!(certificate = presented.name, "TLS certificate");
        }
        *current = Some(Arc::new(presented.key));
    }
}

impl ResolvesServerCert for Identity {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// A certificate with its chain and key.
pub(super) struct Presented {
    name: String,
    /// Which record of the catalog it is.
    pub(super) record: Option<Uuid>,
    key: CertifiedKey,
}

/// The largest file, in octets.
const FILE_MAX: u64 = 1 << 20;

impl Presented {
    pub(super) fn from_files(certificate: &Path, key: &Path) -> Result<Self, BoxError> {
        let named = |path: &Path, error: &dyn std::fmt::Display| {
            BoxError::from(format!("{}: {error}", path.display()))
        };
        let read = |path: &Path| {
            crate::private_file::read_text(path, FILE_MAX)
                .map(Zeroizing::new)
                .map_err(|error| named(path, &error))
        };
        let chain = CertificateDer::pem_slice_iter(read(certificate)?.as_bytes())
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| named(certificate, &error))?;
        if chain.is_empty() {
            return Err(named(certificate, &"there is no certificate"));
        }
        let private = PrivateKeyDer::from_pem_slice(read(key)?.as_bytes())
            .map_err(|error| named(key, &error))?;
        let own = certified(chain, &private).map_err(|error| named(key, &error))?;
        Ok(Self {
            name: certificate.display().to_string(),
            record: None,
            key: own,
        })
    }

    /// The first of the [`candidates`] that can be used.
    pub(super) fn from_catalog(
        store: &dyn ServerStore,
        name: &str,
        now: Time,
    ) -> Result<Self, BoxError> {
        for record in candidates(&*store.snapshot()?, name, now) {
            match Self::of(store, &record) {
                Ok(own) => return Ok(own),
                Err(error) => {
                    let error = crate::log::chain(&*error);
                    tracing::warn!(certificate = record.name, error, "cannot be served with");
                }
            }
        }
        Err(format!("the catalog has no server certificate {name:?} that can be used").into())
    }

    /// A certificate of the catalog. The keys of some can be kept there, and not be used for TLS.
    pub(super) fn of(store: &dyn ServerStore, record: &Record) -> Result<Self, BoxError> {
        let key = store
            .private_key(record.uuid)?
            .ok_or("its private key is not here")?;
        let own = CertificateDer::from(record.certificate.clone());
        let others = record
            .intermediates
            .iter()
            .cloned()
            .map(CertificateDer::from);
        let chain = [own].into_iter().chain(others).collect();
        Ok(Self {
            name: record.name.clone(),
            record: Some(record.uuid),
            key: certified(chain, &PrivateKeyDer::from(&key))?,
        })
    }
}

/// The cluster's server certificates that are called `name`, or `name` with an underscore and more: first the
/// one that expires last. Those that are valid now come before those that will be: a clock that was put
/// back, or one installed ahead of its time, stops nobody.
pub(super) fn candidates(snapshot: &dyn Snapshot, name: &str, now: Time) -> Vec<Arc<Record>> {
    let own = snapshot
        .iter()
        .filter(|record| is_called(record, name) && record.expiry_time > now);
    let mut own: Vec<_> = own.cloned().collect();
    own.sort_by_key(|record| {
        let has_begun = record.certificate.not_before() <= now;
        Reverse((has_begun, record.expiry_time, record.uuid))
    });
    own
}

/// Whether it is a server certificate of the cluster that is called `name`, or `name` with an underscore
/// and more.
pub(super) fn is_called(record: &Record, name: &str) -> bool {
    is_named(record, name)
        && record.r#type == CertificateKind::Server
        && record.scope == Scope::Cluster
}

/// Whether it is called `name`, or `name` with an underscore and more.
pub(super) fn is_named(record: &Record, name: &str) -> bool {
    let rest = record.name.strip_prefix(name);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}

fn certified(
    chain: Vec<CertificateDer<'static>>,
    key: &PrivateKeyDer<'_>,
) -> Result<CertifiedKey, rustls::Error> {
    let own = CertifiedKey::new(chain, any_supported_type(key)?);
    match own.keys_match() {
        // The provider cannot tell of every key.
        Ok(()) | Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => Ok(own),
        Err(error) => Err(error),
    }
}
