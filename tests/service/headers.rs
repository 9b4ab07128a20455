//! Section 13: headers and links.

use crate::world::{CERTIFICATES, World, root_ca, server, svm, with};
use serde_json::json;

#[test]
fn links_come_with_all_but_plain_json() {
    let mut world = World::new();
    let uuid = world.add(with(server("a"), json!({"svm": {"name": "svm1"}})));
    world.add(server("b"));
    let target = format!("{CERTIFICATES}?max_records=1&fields=svm&order_by=name");
    for accept in [
        "*/*",
        "application/hal+json",
        "text/html",
        "application/json, */*",
        "application/json;q=1",
        "",
    ] {
        let got = world.send_with("GET", &target, &[], "");
        assert_eq!(got.header("content-type"), Some("application/json"));
        let mut request = http::Request::get(&*target).header("Authorization", "x");
        if !accept.is_empty() {
            request = request.header("Accept", accept);
        }
        let got = world.ask(request.body(Vec::new()).unwrap());
        assert_eq!(
            got.header("content-type"),
            Some("application/hal+json"),
            "{accept}"
        );
        assert_eq!(
            got.header("cache-control"),
            Some("no-cache,no-store,must-revalidate")
        );
        let body = got.ok();
        assert_eq!(body["_links"]["self"]["href"], target.as_str());
        assert!(body["_links"]["next"]["href"].is_string());
        let record = &body["records"][0];
        assert_eq!(
            record["_links"]["self"]["href"],
            format!("{CERTIFICATES}/{uuid}")
        );
        assert_eq!(
            record["svm"]["_links"]["self"]["href"],
            format!("/api/svm/svms/{}", svm(1))
        );
    }
    // With plain JSON only the way on, and that to a job.
    let body = world.send("GET", &target, "").ok();
    assert_eq!(body["_links"].as_object().unwrap().len(), 1);
    assert!(body["_links"]["next"]["href"].is_string());
    assert!(!body["records"].to_string().contains("_links"));
    assert!(world.list(&[]).ok().get("_links").is_none());
    world.policy = world.policy.with_dcn();
    let body = world.post(&root_ca("ROOT")).json();
    assert!(body["job"]["_links"]["self"]["href"].is_string());
}

#[test]
fn headers_that_come_twice() {
    let mut world = World::new();
    world.add(with(server("a"), json!({"svm": {"name": "svm1"}})));
    // Two lines are a list, and no longer plain JSON.
    let accept = [("Accept", "text/html")];
    let got = world.send_with("GET", CERTIFICATES, &accept, "");
    assert_eq!(got.header("content-type"), Some("application/hal+json"));
    for (name, value, target) in [
        ("X-Dot-SVM-Name", "svm1", "svm.name"),
        ("X-Dot-SVM-UUID", &svm(1).to_string(), "svm.uuid"),
    ] {
        let once = [(name, value)];
        let got = world.send_with("GET", CERTIFICATES, &once, "");
        assert_eq!(got.ok()["num_records"], 1);
        let twice = [(name, value), (name, value)];
        let got = world.send_with("GET", CERTIFICATES, &twice, "");
        got.refused(400, 262_197, target);
    }
}

#[test]
fn the_target_comes_back_as_it_came() {
    let mut world = World::new().with_links();
    for target in [
        "/api//security/certificates?fields=*&name=a%7Cb",
        "/api/security/certificates/?fields=",
    ] {
        let body = world.send("GET", target, "").ok();
        assert_eq!(body["_links"]["self"]["href"], target);
    }
}

#[test]
fn errors_have_headers_and_no_links_and_unknown_headers_are_ignored() {
    let mut world = World::new().with_links();
    let got = world.get("x");
    assert_eq!(got.header("content-type"), Some("application/hal+json"));
    assert_eq!(
        got.header("cache-control"),
        Some("no-cache,no-store,must-revalidate")
    );
    assert_eq!(
        got.json().as_object().unwrap().keys().collect::<Vec<_>>(),
        ["error"]
    );
    let headers = [
        ("X-Dot-Client-App", "python/9.19"),
        ("X-Dot-Error-Arguments", "true"),
        ("Origin", "x"),
    ];
    assert_eq!(
        world.send_with("GET", CERTIFICATES, &headers, "").status,
        200
    );
}
