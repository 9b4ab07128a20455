//! A signing request (RFC 2986) that keeps the bytes it was read from. [`VerifiedRequest`] exists
//! only after the request's own signature was checked.

use super::certificate::{InPart, Malformed, explicit};
use super::der::element::Elements;
use super::der::oid::Oid;
use super::der::span::Span;
use super::extension::{Extensions, ExtensionsLayout};
use crate::crypto::{KeyError, PublicKey, SignatureScheme, Verified, VerifyJob};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912::ID_EXTENSION_REQ;
use der::Tag;

/// The fields of a request whose own signature is not checked yet.
#[derive(Clone, Debug)]
pub(crate) struct RequestRef<'a> {
    /// `certificationRequestInfo` as it stands in the input: what the signature covers.
    info: &'a [u8],
    pub(crate) subject: &'a [u8],
    spki: &'a [u8],
    extensions: Extensions<'a>,
    pub(crate) scheme: SignatureScheme,
    signature: &'a [u8],
}

impl<'a> RequestRef<'a> {
    /// Reads exactly one request. Attributes other than the extension request (RFC 2985 section
    /// 5.4.2, or by Microsoft's name), such as a challenge password, are passed over.
    pub(crate) fn parse(der: &'a [u8]) -> Result<Self, Malformed> {
        let mut outer = Elements::of_sequence(der).in_part("outer structure")?;
        let info = outer
            .expect(Tag::Sequence)
            .in_part("certificationRequestInfo")?;
        let algorithm = outer.expect(Tag::Sequence).in_part("signatureAlgorithm")?;
        let signature = outer.octets_of_bit_string().in_part("signature")?;
        outer.finish().in_part("outer structure")?;

        let mut fields = Elements::of(info.value);
        let version = fields.expect(Tag::Integer).in_part("version")?;
        if version.value != [0] {
            return Err(Malformed::Part(
                "version",
                Tag::Integer.value_error().into(),
            ));
        }
        let subject = fields.expect(Tag::Sequence).in_part("subject")?.raw;
        let spki = fields.expect(Tag::Sequence).in_part("subjectPKInfo")?.raw;
        // Some encoders leave out the field when there is no attribute, though RFC 2986 requires it.
        let extensions = match fields.optional(explicit(0)).in_part("attributes")? {
            Some(attributes) => requested_extensions(attributes.value)?,
            None => Extensions::default(),
        };
        fields.finish().in_part("certificationRequestInfo")?;

        let scheme = SignatureScheme::read(algorithm.raw).in_part("signatureAlgorithm")?;
        Ok(Self {
            info: info.raw,
            subject,
            spki,
            extensions,
            scheme,
            signature,
        })
    }

    pub(crate) fn public_key(&self) -> Result<PublicKey<'a>, KeyError> {
        PublicKey::from_spki(self.spki)
    }

    /// The check of the request's own signature, for `Dispatch::verify`.
    pub(crate) fn job(&self, key: PublicKey<'a>) -> VerifyJob<'a> {
        VerifyJob {
            key,
            scheme: self.scheme,
            message: self.info,
            signature: self.signature,
        }
    }

    /// The request once its signature was checked under `key`.
    pub(crate) fn into_verified(self, key: PublicKey<'a>, _proof: Verified) -> VerifiedRequest<'a> {
        VerifiedRequest {
            subject: self.subject,
            spki: self.spki,
            key,
            extensions: self.extensions,
        }
    }
}

/// A [`RequestRef`] without the bytes that it was read from, for those who own them.
#[derive(Clone, Debug)]
pub(crate) struct RequestLayout {
    info: Span,
    subject: Span,
    spki: Span,
    extensions: ExtensionsLayout,
    scheme: SignatureScheme,
    signature: Span,
}

impl RequestLayout {
    /// `der` has the bytes that `request` was read from.
    pub(crate) fn of(request: RequestRef<'_>, der: &[u8]) -> Self {
        let RequestRef {
            info,
            subject,
            spki,
            extensions,
            scheme,
            signature,
        } = request;
        Self {
            info: Span::of(info, der),
            subject: Span::of(subject, der),
            spki: Span::of(spki, der),
            extensions: ExtensionsLayout::of(extensions, der),
            scheme,
            signature: Span::of(signature, der),
        }
    }

    /// The request in the bytes that it was read from.
    pub(crate) fn view<'a>(&'a self, der: &'a [u8]) -> RequestRef<'a> {
        RequestRef {
            info: self.info.within(der),
            subject: self.subject.within(der),
            spki: self.spki.within(der),
            extensions: self.extensions.view(der),
            scheme: self.scheme,
            signature: self.signature.within(der),
        }
    }
}

/// `szOID_CERT_EXTENSIONS`, which Windows wrote for extensionRequest before there was one, and some
/// of its programs still write.
const MICROSOFT_EXTENSIONS: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.2.1.14");

/// The extensions of the request's one extensionRequest attribute, or of two that say the same by the
/// two names.
fn requested_extensions(attributes: &[u8]) -> Result<Extensions<'_>, Malformed> {
    let mut found: Option<(Oid<'_>, &[u8], Extensions<'_>)> = None;
    for attribute in Elements::of(attributes) {
        let mut attribute = attribute
            .and_then(|attribute| attribute.open(Tag::Sequence))
            .in_part("attributes")?;
        let kind = attribute.oid().in_part("attributes")?;
        let values = attribute.expect(Tag::Set).in_part("attributes")?;
        attribute.finish().in_part("attributes")?;
        if kind != ID_EXTENSION_REQ && kind != MICROSOFT_EXTENSIONS {
            continue;
        }
        // An empty list asks for nothing; some encoders write one.
        let list = values.value;
        let extensions = if matches!(list, [] | [0x30, 0x00]) {
            Extensions::default()
        } else {
            Extensions::parse(list).map_err(Malformed::extensions)?
        };
        match found {
            Some((known, same, _)) if known != kind && same == list => {}
            Some(_) => return Err(Malformed::ExtensionTwice),
            None => found = Some((kind, list, extensions)),
        }
    }
    Ok(found
        .map(|(_, _, extensions)| extensions)
        .unwrap_or_default())
}

/// A request whose signature showed that the sender holds the private key.
#[derive(Clone, Debug)]
pub(crate) struct VerifiedRequest<'a> {
    /// DER of the Name.
    pub(crate) subject: &'a [u8],
    /// DER of the SubjectPublicKeyInfo.
    pub(crate) spki: &'a [u8],
    pub(crate) key: PublicKey<'a>,
    /// What the request asks for; nothing of it is granted by being here.
    pub(crate) extensions: Extensions<'a>,
}
