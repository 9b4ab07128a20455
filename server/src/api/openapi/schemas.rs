//! What answers have.

use super::{closed, fields, named, object};
use certwright::catalog::JobState;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) fn all() -> Vec<(&'static str, Value)> {
    let link = closed(&json!({"href": {"type": "string"}}), &["href"]);
    let itself = closed(&json!({"self": named("Link")}), &["self"]);
    let of_page = closed(&json!({"self": named("Link"), "next": named("Link")}), &[]);
    let count = || json!({"type": "integer", "minimum": 0});
    let page = |element: &str| {
        closed(
            &json!({
                "records": {"type": "array", "items": named(element)},
                "num_records": count(),
                "_links": named("PageLinks"),
            }),
            &["num_records"],
        )
    };
    let certificates = || json!({"type": "array", "items": named("Certificate")});
    let uuid = || json!({"type": "string", "format": "uuid"});
    let begun = closed(
        &json!({"uuid": uuid(), "_links": named("Links")}),
        &["uuid", "_links"],
    );
    let added = closed(
        &json!({"num_records": count(), "records": certificates(), "job": named("JobReference")}),
        &[],
    );
    let version = closed(
        &json!({
            "full": {"type": "string"},
            "generation": count(),
            "major": count(),
            "minor": count(),
        }),
        &["full", "generation", "major", "minor"],
    );
    let cluster = closed(
        &json!({"name": {"type": "string"}, "uuid": uuid(), "version": version, "_links": named("Links")}),
        &["name", "uuid", "version"],
    );
    let svm = closed(
        &json!({"name": {"type": "string"}, "uuid": uuid(), "_links": named("Links")}),
        &["name", "uuid"],
    );
    let added_svm = closed(
        &json!({"num_records": count(), "records": {"type": "array", "items": named("Svm")}}),
        &[],
    );
    let request = closed(
        &json!({
            "csr": {"type": "string", "description": "In PEM"},
            "generated_private_key": {"type": "string", "description": "PKCS#8 in PEM. It is kept nowhere"},
        }),
        &["csr", "generated_private_key"],
    );
    vec![
        ("Link", link),
        ("Links", itself),
        ("PageLinks", of_page),
        ("Certificate", certificate()),
        ("Certificates", page("Certificate")),
        ("Added", added),
        (
            "Deleted",
            closed(&json!({"job": named("JobReference")}), &[]),
        ),
        (
            "DeletedCount",
            closed(&json!({"num_records": count()}), &["num_records"]),
        ),
        (
            "SignedCertificate",
            closed(
                &json!({"public_certificate": {"type": "string", "description": "In PEM"}}),
                &["public_certificate"],
            ),
        ),
        ("GeneratedRequest", request),
        ("JobReference", begun),
        (
            "JobBegun",
            closed(&json!({"job": named("JobReference")}), &["job"]),
        ),
        ("Job", job()),
        ("Cluster", cluster),
        ("Svm", svm),
        ("Svms", page("Svm")),
        ("AddedSvm", added_svm),
        ("Nothing", closed(&json!({}), &[])),
    ]
}

/// A record; which fields are there is what `fields` says, and what the certificate has.
fn certificate() -> Value {
    let mut properties = BTreeMap::new();
    let mut objects = BTreeMap::<_, BTreeMap<_, _>>::new();
    for field in fields::all() {
        let mut schema = field.schema;
        schema["description"] = field.about.into();
        match field.name.split_once('.') {
            Some((object, name)) => drop(objects.entry(object).or_default().insert(name, schema)),
            None => drop(properties.insert(field.name, schema)),
        }
    }
    for (name, mut below) in objects {
        if name == "svm" {
            below.insert("_links", named("Links"));
        }
        properties.insert(name, closed(&object(below), &[]));
    }
    properties.insert("_links", named("Links"));
    closed(&object(properties), &["uuid"])
}

fn job() -> Value {
    let time = || json!({"type": "string", "format": "date-time"});
    closed(
        &json!({
            "uuid": {"type": "string", "format": "uuid"},
            "description": {"type": "string", "description": "The method and the path that it does the work of"},
            "state": {"type": "string", "enum": JobState::ALL.map(JobState::name)},
            "message": {"type": "string", "minLength": 1},
            "code": {"type": "integer", "description": "0 unless it failed"},
            "error": named("ErrorDetails"),
            "start_time": time(),
            "end_time": time(),
            "_links": named("Links"),
        }),
        &["uuid"],
    )
}
