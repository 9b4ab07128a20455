//! GeneralName (RFC 5280 section 4.2.1.6), as others' certificates have them.

use crate::x509::der::element::Tlv;
use std::fmt;

/// The tags of the four kinds that are offered.
pub(crate) mod tag {
    pub(crate) const EMAIL: u8 = 0x81;
    pub(crate) const DNS: u8 = 0x82;
    pub(crate) const URI: u8 = 0x86;
    pub(crate) const IP: u8 = 0x87;
}

/// A name of one of the kinds, borrowed; what it says is not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GeneralName<'a> {
    Dns(&'a [u8]),
    Email(&'a [u8]),
    Uri(&'a [u8]),
    /// 4 or 16 octets in a certificate, twice as many in a constraint.
    Ip(&'a [u8]),
    /// DER of the Name.
    Directory(&'a [u8]),
    Other(OtherKind),
}

/// The kinds of names that nothing is done with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OtherKind {
    OtherName,
    X400Address,
    EdiPartyName,
    RegisteredId,
}

impl OtherKind {
    /// The identifier of RFC 5280's ASN.1.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::OtherName => "otherName",
            Self::X400Address => "x400Address",
            Self::EdiPartyName => "ediPartyName",
            Self::RegisteredId => "registeredID",
        }
    }
}

impl<'a> GeneralName<'a> {
    /// `None` for a tag that is none of GeneralName's.
    pub(crate) fn of(element: Tlv<'a>) -> Option<Self> {
        Some(match *element.raw.first()? {
            0xA0 => Self::Other(OtherKind::OtherName),
            tag::EMAIL => Self::Email(element.value),
            tag::DNS => Self::Dns(element.value),
            0xA3 => Self::Other(OtherKind::X400Address),
            // Name is a CHOICE, so its tag is explicit (X.680 section 31.2.7).
            0xA4 => Self::Directory(element.value),
            0xA5 => Self::Other(OtherKind::EdiPartyName),
            tag::URI => Self::Uri(element.value),
            tag::IP => Self::Ip(element.value),
            0x88 => Self::Other(OtherKind::RegisteredId),
            _ => return None,
        })
    }
}

/// For messages: shows what there is, whether it is valid or not.
impl fmt::Display for GeneralName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(text) | Self::Email(text) | Self::Uri(text) => {
                f.write_str(&String::from_utf8_lossy(text))
            }
            Self::Ip(octets) => match (<[u8; 4]>::try_from(*octets), <[u8; 16]>::try_from(*octets))
            {
                (Ok(v4), _) => write!(f, "{}", std::net::Ipv4Addr::from(v4)),
                (_, Ok(v6)) => write!(f, "{}", std::net::Ipv6Addr::from(v6)),
                _ => f.write_str("an IP address of a wrong length"),
            },
            Self::Directory(der) => match crate::x509::name::NameRef::parse(der) {
                Ok(name) => write!(f, "{name}"),
                Err(_) => f.write_str("an unreadable directory name"),
            },
            Self::Other(kind) => f.write_str(kind.name()),
        }
    }
}
