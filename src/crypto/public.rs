//! Public keys: what a `SubjectPublicKeyInfo` says, and the prepared form that verifies.

use super::algorithm::SignatureScheme;
use super::error::{BadSignature, KeyError};
use super::hash::HashFunction;
use super::integer::bit_length;
use super::rsa::{MODULUS_BITS, RsaVerifyingKey};
use const_oid::ObjectIdentifier;
use const_oid::db::{rfc5912 as oid, rfc8410};
use der::Decode;
use der::asn1::{AnyRef, UintRef};
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use spki::SubjectPublicKeyInfoRef;

/// A named elliptic curve that the engine recognises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    /// Recognised in certificates of others; the engine has no arithmetic for it.
    P224,
    P256,
    P384,
    P521,
}

impl Curve {
    pub(super) fn of(oid: ObjectIdentifier) -> Option<Self> {
        match oid {
            oid::SECP_224_R_1 => Some(Self::P224),
            oid::SECP_256_R_1 => Some(Self::P256),
            oid::SECP_384_R_1 => Some(Self::P384),
            oid::SECP_521_R_1 => Some(Self::P521),
            _ => None,
        }
    }

    const fn bits(self) -> u32 {
        match self {
            Self::P224 => 224,
            Self::P256 => 256,
            Self::P384 => 384,
            Self::P521 => 521,
        }
    }
}

/// What kind of key an SPKI holds, as far as its encoding tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    /// Bit length of the modulus.
    Rsa {
        bits: u32,
    },
    Ec(Curve),
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

    /// The algorithm's name as the API's requests spell it, or a name of the same kind.
    pub(crate) const fn algorithm(self) -> &'static str {
        match self {
            Self::Rsa { .. } => "rsa",
            Self::Ec(_) | Self::OtherCurve => "ec",
            Self::Ed25519 => "ed25519",
            Self::Dsa { .. } => "dsa",
            Self::Other => "unknown",
        }
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
            KeyKind::Ec(Curve::P224) => Ok(()),
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
        let bad_point = |_| KeyError::Malformed("the public key is not a point of its curve");
        match self.material {
            Material::Rsa { n, e } => RsaVerifyingKey::new(n, e).map(VerifyingKey::Rsa),
            Material::Ec(Curve::P256, point) => p256::ecdsa::VerifyingKey::from_sec1_bytes(point)
                .map(VerifyingKey::P256)
                .map_err(bad_point),
            Material::Ec(Curve::P384, point) => p384::ecdsa::VerifyingKey::from_sec1_bytes(point)
                .map(VerifyingKey::P384)
                .map_err(bad_point),
            Material::Ec(Curve::P521, point) => p521::ecdsa::VerifyingKey::from_sec1_bytes(point)
                .map(VerifyingKey::P521)
                .map_err(bad_point),
            Material::Ec(Curve::P224, _) => Err(KeyError::Unsupported(
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
    let curve = parameters
        .decode_as::<ObjectIdentifier>()
        .ok()
        .and_then(Curve::of);
    Ok(match curve {
        Some(curve) => (KeyKind::Ec(curve), Material::Ec(curve, point)),
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
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
    P521(p521::ecdsa::VerifyingKey),
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
            (Self::P256(key), SignatureScheme::Ecdsa(hash)) => {
                let signature = p256::ecdsa::Signature::from_der(signature);
                verify_ecdsa(key, hash, message, signature)
            }
            (Self::P384(key), SignatureScheme::Ecdsa(hash)) => {
                let signature = p384::ecdsa::Signature::from_der(signature);
                verify_ecdsa(key, hash, message, signature)
            }
            (Self::P521(key), SignatureScheme::Ecdsa(hash)) => {
                let signature = p521::ecdsa::Signature::from_der(signature);
                verify_ecdsa(key, hash, message, signature)
            }
            _ => Err(BadSignature),
        }
    }
}

fn verify_ecdsa<S, E>(
    key: &impl PrehashVerifier<S>,
    hash: HashFunction,
    message: &[u8],
    signature: Result<S, E>,
) -> Result<(), BadSignature> {
    let signature = signature.map_err(|_| BadSignature)?;
    key.verify_prehash(&hash.digest(message), &signature)
        .map_err(|_| BadSignature)
}
