//! Public keys: what a `SubjectPublicKeyInfo` says, and the prepared form that verifies.

use super::algorithm::SignatureScheme;
use super::ec::{AnyVerifyingKey, Curve, uncompressed};
use super::error::{BadSignature, KeyError};
use super::integer::bit_length;
use super::rsa::{MODULUS_BITS, RsaVerifyingKey, check_numbers};
use super::unsupported;
use const_oid::ObjectIdentifier;
use const_oid::db::{rfc5912 as oid, rfc8410};
use der::asn1::{AnyRef, BitStringRef, UintRef};
use der::{Decode, Encode as _, Reader as _, SliceReader, Tag, Tagged as _};
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use std::borrow::Cow;

/// What kind of key an SPKI holds, as far as its encoding tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    /// Bit length of the modulus.
    Rsa {
        bits: u32,
    },
    Ec(Curve),
    /// A curve that is recognised in certificates of others; the engine has no arithmetic for it.
    P224,
    /// An elliptic curve that the engine does not know.
    OtherCurve,
    Ed25519,
    /// Bit length of the prime `p`, where it is given.
    Dsa {
        bits: Option<u32>,
    },
    Other,
}

impl KeyKind {
    /// The size that the API shows: modulus or field length in bits.
    pub(crate) const fn bits(self) -> Option<u32> {
        match self {
            Self::Rsa { bits } => Some(bits),
            Self::Ec(curve) => Some(curve.bits()),
            Self::P224 => Some(224),
            Self::Ed25519 => Some(256),
            Self::Dsa { bits } => bits,
            Self::OtherCurve | Self::Other => None,
        }
    }

    /// Length of an RSA modulus.
    pub(crate) const fn rsa_bits(self) -> Option<u32> {
        match self {
            Self::Rsa { bits } => Some(bits),
            _ => None,
        }
    }

    pub(crate) const fn is_rsa(self) -> bool {
        matches!(self, Self::Rsa { .. })
    }
}

/// A parsed SPKI. Its numbers are not checked beyond their encoding until [`Self::prepare`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct PublicKey<'a> {
    pub(crate) kind: KeyKind,
    material: Material<'a>,
    /// Content of the SPKI's BIT STRING: what a key identifier hashes (RFC 5280 section 4.2.1.2).
    pub(crate) key_bits: &'a [u8],
}

#[derive(Clone, Copy, Debug)]
enum Material<'a> {
    /// Modulus and public exponent, big-endian, no leading zeros.
    Rsa { n: &'a [u8], e: &'a [u8] },
    /// SEC 1 point.
    Ec(Curve, &'a [u8]),
    /// Why no signature is checked with it.
    Unsupported(&'static str),
}

impl<'a> PublicKey<'a> {
    /// Reads the DER of a `SubjectPublicKeyInfo`.
    pub(crate) fn from_spki(der: &'a [u8]) -> Result<Self, KeyError> {
        match usual_point(der) {
            Some((curve, key_bits)) => Ok(Self {
                kind: KeyKind::Ec(curve),
                material: Material::Ec(curve, key_bits),
                key_bits,
            }),
            None => Self::read(der),
        }
    }

    fn read(der: &'a [u8]) -> Result<Self, KeyError> {
        let Spki {
            algorithm,
            parameters,
            key_bits,
        } = Spki::read(der).ok_or(KeyError::Malformed(
            "the public key is not a SubjectPublicKeyInfo",
        ))?;
        let key_bits = key_bits.ok_or(KeyError::Malformed("the public key has unused bits"))?;
        let (kind, material) = match ObjectIdentifier::from_bytes(algorithm).ok() {
            // RFC 3279 section 2.3.1: "The parameters field MUST have ASN.1 type NULL". Some leave
            // it out.
            Some(oid::RSA_ENCRYPTION) if parameters.is_none_or(|given| given == AnyRef::NULL) => {
                rsa(key_bits)?
            }
            Some(oid::RSA_ENCRYPTION) => {
                return Err(KeyError::Malformed("the RSA key's parameters are not NULL"));
            }
            Some(oid::ID_EC_PUBLIC_KEY) => ec(parameters, key_bits)?,
            known => {
                let kind = match known {
                    Some(rfc8410::ID_ED_25519) => KeyKind::Ed25519,
                    Some(oid::ID_DSA) => dsa(parameters),
                    _ => KeyKind::Other,
                };
                (
                    kind,
                    Material::Unsupported(unsupported::key_type(algorithm)),
                )
            }
        };
        Ok(Self {
            kind,
            material,
            key_bits,
        })
    }

    /// The same key's `SubjectPublicKeyInfo` as certificates that the engine makes have it: RSA with
    /// the parameters NULL, points without compression. `der` is what it was read from.
    pub(crate) fn normal_spki(&self, der: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        let point;
        let (parameters, key_bits) = match self.material {
            Material::Rsa { .. } => (Some(AnyRef::NULL), self.key_bits),
            Material::Ec(curve, given) if given.first() != Some(&UNCOMPRESSED) => {
                point = uncompressed(curve, given)?;
                (Spki::read(der)?.parameters, point.as_slice())
            }
            Material::Ec(..) | Material::Unsupported(_) => return Some(der.into()),
        };
        let spki = Spki::read(der)?;
        if spki.parameters == parameters && key_bits == self.key_bits {
            return Some(der.into());
        }
        let algorithm = AlgorithmIdentifierRef {
            oid: ObjectIdentifier::from_bytes(spki.algorithm).ok()?,
            parameters,
        };
        let written = SubjectPublicKeyInfoRef {
            algorithm,
            subject_public_key: BitStringRef::from_bytes(key_bits).ok()?,
        };
        written.to_der().ok().map(Cow::Owned)
    }

    /// The RSA public exponent, unsigned, big-endian, no leading zeros.
    pub(crate) fn rsa_exponent(&self) -> Option<&'a [u8]> {
        match self.material {
            Material::Rsa { e, .. } => Some(e),
            _ => None,
        }
    }

    /// Checks that the key is of a supported type and its numbers. Keys on P-224, which are read
    /// only, are taken by their encoding.
    pub(crate) fn check_supported(&self) -> Result<(), KeyError> {
        match self.kind {
            KeyKind::P224 => Ok(()),
            _ => self.check_numbers(),
        }
    }

    /// Checks what [`prepare`](Self::prepare) does, without the preparation: that of an RSA key takes
    /// longer than a signature.
    pub(crate) fn check_numbers(&self) -> Result<(), KeyError> {
        match self.material {
            Material::Rsa { n, e } => check_numbers(n, e),
            Material::Ec(..) | Material::Unsupported(_) => self.prepare().map(drop),
        }
    }

    /// The RSA modulus and exponent, unsigned, big-endian, no leading zeros, not checked.
    pub(super) fn rsa_numbers(&self) -> Option<(&'a [u8], &'a [u8])> {
        match self.material {
            Material::Rsa { n, e } => Some((n, e)),
            _ => None,
        }
    }

    /// Checks the numbers and makes the key ready to verify.
    pub(crate) fn prepare(&self) -> Result<VerifyingKey, KeyError> {
        match self.material {
            Material::Rsa { n, e } => RsaVerifyingKey::new(n, e).map(VerifyingKey::Rsa),
            Material::Ec(curve, point) => {
                AnyVerifyingKey::from_point(curve, point).map(VerifyingKey::Ec)
            }
            Material::Unsupported(why) => Err(KeyError::Unsupported(why)),
        }
    }
}

