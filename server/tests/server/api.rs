//! The API over HTTPS: the library's part, and the server's own.

use crate::common::Server;
use serde_json::json;

const CERTIFICATES: &str = "/api/security/certificates";

#[test]
fn a_ca_is_made_signs_and_goes() {
    let server = Server::start("");
    let made = server.post(
        CERTIFICATES,
        &json!({"type": "root_ca", "common_name": "ROOT", "algorithm": "ec", "expiry_time": "P3650D"}),
    );
    assert_eq!((made.status, &made.body), (201, &json!({})));
    let ca = made.header("location").to_owned();
    let csr = server.post(
        "/api/security/certificate-signing-request",
        &json!({"algorithm": "ec", "subject_name": "CN=www.example.com"}),
    );
    assert_eq!(csr.status, 200, "{csr:?}");
    assert_eq!(
        csr.header("cache-control"),
        "no-cache,no-store,must-revalidate"
    );
    let signed = server.post(
        &format!("{ca}/sign"),
        &json!({"signing_request": csr.body["csr"], "expiry_time": "P30D"}),
    );
    assert_eq!(signed.status, 200, "{signed:?}");
    let installed = server.post(
        CERTIFICATES,
        &json!({"type": "server", "name": "www", "public_certificate": signed.body["public_certificate"],
            "private_key": csr.body["generated_private_key"]}),
    );
    assert_eq!(installed.status, 201, "{installed:?}");
    let listed = server.get(&format!("{CERTIFICATES}?name=www&fields=common_name,ca"));
    assert_eq!(listed.body["records"][0]["common_name"], "www.example.com");
    assert_eq!(listed.body["records"][0]["ca"], "ROOT");
    assert_eq!(server.delete(&ca).status, 200);
    let gone = server.post(
        &format!("{ca}/sign"),
        &json!({"signing_request": csr.body["csr"]}),
    );
    assert_eq!((gone.status, gone.code()), (404, "4"));
}

