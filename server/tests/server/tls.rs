//! TLS: versions, HTTP/2, certificates of clients, and the server's own.

use crate::common::{Server, hash, send};
use serde_json::{Value, json};
use std::process::{Command, Stdio};

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
