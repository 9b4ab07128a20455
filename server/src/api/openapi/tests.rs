//! The description against the library's service: what it says is so, and nothing else is.

use super::document;
use crate::api::Endpoint;
use certwright::catalog::{Catalog, CatalogPolicy, Host, MemoryStore, Svm, Uuid};
use certwright::rand_core::UnwrapErr;
use certwright::service::{Answer, Authenticated, Service};
use getrandom::SysRng;
use http::{Request, header};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::SystemTime;

const UUID: &str = "1cd8a442-86d1-11e0-ae1c-123478563412";

struct Machine;

impl Host for Machine {
    fn cluster_name(&self) -> String {
        "cluster1".to_owned()
    }

    fn svm_by_name(&self, name: &str) -> Option<Svm> {
        let uuid = UUID.parse().ok()?;
        (name == "svm1").then(|| Svm {
            name: name.to_owned(),
            uuid,
        })
    }

    fn svm_by_uuid(&self, uuid: Uuid) -> Option<Svm> {
        self.svm_by_name("svm1").filter(|svm| svm.uuid == uuid)
    }
}

struct Api {
    service: Service,
    policy: CatalogPolicy,
    document: Value,
}

/// Status, `Allow` or `Location`, body.
type Seen = (u16, String, Value);

impl Api {
    fn new() -> Self {
        let catalog = Catalog::new(MemoryStore::new(), Machine);
        Self {
            service: Service::new(Arc::new(catalog)),
            policy: CatalogPolicy::at(SystemTime::now()),
            document: document(),
        }
    }

    fn ask(&self, method: &str, target: &str, body: &Value) -> Seen {
        let body = if body.is_null() {
            Vec::new()
        } else {
            body.to_string().into_bytes()
        };
        let mut request = Request::builder()
            .method(&*method.to_uppercase())
            .uri(target)
            .body(body)
            .unwrap();
        request.extensions_mut().insert(Authenticated);
        let reply = match self
            .service
            .answer(request, &self.policy, &mut UnwrapErr(SysRng))
        {
            Answer::Done(reply) => reply,
            Answer::Work { job, .. } => job.accepted(),
            _ => panic!("signatures are not handed out"),
        };
        let header = reply
            .headers()
            .get(header::ALLOW)
            .or(reply.headers().get(header::LOCATION));
        let header = header
            .map(|value| value.to_str().unwrap().to_owned())
            .unwrap_or_default();
        let body = serde_json::from_slice(reply.body()).unwrap_or_default();
        (reply.status().as_u16(), header, body)
    }

    /// Every operation of the library's part: path, method, what is written of it.
    fn operations(&self) -> Vec<(String, String, Value)> {
        let paths = self.document["paths"].as_object().unwrap();
        let all = paths.iter().flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().iter();
            methods.map(|(method, written)| (with_uuid(path), method.clone(), written.clone()))
        });
        all.filter(|(path, ..)| Endpoint::of(path) == Endpoint::Certificates)
            .collect()
    }

    fn schema(&self, name: &str) -> Value {
        self.document["components"]["schemas"][name].clone()
    }

    /// Where a value is not as its schema has it.
    fn fault(&self, schema: &Value, value: &Value, at: &str) -> Option<String> {
        if let Some(name) = schema["$ref"].as_str() {
            let name = name.strip_prefix("#/components/schemas/").unwrap();
            return self.fault(&self.schema(name), value, at);
        }
        let is = |name: &str| match name {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "integer" => value.is_u64(),
            "boolean" => value.is_boolean(),
            other => panic!("{at}: the type {other}"),
        };
        if !is(schema["type"].as_str().unwrap()) {
            return Some(format!("{at}: the type"));
        }
        if schema["enum"]
            .as_array()
            .is_some_and(|accepted| !accepted.contains(value))
        {
            return Some(format!("{at}: {value}"));
        }
        if let Some(members) = value.as_object() {
            let missing = schema["required"].as_array().into_iter().flatten();
            if let Some(name) = missing
                .filter_map(Value::as_str)
                .find(|name| !members.contains_key(*name))
            {
                return Some(format!("{at}: no {name}"));
            }
            return members
                .iter()
                .find_map(|(name, value)| match schema["properties"].get(name) {
                    None => Some(format!("{at}: {name} is not described")),
                    Some(schema) => self.fault(schema, value, &format!("{at}.{name}")),
                });
        }
        let mut elements = value.as_array().into_iter().flatten();
        elements.find_map(|element| self.fault(&schema["items"], element, &format!("{at}[]")))
    }

    /// Asks, and compares what comes with what the description has.
    #[track_caller]
    fn conforms(&self, method: &str, path: &str, target: &str, body: &Value) -> Seen {
        let seen = self.ask(method, target, body);
        let answer = &self.document["paths"][path][method]["responses"][seen.0.to_string()];
        let schema = &answer["content"]["application/hal+json"]["schema"];
        assert!(
            schema.is_object(),
            "{method} {target}: {} {}",
            seen.0,
            seen.2
        );
        assert_eq!(
            self.fault(schema, &seen.2, "answer"),
            None,
            "{method} {target}: {}",
            seen.2
        );
        seen
    }
}

