//! Warnings: beside the answer, and no part of its body.

use crate::common::{rng, vector};
use crate::world::{CERTIFICATES, World, root_ca, server, with};
use certwright::service::{Answer, Warnings};
use http::Request;
use serde_json::{Value, json};

/// The names of the warnings of a POST, and whether each is about the record in `Location` or the CA
/// in the path.
#[track_caller]
fn of(world: &World, seed: u8, target: &str, body: &Value) -> Vec<&'static str> {
    let mut request = Request::post(target).body(body.to_string().into_bytes());
    let headers = request.as_mut().unwrap().headers_mut();
    headers.insert("authorization", "x".parse().unwrap());
    let answer = world
        .service
        .answer(request.unwrap(), &world.policy, &mut rng(seed));
    let response = match answer {
        Answer::Done(response) => response,
        Answer::Work { job, .. } => {
            // The work has not begun: there is nothing to say.
            assert!(job.accepted().extensions().get::<Warnings>().is_none());
            job.run(&world.policy, &mut rng(seed + 1))
        }
        other => panic!("{other:?}"),
    };
    let text = std::str::from_utf8(response.body()).unwrap();
    assert!(response.status().is_success(), "{text}");
    assert!(!text.contains("warning"), "{text}");
    let Some(Warnings(list)) = response.extensions().get() else {
        return Vec::new();
    };
    assert!(!list.is_empty());
    let place = response.headers().get("location");
    let place = place.map_or(target, |place| place.to_str().unwrap());
    list.iter()
        .map(|(uuid, warning)| {
            let is_list = body.get("records").is_some();
            assert!(is_list || place.contains(&uuid.to_string()), "{place}");
            warning.name()
        })
        .collect()
}

#[test]
fn of_each_operation() {
    let mut world = World::new();
    let root = world.root("ROOT");
    let no_host_name = ["no_subject_alternative_name", "common_name_is_no_host_name"];
    let shown = format!("{CERTIFICATES}?return_records=true");
    let sign = format!("{CERTIFICATES}/{root}/sign");
    let signing = |file: &str| json!({"signing_request": vector(file), "expiry_time": "P30D"});
    let weak = json!({"type": "server_ca", "public_certificate": vector("ca-rsa1024.pem")});
    let list = json!({"records": [server("my server"), server("a.example"), server("b c")]});
    let rows: [(&str, Value, &[&str]); 8] = [
        (CERTIFICATES, server("a.example"), &[]),
        (CERTIFICATES, server("my server"), &no_host_name),
        (&shown, server("another one"), &no_host_name),
        (CERTIFICATES, list, &[no_host_name, no_host_name].concat()),
        (CERTIFICATES, root_ca("my root"), &[]),
        (CERTIFICATES, weak, &["weak_key"]),
        (&sign, signing("server.csr"), &[]),
        (
            &sign,
            signing("csr-ca.pem"),
            &["not_made_a_ca", "key_usage_dropped", "key_usage_dropped"],
        ),
    ];
    for (seed, (target, body, expected)) in (100..).zip(rows) {
        assert_eq!(of(&world, seed, target, &body), expected, "{target} {body}");
    }
    world.policy = world.policy.with_dcn();
    assert_eq!(of(&world, 200, CERTIFICATES, &root_ca("a job")), [""; 0]);
}

#[test]
fn of_a_list_name_the_record_that_each_is_about() {
    let world = World::new();
    let body = json!({"records": [server("a.example"), server("my server")]});
    let request = Request::post(format!("{CERTIFICATES}?return_records=true"))
        .header("authorization", "x")
        .body(body.to_string().into_bytes());
    let answer = world
        .service
        .answer(request.unwrap(), &world.policy, &mut rng(7));
    let response = answer.into_response().unwrap();
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    let Warnings(list) = response.extensions().get().unwrap();
    for (uuid, _) in list {
        assert_eq!(body["records"][1]["uuid"], uuid.to_string());
    }
}

#[test]
fn a_refusal_and_a_question_have_none() {
    let mut world = World::new();
    world.add(with(server("my server"), json!({"name": "one"})));
    let taken = with(server("my server"), json!({"name": "one"}));
    for (method, body) in [("GET", String::new()), ("POST", taken.to_string())] {
        let request = Request::builder().method(method).uri(CERTIFICATES);
        let request = request.header("authorization", "x").body(body.into_bytes());
        let answer = world
            .service
            .answer(request.unwrap(), &world.policy, &mut rng(7));
        let response = answer.into_response().unwrap();
        assert!(
            response.extensions().get::<Warnings>().is_none(),
            "{method}"
        );
    }
}
