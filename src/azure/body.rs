//! [`DownloadRequest`]: the body.

use super::SecretText;

/// What is downloaded, from where, and with which right: the body of `POST /security/certificates`
/// with `azure`. Blank fields count as absent.
///
/// ```
/// use certwright::azure::DownloadRequest;
///
/// let request = DownloadRequest::server("www", "https://example.vault.azure.net/")
///     .with_client("6f1d2c3b-app", "9a8b7c6d-tenant")
///     .with_client_secret("a secret");
/// assert_eq!(request.r#type, "server");
/// assert!(!format!("{request:?}").contains("a secret"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DownloadRequest {
    /// `server`, `client`, `server_ca` or `client_ca`.
    pub r#type: String,
    /// The name of the certificate in the vault, under which the host keeps it too: 1 to 127 letters,
    /// digits and hyphens.
    pub name: Option<String>,
    /// Takes the place of the subject's common name.
    pub common_name: Option<String>,
    /// Must be absent: it is that of the certificate.
    pub serial_number: Option<String>,
    /// `azure.key_vault`: `https://host[:port][/]`.
    pub key_vault: Option<String>,
    /// `azure.client_id`: 1 to 128 letters, digits, hyphens and dots.
    pub client_id: Option<String>,
    /// `azure.tenant_id`: as `client_id`.
    pub tenant_id: Option<String>,
    /// `azure.client_secret`: this or `client_certificate`.
    pub client_secret: Option<SecretText>,
    /// `azure.client_certificate`: PKCS#12 in base64, without a password, or PEM; an RSA key of 2048
    /// bits or more and its certificate.
    pub client_certificate: Option<SecretText>,
    /// `azure.oauth_host`: `host[:port]`, by default `login.microsoftonline.com`.
    pub oauth_host: Option<String>,
    /// `azure.timeout`: 0 to 30 seconds for each request, by default 25.
    pub timeout: Option<String>,
    /// `azure.verify_host`: whether the certificate of the vault's host is verified; by default it is.
    pub verify_host: Option<bool>,
    /// `azure.proxy`.
    pub proxy: Option<ProxyRequest>,
}

/// `azure.proxy`: the proxy that both requests go through.
///
/// ```
/// use certwright::azure::ProxyRequest;
///
/// let proxy = ProxyRequest::new("http", "proxy.example.com", 3128).with_credentials("me", "secret");
/// assert_eq!(proxy.port.as_deref(), Some("3128"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProxyRequest {
    /// `http` or `https`: how the proxy itself is spoken to.
    pub r#type: Option<String>,
    /// A host name or an IP address.
    pub host: Option<String>,
    /// 1 to 65535.
    pub port: Option<String>,
    /// With a password, or neither.
    pub username: Option<String>,
    /// With a user name, or neither.
    pub password: Option<SecretText>,
}

impl DownloadRequest {
    fn new(r#type: &str, name: impl Into<String>, key_vault: impl Into<String>) -> Self {
        Self {
            r#type: r#type.to_owned(),
            name: Some(name.into()),
            key_vault: Some(key_vault.into()),
            ..Self::default()
        }
    }

    /// A server's certificate and key.
    ///
    /// ```
    /// use certwright::azure::DownloadRequest;
    ///
    /// let request = DownloadRequest::server("www", "https://example.vault.azure.net");
    /// assert_eq!(request.name.as_deref(), Some("www"));
    /// ```
    pub fn server(name: impl Into<String>, key_vault: impl Into<String>) -> Self {
        Self::new("server", name, key_vault)
    }

    /// A client's certificate and key.
    ///
    /// ```
    /// use certwright::azure::DownloadRequest;
    ///
    /// assert_eq!(DownloadRequest::client("me", "https://example.vault.azure.net").r#type, "client");
    /// ```
    pub fn client(name: impl Into<String>, key_vault: impl Into<String>) -> Self {
        Self::new("client", name, key_vault)
    }

    /// A CA that servers are verified with.
    ///
    /// ```
    /// use certwright::azure::DownloadRequest;
    ///
    /// assert_eq!(DownloadRequest::server_ca("ca", "https://example.vault.azure.net").r#type, "server_ca");
    /// ```
    pub fn server_ca(name: impl Into<String>, key_vault: impl Into<String>) -> Self {
        Self::new("server_ca", name, key_vault)
    }

    /// A CA that clients are verified with.
    ///
    /// ```
    /// use certwright::azure::DownloadRequest;
    ///
    /// assert_eq!(DownloadRequest::client_ca("ca", "https://example.vault.azure.net").r#type, "client_ca");
    /// ```
    pub fn client_ca(name: impl Into<String>, key_vault: impl Into<String>) -> Self {
        Self::new("client_ca", name, key_vault)
    }

