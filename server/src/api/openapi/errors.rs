//! Errors, and the codes that they have.

use super::{closed, named};
use certwright::ErrorCode;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// What the codes mean, as a table.
pub(super) fn table() -> String {
    let mut table = String::from("| code | status | |\n|---|---|---|\n");
    for code in ErrorCode::ALL {
        // Writing into memory does not fail.
        let _ = writeln!(
            table,
            "| {code} | {} | {} |",
            code.http_status(),
            code.summary()
        );
    }
    table
}

pub(super) fn all() -> Vec<(&'static str, Value)> {
    let codes: Vec<_> = ErrorCode::ALL.iter().map(ToString::to_string).collect();
    let argument = closed(
        &json!({"code": {"type": "string"}, "message": {"type": "string"}}),
        &["code", "message"],
    );
    let details = closed(
        &json!({
            "message": {"type": "string", "description": "For people; it may change"},
            "code": {"type": "string", "enum": codes},
            "target": {"type": "string", "description": "The field or parameter that is meant"},
            "arguments": {"type": "array", "items": argument, "description": "What the message is about"},
        }),
        &["message", "code"],
    );
    vec![
        (
            "Error",
            closed(&json!({"error": named("ErrorDetails")}), &["error"]),
        ),
        ("ErrorDetails", details),
    ]
}

/// What a status means that is not a success.
pub(super) const fn about(status: u16) -> &'static str {
    match status {
        400 => "Something in the request is not accepted",
        401 => "There is no login, or a wrong one",
        403 => "The user may only read",
        404 => "There is nothing with this UUID, or the path has none",
        408 => "The body did not arrive in time",
        409 => "What is there already stands against it",
        413 => "The body has more than 4 MiB",
        429 => "Too many wrong logins",
        503 => "The store cannot be reached, or too much waits",
        _ => "The server failed",
    }
}
