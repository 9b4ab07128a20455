//! The syntax of DNS names in certificates.

use std::fmt;

/// The longest name in octets (RFC 1035 section 2.3.4, without the root's).
const NAME_MAX: usize = 253;

/// The longest label in octets (RFC 1035 section 2.3.4).
const LABEL_MAX: usize = 63;

/// Whether `*` may stand as the left-most label (RFC 9525 section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wildcard {
    Accepted,
    Refused,
}

/// Why a text is not a DNS name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DnsDefect {
    Empty,
    TooLong,
    EmptyLabel,
    TrailingDot,
    LongLabel,
    OuterHyphen,
    Underscore,
    NotAscii,
    Character,
    Wildcard,
    Numeric,
}

impl fmt::Display for DnsDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "it is empty",
            Self::TooLong => "it is longer than 253 characters",
            Self::EmptyLabel => "a label is empty",
            Self::TrailingDot => "it ends in a dot",
            Self::LongLabel => "a label is longer than 63 characters",
            Self::OuterHyphen => "a label starts or ends with a hyphen",
            Self::Underscore => "underscores are not accepted in host names",
            Self::NotAscii => "write internationalized labels in their A-label form (xn--…)",
            Self::Character => "accepted are letters, digits, hyphens and dots",
            Self::Wildcard => "a wildcard must be the whole left-most label, followed by others",
            Self::Numeric => "the last label is a number: IP addresses are not DNS names",
        })
    }
}

impl std::error::Error for DnsDefect {}

/// Checks `name` against the preferred name syntax (RFC 1034 section 3.5, as RFC 5280 section
/// 4.2.1.6 asks for), with labels that may start with a digit (RFC 1123 section 2.1).
pub(crate) fn check(name: &[u8], wildcard: Wildcard) -> Result<(), DnsDefect> {
    if name.is_empty() {
        return Err(DnsDefect::Empty);
    }
    if !name.is_ascii() {
        return Err(DnsDefect::NotAscii);
    }
    if name.len() > NAME_MAX {
        return Err(DnsDefect::TooLong);
    }
    let labels = match name.strip_prefix(b"*.") {
        Some(rest) if wildcard == Wildcard::Accepted => rest,
        _ => name,
    };
    if labels.ends_with(b".") && labels.len() > 1 {
        return Err(DnsDefect::TrailingDot);
    }
    let mut last: &[u8] = &[];
    for label in labels.split(|&byte| byte == b'.') {
        check_label(label)?;
        last = label;
    }
    // RFC 1123 section 2.1: the highest-level label is never numeric, so a dotted quad is
    // never a name.
    if last.iter().all(u8::is_ascii_digit) {
        return Err(DnsDefect::Numeric);
    }
    Ok(())
}

fn check_label(label: &[u8]) -> Result<(), DnsDefect> {
    if label.is_empty() {
        return Err(DnsDefect::EmptyLabel);
    }
    if label.len() > LABEL_MAX {
        return Err(DnsDefect::LongLabel);
    }
    for byte in label {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => {}
            b'*' => return Err(DnsDefect::Wildcard),
            b'_' => return Err(DnsDefect::Underscore),
            _ => return Err(DnsDefect::Character),
        }
    }
    if label.starts_with(b"-") || label.ends_with(b"-") {
        return Err(DnsDefect::OuterHyphen);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn accepted(name: &str) -> Result<(), DnsDefect> {
        check(name.as_bytes(), Wildcard::Accepted)
    }

    #[test]
    fn accepts_host_names() {
        let longest = format!(
            "{}.com",
            ["a".repeat(62).as_str(); 4].join(".").split_at(249).0
        );
        for name in [
            "localhost",
            "test.domain.com",
            "WWW.Example.COM",
            "xn--mnchen-3ya.de",
            "3com.com",
            "1.2.3.4a",
            "*.example.com",
            "*.com",
            &"a".repeat(63),
            &longest,
        ] {
            assert_eq!(accepted(name), Ok(()), "{name}");
        }
        assert_eq!(longest.len(), 253);
    }

    #[test]
    fn names_what_is_wrong() {
        for (name, defect) in [
            ("", DnsDefect::Empty),
            (".", DnsDefect::EmptyLabel),
            ("a..b", DnsDefect::EmptyLabel),
            (".a", DnsDefect::EmptyLabel),
            ("a.", DnsDefect::TrailingDot),
            ("*.a.", DnsDefect::TrailingDot),
            ("*.", DnsDefect::EmptyLabel),
            ("*", DnsDefect::Wildcard),
            ("a.*.com", DnsDefect::Wildcard),
            ("w*.com", DnsDefect::Wildcard),
            ("*.*.com", DnsDefect::Wildcard),
            ("-a.com", DnsDefect::OuterHyphen),
            ("a-.com", DnsDefect::OuterHyphen),
            ("_dmarc.com", DnsDefect::Underscore),
            ("münchen.de", DnsDefect::NotAscii),
            ("a b.com", DnsDefect::Character),
            ("a.com\0.b.com", DnsDefect::Character),
            ("a@b.com", DnsDefect::Character),
            ("10.0.0.1", DnsDefect::Numeric),
            ("a.1", DnsDefect::Numeric),
            (&"a".repeat(64), DnsDefect::LongLabel),
            (&"a.".repeat(127), DnsDefect::TooLong),
        ] {
            assert_eq!(accepted(name), Err(defect), "{name}");
        }
        assert_eq!(
            check(b"*.a.com", Wildcard::Refused),
            Err(DnsDefect::Wildcard)
        );
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(name in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = check(&name, Wildcard::Accepted);
        }

        #[test]
        fn generated_names_pass(name in "(\\*\\.)?([a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?\\.){0,4}[a-z]{2,9}") {
            prop_assert_eq!(accepted(&name), Ok(()));
        }

        #[test]
        fn what_passes_is_ldh(name in "[a-z0-9.*_-]{0,12}") {
            if accepted(&name).is_ok() {
                let rest = name.strip_prefix("*.").unwrap_or(&name);
                prop_assert!(rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.'));
                prop_assert!(rest.parse::<std::net::Ipv4Addr>().is_err());
            }
        }
    }
}
