//! Section 10: DELETE.

use crate::common::{rng, vector};
use crate::world::{CANNOT_WRITE, CERTIFICATES, UNREACHABLE, WORKS, World, root_ca, server, with};
use certwright::Certificate;
use certwright::catalog::{Preloaded, Uuid};
use serde_json::{Value, json};

fn uuid(text: &str) -> Uuid {
    text.parse().unwrap()
}

/// The UUIDs of the client_ca, root_ca and server_ca of a new root_ca.
fn family(world: &mut World, name: &str) -> [String; 3] {
    world.add(root_ca(name));
    ["client_ca", "root_ca", "server_ca"].map(|kind| {
        let body = world.list(&[("type", kind), ("common_name", name)]).ok();
        body["records"][0]["uuid"].as_str().unwrap().to_owned()
    })
}

#[test]
fn the_rules_in_their_order() {
    let mut world = World::new();
    world.delete("none").refused(404, 2, "uuid");
    let got = world.delete("00000000-0000-4000-8000-000000000000");
    got.refused(404, 4, "uuid");
    assert_eq!(got.json()["error"]["message"], "entry doesn't exist");
    let [client, root, server_ca] = family(&mut world, "ROOT");
    // What the host says counts for all three, and later.
    {
        let mut answers = world.host.answers.lock().unwrap();
        answers.needed.insert(uuid(&client));
        answers.key_manager.insert(uuid(&server_ca));
        answers.in_use.extend([uuid(&root), uuid(&client)]);
        answers.ssl_remains.insert(uuid(&client));
    }
    world.store.set(CANNOT_WRITE);
    world.delete(&client).refused(400, 3_735_650, "uuid");
    world.delete(&server_ca).refused(400, 3_735_627, "uuid");
    world.delete(&root).refused(409, 3_735_644, "uuid");
    world.host.answers.lock().unwrap().needed.clear();
    world.delete(&root).refused(409, 3_735_683, "uuid");
    world.host.answers.lock().unwrap().key_manager.clear();
    let got = world.delete(&root);
    got.refused(409, 52_560_272, "uuid");
    let arguments = got.json()["error"]["arguments"].clone();
    let named: Vec<_> = arguments
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["message"])
        .collect();
    assert_eq!(named, ["nfs", "web"]);
    world.host.answers.lock().unwrap().in_use.clear();
    world.delete(&root).refused(500, 3_735_590, "uuid");
    world.host.answers.lock().unwrap().ssl_remains.clear();
    world.delete(&root).refused(500, 3_735_589, "");
    world.store.set(UNREACHABLE);
    let got = world.delete(&root);
    got.refused(503, 3_735_646, "");
    assert!(got.header("retry-after").is_some());
    world.store.set(WORKS);
    assert_eq!(world.count(), 3);
    assert_eq!(world.delete(&root).status, 200);
    assert_eq!(world.count(), 0);
    for gone in [client, root, server_ca] {
        world.delete(&gone).refused(404, 4, "uuid");
    }
}

#[test]
fn preinstalled_ones_stay() {
    let mut world = World::new();
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
    let uuid = world.list(&[]).ok()["records"][0]["uuid"]
        .as_str()
        .unwrap()
        .to_owned();
    world.delete(&uuid).refused(400, 3_735_679, "uuid");
    world
        .send("DELETE", &format!("{CERTIFICATES}?name=bundled"), "")
        .refused(400, 3_735_679, "uuid");
    world.policy = world.policy.without_rest();
    world.delete(&uuid).refused(400, 3_735_681, "uuid");
    assert_eq!(world.count(), 1);
}

#[test]
fn queries_and_bodies() {
    let mut world = World::new();
    for query in [
        "",
        "?fields=*",
        "?return_records=true&return_timeout=30",
        "?fields=nonsense",
    ] {
        let uuid = world.add(server("a"));
        let got = world.send("DELETE", &format!("{CERTIFICATES}/{uuid}{query}"), "{}");
        assert_eq!((got.status, &*got.text), (200, "{}"), "{query}");
    }
    let uuid = world.add(server("a"));
    let path = format!("{CERTIFICATES}/{uuid}");
    world
        .send("DELETE", &format!("{path}?name=a"), "")
        .refused(400, 262_179, "");
    world
        .send("DELETE", &format!("{path}?return_timeout=x"), "")
        .refused(400, 262_197, "return_timeout");
    world
        .send("DELETE", &path, "{\"x\":1}")
        .refused(400, 262_179, "x");
    world.send("DELETE", &path, "{").refused(400, 2, "");
    assert_eq!(world.count(), 1);
}

