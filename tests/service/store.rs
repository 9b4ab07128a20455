//! Section 15: what the store promises, seen through the service.

use crate::common::{NOW, at, rng, vector};
use crate::world::{CERTIFICATES, CLUSTER, Got, TestHost, World, root_ca, server, with};
use certwright::Certificate;
use certwright::catalog::{Catalog, CatalogPolicy, Preloaded, Store as _};
use certwright::service::Service;
use http::Request;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

/// Another one each time: what two requests draw must not be the same.
fn seed() -> u8 {
    static LAST: AtomicU8 = AtomicU8::new(100);
    LAST.fetch_add(1, Ordering::Relaxed)
}

fn ask(service: &Service, method: &str, target: &str, body: &str) -> Got {
    let request = Request::builder().method(method).uri(target);
    let request = request.header("Authorization", "x");
    let request = request.body(body.as_bytes().to_vec()).unwrap();
    let policy = CatalogPolicy::from(at(NOW));
    let answer = service.answer(request, &policy, &mut rng(seed()));
    Got::of(answer.into_response().unwrap())
}

/// The answers to eight POSTs that come together.
fn together(service: &Service, body: &Value) -> Vec<Got> {
    let (start, body) = (Barrier::new(8), body.to_string());
    thread::scope(|scope| {
        let (start, body) = (&start, &body);
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(move || {
                    start.wait();
                    ask(service, "POST", CERTIFICATES, body)
                })
            })
            .collect();
        let ends = threads.into_iter().map(|thread| thread.join().unwrap());
        ends.collect()
    })
}

#[test]
fn of_posts_with_one_given_name_one_is_granted() {
    let world = World::new();
    for body in [server("a.example"), root_ca("ROOT")] {
        let kind = body["type"].as_str().unwrap().to_owned();
        let got = together(&world.service, &with(body, json!({"name": kind})));
        let granted = got.iter().filter(|got| got.status == 201).count();
        assert_eq!(granted, 1);
        for refused in got.iter().filter(|got| got.status != 201) {
            refused.refused(409, 1, "uuid");
        }
    }
    assert_eq!(world.count(), 1 + 3);
}

#[test]
fn of_posts_with_generated_names_all_are_granted_and_no_name_is_there_twice() {
    let mut world = World::new();
    for body in [server("a.example"), root_ca("ROOT")] {
        let got = together(&world.service, &body);
        assert!(got.iter().all(|got| got.status == 201), "{got:?}");
    }
    let names = world.names(&[]);
    assert_eq!(names.len(), 8 + 8 * 3);
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
}

/// What is asked, how, and by how much the revision grows.
type Asked = (&'static str, fn(&mut World, &str, &Value) -> Got, u64);

/// Parameters of a list, and the names that it has.
type Listed<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);

#[test]
fn the_revision_grows_with_every_commit_and_with_nothing_else() {
    let mut world = World::new();
    let root = world.root("ROOT");
    let signing = json!({"signing_request": vector("server.csr"), "expiry_time": "P30D"});
    let rows: [Asked; 8] = [
        ("list", |world, _, _| world.list(&[]), 0),
        ("get", |world, root, _| world.get(root), 0),
        ("refused", |world, _, _| world.post(&json!({})), 0),
        (
            "csr",
            |world, _, _| world.csr(&json!({"subject_name": "CN=a", "algorithm": "ec"})),
            0,
        ),
        ("create", |world, _, _| world.post(&root_ca("OTHER")), 1),
        (
            "list of two",
            |world, _, _| world.post(&json!({"records": [server("a"), server("b")]})),
            1,
        ),
        ("sign", |world, root, signing| world.sign(root, signing), 1),
        ("delete three", |world, root, _| world.delete(root), 1),
    ];
    for (what, request, commits) in rows {
        let before = world.store.revision().unwrap();
        request(&mut world, &root, &signing);
        assert_eq!(world.store.revision().unwrap() - before, commits, "{what}");
    }
}

#[test]
fn of_two_servers_neither_signs_after_the_deletion_by_the_other() {
    let mut world = World::new();
    let root = world.root("ROOT");
    let other = Catalog::new(Arc::clone(&world.store), Arc::new(TestHost::default()));
    let other = Service::new(Arc::new(other));
    let sign = format!("{CERTIFICATES}/{root}/sign");
    let body = json!({"signing_request": vector("server.csr"), "expiry_time": "P30D"}).to_string();
    // The other has the CA loaded.
    assert_eq!(ask(&other, "POST", &sign, &body).status, 200);
    assert_eq!(world.delete(&root).status, 200);
    for _ in 0..2 {
        let got = ask(&other, "POST", &sign, &body);
        got.refused(404, 4, "ca.uuid");
        assert!(!got.text.contains("BEGIN"));
    }
    // And what one adds the other shows at once.
    let uuid = world.add(server("a.example"));
    let got = ask(&other, "GET", &format!("{CERTIFICATES}/{uuid}"), "");
    assert_eq!(got.ok()["name"], "a.example");
}

#[test]
fn a_signature_is_recorded_before_its_ca_goes_or_it_is_refused() {
    let world = World::new();
    for _ in 0..6 {
        let made = ask(
            &world.service,
            "POST",
            CERTIFICATES,
            &root_ca("R").to_string(),
        );
        let root = made.location();
        let (sign, path) = (
            format!("{CERTIFICATES}/{root}/sign"),
            format!("{CERTIFICATES}/{root}"),
        );
        let body = json!({"signing_request": vector("server.csr"), "expiry_time": "P30D"});
        let (body, start) = (body.to_string(), Barrier::new(4));
        let (service, start, sign, body) = (&world.service, &start, &sign, &body);
        let got: Vec<_> = thread::scope(|scope| {
            let signing: Vec<_> = (0..3)
                .map(|_| {
                    scope.spawn(move || {
                        start.wait();
                        ask(service, "POST", sign, body)
                    })
                })
                .collect();
            start.wait();
            assert_eq!(ask(service, "DELETE", &path, "").status, 200);
            ask(service, "POST", sign, body).refused(404, 4, "ca.uuid");
            let ends = signing.into_iter().map(|thread| thread.join().unwrap());
            ends.collect()
        });
        for got in got {
            if got.status != 200 {
                got.refused(404, 4, "ca.uuid");
            }
        }
    }
    assert_eq!(world.count(), 0);
}

#[test]
fn preloaded_ones_are_shown_filtered_and_counted_as_any_other() {
    let mut world = World::new();
    world.add(server("a.example"));
    let certificate = Certificate::from_pem(&vector("root.pem")).unwrap();
    let bundled = Preloaded {
        name: "bundled".to_owned(),
        certificate,
    };
    let catalog = Arc::clone(world.service.catalog());
    assert_eq!(catalog.host().cluster_name(), CLUSTER);
    catalog.preload(&[bundled], &mut rng(3)).unwrap();
    let rows: [Listed<'_>; 5] = [
        (&[("order_by", "name")], &["a.example", "bundled"]),
        (&[("type", "server_ca")], &["bundled"]),
        (&[("scope", "cluster"), ("name", "b*")], &["bundled"]),
        (&[("common_name", "certwright test root")], &["bundled"]),
        (&[("svm.name", "!null")], &[]),
    ];
    for (query, expected) in rows {
        assert_eq!(world.names(query), expected, "{query:?}");
    }
    let count = world.list(&[("return_records", "false")]).ok();
    assert_eq!(count, json!({"num_records": 2}));
    // It holds its name and its place as any other.
    world
        .post(&with(server("a"), json!({"name": "bundled"})))
        .refused(409, 1, "uuid");
}
