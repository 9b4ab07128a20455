//! Signature algorithms and their identifiers (RFC 4055, RFC 5758).

use super::hash::HashFunction;
use const_oid::ObjectIdentifier;
use const_oid::db::{rfc5912 as oid, rfc8410};
use der::asn1::AnyRef;
use der::{Decode as _, Sequence};
use spki::{AlgorithmIdentifier, AlgorithmIdentifierRef};

/// An algorithm that the engine signs certificates and requests with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2).
    RsaPkcs1(HashFunction),
    /// ECDSA (FIPS 186-5 section 6.4); the signature is the DER `Ecdsa-Sig-Value`.
    Ecdsa(HashFunction),
}

impl SignatureAlgorithm {
    /// The hash function that the message is hashed with.
    ///
    /// ```
    /// use certwright::{HashFunction, SignatureAlgorithm};
    ///
    /// let algorithm = SignatureAlgorithm::Ecdsa(HashFunction::Sha384);
    /// assert_eq!(algorithm.hash(), HashFunction::Sha384);
    /// ```
    pub const fn hash(self) -> HashFunction {
        match self {
            Self::RsaPkcs1(hash) | Self::Ecdsa(hash) => hash,
        }
    }

    /// The DER of the `AlgorithmIdentifier`: parameters NULL for RSA (RFC 4055 section 5), absent
    /// for ECDSA (RFC 5758 section 3.2).
    pub(crate) const fn identifier(self) -> &'static [u8] {
        use HashFunction::{Sha224, Sha256, Sha384, Sha512};
        match self {
            Self::RsaPkcs1(hash) => match hash {
                Sha224 => b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0e\x05\x00",
                Sha256 => b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00",
                Sha384 => b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c\x05\x00",
                Sha512 => b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d\x05\x00",
            },
            Self::Ecdsa(hash) => match hash {
                Sha224 => b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x01",
                Sha256 => b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02",
                Sha384 => b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x03",
                Sha512 => b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x04",
            },
        }
    }
}

/// A hash function that is recognised only to be refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WeakHash {
    /// And its forerunners md2 and md4.
    Md5,
    Sha1,
}

impl WeakHash {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
        }
    }
}

/// What an `AlgorithmIdentifier` says about a signature that somebody else made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignatureScheme {
    RsaPkcs1(HashFunction),
    /// The same hash for the message and for MGF1; salt length in bytes.
    RsaPss {
        hash: HashFunction,
        salt: u16,
    },
    Ecdsa(HashFunction),
    /// A known scheme with a hash function that nobody should rely on.
    Weak(WeakHash),
    /// ECDSA whose identifier has parameters, which must be absent (RFC 5758 section 3.2).
    EcdsaWithParameters,
    /// Ed25519; recognised, not offered.
    Ed25519,
    Unknown,
}

impl SignatureScheme {
    /// That of the message, of a scheme that is verified.
    pub(crate) const fn hash(self) -> Option<HashFunction> {
        match self {
            Self::RsaPkcs1(hash) | Self::RsaPss { hash, .. } | Self::Ecdsa(hash) => Some(hash),
            Self::Weak(_) | Self::EcdsaWithParameters | Self::Ed25519 | Self::Unknown => None,
        }
    }

    /// Reads the DER of an `AlgorithmIdentifier`.
    pub(crate) fn read(identifier: &[u8]) -> der::Result<Self> {
        // Nearly all are one of these few.
        let usual = HashFunction::ALL
            .into_iter()
            .flat_map(|hash| {
                [
                    SignatureAlgorithm::RsaPkcs1(hash),
                    SignatureAlgorithm::Ecdsa(hash),
                ]
            })
            .find(|known| known.identifier() == identifier);
        match usual {
            Some(known) => Ok(known.into()),
            None => AlgorithmIdentifierRef::from_der(identifier).map(|read| Self::of(&read)),
        }
    }

