//! Section 4: filters, order, pages, and what of a query is refused.

use crate::common::vector;
use crate::world::{CERTIFICATES, World, root_ca, server, with};
use serde_json::{Value, json};

/// Five records of different kinds.
fn world() -> World {
    let mut world = World::new();
    world.add(with(
        server("a.example"),
        json!({"name": "vs1_ca", "svm": {"name": "svm1"},
        "subject_alternatives": {"dns": ["a.example", "b.example"]}}),
    ));
    world.add(with(
        server("b.example"),
        json!({"name": "a|b*", "expiry_time": "2028-06-01T12:00:00Z"}),
    ));
    world.add(json!({"type": "server_ca", "name": "vs2_ca", "public_certificate": vector("root.pem"), "svm": {"name": "svm2"}}));
    world.add(json!({"type": "client_ca", "name": "four", "public_certificate": vector("ca-rsa3072.pem")}));
    world.add(with(
        root_ca("ROOT"),
        json!({"name": "ROOT", "svm": {"name": "svm1"}}),
    ));
    world
}

#[test]
fn each_operator() {
    let mut world = world();
    // `#` stands for the serial number of ROOT, which its entries have in their names.
    let rows = [
        // x, any of them, not
        ("type", "server", "a|b* vs1_ca"),
        ("type", "root-ca|client_ca", "ROOT ROOT_# four"),
        ("type", "SERVER", "a|b* vs1_ca"),
        ("type", "!server", "ROOT ROOT_# ROOT_#_ROOT four vs2_ca"),
        ("type", "!server|root_ca", "ROOT_# ROOT_#_ROOT four vs2_ca"),
        ("name", "vs1_ca", "vs1_ca"),
        ("name", "VS1_CA", ""),
        // any characters
        ("name", "vs*_ca", "vs1_ca vs2_ca"),
        (
            "name",
            "*",
            "ROOT ROOT_# ROOT_#_ROOT a|b* four vs1_ca vs2_ca",
        ),
        ("name", "*s*1*a", "vs1_ca"),
        ("name", "four*", "four"),
        ("name", "!*_*", "ROOT a|b* four"),
        // order
        ("key_size", "3072", "four"),
        ("key_size", ">=3072", "four"),
        ("key_size", ">= 2048", "four vs2_ca"),
        ("key_size", "<2048", "ROOT ROOT_# ROOT_#_ROOT a|b* vs1_ca"),
        (
            "key_size",
            "<=2048",
            "ROOT ROOT_# ROOT_#_ROOT a|b* vs1_ca vs2_ca",
        ),
        ("key_size", ">3072", ""),
        ("expiry_time", "<2027-01-02T00:00:00Z", "vs1_ca"),
        ("expiry_time", "2028-06-01 08:00:00 -0400", "a|b*"),
        ("name", ">=vs", "vs1_ca vs2_ca"),
        // ranges, both ends included
        ("key_size", "2048..3072", "four vs2_ca"),
        ("key_size", "2049..", "four"),
        ("key_size", "..256", "ROOT ROOT_# ROOT_#_ROOT a|b* vs1_ca"),
        (
            "expiry_time",
            "2028-06-01T12:00:00Z..2028-06-01T12:00:00Z",
            "a|b*",
        ),
        // set, and not
        ("svm.name", "null", "a|b* four"),
        ("svm.name", "!null", "ROOT ROOT_# ROOT_#_ROOT vs1_ca vs2_ca"),
        ("svm.name", "!svm1", "vs2_ca"),
        ("svm.name", "cluster1", ""),
        (
            "subject_alternatives.email",
            "null",
            "ROOT ROOT_# ROOT_#_ROOT a|b* four vs1_ca vs2_ca",
        ),
        ("subject_alternatives.email", "!x", ""),
        ("subject_alternatives.dns", "b.*", "a|b* vs1_ca"),
        ("subject_alternatives.dns", "!b.*", ""),
        ("subject_alternatives.dns", "!a.*", "a|b*"),
        // the text as it stands
        ("name", "\"a|b*\"", "a|b*"),
        (
            "name",
            "!\"a|b*\"",
            "ROOT ROOT_# ROOT_#_ROOT four vs1_ca vs2_ca",
        ),
        ("name", "\"vs*_ca\"", ""),
        // alternatives with operators of their own
        (
            "key_size",
            "<1000|>3000",
            "ROOT ROOT_# ROOT_#_ROOT a|b* four vs1_ca",
        ),
        ("name", "f*|\"a|b*\"|vs2_ca", "a|b* four vs2_ca"),
        ("name", "four|!v*", "ROOT ROOT_# ROOT_#_ROOT a|b* four"),
        (
            "hash_function",
            "SHA256",
            "ROOT ROOT_# ROOT_#_ROOT a|b* four vs1_ca vs2_ca",
        ),
        ("scope", "cluster", "a|b* four"),
        ("common_name", "certwright*", "four vs2_ca"),
        ("svm.uuid", "02020202-0202-0202-0202-020202020202", "vs2_ca"),
    ];
    let serial = world
        .list(&[("type", "root_ca"), ("fields", "serial_number")])
        .ok();
    let serial = serial["records"][0]["serial_number"]
        .as_str()
        .unwrap()
        .to_owned();
    for (name, value, expected) in rows {
        let found = world
            .names(&[(name, value), ("fields", "name"), ("order_by", "name")])
            .join(" ");
        let found = found.replace(&serial, "#");
        assert_eq!(found, expected, "{name}={value}");
    }
}

