//! Section 5: POST on the collection.

use crate::common::vector;
use crate::world::{CERTIFICATES, World, root_ca, server, with};
use serde_json::{Value, json};

fn install(kind: &str, file: &str) -> Value {
    json!({"type": kind, "public_certificate": vector(file)})
}

#[test]
fn what_every_body_must_be() {
    let mut world = World::new();
    let mut row = |body: &str, code: u32, target: &str| {
        world
            .send("POST", CERTIFICATES, body)
            .refused(400, code, target);
        assert_eq!(world.count(), 0);
    };
    row("{", 2, "");
    row("[]", 2, "");
    row("\"x\"", 2, "");
    row("{\"type\":\"server\",\"type\":\"server\"}", 2, "type");
    row(r#"{"type":"server","cn":"a"}"#, 262_179, "cn");
    row(r#"{"svm":{"nam":"a"}}"#, 262_179, "svm.nam");
    row(r#"{"azure":{"x":"a"}}"#, 262_179, "azure.x");
    for name in [
        "uuid",
        "ca",
        "authority_key_identifier",
        "subject_key_identifier",
    ] {
        row(
            &format!(r#"{{"type":"server","{name}":"a"}}"#),
            262_196,
            name,
        );
    }
    for (name, value) in [
        ("type", "1"),
        ("common_name", "[\"a\"]"),
        ("name", "{}"),
        ("svm", "\"a\""),
        ("scope", "true"),
        ("key_size", "\"big\""),
        ("key_size", "2048.5"),
        ("hash_function", "5"),
        ("expiry_time", "365"),
        ("subject_alternatives", "[]"),
        ("algorithm", "{}"),
    ] {
        let other = if name == "type" {
            ""
        } else {
            r#""type":"server","#
        };
        row(&format!(r#"{{{other}"{name}":{value}}}"#), 262_197, name);
    }
    // Unknown before fixed before of another type.
    row(r#"{"type":1,"uuid":1,"x":1}"#, 262_179, "x");
    row(r#"{"type":1,"uuid":1}"#, 262_196, "uuid");
}

#[test]
fn what_is_read_with_an_open_mind() {
    let mut world = World::new();
    for body in [
        json!({"type": "server", "common_name": "a.example", "key_size": "2048", "algorithm": null}),
        with(
            server("b.example"),
            json!({"subject_alternatives": {"dns": "b.example", "ip": null}}),
        ),
        with(server("c.example"), json!({"scope": "cluster"})),
        with(
            server("d.example"),
            json!({"scope": "svm", "svm": {"name": "svm1"}}),
        ),
        with(server("e.example"), json!({"expiry_time": "P3650DT"})),
        with(root_ca("f"), json!({"type": "root-ca"})),
        with(
            install("server-ca", "root.pem"),
            json!({"private_key": null, "intermediate_certificates": null}),
        ),
    ] {
        let got = world.post(&body);
        assert_eq!(got.status, 201, "{body}: {}", got.text);
    }
}

#[test]
fn which_operation() {
    let mut world = World::new();
    let rows = [
        // azure
        (
            json!({"azure": {"key_vault": "https://x"}, "public_certificate": "x"}),
            3_735_762,
            "public_certificate",
        ),
        (
            json!({"azure": {"key_vault": "https://x"}, "private_key": "x"}),
            3_735_762,
            "private_key",
        ),
        (
            json!({"azure": {}, "subject_alternatives": {"dns": ["a"]}}),
            3_735_762,
            "subject_alternatives",
        ),
        (
            json!({"azure": {}, "key_size": 2048}),
            3_735_762,
            "key_size",
        ),
        (
            json!({"azure": {}, "expiry_time": "P1D"}),
            3_735_762,
            "expiry_time",
        ),
        // install
        (
            json!({"type": "server_ca", "public_certificate": ""}),
            52_559_975,
            "public_certificate",
        ),
        (
            json!({"type": "server_ca", "public_certificate": "PEM"}),
            52_559_975,
            "public_certificate",
        ),
        (install("root_ca", "root.pem"), 3_735_622, "type"),
        (
            json!({"public_certificate": vector("root.pem")}),
            3_735_622,
            "type",
        ),
        (install("server", "server.pem"), 3_735_693, "private_key"),
        (
            with(
                install("server_ca", "root.pem"),
                json!({"serial_number": "1"}),
            ),
            3_735_645,
            "serial_number",
        ),
        // create
        (
            json!({"type": "client_ca", "common_name": "a"}),
            3_735_622,
            "type",
        ),
        (
            json!({"type": "server_ca", "common_name": "a"}),
            3_735_622,
            "type",
        ),
        (json!({"common_name": "a"}), 3_735_622, "type"),
        (
            with(server("a"), json!({"private_key": "x"})),
            3_735_553,
            "private_key",
        ),
        (
            with(server("a"), json!({"intermediate_certificates": ["x"]})),
            3_735_553,
            "intermediate_certificates",
        ),
        (
            with(server("a"), json!({"serial_number": "1"})),
            3_735_645,
            "serial_number",
        ),
        (json!({"type": "server"}), 3_735_558, "common_name"),
        (
            with(server("a"), json!({"hash_function": "md5"})),
            52_560_173,
            "hash_function",
        ),
        (
            with(server("a"), json!({"expiry_time": "P11Y"})),
            3_735_701,
            "expiry_time",
        ),
        (
            json!({"type": "server", "common_name": "a", "key_size": 1000}),
            3_735_700,
            "key_size",
        ),
        (with(server("a"), json!({"name": "a\nb"})), 262_197, "name"),
        (
            with(server("a"), json!({"name": "x".repeat(256)})),
            262_197,
            "name",
        ),
    ];
    for (body, code, target) in rows {
        let got = world.post(&body);
        assert_eq!(
            got.refusal(),
            (400, code.to_string(), Some(target.to_owned())),
            "{body}"
        );
    }
    assert_eq!(world.count(), 0);
    // What an installation ignores: clients forward what their user set.
    let ignored = json!({"expiry_time": "soon", "key_size": 1, "hash_function": "md5", "subject_alternatives": {"dns": ["x"]}});
    assert_eq!(
        world
            .post(&with(install("server_ca", "root.pem"), ignored))
            .status,
        201
    );
}

#[test]
fn a_list_is_added_as_a_whole_or_not_at_all() {
    let mut world = World::new();
    let list = |elements: Vec<Value>| json!({"records": elements});
    let rows = [
        (list(vec![]), 2, "records"),
        (
            list(vec![server("a"), json!({"type": "server"})]),
            3_735_558,
            "records[1].common_name",
        ),
        (
            list(vec![json!({"x": 1}), server("a")]),
            262_179,
            "records[0].x",
        ),
        (
            list(vec![server("a"), with(server("b"), json!({"uuid": "1"}))]),
            262_196,
            "records[1].uuid",
        ),
        (
            list(vec![with(server("a"), json!({"svm": {"name": "none"}}))]),
            2_621_462,
            "records[0].svm.name",
        ),
        (json!({"records": "x"}), 262_197, "records"),
        (json!({"records": [1]}), 262_197, "records"),
        (json!({"records": [], "type": "server"}), 262_179, "records"),
    ];
    for (body, code, target) in rows {
        world.post(&body).refused(400, code, target);
        assert_eq!(world.count(), 0, "{body}");
    }
    let twice = with(server("a"), json!({"name": "one"}));
    world
        .post(&list(vec![twice.clone(), twice]))
        .refused(409, 1, "records[1].uuid");
    assert_eq!(world.count(), 0);
    let got = world.post(&list(vec![server("a"), root_ca("b")]));
    assert_eq!(
        (got.status, &*got.text, got.header("location")),
        (201, "{\"num_records\":2}", None)
    );
    assert_eq!(world.count(), 4);
    let target = format!("{CERTIFICATES}?return_records=true");
    let body = world
        .send(
            "POST",
            &target,
            &list(vec![server("c"), root_ca("d")]).to_string(),
        )
        .ok();
    assert_eq!(
        (
            body["num_records"].as_u64(),
            body["records"].as_array().unwrap().len()
        ),
        (Some(2), 2)
    );
    assert_eq!(body["records"][1]["type"], "root_ca");
}

#[test]
fn the_answer() {
    let mut world = World::new();
    for (query, shows) in [
        ("", false),
        ("?return_records=false", false),
        ("?return_records=True&return_timeout=30", true),
    ] {
        let target = format!("{CERTIFICATES}{query}");
        let got = world.send("POST", &target, &root_ca("ROOT").to_string());
        let location = got.header("location").unwrap().to_owned();
        assert!(!location.contains('?'), "{location}");
        let uuid = got.location();
        let body = got.ok();
        if shows {
            // Of a root_ca only itself, with everything.
            assert_eq!(body["num_records"], 1);
            assert_eq!(body["records"], json!([world.get(&uuid).ok()]));
        } else {
            assert_eq!(body, json!({}));
        }
    }
    for (query, code, target) in [
        ("fields=*", 262_179, ""),
        ("x=1", 262_179, ""),
        ("return_timeout=121", 262_197, "return_timeout"),
        ("return_records=2", 262_197, "return_records"),
        ("return_records=1&return_records=1", 2, "return_records"),
    ] {
        let target_of_post = format!("{CERTIFICATES}?{query}");
        world
            .send("POST", &target_of_post, &server("a").to_string())
            .refused(400, code, target);
    }
}

#[test]
fn the_order_of_checks() {
    let mut world = World::new();
    world.add(with(server("a"), json!({"name": "taken"})));
    // Each fault with all that come after it.
    let faults = [
        (json!({"x": 1}), 400, 262_179, "x"),
        (json!({"uuid": "1"}), 400, 262_196, "uuid"),
        (json!({"hash_function": 1}), 400, 262_197, "hash_function"),
        (json!({"type": "client_ca"}), 400, 3_735_622, "type"),
        (json!({"svm": {"name": "none"}}), 400, 2_621_462, "svm.name"),
        (json!({"common_name": null}), 400, 3_735_558, "common_name"),
        (json!({"name": "taken"}), 409, 1, "uuid"),
    ];
    for (index, (_, status, code, target)) in faults.iter().enumerate() {
        let body = faults[index..]
            .iter()
            .fold(server("a"), |body, (fault, ..)| with(body, fault.clone()));
        let got = world.post(&body);
        assert_eq!(
            got.refusal(),
            (*status, code.to_string(), Some((*target).to_owned())),
            "{body}"
        );
    }
    assert_eq!(world.count(), 1);
}
