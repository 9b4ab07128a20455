//! The formats of private keys: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017 appendix A.1.2), SEC 1
//! (RFC 5915). The DER tells which of them it is.

use super::ec::Curve;
use super::error::KeyError;
use super::unsupported;
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912 as oid;
use der::asn1::AnyRef;
use der::{Decode, Reader, SliceReader, Tag, TagNumber, Tagged};

/// What a private key's DER has in it; nothing of it is checked beyond the encoding.
pub(super) enum KeyFile<'a> {
    /// DER of an `RSAPrivateKey`.
    Rsa(&'a [u8]),
    Ec(EcKeyFile<'a>),
}

/// An `ECPrivateKey`.
pub(super) struct EcKeyFile<'a> {
    pub(super) curve: Curve,
    /// Big-endian, of any length.
    pub(super) scalar: &'a [u8],
    /// SEC 1 point.
    pub(super) public: Option<&'a [u8]>,
}

const NOT_A_KEY: KeyError = KeyError::Malformed("the private key is not PKCS#8, PKCS#1 or SEC 1");
const NOT_PKCS8: KeyError = KeyError::Malformed("the private key is not a PKCS#8 PrivateKeyInfo");
const NOT_SEC1: KeyError = KeyError::Malformed("the private key is not an ECPrivateKey");
const NO_CURVE: KeyError = KeyError::Malformed("the EC private key names no curve");

impl<'a> KeyFile<'a> {
    pub(super) fn read(der: &'a [u8]) -> Result<Self, KeyError> {
        let fields = Fields::of(der).ok_or(NOT_A_KEY)?;
        // What follows the version: an algorithm, a modulus, a scalar.
        match fields.tags() {
            (Some(Tag::Integer), Some(Tag::Sequence)) => pkcs8(&fields),
            // A DSA key has its five numbers and no others behind a version of 0.
            (Some(Tag::Integer), Some(Tag::Integer)) if fields.0.len() == 6 => {
                Err(unsupported::DSA)
            }
            (Some(Tag::Integer), Some(Tag::Integer)) => Ok(Self::Rsa(der)),
            (Some(Tag::Integer), Some(Tag::OctetString)) => sec1(&fields, None).map(Self::Ec),
            _ => Err(NOT_A_KEY),
        }
    }
}

/// The elements of a SEQUENCE; of those of private keys none has more than ten.
struct Fields<'a>(Vec<AnyRef<'a>>);

const FIELDS_MAX: usize = 10;

impl<'a> Fields<'a> {
    /// `None` if `der` is not one SEQUENCE.
    fn of(der: &'a [u8]) -> Option<Self> {
        let outer = AnyRef::from_der(der).ok()?;
        (outer.tag() == Tag::Sequence).then(|| Self::inside(outer))?
    }

    fn inside(outer: AnyRef<'a>) -> Option<Self> {
        let mut reader = SliceReader::new(outer.value()).ok()?;
        let mut fields = Vec::new();
        while !reader.is_finished() {
            if fields.len() == FIELDS_MAX {
                return None;
            }
            fields.push(reader.decode().ok()?);
        }
        Some(Self(fields))
    }

    /// Those of the first two.
    fn tags(&self) -> (Option<Tag>, Option<Tag>) {
        let mut tags = self.0.iter().map(Tagged::tag);
        (tags.next(), tags.next())
    }
}

/// `[number]`, as a field of PKCS#8 or SEC 1 is tagged.
const fn context(number: u32, constructed: bool) -> Tag {
    Tag::ContextSpecific {
        constructed,
        number: TagNumber(number),
    }
}

/// A `OneAsymmetricKey` of version 1 or 2. Version 2 is for those with a public key, but some writers
/// have it without, and others the key without it: both are read.
fn pkcs8<'a>(fields: &Fields<'a>) -> Result<KeyFile<'a>, KeyError> {
    let [version, algorithm, key, rest @ ..] = fields.0.as_slice() else {
        return Err(NOT_PKCS8);
    };
    if !matches!(version.value(), [0 | 1]) || key.tag() != Tag::OctetString {
        return Err(NOT_PKCS8);
    }
    let mut public = None;
    for field in rest {
        match field.tag() {
            // Attributes, which nothing here looks at.
            tag if tag == context(0, true) => {}
            tag if tag == context(1, false) => public = bits(field.value()),
            _ => return Err(NOT_PKCS8),
        }
    }
    let algorithm = Fields::inside(*algorithm).ok_or(NOT_PKCS8)?;
    let (kind, parameters) = match algorithm.0.as_slice() {
        [kind] => (kind, None),
        [kind, parameters] => (kind, Some(*parameters)),
        _ => return Err(NOT_PKCS8),
    };
    if kind.tag() != Tag::ObjectIdentifier {
        return Err(NOT_PKCS8);
    }
    if kind.value() == oid::RSA_ENCRYPTION.as_bytes() {
        return Ok(KeyFile::Rsa(key.value()));
    }
    if kind.value() != oid::ID_EC_PUBLIC_KEY.as_bytes() {
        return Err(KeyError::Unsupported(unsupported::key_type(kind.value())));
    }
    let outer = parameters.map(curve).transpose()?;
    let inner = Fields::of(key.value()).ok_or(NOT_SEC1)?;
    let key = sec1(&inner, outer)?;
    Ok(KeyFile::Ec(EcKeyFile {
        public: key.public.or(public),
        ..key
    }))
}

/// An `ECPrivateKey`. Its curve may be named outside of it, and must be named somewhere.
fn sec1<'a>(fields: &Fields<'a>, outer: Option<Curve>) -> Result<EcKeyFile<'a>, KeyError> {
    let [version, scalar, rest @ ..] = fields.0.as_slice() else {
        return Err(NOT_SEC1);
    };
    if version.value() != [1] || scalar.tag() != Tag::OctetString {
        return Err(NOT_SEC1);
    }
    let (mut inner, mut public) = (None, None);
    for field in rest {
        let content = AnyRef::from_der(field.value()).map_err(|_| NOT_SEC1)?;
        match (field.tag(), content.tag()) {
            (tag, _) if tag == context(0, true) => inner = Some(curve(content)?),
            (tag, Tag::BitString) if tag == context(1, true) => public = bits(content.value()),
            _ => return Err(NOT_SEC1),
        }
    }
    let curve = match (outer, inner) {
        (Some(outer), Some(inner)) if outer != inner => {
            return Err(KeyError::Malformed("the EC private key names two curves"));
        }
        (one, other) => one.or(other).ok_or(NO_CURVE)?,
    };
    Ok(EcKeyFile {
        curve,
        scalar: scalar.value(),
        public,
    })
}

/// The curve that `ECParameters` name (RFC 5480 section 2.1.1).
fn curve(parameters: AnyRef<'_>) -> Result<Curve, KeyError> {
    match parameters.tag() {
        Tag::ObjectIdentifier => ObjectIdentifier::from_bytes(parameters.value())
            .ok()
            .and_then(Curve::of)
            .ok_or(KeyError::Unsupported(unsupported::curve(
                parameters.value(),
            ))),
        Tag::Sequence => Err(KeyError::Unsupported(unsupported::EXPLICIT_CURVE)),
        _ => Err(NO_CURVE),
    }
}

/// The content of a BIT STRING without unused bits.
fn bits(content: &[u8]) -> Option<&[u8]> {
    match content {
        [0, octets @ ..] => Some(octets),
        _ => None,
    }
}
