//! Section 2: the record.

use crate::common::issue::{Cert, Key, algorithm, name, rdn, sequence};
use crate::common::vector;
use crate::world::{CERTIFICATES, World, root_ca, server, svm, with};
use certwright::Certificate;
use certwright::catalog::Preloaded;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[test]
fn every_field_of_a_made_certificate() {
    let mut world = World::new().with_links();
    let names = json!({"subject_alternatives": {
        "dns": ["a.example", "b.example"], "email": ["x@example.com"],
        "ip": ["10.0.0.1"], "uri": ["https://example.com/"]}, "svm": {"name": "svm1"}});
    let uuid = world.add(with(server("a.example"), names));
    let record = world.get(&uuid).ok();
    let pem = record["public_certificate"].as_str().unwrap();
    let certificate = Certificate::from_pem(pem).unwrap();
    let expected = json!({
        "uuid": uuid,
        "name": "a.example",
        "scope": "svm",
        "svm": {
            "name": "svm1",
            "uuid": svm(1).to_string(),
            "_links": {"self": {"href": format!("/api/svm/svms/{}", svm(1))}},
        },
        "type": "server",
        "common_name": "a.example",
        "ca": "a.example",
        "serial_number": certificate.serial_number(),
        "hash_function": "sha256",
        "key_size": 256,
        "expiry_time": "2027-01-01T00:00:00Z",
        "public_certificate": certificate.to_pem(),
        "subject_alternatives": {
            "dns": ["a.example", "b.example"],
            "email": ["x@example.com"],
            "ip": ["10.0.0.1"],
            "uri": ["https://example.com/"],
        },
        "subject_key_identifier": record["subject_key_identifier"],
        "authority_key_identifier": record["authority_key_identifier"],
        "_links": {"self": {"href": format!("{CERTIFICATES}/{uuid}")}},
    });
    assert_eq!(record, expected);
    let identifier = record["subject_key_identifier"].as_str().unwrap();
    let pairs: Vec<_> = identifier.split(':').collect();
    assert!(
        pairs.len() == 20 && pairs.iter().all(|pair| pair.len() == 2),
        "{identifier}"
    );
    assert_eq!(identifier, identifier.to_uppercase());
}

#[test]
fn no_other_key_than_those_of_the_table() {
    let mut world = World::new().with_links();
    world.root("ROOT");
    for (kind, file) in [
        ("server_ca", "root.pem"),
        ("client_ca", "ca-p521.pem"),
        ("server_ca", "ca-empty-subject.pem"),
        ("client_ca", "ca-p256.pem"),
    ] {
        let body =
            json!({"type": kind, "public_certificate": vector(file), "common_name": "given"});
        let got = world.post(&body);
        assert!(
            got.status == 201 || file == "ca-empty-subject.pem",
            "{file}: {}",
            got.text
        );
    }
    let allowed: BTreeSet<_> = [
        "uuid",
        "name",
        "scope",
        "svm",
        "type",
        "common_name",
        "ca",
        "serial_number",
        "hash_function",
        "key_size",
        "expiry_time",
        "public_certificate",
        "subject_alternatives",
        "subject_key_identifier",
        "authority_key_identifier",
        "azure",
        "_links",
    ]
    .into();
    let body = world.list(&[("fields", "*")]).ok();
    for record in body["records"].as_array().unwrap() {
        for (name, value) in record.as_object().unwrap() {
            assert!(allowed.contains(&**name), "{name}");
            assert!(!value.is_null() && value != "", "{name}");
        }
        if let Some(hash) = record.get("hash_function") {
            let hash = hash.as_str().unwrap();
            assert!(["md5", "sha1", "sha224", "sha256", "sha384", "sha512"].contains(&hash));
        }
    }
}

#[test]
fn an_installed_certificate_has_the_common_name_that_was_given() {
    let mut world = World::new();
    let body = json!({"type": "server_ca", "public_certificate": vector("root.pem")});
    let uuid = world.add(with(body, json!({"common_name": "mine"})));
    let record = world.get(&uuid).ok();
    assert_eq!(record["common_name"], "mine");
    assert_eq!(record["ca"], "certwright test root");
    assert_eq!(
        record["public_certificate"],
        Certificate::from_pem(&vector("root.pem")).unwrap().to_pem()
    );
}

