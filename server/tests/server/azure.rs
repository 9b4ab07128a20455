//! Downloads from a key vault, which is the stand-in of the library's example.

use crate::common::{Folder, Server};
use certwright::KeySpec;
use client::Result;
use serde_json::{Value, json};
use stand_in::{Authority, CLIENT, CLIENT_SECRET, Secrets, TENANT};
use std::sync::Arc;

/// What the stand-in shares with the example's client.
mod client {
    pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
}

#[path = "../../../examples/azure/stand_in.rs"]
mod stand_in;

#[test]
fn a_certificate_is_downloaded() -> Result<()> {
    use base64ct::{Base64, Encoding as _};
    let ca = Authority::new("Example CA")?;
    let www = ca.issue("www.example.com", KeySpec::P256)?;
    let value = Base64::encode_string(&www.to_pkcs12(ca.certificate())?);
    let secrets = Secrets::from([("www", ("application/x-pkcs12", value))]);
    let host = stand_in::start(&ca.issue("localhost", KeySpec::P256)?, secrets)?;
    let folder = Arc::new(Folder::new());
    folder.write("roots.pem", &ca.certificate().to_pem());
    let config = "[azure]\nroot_certificates = \"roots.pem\"\n";
    let server = Server::start_in(&folder, config, &[]);
    let post = |name: &str, azure: Value| {
        let mut body = json!({"type": "server", "name": name, "azure": {
            "key_vault": format!("https://{host}/"), "oauth_host": host, "client_id": CLIENT,
            "tenant_id": TENANT, "client_secret": CLIENT_SECRET}});
        for (field, value) in azure.as_object().into_iter().flatten() {
            body["azure"][field] = value.clone();
        }
        server.post("/api/security/certificates?return_timeout=30", &body)
    };
    let made = post("www", json!({}));
    assert_eq!(made.status, 201, "{made:?}");
    let shown = server.get(made.header("location")).body;
    assert_eq!(
        (&shown["common_name"], &shown["ca"]),
        (&json!("www.example.com"), &json!("Example CA"))
    );
    let none = post("none", json!({}));
    assert_eq!((none.status, none.code()), (500, "3735764"));
    let wrong = post("other", json!({"client_secret": "wrong"}));
    assert_eq!((wrong.status, wrong.code()), (500, "3735751"));
    let silent = json!({"proxy": {"type": "http", "host": "127.0.0.1", "port": 9}, "timeout": 2});
    assert_eq!(post("other", silent).code(), "3735751");
    // A host that the CAs of the configuration do not verify gets no secret.
    let other = Server::start("[azure]\nroot_certificates = \"none.pem\"\n");
    let body = json!({"type": "server", "name": "www", "azure": {
        "key_vault": format!("https://{host}/"), "oauth_host": host, "client_id": CLIENT,
        "tenant_id": TENANT, "client_secret": CLIENT_SECRET, "verify_host": false}});
    let refused = other.post("/api/security/certificates?return_timeout=30", &body);
    assert_eq!((refused.status, refused.code()), (500, "3735751"));
    Ok(())
}

#[test]
fn name_and_password_reach_a_proxy_as_they_stand() {
    use base64ct::{Base64, Encoding as _};
    use std::io::Read as _;
    let (name, password) = ("a user@x", "p:%2F@/?#é");
    let proxy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = proxy.local_addr().unwrap().port();
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = proxy.accept().unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut octet = [0];
            stream.read_exact(&mut octet).unwrap();
            head.push(octet[0]);
        }
        String::from_utf8(head).unwrap()
    });
    let server = Server::start("");
    let body = json!({"type": "server", "name": "www", "azure": {
        "key_vault": "https://example.vault.azure.net", "client_id": CLIENT, "tenant_id": TENANT,
        "client_secret": CLIENT_SECRET, "proxy": {"type": "http", "host": "127.0.0.1", "port": port,
            "username": name, "password": password}}});
    let refused = server.post("/api/security/certificates?return_timeout=30", &body);
    assert_eq!(
        (refused.status, refused.code()),
        (500, "3735751"),
        "{refused:?}"
    );
    let head = asked.join().unwrap();
    assert!(
        head.starts_with("CONNECT login.microsoftonline.com:443 "),
        "{head}"
    );
    let pair = Base64::encode_string(format!("{name}:{password}").as_bytes());
    let field = head.lines().find_map(|line| {
        line.split_once(": ")
            .filter(|(name, _)| name.eq_ignore_ascii_case("Proxy-Authorization"))
    });
    assert_eq!(
        field.map(|(_, value)| value),
        Some(&*format!("Basic {pair}")),
        "{head}"
    );
    assert!(!server.log().contains(password) && !server.log().contains(&pair));
}
