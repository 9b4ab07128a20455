//! Section 14: each status and code that the service itself answers with. Those of the operations
//! are provoked in `tests/codes.rs`; here stand those of the layers above.

use crate::common::{rng, vector};
use crate::world::{
    CANNOT_WRITE, CERTIFICATES, Got, UNREACHABLE, WORKS, World, root_ca, server, with,
};
use certwright::catalog::Preloaded;
use certwright::service::refuse;
use certwright::{Certificate, Error, ErrorCode};
use http::Request;
use serde_json::json;
use std::collections::BTreeSet;

#[test]
fn every_status_and_code() {
    let mut world = World::new();
    let mut seen = BTreeSet::new();
    let mut row = |got: Got, status: u16, code: u32| {
        let (found_status, found_code, _) = got.refusal();
        assert_eq!(
            (found_status, &*found_code),
            (status, &*code.to_string()),
            "{}",
            got.text
        );
        seen.insert((status, code));
    };
    let root = world.root("ROOT");
    let entry = |world: &mut World, kind| {
        world.list(&[("type", kind)]).ok()["records"][0]["uuid"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (client, server_ca) = (
        entry(&mut world, "client_ca"),
        entry(&mut world, "server_ca"),
    );
    let certificate = Certificate::from_pem(&vector("root.pem")).unwrap();
    let preloaded = [Preloaded {
        name: "bundled".to_owned(),
        certificate,
    }];
    world
        .service
        .catalog()
        .preload(&preloaded, &mut rng(3))
        .unwrap();
    let bundled = world.list(&[("name", "bundled")]).ok()["records"][0]["uuid"]
        .as_str()
        .unwrap()
        .to_owned();
    let nobody = "00000000-0000-4000-8000-000000000000";

    // 400
    row(world.send("POST", CERTIFICATES, "{"), 400, 2);
    row(world.list(&[("x", "")]), 400, 262_179);
    row(
        world.post(&with(server("a"), json!({"uuid": "x"}))),
        400,
        262_196,
    );
    row(world.list(&[("key_size", "x")]), 400, 262_197);
    row(
        world.post(&with(server("a"), json!({"svm": {"name": "x"}}))),
        400,
        2_621_462,
    );
    row(
        world.post(&with(
            server("a"),
            json!({"svm": {"name": "svm1", "uuid": "02020202-0202-0202-0202-020202020202"}}),
        )),
        400,
        2_621_706,
    );
    row(
        world.post(&with(server("a"), json!({"scope": "svm"}))),
        400,
        2_621_707,
    );
    row(world.post(&json!({"type": "x"})), 400, 3_735_622);
    row(
        world.sign(&server_ca, &json!({"signing_request": ""})),
        400,
        3_735_628,
    );
    row(world.csr(&json!({})), 400, 3_735_558);
    row(world.delete(&client), 400, 3_735_650);
    row(world.delete(&server_ca), 400, 3_735_627);
    row(world.delete(&bundled), 400, 3_735_679);
    world.policy = world.policy.without_rest();
    row(world.delete(&bundled), 400, 3_735_681);
    row(
        world.post(&json!({"azure": {}, "key_size": 1})),
        400,
        3_735_762,
    );
    let large = json!({"type": "server_ca", "public_certificate": "x".repeat(2 << 20)});
    row(world.post(&large), 400, 52_363_365);
    // 401, 403, 429
    row(
        world.ask(Request::get(CERTIFICATES).body(Vec::new()).unwrap()),
        401,
        6,
    );
    for status in [403, 429] {
        let error = Error::new(ErrorCode::NotAuthorized, "User is not authorized.")
            .with_http_status(status);
        row(Got::of(refuse(&error)), status, 6);
    }
    // 404, 405
    row(world.send("GET", "/api/x", ""), 404, 3);
    row(world.get(nobody), 404, 4);
    row(world.get("x"), 404, 2);
    row(world.send("PATCH", CERTIFICATES, ""), 405, 3);
    // 409
    row(
        world.post(&json!({"type": "server_ca", "public_certificate": vector("root.pem")})),
        409,
        1,
    );
    let uuid = root.parse().unwrap();
    world.host.answers.lock().unwrap().needed.insert(uuid);
    row(world.delete(&root), 409, 3_735_644);
    world.host.answers.lock().unwrap().needed.clear();
    world.host.answers.lock().unwrap().key_manager.insert(uuid);
    row(world.delete(&root), 409, 3_735_683);
    world.host.answers.lock().unwrap().key_manager.clear();
    world.host.answers.lock().unwrap().in_use.insert(uuid);
    row(world.delete(&root), 409, 52_560_272);
    world.host.answers.lock().unwrap().in_use.clear();
    // 413
    row(
        world.send("POST", CERTIFICATES, &" ".repeat((4 << 20) + 1)),
        413,
        52_363_365,
    );
    // 500
    world.host.answers.lock().unwrap().ssl_remains.insert(uuid);
    row(world.delete(&root), 500, 3_735_590);
    world.host.answers.lock().unwrap().ssl_remains.clear();
    world.store.set(CANNOT_WRITE);
    row(world.post(&server("a")), 500, 3_735_646);
    row(world.delete(&root), 500, 3_735_589);
    // 503, whatever is asked
    world.store.set(UNREACHABLE);
    for got in [
        world.list(&[]),
        world.get(&root),
        world.post(&root_ca("a")),
        world.delete(&root),
        world.job(nobody),
    ] {
        assert!(got.header("retry-after").unwrap().parse::<u32>().is_ok());
        row(got, 503, 3_735_646);
    }
    world.store.set(WORKS);
    assert_eq!(seen.len(), 32, "{seen:?}");
}

#[test]
fn no_message_has_the_words_that_make_a_client_send_again() {
    let mut world = World::new();
    let words = "temporarily locked";
    for got in [
        world.list(&[(words, "")]),
        world.list(&[("key_size", words)]),
        world.list(&[("fields", words)]),
        world.post(&json!({"type": words})),
        world.post(&json!({words: 1})),
        world.post(&with(server("a"), json!({"svm": {"name": words}}))),
        world.sign("00000000-0000-4000-8000-000000000000", &json!({words: 1})),
    ] {
        assert!(
            got.status >= 400 && !got.text.contains(words),
            "{}",
            got.text
        );
    }
}
