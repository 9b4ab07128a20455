//! The encoded subject alternative names of certificates and signing requests.

use super::dns::{self, DnsDefect, Wildcard};
use super::email::{self, EmailDefect};
use super::general_name::GeneralName;
use super::uri::{self, UriDefect};
use crate::base::hex;
use crate::request::alternatives::{ENTRIES_MAX, SubjectAlternatives, tag};
use crate::x509::der::element::{Elements, Tlv};
use crate::x509::der::write::{SEQUENCE, element};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Why an encoded extension value cannot go into a certificate, or be read.
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

/// Checks the extension value of a signing request by the rules for names that the engine makes
/// itself, and gives it as a certificate may have it: byte for byte, but for repeated names, which
/// collapse.
pub(crate) fn for_issuance(value: &[u8]) -> Result<Cow<'_, [u8]>, SanDefect> {
    let names = Elements::of_sequence(value).map_err(SanDefect::NotDer)?;
    // RFC 5280 section 4.2.1.6: the sequence must contain at least one entry.
    if names.is_empty() {
        return Err(SanDefect::Empty);
    }
    for (index, name) in names.enumerate() {
        if index == ENTRIES_MAX {
            return Err(SanDefect::TooMany);
        }
        check(name.map_err(SanDefect::NotDer)?)?;
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

/// What a name is compared by. Case does not count in DNS names and in the domain of an address
/// (the local part may depend on it, RFC 5321 section 2.4).
fn key(name: Tlv<'_>) -> impl Iterator<Item = u8> + '_ {
    let tag = name.raw.first().copied();
    let folded_from = match tag {
        Some(tag::DNS) => 0,
        Some(tag::EMAIL) => name
            .value
            .iter()
            .rposition(|&byte| byte == b'@')
            .unwrap_or(0),
        _ => name.value.len(),
    };
    let (kept, folded) = name.value.split_at(folded_from);
    let folded = folded.iter().map(u8::to_ascii_lowercase);
    tag.into_iter().chain(kept.iter().copied()).chain(folded)
}

fn has_duplicates(names: &[Tlv<'_>]) -> bool {
    let mut sorted = names.to_vec();
    sorted.sort_unstable_by(|a, b| key(*a).cmp(key(*b)));
    sorted.windows(2).any(|pair| key(pair[0]).eq(key(pair[1])))
}

/// The content of the list, of equal names the first alone.
pub(crate) fn without_duplicates(names: &[Tlv<'_>]) -> Vec<u8> {
    let mut seen = BTreeSet::new();
    let first = names
        .iter()
        .filter(|name| seen.insert(key(**name).collect::<Vec<_>>()));
    first.flat_map(|name| name.raw).copied().collect()
}

/// Reads an extension value for display: other CAs' names may break our rules. Bytes that are not
/// UTF-8 become U+FFFD, an address of an odd length is shown in hexadecimal, and names of other
/// kinds than the four are left out.
pub(crate) fn from_extension(value: &[u8]) -> der::Result<SubjectAlternatives> {
    let mut names = SubjectAlternatives::new();
    for name in Elements::of_sequence(value)? {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        match GeneralName::of(name?) {
            Some(GeneralName::Dns(bytes)) => names.dns.push(text(bytes)),
            Some(GeneralName::Email(bytes)) => names.email.push(text(bytes)),
            Some(GeneralName::Uri(bytes)) => names.uri.push(text(bytes)),
            Some(GeneralName::Ip(octets)) => names.ip.push(address(octets)),
            Some(GeneralName::Directory(_) | GeneralName::Other(_)) | None => {}
        }
    }
    Ok(names)
}

fn address(octets: &[u8]) -> String {
    if let Ok(v4) = <[u8; 4]>::try_from(octets) {
        return Ipv4Addr::from(v4).to_string();
    }
    if let Ok(v6) = <[u8; 16]>::try_from(octets) {
        return Ipv6Addr::from(v6).to_string();
    }
    hex::plain(octets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;
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
            assert_eq!(for_issuance(&extension(names)), Err(defect));
        }
        let most = extension(&vec![(tag::DNS, &b"a.com"[..]); 1000]);
        let one = extension(&[(tag::DNS, b"a.com")]);
        assert_eq!(for_issuance(&most), Ok(one.into()));
        let many = extension(&vec![(tag::DNS, &b"a.com"[..]); 1001]);
        assert_eq!(for_issuance(&many), Err(SanDefect::TooMany));
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
                matches!(for_issuance(bad), Err(SanDefect::NotDer(_))),
                "{bad:02x?}"
            );
            assert!(from_extension(bad).is_err());
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
    fn sloppy_names_are_shown() {
        let value = extension(&[
            (tag::DNS, b"a_b."),
            (tag::DNS, b"\xff"),
            (0xA0, b""),
            (0xA4, b""),
            (0xA0, b""),
            (tag::IP, &[10, 0, 0, 1]),
            (tag::IP, &[10, 0, 0, 0, 255, 0, 0, 0]),
        ]);
        let expected = SubjectAlternatives::new()
            .with_dns("a_b.")
            .with_dns("\u{fffd}")
            .with_ip("10.0.0.1")
            .with_ip("0A000000FF000000");
        assert_eq!(from_extension(&value), Ok(expected));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(value in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = (for_issuance(&value), from_extension(&value));
            let content = element(SEQUENCE, &value);
            let _ = (for_issuance(&content), from_extension(&content));
        }

        #[test]
        fn addresses_round_trip(ip in any::<IpAddr>()) {
            let names = SubjectAlternatives::new().with_ip(ip.to_string());
            let value = names.encode(ErrorCode::CreateFailed).unwrap().unwrap();
            prop_assert_eq!(from_extension(&value), Ok(names));
        }
    }
}
