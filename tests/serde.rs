//! Requests are the bodies of the REST API, and answers are its records.
#![cfg(feature = "serde")]

mod common;

use certwright::{
    CreateRequest, CsrRequest, InstallRequest, SignRequest, generate_csr, inspect, install,
};
use common::issue::Cert;
use common::{policy, rng, vector};
use serde_json::{Value, json};

#[test]
fn requests_read_as_the_reference_writes_them() {
    let body = json!({ "common_name": "TEST-SERVER", "type": "server", "svm": { "name": "vs0" } });
    let request: CreateRequest = serde_json::from_value(body).unwrap();
    assert_eq!(request, CreateRequest::server("TEST-SERVER"));

    let body = json!({
        "algorithm": "ec", "extended_key_usage": ["serverauth"], "hash_function": "sha256",
        "key_usage": ["digitalsignature"], "security_strength": 112,
        "subject_alternatives": { "dns": ["*.example.com"], "ip": ["10.225.34.223"] },
        "subject_name": "C=US,O=NTAP,CN=test.domain.com"
    });
    let number: CsrRequest = serde_json::from_value(body.clone()).unwrap();
    let mut with_text = body;
    with_text["security_strength"] = "112".into();
    let text: CsrRequest = serde_json::from_value(with_text).unwrap();
    assert_eq!(number, text);
    assert_eq!(number.key_usages, ["digitalsignature"]);
    assert_eq!(number.extended_key_usages, ["serverauth"]);
    assert!(generate_csr(&number, &policy(), &mut rng(1)).is_ok());

    let body = json!({ "signing_request": "CSR", "expiry_time": "P1DT2H3M4S" });
    let request: SignRequest = serde_json::from_value(body).unwrap();
    assert_eq!(request, SignRequest::new("CSR").with_expiry("P1DT2H3M4S"));
}

#[test]
fn an_installation_reads_as_the_reference_writes_it_and_shows_no_key() {
    let body = json!({
        "type": "server", "public_certificate": vector("server.pem"),
        "private_key": vector("server.key"), "intermediate_certificates": [vector("root.pem")]
    });
    let request: InstallRequest = serde_json::from_value(body).unwrap();
    let written = serde_json::to_value(&request).unwrap();
    assert_eq!(written["type"], "server");
    assert!(written.get("private_key").is_none());

    let installed = serde_json::to_value(install(&request, &policy()).unwrap()).unwrap();
    assert_eq!(installed["type"], "server");
    assert_eq!(installed["common_name"], "server.example.com");
    // A root is not sent.
    assert!(installed.get("intermediate_certificates").is_none());
    assert_eq!(installed["certificate"]["ca"], "certwright test root");

    let ca = Cert::ca("ca", &Cert::root("root"));
    let server = Cert::leaf("a.example", &ca);
    let request =
        InstallRequest::server(server.pem(), server.key.private_pem()).with_intermediate(ca.pem());
    let installed = serde_json::to_value(install(&request, &policy()).unwrap()).unwrap();
    assert_eq!(installed["intermediate_certificates"], json!([ca.pem()]));
}

#[test]
fn requests_write_and_read_back() {
    let request = CreateRequest::root_ca("ROOT").with_key_size(3072);
    let body = serde_json::to_value(&request).unwrap();
    assert_eq!(
        body,
        json!({ "type": "root_ca", "common_name": "ROOT", "key_size": 3072 })
    );
    assert_eq!(
        serde_json::from_value::<CreateRequest>(body).unwrap(),
        request
    );
}

#[test]
fn a_certificate_is_shown_with_the_fields_of_the_api() {
    let info = serde_json::to_value(inspect(&vector("server.pem")).unwrap()).unwrap();
    assert_eq!(info["common_name"], "server.example.com");
    assert_eq!(info["ca"], "certwright test root");
    assert_eq!(info["hash_function"], "sha256");
    assert_eq!(info["key_size"], 2048);
    assert_eq!(info["expiry_time"], "2045-01-01T00:00:00Z");
    assert_eq!(
        info["subject_alternatives"],
        json!({ "dns": ["server.example.com"] })
    );
    let root = serde_json::to_value(inspect(&vector("root.pem")).unwrap()).unwrap();
    assert_eq!(
        info["authority_key_identifier"],
        root["subject_key_identifier"]
    );
    assert_eq!(root.get("subject_alternatives"), None);
}

#[test]
fn a_created_key_is_not_serialized_and_a_requested_one_is() {
    let request = CreateRequest::client("a").with_algorithm("ec");
    let created = certwright::create(&request, &policy(), &mut rng(1)).unwrap();
    let body: Value = serde_json::to_value(&created).unwrap();
    assert_eq!(
        body,
        json!({ "public_certificate": created.public_certificate })
    );

    let request = CsrRequest::new("CN=a").with_algorithm("ec");
    let answer = generate_csr(&request, &policy(), &mut rng(1)).unwrap();
    let body = serde_json::to_value(&answer).unwrap();
    assert_eq!(
        body["generated_private_key"],
        answer.generated_private_key.as_str()
    );
}
