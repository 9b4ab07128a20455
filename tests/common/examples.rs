//! Every `curl` example of the API's reference, with certificates in the place of its placeholders,
//! and what comes of it. The reference's times have the offset of its machine; ours are UTC.
//!
//! The library's service is asked them, and the server over HTTPS.

use super::vector;
use serde_json::{Value, json};

/// Who answers. At the start there is what [`setting`] says.
pub(crate) trait Api {
    /// Sends a request.
    fn send(&mut self, method: &str, target: &str, accept: &str, body: &str) -> Reply;

    /// How many certificates of the cluster there are beside those of the setting.
    fn others(&self) -> usize {
        0
    }

    /// That a certificate which was just made with the default expiry ends then.
    fn assert_expiry(&self, time: &str);

    /// The record that a `Location` means.
    fn shown(&mut self, location: &str) -> Value {
        self.send("GET", location, PLAIN, "").ok()
    }

    /// How many certificates there are.
    fn count(&mut self) -> usize {
        let count = self.send(
            "GET",
            &format!("{CERTIFICATES}?return_records=false"),
            PLAIN,
            "",
        );
        usize::try_from(count.ok()["num_records"].as_u64().unwrap()).unwrap()
    }
}

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) text: String,
    /// Empty if there is none.
    pub(crate) location: String,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The body of an answer that is as it should be.
    fn ok(self) -> Value {
        assert!(self.status < 300, "{} {}", self.status, self.text);
        self.json()
    }

    fn assert_refused(&self, status: u16, code: u32, target: &str) {
        assert_eq!(self.status, status, "{}", self.text);
        let error = &self.json()["error"];
        assert_eq!(error["code"], code.to_string(), "{}", self.text);
        assert_eq!(error["target"], target, "{}", self.text);
    }
}

/// A request as the reference writes it.
pub(crate) struct Example {
    pub(crate) title: &'static str,
    method: &'static str,
    /// `{uuid}` stands for the record that is meant.
    target: &'static str,
    accept: &'static str,
    body: Value,
    check: fn(&mut dyn Api, Reply),
}

const CERTIFICATES: &str = "/api/security/certificates";
const HAL: &str = "application/hal+json";
const PLAIN: &str = "application/json";

/// What there is before an example: `vs0` of the reference is `svm1` here, an SVM that is there already. It
/// has a server certificate; the cluster has a root_ca and an installed server_ca.
fn setting() -> [Value; 3] {
    [
        json!({"type": "server", "common_name": "vs0", "algorithm": "ec", "svm": {"name": "svm1"}}),
        json!({"type": "root_ca", "common_name": "ROOT", "algorithm": "ec", "expiry_time": "P3650D"}),
        json!({"type": "server_ca", "public_certificate": vector("ca-rsa3072.pem"), "common_name": "cert_name"}),
    ]
}

impl Example {
    /// Whether it is about a cluster in DCN mode.
    pub(crate) fn needs_dcn(&self) -> bool {
        self.title.contains("DCN")
    }

    /// Makes the setting, asks, and looks at the answer.
    pub(crate) fn run(&self, api: &mut dyn Api) {
        println!("{}", self.title);
        for body in setting() {
            let target = format!("{CERTIFICATES}?return_timeout=30");
            let added = api.send("POST", &target, PLAIN, &body.to_string());
            assert_eq!(added.status, 201, "{}", added.text);
        }
        let mut uuid = |common_name: &str, kind: &str| {
            let target = format!("{CERTIFICATES}?common_name={common_name}&type={kind}");
            let body = api.send("GET", &target, PLAIN, "").ok();
            body["records"][0]["uuid"].as_str().unwrap().to_owned()
        };
        let (own, root) = (uuid("vs0", "server"), uuid("ROOT", "root_ca"));
        let target = self.target.replace("{uuid}", &own).replace("{root}", &root);
        let body = if self.body.is_null() {
            String::new()
        } else {
            self.body.to_string()
        };
        let got = api.send(self.method, &target, self.accept, &body);
        (self.check)(api, got);
    }
}

pub(crate) fn examples() -> Vec<Example> {
    let none = || Value::Null;
    vec![
        Example {
            title: "Retrieving all certificates installed in the cluster with their common-names",
            method: "GET",
            target: "/api/security/certificates?fields=common_name",
            accept: HAL,
            body: none(),
            check: |api, got| {
                let body = got.ok();
                // One and three of a root_ca and one; the reference shows three.
                assert_eq!(body["num_records"], 5 + api.others());
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
            body: none(),
            check: |api, got| {
                let body = got.ok();
                assert_eq!(body["num_records"], 4 + api.others());
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
            body: none(),
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
            body: none(),
            check: |api, got| {
                let record = got.ok();
                for (name, value) in [
                    ("scope", json!("svm")),
                    ("type", json!("server")),
                    ("common_name", json!("vs0")),
                    ("ca", json!("vs0")),
                    ("hash_function", json!("sha256")),
                    ("key_size", json!(256)),
                ] {
                    assert_eq!(record[name], value, "{name}");
                }
                api.assert_expiry(record["expiry_time"].as_str().unwrap());
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
            check: |api, got| {
                assert_eq!((got.status, &*got.text), (201, "{}"));
                let record = api.shown(&got.location);
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
            check: |api, got| {
                assert_eq!((got.status, &*got.text), (201, "{}"));
                assert_eq!(api.shown(&got.location)["scope"], "cluster");
            },
        },
        Example {
            title: "Installing a certificate on a specific SVM",
            method: "POST",
            target: CERTIFICATES,
            accept: PLAIN,
            body: json!({"svm": {"name": "svm1"}, "type": "server_ca", "public_certificate": vector("root.pem")}),
            check: |api, got| {
                assert_eq!(got.status, 201);
                assert_eq!(api.shown(&got.location)["svm"]["name"], "svm1");
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
            check: |_, got| got.assert_refused(400, 3_735_693, "private_key"),
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
            body: none(),
            check: |api, got| {
                assert_eq!((got.status, &*got.text), (200, "{}"));
                assert_eq!(api.count(), 4 + api.others());
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
            check: |_, got| assert_job(&got),
        },
        Example {
            title: "Deleting a CA certificate using its UUID when DCN cluster is configured",
            method: "DELETE",
            target: "/api/security/certificates/{root}?fields=*",
            accept: HAL,
            body: none(),
            check: |_, got| assert_job(&got),
        },
    ]
}

fn assert_job(got: &Reply) {
    assert_eq!(got.status, 202, "{}", got.text);
    let body = got.json();
    let uuid = body["job"]["uuid"].as_str().unwrap();
    let href = format!("/api/cluster/jobs/{uuid}");
    assert_eq!(
        body,
        json!({"job": {"uuid": uuid, "_links": {"self": {"href": href}}}})
    );
}
