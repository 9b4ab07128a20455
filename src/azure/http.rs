//! [`HttpRequest`] and [`HttpResponse`]: what passes between the machine and an HTTP client. Their
//! types wipe what is secret, which those of the crate `http` do not.

use super::SecretText;
use super::configuration::Target;
use super::proxy::Proxy;
use std::fmt;
use std::time::Duration;
use zeroize::Zeroizing;

/// The longest answer that is read, in octets: 1 MiB. A client need not read on where more comes.
pub const ANSWER_MAX: usize = 1 << 20;

/// A request that an HTTP client is to send, over TLS, without following a redirect.
///
/// Headers and body have secrets in them: they are wiped when it is dropped, and `Debug` does not show
/// them.
///
/// ```
/// # use certwright::azure::HttpRequest;
/// fn with_ureq_or_another(request: &HttpRequest) {
///     println!("{} {}", request.method(), request.url());
///     for (name, value) in request.headers() {
///         println!("{name}: ({} octets)", value.len());
///     }
/// }
/// ```
pub struct HttpRequest {
    method: &'static str,
    url: String,
    headers: Vec<(&'static str, SecretText)>,
    body: Zeroizing<Vec<u8>>,
    timeout: Duration,
    verify_host: bool,
    proxy: Option<Proxy>,
}

impl HttpRequest {
    pub(super) fn post(url: String, body: Zeroizing<Vec<u8>>, target: &Target) -> Self {
        let content_type = "application/x-www-form-urlencoded";
        Self {
            method: "POST",
            url,
            headers: vec![
                ("Content-Type", content_type.into()),
                ("Accept", "application/json".into()),
            ],
            body,
            timeout: target.timeout,
            verify_host: true,
            proxy: target.proxy.clone(),
        }
    }

    pub(super) fn get(url: String, authorization: SecretText, target: &Target) -> Self {
        Self {
            method: "GET",
            url,
            headers: vec![
                ("Authorization", authorization),
                ("Accept", "application/json".into()),
            ],
            body: Zeroizing::default(),
            timeout: target.timeout,
            verify_host: target.verify_host,
            proxy: target.proxy.clone(),
        }
    }

    /// `POST` or `GET`.
    ///
    /// ```
    /// # fn example(request: &certwright::azure::HttpRequest) {
    /// assert!(["POST", "GET"].contains(&request.method()));
    /// # }
    /// ```
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// Where to: `https://…`. Nothing in it is secret.
    ///
    /// ```
    /// # fn example(request: &certwright::azure::HttpRequest) {
    /// assert!(request.url().starts_with("https://"));
    /// # }
    /// ```
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The headers; an HTTP client adds `Host` and `Content-Length`.
    ///
    /// ```
    /// # fn example(request: &certwright::azure::HttpRequest) {
    /// assert!(request.headers().any(|header| header == ("Accept", "application/json")));
    /// # }
    /// ```
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let headers = self.headers.iter();
        headers.map(|(name, value)| (*name, value.as_str()))
    }

    /// The body; empty for a `GET`.
    ///
    /// ```
    /// # fn example(request: &certwright::azure::HttpRequest) {
    /// println!("{} octets", request.body().len());
    /// # }
    /// ```
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// How long the whole of it may take: up to 30 seconds. Zero sets no limit beside the client's own.
    ///
    /// ```
    /// # fn example(request: &certwright::azure::HttpRequest) {
    /// assert!(request.timeout().as_secs() <= 30);
    /// # }
    /// ```
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Whether the certificate of the host must be verified. That of the OAuth host always is.
    ///
    /// ```
    /// # fn example(request: &certwright::azure::HttpRequest) {
    /// println!("{}", request.verify_host());
    /// # }
    /// ```
    pub fn verify_host(&self) -> bool {
        self.verify_host
    }

    /// The proxy that it goes through.
    ///
    /// ```
    /// # fn example(request: &certwright::azure::HttpRequest) {
    /// if let Some(proxy) = request.proxy() {
    ///     println!("through {}", proxy.url());
    /// }
    /// # }
    /// ```
    pub fn proxy(&self) -> Option<&Proxy> {
        self.proxy.as_ref()
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// What an HTTP client got: status and body. The body is wiped when it is dropped, and `Debug` does not
/// show it.
///
/// ```
/// use certwright::azure::HttpResponse;
///
/// let response = HttpResponse::new(200, r#"{"access_token":"secret"}"#);
/// assert_eq!(format!("{response:?}"), "HttpResponse { status: 200, .. }");
/// ```
pub struct HttpResponse {
    pub(super) status: u16,
    pub(super) body: Zeroizing<Vec<u8>>,
}

impl HttpResponse {
    /// The answer with this status and body. Of a body above [`ANSWER_MAX`] one octet more is enough.
    ///
    /// ```
    /// let response = certwright::azure::HttpResponse::new(404, "");
    /// # drop(response);
    /// ```
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            body: Zeroizing::new(body.into()),
        }
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
