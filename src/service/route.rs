//! From method and path to what is asked for.

use super::refusals::no_uuid;
use super::target::decode_segment;
use crate::Error;
use crate::catalog::Uuid;
use http::Method;

/// A path of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Certificates,
    Certificate(String),
    Sign(String),
    SigningRequest,
    Job(String),
}

pub(super) const CERTIFICATES: &str = "/api/security/certificates";
pub(super) const JOBS: &str = "/api/cluster/jobs";

impl Route {
    /// The route of a path; repeated slashes count as one, and one at the end as none.
    pub(super) fn of(path: &str) -> Option<Self> {
        let segments = path.split('/').filter(|segment| !segment.is_empty());
        let segments: Vec<_> = segments.map(decode_segment).collect::<Option<_>>()?;
        let segments: Vec<_> = segments.iter().map(String::as_str).collect();
        match segments[..] {
            ["api", "security", "certificates"] => Some(Self::Certificates),
            ["api", "security", "certificates", uuid] => Some(Self::Certificate(uuid.to_owned())),
            ["api", "security", "certificates", ca, "sign"] => Some(Self::Sign(ca.to_owned())),
            ["api", "security", "certificate-signing-request"] => Some(Self::SigningRequest),
            ["api", "cluster", "jobs", uuid] => Some(Self::Job(uuid.to_owned())),
            _ => None,
        }
    }

    /// The methods that the path has, as `Allow` lists them.
    pub(super) const fn allowed(&self) -> &'static str {
        match self {
            Self::Certificates => "GET, HEAD, POST, DELETE, OPTIONS",
            Self::Certificate(_) => "GET, HEAD, DELETE, OPTIONS",
            Self::Sign(_) | Self::SigningRequest => "POST, OPTIONS",
            Self::Job(_) => "GET, HEAD, OPTIONS",
        }
    }

    pub(super) fn allows(&self, method: &Method) -> bool {
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
                Some(Route::Certificate("x".to_owned())),
            ),
            (
                "/api/security/certificates/x/sign",
                Some(Route::Sign("x".to_owned())),
            ),
            (
                "/api/security/certificate-signing-request",
                Some(Route::SigningRequest),
            ),
            ("/api/cluster/jobs/x", Some(Route::Job("x".to_owned()))),
            (
                "/%61pi/cluster/jobs/%78%2d+",
                Some(Route::Job("x-+".to_owned())),
            ),
            ("/api/cluster/jobs%2Fx", None),
            ("/api/cluster/jobs/%zz", None),
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
