//! [`RsaNumbers`]: a private key of two primes as numbers, apart from any arithmetic.

use super::error::KeyError;
use super::rsa::RsaCheck;
use const_oid::db::rfc5912::RSA_ENCRYPTION;
use der::asn1::{AnyRef, BitStringRef, OctetStringRef, UintRef};
use der::{Encode as _, SecretDocument};
use p256::pkcs8::PrivateKeyInfoRef;
use rsa::pkcs1::{RsaPrivateKeyRef, RsaPublicKeyRef};
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};
use spki::{AlgorithmIdentifier, SubjectPublicKeyInfo};
use zeroize::{Zeroize as _, Zeroizing};

/// The numbers of a private key in 64-bit words, least significant first. The modulus has one of
/// the lengths of [`RsaCheck::BITS`], the two primes have half of that each, and the public exponent
/// is odd and 3 to 2^33. Wiped when it is dropped.
#[derive(Default)]
pub(crate) struct RsaNumbers {
    pub(super) n: Vec<u64>,
    pub(super) e: u64,
    pub(super) d: Vec<u64>,
    pub(super) p: Vec<u64>,
    pub(super) q: Vec<u64>,
    /// `d mod p - 1`.
    pub(super) dp: Vec<u64>,
    /// `d mod q - 1`.
    pub(super) dq: Vec<u64>,
    /// `1/q mod p`.
    pub(super) coefficient: Vec<u64>,
}

impl RsaNumbers {
    /// `None` for a key of another kind.
    pub(super) fn of(key: &rsa::PrivateKey) -> Option<Self> {
        let [p, q] = key.primes() else {
            return None;
        };
        let &[e] = key.e().as_words() else {
            return None;
        };
        let bits = key.n().bit_width();
        let halves = [p.bit_width(), q.bit_width()];
        if !RsaCheck::BITS.contains(&bits) || halves != [bits / 2; 2] {
            return None;
        }
        if e & 1 == 0 || !(3..=1 << 33).contains(&e) {
            return None;
        }
        let length = words(bits);
        let number = |words: &[u64], length| -> Option<Vec<u64>> {
            let (low, above) = words.split_at_checked(length).unwrap_or((words, &[]));
            // Storage that never grows, so that no copy is left behind.
            let mut number = Vec::with_capacity(length);
            number.extend_from_slice(low);
            number.resize(length, 0);
            above.iter().all(|&word| word == 0).then_some(number)
        };
        let coefficient = Zeroizing::new(key.qinv()?.retrieve());
        Some(Self {
            n: number(key.n().as_words(), length)?,
            e,
            d: number(key.d().as_words(), length)?,
            p: number(p.as_words(), length / 2)?,
            q: number(q.as_words(), length / 2)?,
            dp: number(key.dp()?.as_words(), length / 2)?,
            dq: number(key.dq()?.as_words(), length / 2)?,
            coefficient: number(coefficient.as_words(), length / 2)?,
        })
    }

    /// The DER of the PKCS#8 `PrivateKeyInfo`.
    pub(super) fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        self.write_pkcs8()
            .map(|document| Zeroizing::new(document.as_bytes().to_vec()))
            .map_err(|_| KeyError::Malformed("the private key cannot be encoded"))
    }

    fn write_pkcs8(&self) -> der::Result<SecretDocument> {
        let Self {
            n,
            e,
            d,
            p,
            q,
            dp,
            dq,
            coefficient,
        } = self;
        let bytes = [n, &vec![*e], d, p, q, dp, dq, coefficient].map(|words| big_endian(words));
        let number = |place: usize| UintRef::new(&bytes[place]);
        let key = SecretDocument::encode_msg(&RsaPrivateKeyRef {
            modulus: number(0)?,
            public_exponent: number(1)?,
            private_exponent: number(2)?,
            prime1: number(3)?,
            prime2: number(4)?,
            exponent1: number(5)?,
            exponent2: number(6)?,
            coefficient: number(7)?,
            other_prime_infos: None,
        })?;
        let key = OctetStringRef::new(key.as_bytes())?;
        SecretDocument::encode_msg(&PrivateKeyInfoRef::new(RSA, key))
    }

    /// The DER of the public half's `SubjectPublicKeyInfo`.
    pub(super) fn public_key(&self) -> Result<Vec<u8>, KeyError> {
        self.write_public_key()
            .map_err(|_| KeyError::Malformed("the public key cannot be encoded"))
    }

    fn write_public_key(&self) -> der::Result<Vec<u8>> {
        let (n, e) = (big_endian(&self.n), self.e.to_be_bytes());
        let key = RsaPublicKeyRef {
            modulus: UintRef::new(&n)?,
            public_exponent: UintRef::new(&e)?,
        }
        .to_der()?;
        SubjectPublicKeyInfo {
            algorithm: RSA,
            subject_public_key: BitStringRef::from_bytes(&key)?,
        }
        .to_der()
    }

    /// Bytes of the modulus and of a signature.
    pub(super) fn length(&self) -> usize {
        8 * self.n.len()
    }
}

impl Drop for RsaNumbers {
    fn drop(&mut self) {
        let Self {
            n: _,
            e: _,
            d,
            p,
            q,
            dp,
            dq,
            coefficient,
        } = self;
        for number in [d, p, q, dp, dq, coefficient] {
            number.zeroize();
        }
    }
}

/// RFC 3279 section 2.3.1: the parameters are NULL.
const RSA: AlgorithmIdentifier<AnyRef<'static>> = AlgorithmIdentifier {
    oid: RSA_ENCRYPTION,
    parameters: Some(AnyRef::NULL),
};

/// How many words a number of so many bits, a multiple of 64, has.
fn words(bits: u32) -> usize {
    usize::try_from(bits / 64).unwrap_or(usize::MAX)
}

/// With leading zeros, which the encoding leaves out.
fn big_endian(words: &[u64]) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(8 * words.len()));
    for word in words.iter().rev() {
        bytes.extend(word.to_be_bytes());
    }
    bytes
}
