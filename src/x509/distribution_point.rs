//! Where CRLs are: cRLDistributionPoints of certificates (RFC 5280 section 4.2.1.13) and
//! issuingDistributionPoint of CRLs (section 5.2.5).

use super::der::element::{Elements, Tlv};
use super::der::write::{SEQUENCE, SET, nest, push};
use super::name::key::NameKey;
use super::san::general_name::GeneralName;
use der::{Decode, Tag, TagNumber};

/// A set of reasons for revocation: the bit of each is its number in CRLReason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reasons(u16);

impl Reasons {
    pub(crate) const NONE: Self = Self(0);
    /// The eight of ReasonFlags.
    pub(crate) const ALL: Self = Self(0x1fe);

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it has one that `other` has not.
    pub(crate) fn adds_to(self, other: Self) -> bool {
        self.0 & !other.0 != 0
    }

    /// The content of a BIT STRING.
    fn read(content: &[u8]) -> Option<Self> {
        let (unused, octets) = content.split_first()?;
        if *unused > 7 || octets.is_empty() && *unused > 0 {
            return None;
        }
        let is_set = |bit: &usize| {
            let octet = octets.get(bit / 8).copied().unwrap_or(0);
            octet & (0x80 >> (bit % 8)) != 0
        };
        let bits = (0..9).filter(is_set).fold(0, |bits, bit| bits | 1 << bit);
        Some(Self(bits & Self::ALL.0))
    }
}

/// A name in a form that compares: the same name, the same value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PointName<'a> {
    Directory(NameKey),
    /// Any other GeneralName, compared by its encoding.
    Other(&'a [u8]),
}

/// A DistributionPointName.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NamedPoint<'a> {
    Full(Vec<PointName<'a>>),
    /// Content of the RelativeDistinguishedName.
    Relative(&'a [u8]),
}

/// A DistributionPoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DistributionPoint<'a> {
    pub(crate) point: Option<NamedPoint<'a>>,
    pub(crate) reasons: Reasons,
    /// The DER of the issuer's Name, where the CRL's issuer is not the certificate's.
    pub(crate) crl_issuer: Option<&'a [u8]>,
}

/// An IssuingDistributionPoint.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "its fields are")]
pub(crate) struct IssuingDistributionPoint<'a> {
    pub(crate) point: Option<NamedPoint<'a>>,
    pub(crate) only_user_certificates: bool,
    pub(crate) only_ca_certificates: bool,
    pub(crate) only_attribute_certificates: bool,
    pub(crate) reasons: Reasons,
    pub(crate) is_indirect: bool,
}

/// Reads a CRLDistributionPoints.
pub(crate) fn read_points(der: &[u8]) -> Option<Vec<DistributionPoint<'_>>> {
    let list = Elements::of_sequence(der).ok()?;
    if list.is_empty() {
        return None;
    }
    list.map(|point| DistributionPoint::read(point.ok()?))
        .collect()
}

const fn context(number: u32, constructed: bool) -> Tag {
    Tag::ContextSpecific {
        constructed,
        number: TagNumber(number),
    }
}

impl<'a> DistributionPoint<'a> {
    fn read(element: Tlv<'a>) -> Option<Self> {
        let mut fields = element.open(Tag::Sequence).ok()?;
        let point = fields.optional(context(0, true)).ok()?;
        let reasons = fields.optional(context(1, false)).ok()?;
        let issuer = fields.optional(context(2, true)).ok()?;
        fields.finish().ok()?;
        let point = match point {
            Some(point) => Some(NamedPoint::read(point.value)?),
            None => None,
        };
        let crl_issuer = match issuer {
            // "The CRL issuer's distinguished name": other forms name nothing that a CRL has.
            Some(names) => Some(directory_name(names.value)?),
            None => None,
        };
        if point.is_none() && crl_issuer.is_none() {
            return None;
        }
        Some(Self {
            point,
            reasons: match reasons {
                Some(reasons) => Reasons::read(reasons.value)?,
                None => Reasons::ALL,
            },
            crl_issuer,
        })
    }
}

impl<'a> IssuingDistributionPoint<'a> {
    pub(crate) fn read(der: &'a [u8]) -> Option<Self> {
        let mut fields = Elements::of_sequence(der).ok()?;
        let point = match fields.optional(context(0, true)).ok()? {
            Some(point) => Some(NamedPoint::read(point.value)?),
            None => None,
        };
        let only_user_certificates = flag(&mut fields, 1)?;
        let only_ca_certificates = flag(&mut fields, 2)?;
        let reasons = match fields.optional(context(3, false)).ok()? {
            Some(reasons) => Reasons::read(reasons.value)?,
            None => Reasons::ALL,
        };
        let is_indirect = flag(&mut fields, 4)?;
        let only_attribute_certificates = flag(&mut fields, 5)?;
        fields.finish().ok()?;
        Some(Self {
            point,
            only_user_certificates,
            only_ca_certificates,
            only_attribute_certificates,
            reasons,
            is_indirect,
        })
    }
}

/// A BOOLEAN that is false where it is absent.
fn flag(fields: &mut Elements<'_>, number: u32) -> Option<bool> {
    match fields.optional(context(number, false)).ok()? {
        None => Some(false),
        Some(flag) => match flag.value {
            [0] => Some(false),
            [0xff] => Some(true),
            _ => None,
        },
    }
}

