//! Putting certificates and requests together from their parts (RFC 5280 section 4.1, RFC 2986).

use super::der::write::{INTEGER, OID, SEQUENCE, SET, bit_string, nest, push};
use super::serial;
use super::validity::Validity;
use crate::crypto::SignatureAlgorithm;
use const_oid::db::rfc5912::ID_EXTENSION_REQ;
use rand_core::Rng;

/// `[0] EXPLICIT INTEGER 2`: a v3 certificate.
const V3: &[u8] = &[0xa0, 0x03, 0x02, 0x01, 0x02];
/// `INTEGER 0`: a v1 request, the only version there is.
const REQUEST_V1: &[u8] = &[0x02, 0x01, 0x00];

/// The fields of a certificate before it is signed, but for its extensions. Names and key are DER.
pub(crate) struct TbsCertificate<'a> {
    pub(crate) algorithm: SignatureAlgorithm,
    pub(crate) issuer: &'a [u8],
    pub(crate) validity: Validity,
    pub(crate) subject: &'a [u8],
    pub(crate) spki: &'a [u8],
}

impl TbsCertificate<'_> {
    /// The DER of `TBSCertificate`, with a serial number from `rng` and from all the rest of it.
    /// `write_extensions` appends the DER of `Extensions`, for which there is room for so many octets.
    pub(crate) fn encode(
        &self,
        rng: &mut impl Rng,
        room: usize,
        write_extensions: impl FnOnce(&mut Vec<u8>),
    ) -> Vec<u8> {
        let parts = [self.issuer, self.subject, self.spki];
        let mut out = Vec::with_capacity(FIXED_MAX + length(&parts) + room);
        let mut behind_serial = 0;
        nest(&mut out, SEQUENCE, |out| {
            out.extend_from_slice(V3);
            push(out, INTEGER, &[0; serial::LENGTH]);
            let start = out.len();
            out.extend_from_slice(self.algorithm.identifier());
            out.extend_from_slice(self.issuer);
            self.validity.write(out);
            out.extend_from_slice(self.subject);
            out.extend_from_slice(self.spki);
            nest(out, 0xa3, write_extensions);
            behind_serial = out.len() - start;
        });
        // From the end, as the header grew with what is in it.
        let end = out.len() - behind_serial;
        let serial = serial::generate(rng, &out);
        out[end - serial::LENGTH..end].copy_from_slice(&serial);
        out
    }
}

/// The most bytes of a `TBSCertificate` beside names, key and extensions: version 5, serial number
/// 22, algorithm 15, validity 36, two headers.
const FIXED_MAX: usize = 5 + 22 + 15 + 36 + 2 * 5;

/// A signed structure, certificate or request: what was signed, with which algorithm, the
/// signature.
pub(crate) fn signed(tbs: &[u8], algorithm: SignatureAlgorithm, signature: &[u8]) -> Vec<u8> {
    let algorithm = algorithm.identifier();
    let mut out = Vec::with_capacity(length(&[tbs, algorithm, signature]) + 12);
    nest(&mut out, SEQUENCE, |out| {
        out.extend_from_slice(tbs);
        out.extend_from_slice(algorithm);
        bit_string(signature, out);
    });
    out
}

/// The DER of `CertificationRequestInfo`. `extensions` is the DER of `Extensions`; without one
/// there is no attribute, because an extension request of nothing is not valid.
pub(crate) fn request_info(subject: &[u8], spki: &[u8], extensions: Option<&[u8]>) -> Vec<u8> {
    let mut out = Vec::new();
    nest(&mut out, SEQUENCE, |out| {
        out.extend_from_slice(REQUEST_V1);
        out.extend_from_slice(subject);
        out.extend_from_slice(spki);
        nest(out, 0xa0, |attributes| {
            if let Some(extensions) = extensions {
                nest(attributes, SEQUENCE, |attribute| {
                    push(attribute, OID, ID_EXTENSION_REQ.as_bytes());
                    push(attribute, SET, extensions);
                });
            }
        });
    });
    out
}

fn length(parts: &[&[u8]]) -> usize {
    parts.iter().map(|part| part.len()).sum()
}