#[test]
fn svms_are_made_and_go_with_their_certificates() {
    let server = Server::start("[cluster]\nname = \"lab\"\n[[cluster.svms]]\nname = \"svm1\"\n");
    let cluster = server.get("/api/cluster?fields=version").body;
    assert_eq!(
        (&cluster["name"], &cluster["version"]["generation"]),
        (&json!("lab"), &json!(9))
    );
    let made = server.post(
        "/api/svm/svms?return_records=true",
        &json!({"name": "svm2"}),
    );
    assert_eq!(made.status, 201, "{made:?}");
    let svm = made.header("location").to_owned();
    assert!(svm.starts_with("/api/svm/svms/"));
    let again = server.post("/api/svm/svms", &json!({"name": "svm2"}));
    assert_eq!((again.status, again.code()), (409, "1"));
    for (body, code) in [
        (json!({}), "2"),
        (json!({"name": ""}), "262197"),
        (json!({"name": 1}), "262197"),
        (json!({"name": "a", "uuid": "x"}), "262197"),
        (json!({"name": "a", "state": "running"}), "262179"),
        (json!([]), "2"),
    ] {
        let refused = server.post("/api/svm/svms", &body);
        assert_eq!((refused.status, refused.code()), (400, code), "{body}");
    }
    let names = |query: &str| {
        let listed = server.get(&format!("/api/svm/svms{query}")).body;
        let records = listed["records"].as_array().cloned().unwrap_or_default();
        assert_eq!(listed["num_records"], records.len());
        records
            .iter()
            .map(|svm| svm["name"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(""), ["svm1", "svm2"]);
    assert_eq!(names("?name=svm2&fields=uuid"), ["svm2"]);
    assert_eq!(names("?name=*1"), ["svm1"]);
    assert!(names("?name=lab").is_empty());
    let unknown = server.get("/api/svm/svms?colour=red");
    assert_eq!((unknown.status, unknown.code()), (400, "262179"));
    let own = json!({"type": "server", "common_name": "c", "algorithm": "ec", "name": "c", "svm": {"name": "svm2"}});
    assert_eq!(server.post(CERTIFICATES, &own).status, 201);
    let listed =
        |query: &str| server.get(&format!("{CERTIFICATES}?{query}")).body["num_records"].clone();
    assert_eq!(listed("svm.name=svm2"), 1);
    assert_eq!(server.get(&svm).body["name"], "svm2");
    assert_eq!(server.delete(&svm).status, 200);
    assert_eq!(listed("scope=svm"), 0);
    assert_eq!(
        (server.get(&svm).status, server.delete(&svm).status),
        (404, 404)
    );
    assert_eq!(server.get("/api/svm/svms/x").status, 404);
    let configured = server.get("/api/svm/svms?name=svm1").body["records"][0]["uuid"].clone();
    let kept = server.delete(&format!(
        "/api/svm/svms/{}",
        configured.as_str().expect("a UUID")
    ));
    assert_eq!(kept.status, 400);
}

#[test]
fn paths_and_methods() {
    let server = Server::start("");
    for (method, path, status, code) in [
        ("GET", "/", 404, "3"),
        ("GET", "/api", 404, "3"),
        ("GET", "/api/security", 404, "3"),
        ("GET", "/api/../healthz", 404, "3"),
        ("GET", "/api/%2e%2e/metrics", 404, "3"),
        ("GET", "/api/security/certificates%2f..%2f..", 404, "3"),
        ("PATCH", "/api/svm/svms", 405, "3"),
        ("POST", "/api/cluster", 405, "3"),
        ("DELETE", "/healthz", 405, "3"),
        ("PATCH", "/api/security/certificates", 405, "3"),
        ("GET", "/api/security/certificates/x", 404, "2"),
        (
            "GET",
            "/api/cluster/jobs/1cd8a442-86d1-11e0-ae1c-123478563412",
            404,
            "4",
        ),
    ] {
        let answer = server.request(method, path, None);
        assert_eq!(
            (answer.status, answer.code()),
            (status, code),
            "{method} {path}"
        );
    }
    for (path, allowed) in [
        ("/api/svm/svms", "GET, HEAD, POST, OPTIONS"),
        ("/api/cluster", "GET, HEAD, OPTIONS"),
        (CERTIFICATES, "GET, HEAD, POST, DELETE, OPTIONS"),
    ] {
        let answer = server.request("OPTIONS", path, None);
        assert_eq!(
            (answer.status, answer.header("allow")),
            (200, allowed),
            "{path}"
        );
    }
    assert_eq!(server.get("//api//cluster//").status, 200);
    let head = server.request("HEAD", "/api/cluster", None);
    assert_eq!((head.status, head.body), (200, json!("")));
    assert_ne!(
        head.headers
            .get("content-length")
            .map(ureq::http::HeaderValue::as_bytes),
        Some(&b"0"[..])
    );
}

#[test]
fn jobs_run_by_themselves() {
    let server = Server::start("[cluster]\ndcn = true\n");
    let body = json!({"type": "root_ca", "common_name": "ROOT", "algorithm": "ec"});
    let accepted = server.post(CERTIFICATES, &body);
    assert_eq!(accepted.status, 202, "{accepted:?}");
    let job = accepted.body["job"]["_links"]["self"]["href"]
        .as_str()
        .expect("a link")
        .to_owned();
    let begun = std::time::Instant::now();
    loop {
        let state = server.get(&format!("{job}?fields=state,message")).body;
        if state["state"] == "success" {
            break;
        }
        assert!(begun.elapsed().as_secs() < 20, "{state}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(
        server.get(accepted.header("location")).body["common_name"],
        "ROOT"
    );
    let waited = server.post(
        &format!("{CERTIFICATES}?return_timeout=30"),
        &json!({"type": "root_ca", "common_name": "OTHER", "algorithm": "ec"}),
    );
    assert_eq!(waited.status, 201, "{waited:?}");
    let deleted = server.delete(&format!(
        "{}?return_timeout=30",
        accepted.header("location")
    ));
    assert_eq!(deleted.status, 200, "{deleted:?}");
}
