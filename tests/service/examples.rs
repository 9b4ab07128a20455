//! The examples of the API's reference, and what it does not say of them.

use crate::common::{NOW, at, vector};
use crate::world::{World, root_ca, with};
use serde_json::json;
use shared::{Api, Reply, examples};

/// The table, which the server's tests ask a server.
#[path = "../common/examples.rs"]
mod shared;

impl Api for World {
    fn send(&mut self, method: &str, target: &str, accept: &str, body: &str) -> Reply {
        let request = http::Request::builder()
            .method(method)
            .uri(target)
            .header("Authorization", "Basic YWRtaW46eA==")
            .header("Accept", accept)
            .header("Content-Type", "application/json")
            .body(body.as_bytes().to_vec())
            .unwrap();
        let got = self.ask(request);
        Reply {
            status: got.status,
            location: got.header("location").unwrap_or_default().to_owned(),
            text: got.text,
        }
    }

    fn assert_expiry(&self, time: &str) {
        assert_eq!(time, "2027-01-01T00:00:00Z");
    }
}

#[test]
fn every_example_and_its_answer() {
    for example in examples() {
        let mut world = World::new();
        if example.needs_dcn() {
            world = world.with_dcn();
        }
        example.run(&mut world);
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
