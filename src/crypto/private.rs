//! Private keys: generating, reading and writing them, and signing with them.

use super::algorithm::SignatureAlgorithm;
use super::ec::AnyPrivateKey;
use super::error::KeyError;
use super::hash::HashFunction;
use super::integer::bit_length;
use super::key_file::{EcKeyFile, KeyFile};
use super::portable::rsa::RsaKey;
use super::rsa::{check_numbers, encode_pkcs1, pkcs1_scheme};
use super::rsa_numbers::RsaNumbers;
use super::signer::SignerError;
use crate::base::secret::same_secret;
use der::Decode;
use der::asn1::UintRef;
use p256::pkcs8::{EncodePrivateKey as _, EncodePublicKey as _};
use rand_core::CryptoRng;
use rsa::BoxedUint;
use rsa::pkcs1::{EncodeRsaPrivateKey as _, RsaPrivateKeyRef};
use zeroize::Zeroizing;

/// A kind of key that can be generated.
///
/// ```
/// use certwright::KeySpec;
///
/// assert_ne!(KeySpec::P256, KeySpec::Rsa2048);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeySpec {
    /// RSA with a modulus of 2048 bits.
    Rsa2048,
    /// RSA with a modulus of 3072 bits.
    Rsa3072,
    /// RSA with a modulus of 4096 bits.
    Rsa4096,
    /// The curve P-256.
    P256,
    /// The curve P-384.
    P384,
    /// The curve P-521.
    P521,
}

/// A private key in the clear. Its memory is wiped when it is dropped (each variant's type does
/// so), and `Debug` does not exist for it.
pub(crate) enum PrivateKey {
    /// Of two primes of equal length, of one of the usual sizes.
    Rsa(Box<RsaNumbers>),
    /// Of another size, of more primes, of primes that are not of equal length, or with a large
    /// public exponent: all its arithmetic is that of the `rsa` crate.
    OddRsa(Box<rsa::PrivateKey>),
    Ec(Box<AnyPrivateKey>),
}

