//! Requests that nobody means: no panic, and no 500 while the store works.

use crate::common::cases;
use crate::world::{World, root_ca, server};
use http::Request;
use proptest::prelude::*;
use serde_json::json;
use std::cell::RefCell;

fn target() -> impl Strategy<Value = String> {
    let path = prop_oneof![
        4 => Just("/api/security/certificates".to_owned()),
        2 => Just("/api/security/certificates/{uuid}".to_owned()),
        1 => Just("/api/security/certificates/{uuid}/sign".to_owned()),
        1 => Just("/api/security/certificate-signing-request".to_owned()),
        1 => Just("/api/cluster/jobs/{uuid}".to_owned()),
        1 => "/[a-z/%.-]{0,30}",
    ];
    let names = [
        "name",
        "type",
        "uuid",
        "key_size",
        "expiry_time",
        "public_certificate",
        "serial_number",
        "subject_alternatives.dns",
        "svm.name",
        "fields",
        "order_by",
        "max_records",
        "return_timeout",
        "return_records",
        "start.uuid",
        "start.svm_id",
        "start.name",
        "ignore_unknown_fields",
    ];
    let name = prop_oneof![9 => prop::sample::select(names.to_vec()).prop_map(str::to_owned), 1 => "[a-z._%0-9+]{0,8}"];
    let words = [
        "*",
        "!null",
        "null",
        "server",
        "name+desc",
        "2048..",
        "..5",
        "%3E%3D5",
        "%22a%22",
        "%22",
        "1",
        "true",
        "cluster1",
        "01010101-0101-4101-8101-010101010101",
        "2030-01-25T11:20:13Z",
        "a|b|c",
        "!",
        "",
    ];
    let value = prop_oneof![3 => prop::sample::select(words.to_vec()).prop_map(str::to_owned), 2 => "[a-z*|!.%0-9A-F+,=~-]{0,20}"];
    let query = prop::collection::vec((name, value), 0..4);
    (path, query).prop_map(|(path, query)| {
        let pairs: Vec<_> = query
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if pairs.is_empty() {
            path
        } else {
            format!("{path}?{}", pairs.join("&"))
        }
    })
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let names = [
        "type",
        "common_name",
        "name",
        "svm",
        "scope",
        "key_size",
        "hash_function",
        "expiry_time",
        "records",
        "public_certificate",
        "private_key",
        "intermediate_certificates",
        "azure",
        "uuid",
        "algorithm",
        "subject_alternatives",
        "signing_request",
        "subject_name",
        "security_strength",
    ];
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|value| json!(value)),
        any::<i64>().prop_map(|value| json!(value)),
        prop::sample::select(vec![
            "server",
            "root_ca",
            "client_ca",
            "ec",
            "sha256",
            "P30D",
            "svm1",
            "cluster",
            "a.example",
            "CN=a",
            ""
        ])
        .prop_map(|text| json!(text)),
        "\\PC{0,12}".prop_map(|text| json!(text)),
    ];
    let value = leaf.prop_recursive(3, 12, 4, move |inner| {
        let name = prop::sample::select(names.to_vec()).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|list| json!(list)),
            prop::collection::hash_map(name, inner, 0..6).prop_map(|map| json!(map)),
        ]
    });
    prop_oneof![
        6 => value.prop_map(|value| value.to_string().into_bytes()),
        1 => Just(Vec::new()),
        1 => prop::collection::vec(any::<u8>(), 0..64),
        1 => "[{}\\[\\]\",:a-z0-9\\\\ ]{0,40}".prop_map(String::into_bytes),
    ]
}

fn headers() -> impl Strategy<Value = Vec<(&'static str, Vec<u8>)>> {
    let name = prop::sample::select(vec![
        "Accept",
        "X-Dot-SVM-Name",
        "X-Dot-SVM-UUID",
        "Content-Type",
        "Content-Length",
    ]);
    let value = prop_oneof![
        Just(b"application/json".to_vec()),
        Just(b"svm1".to_vec()),
        "[ -~]{0,20}".prop_map(String::into_bytes),
        prop::collection::vec(0x80_u8..=0xff, 0..6),
    ];
    prop::collection::vec((name, value), 0..3)
}

proptest! {
    #![proptest_config(cases(2000))]
    #[test]
    fn every_request_has_an_answer(
        method in prop::sample::select(vec!["GET", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH", "X"]),
        target in target(), headers in headers(), body in body(), dcn in any::<bool>(),
    ) {
        thread_local!(static WORLD: RefCell<World> = RefCell::new({
            let mut world = World::new();
            world.root("ROOT");
            world.add(server("a.example"));
            world.add(root_ca("b"));
            world
        }));
        WORLD.with_borrow_mut(|world| {
            let snapshot = world.service.catalog().snapshot().unwrap();
            let uuid = snapshot.iter().next().map_or_else(String::new, |record| record.uuid.to_string());
            world.policy.dcn = dcn;
            let mut request = Request::builder().method(method).uri(target.replace("{uuid}", &uuid)).header("Authorization", "x");
            for (name, value) in headers {
                request = request.header(name, value);
            }
            // The HTTP library refuses some targets itself.
            let Ok(request) = request.body(body) else { return Ok(()) };
            let got = world.ask(request);
            prop_assert!(got.status < 500, "{} {}", got.status, got.text);
            prop_assert!(got.text.len() < 100_000);
            if method == "HEAD" {
                prop_assert_eq!(got.text, "");
            } else {
                prop_assert!(got.json().is_object());
            }
            world.run_jobs();
            Ok(())
        })?;
    }
}
