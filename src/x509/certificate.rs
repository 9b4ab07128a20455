//! A parsed certificate that keeps the bytes it was read from (RFC 5280 section 4.1).

use super::der::element::Elements;
use super::der::span::Span;
use super::extension::{Extensions, ExtensionsError, ExtensionsLayout};
use super::validity::Validity;
use crate::crypto::{KeyError, PublicKey, SignatureScheme};
use der::{Tag, TagNumber};
use std::fmt;

/// The fields of a certificate, borrowed from its DER.
///
/// Structure and encoding are checked, meaning is not: that is up to who relies on it.
#[derive(Clone, Debug)]
pub(crate) struct CertificateRef<'a> {
    pub(crate) der: &'a [u8],
    /// `tbsCertificate` as it stands in the input: what the signature covers.
    pub(crate) tbs: &'a [u8],
    pub(crate) version: Version,
    /// Content of the INTEGER: two's complement, big-endian, at least one octet.
    pub(crate) serial: &'a [u8],
    /// DER of the Name.
    pub(crate) issuer: &'a [u8],
    pub(crate) validity: Validity,
    /// DER of the Name.
    pub(crate) subject: &'a [u8],
    /// DER of the SubjectPublicKeyInfo.
    pub(crate) spki: &'a [u8],
    pub(crate) extensions: Extensions<'a>,
    pub(crate) scheme: SignatureScheme,
    /// Whether the two places that name the signature algorithm agree (RFC 5280 section 4.1.1.2).
    pub(crate) algorithms_agree: bool,
    pub(crate) signature: &'a [u8],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V1,
    V2,
    V3,
}

/// Why bytes are not a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Malformed {
    /// The DER is wrong, in the named part.
    Part(&'static str, der::Error),
    ExtensionTwice,
    TooManyExtensions,
    NoExtensions,
}

impl Malformed {
    pub(super) fn extensions(error: ExtensionsError) -> Self {
        match error {
            ExtensionsError::Der(error) => Self::Part("extensions", error),
            ExtensionsError::Twice => Self::ExtensionTwice,
            ExtensionsError::TooMany => Self::TooManyExtensions,
            ExtensionsError::Empty => Self::NoExtensions,
        }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Part(part, error) => write!(f, "its {part} cannot be read: {error}"),
            Self::ExtensionTwice => f.write_str("an extension is there twice"),
            Self::TooManyExtensions => f.write_str("it has more than 128 extensions"),
            Self::NoExtensions => f.write_str("its list of extensions is empty"),
        }
    }
}

impl std::error::Error for Malformed {}

/// Names the part of the structure that an error came from.
pub(super) trait InPart<T> {
    fn in_part(self, part: &'static str) -> Result<T, Malformed>;
}

impl<T> InPart<T> for der::Result<T> {
    fn in_part(self, part: &'static str) -> Result<T, Malformed> {
        self.map_err(|error| Malformed::Part(part, error))
    }
}

impl<'a> CertificateRef<'a> {
    /// Reads exactly one certificate.
    pub(crate) fn parse(der: &'a [u8]) -> Result<Self, Malformed> {
        let mut outer = Elements::of_sequence(der).in_part("outer structure")?;
        let tbs = outer.expect(Tag::Sequence).in_part("tbsCertificate")?;
        let algorithm = outer.expect(Tag::Sequence).in_part("signatureAlgorithm")?;
        let signature = signature(&mut outer).in_part("signature")?;
        outer.finish().in_part("outer structure")?;

        let mut fields = Elements::of(tbs.value);
        let version = version(&mut fields).in_part("version")?;
        let serial = integer(&mut fields).in_part("serialNumber")?;
        let inner_algorithm = fields.expect(Tag::Sequence).in_part("signature")?;
        let issuer = fields.expect(Tag::Sequence).in_part("issuer")?.raw;
        let validity = fields.expect(Tag::Sequence).in_part("validity")?;
        let validity = Validity::read(validity.value).in_part("validity")?;
        let subject = fields.expect(Tag::Sequence).in_part("subject")?.raw;
        let spki = fields
            .expect(Tag::Sequence)
            .in_part("subjectPublicKeyInfo")?
            .raw;
        for unique_id in [1, 2] {
            let tag = Tag::ContextSpecific {
                constructed: false,
                number: TagNumber(unique_id),
            };
            fields.optional(tag).in_part("unique identifiers")?;
        }
        let extensions = match fields.optional(explicit(3)).in_part("extensions")? {
            Some(wrapper) => Extensions::parse(wrapper.value).map_err(Malformed::extensions)?,
            None => Extensions::default(),
        };
        fields.finish().in_part("tbsCertificate")?;

        let scheme = SignatureScheme::read(algorithm.raw).in_part("signatureAlgorithm")?;
        Ok(Self {
            der,
            tbs: tbs.raw,
            version,
            serial,
            issuer,
            validity,
            subject,
            spki,
            extensions,
            scheme,
            algorithms_agree: algorithm.raw == inner_algorithm.raw,
            signature,
        })
    }