    pub(crate) fn of(algorithm: &AlgorithmIdentifierRef<'_>) -> Self {
        use HashFunction::{Sha224, Sha256, Sha384, Sha512};
        let rsa = |hash| {
            // RFC 4055 section 5: NULL, and implementations accept it absent.
            match algorithm.parameters {
                None => Self::RsaPkcs1(hash),
                Some(any) if any == AnyRef::NULL => Self::RsaPkcs1(hash),
                Some(_) => Self::Unknown,
            }
        };
        let ecdsa = |hash| match algorithm.parameters {
            None => Self::Ecdsa(hash),
            Some(_) => Self::EcdsaWithParameters,
        };
        match algorithm.oid {
            oid::SHA_224_WITH_RSA_ENCRYPTION => rsa(Sha224),
            oid::SHA_256_WITH_RSA_ENCRYPTION => rsa(Sha256),
            oid::SHA_384_WITH_RSA_ENCRYPTION => rsa(Sha384),
            oid::SHA_512_WITH_RSA_ENCRYPTION => rsa(Sha512),
            oid::ECDSA_WITH_SHA_224 => ecdsa(Sha224),
            oid::ECDSA_WITH_SHA_256 => ecdsa(Sha256),
            oid::ECDSA_WITH_SHA_384 => ecdsa(Sha384),
            oid::ECDSA_WITH_SHA_512 => ecdsa(Sha512),
            oid::ID_RSASSA_PSS => pss(algorithm.parameters),
            oid::SHA_1_WITH_RSA_ENCRYPTION
            | OIW_SHA_1_WITH_RSA
            | oid::DSA_WITH_SHA_1
            | ECDSA_WITH_SHA_1 => Self::Weak(WeakHash::Sha1),
            oid::MD_5_WITH_RSA_ENCRYPTION
            | MD_4_WITH_RSA_ENCRYPTION
            | oid::MD_2_WITH_RSA_ENCRYPTION => Self::Weak(WeakHash::Md5),
            rfc8410::ID_ED_25519 => Self::Ed25519,
            _ => Self::Unknown,
        }
    }
}

impl From<SignatureAlgorithm> for SignatureScheme {
    fn from(algorithm: SignatureAlgorithm) -> Self {
        match algorithm {
            SignatureAlgorithm::RsaPkcs1(hash) => Self::RsaPkcs1(hash),
            SignatureAlgorithm::Ecdsa(hash) => Self::Ecdsa(hash),
        }
    }
}

const MD_4_WITH_RSA_ENCRYPTION: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.3");
/// Another name of sha1WithRSAEncryption, of the OSI Implementors' Workshop.
const OIW_SHA_1_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.29");
const ECDSA_WITH_SHA_1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.1");

/// RFC 4055 section 3.1; each field has a default, those of the hash functions being SHA-1.
#[derive(Sequence)]
struct PssParameters<'a> {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    hash: Option<AlgorithmIdentifierRef<'a>>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    mask: Option<AlgorithmIdentifier<AlgorithmIdentifierRef<'a>>>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    salt: Option<u16>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    trailer: Option<u8>,
}

/// Which DER leaves out.
const PSS_SALT_DEFAULT: u16 = 20;

fn pss(parameters: Option<AnyRef<'_>>) -> SignatureScheme {
    let Some(Ok(parameters)) = parameters.map(AnyRef::decode_as::<PssParameters<'_>>) else {
        return SignatureScheme::Unknown;
    };
    let Some(hash) = parameters.hash else {
        return SignatureScheme::Weak(WeakHash::Sha1);
    };
    if hash.oid == oid::ID_SHA_1 {
        return SignatureScheme::Weak(WeakHash::Sha1);
    }
    // RFC 4055 section 2.1: the parameters of a hash function are NULL or absent.
    let is_plain = |hash: &AlgorithmIdentifierRef<'_>| {
        hash.parameters
            .is_none_or(|parameters| parameters == AnyRef::NULL)
    };
    let mask_hash = match parameters.mask {
        Some(mask) if mask.oid == oid::ID_MGF_1 => mask.parameters.filter(is_plain),
        _ => None,
    };
    let mask_hash = mask_hash.map(|hash| hash.oid);
    if !is_plain(&hash) {
        return SignatureScheme::Unknown;
    }
    match (pss_hash(hash.oid), parameters.trailer) {
        (Some(known), None | Some(1)) if mask_hash == Some(hash.oid) => SignatureScheme::RsaPss {
            hash: known,
            salt: parameters.salt.unwrap_or(PSS_SALT_DEFAULT),
        },
        _ => SignatureScheme::Unknown,
    }
}

