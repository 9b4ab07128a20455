//! Section 1: paths, methods, bodies, who may ask.

use crate::world::{CERTIFICATES, World, root_ca, server};
use certwright::service::Authenticated;
use http::Request;
use serde_json::json;

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

#[test]
fn methods_and_paths() {
    let mut world = World::new();
    let root = world.root("ROOT");
    let csr = crate::common::vector("server.csr");
    let rows = [
        ("GET", CERTIFICATES.to_owned(), String::new(), 200),
        ("GET", format!("{CERTIFICATES}/{root}"), String::new(), 200),
        (
            "POST",
            CERTIFICATES.to_owned(),
            server("a.example").to_string(),
            201,
        ),
        (
            "POST",
            format!("{CERTIFICATES}/{root}/sign"),
            json!({"signing_request": csr, "expiry_time": "P30D"}).to_string(),
            200,
        ),
        (
            "POST",
            "/api/security/certificate-signing-request".to_owned(),
            json!({"subject_name": "CN=a", "algorithm": "ec"}).to_string(),
            200,
        ),
        (
            "DELETE",
            format!("{CERTIFICATES}?common_name=a.example"),
            String::new(),
            200,
        ),
        (
            "DELETE",
            format!("{CERTIFICATES}/{root}"),
            "{}".to_owned(),
            200,
        ),
        (
            "GET",
            format!("/api/cluster/jobs/{NOBODY}"),
            String::new(),
            404,
        ),
    ];
    for (method, target, body, status) in rows {
        let got = world.send(method, &target, &body);
        assert_eq!(got.status, status, "{method} {target}: {}", got.text);
        assert!(got.json().is_object(), "never empty");
    }
}

#[test]
fn an_instance_is_the_record_itself_and_a_collection_has_both_keys() {
    let mut world = World::new();
    assert_eq!(
        world.list(&[]).ok(),
        json!({"records": [], "num_records": 0})
    );
    let uuid = world.add(server("a.example"));
    let record = world.get(&uuid).ok();
    assert!(record.get("records").is_none() && record["uuid"] == uuid.as_str());
    let got = world.post(&server("b.example"));
    assert_eq!((got.status, &*got.text), (201, "{}"));
    let query = format!("{CERTIFICATES}?return_records=true");
    let body = world
        .send("POST", &query, &server("c.example").to_string())
        .ok();
    assert_eq!(body["num_records"], 1);
    assert_eq!(body["records"][0]["common_name"], "c.example");
    assert_eq!(world.delete(&uuid).ok(), json!({}));
}

#[test]
fn repeated_slashes_count_as_one_and_a_trailing_one_as_none() {
    let mut world = World::new();
    let uuid = world.add(server("a.example"));
    for target in [
        "/api//security/certificates",
        "/api/security/certificates/",
        "/api///security//certificates//?max_records=1",
    ] {
        assert_eq!(
            world.send("GET", target, "").ok()["num_records"],
            1,
            "{target}"
        );
    }
    let target = format!("/api//security/certificates/{uuid}/");
    assert_eq!(world.send("GET", &target, "").status, 200);
}

#[test]
fn an_escape_in_a_path_is_the_character_that_it_stands_for() {
    let mut world = World::new();
    let uuid = world.add(server("a.example"));
    for (target, status) in [
        ("/api/security/%63ertificates".to_owned(), 200),
        (format!("{CERTIFICATES}/{}", uuid.replace('-', "%2D")), 200),
        (format!("{CERTIFICATES}%2F{uuid}"), 404),
        (format!("{CERTIFICATES}/{uuid}%"), 404),
        (format!("{CERTIFICATES}/%ff"), 404),
    ] {
        assert_eq!(world.send("GET", &target, "").status, status, "{target}");
    }
}

