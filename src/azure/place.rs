//! Hosts, as the fields of a configuration name them (RFC 3986 section 3.2).

use std::net::Ipv6Addr;

/// The longest host name (RFC 1035 section 2.3.4).
const HOST_MAX: usize = 253;

/// A host, perhaps with a port, as it stands in a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HostPort {
    /// An IPv6 address is in brackets.
    pub(super) host: String,
    port: Option<u16>,
}

impl HostPort {
    /// Reads `host[:port]`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let after_bracket = text.find(']').unwrap_or(0);
        let (name, port) = match text[after_bracket..].rfind(':') {
            Some(at) => {
                let at = after_bracket + at;
                (&text[..at], Some(port(&text[at + 1..])?))
            }
            None => (text, None),
        };
        // Colons of an address without brackets cannot be told from that of a port.
        let host = host(name).filter(|host| host == name)?;
        Some(Self { host, port })
    }
}

impl std::fmt::Display for HostPort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.host)?;
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

/// Reads the address of a vault: `https://host[:port][/]`.
pub(super) fn vault(text: &str) -> Option<HostPort> {
    const SCHEME: &str = "https://";
    let (scheme, rest) = text.split_at_checked(SCHEME.len())?;
    if !scheme.eq_ignore_ascii_case(SCHEME) {
        return None;
    }
    HostPort::parse(rest.strip_suffix('/').unwrap_or(rest))
}

/// Reads a host alone: a name, or an address. An IPv6 address gets its brackets.
pub(super) fn host(text: &str) -> Option<String> {
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    if bare.unwrap_or(text).parse::<Ipv6Addr>().is_ok() {
        return Some(format!("[{}]", bare.unwrap_or(text)));
    }
    let is_label = |label: &str| {
        let is_in_label = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let has_outer_hyphen = label.starts_with('-') || label.ends_with('-');
        !label.is_empty() && !has_outer_hyphen && label.bytes().all(is_in_label)
    };
    let is_host = text.len() <= HOST_MAX && text.split('.').all(is_label);
    is_host.then(|| text.to_owned())
}

/// Reads a port: 1 to 65535.
pub(super) fn port(text: &str) -> Option<u16> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|port| is_number && *port != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hosts_and_ports() {
        for good in [
            "a",
            "a-b.example.com:1",
            "127.0.0.1:65535",
            "[::1]",
            "[::1]:8443",
        ] {
            assert_eq!(HostPort::parse(good).unwrap().to_string(), good);
            assert_eq!(vault(&format!("https://{good}/")), HostPort::parse(good));
            assert_eq!(vault(&format!("HTTPS://{good}")), HostPort::parse(good));
        }
        for bad in [
            "", ":1", "a:", "a:0", "a:65536", "a:+1", "a:1:2", "a b", "a/b", "a@b", "a..b", ".a",
            "a.", "a_b", "-a", "a-", "::1", "[::1", "::1]", "[::1]x", "[a]", "a\r\nb", "ä", "a?b",
            "a#b", "%61",
        ] {
            assert_eq!(HostPort::parse(bad), None, "{bad}");
            assert_eq!(vault(&format!("https://{bad}")), None, "{bad}");
        }
        for bad in [
            "",
            "a",
            "http://a",
            "https:/a",
            "https://a//",
            "https://a/b",
            "//a",
            "ähttps://a",
        ] {
            assert_eq!(vault(bad), None, "{bad}");
        }
        assert_eq!(host("::1").as_deref(), Some("[::1]"));
        assert_eq!(host("[::1]").as_deref(), Some("[::1]"));
        assert_eq!(host(&"a".repeat(254)), None);
    }

    proptest! {
        #[test]
        fn what_is_read_stands_in_a_url_as_it_was(text in r"\PC{0,20}|[a:.0-9\[\]/@-]{0,20}") {
            if let Some(read) = HostPort::parse(&text) {
                let port_without_zeros = read.to_string();
                prop_assert_eq!(HostPort::parse(&port_without_zeros), Some(read));
                prop_assert!(!port_without_zeros.contains(['/', '@', '?', '#', ' ', '%', '\\']));
            }
        }
    }
}
