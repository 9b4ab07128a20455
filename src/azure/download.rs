//! [`Download`]: the state machine.

use super::configuration::{Configuration, Credential, Failure};
use super::escape::{escape, escaped_max};
use super::http::{HttpRequest, HttpResponse};
use super::{SecretText, contents, token, vault};
use crate::{Error, InstallRequest, Policy};
use rand_core::CryptoRng;
use std::fmt;
use zeroize::Zeroizing;

/// A download that waits for the answer to its [request](Self::request). Dropped at any point it
/// leaves nothing behind.
///
/// See the [module](super) for the loop around it.
pub struct Download {
    configuration: Configuration,
    policy: Policy,
    state: State,
    request: HttpRequest,
    /// The assertion or the token that the request has.
    bearer: SecretText,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    WaitsForToken,
    WaitsForSecret,
}

/// What follows an answer.
#[derive(Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "it is moved once, back to where it came from"
)]
pub enum Step {
    /// Another request is to be sent.
    Send(Download),
    /// The certificate that came, with its key, to be [installed](crate::install()).
    Install(Box<InstallRequest>),
    /// It failed. Nothing is tried again.
    Failed(Error),
}

impl Download {
    /// Begins with the request for a token. `policy` has the present, and whether FIPS mode is on, for
    /// what will be read.
    ///
    /// Draws 32 bytes from `rng` where the client has a certificate, and nothing where it has a secret.
    ///
    /// # Errors
    ///
    /// [`AzureClientAssertion`](crate::ErrorCode::AzureClientAssertion): the assertion could not be
    /// signed.
    ///
    /// ```
    /// use certwright::Policy;
    /// use certwright::azure::{Download, DownloadRequest};
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    ///
    /// let policy = Policy::at(std::time::SystemTime::now());
    /// let configuration = DownloadRequest::server("www", "https://example.vault.azure.net")
    ///     .with_client("application", "tenant")
    ///     .with_client_secret("a secret")
    ///     .check(&policy)?;
    /// let download = Download::start(configuration, &policy, &mut rng)?;
    /// let request = download.request();
    /// assert_eq!(request.url(), "https://login.microsoftonline.com/tenant/oauth2/v2.0/token");
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn start(
        configuration: Configuration,
        policy: &Policy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Self, Error> {
        let (request, bearer) = token::request(&configuration, policy.now, rng)?;
        Ok(Self {
            configuration,
            policy: *policy,
            state: State::WaitsForToken,
            request,
            bearer,
        })
    }

    /// The request that is to be sent, once.
    ///
    /// ```
    /// # fn example(download: &certwright::azure::Download) {
    /// println!("{} {}", download.request().method(), download.request().url());
    /// # }
    /// ```
    pub fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// What is asked for.
    ///
    /// ```
    /// # fn example(download: &certwright::azure::Download) {
    /// println!("{}", download.configuration().name());
    /// # }
    /// ```
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// Takes the answer to the request, or why there is none, and says what follows.
    ///
    /// A [`Step::Failed`] has, of the token, the code
    /// [`AzureAuthentication`](crate::ErrorCode::AzureAuthentication); of the vault, in this order:
    ///
    /// * [`AzureCall`](crate::ErrorCode::AzureCall): no answer, a redirect, an error without readable
    ///   JSON; [`AzureOther`](crate::ErrorCode::AzureOther): an error of the vault;
    /// * [`AzureResponse`](crate::ErrorCode::AzureResponse): above 1 MiB, not JSON, no `value`;
    /// * [`AzureContentType`](crate::ErrorCode::AzureContentType);
    /// * [`PrivateKeyUnreadable`](crate::ErrorCode::PrivateKeyUnreadable): PKCS#12 under a password;
    ///   [`CertificateNotFips`](crate::ErrorCode::CertificateNotFips): FIPS mode, and PKCS#12 with an
    ///   encryption other than AES with PBKDF2, or an authentication by SHA-1;
    /// * [`AzureKeyExtraction`](crate::ErrorCode::AzureKeyExtraction): no key of a server or client;
    ///   [`KeyTypeNotSupported`](crate::ErrorCode::KeyTypeNotSupported);
    /// * [`CertificateUnreadable`](crate::ErrorCode::CertificateUnreadable),
    ///   [`OutOfMemory`](crate::ErrorCode::OutOfMemory).
    ///
    /// ```
    /// # use certwright::azure::{Download, Step};
    /// # fn example(download: Download) {
    /// let Step::Failed(error) = download.answer(Err("no route to host".into())) else {
    ///     unreachable!("there is no answer");
    /// };
    /// println!("{error}");
    /// # }
    /// ```
    #[must_use]
    pub fn answer(self, answer: Result<HttpResponse, Failure>) -> Step {
        let shown = |text: &str| self.shown(text);
        match self.state {
            State::WaitsForToken => match token::read(answer, shown) {
                Ok(token) => Step::Send(self.with_token(token)),
                Err(error) => Step::Failed(error),
            },
            State::WaitsForSecret => {
                let installed = vault::read(answer, shown).and_then(|secret| {
                    contents::install_request(&secret, &self.configuration, &self.policy)
                        .map_err(|error| self.without_secret(error))
                });
                match installed {
                    Ok(request) => Step::Install(Box::new(request)),
                    Err(error) => Step::Failed(error),
                }
            }
        }
    }

    fn with_token(self, token: SecretText) -> Self {
        Self {
            request: vault::request(&token, &self.configuration.target),
            bearer: token,
            state: State::WaitsForSecret,
            ..self
        }
    }

    /// What the other side said, unless it repeats a secret.
    fn shown(&self, text: &str) -> String {
        if self.is_secret_in(text) {
            "(a text with a secret in it)".to_owned()
        } else {
            text.to_owned()
        }
    }

    /// The error, unless what it quotes of a certificate or key repeats a secret.
    fn without_secret(&self, error: Error) -> Error {
        if self.is_secret_in(&format!("{error} {error:?}")) {
            Error::new(
                error.code(),
                "what came has a secret in it that is not shown",
            )
        } else {
            error
        }
    }

    fn is_secret_in(&self, text: &str) -> bool {
        let password = self.configuration.target.proxy.as_ref();
        let password = password.and_then(|proxy| proxy.credentials());
        let secret = match &self.configuration.credential {
            Credential::Secret(secret) => secret.as_str(),
            Credential::Certificate(_) => "",
        };
        let mut escaped = Zeroizing::new(Vec::with_capacity(escaped_max(secret)));
        escape(secret, &mut escaped);
        let secrets = [
            secret.as_bytes(),
            &escaped,
            self.bearer.as_str().as_bytes(),
            password.map_or(&[], |(_, password)| password.as_bytes()),
        ];
        secrets.iter().any(|secret| {
            let mut windows = text.as_bytes().windows(secret.len().max(1));
            !secret.is_empty() && windows.any(|window| window == *secret)
        })
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("configuration", &self.configuration)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
