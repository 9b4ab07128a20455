//! Names and duplicates.

use super::{World, policy, refusal, refused, root_ca, server, server_ca};
use certwright::CertificateKind::{ClientCa, RootCa, Server, ServerCa};
use certwright::InstallRequest;
use certwright::catalog::{Addition, ScopeRequest};
use certwright::rand_core::Rng as _;

#[test]
fn a_root_ca_brings_its_entries_and_their_names() {
    let mut world = World::new();
    let root = world.add(root_ca("ROOT")).unwrap();
    let serial = root.serial_number.clone().unwrap();
    assert_eq!(
        world.list(),
        [
            ("ROOT".to_owned(), ClientCa),
            (format!("ROOT_{serial}"), ServerCa),
            (format!("ROOT_{serial}_ROOT"), RootCa),
        ]
    );
    assert_eq!(root.r#type, RootCa);
    for kind in [ClientCa, ServerCa] {
        let entry = world.by_type(kind);
        assert_eq!(
            (entry.root, &entry.certificate),
            (Some(root.uuid), &root.certificate)
        );
        assert_eq!(entry.serial_number, root.serial_number);
    }
}

#[test]
fn a_given_name_is_the_roots_alone() {
    let mut world = World::new();
    let root = world
        .add(Addition::from(root_ca("ROOT")).with_name("mine"))
        .unwrap();
    let serial = root.serial_number.clone().unwrap();
    assert_eq!(
        world.list(),
        [
            ("ROOT".to_owned(), ClientCa),
            (format!("ROOT_{serial}"), ServerCa),
            ("mine".to_owned(), RootCa),
        ]
    );
}

#[test]
fn a_generated_name_is_the_first_that_is_free() {
    let mut world = World::new();
    assert_eq!(world.add(server("a.example")).unwrap().name, "a.example");
    // A renewal: the same common name is no duplicate.
    let second = world.add(server("a.example")).unwrap();
    assert_eq!(
        second.name,
        format!("a.example_{}", second.serial_number.as_ref().unwrap())
    );
    // Not the name of the scope's own SVM, or of the cluster.
    let own = world.add(server("cluster1")).unwrap();
    assert_eq!(
        own.name,
        format!("cluster1_{}", own.serial_number.as_ref().unwrap())
    );
    let of_svm = |name| Addition::from(server(name)).with_scope(ScopeRequest::svm("svm1"));
    assert!(world.add(of_svm("svm1")).unwrap().name.starts_with("svm1_"));
    // The same name elsewhere is free.
    assert_eq!(world.add(of_svm("a.example")).unwrap().name, "a.example");
}

#[test]
fn a_certificate_with_all_its_names_taken_gets_a_number() {
    let mut world = World::new();
    let probe = world.add(server_ca("root.pem").with_name("probe")).unwrap();
    world.delete(probe.uuid).unwrap();
    let (cn, ca) = (
        probe.common_name.clone().unwrap(),
        probe.ca.clone().unwrap(),
    );
    let stem = format!("{cn}_{}", probe.serial_number.as_ref().unwrap());
    let with_ca = format!("{stem}_{ca}");
    for name in [
        cn,
        stem.clone(),
        with_ca,
        format!("{stem}_2"),
        format!("{stem}_3"),
    ] {
        let added = world.add(server_ca("root.pem")).unwrap();
        assert_eq!(added.name, name);
        // From now on another record holds it.
        world.delete(added.uuid).unwrap();
        world
            .add(Addition::from(server("x.example")).with_name(name))
            .unwrap();
    }
}

#[test]
fn duplicates_are_refused() {
    let [mut world, mut twin] = [World::new(), World::new()];
    let duplicate = || refused(1, 409, "uuid");
    for world in [&mut world, &mut twin] {
        world
            .add(Addition::from(server("a.example")).with_name("taken"))
            .unwrap();
    }
    let error = world
        .add(Addition::from(server("b.example")).with_name("taken"))
        .unwrap_err();
    assert_eq!(error.message(), "duplicate entry");
    assert_eq!(refusal::<()>(Err(error)), duplicate());
    assert_eq!(
        world.rng.next_u64(),
        twin.rng.next_u64(),
        "something was drawn"
    );
    // Whatever the type.
    assert_eq!(
        refusal(world.add(server_ca("root.pem").with_name("taken"))),
        duplicate()
    );
    // The same certificate, under another name too.
    world.add(server_ca("root.pem")).unwrap();
    assert_eq!(
        refusal(world.add(server_ca("root.pem").with_name("other"))),
        duplicate()
    );
    // Not as another type, nor in another scope.
    world
        .add(InstallRequest::client_ca(crate::common::vector("root.pem")))
        .unwrap();
    world
        .add(Addition::from(server_ca("root.pem")).with_scope(ScopeRequest::svm("svm1")))
        .unwrap();
    assert_eq!(world.list().len(), 4);
}

#[test]
fn a_name_that_is_none_is_refused() {
    let mut world = World::new();
    for name in ["a\nb".to_owned(), "é".repeat(256)] {
        let answer = world.add(Addition::from(server("a.example")).with_name(name));
        assert_eq!(refusal(answer), refused(262_197, 400, "name"));
    }
    let longest = "é".repeat(255);
    assert_eq!(
        world
            .add(Addition::from(server("a.example")).with_name(&longest))
            .unwrap()
            .name,
        longest
    );
    assert_eq!(
        world
            .add(Addition::from(server("b.example")).with_name("  "))
            .unwrap()
            .name,
        "b.example"
    );
}

#[test]
fn a_list_is_added_as_a_whole() {
    let mut world = World::new();
    let named = |name: &str, as_name: &str| Addition::from(server(name)).with_name(as_name);
    let mut all = |list: &[Addition]| world.catalog.add_all(list, &policy(), &mut world.rng);
    assert_eq!(refusal(all(&[])), refused(2, 400, "records"));
    let two = [named("a.example", "a"), named("b.example", "a")];
    assert_eq!(refusal(all(&two)), refused(1, 409, "records[1].uuid"));
    let bad = [
        named("a.example", "a"),
        named("b.example", "b"),
        root_ca("").into(),
    ];
    assert_eq!(
        refusal(all(&bad)),
        refused(3_735_558, 400, "records[2].common_name")
    );
    let same = [server_ca("root.pem").into(), server_ca("root.pem").into()];
    assert_eq!(refusal(all(&same)), refused(1, 409, "records[1].uuid"));
    let host = |number| Addition::from(server(&format!("{number}.example")));
    let many: Vec<_> = (0..101).map(host).collect();
    assert_eq!(refusal(all(&many)), refused(2, 400, "records"));
    let good = [root_ca("A").into(), named("A", "B"), server("A").into()];
    let added = all(&good).unwrap();
    assert_eq!(
        added
            .iter()
            .map(|added| added.record.r#type)
            .collect::<Vec<_>>(),
        [RootCa, Server, Server]
    );
    assert_eq!(world.revision(), 1, "one commit");
    assert_eq!(world.list().len(), 5);
}
