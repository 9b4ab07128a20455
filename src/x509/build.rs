//! Putting certificates and requests together from their parts (RFC 5280 section 4.1, RFC 2986).

use super::serial::SerialNumber;
use super::time;
use super::write::{INTEGER, OID, SEQUENCE, SET, bit_string, element, push, push_all};
use crate::Time;
use crate::crypto::SignatureAlgorithm;
use const_oid::db::rfc5912::ID_EXTENSION_REQ;

/// `[0] EXPLICIT INTEGER 2`: a v3 certificate.
const V3: &[u8] = &[0xa0, 0x03, 0x02, 0x01, 0x02];
/// `INTEGER 0`: a v1 request, the only version there is.
const REQUEST_V1: &[u8] = &[0x02, 0x01, 0x00];

/// The fields of a certificate before it is signed. Names, key and extensions are DER.
pub(crate) struct Unsigned<'a> {
    pub(crate) serial: SerialNumber,
    pub(crate) algorithm: SignatureAlgorithm,
    pub(crate) issuer: &'a [u8],
    pub(crate) not_before: Time,
    pub(crate) not_after: Time,
    pub(crate) subject: &'a [u8],
    pub(crate) spki: &'a [u8],
    pub(crate) extensions: &'a [u8],
}

impl Unsigned<'_> {
    /// The DER of `TBSCertificate`.
    pub(crate) fn to_tbs(&self) -> Vec<u8> {
        let mut serial = Vec::with_capacity(22);
        push(&mut serial, INTEGER, self.serial.as_bytes());
        let mut times = Vec::with_capacity(34);
        time::write(self.not_before, &mut times);
        time::write(self.not_after, &mut times);
        let mut validity = Vec::with_capacity(36);
        push(&mut validity, SEQUENCE, &times);
        let mut extensions = Vec::with_capacity(self.extensions.len() + 4);
        push(&mut extensions, 0xa3, self.extensions);
        let parts = [
            V3,
            &serial,
            self.algorithm.identifier(),
            self.issuer,
            &validity,
            self.subject,
            self.spki,
            &extensions,
        ];
        sequence(&parts)
    }
}

/// A signed structure, certificate or request: what was signed, with which algorithm, the
/// signature.
pub(crate) fn signed(tbs: &[u8], algorithm: SignatureAlgorithm, signature: &[u8]) -> Vec<u8> {
    let mut bits = Vec::with_capacity(signature.len() + 5);
    bit_string(signature, &mut bits);
    sequence(&[tbs, algorithm.identifier(), &bits])
}

/// The DER of `CertificationRequestInfo`. `extensions` is the DER of `Extensions`; without one
/// there is no attribute, because an extension request of nothing is not valid.
pub(crate) fn request_info(subject: &[u8], spki: &[u8], extensions: Option<&[u8]>) -> Vec<u8> {
    let mut attribute = Vec::new();
    if let Some(extensions) = extensions {
        let oid = element(OID, ID_EXTENSION_REQ.as_bytes());
        push_all(&mut attribute, SEQUENCE, &[&oid, &element(SET, extensions)]);
    }
    sequence(&[REQUEST_V1, subject, spki, &element(0xa0, &attribute)])
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.iter().map(|part| part.len()).sum::<usize>();
    let mut out = Vec::with_capacity(content + 6);
    push_all(&mut out, SEQUENCE, parts);
    out
}
