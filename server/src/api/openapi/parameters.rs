//! The parameters of queries, paths and headers.

use super::fields;
use serde_json::{Value, json};

fn query(name: &str, schema: &Value, example: &Value, about: &str) -> Value {
    json!({"name": name, "in": "query", "schema": schema, "example": example, "description": about})
}

/// A part of a path.
pub(super) fn in_path(name: &str, schema: &Value) -> Value {
    json!({"name": name, "in": "path", "required": true, "schema": schema})
}

pub(super) fn uuid() -> Value {
    json!({"type": "string", "format": "uuid"})
}

/// The filters, by the fields of a certificate.
pub(super) fn filters() -> Vec<Value> {
    let text = json!({"type": "string"});
    let filter =
        |field: fields::Field| Some(query(field.name, &text, &field.filter?.into(), field.about));
    fields::all().into_iter().filter_map(filter).collect()
}

/// What a page of certificates has, and in which order.
pub(super) fn of_page() -> Vec<Value> {
    let text = json!({"type": "string"});
    let names: Vec<_> = fields::all()
        .into_iter()
        .filter(|field| field.filter.is_some())
        .map(|field| field.name.replace('.', "\\."))
        .collect();
    let entry = format!(
        "[ \\t\\n\\f\\r]*(({})([ \\t\\n\\f\\r]+([Aa][Ss][Cc]|[Dd][Ee][Ss][Cc]))?[ \\t\\n\\f\\r]*)?",
        names.join("|")
    );
    let order = json!({"type": "string", "pattern": format!("^{entry}(,{entry})*$")});
    let place =
        "From _links.next, with start.{field} for each field of order_by; the page begins after it";
    vec![
        query(
            "order_by",
            &order,
            &"name desc,type".into(),
            "Fields, each with asc or desc",
        ),
        query(
            "max_records",
            &json!({"type": "integer", "minimum": 1, "maximum": 10000, "default": 10000}),
            &100.into(),
            "The most records of a page",
        ),
        query("start.svm_id", &text, &"cluster1".into(), place),
        query(
            "start.uuid",
            &uuid(),
            &"1cd8a442-86d1-11e0-ae1c-123478563412".into(),
            place,
        ),
    ]
}

/// What is shown of a certificate.
pub(super) fn of_certificate() -> Vec<Value> {
    let names = fields::all().into_iter().map(|field| field.name);
    let names: Vec<_> = names.collect();
    let about = format!(
        "Names with commas between: {}; objects for all that they have; * for everything",
        names.join(", ")
    );
    vec![shown(&about), ignore_unknown_fields()]
}

/// What is shown of something else.
pub(super) fn of_others(about: &str) -> Vec<Value> {
    vec![shown(about), ignore_unknown_fields()]
}

fn shown(about: &str) -> Value {
    query("fields", &json!({"type": "string"}), &"*".into(), about)
}

fn ignore_unknown_fields() -> Value {
    query(
        "ignore_unknown_fields",
        &boolean(),
        &true.into(),
        "Whether fields may have names that there are not",
    )
}

pub(super) fn return_records(about: &str) -> Value {
    query("return_records", &boolean(), &true.into(), about)
}

pub(super) fn return_timeout(about: &str) -> Value {
    query(
        "return_timeout",
        &json!({"type": "integer", "minimum": 0, "maximum": 120}),
        &0.into(),
        about,
    )
}

/// Of no effect, and accepted.
pub(super) fn of_no_effect(name: &str) -> Value {
    query(
        name,
        &json!({"type": "string"}),
        &"*".into(),
        "Of no effect",
    )
}

pub(super) fn filter(name: &str, example: &str) -> Value {
    query(
        name,
        &json!({"type": "string"}),
        &example.into(),
        "Values with | between, each with * for any characters",
    )
}

fn boolean() -> Value {
    json!({"type": "boolean"})
}

/// The headers that confine a request to an SVM.
pub(super) fn scope() -> Vec<Value> {
    let header = |name: &str, schema: Value, about: &str| json!({"name": name, "in": "header", "schema": schema, "description": about});
    vec![
        header(
            "X-Dot-SVM-Name",
            json!({"type": "string"}),
            "As if svm.name stood in the body, or among the filters",
        ),
        header(
            "X-Dot-SVM-UUID",
            json!({"type": "string"}),
            "As if svm.uuid stood in the body, or among the filters",
        ),
    ]
}