impl<'a> NamedPoint<'a> {
    /// The content of the tag around a DistributionPointName.
    fn read(content: &'a [u8]) -> Option<Self> {
        let mut outer = Elements::of(content);
        let name = outer.any().ok()?;
        outer.finish().ok()?;
        if name.tag == context(1, true) {
            return Some(Self::Relative(name.value));
        }
        if name.tag != context(0, true) {
            return None;
        }
        let names = Elements::of(name.value).map(|name| point_name(name.ok()?));
        names.collect::<Option<Vec<_>>>().map(Self::Full)
    }

    /// The names that it stands for. A relative one is below the name of `issuer`, given as DER.
    pub(crate) fn names(&self, issuer: &[u8]) -> Vec<PointName<'a>> {
        match self {
            Self::Full(names) => names.clone(),
            Self::Relative(rdn) => below(issuer, rdn).into_iter().collect(),
        }
    }
}

fn point_name(name: Tlv<'_>) -> Option<PointName<'_>> {
    Some(match GeneralName::of(name)? {
        GeneralName::Directory(der) => PointName::Directory(NameKey::of(der).ok()?),
        _ => PointName::Other(name.raw),
    })
}

/// The name of one RDN below another name.
fn below(issuer: &[u8], rdn: &[u8]) -> Option<PointName<'static>> {
    let issuer = Tlv::from_sequence(issuer)?;
    let mut name = Vec::with_capacity(issuer.len() + rdn.len() + 16);
    nest(&mut name, SEQUENCE, |name| {
        name.extend_from_slice(issuer);
        push(name, SET, rdn);
    });
    NameKey::of(&name).ok().map(PointName::Directory)
}

impl<'a> Tlv<'a> {
    /// The content of a SEQUENCE.
    fn from_sequence(der: &'a [u8]) -> Option<&'a [u8]> {
        let mut outer = Elements::of(der);
        outer.expect(Tag::Sequence).ok().map(|outer| outer.value)
    }
}

/// The only directoryName of GeneralNames, as the DER of its Name.
pub(crate) fn directory_name(names: &[u8]) -> Option<&[u8]> {
    let mut found = None;
    for name in Elements::of(names) {
        if let GeneralName::Directory(der) = GeneralName::of(name.ok()?)?
            && found.replace(der).is_some()
        {
            return None;
        }
    }
    found
}

/// The CRL number, or that of a delta's base: the magnitude, without leading zeros.
pub(crate) fn number(der: &[u8]) -> Option<&[u8]> {
    let mut value = Elements::of(der);
    let content = value.expect(Tag::Integer).ok()?.value;
    value.finish().ok()?;
    match content {
        [first, ..] if first & 0x80 != 0 => None,
        [0, rest @ ..] => Some(rest),
        [_, ..] => Some(content),
        [] => None,
    }
}

/// A CRLReason; its number.
pub(crate) fn reason(der: &[u8]) -> Option<u8> {
    let value = der::asn1::AnyRef::from_der(der).ok()?;
    match value.value() {
        [number @ (0..=6 | 8..=10)] if der::Tagged::tag(&value) == Tag::Enumerated => Some(*number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::der::write::element;
    use proptest::prelude::*;

    #[test]
    fn reasons() {
        let read = |content: &[u8]| Reasons::read(content);
        assert_eq!(read(&[6, 0x40]), Some(Reasons(1 << 1)));
        assert_eq!(read(&[7, 0x80, 0x80]), Some(Reasons(1 << 8)));
        assert_eq!(read(&[0]), Some(Reasons::NONE));
        assert_eq!((read(&[]), read(&[8, 0]), read(&[1])), (None, None, None));
        assert!(Reasons::ALL.adds_to(Reasons(2)) && !Reasons(2).adds_to(Reasons::ALL));
    }

    #[test]
    fn numbers_and_reasons_of_entries() {
        assert_eq!(number(&[2, 1, 5]), Some(&[5][..]));
        assert_eq!(number(&[2, 2, 0, 0x80]), Some(&[0x80][..]));
        assert_eq!(number(&[2, 1, 0]), Some(&[][..]));
        assert_eq!(
            (number(&[2, 1, 0x80]), number(&[2, 0]), number(&[5, 0])),
            (None, None, None)
        );
        assert_eq!(
            (reason(&[10, 1, 6]), reason(&[10, 1, 7]), reason(&[2, 1, 6])),
            (Some(6), None, None)
        );
    }

    #[test]
    fn a_relative_name_is_below_its_issuer() {
        use crate::x509::name::tests::{CN, name};
        let issuer = name(&[&[("2.5.4.10", 0x0c, b"org")]]);
        let whole = name(&[&[("2.5.4.10", 0x0c, b"ORG")], &[(CN, 0x0c, b"crl")]]);
        let alone = name(&[&[(CN, 0x0c, b"crl")]]);
        let rdn = Elements::of_sequence(&alone).unwrap().any().unwrap().value;
        let relative = NamedPoint::Relative(rdn).names(&issuer);
        let full = element(0xa0, &element(0xa0, &element(0xa4, &whole)));
        let point = element(SEQUENCE, &element(SEQUENCE, &full));
        let points = read_points(&point).unwrap();
        assert_eq!(points[0].point.as_ref().unwrap().names(&[]), relative);
        assert_eq!(points[0].reasons, Reasons::ALL);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(content in prop::collection::vec(any::<u8>(), 0..60)) {
            let der = element(SEQUENCE, &element(SEQUENCE, &content));
            let _ = (read_points(&der), read_points(&content), IssuingDistributionPoint::read(&der));
            let _ = IssuingDistributionPoint::read(&element(SEQUENCE, &content));
            let _ = (number(&content), reason(&content), directory_name(&content));
        }
    }
}