#[test]
fn of_many_by_filters() {
    let mut world = World::new();
    let filter = |query: &str| format!("{CERTIFICATES}?{query}");
    for name in ["a", "b", "c"] {
        world.add(server(name));
    }
    family(&mut world, "ROOT");
    world.send("DELETE", CERTIFICATES, "").refused(400, 2, "");
    world.send("DELETE", CERTIFICATES, "{}").refused(400, 2, "");
    world
        .send("DELETE", &filter("fields=*&return_records=true"), "")
        .refused(400, 2, "");
    world
        .send("DELETE", &filter("x=1"), "")
        .refused(400, 262_179, "");
    world
        .send("DELETE", &filter("order_by=name&name=a"), "")
        .refused(400, 262_179, "");
    world
        .send("DELETE", &filter("type=x"), "")
        .refused(400, 262_197, "type");
    assert_eq!(
        world.send("DELETE", &filter("name=none"), "").ok(),
        json!({"num_records": 0})
    );
    // All checks for all matches first.
    world
        .send("DELETE", &filter("type=server|client_ca"), "")
        .refused(400, 3_735_650, "uuid");
    assert_eq!(world.count(), 6);
    assert_eq!(
        world
            .send("DELETE", &filter("name=a|b&fields=*"), "{}")
            .ok(),
        json!({"num_records": 2})
    );
    // An entry whose root_ca matches too goes with it.
    assert_eq!(
        world.send("DELETE", &filter("common_name=ROOT"), "").ok(),
        json!({"num_records": 3})
    );
    assert_eq!(world.names(&[]), ["c"]);
    // A root_ca takes its entries along that do not match.
    family(&mut world, "OTHER");
    assert_eq!(
        world.send("DELETE", &filter("type=root_ca"), "").ok(),
        json!({"num_records": 1})
    );
    assert_eq!(world.names(&[]), ["c"]);
}

#[test]
fn of_many_by_a_list() {
    let mut world = World::new();
    let uuids: Vec<String> = ["a", "b", "c"].map(|name| world.add(server(name))).to_vec();
    let [client, root, _] = family(&mut world, "ROOT");
    let list = |uuids: &[&str]| {
        let records: Vec<Value> = uuids.iter().map(|uuid| json!({"uuid": uuid})).collect();
        json!({"records": records}).to_string()
    };
    let nobody = "00000000-0000-4000-8000-000000000000";
    for (body, status, code, target) in [
        (list(&[]), 400, 2, "records"),
        (
            json!({"records": [{}]}).to_string(),
            400,
            2,
            "records[0].uuid",
        ),
        (
            json!({"records": [{"uuid": uuids[0]}, {"name": "a"}]}).to_string(),
            400,
            262_179,
            "records[1].name",
        ),
        (list(&[&uuids[0], "x"]), 400, 262_197, "records[1].uuid"),
        (json!({"records": {}}).to_string(), 400, 262_197, "records"),
        (list(&[&uuids[0], nobody]), 404, 4, "records[1].uuid"),
        (list(&[&uuids[0], &client]), 400, 3_735_650, "uuid"),
    ] {
        world
            .send("DELETE", CERTIFICATES, &body)
            .refused(status, code, target);
        assert_eq!(world.count(), 6, "{body}");
    }
    let both = format!("{CERTIFICATES}?name=a");
    world
        .send("DELETE", &both, &list(&[&uuids[0]]))
        .refused(400, 2, "");
    let got = world.send(
        "DELETE",
        CERTIFICATES,
        &list(&[&uuids[0], &uuids[1], &root, &client]),
    );
    assert_eq!(got.ok(), json!({"num_records": 4}));
    assert_eq!(world.names(&[]), ["c"]);
}

#[test]
fn what_a_root_signed_and_others_installed_stays() {
    let mut world = World::new();
    let [_, root, _] = family(&mut world, "ROOT");
    let signed = world
        .sign(
            &root,
            &json!({"signing_request": vector("csr-p256.pem"), "expiry_time": "P30D"}),
        )
        .ok();
    let body = json!({"type": "server", "public_certificate": signed["public_certificate"], "private_key": vector("csr-p256.key"), "name": "kept"});
    let root_pem = world.get(&root).ok()["public_certificate"].clone();
    world.add(with(body, json!({"intermediate_certificates": [root_pem]})));
    assert_eq!(world.delete(&root).status, 200);
    assert_eq!(world.names(&[]), ["kept"]);
}
