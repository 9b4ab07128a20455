//! The syntax of URIs in certificates.

use super::dns::{self, DnsDefect, Wildcard};
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Why a text is not an absolute URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UriDefect {
    NotAscii,
    Relative,
    NothingAfterScheme,
    Character,
    Escape,
    NoHost,
    Port,
    Address,
    Host(DnsDefect),
}

impl fmt::Display for UriDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAscii => "write other characters than ASCII as percent escapes",
            Self::Relative => "it must be absolute and start with a scheme, like https:",
            Self::NothingAfterScheme => "there is nothing behind the scheme",
            Self::Character => "a character must be written as a percent escape",
            Self::Escape => "a percent sign must be followed by two hexadecimal digits",
            Self::NoHost => "there is no host behind the //",
            Self::Port => "the port is not a number",
            Self::Address => "the address in brackets is not an IPv6 address",
            Self::Host(defect) => return write!(f, "the host is not valid: {defect}"),
        })
    }
}

impl std::error::Error for UriDefect {}

/// Checks a URI that is not relative, has a scheme-specific part and, after `//`, a host that is a
/// DNS name or an IP address (RFC 5280 section 4.2.1.6; grammar of RFC 3986 appendix A).
pub(crate) fn check(uri: &[u8]) -> Result<(), UriDefect> {
    if !uri.is_ascii() {
        return Err(UriDefect::NotAscii);
    }
    let (scheme, rest) = split(uri, b':');
    let (true, Some(rest)) = (is_scheme(scheme), rest) else {
        return Err(UriDefect::Relative);
    };
    let (rest, fragment) = split(rest, b'#');
    let (hierarchy, query) = split(rest, b'?');
    if hierarchy.is_empty() {
        return Err(UriDefect::NothingAfterScheme);
    }
    let path = match hierarchy.strip_prefix(b"//") {
        Some(rest) => {
            let end = rest
                .iter()
                .position(|&byte| byte == b'/')
                .unwrap_or(rest.len());
            let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, &[]));
            check_authority(authority)?;
            path
        }
        None => hierarchy,
    };
    check_characters(path, b":@/")?;
    check_characters(query.unwrap_or_default(), b":@/?")?;
    check_characters(fragment.unwrap_or_default(), b":@/?")
}

/// Whether every character is one that URIs are made of (RFC 3986 section 2). What has others, a
/// backslash or a control character say, is read by one program so and by the next otherwise.
pub(crate) fn has_only_its_characters(text: &[u8]) -> bool {
    text.iter()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(byte))
}

/// The host of the authority, where there is one: what is left of `//user@host:port`. The rest of
/// the URI is not checked.
pub(crate) fn host(uri: &[u8]) -> Option<&[u8]> {
    if !has_only_its_characters(uri) {
        return None;
    }
    let (scheme, rest) = split(uri, b':');
    let authority = rest?.strip_prefix(b"//").filter(|_| is_scheme(scheme))?;
    let end = authority
        .iter()
        .position(|byte| b"/?#".contains(byte))
        .unwrap_or(authority.len());
    let authority = authority.get(..end)?;
    let host_and_port = match split(authority, b'@') {
        (_, Some(rest)) => rest,
        (all, None) => all,
    };
    let (host, port) = split(host_and_port, b':');
    port.unwrap_or_default()
        .iter()
        .all(u8::is_ascii_digit)
        .then_some(host)
}

