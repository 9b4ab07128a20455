//! Which subject alternative names go into a certificate.

use crate::base::error::quoted;
use crate::x509::der::element::{Elements, Tlv};
use crate::x509::der::write::{SEQUENCE, element};
use crate::x509::san::dns::{self, DnsDefect, Wildcard};
use crate::x509::san::email::{self, EmailDefect};
use crate::x509::san::extension::{has_duplicates, without_duplicates};
use crate::x509::san::general_name::{GeneralName, tag};
use crate::x509::san::uri::{self, UriDefect};
use crate::x509::san::{ENTRIES_MAX, octets};
use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

/// Why an encoded extension value cannot go into a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SanRefused {
    /// The name that is refused, shortened and escaped; `None` if it is the list.
    pub(crate) name: Option<String>,
    pub(crate) defect: SanDefect,
}

impl fmt::Display for SanRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "\"{name}\": {}", self.defect),
            None => self.defect.fmt(f),
        }
    }
}

impl std::error::Error for SanRefused {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.defect)
    }
}

impl From<SanDefect> for SanRefused {
    fn from(defect: SanDefect) -> Self {
        Self { name: None, defect }
    }
}

/// What is wrong with a list of names, or with one of them.
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
        match self {
            Self::NotDer(error) => write!(f, "{error}"),
            Self::Empty => f.write_str("there is no name"),
            Self::TooMany => write!(f, "there are more than {ENTRIES_MAX} names"),
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

/// The DER of the extension for a certificate whose only name is its common name, if that is an IP
/// address or a DNS name. One label is a DNS name too: clients that look at alternative names alone
/// (RFC 9525 section 2) would not accept a server called `localhost` otherwise. A dot at the end, the
/// root's, is no part of a DNS name in a certificate.
pub(crate) fn of_common_name(common_name: &str) -> Option<Vec<u8>> {
    let name = common_name.trim();
    let host = name.strip_suffix('.').unwrap_or(name).as_bytes();
    let name = if let Ok(address) = name.parse::<IpAddr>() {
        element(tag::IP, &octets(address))
    } else if dns::check(host, Wildcard::Accepted).is_ok() {
        element(tag::DNS, host)
    } else {
        return None;
    };
    Some(element(SEQUENCE, &name))
}

/// Checks the extension value of a signing request by the rules for names that the engine makes
/// itself, and gives it as a certificate may have it: byte for byte, but for repeated names, which
/// collapse.
pub(crate) fn for_issuance(value: &[u8]) -> Result<Cow<'_, [u8]>, SanRefused> {
    let names = Elements::of_sequence(value).map_err(SanDefect::NotDer)?;
    // RFC 5280 section 4.2.1.6: the sequence must contain at least one entry.
    if names.is_empty() {
        return Err(SanDefect::Empty.into());
    }
    for (index, name) in names.enumerate() {
        if index == ENTRIES_MAX {
            return Err(SanDefect::TooMany.into());
        }
        let name = name.map_err(SanDefect::NotDer)?;
        check(name).map_err(|defect| SanRefused {
            name: GeneralName::of(name).map(|name| quoted(&name.to_string())),
            defect,
        })?;
    }
    let mut rest = names;
    // One name is the most common list, and needs no look at others.
    if rest.next().is_some() && rest.is_empty() {
        return Ok(value.into());
    }
    let list: Vec<_> = names.flatten().collect();
    Ok(if has_duplicates(&list) {
        element(SEQUENCE, &without_duplicates(&list)).into()
    } else {
        value.into()
    })
}

