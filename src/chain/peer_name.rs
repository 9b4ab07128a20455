//! [`PeerName`], and whether a certificate is for one: from its subject alternative names alone (RFC
//! 9525 section 6).

use crate::x509::san::dns::{self, Wildcard};
use crate::x509::san::general_name::GeneralName;
use crate::x509::san::{email, uri};
use std::fmt;
use std::net::IpAddr;

/// A name that a peer is known by, and that its certificate has as a subject alternative name.
///
/// ```
/// use certwright::PeerName;
///
/// assert_eq!(PeerName::host("10.0.0.1"), PeerName::Ip([10, 0, 0, 1].into()));
/// assert_eq!(PeerName::host("example.com"), PeerName::Dns("example.com".to_owned()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PeerName {
    /// A DNS name. That of a peer is one host, with or without the dot of the root, compared without
    /// case; that of a certificate may have a wildcard for its first label (RFC 9525 section 6.3).
    Dns(String),
    /// An IP address.
    Ip(IpAddr),
    /// A mailbox, `local-part@host` in ASCII: the local part is compared exactly, the host without
    /// case (RFC 5280 section 7.5).
    Mailbox(String),
    /// An absolute URI, such as a SPIFFE ID: scheme and host are compared without case, all else
    /// exactly (RFC 5280 section 7.4).
    Uri(String),
}

impl PeerName {
    /// The IP address that the text is, or else the DNS name.
    ///
    /// ```
    /// use certwright::PeerName;
    ///
    /// assert_eq!(PeerName::host("::1"), PeerName::Ip("::1".parse()?));
    /// # Ok::<(), std::net::AddrParseError>(())
    /// ```
    pub fn host(text: impl Into<String>) -> Self {
        let text = text.into();
        match text.parse() {
            Ok(address) => Self::Ip(address),
            Err(_) => Self::Dns(text),
        }
    }

    /// That of a certificate, if it is well-formed and of one of the kinds.
    pub(super) fn of(name: GeneralName<'_>) -> Option<Self> {
        let (text, make): (_, fn(String) -> Self) = match name {
            GeneralName::Dns(text) if dns::check(text, Wildcard::Accepted).is_ok() => {
                (text, Self::Dns)
            }
            GeneralName::Email(text) if email::check(text).is_ok() => (text, Self::Mailbox),
            GeneralName::Uri(text) if uri::is_same(text, text) => (text, Self::Uri),
            GeneralName::Ip(octets) => {
                let v4 = <[u8; 4]>::try_from(octets).map(IpAddr::from);
                let ip = v4.or_else(|_| <[u8; 16]>::try_from(octets).map(IpAddr::from));
                return ip.ok().map(Self::Ip);
            }
            _ => return None,
        };
        String::from_utf8(text.to_vec()).ok().map(make)
    }
}

/// The name alone, without its kind.
impl fmt::Display for PeerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(text) | Self::Mailbox(text) | Self::Uri(text) => f.write_str(text),
            Self::Ip(address) => address.fmt(f),
        }
    }
}

