//! [`Download`]: the state machine.

use super::configuration::{Configuration, Credential, Failure};
use super::http::{HttpRequest, HttpResponse};
use super::{SecretText, contents, token, vault};
use crate::base::escape::{UNRESERVED, escaped};
use crate::{Error, InstallRequest, Policy};
use rand_core::CryptoRng;
use std::fmt::{self, Write as _};
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
        let answer = answer.map_err(|cause| self.cause_without_secret(cause));
        match self.state {
            State::WaitsForToken => match token::read(answer, shown) {
                Ok(token) => Step::Send(self.with_token(token)),
                Err(error) => Step::Failed(error),
            },
            State::WaitsForSecret => {
                let installed = vault::read(answer, shown).and_then(|secret| {
                    contents::install_request(&secret, &self.configuration, &self.policy)
                        .map_err(|error| self.without_secret(error, secret.value.as_str()))
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
            WITHHELD.to_owned()
        } else {
            text.to_owned()
        }
    }

    /// Why there is no answer, unless a secret is in it, or in what caused it: an error keeps it as its
    /// source.
    fn cause_without_secret(&self, cause: Failure) -> Failure {
        let mut causes = String::new();
        let mut next: Option<&(dyn std::error::Error + 'static)> = Some(&*cause);
        while let Some(one) = next {
            let _ = write!(causes, "{one} {one:?} ");
            next = one.source();
        }
        if self.is_secret_in(&causes) {
            WITHHELD.into()
        } else {
            cause
        }
    }

    /// The error about this value of the vault, unless a secret is in that, or in what is quoted of a
    /// certificate or key in it.
    fn without_secret(&self, error: Error, value: &str) -> Error {
        if self.is_secret_in(value) || self.is_secret_in(&format!("{error} {error:?}")) {
            Error::new(
                error.code(),
                "what came has a secret in it that is not shown",
            )
        } else {
            error
        }
    }

    /// Whether a secret is in the text, as it is or as it is written in a URL or within quotes.
    fn is_secret_in(&self, text: &str) -> bool {
        let proxy = self.configuration.target.proxy.as_ref();
        let credentials = proxy.and_then(|proxy| proxy.credentials());
        let password = credentials.map_or("", |(_, password)| password);
        let secret = match &self.configuration.credential {
            Credential::Secret(secret) => secret.as_str(),
            Credential::Certificate(_) => "",
        };
        [secret, self.bearer.as_str(), password]
            .into_iter()
            .filter(|secret| (1..=text.len()).contains(&secret.len()))
            .any(|secret| {
                let in_url = written(secret, escaped(secret, UNRESERVED).map(char::from));
                let in_quotes = written(secret, secret.escape_debug());
                // In linear time, whoever chose the two.
                [secret, &in_url, &in_quotes]
                    .iter()
                    .any(|form| text.contains(form))
            })
    }
}

const WITHHELD: &str = "(a text with a secret in it)";

/// A secret in other characters, in memory that does not move and is wiped.
fn written(secret: &str, characters: impl Iterator<Item = char>) -> Zeroizing<String> {
    // Six for an octet: `\u{7f}`.
    let mut text = Zeroizing::new(String::with_capacity(6 * secret.len()));
    for character in characters {
        text.push(character);
    }
    text
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("configuration", &self.configuration)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