/// The first octet of a point without compression (SEC 1 section 2.3.3).
const UNCOMPRESSED: u8 = 4;

/// The point of a key on P-256 or P-384 that is encoded as nearly all are: without compression. To
/// compare takes a fraction of what it takes to read.
fn usual_point(spki: &[u8]) -> Option<(Curve, &[u8])> {
    let p256 = b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\
        \x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";
    let p384 = b"\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\
        \x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00";
    let of = |curve, before: &[u8], octets| {
        let point = spki.strip_prefix(before)?;
        (point.len() == octets && point[0] == UNCOMPRESSED).then_some((curve, point))
    };
    of(Curve::P256, p256, 65).or_else(|| of(Curve::P384, p384, 97))
}

/// The parts of a `SubjectPublicKeyInfo`, whose algorithm may be one of any length.
struct Spki<'a> {
    /// Content of the OBJECT IDENTIFIER.
    algorithm: &'a [u8],
    parameters: Option<AnyRef<'a>>,
    /// `None` where the BIT STRING has unused bits.
    key_bits: Option<&'a [u8]>,
}

impl<'a> Spki<'a> {
    fn read(der: &'a [u8]) -> Option<Self> {
        let elements = |of: AnyRef<'a>| {
            let mut reader = SliceReader::new(of.value()).ok()?;
            let first: AnyRef<'a> = reader.decode().ok()?;
            let second: Option<AnyRef<'a>> = if reader.is_finished() {
                None
            } else {
                Some(reader.decode().ok()?)
            };
            let is_sequence = of.tag() == Tag::Sequence;
            (is_sequence && reader.is_finished()).then_some((first, second))
        };
        let (algorithm, key) = elements(AnyRef::from_der(der).ok()?)?;
        let (name, parameters) = elements(algorithm)?;
        let key = key.filter(|key| key.tag() == Tag::BitString)?;
        let is_spki = name.tag() == Tag::ObjectIdentifier && !key.value().is_empty();
        is_spki.then_some(Self {
            algorithm: name.value(),
            parameters,
            key_bits: match key.value() {
                [0, octets @ ..] => Some(octets),
                _ => None,
            },
        })
    }
}