#[test]
fn what_is_write_only_is_never_shown() {
    let mut world = World::new();
    let body = json!({"type": "server", "public_certificate": vector("server.pem"),
        "private_key": vector("server.key"), "intermediate_certificates": [vector("root.pem")]});
    let uuid = world.add(body);
    for query in [
        "",
        "?fields=*",
        "?fields=**",
        "?ignore_unknown_fields=true&fields=private_key,intermediate_certificates",
    ] {
        let got = world.send("GET", &format!("{CERTIFICATES}/{uuid}{query}"), "");
        let record = got.ok();
        assert!(
            record.get("private_key").is_none()
                && record.get("intermediate_certificates").is_none()
        );
    }
    for name in [
        "private_key",
        "intermediate_certificates",
        "azure.client_secret",
        "azure.proxy",
    ] {
        let got = world.send("GET", &format!("{CERTIFICATES}/{uuid}?fields={name}"), "");
        got.refused(400, 262_197, "fields");
    }
}

#[test]
fn a_root_ca_and_its_entries_differ_in_uuid_name_and_type_only() {
    let mut world = World::new();
    world.add(with(root_ca("ROOT"), json!({"name": "mine"})));
    let body = world.list(&[("fields", "*"), ("order_by", "type")]).ok();
    let records = body["records"].as_array().unwrap();
    let types: Vec<_> = records
        .iter()
        .map(|record| record["type"].as_str().unwrap())
        .collect();
    assert_eq!(types, ["client_ca", "root_ca", "server_ca"]);
    let bare: BTreeSet<_> = records
        .iter()
        .map(|record| {
            let mut record = record.as_object().unwrap().clone();
            for name in ["uuid", "name", "type"] {
                record.remove(name);
            }
            serde_json::to_string(&record).unwrap()
        })
        .collect();
    assert_eq!(bare.len(), 1);
}

#[test]
fn preloaded_ones_are_shown_as_any_other() {
    let mut world = World::new();
    let certificate = Certificate::from_pem(&vector("ca-empty-subject.pem")).unwrap();
    let preloaded = [Preloaded {
        name: "bundled".to_owned(),
        certificate,
    }];
    world
        .service
        .catalog()
        .preload(&preloaded, &mut crate::common::rng(3))
        .unwrap();
    let body = world.list(&[("type", "server_ca"), ("fields", "*")]).ok();
    let record = &body["records"][0];
    assert_eq!(
        (&record["name"], &record["scope"]),
        (&json!("bundled"), &json!("cluster"))
    );
    // It has no common name, and no issuer's name either.
    assert!(record.get("common_name").is_none() && record.get("ca").is_none());
}

/// What a certificate may have and clients refuse is cut or left out.
#[test]
fn what_clients_refuse_is_cut_or_left_out() {
    let root = Cert::root("odd");
    let of_issuer = |issuer: Vec<u8>| Cert {
        issuer,
        ..root.clone()
    };
    let of_serial = |octets: usize| Cert {
        serial: vec![0x51; octets],
        ..root.clone()
    };
    let of_hash = |hash: &str| Cert {
        signer: Key::forged(root.key.spki.clone(), algorithm(hash), vec![0; 8]),
        ..root.clone()
    };
    let without_common_name = sequence(&[rdn("2.5.4.10", 0x0c, "Example")]);
    let rows = [
        ("ca", of_issuer(name("x")), json!("x")),
        (
            "ca",
            of_issuer(name(&"é".repeat(256))),
            json!("é".repeat(256)),
        ),
        (
            "ca",
            of_issuer(name(&"é".repeat(257))),
            json!("é".repeat(256)),
        ),
        ("ca", of_issuer(without_common_name), json!("O=Example")),
        ("ca", of_issuer(sequence(&[])), Value::Null),
        ("serial_number", of_serial(1), json!("51")),
        ("serial_number", of_serial(20), json!("51".repeat(20))),
        ("serial_number", of_serial(21), Value::Null),
        ("hash_function", of_hash("1.2.840.10045.4.1"), json!("sha1")),
        (
            "hash_function",
            of_hash("1.2.840.10045.4.3.3"),
            json!("sha384"),
        ),
        // SHA3-256.
        (
            "hash_function",
            of_hash("2.16.840.1.101.3.4.3.10"),
            Value::Null,
        ),
    ];
    let mut world = World::new();
    let bundled: Vec<_> = rows
        .iter()
        .enumerate()
        .map(|(number, (_, cert, _))| Preloaded {
            name: format!("odd{number}"),
            certificate: Certificate::from_der(&cert.der()).unwrap(),
        })
        .collect();
    let catalog = world.service.catalog();
    catalog
        .preload(&bundled, &mut crate::common::rng(3))
        .unwrap();
    for (number, (field, _, expected)) in rows.iter().enumerate() {
        let name = format!("odd{number}");
        let body = world.list(&[("name", &name), ("fields", "*")]).ok();
        assert_eq!(body["records"][0][field], *expected, "{name}");
        let value = if expected.is_null() { "null" } else { "!null" };
        assert_eq!(world.names(&[("name", &name), (field, value)]), [name]);
    }
}