#[test]
fn serial_numbers_certificates_and_identifiers() {
    let mut world = world();
    let body = world.list(&[("name", "four"), ("fields", "*")]).ok();
    let record = body["records"][0].clone();
    let text = |name: &str| record[name].as_str().unwrap().to_owned();
    let serial = text("serial_number");
    let colons: Vec<_> = serial
        .as_bytes()
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).unwrap())
        .collect();
    for value in [
        serial.to_lowercase(),
        format!("00{serial}"),
        colons.join(":"),
        format!("{}*", &serial[..6].to_lowercase()),
    ] {
        assert_eq!(
            world.names(&[("serial_number", &value), ("fields", "name")]),
            ["four"],
            "{value}"
        );
    }
    let identifier = text("subject_key_identifier").to_lowercase();
    assert!(
        world
            .names(&[("subject_key_identifier", &identifier)])
            .contains(&"four".to_owned())
    );
    for pem in [
        text("public_certificate"),
        text("public_certificate").replace('\n', "\r\n "),
        vector("ca-rsa3072.pem"),
    ] {
        assert_eq!(world.names(&[("public_certificate", &pem)]), ["four"]);
    }
    let upper = text("uuid").to_uppercase();
    assert_eq!(world.names(&[("uuid", &upper)]), ["four"]);
}

#[test]
fn all_filters_must_hold_and_blanks_are_written_in_two_ways() {
    let mut world = world();
    assert_eq!(
        world.names(&[("type", "server"), ("scope", "svm")]),
        ["vs1_ca"]
    );
    world.add(with(server("c d"), json!({"name": "with blank"})));
    for query in [
        "name=with+blank",
        "name=with%20blank",
        "na%6De=with%20blank",
    ] {
        let body = world
            .send("GET", &format!("{CERTIFICATES}?{query}"), "")
            .ok();
        assert_eq!(body["num_records"], 1, "{query}");
    }
}

#[test]
fn order() {
    let mut world = world();
    // By default the cluster, then the SVMs by name; within those by UUID.
    let body = world.list(&[]).ok();
    let records = body["records"].as_array().unwrap();
    let keys: Vec<_> = records
        .iter()
        .map(|record| {
            (
                record["svm"]["name"].as_str(),
                record["uuid"].as_str().unwrap(),
            )
        })
        .collect();
    assert!(keys.is_sorted(), "{keys:?}");
    let firsts = |world: &mut World, order: &str| {
        let names = world.names(&[("order_by", order), ("name", "four|vs*|\"a|b*\"")]);
        names.join(" ")
    };
    assert_eq!(firsts(&mut world, "name"), "a|b* four vs1_ca vs2_ca");
    assert_eq!(firsts(&mut world, "name desc"), "vs2_ca vs1_ca four a|b*");
    assert_eq!(
        firsts(&mut world, "key_size DESC,name asc"),
        "four vs2_ca a|b* vs1_ca"
    );
    // What lacks the field comes last either way; ties go by the default order.
    assert_eq!(
        firsts(&mut world, "svm.name,name"),
        "vs1_ca vs2_ca a|b* four"
    );
    assert_eq!(
        firsts(&mut world, "svm.name desc,name"),
        "vs2_ca vs1_ca a|b* four"
    );
    assert_eq!(
        firsts(&mut world, "expiry_time,,"),
        firsts(&mut world, "expiry_time")
    );
}

