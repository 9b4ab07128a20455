//! The description of the API in OpenAPI 3.1, made here: its lists are those of the library's types, and
//! its tests ask the library's service for every path, method, parameter and field that it has.

mod bodies;
mod errors;
mod fields;
mod operation;
mod parameters;
mod paths;
mod schemas;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// The description as it is served.
pub(super) fn text() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| document().to_string());
    &TEXT
}

const ABOUT: &str = "\
Certificates that are kept, found, made, installed, signed and deleted, as ONTAP's REST API has them \
(`/api/security/certificates`), and what its clients ask for beside them.

**Answers** are `application/hal+json`, with `_links`. With `Accept: application/json`, and nothing else \
accepted, they are `application/json`, without links but for `_links.next` of a page and those of jobs. \
Bodies of requests are JSON, whatever their Content-Type says; an empty body is `{}`, `null` is absent. They \
have at most 4 MiB.

**Errors** have a code, which is the contract, a message for people, and the field that is meant \
(`target`). A path that there is not is 404 with code 3, a method that a path does not have 405 with code 3 \
and `Allow`. Repeated slashes in a path count as one, and one at its end as none.

**Filters.** Every field of a certificate filters: a parameter of its name. All filters must hold. A query \
has at most 4 KiB and 64 alternatives.

| value | matches |
|---|---|
| `x` | what is equal; words, UUIDs and hexadecimal digits without regard to case |
| `a\\|b` | any of them |
| `!x` | what is set and not equal; before a list it is for the whole list |
| `*` in a text | any characters, also none |
| `<x` `<=x` `>x` `>=x` | by order: numbers, times, else text |
| `a..b` `a..` `..b` | both ends included |
| `null` `!null` | what is not set, and what is |
| `\"…\"` | the text as it stands; `\\\\\"` and `\\\\\\\\` inside |
";

fn document() -> Value {
    let about = format!("{ABOUT}\n**Codes**\n\n{}", errors::table());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Certificates",
            "version": env!("CARGO_PKG_VERSION"),
            "description": about,
            "license": {"name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE")},
        },
        "servers": [{"url": "/"}],
        "security": [{"basic": []}, {"certificate": []}],
        "tags": [
            {"name": "certificates"},
            {"name": "jobs"},
            {"name": "cluster"},
            {"name": "server", "description": "How the server is"},
        ],
        "paths": paths::all(),
        "components": {
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic", "description": "A user of the configuration"},
                "certificate": {
                    "type": "mutualTLS",
                    "description": "A client certificate that a client_ca certificate of the cluster verifies, \
                                    with a name that the configuration gives to a user",
                },
            },
            "schemas": object([schemas::all(), bodies::all(), errors::all()].into_iter().flatten()),
        },
    })
}

fn object<K: Into<String>>(members: impl IntoIterator<Item = (K, Value)>) -> Value {
    let members = members.into_iter();
    Value::Object(
        members
            .map(|(name, value)| (name.into(), value))
            .collect::<Map<_, _>>(),
    )
}

/// A schema that stands among the components.
fn named(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

/// An object with these properties and no other.
fn closed(properties: &Value, required: &[&str]) -> Value {
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}
