//! The subject alternative names that a request asks for: `subject_alternatives`.

use crate::base::error::quoted;
use crate::x509::der::element::Elements;
use crate::x509::der::write::{SEQUENCE, element, push};
use crate::x509::san::dns::Wildcard;
use crate::x509::san::extension::without_duplicates;
use crate::x509::san::{dns, email, uri};
use crate::{Error, ErrorCode};
use std::fmt;
use std::net::IpAddr;

/// The most alternative names of one certificate or request.
pub(crate) const ENTRIES_MAX: usize = 1000;

/// The tags of the four kinds of GeneralName that are offered (RFC 5280 section 4.2.1.6).
pub(crate) mod tag {
    pub(crate) const EMAIL: u8 = 0x81;
    pub(crate) const DNS: u8 = 0x82;
    pub(crate) const URI: u8 = 0x86;
    pub(crate) const IP: u8 = 0x87;
}

/// The names beside the common name that a certificate is good for.
///
/// At most 1,000 in all. Repeated names collapse, spaces around a name do not count.
///
/// * `dns`: letters, digits and hyphens, labels of 1 to 63 and names of at most 253 characters. A
///   wildcard may only be the whole left-most label. Internationalized names are given in their
///   A-label form (`xn--…`).
/// * `email`: an address like `abc@example.com`, ASCII.
/// * `ip`: an IPv4 or IPv6 address, no network and no zone.
/// * `uri`: absolute; after `//` the host is a DNS name or an IP address.
///
/// ```
/// use certwright::SubjectAlternatives;
///
/// let names = SubjectAlternatives::new()
///     .with_dns("*.example.com")
///     .with_email("abc@example.com")
///     .with_ip("10.225.34.223")
///     .with_uri("http://example.com");
/// assert!(!names.is_empty());
/// assert_eq!(names.dns, ["*.example.com"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
#[non_exhaustive]
pub struct SubjectAlternatives {
    /// Host names.
    #[cfg_attr(
        feature = "serde",
        serde(
            deserialize_with = "crate::base::null::or_default",
            skip_serializing_if = "Vec::is_empty"
        )
    )]
    pub dns: Vec<String>,
    /// E-mail addresses.
    #[cfg_attr(
        feature = "serde",
        serde(
            deserialize_with = "crate::base::null::or_default",
            skip_serializing_if = "Vec::is_empty"
        )
    )]
    pub email: Vec<String>,
    /// IP addresses.
    #[cfg_attr(
        feature = "serde",
        serde(
            deserialize_with = "crate::base::null::or_default",
            skip_serializing_if = "Vec::is_empty"
        )
    )]
    pub ip: Vec<String>,
    /// Absolute URIs.
    #[cfg_attr(
        feature = "serde",
        serde(
            deserialize_with = "crate::base::null::or_default",
            skip_serializing_if = "Vec::is_empty"
        )
    )]
    pub uri: Vec<String>,
}

impl SubjectAlternatives {
    /// No names yet.
    ///
    /// ```
    /// assert!(certwright::SubjectAlternatives::new().is_empty());
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a host name.
    ///
    /// ```
    /// let names = certwright::SubjectAlternatives::new().with_dns("test.domain.com");
    /// assert_eq!(names.dns, ["test.domain.com"]);
    /// ```
    #[must_use]
    pub fn with_dns(mut self, name: impl Into<String>) -> Self {
        self.dns.push(name.into());
        self
    }

    /// Adds an e-mail address.
    ///
    /// ```
    /// let names = certwright::SubjectAlternatives::new().with_email("abc@example.com");
    /// assert_eq!(names.email, ["abc@example.com"]);
    /// ```
    #[must_use]
    pub fn with_email(mut self, address: impl Into<String>) -> Self {
        self.email.push(address.into());
        self
    }

    /// Adds an IP address.
    ///
    /// ```
    /// let names = certwright::SubjectAlternatives::new().with_ip("2001:db8::1");
    /// assert_eq!(names.ip, ["2001:db8::1"]);
    /// ```
    #[must_use]
    pub fn with_ip(mut self, address: impl Into<String>) -> Self {
        self.ip.push(address.into());
        self
    }

    /// Adds a URI.
    ///
    /// ```
    /// let names = certwright::SubjectAlternatives::new().with_uri("http://example.com");
    /// assert_eq!(names.uri, ["http://example.com"]);
    /// ```
    #[must_use]
    pub fn with_uri(mut self, uri: impl Into<String>) -> Self {
        self.uri.push(uri.into());
        self
    }