fn with_uuid(path: &str) -> String {
    path.replace("{uuid}", UUID).replace("{ca_uuid}", UUID)
}

fn code(body: &Value) -> &str {
    body["error"]["code"].as_str().unwrap_or_default()
}

const UNEXPECTED: &str = "262179";

#[test]
fn methods_are_those_of_the_paths() {
    let api = Api::new();
    for (path, methods) in api.document["paths"].as_object().unwrap() {
        let target = with_uuid(path);
        let allowed = match Endpoint::of(&target) {
            Endpoint::Certificates => api.ask("options", &target, &Value::Null).1,
            own => own.allowed().to_owned(),
        };
        let mut allowed: Vec<_> = allowed.split(", ").map(str::to_lowercase).collect();
        allowed.sort();
        let described: Vec<_> = methods.as_object().unwrap().keys().cloned().collect();
        assert_eq!(described, allowed, "{path}");
    }
}

#[test]
fn parameters_are_known_and_no_other() {
    let api = Api::new();
    for (path, method, written) in api.operations() {
        if method == "options" {
            continue;
        }
        let parameters = written["parameters"].as_array().unwrap();
        for parameter in parameters
            .iter()
            .filter(|parameter| parameter["in"] == "query")
        {
            let name = parameter["name"].as_str().unwrap();
            let example = match &parameter["example"] {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let escaped: Vec<_> = example
                .bytes()
                .map(|octet| format!("%{octet:02X}"))
                .collect();
            let escaped = escaped.concat();
            let (status, _, body) =
                api.ask(&method, &format!("{path}?{name}={escaped}"), &Value::Null);
            assert_ne!(code(&body), UNEXPECTED, "{method} {path}: {name}");
            if method == "get" && path.ends_with("certificates") && !name.starts_with("start.") {
                assert_eq!(status, 200, "{name}={example}: {body}");
            }
        }
        if method != "head" {
            let body = api
                .ask(&method, &format!("{path}?colour=red"), &Value::Null)
                .2;
            assert_eq!(code(&body), UNEXPECTED, "{method} {path}");
        }
    }
}

/// The dotted names of what a schema of an object has, with a value for each.
fn leaves(schema: &Value, above: &str) -> Vec<(String, Value)> {
    let properties = schema["properties"].as_object().unwrap().iter();
    let below = properties.flat_map(|(name, schema)| {
        let path = format!("{above}{name}");
        let has = |kind: &str| {
            schema["type"] == kind
                || schema["type"]
                    .as_array()
                    .is_some_and(|kinds| kinds.contains(&kind.into()))
        };
        if has("object") {
            return leaves(schema, &format!("{path}."));
        }
        let value = if schema["anyOf"].is_array() {
            json!(1)
        } else if has("array") {
            json!([])
        } else if has("boolean") {
            json!(true)
        } else {
            json!("x")
        };
        vec![(path, value)]
    });
    below.collect()
}

/// An object with a value at a dotted path.
fn nested(path: &str, value: Value) -> Value {
    path.rsplit('.').fold(value, |value, name| {
        Value::Object(Map::from_iter([(name.to_owned(), value)]))
    })
}

#[test]
fn fields_of_bodies_are_known_and_no_other() {
    let api = Api::new();
    for (name, method, target) in [
        (
            "CreateCertificate",
            "post",
            "/api/security/certificates".to_owned(),
        ),
        (
            "InstallCertificate",
            "post",
            "/api/security/certificates".to_owned(),
        ),
        (
            "DownloadCertificate",
            "post",
            "/api/security/certificates".to_owned(),
        ),
        (
            "NewCertificates",
            "post",
            "/api/security/certificates".to_owned(),
        ),
        (
            "DeleteCertificates",
            "delete",
            "/api/security/certificates".to_owned(),
        ),
        (
            "NoFields",
            "delete",
            format!("/api/security/certificates/{UUID}"),
        ),
        (
            "SignCertificate",
            "post",
            format!("/api/security/certificates/{UUID}/sign"),
        ),
        (
            "GenerateRequest",
            "post",
            "/api/security/certificate-signing-request".to_owned(),
        ),
    ] {
        for (path, value) in leaves(&api.schema(name), "") {
            let (status, _, body) = api.ask(method, &target, &nested(&path, value));
            assert_ne!(code(&body), UNEXPECTED, "{name}: {path}");
            assert_ne!(status, 500, "{name}: {path}");
        }
        let body = api.ask(method, &target, &json!({"colour": "red"})).2;
        assert_eq!(code(&body), UNEXPECTED, "{name}");
    }
}

#[test]
fn answers_have_what_is_described_and_nothing_else() {
    let mut api = Api::new();
    let all = "/api/security/certificates";
    let one = "/api/security/certificates/{uuid}";
    let sign = "/api/security/certificates/{ca_uuid}/sign";
    let request = "/api/security/certificate-signing-request";
    let root =
        json!({"type": "root_ca", "common_name": "ROOT", "algorithm": "ec", "expiry_time": "P9Y"});
    let (status, root, _) = api.conforms("post", all, &format!("{all}?return_records=true"), &root);
    assert_eq!(status, 201);
    let names = json!({"dns": ["a.example.com"], "email": "a@example.com", "ip": ["::1"], "uri": "https://example.com/"});
    let server = json!({"type": "server", "common_name": "a.example.com", "svm": {"name": "svm1"},
        "algorithm": "ec", "subject_alternatives": names});
    let (status, server, _) = api.conforms("post", all, all, &json!({"records": [server]}));
    assert_eq!((status, &*server), (201, ""));
    let (_, _, page) = api.conforms(
        "get",
        all,
        &format!("{all}?fields=*&max_records=2"),
        &Value::Null,
    );
    assert_eq!(page["num_records"], 2);
    let svm = api
        .conforms(
            "get",
            all,
            &format!("{all}?fields=*&scope=svm"),
            &Value::Null,
        )
        .2;
    let shown = &svm["records"][0];
    // Everything that a certificate can have but a vault.
    for (name, _) in leaves(&api.schema("Certificate"), "") {
        if !name.ends_with("href") && name != "azure.verify_host" {
            let has = name
                .split('.')
                .try_fold(shown, |value, name| value.get(name));
            assert!(
                has.is_some_and(|value| !value.is_null()) || name.contains("_links"),
                "{name}"
            );
        }
        if !name.contains("_links") {
            let target = format!("{root}?fields={name}");
            assert_eq!(api.conforms("get", one, &target, &Value::Null).0, 200);
        }
    }
    let csr = json!({"subject_name": "CN=b.example.com", "algorithm": "ec"});
    let (_, _, csr) = api.conforms("post", request, request, &csr);
    let body = json!({"signing_request": csr["csr"]});
    assert_eq!(
        api.conforms("post", sign, &format!("{root}/sign"), &body).0,
        200
    );
    assert_eq!(
        api.conforms("delete", all, &format!("{all}?scope=svm"), &Value::Null)
            .0,
        200
    );
    assert_eq!(
        api.conforms("get", one, &format!("{all}/{UUID}"), &Value::Null)
            .0,
        404
    );
    assert_eq!(
        api.conforms("get", all, &format!("{all}?key_size=x"), &Value::Null)
            .0,
        400
    );

    // With jobs.
    api.policy = api.policy.with_dcn();
    let (status, _, begun) = api.conforms("delete", one, &root, &Value::Null);
    assert_eq!(status, 202);
    let job = begun["job"]["_links"]["self"]["href"]
        .as_str()
        .unwrap()
        .to_owned();
    let (_, _, job) = api.conforms("get", "/api/cluster/jobs/{uuid}", &job, &Value::Null);
    assert_eq!(job["state"], "queued");
}

#[test]
fn it_refers_to_nothing_that_is_not_there() {
    fn walk(document: &Value, value: &Value) {
        if let Some(name) = value["$ref"].as_str() {
            assert!(
                document.pointer(name.trim_start_matches('#')).is_some(),
                "{name}"
            );
        }
        match value {
            Value::Object(members) => members.values().for_each(|value| walk(document, value)),
            Value::Array(elements) => elements.iter().for_each(|value| walk(document, value)),
            _ => {}
        }
    }
    let document = document();
    walk(&document, &document);
}