#[test]
fn counts() {
    let mut world = world();
    let only = |world: &mut World, value| {
        world
            .list(&[
                ("return_records", value),
                ("max_records", "1"),
                ("scope", "svm"),
            ])
            .ok()
    };
    assert_eq!(only(&mut world, "false"), json!({"num_records": 5}));
    assert_eq!(only(&mut world, "0"), json!({"num_records": 5}));
    assert_eq!(
        only(&mut world, "True")["records"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        world.list(&[("name", "none")]).ok(),
        json!({"records": [], "num_records": 0})
    );
    for seconds in ["0", "15", "120"] {
        assert_eq!(world.list(&[("return_timeout", seconds)]).status, 200);
    }
}

#[test]
fn what_is_wrong() {
    let mut world = world();
    let unexpected = world.list(&[("x", "1")]);
    unexpected.refused(400, 262_179, "");
    assert_eq!(
        unexpected.json()["error"]["message"],
        "Unexpected argument \"x\"."
    );
    for name in [
        "query",
        "private_key",
        "azure.verify_host",
        "Name",
        "subject_alternatives",
        "svm",
        "",
    ] {
        world.list(&[(name, "x")]).refused(400, 262_179, "");
    }
    for (name, value) in [
        ("key_size", "big"),
        ("key_size", "2048|x"),
        ("key_size", "*"),
        ("key_size", "1...2"),
        ("type", "ca"),
        ("scope", "node"),
        ("hash_function", "sha3"),
        ("expiry_time", "soon"),
        ("expiry_time", ">2027"),
        ("uuid", "zz*"),
        ("uuid", "1"),
        ("name", "\"open"),
        ("name", "\"a\"b"),
        ("name", ".."),
        ("name", "<"),
        ("fields", "x"),
        ("order_by", "x"),
        ("order_by", "name up"),
        ("order_by", "name,name"),
        ("order_by", "name asc desc"),
        ("max_records", "0"),
        ("max_records", "10001"),
        ("max_records", "+1"),
        ("max_records", ""),
        ("return_timeout", "121"),
        ("return_timeout", "-1"),
        ("return_records", "yes"),
        ("return_records", ""),
        ("ignore_unknown_fields", "2"),
        ("start.uuid", "1"),
        ("start.svm_id", "cluster1"),
        ("start.name", "x"),
    ] {
        world.list(&[(name, value)]).refused(400, 262_197, name);
    }
    for (query, target) in [
        ("name=%zz", "name"),
        ("name=%ff", "name"),
        ("fields=%", "fields"),
    ] {
        world
            .send("GET", &format!("{CERTIFICATES}?{query}"), "")
            .refused(400, 262_197, target);
    }
    for name in ["name", "fields", "max_records"] {
        world
            .list(&[(name, "1"), (name, "1")])
            .refused(400, 2, name);
    }
}

#[test]
fn limits() {
    let mut world = world();
    let list = |count: usize| vec!["x"; count].join("|");
    assert_eq!(world.list(&[("name", &list(64))]).status, 200);
    world
        .list(&[("name", &list(65))])
        .refused(400, 262_197, "name");
    world
        .list(&[("name", &list(32)), ("ca", &list(33))])
        .refused(400, 262_197, "ca");
    let query = |length: usize| format!("{CERTIFICATES}?name={}", "x".repeat(length - 5));
    assert_eq!(world.send("GET", &query(4096), "").status, 200);
    world
        .send("GET", &query(4097), "")
        .refused(400, 262_197, "");
}

#[test]
fn the_order_of_checks() {
    let mut world = world();
    // Each with all that are checked after it, which come before it in the query.
    let faults = [
        ("y=1", 262_179, ""),
        ("fields=x", 262_197, "fields"),
        ("order_by=x", 262_197, "order_by"),
        ("max_records=x", 262_197, "max_records"),
        ("return_timeout=x", 262_197, "return_timeout"),
        ("return_records=x", 262_197, "return_records"),
        ("key_size=x", 262_197, "key_size"),
    ];
    for (index, (_, code, target)) in faults.iter().enumerate() {
        let query: Vec<_> = faults[index..]
            .iter()
            .rev()
            .map(|(query, ..)| *query)
            .collect();
        let got = world.send("GET", &format!("{CERTIFICATES}?{}", query.join("&")), "");
        got.refused(400, *code, target);
    }
    // Unknown ones and filters as they come.
    let got = world.list(&[("type", "x"), ("key_size", "x"), ("b", ""), ("a", "")]);
    assert!(got.text.contains("\\\"b\\\""), "{}", got.text);
    world
        .list(&[("type", "x"), ("key_size", "x")])
        .refused(400, 262_197, "type");
}

/// Follows the links to the end; the UUIDs of each page.
fn pages(
    world: &mut World,
    first: &str,
    mut between: impl FnMut(&mut World, usize),
) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut target = first.to_owned();
    loop {
        let body = world.send("GET", &target, "").ok();
        let records = body["records"].as_array().unwrap();
        assert_eq!(body["num_records"], records.len());
        pages.push(
            records
                .iter()
                .map(|record| record["uuid"].as_str().unwrap().to_owned())
                .collect(),
        );
        match body["_links"]["next"]["href"].as_str() {
            Some(next) => {
                assert!(
                    next.starts_with(&format!("{CERTIFICATES}?start.svm_id=")),
                    "{next}"
                );
                let mut names: Vec<_> = next
                    .split(['?', '&'])
                    .skip(1)
                    .map(|pair| pair.split_once('=').unwrap())
                    .collect();
                assert!(names.iter().all(|(_, value)| !value.is_empty()), "{next}");
                names.sort_unstable();
                names.dedup_by_key(|(name, _)| *name);
                assert_eq!(names.len(), next.split('&').count(), "{next}");
                next.clone_into(&mut target);
            }
            None => return pages,
        }
        let count = pages.len();
        between(world, count);
    }
}

