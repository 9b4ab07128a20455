//! Key identifiers (RFC 5280 sections 4.2.1.1 and 4.2.1.2).

use super::der::element::Elements;
use super::extension::Extensions;
use crate::crypto::PublicKey;
use const_oid::AssociatedOid;
use der::Tag;
use sha1::{Digest, Sha1};
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, SubjectKeyIdentifier};

/// RFC 5280 section 4.2.1.2, method 1: SHA-1 of the public key's bits. It identifies, nothing
/// relies on its strength.
pub(crate) fn of(key: &PublicKey<'_>) -> [u8; 20] {
    Sha1::digest(key.key_bits).into()
}

/// The octets of the subjectKeyIdentifier extension. One without octets identifies nothing, so it
/// counts as absent.
pub(crate) fn read_subject<'a>(extensions: &Extensions<'a>) -> der::Result<Option<&'a [u8]>> {
    let Some(extension) = extensions.find(SubjectKeyIdentifier::OID) else {
        return Ok(None);
    };
    let mut value = Elements::of(extension.value);
    let octets = value.expect(Tag::OctetString)?.value;
    value.finish()?;
    Ok((!octets.is_empty()).then_some(octets))
}

/// [`read_subject`], for those who can do without.
pub(crate) fn subject<'a>(extensions: &Extensions<'a>) -> Option<&'a [u8]> {
    read_subject(extensions).ok().flatten()
}

/// The key identifier of the authorityKeyIdentifier extension, if there is a readable one.
pub(crate) fn authority(extensions: &Extensions<'_>) -> Option<Vec<u8>> {
    let identifier = extensions.get::<AuthorityKeyIdentifier>()?.ok()?;
    Some(identifier.key_identifier?.as_bytes().to_vec())
}