/// Whether one of the names of a certificate is one of these.
pub(super) fn is_any(names: &[GeneralName<'_>], peers: &[PeerName]) -> bool {
    peers.iter().any(|peer| is_named(names, peer))
}

fn is_named(names: &[GeneralName<'_>], peer: &PeerName) -> bool {
    match peer {
        PeerName::Ip(IpAddr::V4(ip)) => names.contains(&GeneralName::Ip(&ip.octets())),
        PeerName::Ip(IpAddr::V6(ip)) => names.contains(&GeneralName::Ip(&ip.octets())),
        PeerName::Dns(peer) => {
            let peer = peer.strip_suffix('.').unwrap_or(peer).as_bytes();
            dns::check(peer, Wildcard::Refused).is_ok()
                && names.iter().any(|name| match name {
                    GeneralName::Dns(presented) => matches(presented, peer),
                    _ => false,
                })
        }
        PeerName::Mailbox(peer) => names.iter().any(|name| match name {
            GeneralName::Email(presented) => email::is_same(presented, peer.as_bytes()),
            _ => false,
        }),
        PeerName::Uri(peer) => names.iter().any(|name| match name {
            GeneralName::Uri(presented) => uri::is_same(presented, peer.as_bytes()),
            _ => false,
        }),
    }
}

/// RFC 9525 section 6.3: a wildcard is the whole left-most label and stands for one label.
fn matches(presented: &[u8], peer: &[u8]) -> bool {
    if dns::check(presented, Wildcard::Accepted).is_err() {
        return false;
    }
    match presented.strip_prefix(b"*.") {
        Some(parent) => {
            let first_dot = peer.iter().position(|&byte| byte == b'.');
            first_dot
                .and_then(|dot| peer.get(dot + 1..))
                .is_some_and(|peer_parent| peer_parent.eq_ignore_ascii_case(parent))
        }
        None => presented.eq_ignore_ascii_case(peer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_host(names: &[GeneralName<'_>], host: &str) -> bool {
        is_named(names, &PeerName::host(host))
    }

    #[test]
    fn dns_names() {
        for (presented, peer, named) in [
            ("example.com", "example.com", true),
            ("Example.COM", "eXample.com.", true),
            ("example.com", "www.example.com", false),
            ("www.example.com", "example.com", false),
            ("*.example.com", "www.example.com", true),
            ("*.example.com", "example.com", false),
            ("*.example.com", "a.www.example.com", false),
            ("*.example.com", "*.example.com", false),
            ("w*.example.com", "www.example.com", false),
            ("*", "localhost", false),
            ("www.*.com", "www.example.com", false),
            ("xn--*.example.com", "xn--a.example.com", false),
            ("example.com.", "example.com", false),
            ("10.0.0.1", "10.0.0.1", false),
            ("", "", false),
        ] {
            let names = [GeneralName::Dns(presented.as_bytes())];
            assert_eq!(is_host(&names, peer), named, "{presented} {peer}");
        }
    }

    #[test]
    fn addresses() {
        let names = [GeneralName::Ip(&[10, 0, 0, 1]), GeneralName::Ip(&[0; 16])];
        assert!(is_host(&names, "10.0.0.1") && is_host(&names, "::"));
        assert!(!is_host(&names, "10.0.0.2") && !is_host(&names, "::1"));
        assert!(!is_host(&names, "010.0.0.1") && !is_host(&names, "[::]"));
        assert!(!is_host(&[GeneralName::Uri(b"10.0.0.1")], "10.0.0.1"));
    }

    #[test]
    fn mailboxes_and_uris() {
        let mailbox = |text: &str| PeerName::Mailbox(text.to_owned());
        let uri = |text: &str| PeerName::Uri(text.to_owned());
        let names = [
            GeneralName::Email(b"a@Example.com"),
            GeneralName::Uri(b"spiffe://example.org/a"),
        ];
        for (peer, named) in [
            (mailbox("a@example.COM"), true),
            (mailbox("A@example.com"), false),
            (mailbox("example.com"), false),
            (uri("spiffe://EXAMPLE.org/a"), true),
            (uri("spiffe://example.org/b"), false),
            (uri("a@example.com"), false),
            (mailbox("spiffe://example.org/a"), false),
            (PeerName::host("example.com"), false),
            (PeerName::host("example.org"), false),
        ] {
            assert_eq!(is_named(&names, &peer), named, "{peer}");
        }
        // A name that is malformed names nobody, not even one who has the same.
        assert!(!is_named(&[GeneralName::Email(b"a")], &mailbox("a")));
        assert!(!is_named(&[GeneralName::Uri(b"a")], &uri("a")));
        assert!(!is_any(&names, &[]));
        assert!(is_any(&names, &[uri("urn:x"), mailbox("a@example.com")]));
    }

    #[test]
    fn names_of_certificates() {
        assert_eq!(
            PeerName::of(GeneralName::Dns(b"*.example.com")),
            Some(PeerName::Dns("*.example.com".to_owned()))
        );
        assert_eq!(
            PeerName::of(GeneralName::Ip(&[0; 16])),
            Some(PeerName::host("::"))
        );
        for odd in [
            GeneralName::Dns(b"a\0b"),
            GeneralName::Email(b"a@b@c"),
            GeneralName::Uri(b"http://a.com/\xff"),
            GeneralName::Ip(&[0; 8]),
            GeneralName::Directory(&[0x30, 0]),
        ] {
            assert_eq!(PeerName::of(odd), None, "{odd}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_names_never_panic(presented in prop::collection::vec(any::<u8>(), 0..40), peer in ".{0,40}") {
            let kinds = [GeneralName::Dns, GeneralName::Email, GeneralName::Uri, GeneralName::Ip];
            for name in kinds.map(|kind| kind(&presented)) {
                for peer in [PeerName::host(&*peer), PeerName::Mailbox(peer.clone()), PeerName::Uri(peer.clone())] {
                    let _ = is_named(&[name], &peer);
                }
                // What is told of a certificate is a name that it is for.
                if let Some(told) = PeerName::of(name) {
                    prop_assert!(is_named(&[name], &told) || told.to_string().starts_with('*'));
                }
            }
        }

        #[test]
        fn a_wildcard_stands_for_one_label(label in "[a-z]{1,9}", parent in "[a-z]{1,5}(\\.[a-z]{1,5}){0,2}") {
            let presented = format!("*.{parent}");
            let names = [GeneralName::Dns(presented.as_bytes())];
            let (one, two) = (format!("{label}.{parent}"), format!("x.{label}.{parent}"));
            prop_assert!(is_host(&names, &one));
            prop_assert!(!is_host(&names, &parent) && !is_host(&names, &two));
        }
    }
}