#[test]
fn pages_have_every_record_once_in_every_order() {
    let mut world = world();
    let names = ["\"quoted\"", "é ü", "x&y=z", "%41+", "a|b", "null"];
    for (number, name) in names.into_iter().enumerate() {
        world.add(with(
            server(&format!("n{number}")),
            json!({"name": name, "svm": {"name": "svm2"}}),
        ));
    }
    let all = world.count();
    let orders = [
        "",
        "name desc",
        "svm.name,name desc",
        "type desc,key_size",
        "uuid desc",
        "subject_alternatives.dns desc,ca",
        "public_certificate desc",
        "serial_number desc",
        "scope,hash_function,common_name",
        "uuid",
        "name",
        "scope",
        "svm.name",
        "svm.uuid",
        "type",
        "common_name",
        "ca",
        "serial_number",
        "hash_function",
        "key_size",
        "expiry_time",
        "public_certificate",
        "subject_key_identifier",
        "authority_key_identifier",
        "subject_alternatives.dns",
        "subject_alternatives.email",
        "subject_alternatives.ip",
        "subject_alternatives.uri",
    ];
    for order in orders {
        let order = order.replace(' ', "+");
        let whole = world
            .send("GET", &format!("{CERTIFICATES}?order_by={order}"), "")
            .ok();
        let whole: Vec<_> = whole["records"]
            .as_array()
            .unwrap()
            .iter()
            .map(|record| record["uuid"].as_str().unwrap().to_owned())
            .collect();
        for size in [1, 2, 5, 100] {
            let first = format!("{CERTIFICATES}?max_records={size}&order_by={order}&fields=");
            let pages = pages(&mut world, &first, |_, _| {});
            let (last, others) = pages.split_last().unwrap();
            assert!(others.iter().all(|page| page.len() == size) && !last.is_empty());
            assert_eq!(pages.concat(), whole, "{order} by {size}");
            assert_eq!(whole.len(), all);
        }
    }
}

#[test]
fn a_link_has_the_whole_query_and_a_place() {
    let mut world = world().with_links();
    let target = format!(
        "{CERTIFICATES}?fields=name,type&scope=svm&name=%22ROOT%22|*_*&order_by=name&max_records=2&order_by2="
    );
    world.send("GET", &target, "").refused(400, 262_179, "");
    let target = target.replace("&order_by2=", "");
    let body = world.send("GET", &target, "").ok();
    assert_eq!(body["_links"]["self"]["href"], target.as_str());
    let uuid = body["records"][1]["uuid"].as_str().unwrap();
    let name = body["records"][1]["name"].as_str().unwrap();
    let next = format!(
        "{CERTIFICATES}?start.svm_id=svm1&start.uuid={uuid}&start.name={name}&fields=name,type&scope=svm&\
         name=%22ROOT%22%7C%2A_%2A&order_by=name&max_records=2"
    );
    assert_eq!(body["_links"]["next"]["href"], next.as_str());
    let last = pages(&mut world, &target, |_, _| {}).len();
    assert_eq!(last, 3);
    // At cluster scope the place has the cluster's name.
    let body = world.list(&[("max_records", "1")]).ok();
    let next = body["_links"]["next"]["href"].as_str().unwrap();
    assert!(next.contains("start.svm_id=cluster1&"), "{next}");
    // The last page still has `_links`.
    let body = world.list(&[]).ok();
    assert!(body["_links"].is_object() && body["_links"].get("next").is_none());
}

