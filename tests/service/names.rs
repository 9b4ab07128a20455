//! Sections 7 and 8: names, duplicates, a root_ca and its entries.

use crate::common::{NOW, at, vector};
use crate::world::{CERTIFICATES, World, root_ca, server, with};
use serde_json::{Value, json};

fn install(kind: &str) -> Value {
    json!({"type": kind, "public_certificate": vector("root.pem")})
}

#[test]
fn a_name_is_unique_within_its_scope() {
    let mut world = World::new();
    let named = |name: &str| with(server("a"), json!({"name": name}));
    let in_svm = |body: Value, name: &str| with(body, json!({"svm": {"name": name}}));
    world.add(named("one"));
    let got = world.post(&named("one"));
    got.refused(409, 1, "uuid");
    assert_eq!(got.json()["error"]["message"], "duplicate entry");
    world
        .post(&with(root_ca("b"), json!({"name": "one"})))
        .refused(409, 1, "uuid");
    world
        .post(&with(install("server_ca"), json!({"name": "one"})))
        .refused(409, 1, "uuid");
    // Elsewhere, or written otherwise, it is another.
    world.add(in_svm(named("one"), "svm1"));
    world.add(in_svm(named("one"), "svm2"));
    world.add(named("One"));
    assert_eq!(world.names(&[("name", "one")]).len(), 3);
}

#[test]
fn one_that_is_not_given_is_the_first_that_is_free() {
    let mut world = World::new();
    let name = |world: &mut World, body: Value| -> (String, String) {
        let uuid = world.add(body);
        let record = world.get(&uuid).ok();
        let text = |name: &str| record[name].as_str().unwrap().to_owned();
        (text("name"), text("serial_number"))
    };
    assert_eq!(name(&mut world, server("www")).0, "www");
    let (second, serial) = name(&mut world, server("www"));
    assert_eq!(second, format!("www_{serial}"));
    // Not the name of the cluster or SVM itself.
    let (own, serial) = name(&mut world, server("cluster1"));
    assert_eq!(own, format!("cluster1_{serial}"));
    let (own, serial) = name(
        &mut world,
        with(server("svm1"), json!({"svm": {"name": "svm1"}})),
    );
    assert_eq!(own, format!("svm1_{serial}"));
    assert_eq!(
        name(
            &mut world,
            with(server("svm1"), json!({"svm": {"name": "svm2"}}))
        )
        .0,
        "svm1"
    );
}

#[test]
fn one_that_has_expired_still_holds_its_name() {
    let mut world = World::new();
    let named = with(server("www"), json!({"name": "www", "expiry_time": "P1D"}));
    world.add(named.clone());
    world.policy = at(NOW + 2 * 86_400).into();
    world.post(&named).refused(409, 1, "uuid");
    let uuid = world.add(server("www"));
    let record = world.get(&uuid).ok();
    let serial = record["serial_number"].as_str().unwrap();
    assert_eq!(record["name"], format!("www_{serial}"));
}

#[test]
fn a_certificate_is_there_once_with_a_type_in_a_scope() {
    let mut world = World::new();
    world.add(install("server_ca"));
    let got = world.post(&with(install("server_ca"), json!({"name": "other"})));
    got.refused(409, 1, "uuid");
    world.add(install("client_ca"));
    world.add(with(install("server_ca"), json!({"svm": {"name": "svm1"}})));
    // A renewal has the common name of the old one.
    world.add(server("www"));
    world.add(server("www"));
}

#[test]
fn a_root_ca_brings_two_entries() {
    let mut world = World::new();
    let root = world.root("ROOT");
    let record = world.get(&root).ok();
    let serial = record["serial_number"].as_str().unwrap();
    assert_eq!(record["name"], format!("ROOT_{serial}_ROOT"));
    let by_type = |world: &mut World| {
        let body = world
            .list(&[("fields", "name,type"), ("order_by", "type")])
            .ok();
        let records = body["records"].as_array().unwrap().clone();
        records
            .iter()
            .map(|record| record["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let expected = [
        "ROOT".to_owned(),
        format!("ROOT_{serial}_ROOT"),
        format!("ROOT_{serial}"),
    ];
    assert_eq!(by_type(&mut world), expected);
    assert_eq!(world.delete(&root).status, 200);
    // A given name is the root_ca's alone.
    let root = world.add(with(
        root_ca("ROOT"),
        json!({"name": "mine", "svm": {"name": "svm1"}}),
    ));
    assert_eq!(world.names(&[("name", "mine")]).len(), 1);
    assert_eq!(world.names(&[("svm.name", "svm1")]).len(), 3);
    let got = world.send(
        "POST",
        &format!("{CERTIFICATES}?return_records=true"),
        &root_ca("B").to_string(),
    );
    let uuid = got.location();
    assert_eq!(got.ok()["records"][0]["uuid"], uuid.as_str());
    assert_eq!(world.get(&uuid).ok()["type"], "root_ca");
    assert_eq!(world.delete(&root).status, 200);
}
