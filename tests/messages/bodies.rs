//! Bodies in JSON.

use crate::{check, long_texts};
use certwright::{CreateRequest, CsrRequest, Error, InstallRequest, SignRequest};
use serde_json::{Value, json};

/// Through each reader, and as serde reads it.
fn check_body(body: &[u8]) {
    let errors: [Option<Error>; 4] = [
        CreateRequest::from_json(body).err(),
        InstallRequest::from_json(body).err(),
        SignRequest::from_json(body).err(),
        CsrRequest::from_json(body).err(),
    ];
    errors.iter().flatten().for_each(check);
    let texts = [
        serde_json::from_slice::<CreateRequest>(body)
            .map_err(|error| error.to_string())
            .err(),
        serde_json::from_slice::<InstallRequest>(body)
            .map_err(|error| error.to_string())
            .err(),
        serde_json::from_slice::<SignRequest>(body)
            .map_err(|error| error.to_string())
            .err(),
        serde_json::from_slice::<CsrRequest>(body)
            .map_err(|error| error.to_string())
            .err(),
    ];
    for text in texts.into_iter().flatten() {
        crate::is_short("a text of serde", &text);
    }
}

/// Every field of every body, and two that are none.
const PATHS: [&str; 33] = [
    "type",
    "common_name",
    "name",
    "scope",
    "svm",
    "svm.name",
    "svm.uuid",
    "algorithm",
    "key_size",
    "hash_function",
    "expiry_time",
    "serial_number",
    "subject_alternatives",
    "subject_alternatives.dns",
    "subject_alternatives.email",
    "subject_alternatives.ip",
    "subject_alternatives.uri",
    "public_certificate",
    "private_key",
    "intermediate_certificates",
    "signing_request",
    "security_strength",
    "subject_name",
    "key_usages",
    "key_usage",
    "extended_key_usages",
    "extended_key_usage",
    "uuid",
    "ca",
    "authority_key_identifier",
    "subject_key_identifier",
    "subject_alternatives.DNS",
    "expiry_tme",
];

#[test]
fn of_values_of_every_type() {
    let long = "\u{202e}x".repeat(50_000);
    let values = [
        json!(true),
        json!(-1.5e300),
        json!(u64::MAX),
        json!(long),
        json!([long]),
        json!([[long]]),
        json!(vec![1; 100_000]),
        json!(vec!["x"; 100_000]),
        json!({ &long: 1 }),
        json!({ "a": { &long: [long] } }),
    ];
    for path in PATHS {
        for value in &values {
            let body = path
                .rsplit('.')
                .fold(value.clone(), |inner, name| json!({ name: inner }));
            check_body(body.to_string().as_bytes());
        }
    }
}

#[test]
fn of_names_and_texts() {
    for text in long_texts(300_000) {
        check_body(text.as_bytes());
        let name: Value = json!({ &text: text });
        check_body(name.to_string().as_bytes());
        let twice = format!("{{{0}:1,{0}:1}}", json!(text));
        check_body(twice.as_bytes());
        for outer in ["svm", "subject_alternatives", "x"] {
            check_body(json!({ outer: name }).to_string().as_bytes());
        }
        // Not quoted, and cut off.
        check_body(format!("{{\"type\":{text}}}").as_bytes());
        check_body(format!("{{\"type\":\"{text}").as_bytes());
        check_body(format!("{{\"key_size\":1{text}}}").as_bytes());
    }
}

#[test]
fn of_deep_and_wide_ones() {
    for depth in [20, 1000, 1_000_000] {
        check_body("[".repeat(depth).as_bytes());
        check_body("{\"svm\":".repeat(depth).as_bytes());
        let closed = format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        check_body(closed.as_bytes());
    }
    let names: Vec<_> = (0..200_000).map(|name| format!("\"{name}\":0")).collect();
    check_body(format!("{{{}}}", names.join(",")).as_bytes());
    check_body(&vec![b' '; 5 << 20]);
    check_body(&vec![0xff; 100_000]);
    check_body(&[0xff, 0xfe].repeat(100_000));
}
