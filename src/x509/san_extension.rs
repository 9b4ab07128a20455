//! The encoded subject alternative names of certificates and signing requests.

use super::dns::{self, DnsDefect, Wildcard};
use super::email::{self, EmailDefect};
use super::san::{ENTRIES_MAX, SubjectAlternatives, tag};
use super::tlv::Elements;
use super::uri::{self, UriDefect};
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Why an encoded extension value cannot go into a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SanDefect {
    NotDer(der::Error),
    Empty,
    TooMany,
    Dns(DnsDefect),
    Email(EmailDefect),
    Uri(UriDefect),
    /// Octets of an iPAddress.
    IpLength(usize),
    /// The kind of a name that is none of the four offered.
    Kind(&'static str),
}

impl fmt::Display for SanDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the subject alternative names are not valid: ")?;
        match self {
            Self::NotDer(error) => write!(f, "{error}"),
            Self::Empty => f.write_str("there is none"),
            Self::TooMany => write!(f, "there are more than {ENTRIES_MAX}"),
            Self::Dns(defect) => write!(f, "a DNS name: {defect}"),
            Self::Email(defect) => write!(f, "an e-mail address: {defect}"),
            Self::Uri(defect) => write!(f, "a URI: {defect}"),
            Self::IpLength(octets) => write!(f, "an IP address has {octets} octets, not 4 or 16"),
            Self::Kind(kind) => write!(
                f,
                "names of the kind {kind} are not accepted, only DNS names, e-mail addresses, IP \
                 addresses and URIs"
            ),
        }
    }
}

impl std::error::Error for SanDefect {}

/// Checks the extension value of a signing request by the rules for names that the engine makes
/// itself, without allocating.
pub(crate) fn check_extension(value: &[u8]) -> Result<(), SanDefect> {
    let names = Elements::of_sequence(value).map_err(SanDefect::NotDer)?;
    // RFC 5280 section 4.2.1.6: the sequence must contain at least one entry.
    if names.is_empty() {
        return Err(SanDefect::Empty);
    }
    for (index, name) in names.enumerate() {
        if index == ENTRIES_MAX {
            return Err(SanDefect::TooMany);
        }
        let name = name.map_err(SanDefect::NotDer)?;
        match name.raw.first().copied() {
            Some(tag::DNS) => {
                dns::check(name.value, Wildcard::Accepted).map_err(SanDefect::Dns)?;
            }
            Some(tag::EMAIL) => email::check(name.value).map_err(SanDefect::Email)?,
            Some(tag::URI) => uri::check(name.value).map_err(SanDefect::Uri)?,
            Some(tag::IP) if matches!(name.value.len(), 4 | 16) => {}
            Some(tag::IP) => return Err(SanDefect::IpLength(name.value.len())),
            other => return Err(SanDefect::Kind(kind(other))),
        }
    }
    Ok(())
}

/// The name of a kind that is not offered (RFC 5280 section 4.2.1.6), by its tag.
fn kind(tag: Option<u8>) -> &'static str {
    match tag {
        Some(0xA0) => "otherName",
        Some(0xA3) => "x400Address",
        Some(0xA4) => "directoryName",
        Some(0xA5) => "ediPartyName",
        Some(0x88) => "registeredID",
        _ => "unknown",
    }
}

/// The alternative names of a certificate, as it has them: other CAs' names may break our rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ParsedAlternatives {
    pub(crate) names: SubjectAlternatives,
    /// The kinds of the names that are none of the four, each once, in the order met.
    pub(crate) other_kinds: Vec<&'static str>,
}

/// Reads an extension value for display. Bytes that are not UTF-8 become U+FFFD.
pub(crate) fn from_extension(value: &[u8]) -> Result<ParsedAlternatives, SanDefect> {
    let mut parsed = ParsedAlternatives::default();
    for name in Elements::of_sequence(value).map_err(SanDefect::NotDer)? {
        let name = name.map_err(SanDefect::NotDer)?;
        let text = || String::from_utf8_lossy(name.value).into_owned();
        match name.raw.first().copied() {
            Some(tag::DNS) => parsed.names.dns.push(text()),
            Some(tag::EMAIL) => parsed.names.email.push(text()),
            Some(tag::URI) => parsed.names.uri.push(text()),
            Some(tag::IP) => parsed.names.ip.push(address(name.value)?),
            other => {
                let kind = kind(other);
                if !parsed.other_kinds.contains(&kind) {
                    parsed.other_kinds.push(kind);
                }
            }
        }
    }
    Ok(parsed)
}

