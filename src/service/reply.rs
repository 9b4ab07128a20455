//! Responses.

use super::error_body::ErrorFields;
use super::headers::Links;
use super::json::WriteJson;
use super::record::One;
use crate::Error;
use crate::catalog::Uuid;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE,
};
use http::{HeaderValue, Response, StatusCode};
use serde::Serialize;

/// How soon a client may ask again while the store cannot be reached, in seconds.
const RETRY: &str = "5";

/// What RFC 9110 section 15.5.2 requires with 401: all clients of this API know it. A server that
/// authenticates in another way puts its own in the place.
const CHALLENGE: &str = r#"Basic realm="api", charset="UTF-8""#;

pub(super) type Reply = Response<Vec<u8>>;

/// An answer with a body.
pub(super) fn json(status: StatusCode, links: Links, body: &impl Serialize) -> Reply {
    match serde_json::to_vec(body) {
        Ok(body) => with_body(status, links, body),
        // Nothing that is written here has a key that is no text.
        Err(_) => with_body(StatusCode::INTERNAL_SERVER_ERROR, links, b"{}".to_vec()),
    }
}

/// An answer with a body that has records.
pub(super) fn written(status: StatusCode, links: Links, body: &impl WriteJson) -> Reply {
    let mut text = Vec::new();
    body.write(&mut text);
    with_body(status, links, text)
}

/// An answer that says nothing but its status.
pub(super) fn empty(status: StatusCode, links: Links) -> Reply {
    with_body(status, links, b"{}".to_vec())
}

/// The answer to a request that is refused.
pub(super) fn refusal(error: &Error, links: Links) -> Reply {
    let status = StatusCode::from_u16(error.http_status());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut reply = json(status, links, &One("error", ErrorFields(error)));
    let header = match status {
        StatusCode::SERVICE_UNAVAILABLE => Some((RETRY_AFTER, RETRY)),
        StatusCode::UNAUTHORIZED => Some((WWW_AUTHENTICATE, CHALLENGE)),
        _ => None,
    };
    if let Some((name, value)) = header {
        reply
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    reply
}

fn with_body(status: StatusCode, links: Links, body: Vec<u8>) -> Reply {
    let content_type = match links {
        Links::All => "application/hal+json",
        Links::Needed => "application/json",
    };
    let mut reply = Response::new(body);
    *reply.status_mut() = status;
    let headers = reply.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    let no_cache = HeaderValue::from_static("no-cache,no-store,must-revalidate");
    headers.insert(CACHE_CONTROL, no_cache);
    reply
}

/// The same with the methods of its path.
pub(super) fn allowing(mut reply: Reply, methods: &'static str) -> Reply {
    reply
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static(methods));
    reply
}

/// The same with the place of what was made.
pub(super) fn at(mut reply: Reply, record: Uuid) -> Reply {
    let place = format!("{}/{record}", super::route::CERTIFICATES);
    if let Ok(place) = HeaderValue::try_from(place) {
        reply.headers_mut().insert(LOCATION, place);
    }
    reply
}

/// The same for a request by HEAD: without its body, whose length stays.
pub(super) fn without_body(mut reply: Reply) -> Reply {
    let length = reply.body().len();
    reply.headers_mut().insert(CONTENT_LENGTH, length.into());
    reply.body_mut().clear();
    reply
}

/// The answer to a request that the server refuses itself, before or after the service: as
/// [`Service::answer`](super::Service::answer) writes its own. The status is the error's.
///
/// ```
/// use certwright::{Error, ErrorCode, service};
///
/// let error = Error::new(ErrorCode::NotAuthorized, "User is not authorized.");
/// let answer = service::refuse(&error.with_http_status(429));
/// assert_eq!(answer.status(), 429);
/// assert_eq!(answer.body(), br#"{"error":{"message":"User is not authorized.","code":"6"}}"#);
/// ```
pub fn refuse(error: &Error) -> Response<Vec<u8>> {
    refusal(error, Links::All)
}
