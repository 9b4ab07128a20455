//! The rules of FIPS mode for keys and for signatures.

use super::algorithm::{SignatureScheme, WeakHash};
use super::integer::is_odd;
use super::public::{KeyKind, PublicKey};
use crate::{Error, ErrorCode};
use std::error::Error as _;
use std::fmt;

/// A rule of the FIPS mode that a certificate or a key breaks.
///
/// It is the source of the error of [`check_fips`](crate::check_fips) and of every other operation
/// that refuses something for FIPS mode; [`Error::fips_rule`] finds it there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FipsRule {
    /// An RSA modulus of fewer than 2048 bits (FIPS 186-5 section 5.1).
    RsaModulusTooShort {
        /// Its length in bits.
        bits: u32,
    },
    /// An RSA public exponent that is not odd and between 2^16 and 2^256 (FIPS 186-5 section
    /// A.1.1).
    RsaExponent,
    /// An elliptic curve other than P-224, P-256, P-384 and P-521 (SP 800-186).
    Curve,
    /// A key that is neither RSA nor on one of these curves.
    KeyType,
    /// A key that cannot be read.
    KeyUnreadable,
    /// A signature with md5.
    Md5,
    /// A signature with sha1 (SP 800-131A).
    Sha1,
    /// A signature scheme other than RSA PKCS#1 v1.5, RSA PSS and ECDSA with sha224 to sha512.
    SignatureScheme,
    /// An RSA PSS signature whose salt is longer than the digest (FIPS 186-5 section 5.4 g).
    PssSalt {
        /// Its length in octets.
        octets: u16,
    },
}

impl fmt::Display for FipsRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RsaModulusTooShort { bits } => {
                return write!(
                    f,
                    "its RSA key has {bits} bits; FIPS mode requires at least 2048"
                );
            }
            Self::PssSalt { octets } => {
                return write!(
                    f,
                    "it is signed with RSA PSS and a salt of {octets} octets, longer than the digest; \
                     FIPS mode requires one that is not"
                );
            }
            Self::RsaExponent => {
                "its RSA exponent is not an odd number between 2^16 and 2^256, as FIPS mode requires"
            }
            Self::Curve => "its curve is none of P-224, P-256, P-384 and P-521, as FIPS mode requires",
            Self::KeyType => "its key is neither RSA nor EC on a NIST curve, as FIPS mode requires",
            Self::KeyUnreadable => "its public key cannot be read",
            Self::Md5 => "it is signed with md5, which FIPS mode does not accept",
            Self::Sha1 => "it is signed with sha1, which FIPS mode does not accept",
            Self::SignatureScheme => {
                "it is signed with a scheme that FIPS mode does not accept; RSA and ECDSA with \
                 sha224 to sha512 are"
            }
        })
    }
}

impl std::error::Error for FipsRule {}

impl FipsRule {
    /// The coded error with this rule as its source.
    pub(crate) fn into_error(self, target: &'static str) -> Error {
        Error::new(ErrorCode::CertificateNotFips, self.to_string())
            .with_target(target)
            .with_source(self)
    }
}

impl Error {
    /// The rule of FIPS mode that was broken, where that is the cause, by a certificate of a chain
    /// too.
    ///
    /// ```
    /// use certwright::{FipsRule, check_fips};
    ///
    /// let error = check_fips(include_str!("../../vectors/rsa1024.pem")).unwrap_err();
    /// assert_eq!(error.fips_rule(), Some(FipsRule::RsaModulusTooShort { bits: 1024 }));
    ///
    /// assert_eq!(check_fips("").unwrap_err().fips_rule(), None);
    /// ```
    pub fn fips_rule(&self) -> Option<FipsRule> {
        std::iter::successors(self.source(), |&cause| cause.source())
            .find_map(|cause| cause.downcast_ref().copied())
    }
}

/// The rules for a key.
pub(crate) fn public_key(key: &PublicKey<'_>) -> Result<(), FipsRule> {
    match key.kind {
        KeyKind::Rsa {
            bits: bits @ ..2048,
        } => Err(FipsRule::RsaModulusTooShort { bits }),
        KeyKind::Rsa { .. } => match key.rsa_exponent() {
            Some(exponent) if is_fips_exponent(exponent) => Ok(()),
            _ => Err(FipsRule::RsaExponent),
        },
        KeyKind::Ec(_) | KeyKind::P224 => Ok(()),
        KeyKind::OtherCurve => Err(FipsRule::Curve),
        KeyKind::Ed25519 | KeyKind::Dsa { .. } | KeyKind::Other => Err(FipsRule::KeyType),
    }
}

/// 2^16 < e < 2^256, e odd; `exponent` is big-endian without leading zeros.
fn is_fips_exponent(exponent: &[u8]) -> bool {
    is_odd(exponent) && (3..=32).contains(&exponent.len())
}

/// The rules for the signature on a certificate or a request.
pub(crate) fn signature_scheme(scheme: SignatureScheme) -> Result<(), FipsRule> {
    match scheme {
        SignatureScheme::RsaPss { hash, salt } if usize::from(salt) > hash.length() => {
            Err(FipsRule::PssSalt { octets: salt })
        }
        SignatureScheme::RsaPkcs1(_)
        | SignatureScheme::RsaPss { .. }
        | SignatureScheme::Ecdsa(_) => Ok(()),
        SignatureScheme::Weak(WeakHash::Md5) => Err(FipsRule::Md5),
        SignatureScheme::Weak(WeakHash::Sha1) => Err(FipsRule::Sha1),
        SignatureScheme::EcdsaWithParameters
        | SignatureScheme::Ed25519
        | SignatureScheme::Unknown => Err(FipsRule::SignatureScheme),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents() {
        let mut largest = [0xff; 32];
        assert!(is_fips_exponent(&[1, 0, 1]));
        assert!(is_fips_exponent(&largest));
        largest[31] = 0xfe;
        assert!(!is_fips_exponent(&largest));
        assert!(!is_fips_exponent(&[3]));
        assert!(!is_fips_exponent(&[0xff, 0xff]));
        assert!(!is_fips_exponent(&[0xff; 33]));
    }
}
