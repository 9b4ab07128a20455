//! Every `curl` example of the API's reference, with certificates in the place of its placeholders,
//! and what comes of it. The reference's times have the offset of its machine; ours are UTC.

use crate::common::{NOW, at, vector};
use crate::world::{CERTIFICATES, Got, World, root_ca, server, with};
use serde_json::{Value, json};

/// A request as the reference writes it.
struct Example {
    title: &'static str,
    method: &'static str,
    /// `{uuid}` stands for the record that is meant.
    target: &'static str,
    accept: &'static str,
    body: Value,
    check: fn(&mut World, Got),
}

const HAL: &str = "application/hal+json";
const PLAIN: &str = "application/json";

/// `vs0` of the reference is `svm1` here. There are a server certificate of the SVM, a root_ca and
/// an installed server_ca at cluster scope.
fn world() -> World {
    let mut world = World::new();
    world.add(with(server("vs0"), json!({"svm": {"name": "svm1"}})));
    world.root("ROOT");
    let body = json!({"type": "server_ca", "public_certificate": vector("ca-rsa3072.pem"), "common_name": "cert_name"});
    world.add(body);
    world
}

fn examples() -> Vec<Example> {
    let none = Value::Null;
    vec![
        Example {
            title: "Retrieving all certificates installed in the cluster with their common-names",
            method: "GET",
            target: "/api/security/certificates?fields=common_name",
            accept: HAL,
            body: none.clone(),
            check: |_, got| {
                let body = got.ok();
                // One and three of a root_ca and one; the reference shows three.
                assert_eq!(body["num_records"], 5);
                assert_eq!(
                    body["_links"]["self"]["href"],
                    "/api/security/certificates?fields=common_name"
                );
                let last = body["records"].as_array().unwrap().last().unwrap().clone();
                let uuid = last["uuid"].clone();
                let href = format!("{CERTIFICATES}/{}", uuid.as_str().unwrap());
                let record = json!({"svm": {"name": "svm1"}, "uuid": uuid, "common_name": "vs0", "_links": {"self": {"href": href}}});
                assert_eq!(last, record);
            },
        },
        Example {
            title: "Retrieving all certificates installed at cluster-scope with their common-names",
            method: "GET",
            target: "/api/security/certificates?scope=cluster&fields=common_name",
            accept: HAL,
            body: none.clone(),
            check: |_, got| {
                let body = got.ok();
                assert_eq!(body["num_records"], 4);
                for record in body["records"].as_array().unwrap() {
                    let keys: Vec<_> = record.as_object().unwrap().keys().collect();
                    assert_eq!(keys, ["_links", "common_name", "scope", "uuid"]);
                    assert_eq!(record["scope"], "cluster");
                }
            },
        },
        Example {
            title: "Retrieving all certificates installed on a specific SVM with their common-names",
            method: "GET",
            target: "/api/security/certificates?svm.name=svm1&fields=common_name",
            accept: HAL,
            body: none.clone(),
            check: |_, got| {
                let body = got.ok();
                assert_eq!(body["num_records"], 1);
                let record = body["records"][0].as_object().unwrap();
                assert_eq!(
                    record.keys().collect::<Vec<_>>(),
                    ["_links", "common_name", "svm", "uuid"]
                );
                assert_eq!(record["svm"], json!({"name": "svm1"}));
            },
        },
        Example {
            title: "Retrieving a certificate using its UUID for all fields",
            method: "GET",
            target: "/api/security/certificates/{uuid}?fields=*",
            accept: HAL,
            body: none.clone(),
            check: |_, got| {
                let record = got.ok();
                for (name, value) in [
                    ("scope", json!("svm")),
                    ("type", json!("server")),
                    ("common_name", json!("vs0")),
                    ("ca", json!("vs0")),
                    ("hash_function", json!("sha256")),
                    ("key_size", json!(256)),
                    ("expiry_time", json!("2027-01-01T00:00:00Z")),
                ] {
                    assert_eq!(record[name], value, "{name}");
                }
                assert_eq!(record["svm"]["name"], "svm1");
                assert!(record["svm"]["uuid"].is_string() && record["serial_number"].is_string());
                assert!(
                    record["public_certificate"]
                        .as_str()
                        .unwrap()
                        .starts_with("-----BEGIN CERTIFICATE-----")
                );
            },
        },
        Example {
            title: "Creating a certificate in a cluster",
            method: "POST",
            target: CERTIFICATES,
            accept: HAL,
            body: json!({"common_name": "TEST-SERVER", "type": "server"}),
            check: |world, got| {
                assert_eq!((got.status, &*got.text), (201, "{}"));
                let record = world.get(&got.location()).ok();
                assert_eq!(
                    (&record["key_size"], &record["name"]),
                    (&json!(2048), &json!("TEST-SERVER"))
                );
            },
        },
        Example {
            title: "Installing a certificate in a cluster",
            method: "POST",
            target: CERTIFICATES,
            accept: PLAIN,
            body: json!({"type": "server_ca", "public_certificate": vector("root.pem")}),
            check: |world, got| {
                assert_eq!((got.status, &*got.text), (201, "{}"));
                assert_eq!(world.get(&got.location()).ok()["scope"], "cluster");
            },
        },
        Example {
            title: "Installing a certificate on a specific SVM",
            method: "POST",
            target: CERTIFICATES,
            accept: PLAIN,
            body: json!({"svm": {"name": "svm1"}, "type": "server_ca", "public_certificate": vector("root.pem")}),
            check: |world, got| {
                assert_eq!(got.status, 201);
                assert_eq!(world.get(&got.location()).ok()["svm"]["name"], "svm1");
            },
        },
        Example {
            // It has no private key.
            title: "Installing a CA-signed certificate on a specific SVM",
            method: "POST",
            target: CERTIFICATES,
            accept: PLAIN,
            body: json!({"svm": {"name": "svm1"}, "type": "server", "public_certificate": vector("server.pem"),
                "intermediate_certificates": [vector("root.pem"), vector("root.pem")]}),
            check: |_, got| got.refused(400, 3_735_693, "private_key"),
        },
        Example {
            title: "the same with the key",
            method: "POST",
            target: CERTIFICATES,
            accept: PLAIN,
            body: json!({"svm": {"name": "svm1"}, "type": "server", "public_certificate": vector("server.pem"),
                "intermediate_certificates": [vector("root.pem")], "private_key": vector("server.key")}),
            check: |_, got| assert_eq!(got.status, 201, "{}", got.text),
        },
        Example {
            title: "Deleting a certificate using its UUID",
            method: "DELETE",
            target: "/api/security/certificates/{uuid}?fields=*",
            accept: HAL,
            body: none.clone(),
            check: |world, got| {
                assert_eq!((got.status, &*got.text), (200, "{}"));
                assert_eq!(world.count(), 4);
            },
        },
        Example {
            title: "Signing a new certificate signing request using an existing CA certificate UUID",
            method: "POST",
            target: "/api/security/certificates/{root}/sign",
            accept: PLAIN,
            body: json!({"signing_request": vector("server.csr"), "hash_function": "sha256"}),
            check: |_, got| {
                let body = got.ok();
                assert_eq!(body.as_object().unwrap().len(), 1);
                assert!(body["public_certificate"].is_string());
            },
        },
        Example {
            title: "Generate a new Certificate Signing Request (CSR)",
            method: "POST",
            target: "/api/security/certificate-signing-request",
            accept: PLAIN,
            body: json!({"algorithm": "rsa", "extended_key_usage": ["serverauth"], "hash_function": "sha256",
                "key_usage": ["digitalsignature"], "security_strength": "112", "subject_alternatives": {
                    "dns": ["*.example.com", "*.example1.com"], "email": ["abc@example.com", "abc@example1.com"],
                    "ip": ["10.225.34.223", "10.225.34.224"], "uri": ["http://example.com", "http://example1.com"]},
                "subject_name": "C=US,O=NTAP,CN=test.domain.com"}),
            check: |_, got| {
                let body = got.ok();
                assert!(
                    body["csr"]
                        .as_str()
                        .unwrap()
                        .starts_with("-----BEGIN CERTIFICATE REQUEST-----\n")
                );
                assert!(
                    body["generated_private_key"]
                        .as_str()
                        .unwrap()
                        .starts_with("-----BEGIN PRIVATE KEY-----\n")
                );
            },
        },
        Example {
            title: "Creating a root-ca certificate in a cluster when DCN cluster is configured",
            method: "POST",
            target: CERTIFICATES,
            accept: PLAIN,
            body: json!({"common_name": "TEST-ROOT-CA", "type": "root_ca"}),
            check: |_, got| is_job(&got),
        },
        Example {
            title: "Deleting a CA certificate using its UUID when DCN cluster is configured",
            method: "DELETE",
            target: "/api/security/certificates/{root}?fields=*",
            accept: HAL,
            body: none,
            check: |_, got| is_job(&got),
        },
    ]
}

