//! Answers of the server's own.

use certwright::{Error, ErrorCode, service};
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};
use serde_json::Value;
use std::time::Duration;

pub(crate) type Reply = Response<Vec<u8>>;

/// An answer in JSON.
pub(crate) fn json(status: StatusCode, body: &Value) -> Reply {
    let mut reply = text(status, "application/hal+json", body.to_string());
    let no_cache = HeaderValue::from_static("no-cache,no-store,must-revalidate");
    reply.headers_mut().insert(CACHE_CONTROL, no_cache);
    reply
}

pub(crate) fn text(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<String>,
) -> Reply {
    let mut reply = Response::new(body.into().into_bytes());
    *reply.status_mut() = status;
    let content_type = HeaderValue::from_static(content_type);
    reply.headers_mut().insert(CONTENT_TYPE, content_type);
    reply
}

/// The same with the place of what was made.
pub(crate) fn at(mut reply: Reply, path: String) -> Reply {
    if let Ok(path) = HeaderValue::try_from(path) {
        reply.headers_mut().insert(LOCATION, path);
    }
    reply
}

pub(crate) fn not_authorized() -> Reply {
    service::refuse(&denied())
}

/// For somebody who may not do this.
pub(crate) fn forbidden() -> Reply {
    service::refuse(&denied().with_http_status(403))
}

pub(crate) fn too_many(wait: Duration) -> Reply {
    let mut reply = service::refuse(&denied().with_http_status(429));
    // Rounded up: who comes back earlier is refused again.
    let seconds = wait.as_secs() + 1;
    reply.headers_mut().insert(RETRY_AFTER, seconds.into());
    reply
}

pub(crate) fn large_head() -> Reply {
    let message = "the head of the request has more than 65536 octets";
    service::refuse(&Error::new(ErrorCode::RequestInvalid, message).with_http_status(431))
}

pub(crate) fn no_host() -> Reply {
    let message = "a request of HTTP/1.1 has one field Host";
    service::refuse(&Error::new(ErrorCode::RequestInvalid, message))
}

fn denied() -> Error {
    Error::new(ErrorCode::NotAuthorized, "User is not authorized.")
}

pub(crate) fn no_such_method(allowed: &'static str) -> Reply {
    let message = "the path does not have this method; Allow lists those that it has";
    let error = Error::new(ErrorCode::EndpointNotFound, message).with_http_status(405);
    allowing(service::refuse(&error), allowed)
}

/// The same with the methods of its path.
pub(crate) fn allowing(mut reply: Reply, methods: &'static str) -> Reply {
    let methods = HeaderValue::from_static(methods);
    reply.headers_mut().insert(ALLOW, methods);
    reply
}

/// The answer where something broke that should not.
pub(crate) fn broken() -> Reply {
    service::refuse(&Error::new(
        ErrorCode::StoreFailed,
        "the request could not be finished",
    ))
}
