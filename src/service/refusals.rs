//! The refusals that are the service's own. Clients compare some of their texts.

use crate::base::error::quoted;
use crate::{Error, ErrorCode};

/// A parameter of the query that is unknown.
pub(super) fn unexpected(name: &str) -> Error {
    let message = format!("Unexpected argument \"{}\".", quoted(name));
    Error::new(ErrorCode::UnexpectedArgument, message)
}

/// A value that its parameter does not have.
pub(super) fn bad_value(name: &str, value: &str, why: &str) -> Error {
    let message = format!(
        "\"{}\" is not a value of {}: {why}",
        quoted(value),
        quoted(name)
    );
    Error::new(ErrorCode::ValueInvalid, message)
        .with_target(name.to_owned())
        .with_argument("value", value)
}

/// A request that makes no sense as a whole.
pub(super) fn invalid(message: &'static str) -> Error {
    Error::new(ErrorCode::RequestInvalid, message)
}

/// A path whose UUID is none.
pub(super) fn no_uuid(target: &'static str) -> Error {
    let message = "the path has no UUID like 1cd8a442-86d1-11e0-ae1c-123478563412";
    invalid(message).with_target(target).with_http_status(404)
}

pub(super) fn no_such_path() -> Error {
    let code = ErrorCode::EndpointNotFound;
    Error::new(code, "there is no such path in this API")
}

pub(super) fn no_such_method() -> Error {
    let message = "the path does not have this method; Allow lists those that it has";
    Error::new(ErrorCode::EndpointNotFound, message).with_http_status(405)
}

pub(super) fn not_authorized() -> Error {
    Error::new(ErrorCode::NotAuthorized, "User is not authorized.")
}