fn is_job(got: &Got) {
    assert_eq!(got.status, 202, "{}", got.text);
    let body = got.json();
    let uuid = body["job"]["uuid"].as_str().unwrap();
    let href = format!("/api/cluster/jobs/{uuid}");
    assert_eq!(
        body,
        json!({"job": {"uuid": uuid, "_links": {"self": {"href": href}}}})
    );
}

#[test]
fn every_example_and_its_answer() {
    for example in examples() {
        let mut world = world();
        if example.title.contains("DCN") {
            world = world.with_dcn();
        }
        let uuid = |world: &mut World, common_name, kind| {
            let body = world
                .list(&[("common_name", common_name), ("type", kind)])
                .ok();
            body["records"][0]["uuid"].as_str().unwrap().to_owned()
        };
        let (own, root) = (
            uuid(&mut world, "vs0", "server"),
            uuid(&mut world, "ROOT", "root_ca"),
        );
        let target = example
            .target
            .replace("{uuid}", &own)
            .replace("{root}", &root);
        let body = if example.body.is_null() {
            String::new()
        } else {
            example.body.to_string()
        };
        let request = http::Request::builder()
            .method(example.method)
            .uri(target)
            .header("Authorization", "Basic YWRtaW46eA==")
            .header("Accept", example.accept)
            .header("Content-Type", "application/json")
            .body(body.into_bytes())
            .unwrap();
        println!("{}", example.title);
        let got = world.ask(request);
        (example.check)(&mut world, got);
    }
}

#[test]
fn what_the_reference_does_not_say_of_its_examples() {
    // Under a root_ca made with defaults, a signing with defaults ends too late.
    let mut world = World::new();
    let root = world.add(with(root_ca("ROOT"), json!({"expiry_time": null})));
    let body = json!({"signing_request": vector("server.csr"), "hash_function": "sha256"});
    world.policy = at(NOW + 1).into();
    world
        .sign(&root, &body)
        .refused(400, 3_735_630, "expiry_time");
    // The download from a key vault is a job, or not this build's.
    let body = json!({"svm": {"name": "svm1"}, "name": "vs0-client-cert", "type": "client", "azure": {
        "key_vault": "https://example.vault.azure.net", "client_id": "12345678-abcd-1234-12ad-dfasdffgfdaaa",
        "tenant_id": "12345678-abcd-abcd-test-720ef604b100", "client_secret": "clientSecretString", "verify_host": false}});
    let got = world.post(&body);
    if cfg!(feature = "azure") {
        assert_eq!(got.status, 202);
    } else {
        got.refused(400, 3_735_762, "azure");
    }
    assert!(!got.text.contains("clientSecretString"));
}
