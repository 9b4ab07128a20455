//! Whether a certificate is one of the peer with a name: from its subject alternative names alone
//! (RFC 9525 section 6).

use crate::x509::san::dns::{self, Wildcard};
use crate::x509::san::general_name::GeneralName;
use std::net::IpAddr;

/// `peer` is a DNS name, with or without the dot of the root, or an IP address.
pub(super) fn is_named(names: &[GeneralName<'_>], peer: &str) -> bool {
    match peer.parse() {
        Ok(IpAddr::V4(ip)) => names.contains(&GeneralName::Ip(&ip.octets())),
        Ok(IpAddr::V6(ip)) => names.contains(&GeneralName::Ip(&ip.octets())),
        Err(_) => {
            let peer = peer.strip_suffix('.').unwrap_or(peer).as_bytes();
            dns::check(peer, Wildcard::Refused).is_ok()
                && names.iter().any(|name| match name {
                    GeneralName::Dns(presented) => matches(presented, peer),
                    _ => false,
                })
        }
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
            assert_eq!(is_named(&names, peer), named, "{presented} {peer}");
        }
    }

    #[test]
    fn addresses() {
        let names = [GeneralName::Ip(&[10, 0, 0, 1]), GeneralName::Ip(&[0; 16])];
        assert!(is_named(&names, "10.0.0.1") && is_named(&names, "::"));
        assert!(!is_named(&names, "10.0.0.2") && !is_named(&names, "::1"));
        assert!(!is_named(&names, "010.0.0.1") && !is_named(&names, "[::]"));
        assert!(!is_named(&[GeneralName::Uri(b"10.0.0.1")], "10.0.0.1"));
    }

    proptest! {
        #[test]
        fn arbitrary_names_never_panic(presented in prop::collection::vec(any::<u8>(), 0..40), peer in ".{0,40}") {
            let _ = is_named(&[GeneralName::Dns(&presented), GeneralName::Ip(&presented)], &peer);
        }

        #[test]
        fn a_wildcard_stands_for_one_label(label in "[a-z]{1,9}", parent in "[a-z]{1,5}(\\.[a-z]{1,5}){0,2}") {
            let presented = format!("*.{parent}");
            let names = [GeneralName::Dns(presented.as_bytes())];
            let (one, two) = (format!("{label}.{parent}"), format!("x.{label}.{parent}"));
            prop_assert!(is_named(&names, &one));
            prop_assert!(!is_named(&names, &parent) && !is_named(&names, &two));
        }
    }
}