#[test]
fn other_paths_and_methods() {
    let mut world = World::new();
    for path in [
        "/",
        "/api",
        "/api/security",
        "/api/cluster",
        "/api/security/certificates/x/y",
        "/metrics",
    ] {
        world.send("GET", path, "").refused(404, 3, "");
        world.send("OPTIONS", path, "").refused(404, 3, "");
    }
    let one = format!("{CERTIFICATES}/{NOBODY}");
    let job = format!("/api/cluster/jobs/{NOBODY}");
    let rows = [
        ("PATCH", CERTIFICATES, "GET, HEAD, POST, DELETE, OPTIONS"),
        ("PUT", CERTIFICATES, "GET, HEAD, POST, DELETE, OPTIONS"),
        ("PATCH", &one, "GET, HEAD, DELETE, OPTIONS"),
        ("POST", &one, "GET, HEAD, DELETE, OPTIONS"),
        ("GET", &format!("{one}/sign"), "POST, OPTIONS"),
        (
            "GET",
            "/api/security/certificate-signing-request",
            "POST, OPTIONS",
        ),
        ("DELETE", &job, "GET, HEAD, OPTIONS"),
        ("BREW", CERTIFICATES, "GET, HEAD, POST, DELETE, OPTIONS"),
    ];
    for (method, path, allow) in rows {
        let got = world.send(method, path, "");
        got.refused(405, 3, "");
        assert_eq!(got.header("allow"), Some(allow), "{method} {path}");
        let got = world.send("OPTIONS", path, "");
        assert_eq!(
            (got.status, got.header("allow")),
            (200, Some(allow)),
            "{path}"
        );
    }
}

#[test]
fn a_body_that_a_method_has_no_use_for_is_ignored() {
    let mut world = World::new();
    let uuid = world.add(server("a.example"));
    for target in [CERTIFICATES.to_owned(), format!("{CERTIFICATES}/{uuid}")] {
        for method in ["GET", "HEAD", "OPTIONS"] {
            for body in ["{\"x\":1}", "{", "null", "\u{0}"] {
                assert_eq!(
                    world.send(method, &target, body).status,
                    200,
                    "{method} {body}"
                );
            }
        }
    }
    assert_eq!(world.count(), 1);
}

#[test]
fn head_is_get_without_its_body() {
    let mut world = World::new();
    let uuid = world.add(server("a.example"));
    for target in [
        CERTIFICATES.to_owned(),
        format!("{CERTIFICATES}/{uuid}"),
        format!("{CERTIFICATES}/{NOBODY}"),
    ] {
        let (get, head) = (
            world.send("GET", &target, ""),
            world.send("HEAD", &target, ""),
        );
        assert_eq!((head.status, &*head.text), (get.status, ""));
        assert_eq!(
            head.header("content-length"),
            Some(&*get.text.len().to_string())
        );
        assert_eq!(head.header("content-type"), get.header("content-type"));
    }
}

#[test]
fn who_is_not_known_is_refused_whatever_is_asked() {
    let mut world = World::new();
    for (method, target) in [
        ("GET", CERTIFICATES),
        ("POST", CERTIFICATES),
        ("GET", "/x"),
        ("BREW", "/"),
    ] {
        let request = |method| Request::builder().method(method).uri(target);
        let got = world.ask(request(method).body(Vec::new()).unwrap());
        got.refused(401, 6, "");
        assert_eq!(got.json()["error"]["message"], "User is not authorized.");
        // RFC 9110 section 15.5.2.
        let challenge = got.header("www-authenticate").unwrap();
        assert!(challenge.starts_with("Basic realm="), "{challenge}");
    }
    let mut request = Request::get(CERTIFICATES).body(Vec::new()).unwrap();
    request.extensions_mut().insert(Authenticated);
    assert_eq!(world.ask(request).status, 200);
}

#[test]
fn bodies() {
    let mut world = World::new();
    let limit = 4 << 20;
    let padded = |length: usize| format!("{}{}", " ".repeat(length - 2), "{}");
    world
        .send("POST", CERTIFICATES, &padded(limit))
        .refused(400, 3_735_622, "type");
    for method in ["POST", "DELETE", "GET"] {
        world
            .send(method, CERTIFICATES, &padded(limit + 1))
            .refused(413, 52_363_365, "");
    }
    // Any Content-Type or none.
    for kind in [
        "application/json",
        "text/plain",
        "application/hal+json; charset=utf-8",
        "",
    ] {
        let body = root_ca("ROOT").to_string();
        let got = world.send_with("POST", CERTIFICATES, &[("Content-Type", kind)], &body);
        assert_eq!(got.status, 201, "{kind}: {}", got.text);
    }
    // DELETE comes with `{}` or without a body.
    for body in ["", "{}", " \n", "null1"] {
        let uuid = world.add(server("a.example"));
        let got = world.send("DELETE", &format!("{CERTIFICATES}/{uuid}"), body);
        if body == "null1" {
            got.refused(400, 2, "");
        } else {
            assert_eq!(got.status, 200, "{body}");
        }
    }
}
