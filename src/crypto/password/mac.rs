//! Message authentication of PKCS#12 (RFC 7292 appendix A), also by PBMAC1 (RFC 9579).

use super::derive::{Derivation, DerivationHash, Pkcs12Derivation, Purpose, hmac_sha256, pair};
use super::{Budget, Password, PasswordError};
use const_oid::ObjectIdentifier;
use spki::AlgorithmIdentifierRef;

/// RFC 8018 appendix A.5.
const PBMAC1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.14");

/// How a file is authenticated.
pub(crate) struct Mac<'a>(Kind<'a>);

enum Kind<'a> {
    /// HMAC under a key of the hash function's length.
    Pkcs12(Pkcs12Derivation<'a>),
    Pbmac1 {
        derivation: Derivation<'a>,
        key_octets: usize,
        hash: DerivationHash,
    },
}

/// Keys of PBMAC1 that are shorter authenticate nothing (RFC 9579 section 5).
const PBMAC1_KEY_MIN: usize = 20;
const PBMAC1_KEY_MAX: usize = 64;

impl<'a> Mac<'a> {
    /// Reads the algorithm, salt and iterations of a `MacData`. PBMAC1 has its own salt and
    /// iterations, and passes over these.
    pub(crate) fn read(
        algorithm: AlgorithmIdentifierRef<'a>,
        salt: &'a [u8],
        iterations: u32,
    ) -> Result<Self, PasswordError> {
        if algorithm.oid == PBMAC1 {
            return Self::pbmac1(algorithm);
        }
        let hash = DerivationHash::of(algorithm.oid)
            .ok_or_else(|| PasswordError::Unsupported(algorithm.oid.to_string()))?;
        Ok(Self(Kind::Pkcs12(Pkcs12Derivation {
            hash,
            salt,
            iterations,
        })))
    }

    fn pbmac1(algorithm: AlgorithmIdentifierRef<'a>) -> Result<Self, PasswordError> {
        let (derivation, scheme) = pair(algorithm)?;
        let hash = DerivationHash::of_hmac(scheme.oid)
            .ok_or_else(|| PasswordError::Unsupported(scheme.oid.to_string()))?;
        let key_octets = derivation
            .key_length()
            .filter(|length| (PBMAC1_KEY_MIN..=PBMAC1_KEY_MAX).contains(length))
            .ok_or(PasswordError::Parameters)?;
        Ok(Self(Kind::Pbmac1 {
            derivation,
            key_octets,
            hash,
        }))
    }

    /// Whether FIPS mode has it: no MAC by SHA-1.
    pub(crate) fn is_fips(&self) -> bool {
        match &self.0 {
            Kind::Pkcs12(derivation) => derivation.hash != DerivationHash::Sha1,
            Kind::Pbmac1 {
                derivation, hash, ..
            } => derivation.is_pbkdf2() && *hash != DerivationHash::Sha1,
        }
    }

    /// Checks that `tag` authenticates `content` under the password.
    pub(crate) fn verify(
        &self,
        content: &[u8],
        tag: &[u8],
        password: &Password<'_>,
        budget: &mut Budget,
    ) -> Result<(), PasswordError> {
        let (key, hash) = match &self.0 {
            Kind::Pkcs12(derivation) => {
                let hash = derivation.hash;
                derivation.spend(budget)?;
                let key = derivation.octets(Purpose::Mac, password, hash.octets());
                (key, hash)
            }
            Kind::Pbmac1 {
                derivation,
                key_octets,
                hash,
            } => (derivation.key(password, *key_octets, budget)?, *hash),
        };
        if hash.authenticates(&key, content, tag) {
            Ok(())
        } else {
            Err(PasswordError::Wrong)
        }
    }
}

/// The tag of `content` by HMAC-SHA-256, under a key of PKCS#12 with SHA-256.
pub(crate) fn authenticate(
    content: &[u8],
    password: &Password<'_>,
    salt: &[u8],
    iterations: u32,
) -> [u8; 32] {
    let derivation = Pkcs12Derivation {
        hash: DerivationHash::Sha256,
        salt,
        iterations,
    };
    let key = derivation.octets(Purpose::Mac, password, 32);
    hmac_sha256(&key, content)
}
