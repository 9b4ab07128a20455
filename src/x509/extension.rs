//! The extensions of a certificate or a signing request (RFC 5280 section 4.2).

use super::der::element::Elements;
use super::der::oid::Oid;
use super::der::span::Span;
use super::der::write::{BOOLEAN, OCTET_STRING, OID, SEQUENCE, nest, push};
use const_oid::db::rfc5280 as oid;
use const_oid::{AssociatedOid, ObjectIdentifier};
use der::{Decode, DecodeOwned, Tag};
use std::borrow::Cow;

/// The extensions that are processed: any other that is critical makes a certificate unusable (RFC 5280
/// section 4.2).
pub(crate) const PROCESSED: [ObjectIdentifier; 10] = [
    oid::ID_CE_CRL_DISTRIBUTION_POINTS,
    oid::ID_CE_BASIC_CONSTRAINTS,
    oid::ID_CE_KEY_USAGE,
    oid::ID_CE_EXT_KEY_USAGE,
    oid::ID_CE_SUBJECT_ALT_NAME,
    oid::ID_CE_NAME_CONSTRAINTS,
    oid::ID_CE_CERTIFICATE_POLICIES,
    oid::ID_CE_POLICY_MAPPINGS,
    oid::ID_CE_POLICY_CONSTRAINTS,
    oid::ID_CE_INHIBIT_ANY_POLICY,
];

/// The most extensions that are read: certificates have some ten.
const MAX_EXTENSIONS: usize = 128;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Extension<'a> {
    pub(crate) oid: Oid<'a>,
    pub(crate) critical: bool,
    /// Content of `extnValue`: the DER of the extension's own type.
    pub(crate) value: &'a [u8],
}

/// Extensions in the order of the input, none of them twice.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extensions<'a> {
    /// DER of the list.
    der: &'a [u8],
    list: Cow<'a, [Place]>,
}

/// An extension by the places of its parts.
#[derive(Clone, Copy, Debug)]
struct Place {
    oid: Span,
    critical: bool,
    value: Span,
}

/// [`Extensions`] without the bytes that they were read from.
#[derive(Clone, Debug)]
pub(crate) struct ExtensionsLayout {
    der: Span,
    list: Box<[Place]>,
}

impl ExtensionsLayout {
    /// `whole` has the bytes that `extensions` were read from.
    pub(super) fn of(extensions: Extensions<'_>, whole: &[u8]) -> Self {
        let der = match extensions.der {
            [] => Span::of(&whole[..0], whole),
            der => Span::of(der, whole),
        };
        Self {
            der,
            list: extensions.list.into(),
        }
    }

    pub(super) fn view<'a>(&'a self, whole: &'a [u8]) -> Extensions<'a> {
        Extensions {
            der: self.der.within(whole),
            list: Cow::Borrowed(&self.list),
        }
    }
}

/// Why extensions are not readable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExtensionsError {
    Der(der::Error),
    /// RFC 5280 section 4.2: "MUST NOT include more than one instance".
    Twice,
    TooMany,
    /// RFC 5280 section 4.1: `SIZE (1..MAX)`.
    Empty,
}

impl From<der::Error> for ExtensionsError {
    fn from(error: der::Error) -> Self {
        Self::Der(error)
    }
}

impl<'a> Extensions<'a> {
    /// Reads the DER of `Extensions`.
    pub(crate) fn parse(der: &'a [u8]) -> Result<Self, ExtensionsError> {
        let mut found: Vec<Place> = Vec::with_capacity(10);
        for element in Elements::of_sequence(der)? {
            if found.len() == MAX_EXTENSIONS {
                return Err(ExtensionsError::TooMany);
            }
            let extension = extension(element?.open(Tag::Sequence)?)?;
            let oid = extension.oid.as_bytes();
            if found.iter().any(|known| known.oid.within(der) == oid) {
                return Err(ExtensionsError::Twice);
            }
            found.push(Place {
                oid: Span::of(oid, der),
                critical: extension.critical,
                value: Span::of(extension.value, der),
            });
        }
        if found.is_empty() {
            return Err(ExtensionsError::Empty);
        }
        Ok(Self {
            der,
            list: Cow::Owned(found),
        })
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Extension<'a>> {
        let der = self.der;
        self.list.iter().map(move |place| Extension {
            oid: Oid::known(place.oid.within(der)),
            critical: place.critical,
            value: place.value.within(der),
        })
    }

    pub(crate) fn find(&self, oid: ObjectIdentifier) -> Option<Extension<'a>> {
        self.iter().find(|extension| extension.oid == oid)
    }

    /// One that is critical and not [processed](PROCESSED), if there is one.
    pub(crate) fn unknown_critical(&self) -> Option<Oid<'a>> {
        self.iter()
            .find(|extension| {
                extension.critical && !PROCESSED.iter().any(|known| extension.oid == *known)
            })
            .map(|extension| extension.oid)
    }

    /// The extension of this type, decoded; `None` if there is none.
    pub(crate) fn get<T>(&self) -> Option<der::Result<T>>
    where
        T: AssociatedOid + DecodeOwned + for<'d> Decode<'d, Error = der::Error>,
    {
        self.find(T::OID)
            .map(|extension| T::from_der(extension.value))
    }
}

fn extension(mut fields: Elements<'_>) -> der::Result<Extension<'_>> {
    let oid = fields.oid()?;
    // `critical` is DEFAULT FALSE, so DER leaves FALSE out; many encoders do not.
    let critical = match fields.optional(Tag::Boolean)? {
        Some(flag) => bool::from_der(flag.raw)?,
        None => false,
    };
    let value = fields.expect(Tag::OctetString)?.value;
    fields.finish()?;
    Ok(Extension {
        oid,
        critical,
        value,
    })
}

/// Appends an `Extension` whose value is the DER `value`.
pub(crate) fn write(oid: ObjectIdentifier, critical: bool, value: &[u8], out: &mut Vec<u8>) {
    write_with(oid, critical, out, |out| out.extend_from_slice(value));
}

/// Appends an `Extension` whose value `write` appends.
pub(crate) fn write_with(
    oid: ObjectIdentifier,
    critical: bool,
    out: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>),
) {
    nest(out, SEQUENCE, |out| {
        push(out, OID, oid.as_bytes());
        if critical {
            push(out, BOOLEAN, &[0xff]);
        }
        nest(out, OCTET_STRING, write);
    });
}