fn check(name: Tlv<'_>) -> Result<(), SanDefect> {
    match GeneralName::of(name) {
        Some(GeneralName::Dns(text)) => {
            dns::check(text, Wildcard::Accepted).map_err(SanDefect::Dns)
        }
        Some(GeneralName::Email(text)) => email::check(text).map_err(SanDefect::Email),
        Some(GeneralName::Uri(text)) => uri::check(text).map_err(SanDefect::Uri),
        Some(GeneralName::Ip(octets)) if matches!(octets.len(), 4 | 16) => Ok(()),
        Some(GeneralName::Ip(octets)) => Err(SanDefect::IpLength(octets.len())),
        Some(GeneralName::Directory(_)) => Err(SanDefect::Kind("directoryName")),
        Some(GeneralName::Other(kind)) => Err(SanDefect::Kind(kind.name())),
        None => Err(SanDefect::Kind("unknown")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::san::SubjectAlternatives;
    use proptest::prelude::*;

    fn encode(names: &SubjectAlternatives) -> Vec<u8> {
        names.encode().unwrap().unwrap()
    }

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
            let refused = for_issuance(&extension(names)).unwrap_err();
            assert_eq!(refused.defect, defect);
        }
        let most = extension(&vec![(tag::DNS, &b"a.com"[..]); 1000]);
        let one = extension(&[(tag::DNS, b"a.com")]);
        assert_eq!(for_issuance(&most), Ok(one.into()));
        let many = extension(&vec![(tag::DNS, &b"a.com"[..]); 1001]);
        assert_eq!(for_issuance(&many), Err(SanDefect::TooMany.into()));
    }

    #[test]
    fn the_one_bad_name_is_shown() {
        let names = [
            (tag::DNS, &b"a.com"[..]),
            (tag::DNS, b"b\n_c.com"),
            (tag::DNS, b"d.com"),
        ];
        let refused = for_issuance(&extension(&names)).unwrap_err();
        assert_eq!(refused.name.as_deref(), Some("b\\n_c.com"));
        assert!(
            refused
                .to_string()
                .starts_with("\"b\\n_c.com\": a DNS name: ")
        );
        let length = for_issuance(&extension(&[(tag::IP, b"12345")])).unwrap_err();
        assert_eq!(
            length.name.as_deref(),
            Some("an IP address of a wrong length")
        );
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
                matches!(for_issuance(bad).unwrap_err().defect, SanDefect::NotDer(_)),
                "{bad:02x?}"
            );
        }
    }

    #[test]
    fn repeated_names_collapse_and_others_stay_as_they_are() {
        let twice = extension(&[
            (tag::DNS, b"A.com"),
            (tag::EMAIL, b"a@B.com"),
            (tag::DNS, b"b.com"),
            (tag::DNS, b"a.com"),
            (tag::EMAIL, b"A@b.com"),
            (tag::EMAIL, b"a@b.com"),
            (tag::IP, b"abcd"),
            (tag::IP, b"ABCD"),
        ]);
        let once = extension(&[
            (tag::DNS, b"A.com"),
            (tag::EMAIL, b"a@B.com"),
            (tag::DNS, b"b.com"),
            (tag::EMAIL, b"A@b.com"),
            (tag::IP, b"abcd"),
            (tag::IP, b"ABCD"),
        ]);
        assert_eq!(for_issuance(&twice).unwrap(), once);
        assert!(matches!(for_issuance(&once), Ok(Cow::Borrowed(same)) if same == once));
    }

    #[test]
    fn a_common_name_becomes_the_name_that_it_is() {
        let new = SubjectAlternatives::new;
        for (common_name, names) in [
            (" test.domain.com ", new().with_dns("test.domain.com")),
            ("*.a.com", new().with_dns("*.a.com")),
            ("10.0.0.1", new().with_ip("10.0.0.1")),
            ("::1", new().with_ip("::1")),
            ("localhost", new().with_dns("localhost")),
            ("ROOT", new().with_dns("ROOT")),
            ("a.example.", new().with_dns("a.example")),
            ("*.a.com. ", new().with_dns("*.a.com")),
        ] {
            let value = of_common_name(common_name);
            assert_eq!(value, Some(encode(&names)), "{common_name}");
        }
        for common_name in [
            "12345",
            "ONTAP server 1",
            "1.2.3.4.5",
            "",
            ".",
            "a..",
            "1.2.3.4.",
            "a_b.",
        ] {
            assert_eq!(of_common_name(common_name), None, "{common_name}");
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_accepted_from_a_request(
            dns in prop::collection::vec("\\PC{0,8}|[a-z]{1,5}\\.[a-z]{2}", 0..4),
            ip in prop::collection::vec(any::<IpAddr>(), 0..4),
            uri in prop::collection::vec("\\PC{0,8}|urn:[a-z]{1,4}", 0..2),
        ) {
            let mut names = SubjectAlternatives::new();
            names.dns = dns;
            names.ip = ip.iter().map(ToString::to_string).collect();
            names.uri = uri;
            if let Ok(Some(value)) = names.encode() {
                prop_assert_eq!(for_issuance(&value), Ok(value.as_slice().into()));
            }
        }

        #[test]
        fn a_common_name_that_is_a_name_is_accepted(cn in "\\PC{0,20}|[a-z.*]{1,9}") {
            if let Some(value) = of_common_name(&cn) {
                prop_assert_eq!(for_issuance(&value), Ok(value.as_slice().into()));
            }
        }

        #[test]
        fn arbitrary_bytes_never_panic(value in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = for_issuance(&value);
            let _ = for_issuance(&element(SEQUENCE, &value));
        }
    }
}
