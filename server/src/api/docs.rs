//! Where the description of the API is.

use super::openapi;
use crate::http::{Reply, text};
use http::header::CONTENT_SECURITY_POLICY;
use http::{HeaderValue, StatusCode};

const PAGE: &str = "<!DOCTYPE html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<title>certwright-server</title>
<h1>certwright-server</h1>
<p>The certificate API is at <code>/api/security/certificates</code>.
<p>Its description in OpenAPI 3.1 is at <a href=\"/docs/api\">/docs/api</a>.
Programs that show or read such descriptions take this address.
</html>
";

/// A page for people.
pub(super) fn page() -> Reply {
    let mut reply = text(StatusCode::OK, "text/html; charset=utf-8", PAGE);
    let nothing = HeaderValue::from_static("default-src 'none'");
    reply.headers_mut().insert(CONTENT_SECURITY_POLICY, nothing);
    reply
}

/// The description for programs.
pub(super) fn description() -> Reply {
    text(StatusCode::OK, "application/json", openapi::text())
}
