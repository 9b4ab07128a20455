//! Section 6: signing, and requests.

use crate::common::{rng, vector};
use crate::world::{CERTIFICATES, Got, World, root_ca, server, with};
use certwright::catalog::SigningQueue;
use certwright::service::{Answer, refuse};
use certwright::{Certificate, SigningRequest};
use serde_json::json;
use std::sync::mpsc;

fn body() -> serde_json::Value {
    json!({"signing_request": vector("server.csr"), "expiry_time": "P30D"})
}

#[test]
fn what_is_refused() {
    let mut world = World::new();
    let root = world.root("ROOT");
    let entry = world.list(&[("type", "server_ca")]).ok()["records"][0]["uuid"]
        .as_str()
        .unwrap()
        .to_owned();
    let own = world.add(server("a.example"));
    let nobody = "00000000-0000-4000-8000-000000000000";
    let rows = [
        (&*root, with(body(), json!({"x": 1})), 400, 262_179, "x"),
        (
            &root,
            with(body(), json!({"signing_request": 1})),
            400,
            262_197,
            "signing_request",
        ),
        ("none", body(), 404, 2, "ca.uuid"),
        (nobody, body(), 404, 4, "ca.uuid"),
        (&entry, body(), 400, 3_735_628, "ca.uuid"),
        (&own, body(), 400, 3_735_628, "ca.uuid"),
        (
            &root,
            with(body(), json!({"hash_function": "md5"})),
            400,
            52_560_173,
            "hash_function",
        ),
        (
            &root,
            with(body(), json!({"expiry_time": "P11Y"})),
            400,
            3_735_701,
            "expiry_time",
        ),
        (&root, json!({}), 400, 3_735_626, "signing_request"),
        (
            &root,
            with(body(), json!({"signing_request": "x"})),
            400,
            3_735_626,
            "signing_request",
        ),
    ];
    for (ca, body, status, code, target) in rows {
        let got = world.sign(ca, &body);
        assert_eq!(
            got.refusal(),
            (status, code.to_string(), Some(target.to_owned())),
            "{ca} {body}"
        );
    }
    let target = format!("{CERTIFICATES}/{root}/sign?fields=*");
    world.send("POST", &target, "{}").refused(400, 262_179, "");
}

#[test]
fn the_signed_certificate_is_no_record_and_is_recorded_with_its_ca() {
    let mut world = World::new();
    let root = world.root("ROOT");
    let before = world.count();
    for query in [
        "",
        "?return_records=true",
        "?return_records=False&return_timeout=30",
    ] {
        let target = format!("{CERTIFICATES}/{root}/sign{query}");
        let answer = world.send("POST", &target, &body().to_string()).ok();
        assert_eq!(answer.as_object().unwrap().len(), 1, "flat");
        let pem = answer["public_certificate"].as_str().unwrap();
        let certificate = Certificate::from_pem(pem).unwrap();
        let issued = world
            .service
            .catalog()
            .issued_by(root.parse().unwrap())
            .unwrap();
        assert_eq!(issued.last().unwrap().certificate, certificate);
    }
    assert_eq!(world.count(), before);
    assert_eq!(world.delete(&root).status, 200);
    assert!(
        world
            .service
            .catalog()
            .issued_by(root.parse().unwrap())
            .unwrap()
            .is_empty()
    );
    world.sign(&root, &body()).refused(404, 4, "ca.uuid");
}

#[test]
fn any_root_ca_signs_for_anyone() {
    let mut world = World::new();
    let root = world.add(with(root_ca("ROOT"), json!({"svm": {"name": "svm1"}})));
    let target = format!("{CERTIFICATES}/{root}/sign");
    let headers = [("X-Dot-SVM-Name", "svm2")];
    assert_eq!(
        world
            .send_with("POST", &target, &headers, &body().to_string())
            .status,
        200
    );
}

#[test]
fn defaults_on_both_sides_do_not_fit_and_the_message_says_what_would() {
    let mut world = World::new();
    let root = world.add(json!({"type": "root_ca", "common_name": "ROOT", "algorithm": "ec"}));
    // From the first second on.
    world.policy = crate::common::at(crate::common::NOW + 1).into();
    let got = world.sign(&root, &json!({"signing_request": vector("server.csr")}));
    got.refused(400, 3_735_630, "expiry_time");
    assert!(got.text.contains("2027-01-01T00:00:00Z"), "{}", got.text);
}

