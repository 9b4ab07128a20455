//! Sends the requests of a download with ureq over rustls.

use certwright::azure::{ANSWER_MAX, HttpRequest, HttpResponse, Proxy};
use certwright::{Certificate, SecretDer};
use std::io::Read as _;
use std::sync::Arc;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, ProxyProtocol};

pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The CAs that the hosts are verified with.
#[derive(Clone)]
pub(crate) struct Client {
    roots: Arc<Vec<ureq::tls::Certificate<'static>>>,
}

impl Client {
    pub(crate) fn new(roots: &[Certificate]) -> Self {
        let roots = roots.iter();
        let roots = roots.map(|root| ureq::tls::Certificate::from_der(root.der()).to_owned());
        Self {
            roots: Arc::new(roots.collect()),
        }
    }

    /// Sends a request, once: redirects are answers, and so are errors of the host.
    pub(crate) fn send(&self, request: &HttpRequest) -> Result<HttpResponse> {
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(Arc::new(rustls_rustcrypto::provider()))
            .root_certs(RootCerts::Specific(Arc::clone(&self.roots)))
            .disable_verification(!request.verify_host())
            .build();
        let agent: Agent = Agent::config_builder()
            .tls_config(tls)
            .https_only(true)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(request.timeout()).filter(|timeout| !timeout.is_zero()))
            .proxy(request.proxy().map(proxy).transpose()?)
            .build()
            .into();
        let mut sent = http::Request::builder()
            .method(request.method())
            .uri(request.url());
        for (name, value) in request.headers() {
            let mut value = http::HeaderValue::try_from(value)?;
            value.set_sensitive(true);
            sent = sent.header(name, value);
        }
        let response = if request.body().is_empty() {
            agent.run(sent.body(())?)?
        } else {
            agent.run(sent.body(request.body())?)?
        };
        let status = response.status().as_u16();
        // Room for all of it, so that nothing secret is left where it was moved from.
        let mut body = Vec::with_capacity(ANSWER_MAX + 64);
        let most = u64::try_from(ANSWER_MAX)? + 1;
        let read = response
            .into_body()
            .into_reader()
            .take(most)
            .read_to_end(&mut body);
        // Wiped, also where it was not read to its end.
        let body = SecretDer::from(body);
        read?;
        Ok(HttpResponse::new(status, body.as_bytes()))
    }
}

/// What the library knows of a proxy, as the client wants it; name and password as they stand.
fn proxy(proxy: &Proxy) -> Result<ureq::Proxy> {
    let url: http::Uri = proxy.url().parse()?;
    let is_https = url.scheme() == Some(&http::uri::Scheme::HTTPS);
    let protocol = if is_https {
        ProxyProtocol::Https
    } else {
        ProxyProtocol::Http
    };
    let mut built = ureq::Proxy::builder(protocol).host(url.host().unwrap_or_default());
    if let Some(port) = url.port_u16() {
        built = built.port(port);
    }
    if let Some((name, password)) = proxy.credentials() {
        built = built.username(name).password(password);
    }
    Ok(built.build()?)
}