fn rsa(key_bits: &[u8]) -> Result<(KeyKind, Material<'_>), KeyError> {
    let key = rsa::pkcs1::RsaPublicKeyRef::from_der(key_bits)
        .map_err(|_| KeyError::Malformed("the public key is not an RSAPublicKey"))?;
    let (n, e) = (key.modulus.as_bytes(), key.public_exponent.as_bytes());
    let bits = bit_length(n);
    if !MODULUS_BITS.contains(&bits) {
        return Err(KeyError::Unsupported(
            "RSA moduli of 512 to 16384 bits are supported",
        ));
    }
    Ok((KeyKind::Rsa { bits }, Material::Rsa { n, e }))
}

fn ec<'a>(
    parameters: Option<AnyRef<'a>>,
    point: &'a [u8],
) -> Result<(KeyKind, Material<'a>), KeyError> {
    let parameters = parameters.ok_or(KeyError::Malformed("the EC key names no curve"))?;
    let name = match parameters.tag() {
        Tag::ObjectIdentifier => ObjectIdentifier::from_bytes(parameters.value()).ok(),
        // Explicit curve parameters are a curve that we do not know.
        Tag::Sequence => {
            let why = unsupported::EXPLICIT_CURVE;
            return Ok((KeyKind::OtherCurve, Material::Unsupported(why)));
        }
        _ => return Err(KeyError::Malformed("the EC key names no curve")),
    };
    if let Some(curve) = name.and_then(Curve::of) {
        return Ok((KeyKind::Ec(curve), Material::Ec(curve, point)));
    }
    let kind = match name {
        Some(oid::SECP_224_R_1) => KeyKind::P224,
        _ => KeyKind::OtherCurve,
    };
    let why = unsupported::curve(parameters.value());
    Ok((kind, Material::Unsupported(why)))
}

/// Bit length of `p` in `Dss-Parms` (RFC 3279 section 2.3.2).
fn dsa(parameters: Option<AnyRef<'_>>) -> KeyKind {
    let bits = parameters.and_then(|any| {
        any.sequence(|reader| {
            let p = UintRef::decode(reader)?;
            UintRef::decode(reader)?;
            UintRef::decode(reader)?;
            Ok::<u32, der::Error>(bit_length(p.as_bytes()))
        })
        .ok()
    });
    KeyKind::Dsa { bits }
}

/// A public key whose numbers were checked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum VerifyingKey {
    Rsa(RsaVerifyingKey),
    Ec(AnyVerifyingKey),
}

impl VerifyingKey {
    /// Verifies a signature over `message`. A scheme of another key type does not verify.
    pub(crate) fn verify(
        &self,
        scheme: SignatureScheme,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        let hash = scheme.hash().ok_or(BadSignature)?;
        self.verify_digest(scheme, &hash.digest(message), signature)
    }

    /// The same by what the hash function of the scheme makes of the message: for long ones that many
    /// keys are tried with.
    pub(crate) fn verify_digest(
        &self,
        scheme: SignatureScheme,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        match (self, scheme) {
            (Self::Rsa(key), SignatureScheme::RsaPkcs1(hash)) => {
                key.verify_pkcs1(hash, digest, signature)
            }
            (Self::Rsa(key), SignatureScheme::RsaPss { hash, salt }) => {
                key.verify_pss(hash, salt, digest, signature)
            }
            (Self::Ec(key), SignatureScheme::Ecdsa(_)) => key.verify_digest(digest, signature),
            _ => Err(BadSignature),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::private::{KeySpec, PrivateKey};
    use chacha20::ChaCha20Rng;
    use rand_core::SeedableRng;

    #[test]
    fn usual_keys_are_read_as_all_others() {
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        for spec in [KeySpec::P256, KeySpec::P384, KeySpec::P521] {
            let key = PrivateKey::generate(spec, &mut rng).unwrap();
            let spki = key.public_key().unwrap();
            let is_usual = spec != KeySpec::P521;
            assert_eq!(usual_point(&spki).is_some(), is_usual);
            let agree = |spki: &[u8]| {
                let (quickly, slowly) = (PublicKey::from_spki(spki), PublicKey::read(spki));
                assert_eq!(format!("{quickly:?}"), format!("{slowly:?}"), "{spki:02x?}");
            };
            agree(&spki);
            for at in 0..spki.len() {
                agree(&spki[..at]);
                for flip in [1, 2, 0x80, 0xff] {
                    let mut bad = spki.clone();
                    bad[at] ^= flip;
                    agree(&bad);
                }
            }
            agree(&[&spki[..], &[0]].concat());
        }
    }

    #[test]
    fn numbers_are_checked_as_in_the_preparation() {
        for modulus in [&[0xff; 64][..], &[0xfe; 64], &[0xff; 63]] {
            for exponent in [&[1, 0, 1][..], &[1], &[2], &[0xff; 33]] {
                let key = PublicKey {
                    kind: KeyKind::Rsa { bits: 512 },
                    material: Material::Rsa {
                        n: modulus,
                        e: exponent,
                    },
                    key_bits: &[],
                };
                assert_eq!(key.check_numbers(), key.prepare().map(drop));
            }
        }
    }
}
