//! How the database is reached.

use super::fault::Cause;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::{SslMode, SslNegotiation};
use tokio_postgres_rustls::MakeRustlsConnect;
use zeroize::Zeroizing;

/// How the database is reached, and how long it is waited for.
#[derive(Clone)]
pub(crate) struct PostgresSettings {
    /// `postgres://user:password@host:port/database?sslmode=require`, or key=value words. Several hosts
    /// may be named; with `target_session_attrs=read-write` the one that can be written is found.
    pub(crate) url: Zeroizing<String>,
    /// PEM of the certificates that the database's is verified with. With it the connection is TLS
    /// unless the URL says `sslmode=disable`; without it, it is TLS never.
    pub(crate) root_certificate: Option<PathBuf>,
    /// The most connections, at least 1.
    pub(crate) connections: usize,
    /// For a connection to be made, and for one of the pool to be free.
    pub(crate) connect_timeout: Duration,
    /// For all statements of one reading.
    pub(crate) read_timeout: Duration,
    /// For one statement that writes: deleting a CA takes all that it signed with it.
    pub(crate) write_timeout: Duration,
    /// For a lock that another commit has.
    pub(crate) lock_timeout: Duration,
}

impl PostgresSettings {
    /// Those that are right for most.
    pub(crate) fn new(url: impl Into<String>) -> Self {
        Self {
            url: Zeroizing::new(url.into()),
            root_certificate: None,
            connections: 16,
            connect_timeout: Duration::from_secs(3),
            read_timeout: Duration::from_secs(5),
            write_timeout: Duration::from_mins(1),
            lock_timeout: Duration::from_secs(5),
        }
    }

    /// Whether they can be used.
    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        Connector::new(self).map(drop)
    }
}

impl fmt::Debug for PostgresSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL may have a password.
        f.debug_struct("PostgresSettings")
            .field("root_certificate", &self.root_certificate)
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}

/// Why the settings cannot be used. Never has a part of the URL in it.
#[derive(Debug)]
pub(crate) enum SettingsError {
    /// The URL is not one, or lacks the host.
    Url,
    /// The file cannot be read, or has no certificate.
    RootCertificate(Cause),
    /// `sslmode=require` without a root certificate: nobody could say whose certificate it is.
    Unverified,
}

/// What connections are made with.
pub(super) struct Connector {
    pub(super) config: Config,
    pub(super) tls: Option<MakeRustlsConnect>,
}

impl Connector {
    pub(super) fn new(settings: &PostgresSettings) -> Result<Self, SettingsError> {
        // What was wrong in the URL is not told: it might be the password.
        let mut config: Config = settings.url.parse().map_err(|_| SettingsError::Url)?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(SettingsError::Url);
        }
        config
            .connect_timeout(settings.connect_timeout)
            .tcp_user_timeout(settings.read_timeout)
            .keepalives(true)
            .keepalives_idle(Duration::from_secs(10))
            .keepalives_interval(Duration::from_secs(3))
            .keepalives_retries(3);
        if config.get_application_name().is_none() {
            config.application_name("certwright-server");
        }
        let tls = match (config.get_ssl_mode(), &settings.root_certificate) {
            (SslMode::Disable, _) => None,
            (SslMode::Require, None) => return Err(SettingsError::Unverified),
            (_, None) => {
                config.ssl_mode(SslMode::Disable);
                None
            }
            (_, Some(path)) => {
                let pem = std::fs::read(path)
                    .map_err(|error| SettingsError::RootCertificate(Cause::new(&error)))?;
                // Who is given a root verifies: a server without TLS would be a way around it.
                config.ssl_mode(SslMode::Require);
                let is_direct = config.get_ssl_negotiation() == SslNegotiation::Direct;
                Some(MakeRustlsConnect::new(tls(&pem, is_direct)?))
            }
        };
        Ok(Self { config, tls })
    }
}

fn tls(pem: &[u8], is_direct: bool) -> Result<rustls::ClientConfig, SettingsError> {
    let refused = |why: &dyn fmt::Display| SettingsError::RootCertificate(Cause::new(why));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| refused(&error))?;
        roots.add(certificate).map_err(|error| refused(&error))?;
    }
    if roots.is_empty() {
        return Err(refused(&"there is no certificate in it"));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(&error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    if is_direct {
        config.alpn_protocols = vec![b"postgresql".to_vec()];
    }
    Ok(config)
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url => f.write_str("the database's URL cannot be read, or names no host"),
            Self::RootCertificate(cause) => {
                write!(f, "the database's root certificate cannot be used: {cause}")
            }
            Self::Unverified => f.write_str(
                "the database's URL says sslmode=require, but there is no root certificate to verify it with",
            ),
        }
    }
}

impl std::error::Error for SettingsError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(url: &str, root: Option<&str>) -> Option<String> {
        let settings = PostgresSettings {
            root_certificate: root.map(PathBuf::from),
            ..PostgresSettings::new(url)
        };
        let error = Connector::new(&settings).err()?;
        Some(format!("{error} {error:?} {settings:?}"))
    }

    #[test]
    fn what_is_wrong_is_told_without_the_password() {
        for url in [
            "postgres://u:hunter2@h:port/d",
            "postgres://u:hunter2@h/d?hunter2=1",
            "hunter2",
            "password=hunter2 user=u",
            "postgres://u:hunter2@h/d?sslmode=require",
            "postgres://u:hunter2@h/d?sslmode=hunter2",
        ] {
            let text = refusal(url, None).unwrap_or_else(|| panic!("{url} is taken"));
            assert!(!text.contains("hunter2"), "{text}");
        }
        let text = refusal("postgres://u:hunter2@h/d", Some("/nowhere/root.pem")).unwrap();
        assert!(
            text.contains("No such file") && !text.contains("hunter2"),
            "{text}"
        );
        let connector = Connector::new(&PostgresSettings::new("postgres://u:hunter2@h/d")).unwrap();
        assert!(!format!("{:?}", connector.config).contains("hunter2"));
    }

    #[test]
    fn a_root_certificate_makes_it_tls() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../vectors/root.pem");
        for (url, root, mode) in [
            ("postgres://u@h/d", None, SslMode::Disable),
            ("postgres://u@h/d?sslmode=prefer", None, SslMode::Disable),
            ("postgres://u@h/d", Some(root), SslMode::Require),
            (
                "postgres://u@h/d?sslmode=prefer",
                Some(root),
                SslMode::Require,
            ),
            (
                "postgres://u@h/d?sslmode=require",
                Some(root),
                SslMode::Require,
            ),
            (
                "postgres://u@h/d?sslmode=disable",
                Some(root),
                SslMode::Disable,
            ),
        ] {
            let settings = PostgresSettings {
                root_certificate: root.map(PathBuf::from),
                ..PostgresSettings::new(url)
            };
            let connector = Connector::new(&settings).unwrap();
            assert_eq!(connector.config.get_ssl_mode(), mode, "{url}");
            assert_eq!(connector.tls.is_some(), mode == SslMode::Require, "{url}");
        }
        let no_pem = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        assert!(refusal("postgres://u@h/d", Some(no_pem)).is_some());
    }
}