#[test]
fn what_cannot_be_recorded_is_not_handed_out() {
    let mut world = World::new();
    let root = world.root("ROOT");
    world.store.set(crate::world::CANNOT_WRITE);
    let got = world.sign(&root, &body());
    got.refused(500, 3_735_646, "");
    assert!(!got.text.contains("BEGIN"));
}

#[test]
fn signatures_are_handed_out_to_be_made_together() {
    let mut world = World::new();
    let root = world.root("ROOT");
    let service = world.service.clone().with_signatures_handed_out();
    let (queue, mut rng) = (SigningQueue::new(2), rng(5));
    let (replies, answers) = mpsc::channel();
    let ask = |body: &str| {
        let request = http::Request::post(format!("{CERTIFICATES}/{root}/sign"));
        let request = request.header("Authorization", "x");
        service.answer(
            request.body(body.as_bytes().to_vec()).unwrap(),
            &world.policy,
            &mut crate::common::rng(6),
        )
    };
    // What is no body is refused at once.
    let refused = ask("{\"x\":1}").into_response().unwrap();
    Got::of(refused).refused(400, 262_179, "x");
    let submit = || {
        let Answer::Sign(signature) = ask(&body().to_string()) else {
            panic!("it is not handed out")
        };
        assert_eq!(signature.ca().to_string(), root);
        let (ca, request, replies) = (signature.ca(), signature.request().clone(), replies.clone());
        queue.submit(ca, request, move |signed| {
            replies.send(signature.response(signed)).unwrap();
        })
    };
    submit().unwrap();
    submit().unwrap();
    let full = Got::of(refuse(&submit().unwrap_err().into()));
    full.refused(503, 3_735_626, "");
    assert!(full.header("retry-after").is_some());
    let batch = queue.take().unwrap();
    assert_eq!(batch.requests().len(), 2);
    batch.run(service.catalog(), &world.policy, &mut rng);
    for _ in 0..2 {
        let body = Got::of(answers.recv().unwrap()).ok();
        assert!(body["public_certificate"].is_string());
    }
    // None is signed after the answer to the DELETE.
    submit().unwrap();
    let path = format!("{CERTIFICATES}/{root}");
    let request = http::Request::delete(path)
        .header("Authorization", "x")
        .body(Vec::new())
        .unwrap();
    let answer = service.answer(request, &world.policy, &mut rng);
    assert_eq!(answer.into_response().unwrap().status(), 200);
    queue
        .take()
        .unwrap()
        .run(service.catalog(), &world.policy, &mut rng);
    Got::of(answers.recv().unwrap()).refused(404, 4, "ca.uuid");
}

#[test]
fn requests() {
    let mut world = World::new();
    let whole = json!({"algorithm": "ec", "security_strength": "128", "hash_function": "sha384",
        "subject_name": "CN=a.example,O=x", "subject_alternatives": {"dns": ["a.example"]},
        "key_usages": ["digitalSignature"], "extended_key_usages": "serverAuth"});
    let before = world.count();
    for body in [
        whole.clone(),
        with(whole.clone(), json!({"security_strength": 128})),
        json!({"algorithm": "ec", "subject_name": "CN=a", "key_usage": ["digitalSignature"], "extended_key_usage": ["serverAuth"]}),
    ] {
        let got = world.csr(&body);
        assert!(got.header("cache-control").unwrap().contains("no-store"));
        let answer = got.ok();
        assert_eq!(answer.as_object().unwrap().len(), 2);
        SigningRequest::from_pem(answer["csr"].as_str().unwrap()).unwrap();
        assert!(
            answer["generated_private_key"]
                .as_str()
                .unwrap()
                .starts_with("-----BEGIN PRIVATE KEY-----")
        );
    }
    assert_eq!(world.count(), before);
    let rows = [
        (
            json!({"subject_name": "CN=a", "key_usage": [], "key_usages": []}),
            2,
            "key_usage",
        ),
        (
            json!({"subject_name": "CN=a", "extended_key_usages": [], "extended_key_usage": []}),
            2,
            "extended_key_usage",
        ),
        (
            json!({"subject_name": "CN=a", "common_name": "a"}),
            262_179,
            "common_name",
        ),
        (json!({"subject_name": 1}), 262_197, "subject_name"),
        (json!({}), 3_735_558, "subject_name"),
    ];
    for (body, code, target) in rows {
        world.csr(&body).refused(400, code, target);
    }
}