    /// Whether there is no name of any kind.
    ///
    /// ```
    /// use certwright::SubjectAlternatives;
    ///
    /// assert!(!SubjectAlternatives::new().with_dns("localhost").is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn len(&self) -> usize {
        let Self {
            dns,
            email,
            ip,
            uri,
        } = self;
        [dns, email, ip, uri].iter().map(|names| names.len()).sum()
    }

    /// The DER of the extension value, a SEQUENCE of GeneralName in the order dns, email, ip, uri;
    /// `None` if there are no names. A name that is not valid has `code`.
    pub(crate) fn encode(&self, code: ErrorCode) -> Result<Option<Vec<u8>>, Error> {
        let Self {
            dns,
            email,
            ip,
            uri,
        } = self;
        let entries = self.len();
        if entries == 0 {
            return Ok(None);
        }
        if entries > ENTRIES_MAX {
            let message =
                format!("{entries} alternative names; accepted are at most {ENTRIES_MAX}");
            return Err(Error::over_limit(message).with_target("subject_alternatives"));
        }
        let mut names = Encoder {
            code,
            content: Vec::new(),
        };
        names.add(dns, &DNS, |name| {
            dns::check(name.as_bytes(), Wildcard::Accepted)?;
            Ok(name.into())
        })?;
        names.add(email, &EMAIL, |address| {
            email::check(address.as_bytes())?;
            Ok(address.into())
        })?;
        names.add(ip, &IP, |address| Ok(octets(address).ok_or(NotAnAddress)?))?;
        names.add(uri, &URI, |uri| {
            uri::check(uri.as_bytes())?;
            Ok(uri.into())
        })?;
        let list: Vec<_> = Elements::of(&names.content).flatten().collect();
        Ok(Some(element(SEQUENCE, &without_duplicates(&list))))
    }
}

/// How one kind of name is encoded and spoken of.
struct Kind {
    tag: u8,
    target: &'static str,
    noun: &'static str,
}

const DNS: Kind = Kind {
    tag: tag::DNS,
    target: "subject_alternatives.dns",
    noun: "a DNS name",
};
const EMAIL: Kind = Kind {
    tag: tag::EMAIL,
    target: "subject_alternatives.email",
    noun: "an e-mail address",
};
const IP: Kind = Kind {
    tag: tag::IP,
    target: "subject_alternatives.ip",
    noun: "an IP address",
};
const URI: Kind = Kind {
    tag: tag::URI,
    target: "subject_alternatives.uri",
    noun: "an absolute URI",
};

struct Encoder {
    code: ErrorCode,
    content: Vec<u8>,
}

impl Encoder {
    /// Appends the names of one kind. `read` checks a name and gives what is encoded.
    fn add(
        &mut self,
        names: &[String],
        kind: &Kind,
        read: impl Fn(&str) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>>,
    ) -> Result<(), Error> {
        for name in names {
            let content = read(name.trim()).map_err(|defect| {
                let message = format!("\"{}\" is not {}: {defect}", quoted(name), kind.noun);
                Error::new(self.code, message)
                    .with_target(kind.target)
                    .with_argument("value", name)
                    .with_source(defect)
            })?;
            push(&mut self.content, kind.tag, &content);
        }
        Ok(())
    }
}

/// Why a text is not an IP address; the standard library does not say.
#[derive(Debug)]
struct NotAnAddress;

impl fmt::Display for NotAnAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("accepted are single IPv4 and IPv6 addresses, without network or zone")
    }
}

impl std::error::Error for NotAnAddress {}

fn octets(address: &str) -> Option<Vec<u8>> {
    Some(match address.parse().ok()? {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    })
}

