//! TLS: versions, HTTP/2, certificates of clients, and the server's own.

use crate::common::{Server, hash, send};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

const CERTIFICATES: &str = "/api/security/certificates";

/// A client certificate by a new CA of the catalog: the CA's path, the certificate, the key.
fn client(server: &Server, ca: &str, common_name: &str) -> (String, String, String) {
    let made = server.post(
        CERTIFICATES,
        &json!({"type": "root_ca", "common_name": ca, "algorithm": "ec", "expiry_time": "P3650D"}),
    );
    let ca = made.header("location").to_owned();
    let csr = server.post(
        "/api/security/certificate-signing-request",
        &json!({"algorithm": "ec", "subject_name": format!("CN={common_name}"), "extended_key_usages": ["clientauth"]}),
    );
    let body = json!({"signing_request": csr.body["csr"], "expiry_time": "P30D"});
    let signed = server.post(&format!("{ca}/sign"), &body);
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    (
        ca,
        text(&signed.body["public_certificate"]),
        text(&csr.body["generated_private_key"]),
    )
}

fn admin_with(certificate: &str) -> String {
    format!(
        "[[users]]\nname = \"admin\"\npassword_hash = \"{}\"\nrole = \"admin\"\n\
         [[users]]\nname = \"ops\"\ncertificates = [\"{certificate}\"]\n",
        hash("x")
    )
}

#[test]
fn clients_with_a_certificate_of_the_catalog() {
    let mut server = Server::start(&admin_with("ops.example.com"));
    server.password = "x".to_owned();
    let (ca, certificate, key) = client(&server, "CLIENTS", "ops.example.com");
    let agent = server.agent(Some((&certificate, &key)));
    let status = |agent: &ureq::Agent, method: &str, path: &str| {
        send(agent, server.https, method, path, None, None).map(|answer| answer.status)
    };
    assert_eq!(status(&agent, "GET", "/api/cluster").unwrap(), 200);
    assert_eq!(
        status(&agent, "DELETE", &ca).unwrap(),
        403,
        "it is a user that reads"
    );
    // A name that is nobody's is a stranger, with a certificate or not.
    let (_, stranger, strangers) = client(&server, "OTHERS", "stranger.example.com");
    let other = server.agent(Some((&stranger, &strangers)));
    assert_eq!(status(&other, "GET", "/api/cluster").unwrap(), 401);
    // Once the CA is gone, so is the client: on the connection that is open, and on a new one.
    assert_eq!(server.delete(&ca).status, 200);
    assert_ne!(status(&agent, "GET", "/api/cluster").ok(), Some(200));
    let new = server.agent(Some((&certificate, &key)));
    assert!(
        status(&new, "GET", "/api/cluster").is_err(),
        "the handshake is refused"
    );
}

