//! Section 9: scopes.

use crate::world::{CERTIFICATES, World, server, svm, with};
use serde_json::{Value, json};

/// A body, and its scope or the refusal's code and target.
type Row = (Value, Result<&'static str, (u32, &'static str)>);

#[test]
fn which_scope_a_body_means() {
    let mut world = World::new();
    let (one, two) = (svm(1).to_string(), svm(2).to_string());
    let rows: [Row; 13] = [
        (json!({}), Ok("cluster")),
        (json!({"svm": {"name": "cluster1"}}), Ok("cluster")),
        (json!({"scope": "cluster"}), Ok("cluster")),
        (json!({"svm": {"name": "svm1"}}), Ok("svm1")),
        (json!({"svm": {"uuid": one.to_uppercase()}}), Ok("svm1")),
        (
            json!({"svm": {"name": "svm1", "uuid": one}, "scope": "svm"}),
            Ok("svm1"),
        ),
        (
            json!({"svm": {"name": "svm9"}}),
            Err((2_621_462, "svm.name")),
        ),
        (
            json!({"svm": {"uuid": svm(9).to_string()}}),
            Err((2_621_462, "svm.uuid")),
        ),
        (json!({"svm": {"uuid": "x"}}), Err((2_621_462, "svm.uuid"))),
        (
            json!({"svm": {"name": "svm1", "uuid": two}}),
            Err((2_621_706, "svm.uuid")),
        ),
        (json!({"scope": "svm"}), Err((2_621_707, "svm.name"))),
        (
            json!({"scope": "cluster", "svm": {"name": "svm1"}}),
            Err((262_197, "scope")),
        ),
        (
            json!({"scope": "svm", "svm": {"name": "cluster1"}}),
            Err((262_197, "scope")),
        ),
    ];
    for (members, expected) in rows {
        let got = world.post(&with(server("a"), members.clone()));
        match expected {
            Ok(scope) => {
                let record = world.get(&got.location()).ok();
                let owner = record["svm"]["name"].as_str().unwrap_or("cluster");
                assert_eq!(owner, scope, "{members}");
            }
            Err((code, target)) => got.refused(400, code, target),
        }
    }
}

#[test]
fn headers_confine_a_request() {
    let mut world = World::new();
    let of = |name: &str| with(server("a"), json!({"svm": {"name": name}})).to_string();
    let one = svm(1).to_string();
    let header = [("X-Dot-SVM-Name", "svm1")];
    // As if it stood in the body.
    let got = world.send_with("POST", CERTIFICATES, &header, &server("a").to_string());
    let inside = got.location();
    assert_eq!(world.get(&inside).ok()["svm"]["name"], "svm1");
    assert_eq!(
        world
            .send_with("POST", CERTIFICATES, &header, &of("svm1"))
            .status,
        201
    );
    world
        .send_with("POST", CERTIFICATES, &header, &of("svm2"))
        .refused(400, 2_621_706, "svm.name");
    let other = [("X-Dot-SVM-UUID", &*one)];
    world
        .send_with("POST", CERTIFICATES, &other, &of("svm2"))
        .refused(400, 2_621_706, "svm.uuid");
    assert_eq!(
        world
            .send_with("POST", CERTIFICATES, &other, &of("svm1"))
            .status,
        201
    );
    world
        .send_with(
            "POST",
            CERTIFICATES,
            &[("X-Dot-SVM-Name", "svm9")],
            &server("a").to_string(),
        )
        .refused(400, 2_621_462, "svm.name");
    // As if it stood in the filters.
    let outside = world.add(server("b"));
    let list = |world: &mut World, headers: &[(&str, &str)]| {
        world.send_with("GET", CERTIFICATES, headers, "").ok()["num_records"]
            .as_u64()
            .unwrap()
    };
    assert_eq!(
        (
            list(&mut world, &[]),
            list(&mut world, &header),
            list(&mut world, &other)
        ),
        (4, 3, 3)
    );
    assert_eq!(list(&mut world, &[("X-Dot-SVM-Name", "svm*")]), 0);
    let got = world.send_with("GET", CERTIFICATES, &[("X-Dot-SVM-UUID", "a\"b")], "");
    got.refused(400, 262_197, "svm.uuid");
    let error = &got.json()["error"];
    let message = error["message"].as_str().unwrap();
    assert!(
        message.starts_with(r#""a\"b" is not a value of svm.uuid"#),
        "{message}"
    );
    assert_eq!(
        error["arguments"],
        json!([{"code": "value", "message": r#"a\"b"#}])
    );
    // By UUID, a record of another scope is not there.
    let path = |uuid: &str| format!("{CERTIFICATES}/{uuid}");
    for method in ["GET", "DELETE"] {
        world
            .send_with(method, &path(&outside), &header, "")
            .refused(404, 4, "uuid");
        world
            .send_with(method, &path(&outside), &other, "")
            .refused(404, 4, "uuid");
        assert_eq!(
            world.send_with(method, &path(&inside), &header, "").status,
            200
        );
    }
    // Neither does a deletion of many reach what is outside.
    let got = world.send_with("DELETE", &format!("{CERTIFICATES}?name=*"), &header, "");
    assert_eq!(got.ok(), json!({"num_records": 2}));
    let listed = json!({"records": [{"uuid": outside}]}).to_string();
    world
        .send_with("DELETE", CERTIFICATES, &header, &listed)
        .refused(404, 4, "uuid");
    // They are no filter that says what to delete.
    world
        .send_with("DELETE", CERTIFICATES, &header, "")
        .refused(400, 2, "");
    assert_eq!(world.count(), 1);
}

#[test]
fn what_is_found_by_scope_and_svm() {
    let mut world = World::new();
    world.add(server("a"));
    world.add(with(server("b"), json!({"svm": {"name": "svm1"}})));
    assert_eq!(world.names(&[("svm.name", "cluster1")]).len(), 0);
    assert_eq!(world.names(&[("scope", "cluster")]), ["a"]);
    assert_eq!(world.names(&[("scope", "svm")]), ["b"]);
    assert_eq!(world.names(&[("svm.name", "svm1")]), ["b"]);
}

#[test]
fn a_renamed_svm_is_shown_with_its_new_name_and_a_deleted_one_takes_its_records_along() {
    let mut world = World::new();
    let uuid = world.add(with(server("a"), json!({"svm": {"name": "svm1"}})));
    world.host.svms.lock().unwrap()[0].name = "renamed".to_owned();
    assert_eq!(world.get(&uuid).ok()["svm"]["name"], "renamed");
    assert_eq!(world.names(&[("svm.name", "renamed")]), ["a"]);
    world.host.svms.lock().unwrap().remove(0);
    let record = world.get(&uuid).ok();
    assert_eq!(record["svm"], json!({"uuid": svm(1).to_string()}));
    assert_eq!(world.list(&[("max_records", "1")]).status, 200);
    assert_eq!(world.service.catalog().delete_svm(svm(1)).unwrap(), 1);
    world.get(&uuid).refused(404, 4, "uuid");
}