    /// The subject's public key.
    pub(crate) fn public_key(&self) -> Result<PublicKey<'a>, KeyError> {
        PublicKey::from_spki(self.spki)
    }
}

/// A [`CertificateRef`] without the bytes that it was read from, for those who own them.
#[derive(Clone, Debug)]
pub(crate) struct CertificateLayout {
    tbs: Span,
    version: Version,
    serial: Span,
    issuer: Span,
    validity: Validity,
    subject: Span,
    spki: Span,
    extensions: ExtensionsLayout,
    scheme: SignatureScheme,
    algorithms_agree: bool,
    signature: Span,
}

impl CertificateLayout {
    pub(crate) fn of(certificate: CertificateRef<'_>) -> Self {
        let CertificateRef {
            der,
            tbs,
            version,
            serial,
            issuer,
            validity,
            subject,
            spki,
            extensions,
            scheme,
            algorithms_agree,
            signature,
        } = certificate;
        Self {
            tbs: Span::of(tbs, der),
            version,
            serial: Span::of(serial, der),
            issuer: Span::of(issuer, der),
            validity,
            subject: Span::of(subject, der),
            spki: Span::of(spki, der),
            extensions: ExtensionsLayout::of(extensions, der),
            scheme,
            algorithms_agree,
            signature: Span::of(signature, der),
        }
    }

    /// The certificate in the bytes that it was read from.
    pub(crate) fn view<'a>(&'a self, der: &'a [u8]) -> CertificateRef<'a> {
        CertificateRef {
            der,
            tbs: self.tbs.within(der),
            version: self.version,
            serial: self.serial.within(der),
            issuer: self.issuer.within(der),
            validity: self.validity,
            subject: self.subject.within(der),
            spki: self.spki.within(der),
            extensions: self.extensions.view(der),
            scheme: self.scheme,
            algorithms_agree: self.algorithms_agree,
            signature: self.signature.within(der),
        }
    }
}

/// The octets of a signature. One that is not made of octets is that of no algorithm: nothing, which
/// no key has signed.
fn signature<'a>(fields: &mut Elements<'a>) -> der::Result<&'a [u8]> {
    match fields.expect(Tag::BitString)?.value {
        [0, octets @ ..] => Ok(octets),
        [1..=7, octets @ ..] if !octets.is_empty() => Ok(&octets[..0]),
        _ => Err(Tag::BitString.value_error().into()),
    }
}

pub(super) const fn explicit(number: u32) -> Tag {
    Tag::ContextSpecific {
        constructed: true,
        number: TagNumber(number),
    }
}

fn version(fields: &mut Elements<'_>) -> der::Result<Version> {
    let Some(wrapper) = fields.optional(explicit(0))? else {
        return Ok(Version::V1);
    };
    let mut inner = Elements::of(wrapper.value);
    let number = inner.expect(Tag::Integer)?.value;
    inner.finish()?;
    match number {
        [0] => Ok(Version::V1),
        [1] => Ok(Version::V2),
        [2] => Ok(Version::V3),
        _ => Err(Tag::Integer.value_error().into()),
    }
}

/// The content of an INTEGER, which DER requires as short as possible (X.690 section 8.3.2).
fn integer<'a>(fields: &mut Elements<'a>) -> der::Result<&'a [u8]> {
    let value = fields.expect(Tag::Integer)?.value;
    match value {
        [] => Err(Tag::Integer.value_error().into()),
        [0x00, next, ..] if next & 0x80 == 0 => Err(Tag::Integer.non_canonical_error().into()),
        [0xff, next, ..] if next & 0x80 != 0 => Err(Tag::Integer.non_canonical_error().into()),
        _ => Ok(value),
    }
}
