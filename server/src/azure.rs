//! Sends the requests of downloads from a key vault.

use certwright::SecretDer;
use certwright::azure::{ANSWER_MAX, HttpRequest, HttpResponse, Proxy};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, ProxyProtocol};

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The largest file of CAs, in octets.
const ROOTS_MAX: u64 = 16 << 20;

/// The CAs that the hosts are verified with.
#[derive(Clone)]
pub(crate) struct Client {
    roots: Arc<Vec<ureq::tls::Certificate<'static>>>,
}

impl Client {
    /// With the CAs of a file; with none where there is no file, so that no host is trusted.
    pub(crate) fn new(roots: &Path) -> Result<Self, BoxError> {
        let text = match crate::private_file::read_text(roots, ROOTS_MAX) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error.into()),
        };
        let roots = CertificateDer::pem_slice_iter(text.as_bytes())
            .map(|root| root.map(|der| ureq::tls::Certificate::from_der(&der).to_owned()))
            .collect::<Result<Vec<_>, _>>()?;
        if roots.is_empty() && !text.is_empty() {
            return Err("there is no certificate in it".into());
        }
        Ok(Self {
            roots: Arc::new(roots),
        })
    }

    /// Sends a request, once: redirects are answers, and so are errors of the host.
    pub(crate) fn send(&self, request: &HttpRequest) -> Result<HttpResponse, BoxError> {
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
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
        let mut reader = response.into_body().into_reader().take(most);
        let read = reader.read_to_end(&mut body);
        // Wiped, also where it was not read to its end.
        let body = SecretDer::from(body);
        read?;
        Ok(HttpResponse::new(status, body.as_bytes()))
    }
}

/// What the library knows of a proxy, as the client wants it; name and password as they stand.
fn proxy(proxy: &Proxy) -> Result<ureq::Proxy, BoxError> {
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
