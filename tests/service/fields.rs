//! Section 3: which fields are shown.

use crate::world::{CERTIFICATES, World, server, with};
use serde_json::{Value, json};

/// The paths of a record, but for links.
fn paths(record: &Value) -> Vec<String> {
    let mut paths = Vec::new();
    for (name, value) in record.as_object().unwrap() {
        match value {
            Value::Object(inner) => {
                paths.extend(inner.keys().map(|below| format!("{name}.{below}")));
            }
            _ => paths.push(name.clone()),
        }
    }
    paths.sort();
    paths
}

fn world() -> World {
    let mut world = World::new();
    let names = json!({"subject_alternatives": {"dns": ["a.example"], "ip": ["10.0.0.1"]}, "svm": {"name": "svm1"}});
    world.add(with(server("a.example"), names));
    world
}

const ALL: &str = "authority_key_identifier ca common_name expiry_time hash_function key_size name \
                   public_certificate scope serial_number subject_alternatives.dns \
                   subject_alternatives.ip subject_key_identifier svm.name svm.uuid type uuid";

#[test]
fn of_a_collection() {
    let mut world = world();
    let rows: [(&[(&str, &str)], &str); 15] = [
        (&[], "name svm.name uuid"),
        (&[("fields", "")], "name svm.name uuid"),
        (&[("fields", " , ")], "name svm.name uuid"),
        (&[("type", "server")], "name svm.name type uuid"),
        (
            &[("scope", "svm"), ("fields", "common_name")],
            "common_name scope svm.name uuid",
        ),
        (&[("order_by", "type")], "name svm.name uuid"),
        (&[("fields", "uuid")], "svm.name uuid"),
        (&[("fields", "name")], "name svm.name uuid"),
        (&[("fields", " type , ca,")], "ca svm.name type uuid"),
        (&[("fields", "svm")], "svm.name svm.uuid uuid"),
        (&[("fields", "svm.uuid")], "svm.name svm.uuid uuid"),
        (
            &[("fields", "subject_alternatives")],
            "subject_alternatives.dns subject_alternatives.ip svm.name uuid",
        ),
        (
            &[("fields", "subject_alternatives.ip")],
            "subject_alternatives.ip svm.name uuid",
        ),
        (&[("fields", "*")], ALL),
        (&[("fields", "**")], ALL),
    ];
    for (query, shown) in rows {
        let body = world.list(query).ok();
        assert_eq!(paths(&body["records"][0]).join(" "), shown, "{query:?}");
    }
}

#[test]
fn of_an_instance() {
    let mut world = world();
    let uuid = world.list(&[]).ok()["records"][0]["uuid"]
        .as_str()
        .unwrap()
        .to_owned();
    for (query, shown) in [
        ("", ALL),
        ("?fields=", ALL),
        ("?fields=*", ALL),
        ("?fields=type", "svm.name type uuid"),
        (
            "?fields=common_name,svm.uuid",
            "common_name svm.name svm.uuid uuid",
        ),
    ] {
        let got = world.send("GET", &format!("{CERTIFICATES}/{uuid}{query}"), "");
        assert_eq!(paths(&got.ok()).join(" "), shown, "{query}");
    }
}

#[test]
fn unknown_ones() {
    let mut world = world();
    for name in [
        "subject",
        "private_key",
        "Name",
        "svm.",
        "name.x",
        "svm.*",
        "name,x",
    ] {
        world
            .list(&[("fields", name)])
            .refused(400, 262_197, "fields");
        let body = world
            .list(&[("fields", name), ("ignore_unknown_fields", "True")])
            .ok();
        let shown = if name == "name,x" {
            "name svm.name uuid"
        } else {
            "svm.name uuid"
        };
        assert_eq!(paths(&body["records"][0]).join(" "), shown, "{name}");
    }
}