impl PrivateKey {
    /// Reads PKCS#8, PKCS#1 or SEC 1, whichever it is.
    pub(crate) fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        match KeyFile::read(der)? {
            KeyFile::Rsa(der) => Self::from_pkcs1(der),
            KeyFile::Ec(key) => Self::from_scalar(&key),
        }
    }

    /// A scalar may have more or fewer octets than the order of its curve, as old writers have them,
    /// as long as it is the same number.
    fn from_scalar(key: &EcKeyFile<'_>) -> Result<Self, KeyError> {
        let length = key.curve.octets();
        let leading = key.scalar.len().saturating_sub(length);
        let (zeros, digits) = key.scalar.split_at(leading);
        if zeros.iter().any(|octet| *octet != 0) || digits.is_empty() {
            return Err(KeyError::Malformed(
                "the EC private key does not fit its curve",
            ));
        }
        let mut scalar = Zeroizing::new(vec![0; length]);
        scalar[length - digits.len()..].copy_from_slice(digits);
        let key_on_curve = sec1::EcPrivateKey {
            private_key: &scalar,
            parameters: None,
            public_key: key.public,
        };
        Ok(AnyPrivateKey::from_sec1(key.curve, key_on_curve)?.into())
    }

    /// Reads an `RSAPrivateKey` (RFC 8017 appendix A.1.2), of two or more primes, and checks that
    /// its numbers belong together.
    fn from_pkcs1(der: &[u8]) -> Result<Self, KeyError> {
        let key = RsaPrivateKeyRef::from_der(der)
            .map_err(|_| KeyError::Malformed("the private key is not an RSAPrivateKey"))?;
        check_numbers(key.modulus.as_bytes(), key.public_exponent.as_bytes())?;
        let bits = bit_length(key.modulus.as_bytes());
        let number = |value: UintRef<'_>, bits| {
            BoxedUint::from_be_slice(value.as_bytes(), bits).map_err(|_| INCONSISTENT)
        };
        let exponent_bits = bit_length(key.public_exponent.as_bytes());
        let n = number(key.modulus, bits)?;
        let e = number(key.public_exponent, exponent_bits)?;
        let d = number(key.private_exponent, bits)?;
        let others = key.other_prime_infos.iter().flatten();
        let given: Vec<_> = [key.prime1, key.prime2]
            .into_iter()
            .chain(others.map(|other| other.prime))
            .collect();
        // The `rsa` crate multiplies them all before it looks at the product.
        let product_bits: u32 = given.iter().map(|prime| bit_length(prime.as_bytes())).sum();
        if given.len() > PRIMES_MAX || product_bits > bits + PRIME_SLACK {
            return Err(INCONSISTENT);
        }
        let primes: Vec<_> = given
            .into_iter()
            .map(|prime| number(prime, bits))
            .collect::<Result<_, _>>()?;
        // The `rsa` crate requires unbalanced primes announced. That a key is of this odd kind shows
        // in how long it takes to load and to sign.
        let half = usize::try_from(bits.div_ceil(2).div_ceil(8)).unwrap_or(usize::MAX);
        let unbalanced = [key.prime1, key.prime2]
            .iter()
            .any(|prime| prime.as_bytes().len() > half);
        let two_primes = primes.len() == 2;
        let loaded = if unbalanced && two_primes {
            rsa::PrivateKey::from_components_with_wide_primes(n, e, d, primes)
        } else {
            // The exponent's range was checked above; the plain constructor would refuse
            // exponents above 2^33, which FIPS 186-5 allows.
            rsa::PrivateKey::from_components_with_large_exponent(n, e, d, primes)
        }
        .map_err(|_| INCONSISTENT)?;
        // The crate computes the CRT numbers anew and ignores those of the file; a file whose own
        // are wrong is not a sound key.
        if two_primes {
            let encoded = loaded.to_pkcs1_der().map_err(|_| INCONSISTENT)?;
            if !same_secret(encoded.as_bytes(), der) {
                return Err(INCONSISTENT);
            }
        }
        Ok(loaded.into())
    }

    /// The DER of the PKCS#8 `PrivateKeyInfo`.
    pub(crate) fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        match self {
            Self::Rsa(key) => key.to_pkcs8(),
            Self::OddRsa(key) => key
                .to_pkcs8_der()
                .map(|document| Zeroizing::new(document.as_bytes().to_vec()))
                .map_err(|_| KeyError::Malformed("the private key cannot be encoded")),
            Self::Ec(key) => key.to_pkcs8(),
        }
    }

    /// The DER of the public half's `SubjectPublicKeyInfo`.
    pub(crate) fn public_key(&self) -> Result<Vec<u8>, KeyError> {
        match self {
            Self::Rsa(key) => key.public_key(),
            Self::OddRsa(key) => key
                .as_public_key()
                .to_public_key_der()
                .map(der::Document::into_vec)
                .map_err(|_| KeyError::Malformed("the public key cannot be encoded")),
            Self::Ec(key) => key.public_key(),
        }
    }

    /// The algorithm that this key signs with.
    pub(crate) fn algorithm(&self, hash: HashFunction) -> SignatureAlgorithm {
        match self {
            Self::Rsa(_) | Self::OddRsa(_) => SignatureAlgorithm::RsaPkcs1(hash),
            Self::Ec(_) => SignatureAlgorithm::Ecdsa(hash),
        }
    }

    /// Signs. `rng` blinds (odd RSA keys) or hedges the nonce (ECDSA).
    pub(crate) fn sign(
        &self,
        hash: HashFunction,
        message: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, SignerError> {
        match self {
            Self::Rsa(key) => RsaKey::new(key)
                .zip(encode_pkcs1(hash, message, key.length()))
                .and_then(|(key, encoded)| key.sign(&encoded))
                .ok_or_else(|| SignerError::new("the RSA private operation failed")),
            Self::OddRsa(key) => key
                .sign_with_rng(rng, pkcs1_scheme(hash), &hash.digest(message))
                .map_err(|_| SignerError::new("the RSA private operation failed")),
            Self::Ec(key) => key.sign(hash, message, rng),
        }
    }

    /// Whether [`Self::sign`] returns no signature that it has not checked. So does RSA, here and in
    /// the `rsa` crate, with the result of the CRT.
    pub(crate) fn checks_signatures(&self) -> bool {
        match self {
            Self::Rsa(_) | Self::OddRsa(_) => true,
            Self::Ec(key) => key.checks_signatures(),
        }
    }
}

impl From<rsa::PrivateKey> for PrivateKey {
    fn from(key: rsa::PrivateKey) -> Self {
        match RsaNumbers::of(&key) {
            Some(numbers) => Self::Rsa(Box::new(numbers)),
            None => Self::OddRsa(Box::new(key)),
        }
    }
}

impl From<AnyPrivateKey> for PrivateKey {
    fn from(key: AnyPrivateKey) -> Self {
        Self::Ec(Box::new(key))
    }
}

/// The most primes of an RSA key that is read; nobody makes keys with more.
const PRIMES_MAX: usize = 5;
/// The bits that the lengths of so many primes may exceed the length of their product by.
const PRIME_SLACK: u32 = 4;

const INCONSISTENT: KeyError =
    KeyError::Malformed("the numbers of the RSA key do not fit together");