/// What a program prints that is asked to connect.
fn openssl(server: &Server, arguments: &[&str]) -> String {
    let output = Command::new("openssl")
        .args([
            "s_client",
            "-connect",
            &format!("127.0.0.1:{}", server.https),
            "-servername",
            "localhost",
        ])
        .arg("-CAfile")
        .arg(server.folder.path().join("data/root.pem"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("openssl");
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text += &String::from_utf8_lossy(&output.stderr);
    text
}

#[test]
fn old_versions_and_weak_ciphers_are_refused() {
    let server = Server::start("");
    for (arguments, protocol) in [(&["-tls1_2"][..], "TLSv1.2"), (&["-tls1_3"], "TLSv1.3")] {
        let text = openssl(&server, arguments);
        assert!(
            text.contains(protocol) && text.contains("Verify return code: 0 (ok)"),
            "{text}"
        );
    }
    for arguments in [
        &["-tls1"][..],
        &["-tls1_1"],
        &["-tls1_2", "-cipher", "AES128-SHA:@SECLEVEL=0"],
        &["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"],
        &["-tls1_2", "-cipher", "NULL:@SECLEVEL=0"],
    ] {
        let text = openssl(&server, arguments);
        assert!(
            text.contains("Cipher is (NONE)") || text.contains("no cipher"),
            "{arguments:?}: {text}"
        );
    }
    let text = openssl(&server, &["-tls1_2", "-legacy_renegotiation"]);
    assert!(text.contains("Secure Renegotiation IS supported"), "{text}");
    assert!(text.contains("Compression: NONE"), "{text}");
}

#[test]
fn both_versions_of_http() {
    let server = Server::start("");
    for (protocol, version) in [("--http1.1", "1.1"), ("--http2", "2")] {
        let output = Command::new("curl")
            .args([
                "-sS",
                protocol,
                "-u",
                &format!("admin:{}", server.password),
                "-w",
                "%{http_version}",
            ])
            .args(["-o", "/dev/null", "--cacert"])
            .arg(server.folder.path().join("data/root.pem"))
            .arg(format!("https://localhost:{}/api/cluster", server.https))
            .output()
            .expect("curl");
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            version,
            "{output:?}"
        );
    }
}

#[test]
fn another_certificate_is_served_once_it_is_installed() {
    let server = Server::start("");
    let before = openssl(&server, &[]);
    let listed = server.get(&format!(
        "{CERTIFICATES}?name=certwright_root|certwright_server&order_by=name"
    ));
    let uuid = |index: usize| {
        listed.body["records"][index]["uuid"]
            .as_str()
            .expect("a UUID")
            .to_owned()
    };
    let (root, own) = (uuid(0), uuid(1));
    let csr = server.post(
        "/api/security/certificate-signing-request",
        &json!({"algorithm": "ec", "subject_name": "CN=localhost", "subject_alternatives": {"dns": ["localhost"]}}),
    );
    // It must outlast the one that is served.
    let body = json!({"signing_request": csr.body["csr"], "expiry_time": "P500D"});
    let signed = server.post(&format!("{CERTIFICATES}/{root}/sign"), &body);
    let body = json!({"type": "server", "name": "certwright_server_2", "public_certificate": signed.body["public_certificate"],
        "private_key": csr.body["generated_private_key"]});
    // The one that is served stays.
    let kept = server.delete(&format!("{CERTIFICATES}/{own}"));
    assert_eq!((kept.status, kept.code()), (409, "52560272"));
    assert_eq!(server.post(CERTIFICATES, &body).status, 201);
    let after = openssl(&server, &[]);
    let pem = |text: &str| text.split("-----").nth(2).map(str::to_owned);
    assert_ne!(pem(&before), pem(&after));
    assert!(after.contains("Verify return code: 0 (ok)"), "{after}");
    assert_eq!(server.delete(&format!("{CERTIFICATES}/{own}")).status, 200);
}

#[test]
fn a_certificate_that_tls_cannot_use_is_passed_over() {
    let server = Server::start("");
    let folder = Arc::clone(&server.folder);
    let made = Command::new("openssl")
        .current_dir(folder.path())
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-521",
            "-noenc",
        ])
        .args([
            "-days",
            "900",
            "-subj",
            "/CN=localhost",
            "-keyout",
            "key",
            "-out",
            "certificate",
        ])
        .output()
        .expect("openssl");
    assert!(made.status.success(), "{made:?}");
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let body = json!({"type": "server", "name": "certwright_server_p521",
        "public_certificate": read("certificate"), "private_key": read("key")});
    let installed = server.post(CERTIFICATES, &body);
    assert_eq!(installed.status, 201, "{installed:?}");
    // Each agent shakes hands anew, and trusts the server's own CA alone.
    assert_eq!(server.get(CERTIFICATES).status, 200);
    assert!(
        server.log().contains("cannot be served with"),
        "{}",
        server.log()
    );
    assert!(server.stop().success());
    let server = Server::start_in(&folder, "", &[]);
    assert_eq!(server.get(CERTIFICATES).status, 200);
    assert_eq!(server.delete(installed.header("location")).status, 200);
}

#[test]
fn a_certificate_from_files() {
    let folder = std::sync::Arc::new(crate::common::Folder::new());
    let first = Server::start_in(&folder, "", &[]);
    let listed = first.get(&format!("{CERTIFICATES}?name=certwright_root"));
    let root = listed.body["records"][0]["uuid"]
        .as_str()
        .expect("a UUID")
        .to_owned();
    let csr = first.post(
        "/api/security/certificate-signing-request",
        &json!({"algorithm": "ec", "subject_name": "CN=localhost"}),
    );
    let body = json!({"signing_request": csr.body["csr"], "expiry_time": "P30D"});
    let signed = first.post(&format!("{CERTIFICATES}/{root}/sign"), &body);
    folder.write(
        "tls.pem",
        signed.body["public_certificate"].as_str().expect("PEM"),
    );
    folder.write(
        "tls.key",
        csr.body["generated_private_key"].as_str().expect("PEM"),
    );
    assert!(first.stop().success());
    let config = "[tls]\ncertificate_file = \"tls.pem\"\nkey_file = \"tls.key\"\n";
    let second = Server::start_in(&folder, config, &[]);
    assert_eq!(second.get("/api/cluster").status, 200);
    assert!(second.stop().success());
    // A key of another certificate is refused at the start.
    let other = std::fs::read_to_string(folder.path().join("tls.key")).unwrap();
    folder.write("tls.pem", &other);
    let output = crate::common::program()
        .arg("--config")
        .arg(folder.path().join("config.toml"))
        .arg("--data")
        .arg(folder.path().join("data"))
        .args(["--https", "127.0.0.1:0"])
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && error.contains("tls.pem"),
        "{error}"
    );
}

