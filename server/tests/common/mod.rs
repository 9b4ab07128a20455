//! The program under test, in a folder of its own, and a client for it.

use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A folder that is deleted at the end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("certwright-server-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, text).expect("a file");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The program.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_certwright-server"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CERTWRIGHT_")) {
        command.env_remove(name);
    }
    command
}

/// The hash of a password, as an administrator makes it.
pub(crate) fn hash(password: &str) -> String {
    let mut child = program()
        .arg("hash-password")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program");
    let mut input = child.stdin.take().expect("its input");
    writeln!(input, "{password}").expect("a password");
    drop(input);
    let output = child.wait_with_output().expect("its end");
    assert!(output.status.success());
    String::from_utf8(output.stdout)
        .expect("text")
        .trim()
        .to_owned()
}

/// A server that runs.
pub(crate) struct Server {
    child: Child,
    pub(crate) folder: Arc<Folder>,
    pub(crate) https: u16,
    pub(crate) http: Option<u16>,
    /// Of `admin`.
    pub(crate) password: String,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: ureq::http::HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

impl Server {
    /// In a new folder, with what the configuration says beside the defaults, over HTTP too.
    pub(crate) fn start(config: &str) -> Self {
        Self::start_in(&Arc::new(Folder::new()), config, &[])
    }

    /// In a folder that may have been used before.
    pub(crate) fn start_in(folder: &Arc<Folder>, config: &str, arguments: &[&str]) -> Self {
        let config = folder.write("config.toml", config);
        let log = File::options()
            .append(true)
            .create(true)
            .open(folder.path().join("log"))
            .expect("a log");
        let mut child = program()
            .arg("--config")
            .arg(config)
            .arg("--data")
            .arg(folder.path().join("data"))
            .args(["--https", "127.0.0.1:0", "--http", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the program");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut server = Self {
            child,
            folder: Arc::clone(folder),
            https: 0,
            http: None,
            password: String::new(),
        };
        for line in lines.map_while(Result::ok) {
            if let Some(rest) = line.strip_prefix("Serving https://localhost:") {
                server.https = port(rest);
            } else if let Some(rest) = line.strip_prefix("Serving http://127.0.0.1:") {
                server.http = Some(port(rest));
            } else if let Some(rest) = line.strip_prefix("Login: admin, password ") {
                let password = rest.split(' ').next().unwrap_or_default();
                password.clone_into(&mut server.password);
                folder.write("password", &server.password);
            }
            // It is the last one.
            if server.http.is_some() {
                break;
            }
        }
        assert_ne!(server.https, 0, "it did not start: {}", server.log());
        if server.password.is_empty() {
            let known = fs::read_to_string(folder.path().join("password"));
            server.password = known.unwrap_or_default();
        }
        let begun = Instant::now();
        while server.send("GET", "/readyz", None, None).status != 200 {
            assert!(
                begun.elapsed() < Duration::from_secs(10),
                "{}",
                server.log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// The CA of its certificate.
    pub(crate) fn root(&self) -> String {
        fs::read_to_string(self.folder.path().join("data/root.pem")).expect("its root")
    }

    /// Sends a request as `admin`, over HTTPS.
    pub(crate) fn request(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.send(method, path, body, Some(("admin", &self.password)))
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.request("GET", path, None)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.request("POST", path, Some(body))
    }

    pub(crate) fn delete(&self, path: &str) -> Answer {
        self.request("DELETE", path, None)
    }

    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        login: Option<(&str, &str)>,
    ) -> Answer {
        self.try_send(method, path, body, login).expect("an answer")
    }

    pub(crate) fn try_send(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        login: Option<(&str, &str)>,
    ) -> Result<Answer, ureq::Error> {
        send(&self.agent(None), self.https, method, path, body, login)
    }

    /// A client that trusts the server, and may present a certificate.
    pub(crate) fn agent(&self, client: Option<(&str, &str)>) -> ureq::Agent {
        use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig};
        let certificates = |pem: &str| -> Vec<Certificate<'static>> {
            ureq::tls::parse_pem(pem.as_bytes())
                .filter_map(|item| match item.expect("PEM") {
                    PemItem::Certificate(own) => Some(own),
                    _ => None,
                })
                .collect()
        };
        let client = client.map(|(certificate, key)| {
            let key = PrivateKey::from_pem(key.as_bytes()).expect("a key");
            ClientCert::new_with_certs(&certificates(certificate), key)
        });
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .root_certs(RootCerts::Specific(Arc::new(certificates(&self.root()))))
            .client_cert(client)
            .build();
        ureq::Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(1)))
            .build()
            .into()
    }

    /// A connection over plain HTTP.
    pub(crate) fn plain(&self) -> TcpStream {
        let stream =
            TcpStream::connect(("127.0.0.1", self.http.expect("HTTP"))).expect("a connection");
        stream
            .set_read_timeout(Some(Duration::from_mins(1)))
            .expect("a timeout");
        stream
    }

    /// What it answers to these octets until it closes the connection.
    pub(crate) fn exchange(&self, sent: &[u8]) -> String {
        let mut stream = self.plain();
        let _ = stream.write_all(sent);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub(crate) fn signal(&self, name: &str) {
        let process = self.child.id().to_string();
        let done = Command::new("kill").args([name, &process]).status();
        assert!(done.is_ok_and(|status| status.success()));
    }

    /// Asks it to stop, and waits until it did.
    pub(crate) fn stop(mut self) -> std::process::ExitStatus {
        self.signal("-TERM");
        self.child.wait().expect("its end")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn send(
    agent: &ureq::Agent,
    port: u16,
    method: &str,
    path: &str,
    body: Option<&Value>,
    login: Option<(&str, &str)>,
) -> Result<Answer, ureq::Error> {
    let mut request = ureq::http::Request::builder()
        .method(method)
        .uri(format!("https://localhost:{port}{path}"));
    if let Some((user, password)) = login {
        use base64ct::{Base64, Encoding as _};
        let pair = Base64::encode_string(format!("{user}:{password}").as_bytes());
        request = request.header("Authorization", format!("Basic {pair}"));
    }
    let body = body.map(Value::to_string).unwrap_or_default();
    let response = agent.run(request.body(body).expect("a request"))?;
    let (parts, body) = response.into_parts();
    let mut text = String::new();
    body.into_reader().read_to_string(&mut text)?;
    Ok(Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: serde_json::from_str(&text).unwrap_or_else(|_| json!(text)),
    })
}

fn port(rest: &str) -> u16 {
    let digits = rest.split('/').next().unwrap_or_default();
    digits.parse().expect("a port")
}
