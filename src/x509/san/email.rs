//! The syntax of e-mail addresses in certificates.

use super::dns::{self, DnsDefect, Wildcard};
use std::fmt;

/// The longest address in octets (RFC 5321 section 4.5.3.1.3, less its angle brackets).
const ADDRESS_MAX: usize = 254;

/// The longest local part in octets (RFC 5321 section 4.5.3.1.1).
const LOCAL_MAX: usize = 64;

/// Why a text is not an e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EmailDefect {
    NotAscii,
    TooLong,
    NoAt,
    LocalLength,
    LocalSyntax,
    Domain(DnsDefect),
}

impl fmt::Display for EmailDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAscii => "accepted are ASCII addresses",
            Self::TooLong => "it is longer than 254 characters",
            Self::NoAt => "there is no @",
            Self::LocalLength => "the part before the @ must have 1 to 64 characters",
            Self::LocalSyntax => "the part before the @ is neither a dot-atom nor a quoted string",
            Self::Domain(defect) => return write!(f, "the domain is not valid: {defect}"),
        })
    }
}

impl std::error::Error for EmailDefect {}

/// Checks a Mailbox of the form `Local-part@Domain` (RFC 5280 section 4.2.1.6, RFC 5321 section
/// 4.1.2), without display names, comments and address literals.
pub(crate) fn check(address: &[u8]) -> Result<(), EmailDefect> {
    if !address.is_ascii() {
        return Err(EmailDefect::NotAscii);
    }
    if address.len() > ADDRESS_MAX {
        return Err(EmailDefect::TooLong);
    }
    // A quoted local part may contain an @, a domain may not.
    let mut parts = address.rsplitn(2, |&byte| byte == b'@');
    let (Some(domain), Some(local)) = (parts.next(), parts.next()) else {
        return Err(EmailDefect::NoAt);
    };
    if !(1..=LOCAL_MAX).contains(&local.len()) {
        return Err(EmailDefect::LocalLength);
    }
    if !is_dot_atom(local) && !is_quoted_string(local) {
        return Err(EmailDefect::LocalSyntax);
    }
    dns::check(domain, Wildcard::Refused).map_err(EmailDefect::Domain)
}

/// The local part and the host of what stands around the last `@`.
pub(crate) fn split(address: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = address.iter().rposition(|&byte| byte == b'@')?;
    Some((address.get(..at)?, address.get(at + 1..)?))
}

/// Whether two texts are one address: local parts are compared exactly, hosts by ASCII case (RFC 5280
/// section 7.5).
pub(crate) fn is_same(one: &[u8], other: &[u8]) -> bool {
    let (Some((local, host)), Some((other_local, other_host))) = (split(one), split(other)) else {
        return false;
    };
    check(one).is_ok() && local == other_local && host.eq_ignore_ascii_case(other_host)
}

/// RFC 5321 section 4.1.2, `Dot-string`.
fn is_dot_atom(local: &[u8]) -> bool {
    let is_atext =
        |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(byte);
    local
        .split(|&byte| byte == b'.')
        .all(|atom| !atom.is_empty() && atom.iter().all(is_atext))
}

/// RFC 5321 section 4.1.2, `Quoted-string`.
fn is_quoted_string(local: &[u8]) -> bool {
    let Some([content @ .., b'"']) = local.strip_prefix(b"\"") else {
        return false;
    };
    let mut bytes = content.iter();
    while let Some(byte) = bytes.next() {
        let valid = match byte {
            b'\\' => bytes
                .next()
                .is_some_and(|escaped| (b' '..=b'~').contains(escaped)),
            b'"' => false,
            other => (b' '..=b'~').contains(other),
        };
        if !valid {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accepts_addresses() {
        for address in [
            "abc@example.com",
            "first.last+tag@example.co.uk",
            "o'brien@localhost",
            "\"a b@c\\\"d\"@example.com",
            &format!("{}@example.com", "a".repeat(64)),
        ] {
            assert_eq!(check(address.as_bytes()), Ok(()), "{address}");
        }
    }

    #[test]
    fn names_what_is_wrong() {
        for (address, defect) in [
            ("", EmailDefect::NoAt),
            ("abc", EmailDefect::NoAt),
            ("@example.com", EmailDefect::LocalLength),
            (
                &format!("{}@a.com", "a".repeat(65)),
                EmailDefect::LocalLength,
            ),
            (&format!("a@{}", "a.".repeat(130)), EmailDefect::TooLong),
            (".a@b.com", EmailDefect::LocalSyntax),
            ("a..b@b.com", EmailDefect::LocalSyntax),
            ("a.@b.com", EmailDefect::LocalSyntax),
            ("a b@c.com", EmailDefect::LocalSyntax),
            ("a@b@c.com", EmailDefect::LocalSyntax),
            ("\"@c.com", EmailDefect::LocalSyntax),
            ("\"a\"b\"@c.com", EmailDefect::LocalSyntax),
            ("\"a\\\"@c.com", EmailDefect::LocalSyntax),
            ("Me <me@c.com", EmailDefect::LocalSyntax),
            ("a\0@c.com", EmailDefect::LocalSyntax),
            ("jürgen@c.com", EmailDefect::NotAscii),
            ("a@", EmailDefect::Domain(DnsDefect::Empty)),
            ("a@*.com", EmailDefect::Domain(DnsDefect::Wildcard)),
            ("a@[10.0.0.1]", EmailDefect::Domain(DnsDefect::Character)),
            ("a@c.com>", EmailDefect::Domain(DnsDefect::Character)),
        ] {
            assert_eq!(check(address.as_bytes()), Err(defect), "{address}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(address in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = check(&address);
        }

        #[test]
        fn what_passes_is_printable(address in "[a-z\"\\\\@. \u{0}-\u{8}]{0,12}@a.com") {
            if check(address.as_bytes()).is_ok() {
                prop_assert!(address.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            }
        }
    }
}
