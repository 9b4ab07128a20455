//! Public keys: what a `SubjectPublicKeyInfo` says, and the prepared form that verifies.

use super::algorithm::SignatureScheme;
use super::ec::{AnyVerifyingKey, Curve};
use super::error::{BadSignature, KeyError};
use super::integer::bit_length;
use super::rsa::{MODULUS_BITS, RsaVerifyingKey};
use const_oid::ObjectIdentifier;
use const_oid::db::{rfc5912 as oid, rfc8410};
use der::Decode;
use der::asn1::{AnyRef, UintRef};
use spki::SubjectPublicKeyInfoRef;

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
    /// TbsCertificate, big-endian, no leading zeros.
    Rsa {
        n: &'a [u8],
        e: &'a [u8],
    },
    /// SEC 1 point.
    Ec(Curve, &'a [u8]),
    None,
}

impl<'a> PublicKey<'a> {
    /// Reads the DER of a `SubjectPublicKeyInfo`.
    pub(crate) fn from_spki(der: &'a [u8]) -> Result<Self, KeyError> {
        let spki = SubjectPublicKeyInfoRef::from_der(der)
            .map_err(|_| KeyError::Malformed("the public key is not a SubjectPublicKeyInfo"))?;
        let key_bits = spki
            .subject_public_key
            .as_bytes()
            .ok_or(KeyError::Malformed("the public key has unused bits"))?;
        let (kind, material) = match spki.algorithm.oid {
            // RFC 3279 section 2.3.1: "The parameters field MUST have ASN.1 type NULL".
            oid::RSA_ENCRYPTION if spki.algorithm.parameters == Some(AnyRef::NULL) => {
                rsa(key_bits)?
            }
            oid::RSA_ENCRYPTION => {
                return Err(KeyError::Malformed("the RSA key's parameters are not NULL"));
            }
            oid::ID_EC_PUBLIC_KEY => ec(spki.algorithm.parameters, key_bits)?,
            rfc8410::ID_ED_25519 => (KeyKind::Ed25519, Material::None),
            oid::ID_DSA => (dsa(spki.algorithm.parameters), Material::None),
            _ => (KeyKind::Other, Material::None),
        };
        Ok(Self {
            kind,
            material,
            key_bits,
        })
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
            _ => self.prepare().map(drop),
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
            Material::None if self.kind == KeyKind::P224 => Err(KeyError::Unsupported(
                "keys on P-224 are not supported; use P-256, P-384 or P-521",
            )),
            Material::None => Err(KeyError::Unsupported(
                "only RSA keys and EC keys on P-256, P-384 and P-521 are supported",
            )),
        }
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
    // Explicit curve parameters (a SEQUENCE) are a curve that we do not know.
    let name = parameters.decode_as::<ObjectIdentifier>().ok();
    Ok(match name.and_then(Curve::of) {
        Some(curve) => (KeyKind::Ec(curve), Material::Ec(curve, point)),
        None if name == Some(oid::SECP_224_R_1) => (KeyKind::P224, Material::None),
        None => (KeyKind::OtherCurve, Material::None),
    })
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
        match (self, scheme) {
            (Self::Rsa(key), SignatureScheme::RsaPkcs1(hash)) => {
                key.verify_pkcs1(hash, message, signature)
            }
            (Self::Rsa(key), SignatureScheme::RsaPss { hash, salt }) => {
                key.verify_pss(hash, salt, message, signature)
            }
            (Self::Ec(key), SignatureScheme::Ecdsa(hash)) => key.verify(hash, message, signature),
            _ => Err(BadSignature),
        }
    }
}
