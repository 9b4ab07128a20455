//! [`SubjectAlternatives`]: the names as text.

use crate::base::secret::UnlessKey;
use std::fmt;

/// The names beside the common name that a certificate is good for.
///
/// At most 1,000 in all. Repeated names collapse, spaces around a name do not count.
///
/// * `dns`: letters, digits and hyphens, labels of 1 to 63 and names of at most 253 characters. A
///   wildcard may only be the whole left-most label. Internationalized names are given in their
///   A-label form (`xn--…`).
/// * `email`: an address like `abc@example.com`, ASCII.
/// * `ip`: an IPv4 or IPv6 address, no network and no zone.
/// * `uri`: absolute; after `//` the host is a DNS name or an IP address.
///
/// ```
/// use certwright::SubjectAlternatives;
///
/// let names = SubjectAlternatives::new()
///     .with_dns("*.example.com")
///     .with_email("abc@example.com")
///     .with_ip("10.225.34.223")
///     .with_uri("http://example.com");
/// assert!(!names.is_empty());
/// assert_eq!(names.dns, ["*.example.com"]);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SubjectAlternatives {
    /// Host names.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub dns: Vec<String>,
    /// E-mail addresses.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub email: Vec<String>,
    /// IP addresses.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub ip: Vec<String>,
    /// Absolute URIs.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub uri: Vec<String>,
}

impl fmt::Debug for SubjectAlternatives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubjectAlternatives")
            .field("dns", &UnlessKey::list(&self.dns))
            .field("email", &UnlessKey::list(&self.email))
            .field("ip", &UnlessKey::list(&self.ip))
            .field("uri", &UnlessKey::list(&self.uri))
            .finish()
    }
}

impl SubjectAlternatives {
    /// No names yet.
    ///
    /// ```
    /// assert!(certwright::SubjectAlternatives::new().is_empty());
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a host name.
    ///
    /// ```
    /// let names = certwright::SubjectAlternatives::new().with_dns("test.domain.com");
    /// assert_eq!(names.dns, ["test.domain.com"]);
    /// ```
    #[must_use]
    pub fn with_dns(mut self, name: impl Into<String>) -> Self {
        self.dns.push(name.into());
        self
    }

    /// Adds an e-mail address.
    ///
    /// ```
    /// let names = certwright::SubjectAlternatives::new().with_email("abc@example.com");
    /// assert_eq!(names.email, ["abc@example.com"]);
    /// ```
    #[must_use]
    pub fn with_email(mut self, address: impl Into<String>) -> Self {
        self.email.push(address.into());
        self
    }

    /// Adds an IP address.
    ///
    /// ```
    /// let names = certwright::SubjectAlternatives::new().with_ip("2001:db8::1");
    /// assert_eq!(names.ip, ["2001:db8::1"]);
    /// ```
    #[must_use]
    pub fn with_ip(mut self, address: impl Into<String>) -> Self {
        self.ip.push(address.into());
        self
    }

    /// Adds a URI.
    ///
    /// ```
    /// let names = certwright::SubjectAlternatives::new().with_uri("http://example.com");
    /// assert_eq!(names.uri, ["http://example.com"]);
    /// ```
    #[must_use]
    pub fn with_uri(mut self, uri: impl Into<String>) -> Self {
        self.uri.push(uri.into());
        self
    }

    /// Whether there is no name of any kind.
    ///
    /// ```
    /// use certwright::SubjectAlternatives;
    ///
    /// assert!(!SubjectAlternatives::new().with_dns("localhost").is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many names there are.
    pub(super) fn len(&self) -> usize {
        let Self {
            dns,
            email,
            ip,
            uri,
        } = self;
        [dns, email, ip, uri].iter().map(|names| names.len()).sum()
    }
}
