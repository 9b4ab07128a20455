//! [`Configuration`]: a request whose fields were checked.

use super::SecretText;
use super::assertion::ClientKey;
use super::place::HostPort;
use super::proxy::Proxy;
use crate::CertificateKind;
use std::fmt;
use std::time::Duration;

/// A [`DownloadRequest`](super::DownloadRequest) whose fields were checked. The secrets in it are wiped
/// when it is dropped, and not shown by `Debug`.
///
/// ```
/// use certwright::Policy;
/// use certwright::azure::DownloadRequest;
///
/// let configuration = DownloadRequest::server("www", "https://example.vault.azure.net")
///     .with_client("6f1d2c3b-app", "9a8b7c6d-tenant")
///     .with_client_secret("a secret")
///     .check(&Policy::at(std::time::SystemTime::now()))?;
/// assert!(configuration.verify_host());
/// # Ok::<(), certwright::Error>(())
/// ```
pub struct Configuration {
    pub(super) common_name: Option<String>,
    pub(super) target: Target,
    pub(super) credential: Credential,
}

/// Why there is no answer, as the HTTP client says it.
pub(super) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What is asked for, and where.
pub(super) struct Target {
    pub(super) kind: CertificateKind,
    pub(super) name: String,
    pub(super) vault: HostPort,
    pub(super) client_id: String,
    pub(super) tenant_id: String,
    pub(super) oauth_host: HostPort,
    pub(super) timeout: Duration,
    pub(super) verify_host: bool,
    pub(super) proxy: Option<Proxy>,
}

/// What the client proves itself with.
pub(super) enum Credential {
    Secret(SecretText),
    Certificate(Box<ClientKey>),
}

impl Configuration {
    /// What the certificate is to be installed as.
    ///
    /// ```
    /// # use certwright::{CertificateKind, azure::Configuration};
    /// # fn example(configuration: &Configuration) {
    /// assert_eq!(configuration.kind(), CertificateKind::Server);
    /// # }
    /// ```
    pub fn kind(&self) -> CertificateKind {
        self.target.kind
    }

    /// The name of the certificate in the vault.
    ///
    /// ```
    /// # fn example(configuration: &certwright::azure::Configuration) {
    /// println!("{}", configuration.name());
    /// # }
    /// ```
    pub fn name(&self) -> &str {
        &self.target.name
    }

    /// Whether the certificate of the vault's host is verified.
    ///
    /// ```
    /// # fn example(configuration: &certwright::azure::Configuration) {
    /// println!("{}", configuration.verify_host());
    /// # }
    /// ```
    pub fn verify_host(&self) -> bool {
        self.target.verify_host
    }
}

impl fmt::Debug for Configuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Configuration")
            .field("kind", &self.target.kind)
            .field("name", &self.target.name)
            .field("vault", &self.target.vault)
            .finish_non_exhaustive()
    }
}
