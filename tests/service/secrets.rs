//! Whatever is secret stays out of records, jobs and errors.

use crate::common::vector;
use crate::world::{CERTIFICATES, World, root_ca, with};
use serde_json::{Value, json};

/// The body of a private key in base64, without its first line: that says of which type it is, and
/// may be quoted where the key stands in the place of a word.
fn secret_lines(pem: &str) -> Vec<&str> {
    pem.lines()
        .filter(|line| !line.starts_with("-----"))
        .skip(1)
        .collect()
}

#[test]
fn in_no_answer() {
    let mut world = World::new().with_links();
    let key = vector("server.key");
    let mut answers = Vec::new();
    // In every field, in every type, on every path that takes a body.
    let fields = [
        "type",
        "common_name",
        "name",
        "scope",
        "key_size",
        "hash_function",
        "expiry_time",
        "serial_number",
        "algorithm",
        "public_certificate",
        "private_key",
        "intermediate_certificates",
        "svm",
        "subject_alternatives",
        "azure",
        "records",
        "uuid",
        "signing_request",
        "subject_name",
        "security_strength",
        "key_usages",
    ];
    let shapes: [fn(&str) -> Value; 4] = [
        |key| json!(key),
        |key| json!([key]),
        |key| json!({"name": key}),
        |key| json!({key: 1}),
    ];
    let root = world.root("ROOT");
    let sign = format!("{CERTIFICATES}/{root}/sign");
    for field in fields {
        for shape in shapes {
            let body = json!({field: shape(&key)}).to_string();
            for target in [
                CERTIFICATES,
                &sign,
                "/api/security/certificate-signing-request",
            ] {
                answers.push(world.send("POST", target, &body).text);
            }
            answers.push(world.send("DELETE", CERTIFICATES, &body).text);
            let server = with(
                json!({"type": "server", "public_certificate": vector("server.pem")}),
                json!({field: shape(&key)}),
            );
            let got = world.post(&server);
            if got.status == 201 {
                let uuid = got.location();
                answers.push(world.get(&uuid).text);
                world.delete(&uuid);
            }
            answers.push(got.text);
        }
    }
    // A key that is kept is in no record, whatever is asked for.
    let body =
        json!({"type": "server", "public_certificate": vector("server.pem"), "private_key": key});
    let got = world.send(
        "POST",
        &format!("{CERTIFICATES}?return_records=true"),
        &body.to_string(),
    );
    answers.push(got.text);
    answers.push(world.list(&[("fields", "**")]).text);
    world.policy = world.policy.with_dcn();
    let job = world.post(&root_ca("JOB")).json()["job"]["uuid"]
        .as_str()
        .unwrap()
        .to_owned();
    answers.push(format!("{:?}", world.jobs));
    answers.extend(world.run_jobs().into_iter().map(|got| got.text));
    answers.push(world.job(&job).text);
    assert!(answers.len() > 400);
    let lines = secret_lines(&key);
    assert!(lines.len() > 10);
    for answer in answers {
        for line in &lines {
            assert!(!answer.contains(&line[..32.min(line.len())]), "{answer}");
        }
    }
}

#[test]
fn only_the_signing_request_answers_with_a_key() {
    let mut world = World::new();
    let got = world.csr(&json!({"subject_name": "CN=a", "algorithm": "ec"}));
    assert_eq!(
        got.header("cache-control"),
        Some("no-cache,no-store,must-revalidate")
    );
    assert!(got.text.contains("PRIVATE KEY"));
    let shown = format!("{:?}", world.service);
    assert!(shown.len() < 100, "{shown}");
}
