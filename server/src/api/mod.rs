//! What the server answers itself, beside the library's part of the API.

mod cluster;
mod docs;
mod openapi;
mod query;
mod state;
mod svms;

use crate::http::{App, Reply, allowing, no_such_method, text};
use crate::metrics::Operation;
use certwright::catalog::Uuid;
use http::{Method, Request, StatusCode};
use std::sync::Arc;

/// Who answers a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// The library: certificates, jobs, and every path that there is not.
    Certificates,
    Cluster,
    Svms,
    Svm(Option<Uuid>),
    Health,
    Ready,
    Metrics,
    /// A page that says where the description of the API is.
    Docs,
    /// The description.
    Description,
}

impl Endpoint {
    /// As the library reads paths: repeated slashes count as one, and one at the end as none.
    pub(crate) fn of(path: &str) -> Self {
        let segments = path.split('/').filter(|segment| !segment.is_empty());
        match segments.collect::<Vec<_>>()[..] {
            ["healthz"] => Self::Health,
            ["readyz"] => Self::Ready,
            ["metrics"] => Self::Metrics,
            ["docs"] => Self::Docs,
            ["docs", "api"] => Self::Description,
            ["api", "cluster"] => Self::Cluster,
            ["api", "svm", "svms"] => Self::Svms,
            ["api", "svm", "svms", uuid] => Self::Svm(uuid.parse().ok()),
            _ => Self::Certificates,
        }
    }

    /// The methods that the path has, as `Allow` lists them.
    const fn allowed(self) -> &'static str {
        match self {
            Self::Svms => "GET, HEAD, POST, OPTIONS",
            Self::Svm(_) => "GET, HEAD, DELETE, OPTIONS",
            Self::Health | Self::Ready | Self::Docs | Self::Description => "GET, HEAD",
            _ => "GET, HEAD, OPTIONS",
        }
    }

    /// What is counted.
    pub(crate) fn operation(self, method: &Method, path: &str) -> Operation {
        match self {
            Self::Certificates => {}
            Self::Cluster => return Operation::Cluster,
            Self::Svms | Self::Svm(_) => return Operation::Svms,
            Self::Health | Self::Ready | Self::Metrics | Self::Docs | Self::Description => {
                return Operation::Other;
            }
        }
        let segments = path.split('/').filter(|segment| !segment.is_empty());
        match (method.as_str(), &segments.collect::<Vec<_>>()[..]) {
            ("GET" | "HEAD", ["api", "security", "certificates"]) => Operation::List,
            ("GET" | "HEAD", ["api", "security", "certificates", _]) => Operation::Get,
            ("POST", ["api", "security", "certificates"]) => Operation::Add,
            ("DELETE", ["api", "security", "certificates", ..]) => Operation::Delete,
            ("POST", ["api", "security", "certificates", _, "sign"]) => Operation::Sign,
            ("POST", ["api", "security", "certificate-signing-request"]) => {
                Operation::SigningRequest
            }
            ("GET" | "HEAD", ["api", "cluster", "jobs", _]) => Operation::Job,
            _ => Operation::Other,
        }
    }
}

/// The answer of an endpoint that asks for no login.
pub(crate) async fn public(app: &Arc<App>, endpoint: Endpoint, method: &Method) -> Option<Reply> {
    let is_read = [Method::GET, Method::HEAD].contains(method);
    let reply = match endpoint {
        Endpoint::Health if is_read => state::health(),
        Endpoint::Ready if is_read => state::ready(app).await,
        Endpoint::Docs if is_read => docs::page(),
        Endpoint::Description if is_read => docs::description(),
        Endpoint::Health | Endpoint::Ready | Endpoint::Docs | Endpoint::Description => {
            no_such_method(endpoint.allowed())
        }
        _ => return None,
    };
    Some(without_body(reply, method))
}

/// The answer of an endpoint of the server's own, on a thread that may block.
pub(crate) fn answer(app: &Arc<App>, endpoint: Endpoint, request: &Request<Vec<u8>>) -> Reply {
    let method = request.method();
    let mut allowed = endpoint.allowed().split(", ");
    if !allowed.any(|allowed| allowed == method.as_str()) {
        return no_such_method(endpoint.allowed());
    }
    if method == Method::OPTIONS {
        let reply = text(StatusCode::OK, "application/hal+json", "{}");
        return allowing(reply, endpoint.allowed());
    }
    let reply = match endpoint {
        Endpoint::Cluster => cluster::get(app, request),
        Endpoint::Svms if method == Method::POST => svms::post(app, request),
        Endpoint::Svms => svms::list(app, request),
        Endpoint::Svm(uuid) if method == Method::DELETE => svms::delete(app, uuid, request),
        Endpoint::Svm(uuid) => svms::get(app, uuid, request),
        Endpoint::Metrics => state::metrics(app),
        Endpoint::Certificates
        | Endpoint::Health
        | Endpoint::Ready
        | Endpoint::Docs
        | Endpoint::Description => Ok(crate::http::broken()),
    };
    let reply = reply.unwrap_or_else(|error| certwright::service::refuse(&error));
    without_body(reply, method)
}

fn without_body(mut reply: Reply, method: &Method) -> Reply {
    if method == Method::HEAD {
        let length = reply.body().len();
        reply.body_mut().clear();
        reply
            .headers_mut()
            .insert(http::header::CONTENT_LENGTH, length.into());
    }
    reply
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        let uuid = "1cd8a442-86d1-11e0-ae1c-123478563412";
        for (path, endpoint) in [
            ("/healthz", Endpoint::Health),
            ("//api//cluster/", Endpoint::Cluster),
            ("/api/svm/svms", Endpoint::Svms),
            (
                &format!("/api/svm/svms/{uuid}"),
                Endpoint::Svm(uuid.parse().ok()),
            ),
            ("/api/svm/svms/x", Endpoint::Svm(None)),
            ("/api/cluster/jobs/x", Endpoint::Certificates),
            ("/api/security/certificates", Endpoint::Certificates),
            ("/api/svm/svms/x/y", Endpoint::Certificates),
            ("/", Endpoint::Certificates),
            ("*", Endpoint::Certificates),
        ] {
            assert_eq!(Endpoint::of(path), endpoint, "{path}");
        }
    }
}
