//! The form that RFC 5280 section 4.2.1.6 has for each kind of name.

use super::dns::{self, Wildcard};
use super::email;
use super::general_name::GeneralName;

/// What is wrong with the form of a name.
pub(crate) fn broken(name: &GeneralName<'_>) -> Option<&'static str> {
    match name {
        GeneralName::Dns(name) if dns::check(name, Wildcard::Accepted).is_err() => {
            Some("its subjectAltName has a dNSName that is not a host name")
        }
        GeneralName::Email(address) if email::check(address).is_err() => {
            Some("its subjectAltName has an rfc822Name that is not a mailbox")
        }
        GeneralName::Ip(octets) if !matches!(octets.len(), 4 | 16) => {
            Some("its subjectAltName has an iPAddress of a wrong length")
        }
        GeneralName::Uri(uri) if !(uri.is_ascii() && uri.contains(&b':')) => {
            Some("its subjectAltName has a URI that is not absolute")
        }
        _ => None,
    }
}
