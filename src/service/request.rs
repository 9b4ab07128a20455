//! [`Incoming`]: what is read of a request.

use super::headers::{Links, ScopeHeaders, links};
use super::target::{Parameter, parameters};
use crate::Error;
use http::{HeaderMap, Request, Uri};
use zeroize::Zeroizing;

/// What is read of a request. The body may have a private key, and is wiped.
pub(super) struct Incoming {
    uri: Uri,
    headers: HeaderMap,
    pub(super) body: Zeroizing<Vec<u8>>,
    pub(super) links: Links,
}

impl Incoming {
    pub(super) fn of(request: Request<Vec<u8>>) -> Self {
        let (parts, body) = request.into_parts();
        Self {
            links: links(&parts.headers),
            uri: parts.uri,
            headers: parts.headers,
            body: Zeroizing::new(body),
        }
    }

    pub(super) fn path(&self) -> &str {
        self.uri.path()
    }

    /// The path and the query as they came.
    pub(super) fn target(&self) -> &str {
        self.uri
            .path_and_query()
            .map_or("", |target| target.as_str())
    }

    pub(super) fn parameters(&self) -> Result<Vec<Parameter>, Error> {
        parameters(self.uri.query().unwrap_or_default())
    }

    pub(super) fn scope(&self) -> Result<ScopeHeaders, Error> {
        ScopeHeaders::of(&self.headers)
    }
}
