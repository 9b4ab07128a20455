//! Bundles of certificates: `SignedData` that nobody signed (RFC 5652 section 5).

use super::ber;
use super::error::{ContainerError, ENTRIES_MAX};
use super::read::content_info;
use crate::x509::certificate::explicit;
use crate::x509::der::element::Elements;
use const_oid::db::rfc5911::ID_SIGNED_DATA;
use der::Tag;

/// The DER of each certificate of a bundle, in its order. Signatures, if there are any, are not
/// looked at.
pub(crate) fn certificates(file: &[u8]) -> Result<Vec<Vec<u8>>, ContainerError> {
    let der = ber::to_der(file).ok_or(ContainerError::NotOne)?;
    let info = Elements::of(&der)
        .expect(Tag::Sequence)
        .map_err(|_| ContainerError::NotOne)?;
    let (kind, content) = content_info(info).map_err(|_| ContainerError::NotOne)?;
    if kind != ID_SIGNED_DATA {
        return Err(ContainerError::NotOne);
    }
    let unreadable = |_| ContainerError::Part("signed data");
    let mut fields = content.open(Tag::Sequence).map_err(unreadable)?;
    fields.expect(Tag::Integer).map_err(unreadable)?;
    fields.expect(Tag::Set).map_err(unreadable)?;
    fields.expect(Tag::Sequence).map_err(unreadable)?;
    let Some(certificates) = fields.optional(explicit(0)).map_err(unreadable)? else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for certificate in Elements::of(certificates.value) {
        let certificate = certificate.map_err(unreadable)?;
        // Attribute certificates have tags of their own.
        if certificate.tag == Tag::Sequence {
            if found.len() == ENTRIES_MAX {
                return Err(ContainerError::TooMany);
            }
            found.push(certificate.raw.to_vec());
        }
    }
    Ok(found)
}
