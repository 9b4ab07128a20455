//! Key identifiers (RFC 5280 sections 4.2.1.1 and 4.2.1.2).

use super::der::element::Elements;
use super::extension::Extensions;
use crate::crypto::PublicKey;
use const_oid::AssociatedOid;
use der::{Decode as _, Tag};
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
    let value = extensions.find(AuthorityKeyIdentifier::OID)?.value;
    if let Some(identifier) = usual_authority(value) {
        return Some(identifier.to_vec());
    }
    let identifier = AuthorityKeyIdentifier::from_der(value).ok()?;
    Some(identifier.key_identifier?.as_bytes().to_vec())
}

/// The key identifier of an `AuthorityKeyIdentifier` that has nothing else in it, as nearly all are.
pub(crate) fn usual_authority(value: &[u8]) -> Option<&[u8]> {
    match value {
        [0x30, outer @ ..0x80, 0x80, inner, identifier @ ..]
            if inner.checked_add(2) == Some(*outer) && identifier.len() == usize::from(*inner) =>
        {
            Some(identifier)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_identifiers_are_read_as_all_others() {
        for length in [0, 1, 20, 125, 126] {
            let whole = [
                &[0x30, length + 2, 0x80, length][..],
                &vec![7; length.into()],
            ]
            .concat();
            assert_eq!(usual_authority(&whole).is_some(), length < 126);
            for at in 0..whole.len().min(5) {
                for flip in [0, 1, 2, 0x20, 0x80, 0xff] {
                    let mut value = whole.clone();
                    value[at] ^= flip;
                    let Some(identifier) = usual_authority(&value) else {
                        continue;
                    };
                    let read = AuthorityKeyIdentifier::from_der(&value).unwrap();
                    assert_eq!(read.key_identifier.unwrap().as_bytes(), identifier);
                    assert_eq!(read.authority_cert_issuer, None);
                    assert_eq!(read.authority_cert_serial_number, None);
                }
            }
        }
        assert_eq!(usual_authority(&[]), None);
    }
}
