//! What is secret stands in no log, at whatever level.

use crate::common::{Folder, Server};
use serde_json::json;
use std::process::Command;
use std::sync::Arc;

const CERTIFICATES: &str = "/api/security/certificates";

#[test]
fn nothing_secret_is_logged_at_trace_level() {
    let folder = Arc::new(Folder::new());
    let server = Server::start_in(&folder, "", &["--log", "trace"]);
    let mut secrets = vec![server.password.clone()];
    let csr = server.post(
        "/api/security/certificate-signing-request",
        &json!({"algorithm": "ec", "subject_name": "CN=a"}),
    );
    let key = csr.body["generated_private_key"]
        .as_str()
        .expect("a key")
        .to_owned();
    secrets.extend(
        key.lines()
            .filter(|line| !line.starts_with("-----"))
            .map(str::to_owned),
    );
    let made = server.post(
        CERTIFICATES,
        &json!({"type": "root_ca", "common_name": "R", "algorithm": "ec", "expiry_time": "P3650D"}),
    );
    let body = json!({"signing_request": csr.body["csr"], "expiry_time": "P30D"});
    let signed = server.post(&format!("{}/sign", made.header("location")), &body);
    for kind in ["server", "nonsense"] {
        let body = json!({"type": kind, "public_certificate": signed.body["public_certificate"], "private_key": key});
        server.post(CERTIFICATES, &body);
    }
    let azure = json!({"type": "server", "name": "www", "azure": {"key_vault": "https://127.0.0.1:1/", "oauth_host": "127.0.0.1:1",
        "client_id": "c", "tenant_id": "t", "client_secret": "planted-client-secret",
        "proxy": {"type": "http", "host": "127.0.0.1", "port": 1, "username": "u", "password": "planted-proxy-password"}}});
    let job = server.post(&format!("{CERTIFICATES}?return_timeout=20"), &azure);
    assert_eq!((job.status, job.code()), (500, "3735751"), "{job:?}");
    secrets.extend(
        [
            "planted-client-secret",
            "planted-proxy-password",
            "planted-wrong-password",
        ]
        .map(str::to_owned),
    );
    server.send(
        "GET",
        "/api/cluster",
        None,
        Some(("admin", "planted-wrong-password")),
    );
    for version in ["--http1.1", "--http2"] {
        let output = Command::new("curl")
            .args(["-sS", version, "-u", &format!("admin:{}", server.password), "--json"])
            .arg(json!({"type": "server", "public_certificate": "x", "private_key": "planted-private-key"}).to_string())
            .arg("--cacert")
            .arg(folder.path().join("data/root.pem"))
            .arg(format!("https://localhost:{}{CERTIFICATES}", server.https))
            .output()
            .expect("curl");
        assert!(output.status.success(), "{output:?}");
    }
    secrets.push("planted-private-key".to_owned());
    use base64ct::{Base64, Encoding as _};
    let pair = |password: &str| Base64::encode_string(format!("admin:{password}").as_bytes());
    secrets.extend([pair(&server.password), pair("planted-wrong-password")]);
    let hash = std::fs::read_to_string(folder.path().join("data/admin.hash")).unwrap();
    secrets.push(hash.trim().to_owned());
    let store_key = std::fs::read_to_string(folder.path().join("data/store.key")).unwrap();
    secrets.extend(
        store_key
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(str::to_owned),
    );
    let log = server.log();
    assert!(
        log.contains("TRACE") || log.contains("DEBUG"),
        "it is no trace: {log:.500}"
    );
    assert!(log.contains("status=201"), "{log:.500}");
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret:.20} is in the log");
    }
}
