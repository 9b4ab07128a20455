//! Writing the extension from text.

use super::alternatives::SubjectAlternatives;
use super::dns::{self, DnsDefect, Wildcard};
use super::email::{self, EmailDefect};
use super::extension::without_duplicates;
use super::general_name::tag;
use super::uri::{self, UriDefect};
use super::{ENTRIES_MAX, octets};
use crate::x509::der::element::Elements;
use crate::x509::der::write::{SEQUENCE, element, push};
use std::fmt;
use std::net::IpAddr;

/// Why names cannot be encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AlternativesDefect {
    /// How many there are.
    TooMany(usize),
    Name {
        /// As it was written.
        name: String,
        defect: TextDefect,
    },
}

/// Why a text is not a name of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextDefect {
    Dns(DnsDefect),
    Email(EmailDefect),
    /// The standard library does not say why.
    Ip,
    Uri(UriDefect),
}

impl fmt::Display for TextDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(defect) => write!(f, "{defect}"),
            Self::Email(defect) => write!(f, "{defect}"),
            Self::Ip => {
                f.write_str("accepted are single IPv4 and IPv6 addresses, without network or zone")
            }
            Self::Uri(defect) => write!(f, "{defect}"),
        }
    }
}

impl std::error::Error for TextDefect {}

impl SubjectAlternatives {
    /// The DER of the extension value, a SEQUENCE of GeneralName in the order dns, email, ip, uri;
    /// `None` if there are no names.
    pub(crate) fn encode(&self) -> Result<Option<Vec<u8>>, AlternativesDefect> {
        let Self {
            dns,
            email,
            ip,
            uri,
        } = self;
        match self.len() {
            0 => return Ok(None),
            entries if entries > ENTRIES_MAX => return Err(AlternativesDefect::TooMany(entries)),
            _ => {}
        }
        let mut content = Vec::new();
        add(&mut content, tag::DNS, dns, |name| {
            dns::check(name.as_bytes(), Wildcard::Accepted).map_err(TextDefect::Dns)?;
            Ok(name.into())
        })?;
        add(&mut content, tag::EMAIL, email, |address| {
            email::check(address.as_bytes()).map_err(TextDefect::Email)?;
            Ok(address.into())
        })?;
        add(&mut content, tag::IP, ip, |address| {
            let address: IpAddr = address.parse().map_err(|_| TextDefect::Ip)?;
            Ok(octets(address))
        })?;
        add(&mut content, tag::URI, uri, |uri| {
            uri::check(uri.as_bytes()).map_err(TextDefect::Uri)?;
            Ok(uri.into())
        })?;
        let list: Vec<_> = Elements::of(&content).flatten().collect();
        Ok(Some(element(SEQUENCE, &without_duplicates(&list))))
    }
}

/// Appends the names of one kind. `read` checks a name and gives what is encoded.
fn add(
    content: &mut Vec<u8>,
    tag: u8,
    names: &[String],
    read: impl Fn(&str) -> Result<Vec<u8>, TextDefect>,
) -> Result<(), AlternativesDefect> {
    for name in names {
        let octets = read(name.trim()).map_err(|defect| AlternativesDefect::Name {
            name: name.clone(),
            defect,
        })?;
        push(content, tag, &octets);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::san::extension::from_extension;
    use der::Encode;
    use der::asn1::{Ia5String, OctetString};
    use x509_cert::ext::pkix::SubjectAltName;
    use x509_cert::ext::pkix::name::GeneralName;

    #[test]
    fn encodes_as_the_x509_cert_crate_does() {
        let names = SubjectAlternatives::new()
            .with_uri("http://example.com")
            .with_ip("10.225.34.223")
            .with_ip("2001:db8::1")
            .with_email("abc@example.com")
            .with_dns("*.example.com");
        let ia5 = |text: &str| Ia5String::new(text).unwrap();
        let v6: std::net::Ipv6Addr = "2001:db8::1".parse().unwrap();
        let expected = SubjectAltName(vec![
            GeneralName::DnsName(ia5("*.example.com")),
            GeneralName::Rfc822Name(ia5("abc@example.com")),
            GeneralName::IpAddress(OctetString::new([10, 225, 34, 223]).unwrap()),
            GeneralName::IpAddress(OctetString::new(v6.octets()).unwrap()),
            GeneralName::UniformResourceIdentifier(ia5("http://example.com")),
        ]);
        let value = names.encode().unwrap().unwrap();
        assert_eq!(value, expected.to_der().unwrap());
    }

    #[test]
    fn no_names_are_no_extension() {
        assert_eq!(SubjectAlternatives::new().encode(), Ok(None));
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
        let read = from_extension(&names.encode().unwrap().unwrap()).unwrap();
        assert_eq!(read.dns, ["A.com"]);
        assert_eq!(read.email, ["a@B.com", "A@b.com"]);
        assert_eq!(read.ip, ["::1"]);
        assert_eq!(read.uri, ["urn:a"]);
    }

    #[test]
    fn the_number_of_entries_is_limited() {
        let mut names = SubjectAlternatives::new();
        names.dns = vec!["a.com".to_owned(); ENTRIES_MAX];
        assert!(names.encode().is_ok());
        let defect = names.with_ip("::1").encode();
        assert_eq!(defect, Err(AlternativesDefect::TooMany(ENTRIES_MAX + 1)));
    }
}
