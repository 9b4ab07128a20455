//! Reading the extension, and what makes two names the same.

use super::alternatives::SubjectAlternatives;
use super::general_name::{GeneralName, tag};
use crate::base::hex;
use crate::x509::der::element::{Elements, Tlv};
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

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

/// Whether a name is there twice.
pub(crate) fn has_duplicates(names: &[Tlv<'_>]) -> bool {
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
    use crate::x509::der::write::{SEQUENCE, element};
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
    fn only_der_is_read() {
        let good = extension(&[(tag::DNS, b"a.com")]);
        let trailing = [&good[..], &[0]].concat();
        for bad in [
            &[][..],
            &good[..good.len() - 1],
            &trailing,
            &[0x30, 0x80, 0, 0],
            &[0x31, 0],
        ] {
            assert!(from_extension(bad).is_err(), "{bad:02x?}");
        }
        assert!(from_extension(&good).is_ok());
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
            let _ = from_extension(&value);
            let _ = from_extension(&element(SEQUENCE, &value));
        }

        #[test]
        fn addresses_round_trip(ip in any::<IpAddr>()) {
            let names = SubjectAlternatives::new().with_ip(ip.to_string());
            let value = names.encode().unwrap().unwrap();
            prop_assert_eq!(from_extension(&value), Ok(names));
        }
    }
}
