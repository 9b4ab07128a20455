//! TLS: the certificate that is presented, and the clients whose certificates are trusted. Both follow
//! the catalog while connections go on.

mod clients;
mod identity;
mod own;

pub(crate) use own::ca as own_ca;

use crate::auth::{Authenticator, Login};
use crate::config::{Tls, TlsSource};
use crate::http::App;
use crate::machine::Machine;
use crate::policy::PolicySource;
use crate::store::ServerStore;
use certwright::catalog::{Catalog, Record, Snapshot};
use certwright::tls::{ClientVerifier, SharedTrust};
use certwright::{PathOptions, Time, TrustStore};
use clients::Fingerprints;
use identity::{Identity, Presented};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::server::NoServerSessionStorage;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What HTTPS is served with.
pub(crate) struct ServerTls {
    settings: Tls,
    identity: Arc<Identity>,
    verifier: ClientVerifier,
    trust: SharedTrust,
    /// The catalog that is followed, as it was when it was looked at last.
    followed: Mutex<Followed>,
    /// Grows whenever a client may be somebody else than before.
    generation: AtomicU64,
    config: Arc<ServerConfig>,
}

#[derive(Default)]
struct Followed {
    revision: Option<u64>,
    clients: Fingerprints,
}

/// Whether the files can be used, if it is in files.
pub(crate) fn check(source: &TlsSource) -> Result<(), BoxError> {
    match source {
        TlsSource::Files { certificate, key } => Presented::from_files(certificate, key).map(drop),
        TlsSource::Catalog(_) => Ok(()),
    }
}

impl ServerTls {
    /// Reads the certificate, or makes it, and the catalog's client CAs.
    pub(crate) fn start(
        settings: Tls,
        catalog: &Catalog,
        store: &dyn ServerStore,
        machine: &Machine,
        policy: PolicySource,
    ) -> Result<Self, BoxError> {
        if let TlsSource::Catalog(name) = &settings.source {
            own::keep(catalog, name, &settings.names, &policy.now(), |record| {
                Presented::of(store, record).is_ok()
            })?;
        }
        let identity = Arc::new(Identity::default());
        let trust = SharedTrust::new(TrustStore::new([]), PathOptions::client());
        let verifier = ClientVerifier::new(trust.clone())
            .optional()
            .with_log(|refusal| tracing::warn!("client certificate refused: {refusal}"));
        let verifier = if policy.fips {
            verifier.with_fips()
        } else {
            verifier
        };
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(Arc::new(verifier.clone()))
            .with_cert_resolver(Arc::clone(&identity) as _);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        // A session that is resumed would bring back a client that is no longer trusted.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        let tls = Self {
            settings,
            identity,
            verifier,
            trust,
            followed: Mutex::default(),
            generation: AtomicU64::new(0),
            config: Arc::new(config),
        };
        tls.reload(store, machine)?;
        tls.trust(&*store.snapshot()?);
        Ok(tls)
    }

    /// What rustls is given.
    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }

    /// A number that grows whenever a client may be somebody else than before.
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// The users are others.
    pub(crate) fn users_changed(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
    }

    /// Whose certificate this is, by the trust of now.
    pub(crate) fn login(
        &self,
        presented: &[CertificateDer<'_>],
        authenticator: &Authenticator,
    ) -> Option<Login> {
        let now = Time::from(SystemTime::now());
        match self.verifier.verify(presented, now) {
            Ok(_) => clients::login(presented.first()?, authenticator),
            Err(error) => {
                tracing::warn!("client certificate refused: {error}");
                None
            }
        }
    }

    /// Presents the certificate that is there now.
    pub(crate) fn reload(
        &self,
        store: &dyn ServerStore,
        machine: &Machine,
    ) -> Result<(), BoxError> {
        let presented = match &self.settings.source {
            TlsSource::Files { certificate, key } => Presented::from_files(certificate, key)?,
            TlsSource::Catalog(name) => {
                Presented::from_catalog(store, name, SystemTime::now().into())?
            }
        };
        machine.set_served(presented.record);
        self.identity.set(presented);
        Ok(())
    }

    /// Looks at the catalog again, if it changed: whose certificates are trusted, and which one is
    /// presented.
    pub(crate) fn follow(&self, app: &App) {
        let snapshot = match app.store.snapshot() {
            Ok(snapshot) => snapshot,
            Err(error) => {
                tracing::warn!(
                    error = crate::log::chain(&error),
                    "the catalog cannot be read"
                );
                return;
            }
        };
        if !self.trust(&*snapshot) || !matches!(self.settings.source, TlsSource::Catalog(_)) {
            return;
        }
        if let Err(error) = self.reload(&*app.store, &app.machine) {
            let error = crate::log::chain(&*error);
            tracing::error!(error, "the server's own certificate cannot be read");
        }
    }

    /// Makes a new certificate of the server's own when the old one is about to expire.
    pub(crate) fn renew(&self, app: &App) {
        let TlsSource::Catalog(name) = &self.settings.source else {
            return;
        };
        let catalog = app.service.catalog();
        let is_usable = |record: &Record| Presented::of(&*app.store, record).is_ok();
        match own::keep(
            catalog,
            name,
            &self.settings.names,
            &app.policy.now(),
            is_usable,
        ) {
            Ok(false) => {}
            Ok(true) => self.follow(app),
            Err(error) => {
                let error = crate::log::chain(&*error);
                tracing::error!(error, "the server's own certificate cannot be renewed");
            }
        }
    }

    /// Trusts the client CAs of a snapshot. `false` if it is the one that was looked at last.
    fn trust(&self, snapshot: &dyn Snapshot) -> bool {
        let mut followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        if followed
            .revision
            .is_some_and(|last| last >= snapshot.revision())
        {
            return false;
        }
        followed.revision = Some(snapshot.revision());
        let (fingerprints, roots) = clients::trusted(snapshot);
        if fingerprints != followed.clients {
            tracing::info!(
                client_cas = fingerprints.len(),
                "other client CAs are trusted"
            );
            self.trust.set_roots(TrustStore::new(roots));
            followed.clients = fingerprints;
            self.generation.fetch_add(1, Ordering::AcqRel);
        }
        true
    }
}
