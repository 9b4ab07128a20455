//! [`PathOptions`]: what a certificate is validated for.

use const_oid::db::rfc5280::{ID_KP_CLIENT_AUTH, ID_KP_SERVER_AUTH};

/// What a path is asked for, beside what the [`Policy`](crate::Policy) says.
///
/// ```
/// use certwright::{PathOptions, Purpose};
///
/// let options = PathOptions::default();
/// assert_eq!((options.purpose, options.peer_name), (Purpose::Server, None));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PathOptions {
    /// What the certificate is to be used for; default [`Purpose::Server`].
    pub purpose: Purpose,
    /// The DNS name or IP address that the certificate must be for, if it matters.
    pub peer_name: Option<String>,
}

/// What the key of a certificate is to be used for (RFC 5280 section 4.2.1.12).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// TLS server authentication.
    #[default]
    Server,
    /// TLS client authentication.
    Client,
    /// Anything: extended key usages are not checked.
    Any,
}

impl PathOptions {
    /// The certificate of the server with this DNS name or IP address.
    ///
    /// ```
    /// let options = certwright::PathOptions::server("10.0.0.1");
    /// assert_eq!(options.peer_name.as_deref(), Some("10.0.0.1"));
    /// ```
    pub fn server(peer_name: impl Into<String>) -> Self {
        Self {
            purpose: Purpose::Server,
            peer_name: Some(peer_name.into()),
        }
    }

    /// The certificate of a client, whatever its name.
    ///
    /// ```
    /// use certwright::{PathOptions, Purpose};
    ///
    /// assert_eq!(PathOptions::client().purpose, Purpose::Client);
    /// ```
    pub fn client() -> Self {
        Self {
            purpose: Purpose::Client,
            peer_name: None,
        }
    }

    /// A certificate for any purpose and of any name.
    ///
    /// ```
    /// use certwright::{PathOptions, Purpose};
    ///
    /// assert_eq!(PathOptions::any().purpose, Purpose::Any);
    /// ```
    pub fn any() -> Self {
        Self {
            purpose: Purpose::Any,
            peer_name: None,
        }
    }
}

impl Purpose {
    /// The extended key usage that allows it, if it takes one.
    pub(super) const fn usage(self) -> Option<const_oid::ObjectIdentifier> {
        match self {
            Self::Server => Some(ID_KP_SERVER_AUTH),
            Self::Client => Some(ID_KP_CLIENT_AUTH),
            Self::Any => None,
        }
    }
}