    /// Sets the identifiers of the application and of its directory.
    ///
    /// ```
    /// use certwright::azure::DownloadRequest;
    ///
    /// let request = DownloadRequest::default().with_client("application", "tenant");
    /// assert_eq!(request.tenant_id.as_deref(), Some("tenant"));
    /// ```
    #[must_use]
    pub fn with_client(
        mut self,
        client_id: impl Into<String>,
        tenant_id: impl Into<String>,
    ) -> Self {
        self.client_id = Some(client_id.into());
        self.tenant_id = Some(tenant_id.into());
        self
    }

    /// Sets the secret of the application.
    ///
    /// ```
    /// use certwright::azure::DownloadRequest;
    ///
    /// let request = DownloadRequest::default().with_client_secret("a secret");
    /// assert!(request.client_secret.is_some());
    /// ```
    #[must_use]
    pub fn with_client_secret(mut self, secret: impl Into<SecretText>) -> Self {
        self.client_secret = Some(secret.into());
        self
    }

    /// Sets the certificate of the application, with its key: PKCS#12 in base64, or PEM.
    ///
    /// ```
    /// use certwright::azure::DownloadRequest;
    ///
    /// let pem = concat!(include_str!("../../vectors/server.pem"), include_str!("../../vectors/server.key"));
    /// let request = DownloadRequest::default().with_client_certificate(pem);
    /// assert!(request.client_certificate.is_some());
    /// ```
    #[must_use]
    pub fn with_client_certificate(mut self, certificate: impl Into<SecretText>) -> Self {
        self.client_certificate = Some(certificate.into());
        self
    }

    /// Sets the OAuth host.
    ///
    /// ```
    /// use certwright::azure::DownloadRequest;
    ///
    /// let request = DownloadRequest::default().with_oauth_host("login.microsoftonline.us");
    /// assert_eq!(request.oauth_host.as_deref(), Some("login.microsoftonline.us"));
    /// ```
    #[must_use]
    pub fn with_oauth_host(mut self, host: impl Into<String>) -> Self {
        self.oauth_host = Some(host.into());
        self
    }

    /// Sets how many seconds each request may take.
    ///
    /// ```
    /// use certwright::azure::DownloadRequest;
    ///
    /// assert_eq!(DownloadRequest::default().with_timeout(10).timeout.as_deref(), Some("10"));
    /// ```
    #[must_use]
    pub fn with_timeout(mut self, seconds: u32) -> Self {
        self.timeout = Some(seconds.to_string());
        self
    }

    /// Sets whether the certificate of the vault's host is verified.
    ///
    /// ```
    /// use certwright::azure::DownloadRequest;
    ///
    /// assert_eq!(DownloadRequest::default().with_verify_host(false).verify_host, Some(false));
    /// ```
    #[must_use]
    pub fn with_verify_host(mut self, verify_host: bool) -> Self {
        self.verify_host = Some(verify_host);
        self
    }

    /// Sets the proxy.
    ///
    /// ```
    /// use certwright::azure::{DownloadRequest, ProxyRequest};
    ///
    /// let proxy = ProxyRequest::new("http", "proxy.example.com", 3128);
    /// assert!(DownloadRequest::default().with_proxy(proxy).proxy.is_some());
    /// ```
    #[must_use]
    pub fn with_proxy(mut self, proxy: ProxyRequest) -> Self {
        self.proxy = Some(proxy);
        self
    }
}

impl ProxyRequest {
    /// A proxy of this type (`http` or `https`), host and port.
    ///
    /// ```
    /// use certwright::azure::ProxyRequest;
    ///
    /// assert_eq!(ProxyRequest::new("https", "proxy.example.com", 443).r#type.as_deref(), Some("https"));
    /// ```
    pub fn new(r#type: impl Into<String>, host: impl Into<String>, port: u16) -> Self {
        Self {
            r#type: Some(r#type.into()),
            host: Some(host.into()),
            port: Some(port.to_string()),
            ..Self::default()
        }
    }

    /// Sets what the proxy is asked with.
    ///
    /// ```
    /// use certwright::azure::ProxyRequest;
    ///
    /// let proxy = ProxyRequest::new("http", "proxy.example.com", 3128).with_credentials("me", "secret");
    /// assert!(proxy.password.is_some());
    /// ```
    #[must_use]
    pub fn with_credentials(
        mut self,
        username: impl Into<String>,
        password: impl Into<SecretText>,
    ) -> Self {
        self.username = Some(username.into());
        self.password = Some(password.into());
        self
    }
}
