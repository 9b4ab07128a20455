//! From method and path to what is asked for.

use super::refusals::no_uuid;
use crate::Error;
use crate::catalog::Uuid;
use http::Method;

/// A path of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route<'a> {
    Certificates,
    Certificate(&'a str),
    Sign(&'a str),
    SigningRequest,
    Job(&'a str),
}

pub(super) const CERTIFICATES: &str = "/api/security/certificates";
pub(super) const JOBS: &str = "/api/cluster/jobs";

impl<'a> Route<'a> {
    /// The route of a path; repeated slashes count as one, and one at the end as none.
    pub(super) fn of(path: &'a str) -> Option<Self> {
        let segments: Vec<_> = path
            .split('/')
            .filter(|segment| !segment.is_empty())
            .collect();
        match segments[..] {
            ["api", "security", "certificates"] => Some(Self::Certificates),
            ["api", "security", "certificates", uuid] => Some(Self::Certificate(uuid)),
            ["api", "security", "certificates", ca, "sign"] => Some(Self::Sign(ca)),
            ["api", "security", "certificate-signing-request"] => Some(Self::SigningRequest),
            ["api", "cluster", "jobs", uuid] => Some(Self::Job(uuid)),
            _ => None,
        }
    }

    /// The methods that the path has, as `Allow` lists them.
    pub(super) const fn allowed(self) -> &'static str {
        match self {
            Self::Certificates => "GET, HEAD, POST, DELETE, OPTIONS",
            Self::Certificate(_) => "GET, HEAD, DELETE, OPTIONS",
            Self::Sign(_) | Self::SigningRequest => "POST, OPTIONS",
            Self::Job(_) => "GET, HEAD, OPTIONS",
        }
    }

    pub(super) fn allows(self, method: &Method) -> bool {
        self.allowed()
            .split(", ")
            .any(|allowed| allowed == method.as_str())
    }
}

/// The UUID of a path.
///
/// # Errors
///
/// `RequestInvalid` with status 404.
pub(super) fn uuid(text: &str, target: &'static str) -> Result<Uuid, Error> {
    text.parse().map_err(|_| no_uuid(target))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        for (path, route) in [
            ("/api/security/certificates", Some(Route::Certificates)),
            ("//api//security/certificates//", Some(Route::Certificates)),
            (
                "/api/security/certificates/x/",
                Some(Route::Certificate("x")),
            ),
            ("/api/security/certificates/x/sign", Some(Route::Sign("x"))),
            (
                "/api/security/certificate-signing-request",
                Some(Route::SigningRequest),
            ),
            ("/api/cluster/jobs/x", Some(Route::Job("x"))),
            ("/api/cluster/jobs", None),
            ("/api/security/certificates/x/y", None),
            ("/api/security/Certificates", None),
            ("/security/certificates", None),
            ("/", None),
            ("*", None),
        ] {
            assert_eq!(Route::of(path), route, "{path}");
        }
    }
}