/// Whether two texts are one URI: scheme and host are compared by ASCII case, all else exactly (RFC 5280
/// section 7.4). What has other characters than URIs have is none.
pub(crate) fn is_same(one: &[u8], other: &[u8]) -> bool {
    match (folded(one), folded(other)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

/// The URI with its scheme, host and port in lower case.
fn folded(uri: &[u8]) -> Option<Vec<u8>> {
    let (scheme, rest) = split(uri, b':');
    if !is_scheme(scheme) || !has_only_its_characters(uri) {
        return None;
    }
    let mut folded = scheme.to_ascii_lowercase();
    folded.push(b':');
    let rest = rest?;
    let exact = match rest.strip_prefix(b"//") {
        Some(behind) => {
            let end = behind.iter().position(|byte| b"/?#".contains(byte));
            let (authority, path) = behind.split_at_checked(end.unwrap_or(behind.len()))?;
            let host = authority.iter().position(|&byte| byte == b'@');
            let (user, host) = authority.split_at_checked(host.map_or(0, |at| at + 1))?;
            folded.extend_from_slice(b"//");
            folded.extend_from_slice(user);
            folded.extend(host.to_ascii_lowercase());
            path
        }
        None => rest,
    };
    folded.extend_from_slice(exact);
    Some(folded)
}

/// What is before and after the first `separator`.
fn split(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    let mut parts = text.splitn(2, |&byte| byte == separator);
    (parts.next().unwrap_or_default(), parts.next())
}

/// RFC 3986 section 3.1.
fn is_scheme(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_alphabetic)
        && text
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
}

/// RFC 3986 section 3.2: `[userinfo "@"] host [":" port]`.
fn check_authority(authority: &[u8]) -> Result<(), UriDefect> {
    let (first, rest) = split(authority, b'@');
    let host_and_port = match rest {
        Some(rest) => {
            check_characters(first, b":")?;
            rest
        }
        None => first,
    };
    let (host, port) = if let Some(bracketed) = host_and_port.strip_prefix(b"[") {
        let (address, rest) = split(bracketed, b']');
        parse::<Ipv6Addr>(address).ok_or(UriDefect::Address)?;
        match rest {
            Some([]) => return Ok(()),
            Some([b':', port @ ..]) => (None, Some(port)),
            Some(_) => return Err(UriDefect::Character),
            None => return Err(UriDefect::Address),
        }
    } else {
        let (host, port) = split(host_and_port, b':');
        (Some(host), port)
    };
    if !port.unwrap_or_default().iter().all(u8::is_ascii_digit) {
        return Err(UriDefect::Port);
    }
    match host {
        None => Ok(()),
        Some([]) => Err(UriDefect::NoHost),
        Some(host) if parse::<Ipv4Addr>(host).is_some() => Ok(()),
        Some(host) => dns::check(host, Wildcard::Refused).map_err(UriDefect::Host),
    }
}

fn parse<T: std::str::FromStr>(text: &[u8]) -> Option<T> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Unreserved characters, percent escapes, sub-delimiters and those in `others` (RFC 3986 section
/// 2).
fn check_characters(text: &[u8], others: &[u8]) -> Result<(), UriDefect> {
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let mut digit = || bytes.next().is_some_and(u8::is_ascii_hexdigit);
                if !(digit() && digit()) {
                    return Err(UriDefect::Escape);
                }
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => {}
            byte if b"-._~!$&'()*+,;=".contains(byte) || others.contains(byte) => {}
            _ => return Err(UriDefect::Character),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accepts_absolute_uris() {
        for uri in [
            "http://example.com",
            "https://user:pw@example.com:8443/a/b;c=1?q=%20&r=/?#frag?/",
            "https://10.0.0.1:443",
            "https://[2001:db8::1]:443/",
            "https://[::1]",
            "http://example.com:",
            "http://example.com?q",
            "ldap://ldap.example.com/cn=x,dc=y?certificate",
            "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            "mailto:abc@example.com",
            "spiffe://example.org/ns/default/sa/x",
            "a+b-c.9:x",
        ] {
            assert_eq!(check(uri.as_bytes()), Ok(()), "{uri}");
        }
    }

    #[test]
    fn names_what_is_wrong() {
        for (uri, defect) in [
            ("", UriDefect::Relative),
            ("/a/b", UriDefect::Relative),
            ("//example.com", UriDefect::Relative),
            ("example.com", UriDefect::Relative),
            ("1a:b", UriDefect::Relative),
            (":b", UriDefect::Relative),
            ("a/b:c", UriDefect::Relative),
            ("http:", UriDefect::NothingAfterScheme),
            ("http:#a", UriDefect::NothingAfterScheme),
            ("http://", UriDefect::NoHost),
            ("file:///etc/passwd", UriDefect::NoHost),
            ("http://user@", UriDefect::NoHost),
            ("http://:80", UriDefect::NoHost),
            ("http://a.com:x", UriDefect::Port),
            ("http://[::1]:x", UriDefect::Port),
            ("http://[::1", UriDefect::Address),
            ("http://[1.2.3.4]", UriDefect::Address),
            ("http://[fe80::1%25eth0]", UriDefect::Address),
            ("http://[::1]a", UriDefect::Character),
            ("http://a_b.com", UriDefect::Host(DnsDefect::Underscore)),
            ("http://*.a.com", UriDefect::Host(DnsDefect::Wildcard)),
            ("http://1.2.3.4.5", UriDefect::Host(DnsDefect::Numeric)),
            ("http://a@b@c.com", UriDefect::Host(DnsDefect::Character)),
            ("http://a.com/ ", UriDefect::Character),
            ("http://a.com/<x>", UriDefect::Character),
            ("http://a.com/\\", UriDefect::Character),
            ("http://a.com/[", UriDefect::Character),
            ("http://a.com/#a#b", UriDefect::Character),
            ("http://a.com/\0", UriDefect::Character),
            ("http://a.com/\x7f", UriDefect::Character),
            ("http://a.com/%2", UriDefect::Escape),
            ("http://a.com/%g0", UriDefect::Escape),
            ("http://a.com/ü", UriDefect::NotAscii),
        ] {
            assert_eq!(check(uri.as_bytes()), Err(defect), "{uri}");
        }
    }

    #[test]
    fn a_host_is_clear_or_none() {
        assert_eq!(host(b"https://u:p@a.com:8443/x"), Some(&b"a.com"[..]));
        for uri in [
            "https://evil.org\\@a.com/",
            "https://evil.org\t@a.com",
            "https://a.com/\x7f",
            "https://a.com/ ",
            "https://\u{fc}@a.com",
        ] {
            assert_eq!(host(uri.as_bytes()), None, "{uri}");
        }
    }

    #[test]
    fn uris_are_compared() {
        for (one, other, same) in [
            ("spiffe://example.org/a", "SPIFFE://Example.ORG/a", true),
            ("spiffe://example.org/a", "spiffe://example.org/A", false),
            ("spiffe://example.org/a", "spiffe://example.org/a/", false),
            ("https://U@a.com:1?Q#F", "https://U@A.com:1?Q#F", true),
            ("https://U@a.com", "https://u@a.com", false),
            ("https://a.com?Q", "https://a.com?q", false),
            ("urn:a:B", "URN:a:B", true),
            ("urn:a:B", "urn:a:b", false),
            ("example.com", "example.com", false),
            ("", "", false),
            ("http://a.com/\\", "http://a.com/\\", false),
        ] {
            assert_eq!(
                is_same(one.as_bytes(), other.as_bytes()),
                same,
                "{one} {other}"
            );
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(uri in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = check(&uri);
            let _ = is_same(&uri, &uri);
        }

        #[test]
        fn near_misses_never_panic(uri in "http:(//)?[a-z0-9@:/?#%.\\[\\]]{0,30}") {
            let _ = check(uri.as_bytes());
        }

        #[test]
        fn what_passes_has_no_forbidden_character(uri in "http://a.com/[ -\u{7f}]{0,8}") {
            if check(uri.as_bytes()).is_ok() {
                let forbidden = [' ', '<', '>', '"', '{', '}', '|', '\\', '^', '`', '\u{7f}'];
                prop_assert!(!uri.contains(forbidden) && has_only_its_characters(uri.as_bytes()));
            }
        }
    }
}