/// The common name as the alternative name that it is, if it is an IP address or a DNS name. One
/// label is a DNS name too: clients that look at alternative names alone (RFC 9525 section 2)
/// would not accept a server called `localhost` otherwise.
pub(crate) fn of_common_name(common_name: &str) -> Option<SubjectAlternatives> {
    let name = common_name.trim();
    let names = SubjectAlternatives::new();
    if name.parse::<IpAddr>().is_ok() {
        Some(names.with_ip(name))
    } else if dns::check(name.as_bytes(), Wildcard::Accepted).is_ok() {
        Some(names.with_dns(name))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::san::extension::{for_issuance, from_extension};
    use der::Encode;
    use der::asn1::{Ia5String, OctetString};
    use proptest::prelude::*;
    use x509_cert::ext::pkix::SubjectAltName;
    use x509_cert::ext::pkix::name::GeneralName;

    fn encode(names: &SubjectAlternatives) -> Result<Option<Vec<u8>>, Error> {
        names.encode(ErrorCode::CreateFailed)
    }

    fn sample() -> SubjectAlternatives {
        SubjectAlternatives::new()
            .with_uri("http://example.com")
            .with_ip("10.225.34.223")
            .with_ip("2001:db8::1")
            .with_email("abc@example.com")
            .with_dns("*.example.com")
    }

    #[test]
    fn encodes_as_the_x509_cert_crate_does() {
        let ia5 = |text: &str| Ia5String::new(text).unwrap();
        let v6: std::net::Ipv6Addr = "2001:db8::1".parse().unwrap();
        let expected = SubjectAltName(vec![
            GeneralName::DnsName(ia5("*.example.com")),
            GeneralName::Rfc822Name(ia5("abc@example.com")),
            GeneralName::IpAddress(OctetString::new([10, 225, 34, 223]).unwrap()),
            GeneralName::IpAddress(OctetString::new(v6.octets()).unwrap()),
            GeneralName::UniformResourceIdentifier(ia5("http://example.com")),
        ]);
        let value = encode(&sample()).unwrap().unwrap();
        assert_eq!(value, expected.to_der().unwrap());
        assert_eq!(for_issuance(&value), Ok(value.as_slice().into()));
    }

    #[test]
    fn no_names_are_no_extension() {
        assert_eq!(encode(&SubjectAlternatives::new()).unwrap(), None);
    }

    #[test]
    fn duplicates_collapse_and_the_first_spelling_stays() {
        let names = SubjectAlternatives::new()
            .with_dns("A.com")
            .with_dns(" a.COM")
            .with_email("a@B.com")
            .with_email("a@b.com")
            .with_email("A@b.com")
            .with_ip("::1")
            .with_ip("0:0::1")
            .with_uri("urn:a")
            .with_uri("urn:a");
        let read = from_extension(&encode(&names).unwrap().unwrap()).unwrap();
        assert_eq!(read.dns, ["A.com"]);
        assert_eq!(read.email, ["a@B.com", "A@b.com"]);
        assert_eq!(read.ip, ["::1"]);
        assert_eq!(read.uri, ["urn:a"]);
    }

    #[test]
    fn a_bad_name_has_the_callers_code_and_its_field() {
        let bad = [
            (
                SubjectAlternatives::new().with_dns("a_b"),
                "subject_alternatives.dns",
            ),
            (
                SubjectAlternatives::new().with_email("a"),
                "subject_alternatives.email",
            ),
            (
                SubjectAlternatives::new().with_ip("10.0.0.0/8"),
                "subject_alternatives.ip",
            ),
            (
                SubjectAlternatives::new().with_ip("fe80::1%1"),
                "subject_alternatives.ip",
            ),
            (
                SubjectAlternatives::new().with_ip("010.0.0.1"),
                "subject_alternatives.ip",
            ),
            (
                SubjectAlternatives::new().with_ip(""),
                "subject_alternatives.ip",
            ),
            (
                SubjectAlternatives::new().with_uri("a/b"),
                "subject_alternatives.uri",
            ),
        ];
        for (names, target) in bad {
            let error = names.encode(ErrorCode::CreateFailed).unwrap_err();
            assert_eq!(error.code(), ErrorCode::CreateFailed);
            assert_eq!(error.target(), Some(target));
        }
        let error = encode(&SubjectAlternatives::new().with_dns("münchen.de")).unwrap_err();
        assert_eq!(
            error.message(),
            "\"münchen.de\" is not a DNS name: write internationalized labels in their A-label form \
             (xn--…)"
        );
    }

    #[test]
    fn the_number_of_entries_is_limited() {
        let mut names = SubjectAlternatives::new();
        names.dns = vec!["a.com".to_owned(); ENTRIES_MAX];
        assert!(encode(&names).is_ok());
        let error = encode(&names.with_ip("::1")).unwrap_err();
        assert_eq!(error.code(), ErrorCode::OutOfMemory);
    }

    #[test]
    fn a_common_name_becomes_the_name_that_it_is() {
        let of = |cn: &str| of_common_name(cn);
        let new = SubjectAlternatives::new;
        assert_eq!(
            of(" test.domain.com "),
            Some(new().with_dns("test.domain.com"))
        );
        assert_eq!(of("*.a.com"), Some(new().with_dns("*.a.com")));
        assert_eq!(of("10.0.0.1"), Some(new().with_ip("10.0.0.1")));
        assert_eq!(of("::1"), Some(new().with_ip("::1")));
        assert_eq!(of("localhost"), Some(new().with_dns("localhost")));
        assert_eq!(of("ROOT"), Some(new().with_dns("ROOT")));
        assert_eq!(of("12345"), None);
        assert_eq!(of("ONTAP server 1"), None);
        assert_eq!(of("1.2.3.4.5"), None);
        assert_eq!(of(""), None);
    }

    #[cfg(feature = "serde")]
    #[test]
    fn reads_and_writes_the_body_of_the_api() {
        let read: SubjectAlternatives =
            serde_json::from_str(r#"{"dns":["a.com"],"email":null}"#).unwrap();
        assert_eq!(read, SubjectAlternatives::new().with_dns("a.com"));
        assert_eq!(
            serde_json::to_string(&read).unwrap(),
            r#"{"dns":["a.com"]}"#
        );
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
            if let Ok(Some(value)) = encode(&names) {
                prop_assert_eq!(for_issuance(&value), Ok(value.as_slice().into()));
            }
        }

        #[test]
        fn a_common_name_that_is_a_name_encodes(cn in "\\PC{0,20}|[a-z.*]{1,9}") {
            if let Some(names) = of_common_name(&cn) {
                prop_assert!(encode(&names).is_ok());
            }
        }
    }
}
