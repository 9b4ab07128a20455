//! [`CertificateKind`]: the `type` of request bodies and records.

use crate::{Error, ErrorCode};
use std::fmt;

/// What a certificate is kept for: the `type` of request bodies and records.
///
/// ```
/// assert_eq!(certwright::CertificateKind::RootCa.to_string(), "root_ca");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum CertificateKind {
    /// A server's certificate, with its key.
    Server,
    /// A client's certificate, with its key.
    Client,
    /// A CA that servers are verified with.
    ServerCa,
    /// A CA that clients are verified with.
    ClientCa,
    /// A CA with its key, which signs requests.
    RootCa,
}

impl CertificateKind {
    /// The name in the API's spelling.
    ///
    /// ```
    /// assert_eq!(certwright::CertificateKind::ServerCa.name(), "server_ca");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
            Self::ServerCa => "server_ca",
            Self::ClientCa => "client_ca",
            Self::RootCa => "root_ca",
        }
    }

    /// Whether it is kept to verify others with, without a key.
    pub(crate) const fn is_for_verifying(self) -> bool {
        matches!(self, Self::ServerCa | Self::ClientCa)
    }

    /// The kind with this name, if it is one of `accepted`. `verb` says what is done with them.
    pub(crate) fn parse(text: &str, accepted: &[Self], verb: &str) -> Result<Self, Error> {
        let known = accepted.iter().copied().find(|kind| kind.name() == text);
        known.ok_or_else(|| refused(text, accepted, verb))
    }

    /// Refuses a kind that is not one of `accepted`.
    pub(crate) fn check(self, accepted: &[Self], verb: &str) -> Result<(), Error> {
        if accepted.contains(&self) {
            Ok(())
        } else {
            Err(refused(self.name(), accepted, verb))
        }
    }
}

fn refused(text: &str, accepted: &[CertificateKind], verb: &str) -> Error {
    let names: Vec<_> = accepted.iter().map(|kind| kind.name()).collect();
    let (last, others) = names.split_last().unwrap_or((&"", &[]));
    let accepted = format!("{} and {last}", others.join(", "));
    let noun = format!("a type that can be {verb}");
    Error::not_accepted(ErrorCode::TypeNotSupported, "type", text, &noun, &accepted)
}

impl fmt::Display for CertificateKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
