//! The checks of a [`DownloadRequest`]: first that everything is there, then what it says.

use super::SecretText;
use super::assertion::ClientKey;
use super::body::{DownloadRequest, ProxyRequest};
use super::configuration::{Configuration, Credential, Target};
use super::place::{self, HostPort};
use super::proxy::{Proxy, ProxyScheme};
use crate::request::{common_name, serial_number};
use crate::{CertificateKind, Error, ErrorCode, Policy};
use std::time::Duration;

/// The longest name in a vault, and the longest identifier.
const NAME_MAX: usize = 127;
const ID_MAX: usize = 128;
/// Seconds.
const TIMEOUT_MAX: u32 = 30;
const TIMEOUT: u32 = 25;
const OAUTH_HOST: &str = "login.microsoftonline.com";

/// What can be downloaded.
const KINDS: [CertificateKind; 4] = [
    CertificateKind::Server,
    CertificateKind::Client,
    CertificateKind::ServerCa,
    CertificateKind::ClientCa,
];

impl DownloadRequest {
    /// The kind that is asked for.
    pub(crate) fn kind(&self) -> Result<CertificateKind, Error> {
        CertificateKind::parse(&self.r#type, &KINDS, "downloaded")
    }

    /// Checks the request, and reads the client's certificate. Nothing is sent.
    ///
    /// # Errors
    ///
    /// In the order of the checks:
    ///
    /// * [`TypeNotSupported`](ErrorCode::TypeNotSupported);
    /// * [`AzureConfigurationIncomplete`](ErrorCode::AzureConfigurationIncomplete): no name, vault,
    ///   client or tenant; neither a secret nor a certificate of the client; a proxy without type, host
    ///   or port, or with one of user name and password alone;
    /// * [`AzureConfigurationIncorrect`](ErrorCode::AzureConfigurationIncorrect): one of them is not of
    ///   its form, or there are both a secret and a certificate;
    /// * [`AzureClientCertificate`](ErrorCode::AzureClientCertificate): the client's certificate is not
    ///   readable, without a password, with one RSA key of 2048 bits or more; or not valid now;
    /// * [`SerialNumberGiven`](ErrorCode::SerialNumberGiven),
    ///   [`CommonNameInvalid`](ErrorCode::CommonNameInvalid).
    ///
    /// ```
    /// use certwright::azure::DownloadRequest;
    /// use certwright::{ErrorCode, Policy};
    ///
    /// let request = DownloadRequest::server("www", "http://example.vault.azure.net")
    ///     .with_client("6f1d2c3b-app", "9a8b7c6d-tenant")
    ///     .with_client_secret("a secret");
    /// let error = request.check(&Policy::at(std::time::SystemTime::now())).unwrap_err();
    /// assert_eq!(error.code(), ErrorCode::AzureConfigurationIncorrect);
    /// assert_eq!(error.target(), Some("azure.key_vault"));
    /// ```
    pub fn check(&self, policy: &Policy) -> Result<Configuration, Error> {
        let kind = self.kind()?;
        let complete = Complete::of(self)?;
        let target = complete.target(kind)?;
        let credential = match complete.credential {
            Given::Secret(secret) => Credential::Secret(secret.clone()),
            Given::Certificate(text) => {
                Credential::Certificate(Box::new(ClientKey::read(text.as_str(), policy)?))
            }
        };
        serial_number::refuse(self.serial_number.as_deref())?;
        let common_name = non_blank(self.common_name.as_deref())
            .map(|name| common_name::check(name, "common_name"))
            .transpose()?;
        Ok(Configuration {
            common_name: common_name.map(str::to_owned),
            target,
            credential,
        })
    }
}

/// A request with everything that it needs, whatever that says.
struct Complete<'a> {
    name: &'a str,
    key_vault: &'a str,
    client_id: &'a str,
    tenant_id: &'a str,
    credential: Given<'a>,
    has_both: bool,
    oauth_host: Option<&'a str>,
    timeout: Option<&'a str>,
    verify_host: bool,
    proxy: Option<CompleteProxy<'a>>,
}

enum Given<'a> {
    Secret(&'a SecretText),
    Certificate(&'a SecretText),
}

struct CompleteProxy<'a> {
    scheme: &'a str,
    host: &'a str,
    port: &'a str,
    credentials: Option<(&'a str, &'a SecretText)>,
}

impl<'a> Complete<'a> {
    fn of(request: &'a DownloadRequest) -> Result<Self, Error> {
        let name = given(request.name.as_deref(), "name")?;
        let key_vault = given(request.key_vault.as_deref(), "azure.key_vault")?;
        let client_id = given(request.client_id.as_deref(), "azure.client_id")?;
        let tenant_id = given(request.tenant_id.as_deref(), "azure.tenant_id")?;
        let secret = non_blank_secret(request.client_secret.as_ref());
        let certificate = non_blank_secret(request.client_certificate.as_ref());
        let credential = match (secret, certificate) {
            (Some(secret), _) => Given::Secret(secret),
            (None, Some(certificate)) => Given::Certificate(certificate),
            (None, None) => {
                let message =
                    "a client_secret or a client_certificate is required to download a certificate";
                return Err(incomplete(message.to_owned(), "azure.client_secret"));
            }
        };
        let proxy = request.proxy.as_ref().map(CompleteProxy::of).transpose()?;
        Ok(Self {
            name,
            key_vault,
            client_id,
            tenant_id,
            credential,
            has_both: secret.is_some() && certificate.is_some(),
            oauth_host: non_blank(request.oauth_host.as_deref()),
            timeout: non_blank(request.timeout.as_deref()),
            verify_host: request.verify_host.unwrap_or(true),
            proxy,
        })
    }

