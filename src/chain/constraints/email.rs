//! rfc822Name: one mailbox, all on one host, or all on the hosts of a domain (RFC 5280 section
//! 4.2.1.10).

use super::dns::ends_in;
use crate::x509::san::dns::{self, Wildcard};
use crate::x509::san::email;

/// A mailbox, a host, or a domain with a leading period; the empty one holds every address.
pub(super) fn is_base(base: &[u8]) -> bool {
    if base.is_empty() {
        true
    } else if base.contains(&b'@') {
        email::check(base).is_ok()
    } else {
        let host = base.strip_prefix(b".").unwrap_or(base);
        dns::check(host, Wildcard::Refused).is_ok()
    }
}

/// An address by its parts.
#[derive(Clone, Copy)]
pub(super) struct Mailbox<'a> {
    local: &'a [u8],
    host: &'a [u8],
}

impl<'a> Mailbox<'a> {
    /// `None` for what is not an address.
    pub(super) fn parse(address: &'a [u8]) -> Option<Self> {
        email::check(address).ok()?;
        let (local, host) = email::split(address)?;
        Some(Self { local, host })
    }

    /// Local parts are compared exactly, hosts by ASCII case (RFC 5280 section 7.5).
    pub(super) fn is_within(self, base: &[u8]) -> bool {
        let Self { local, host } = self;
        match email::split(base) {
            Some((base_local, base_host)) => {
                local == base_local && host.eq_ignore_ascii_case(base_host)
            }
            None if base.is_empty() => true,
            None => match base.strip_prefix(b".") {
                Some(domain) => host.len() > domain.len() && ends_in(host, domain),
                None => host.eq_ignore_ascii_case(base),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subtrees() {
        for (address, base, within) in [
            ("a@example.com", "a@example.com", Some(true)),
            ("a@EXAMPLE.com", "a@example.COM", Some(true)),
            ("A@example.com", "a@example.com", Some(false)),
            ("a@example.com", "example.com", Some(true)),
            ("a@www.example.com", "example.com", Some(false)),
            ("a@www.example.com", ".example.com", Some(true)),
            ("a@example.com", ".example.com", Some(false)),
            ("a@notexample.com", ".example.com", Some(false)),
            ("\"x@y\"@example.com", "example.com", Some(true)),
            ("**@example.com", "**@example.com", Some(true)),
            ("*@example.com", "**@example.com", Some(false)),
            ("a@b.org", "", Some(true)),
            ("example.com", "example.com", None),
            ("a@b@example.com", "example.com", None),
        ] {
            let mailbox = Mailbox::parse(address.as_bytes());
            let found = mailbox.map(|mailbox| mailbox.is_within(base.as_bytes()));
            assert_eq!(found, within, "{address} {base}");
        }
    }

    #[test]
    fn bases() {
        for base in ["", "a@example.com", "example.com", ".example.com"] {
            assert!(is_base(base.as_bytes()), "{base}");
        }
        for base in [
            "a@b@example.com",
            "@example.com",
            "a@",
            "..example.com",
            "*.example.com",
        ] {
            assert!(!is_base(base.as_bytes()), "{base}");
        }
    }
}
