//! uniformResourceIdentifier: the constraint is on the host part, one host or the hosts of a
//! domain (RFC 5280 section 4.2.1.10).

use super::dns::ends_in;
use crate::x509::san::dns::{self, Wildcard};
use crate::x509::san::uri;

/// A host, or a domain with a leading period; the empty one holds every host.
pub(super) fn is_base(base: &[u8]) -> bool {
    let host = base.strip_prefix(b".").unwrap_or(base);
    base.is_empty() || dns::check(host, Wildcard::Refused).is_ok()
}

/// The host of a URI, if that is a DNS name.
pub(super) fn host(text: &[u8]) -> Option<&[u8]> {
    let host = uri::host(text)?;
    dns::check(host, Wildcard::Refused).is_ok().then_some(host)
}

pub(super) fn is_within(host: &[u8], base: &[u8]) -> bool {
    match base.strip_prefix(b".") {
        Some(domain) => host.len() > domain.len() && ends_in(host, domain),
        None => base.is_empty() || host.eq_ignore_ascii_case(base),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subtrees() {
        for (uri, base, within) in [
            ("https://example.com/a", "example.com", true),
            ("https://u:p@EXAMPLE.com:8443?q", "example.com", true),
            ("https://www.example.com", "example.com", false),
            ("https://www.example.com#x", ".example.com", true),
            ("https://example.com", ".example.com", false),
            ("https://notexample.com", ".example.com", false),
            ("spiffe://example.org/ns", "example.org", true),
            ("https://example.com@evil.org/", "example.com", false),
            ("https://x.org", "", true),
        ] {
            let host = host(uri.as_bytes()).unwrap();
            assert_eq!(is_within(host, base.as_bytes()), within, "{uri} {base}");
        }
        for uri in [
            "urn:a:b",
            "https://10.0.0.1/",
            "https://[::1]/",
            "mailto:a@b.c",
            "example.com",
            "https://",
        ] {
            assert_eq!(host(uri.as_bytes()), None, "{uri}");
        }
    }

    #[test]
    fn bases() {
        for base in ["", "host.example.com", ".example.com"] {
            assert!(is_base(base.as_bytes()), "{base}");
        }
        for base in [
            "https://example.com",
            "..com",
            "example.com/",
            "10.0.0.1",
            ".",
        ] {
            assert!(!is_base(base.as_bytes()), "{base}");
        }
    }
}