fn address(octets: &[u8]) -> Result<String, SanDefect> {
    if let Ok(v4) = <[u8; 4]>::try_from(octets) {
        Ok(Ipv4Addr::from(v4).to_string())
    } else if let Ok(v6) = <[u8; 16]>::try_from(octets) {
        Ok(Ipv6Addr::from(v6).to_string())
    } else {
        Err(SanDefect::IpLength(octets.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;
    use crate::x509::write::{SEQUENCE, element};
    use proptest::prelude::*;
    use std::net::IpAddr;

    fn extension(names: &[(u8, &[u8])]) -> Vec<u8> {
        let content: Vec<u8> = names
            .iter()
            .flat_map(|(tag, content)| element(*tag, content))
            .collect();
        element(SEQUENCE, &content)
    }

    #[test]
    fn names_what_is_wrong() {
        for (names, defect) in [
            (&[][..], SanDefect::Empty),
            (
                &[(tag::DNS, &b"a_b"[..])],
                SanDefect::Dns(DnsDefect::Underscore),
            ),
            (
                &[(tag::DNS, b"a.com\0")],
                SanDefect::Dns(DnsDefect::Character),
            ),
            (&[(tag::EMAIL, b"a")], SanDefect::Email(EmailDefect::NoAt)),
            (&[(tag::URI, b"a")], SanDefect::Uri(UriDefect::Relative)),
            (&[(tag::IP, b"12345678")], SanDefect::IpLength(8)),
            (&[(0xA0, b"")], SanDefect::Kind("otherName")),
            (&[(0xA4, b"")], SanDefect::Kind("directoryName")),
            (&[(0xA2, b"")], SanDefect::Kind("unknown")),
            (
                &[(tag::DNS, b"a.com"), (0x88, b"\x2a")],
                SanDefect::Kind("registeredID"),
            ),
        ] {
            assert_eq!(check_extension(&extension(names)), Err(defect));
        }
        assert_eq!(
            check_extension(&extension(&vec![(tag::DNS, &b"a.com"[..]); 1000])),
            Ok(())
        );
        let many = extension(&vec![(tag::DNS, &b"a.com"[..]); 1001]);
        assert_eq!(check_extension(&many), Err(SanDefect::TooMany));
    }

    #[test]
    fn only_der_passes() {
        let good = extension(&[(tag::DNS, b"a.com")]);
        let trailing = [&good[..], &[0]].concat();
        for bad in [
            &[][..],
            &good[..good.len() - 1],
            &trailing,
            &[0x30, 0x80, 0, 0],
            &[0x31, 0],
        ] {
            assert!(
                matches!(check_extension(bad), Err(SanDefect::NotDer(_))),
                "{bad:02x?}"
            );
            assert!(from_extension(bad).is_err());
        }
    }

    #[test]
    fn sloppy_names_are_shown() {
        let value = extension(&[
            (tag::DNS, b"a_b."),
            (tag::DNS, b"\xff"),
            (0xA0, b""),
            (0xA4, b""),
            (0xA0, b""),
            (tag::IP, &[10, 0, 0, 1]),
        ]);
        let parsed = from_extension(&value).unwrap();
        assert_eq!(parsed.names.dns, ["a_b.", "\u{fffd}"]);
        assert_eq!(parsed.names.ip, ["10.0.0.1"]);
        assert_eq!(parsed.other_kinds, ["otherName", "directoryName"]);
        let long = extension(&[(tag::IP, b"12345")]);
        assert_eq!(from_extension(&long), Err(SanDefect::IpLength(5)));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(value in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = (check_extension(&value), from_extension(&value));
            let content = element(SEQUENCE, &value);
            let _ = (check_extension(&content), from_extension(&content));
        }

        #[test]
        fn addresses_round_trip(ip in any::<IpAddr>()) {
            let names = SubjectAlternatives::new().with_ip(ip.to_string());
            let value = names.encode(ErrorCode::CreateFailed).unwrap().unwrap();
            prop_assert_eq!(from_extension(&value).unwrap().names, names);
        }
    }
}