fn pss_hash(hash: ObjectIdentifier) -> Option<HashFunction> {
    match hash {
        oid::ID_SHA_224 => Some(HashFunction::Sha224),
        oid::ID_SHA_256 => Some(HashFunction::Sha256),
        oid::ID_SHA_384 => Some(HashFunction::Sha384),
        oid::ID_SHA_512 => Some(HashFunction::Sha512),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use der::Decode;

    #[test]
    fn identifiers_read_back_as_their_scheme() {
        for hash in HashFunction::ALL {
            for algorithm in [
                SignatureAlgorithm::RsaPkcs1(hash),
                SignatureAlgorithm::Ecdsa(hash),
            ] {
                let parsed = AlgorithmIdentifierRef::from_der(algorithm.identifier()).unwrap();
                let expected = match algorithm {
                    SignatureAlgorithm::RsaPkcs1(hash) => SignatureScheme::RsaPkcs1(hash),
                    SignatureAlgorithm::Ecdsa(hash) => SignatureScheme::Ecdsa(hash),
                };
                assert_eq!(SignatureScheme::of(&parsed), expected);
            }
        }
    }

    #[test]
    fn weak_schemes_by_all_their_names() {
        for (oid, hash) in [
            ("1.2.840.113549.1.1.2", WeakHash::Md5),
            ("1.2.840.113549.1.1.3", WeakHash::Md5),
            ("1.2.840.113549.1.1.4", WeakHash::Md5),
            ("1.2.840.113549.1.1.5", WeakHash::Sha1),
            ("1.3.14.3.2.29", WeakHash::Sha1),
            ("1.2.840.10040.4.3", WeakHash::Sha1),
            ("1.2.840.10045.4.1", WeakHash::Sha1),
        ] {
            let algorithm = AlgorithmIdentifierRef {
                oid: ObjectIdentifier::new_unwrap(oid),
                parameters: None,
            };
            assert_eq!(
                SignatureScheme::of(&algorithm),
                SignatureScheme::Weak(hash),
                "{oid}"
            );
        }
    }

    /// PSS with SHA-256, both hash functions with these parameters.
    fn pss_with(hash_parameters: &[u8], mask_parameters: &[u8]) -> SignatureScheme {
        fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
            let content = parts.concat();
            let mut der = vec![tag, u8::try_from(content.len()).unwrap()];
            der.extend(content);
            der
        }
        let sha256 = b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01";
        let mgf1 = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08";
        let hash = tlv(0xa0, &[&tlv(0x30, &[sha256, hash_parameters])]);
        let mask_hash = tlv(0x30, &[sha256, mask_parameters]);
        let mask = tlv(0xa1, &[&tlv(0x30, &[mgf1, &mask_hash])]);
        let salt = tlv(0xa2, &[b"\x02\x01\x20"]);
        let name = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a";
        let der = tlv(0x30, &[name, &tlv(0x30, &[&hash, &mask, &salt])]);
        SignatureScheme::of(&AlgorithmIdentifierRef::from_der(&der).unwrap())
    }

    #[test]
    fn the_hash_functions_of_pss_have_no_parameters() {
        let hash = HashFunction::Sha256;
        let good = SignatureScheme::RsaPss { hash, salt: 32 };
        let null: &[u8] = &[5, 0];
        for (one, other) in [(null, null), (&[], &[]), (null, &[]), (&[], null)] {
            assert_eq!(pss_with(one, other), good);
        }
        for rubbish in [&[2, 1, 0][..], &[0x30, 0], &[4, 2, 0xde, 0xad]] {
            assert_eq!(pss_with(rubbish, null), SignatureScheme::Unknown);
            assert_eq!(pss_with(null, rubbish), SignatureScheme::Unknown);
        }
    }

    #[test]
    fn pss_defaults_mean_sha1() {
        let der = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a\x30\x00";
        let parsed = AlgorithmIdentifierRef::from_der(der).unwrap();
        assert_eq!(
            SignatureScheme::of(&parsed),
            SignatureScheme::Weak(WeakHash::Sha1)
        );
    }
}
