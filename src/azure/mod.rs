//! Certificates out of an Azure Key Vault: the exchange with its two endpoints as a state machine,
//! without a socket.
//!
//! A [`DownloadRequest`] says what is to be downloaded, and with which right; it is checked into a
//! [`Configuration`]. [`Download::start`] gives the first request, for an access token from the OAuth
//! host. The machine around it sends that with any HTTP client and gives the answer to
//! [`Download::answer`], which says what is next: the request for the secret of the vault, which holds
//! key and certificates together; then the [`InstallRequest`](crate::InstallRequest) that is made of it,
//! or an error. Nothing is ever sent again.
//!
//! ```
//! use certwright::azure::{Download, DownloadRequest, HttpRequest, HttpResponse, Step};
//! use certwright::{Error, InstallRequest, Policy};
//!
//! # type BoxError = Box<dyn std::error::Error + Send + Sync>;
//! # fn sent(request: &HttpRequest) -> Result<HttpResponse, BoxError> {
//! #     Ok(match request.method() {
//! #         "POST" => HttpResponse::new(200, r#"{"token_type":"Bearer","access_token":"abc"}"#),
//! #         _ => HttpResponse::new(200, serde_json::json!({
//! #             "contentType": "application/x-pem-file",
//! #             "value": concat!(include_str!("../../vectors/server.key"), include_str!("../../vectors/server.pem")),
//! #         }).to_string()),
//! #     })
//! # }
//! fn download(request: &DownloadRequest, policy: &Policy) -> Result<InstallRequest, Error> {
//!     let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
//!     let configuration = request.check(policy)?;
//!     let mut download = Download::start(configuration, policy, &mut rng)?;
//!     loop {
//!         // `sent` is the HTTP client's: it follows no redirect, and reads 1 MiB at most.
//!         let answer = sent(download.request());
//!         match download.answer(answer) {
//!             Step::Send(next) => download = next,
//!             Step::Install(request) => return Ok(*request),
//!             Step::Failed(error) => return Err(error),
//!         }
//!     }
//! }
//!
//! let policy = Policy::at("2026-01-01T00:00:00Z".parse::<certwright::Time>()?);
//! let request = DownloadRequest::server("www", "https://example.vault.azure.net")
//!     .with_client("6f1d2c3b-app", "9a8b7c6d-tenant")
//!     .with_client_secret("a secret");
//! let installed = certwright::install(&download(&request, &policy)?, &policy)?;
//! assert_eq!(installed.name.as_deref(), Some("www"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! With the feature `service`, a POST with `azure` is a job, which hands out the same requests: see
//! `service::PendingJob`.
//!
//! # Secrets
//!
//! Client secrets, assertions, tokens, passwords and keys are wiped when they are dropped, whenever that
//! is; no `Debug` shows them, and an answer that repeats one of them is not quoted in an error.

mod assertion;
mod body;
mod check;
mod configuration;
mod container;
mod contents;
mod download;
mod http;
mod place;
mod proxy;
mod token;
mod vault;

pub use crate::base::secret_text::SecretText;
pub use body::{DownloadRequest, ProxyRequest};
pub use configuration::Configuration;
pub use download::{Download, Step};
pub use http::{ANSWER_MAX, HttpRequest, HttpResponse};
pub use proxy::Proxy;