/// A link has the name of an SVM or that of the cluster; what it means is up to the record behind which it
/// stands.
#[test]
fn a_cluster_that_is_renamed_between_pages() {
    let mut world = world();
    for order in ["uuid", "svm.name", "type+desc", "name"] {
        let target = format!("{CERTIFICATES}?max_records=1&order_by={order}");
        let target = target.replace("&order_by=uuid", "");
        let whole = pages(&mut world, &target, |_, _| {}).concat();
        assert_eq!(whole.len(), world.count());
        // Before, between and behind the names of the SVMs, and one of them.
        for name in ["a", "svm1x", "z", "svm1"] {
            let renamed = pages(&mut world, &target, |world, page| {
                assert!(page < whole.len(), "{order} {name}");
                let name = Some(name).filter(|_| page % 2 == 1);
                *world.host.renamed.lock().unwrap() = name;
            });
            assert_eq!(renamed.concat(), whole, "{order} {name}");
            *world.host.renamed.lock().unwrap() = None;
        }
    }
}

/// A link escapes what the query that it goes on with has as it stands.
#[test]
fn the_link_of_a_query_as_long_as_can_be_is_followed() {
    let mut world = world();
    let all = world.count();
    for name in ["*".repeat(4000), format!("!{}", "%C3%A9*".repeat(1300))] {
        let target = format!("{CERTIFICATES}?max_records=3&name={name}");
        assert_eq!(pages(&mut world, &target, |_, _| {}).concat().len(), all);
    }
}

#[test]
fn places_that_no_link_has() {
    let mut world = world();
    let uuid = world.list(&[]).ok()["records"][0]["uuid"]
        .as_str()
        .unwrap()
        .to_owned();
    let place = [("start.svm_id", "cluster1"), ("start.uuid", &*uuid)];
    let rows: [(&[(&str, &str)], &str); 8] = [
        // Of another query.
        (&[("start.name", "a")], "start.name"),
        (&[("order_by", "ca"), ("start.name", "a")], "start.name"),
        (
            &[("order_by", "key_size"), ("start.key_size", "x")],
            "start.key_size",
        ),
        (
            &[("order_by", "expiry_time"), ("start.expiry_time", "1")],
            "start.expiry_time",
        ),
        (
            &[("order_by", "svm.uuid"), ("start.svm.uuid", "1")],
            "start.svm.uuid",
        ),
        (
            &[
                ("order_by", "public_certificate"),
                ("start.public_certificate", "x"),
            ],
            "start.public_certificate",
        ),
        (&[("order_by", "name"), ("start.name", "\"x")], "start.name"),
        (&[("start.", "x")], "start."),
    ];
    for (more, target) in rows {
        let query = [&place, more].concat();
        world.list(&query).refused(400, 262_197, target);
    }
    // That of a record that is not there is a place as any other.
    let nobody = "ffffffff-ffff-4fff-8fff-ffffffffffff";
    let query = [("start.svm_id", "svm9"), ("start.uuid", nobody)];
    let end = json!({"records": [], "num_records": 0});
    assert_eq!(world.list(&query).ok(), end);
    let whole = world.list(&[]).ok()["num_records"].clone();
    let query = [
        ("start.svm_id", "cluster1"),
        ("start.uuid", "00000000-0000-0000-0000-000000000000"),
    ];
    assert_eq!(world.list(&query).ok()["num_records"], whole);
}

#[test]
fn a_place_holds_when_its_record_is_deleted_and_others_come() {
    let mut world = World::new();
    for number in 0..9 {
        world.add(with(
            server(&format!("n{number}")),
            json!({"name": format!("n{number}")}),
        ));
    }
    let before: Vec<Value> = world.list(&[("order_by", "name")]).ok()["records"]
        .as_array()
        .unwrap()
        .clone();
    let uuid = |place: usize| before[place]["uuid"].as_str().unwrap().to_owned();
    let (third, fifth) = (uuid(2), uuid(4));
    let first = format!("{CERTIFICATES}?order_by=name&max_records=3");
    let pages = pages(&mut world, &first, |world, count| {
        if count == 1 {
            // The last of this page, and one of the next.
            assert_eq!(world.delete(&third).status, 200);
            assert_eq!(world.delete(&fifth).status, 200);
            world.add(with(server("new"), json!({"name": "n0a"})));
            world.add(with(server("new"), json!({"name": "n5a"})));
        }
    });
    let seen = pages.concat();
    for place in [0, 1, 3, 5, 6, 7, 8] {
        assert_eq!(
            seen.iter().filter(|other| **other == uuid(place)).count(),
            1,
            "{place}"
        );
    }
    assert!(!seen.contains(&fifth));
    assert_eq!(seen.len(), 9);
}
