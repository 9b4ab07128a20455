//! RSA on the `rsa` crate: the public key that verifies, and the encoding that is signed.

use super::error::{BadSignature, KeyError};
use super::hash::HashFunction;
use super::integer::{bit_length, is_odd};
use rsa::{BoxedUint, Pkcs1v15Sign, Pss, PublicKey};
use sha2::{Sha224, Sha256, Sha384, Sha512};

/// The largest public exponent that is read, in bits: the upper bound of FIPS 186-5. A longer one
/// would only make verification slow.
const EXPONENT_BITS: u32 = 256;

/// The smallest and the largest RSA modulus that is read, in bits.
pub(super) const MODULUS_BITS: std::ops::RangeInclusive<u32> = 512..=16_384;

/// Checks the numbers of a public key (unsigned, big-endian, no leading zeros): an odd modulus of
/// a size that is read, an odd exponent of at least 3.
pub(super) fn check_numbers(n: &[u8], e: &[u8]) -> Result<(), KeyError> {
    if !MODULUS_BITS.contains(&bit_length(n)) {
        return Err(KeyError::Unsupported(
            "RSA moduli of 512 to 16384 bits are supported",
        ));
    }
    if !is_odd(n) {
        return Err(KeyError::Malformed("the RSA modulus is even"));
    }
    if !is_odd(e) || e == [1] || bit_length(e) > EXPONENT_BITS {
        return Err(KeyError::Malformed(
            "the RSA public exponent is not an odd number from 3 to 2^256",
        ));
    }
    Ok(())
}

/// An RSA public key whose numbers were checked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RsaVerifyingKey(PublicKey);

impl RsaVerifyingKey {
    pub(super) fn new(n: &[u8], e: &[u8]) -> Result<Self, KeyError> {
        check_numbers(n, e)?;
        let number = |bytes, bits| {
            BoxedUint::from_be_slice(bytes, bits)
                .map_err(|_| KeyError::Malformed("the RSA public key does not fit its own size"))
        };
        let (n, e) = (number(n, bit_length(n))?, number(e, bit_length(e))?);
        // `PublicKey::new` refuses exponents above 2^33, which FIPS 186-5 allows.
        Ok(Self(PublicKey::new_unchecked(n, e)))
    }

    pub(super) fn verify_pkcs1(
        &self,
        hash: HashFunction,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        self.0
            .verify(pkcs1_scheme(hash), digest, signature)
            .map_err(|_| BadSignature)
    }

    pub(super) fn verify_pss(
        &self,
        hash: HashFunction,
        salt: u16,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        let salt = usize::from(salt);
        match hash {
            HashFunction::Sha224 => {
                let scheme = Pss::<Sha224>::new_with_salt(salt);
                self.0.verify(scheme, digest, signature)
            }
            HashFunction::Sha256 => {
                let scheme = Pss::<Sha256>::new_with_salt(salt);
                self.0.verify(scheme, digest, signature)
            }
            HashFunction::Sha384 => {
                let scheme = Pss::<Sha384>::new_with_salt(salt);
                self.0.verify(scheme, digest, signature)
            }
            HashFunction::Sha512 => {
                let scheme = Pss::<Sha512>::new_with_salt(salt);
                self.0.verify(scheme, digest, signature)
            }
        }
        .map_err(|_| BadSignature)
    }
}

/// RSASSA-PKCS1-v1_5 with this hash, as the `rsa` crate takes it.
pub(super) fn pkcs1_scheme(hash: HashFunction) -> Pkcs1v15Sign {
    match hash {
        HashFunction::Sha224 => Pkcs1v15Sign::new::<Sha224>(),
        HashFunction::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
        HashFunction::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
        HashFunction::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
    }
}

/// The check of an RSASSA-PKCS1-v1_5 signature in numbers: that `signature^e mod n` is `encoded`.
pub(super) struct RsaCheck<'a> {
    /// Odd, big-endian, no leading zeros.
    pub(super) n: &'a [u8],
    /// Odd, 3 to 2^33.
    pub(super) e: u64,
    /// Big-endian, as long as the modulus and less than it.
    pub(super) signature: &'a [u8],
    /// As long as the modulus and less than it.
    pub(super) encoded: Vec<u8>,
}

impl<'a> RsaCheck<'a> {
    /// Lengths of the modulus in bits for which there is one.
    pub(super) const BITS: [u32; 3] = [2048, 3072, 4096];

    /// `None` for keys of other sizes, and for keys and signatures that no check is needed to
    /// refuse; `encoded` is asked for nothing then.
    pub(super) fn new(
        n: &'a [u8],
        e: &[u8],
        signature: &'a [u8],
        encoded: impl FnOnce() -> Option<Vec<u8>>,
    ) -> Option<Self> {
        check_numbers(n, e).ok()?;
        if !Self::BITS.contains(&bit_length(n)) || bit_length(e) > 33 {
            return None;
        }
        // Big-endian numbers of the same length compare as bytes do.
        if signature.len() != n.len() || signature >= n {
            return None;
        }
        let encoded = encoded().filter(|encoded| encoded.len() == n.len())?;
        Some(Self {
            n,
            e: e.iter().fold(0, |e, &byte| e << 8 | u64::from(byte)),
            signature,
            encoded,
        })
    }
}

/// EMSA-PKCS1-v1_5 (RFC 8017 section 9.2): what is signed, as long as the modulus, which has
/// `length` bytes. `None` if that is too short.
pub(super) fn encode_pkcs1(hash: HashFunction, message: &[u8], length: usize) -> Option<Vec<u8>> {
    let digest = hash.digest(message);
    let info = pkcs1_scheme(hash).prefix;
    let padding = length.checked_sub(3 + info.len() + digest.len())?;
    if padding < 8 {
        return None;
    }
    let mut encoded = Vec::with_capacity(length);
    encoded.extend([0, 1]);
    encoded.resize(2 + padding, 0xff);
    encoded.push(0);
    encoded.extend(&*info);
    encoded.extend(&*digest);
    Some(encoded)
}
