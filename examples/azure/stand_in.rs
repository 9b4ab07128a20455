//! A stand-in of the two endpoints, on loopback with TLS: the OAuth host and the vault.

use super::client::Result;
use certwright::rand_core::UnwrapErr;
use certwright::{
    Certificate, CertificateAuthority, CertificateKind, CreateSpec, CreatedCertificate, CsrSpec,
    KeyAndCertificates, KeySpec, Policy, SecretDer, SignSpec, SignedCertificate, SigningRequest,
    SubjectAlternatives, Time,
};
use getrandom::SysRng;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

pub(crate) const TENANT: &str = "87654321-abcd-abcd-1234-720ef604b100";
pub(crate) const CLIENT: &str = "12345678-abcd-1234-12ad-dfa5dffafdaa";
pub(crate) const CLIENT_SECRET: &str = "a~secret+with/odd=characters";
const TOKEN: &str = "the-token";

/// A CA and what it makes.
pub(crate) struct Authority {
    made: CreatedCertificate,
}

/// A certificate with its key.
pub(crate) struct Issued {
    pub(crate) certificate: Certificate,
    pub(crate) key: SecretDer,
}

fn in_days(days: u64) -> Time {
    (SystemTime::now() + Duration::from_secs(days * 86_400)).into()
}

impl Authority {
    pub(crate) fn new(name: &str) -> Result<Self> {
        let spec = CreateSpec::new(CertificateKind::RootCa, name, in_days(3650))?;
        let policy = Policy::at(SystemTime::now());
        Ok(Self {
            made: spec
                .with_key(KeySpec::P256)
                .make(&policy, &mut UnwrapErr(SysRng))?,
        })
    }

    pub(crate) fn certificate(&self) -> &Certificate {
        &self.made.certificate
    }

    /// A certificate for a DNS name.
    pub(crate) fn issue(&self, name: &str, key: KeySpec) -> Result<Issued> {
        let (policy, mut rng) = (Policy::at(SystemTime::now()), UnwrapErr(SysRng));
        let own = self.made.private_key_der.as_bytes();
        let ca = CertificateAuthority::from_der(self.certificate().der(), own, &policy)?;
        let names = SubjectAlternatives::new().with_dns(name);
        let csr = CsrSpec::new(&format!("CN={name}"), &names)?
            .with_key(key)
            .make(&policy, &mut rng)?;
        let request = SigningRequest::from_der(&csr.csr_der)?;
        let SignedCertificate { certificate, .. } =
            ca.sign(&request, &SignSpec::new(in_days(90)), &policy, &mut rng)?;
        Ok(Issued {
            certificate,
            key: csr.private_key_der,
        })
    }
}

impl Issued {
    /// PKCS#12 without a password, as vaults have it.
    pub(crate) fn to_pkcs12(&self, above: &Certificate) -> Result<Vec<u8>> {
        let certificates = vec![self.certificate.clone(), above.clone()];
        let both = KeyAndCertificates::new(self.key.as_bytes(), certificates)?;
        Ok(both.to_pkcs12("", &mut UnwrapErr(SysRng)))
    }
}

/// The secrets of the vault: content type and value, by name.
pub(crate) type Secrets = BTreeMap<&'static str, (&'static str, String)>;

/// Serves both endpoints in a thread, and says where: a host with a port.
pub(crate) fn start(server: &Issued, secrets: Secrets) -> Result<String> {
    let key = PrivatePkcs8KeyDer::from(server.key.as_bytes().to_vec());
    let chain = vec![CertificateDer::from(server.certificate.der().to_vec())];
    let config = ServerConfig::builder_with_provider(Arc::new(rustls_rustcrypto::provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from(key))?;
    let (config, secrets) = (Arc::new(config), Arc::new(secrets));
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let (config, secrets) = (Arc::clone(&config), Arc::clone(&secrets));
            // A client that does not go on is its own business.
            thread::spawn(move || serve(socket, config, &secrets).ok());
        }
    });
    Ok(format!("localhost:{port}"))
}

fn serve(mut socket: TcpStream, config: Arc<ServerConfig>, secrets: &Secrets) -> Result<()> {
    let mut connection = ServerConnection::new(config)?;
    let mut stream = Stream::new(&mut connection, &mut socket);
    let request = Request::read(&mut stream)?;
    let (status, body) = request.answer(secrets);
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    )?;
    stream.conn.send_close_notify();
    Ok(stream.flush()?)
}

/// The first line of a request, its headers with names in lower case, and its body.
struct Request {
    line: String,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Request {
    fn read(stream: &mut impl Read) -> Result<Self> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let mut headers = BTreeMap::new();
        loop {
            let mut header = String::new();
            reader.read_line(&mut header)?;
            let Some((name, value)) = header.trim_end().split_once(": ") else {
                break;
            };
            headers.insert(name.to_ascii_lowercase(), value.to_owned());
        }
        let length = headers
            .get("content-length")
            .map_or(Ok(0), |length| length.parse())?;
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        Ok(Self {
            line: line.trim_end().to_owned(),
            headers,
            body: String::from_utf8(body)?,
        })
    }

    fn answer(&self, secrets: &Secrets) -> (u16, String) {
        let mut line = self.line.split(' ');
        match (line.next(), line.next()) {
            (Some("POST"), Some(path)) if path == format!("/{TENANT}/oauth2/v2.0/token") => {
                self.token()
            }
            (Some("GET"), Some(path)) => self.secret(path, secrets),
            _ => (404, String::new()),
        }
    }

    fn token(&self) -> (u16, String) {
        let fields: BTreeMap<_, _> = self
            .body
            .split('&')
            .filter_map(|field| field.split_once('='))
            .collect();
        let is = |name, value: &str| fields.get(name).is_some_and(|own| *own == value);
        // The real host verifies the assertion with the certificate that it knows.
        let has_assertion = fields
            .get("client_assertion")
            .is_some_and(|jwt| jwt.split('.').count() == 3);
        let is_proven = is(
            "client_secret",
            &CLIENT_SECRET
                .replace('+', "%2B")
                .replace('/', "%2F")
                .replace('=', "%3D"),
        ) || has_assertion;
        if is("client_id", CLIENT)
            && is("scope", "https%3A%2F%2Fvault.azure.net%2F.default")
            && is_proven
        {
            let body = json!({"token_type": "Bearer", "expires_in": 3599, "access_token": TOKEN});
            (200, body.to_string())
        } else {
            let description = "AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1";
            let body = json!({"error": "invalid_client", "error_description": description});
            (401, body.to_string())
        }
    }

    fn secret(&self, path: &str, secrets: &Secrets) -> (u16, String) {
        let refused = |status, code: &str, message: &str| {
            let body = json!({"error": {"code": code, "message": message}});
            (status, body.to_string())
        };
        let granted = format!("Bearer {TOKEN}");
        if self.headers.get("authorization") != Some(&granted) {
            return refused(
                401,
                "Unauthorized",
                "AKV10000: Request is missing a Bearer token.",
            );
        }
        let name = path
            .strip_prefix("/secrets/")
            .and_then(|rest| rest.strip_suffix("?api-version=7.4"));
        match name.and_then(|name| secrets.get(name)) {
            Some((content_type, value)) => {
                let body = json!({"value": value, "contentType": content_type, "attributes": {"enabled": true}});
                (200, body.to_string())
            }
            None => refused(
                404,
                "SecretNotFound",
                "A secret with this name was not found in this key vault.",
            ),
        }
    }
}