    /// Checks what each field says.
    fn target(&self, kind: CertificateKind) -> Result<Target, Error> {
        let is_in_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if self.name.len() > NAME_MAX || !self.name.bytes().all(is_in_name) {
            return Err(incorrect(
                "name",
                self.name,
                "the name of a certificate in a vault",
                "1 to 127 letters, digits and hyphens",
            ));
        }
        let vault = place::vault(self.key_vault).ok_or_else(|| {
            incorrect(
                "azure.key_vault",
                self.key_vault,
                "the address of a key vault",
                "addresses like https://example.vault.azure.net, with a port if need be, and without a path",
            )
        })?;
        check_id(self.client_id, "azure.client_id")?;
        check_id(self.tenant_id, "azure.tenant_id")?;
        if self.has_both {
            let message =
                "a client_secret and a client_certificate are given; accepted is one of them";
            return Err(Error::new(ErrorCode::AzureConfigurationIncorrect, message)
                .with_target("azure.client_certificate"));
        }
        let oauth_host = self.oauth_host.unwrap_or(OAUTH_HOST);
        let oauth_host = HostPort::parse(oauth_host).ok_or_else(|| {
            incorrect(
                "azure.oauth_host",
                oauth_host,
                "a host",
                "hosts like login.microsoftonline.com, with a port if need be",
            )
        })?;
        let timeout = match self.timeout {
            None => TIMEOUT,
            Some(text) => digits(text)
                .filter(|seconds| *seconds <= TIMEOUT_MAX)
                .ok_or_else(|| incorrect("azure.timeout", text, "a timeout", "0 to 30 seconds"))?,
        };
        let proxy = self.proxy.as_ref().map(CompleteProxy::check).transpose()?;
        Ok(Target {
            kind,
            name: self.name.to_owned(),
            vault,
            client_id: self.client_id.to_owned(),
            tenant_id: self.tenant_id.to_owned(),
            oauth_host,
            timeout: Duration::from_secs(timeout.into()),
            verify_host: self.verify_host,
            proxy,
        })
    }
}

impl<'a> CompleteProxy<'a> {
    fn of(request: &'a ProxyRequest) -> Result<Self, Error> {
        let scheme = given(request.r#type.as_deref(), "azure.proxy.type")?;
        let host = given(request.host.as_deref(), "azure.proxy.host")?;
        let port = given(request.port.as_deref(), "azure.proxy.port")?;
        let username = non_blank(request.username.as_deref());
        let password = non_blank_secret(request.password.as_ref());
        let credentials = match (username, password) {
            (Some(username), Some(password)) => Some((username, password)),
            (None, None) => None,
            (Some(_), None) => return Err(missing("azure.proxy.password")),
            (None, Some(_)) => return Err(missing("azure.proxy.username")),
        };
        Ok(Self {
            scheme,
            host,
            port,
            credentials,
        })
    }

    fn check(&self) -> Result<Proxy, Error> {
        let scheme = match self.scheme {
            "http" => ProxyScheme::Http,
            "https" => ProxyScheme::Https,
            other => {
                return Err(incorrect(
                    "azure.proxy.type",
                    other,
                    "a type of proxy",
                    "http and https",
                ));
            }
        };
        let host = place::host(self.host).ok_or_else(|| {
            let accepted = "names like proxy.example.com and IP addresses";
            incorrect("azure.proxy.host", self.host, "a host", accepted)
        })?;
        let port = place::port(self.port)
            .ok_or_else(|| incorrect("azure.proxy.port", self.port, "a port", "1 to 65535"))?;
        let credentials = self.credentials;
        Ok(Proxy {
            scheme,
            host,
            port,
            credentials: credentials.map(|(name, password)| (name.to_owned(), password.clone())),
        })
    }
}

fn check_id(id: &str, field: &'static str) -> Result<(), Error> {
    let is_in_id = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    if id.len() <= ID_MAX && id.bytes().all(is_in_id) {
        return Ok(());
    }
    let accepted = "1 to 128 letters, digits, hyphens and dots";
    Err(incorrect(field, id, "an identifier", accepted))
}

fn digits(text: &str) -> Option<u32> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// The text without outer spaces, unless there is nothing else.
fn non_blank(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn non_blank_secret(secret: Option<&SecretText>) -> Option<&SecretText> {
    secret.filter(|secret| !secret.as_str().trim().is_empty())
}

fn given<'a>(text: Option<&'a str>, field: &'static str) -> Result<&'a str, Error> {
    non_blank(text).ok_or_else(|| missing(field))
}

fn missing(field: &'static str) -> Error {
    let message = format!("\"{field}\" is required to download a certificate");
    incomplete(message, field)
}

fn incomplete(message: String, field: &'static str) -> Error {
    Error::new(ErrorCode::AzureConfigurationIncomplete, message).with_target(field)
}

fn incorrect(field: &'static str, value: &str, noun: &str, accepted: &str) -> Error {
    let code = ErrorCode::AzureConfigurationIncorrect;
    // `user:password@host` has a secret in it.
    let value = if value.contains('@') {
        "…@…"
    } else {
        value
    };
    Error::not_accepted(code, field, value, noun, accepted)
}