/// A client of HTTP/2 as RFC 9113 has it, frame by frame.
struct Http2(rustls::StreamOwned<rustls::ClientConnection, TcpStream>);

const PING: u8 = 6;
const SETTINGS: u8 = 4;
const ACK: u8 = 1;

impl Http2 {
    fn connect(server: &Server, settings: &[u8]) -> Self {
        let mut roots = rustls::RootCertStore::empty();
        let root = CertificateDer::from_pem_slice(server.root().as_bytes()).unwrap();
        roots.add(root).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let name = "localhost".try_into().unwrap();
        let tls = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
        let tcp = TcpStream::connect(("127.0.0.1", server.https)).unwrap();
        tcp.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let mut client = Self(rustls::StreamOwned::new(tls, tcp));
        client
            .0
            .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            .unwrap();
        client.send(SETTINGS, 0, 0, settings);
        client
    }

    fn send(&mut self, kind: u8, flags: u8, stream: u8, payload: &[u8]) {
        let length = u8::try_from(payload.len()).unwrap();
        let frame = [&[0, 0, length, kind, flags, 0, 0, 0, stream][..], payload].concat();
        // It may be closed at the other end.
        let _ = self.0.write_all(&frame);
    }

    /// The next frame's type and flags; what is about the connection is acknowledged. `None` at the end.
    fn next(&mut self) -> Option<(u8, u8)> {
        let mut head = [0; 9];
        self.0.read_exact(&mut head).ok()?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length.try_into().unwrap()];
        self.0.read_exact(&mut payload).ok()?;
        let (kind, flags) = (head[3], head[4]);
        if kind == PING && flags & ACK == 0 {
            self.send(PING, ACK, 0, &payload);
        } else if kind == SETTINGS && flags & ACK == 0 {
            self.send(SETTINGS, ACK, 0, &[]);
        }
        Some((kind, flags))
    }
}

#[test]
fn who_asks_nothing_over_http_2_is_not_waited_for() {
    let server = Server::start("[limits]\nhead_seconds = 1\n");
    let begun = Instant::now();
    let mut silent = Http2::connect(&server, &[]);
    while silent.next().is_some() {}
    let took = begun.elapsed().as_secs_f64();
    assert!((0.9..15.0).contains(&took), "{took} s");
    // Who is being answered is waited for: here its window is closed, and then opened.
    let window_of_0 = [0, 4, 0, 0, 0, 0];
    let mut slow = Http2::connect(&server, &window_of_0);
    let path = "/docs/api";
    let length = u8::try_from(path.len()).unwrap();
    // HPACK: method, scheme and authority of the static table, and the path in letters.
    let fields = [
        &[0x82, 0x87, 0x01, 1, b'x', 0x04, length][..],
        path.as_bytes(),
    ]
    .concat();
    slow.send(1, 0x05, 1, &fields);
    let begun = Instant::now();
    let mut pings = 0;
    while pings < 3 {
        let (kind, _) = slow.next().expect("it is closed while it is answered");
        pings += u32::from(kind == PING);
    }
    assert!(begun.elapsed() > Duration::from_secs(2));
    for stream in [0, 1] {
        slow.send(8, 0, stream, &[0x10, 0, 0, 0]);
    }
    let mut is_whole = false;
    while let Some((kind, flags)) = slow.next() {
        is_whole |= kind == 0 && flags & 1 != 0;
    }
    assert!(is_whole);
    let took = begun.elapsed().as_secs_f64();
    assert!((2.0..30.0).contains(&took), "{took} s");
}
