//! Keys from passwords.

use super::{Budget, Password, PasswordError};
use const_oid::ObjectIdentifier;
use const_oid::db::{rfc5753 as hmac_oid, rfc5912 as oid};
use der::asn1::{AnyRef, OctetStringRef, UintRef};
use der::{Decode as _, SliceReader};
use hmac::digest::block_api::BlockSizeUser;
use hmac::digest::{Digest, Update};
use hmac::{EagerHash, Hmac, KeyInit, Mac as _};
use spki::AlgorithmIdentifierRef;
use zeroize::{Zeroize, Zeroizing};

/// A hash function that keys are derived with. SHA-1 is sound for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DerivationHash {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl DerivationHash {
    pub(crate) fn of(name: ObjectIdentifier) -> Option<Self> {
        Some(match name {
            oid::ID_SHA_1 => Self::Sha1,
            oid::ID_SHA_224 => Self::Sha224,
            oid::ID_SHA_256 => Self::Sha256,
            oid::ID_SHA_384 => Self::Sha384,
            oid::ID_SHA_512 => Self::Sha512,
            _ => return None,
        })
    }

    /// By the identifier of its HMAC.
    pub(super) fn of_hmac(name: ObjectIdentifier) -> Option<Self> {
        Some(match name {
            pkcs5::pbes2::HMAC_WITH_SHA1_OID => Self::Sha1,
            hmac_oid::ID_HMAC_WITH_SHA_224 => Self::Sha224,
            hmac_oid::ID_HMAC_WITH_SHA_256 => Self::Sha256,
            hmac_oid::ID_HMAC_WITH_SHA_384 => Self::Sha384,
            hmac_oid::ID_HMAC_WITH_SHA_512 => Self::Sha512,
            _ => return None,
        })
    }

    pub(super) const fn octets(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// Whether `tag` is the HMAC of `content` under `key`; in constant time.
    pub(super) fn authenticates(self, key: &[u8], content: &[u8], tag: &[u8]) -> bool {
        match self {
            Self::Sha1 => authenticates::<sha1::Sha1>(key, content, tag),
            Self::Sha224 => authenticates::<sha2::Sha224>(key, content, tag),
            Self::Sha256 => authenticates::<sha2::Sha256>(key, content, tag),
            Self::Sha384 => authenticates::<sha2::Sha384>(key, content, tag),
            Self::Sha512 => authenticates::<sha2::Sha512>(key, content, tag),
        }
    }

    fn pbkdf2(self, password: &[u8], salt: &[u8], iterations: u32, out: &mut [u8]) {
        match self {
            Self::Sha1 => pbkdf2::pbkdf2_hmac::<sha1::Sha1>(password, salt, iterations, out),
            Self::Sha224 => pbkdf2::pbkdf2_hmac::<sha2::Sha224>(password, salt, iterations, out),
            Self::Sha256 => pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password, salt, iterations, out),
            Self::Sha384 => pbkdf2::pbkdf2_hmac::<sha2::Sha384>(password, salt, iterations, out),
            Self::Sha512 => pbkdf2::pbkdf2_hmac::<sha2::Sha512>(password, salt, iterations, out),
        }
    }
}

/// The HMAC-SHA-256 of `content` under `key`.
pub(super) fn hmac_sha256(key: &[u8], content: &[u8]) -> [u8; 32] {
    let mut hmac = keyed::<sha2::Sha256>(key);
    Update::update(&mut hmac, content);
    hmac.finalize().into_bytes().into()
}

fn keyed<D: EagerHash>(key: &[u8]) -> Hmac<D> {
    Hmac::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"))
}

fn authenticates<D: EagerHash>(key: &[u8], content: &[u8], tag: &[u8]) -> bool {
    let mut hmac = keyed::<D>(key);
    Update::update(&mut hmac, content);
    hmac.verify_slice(tag).is_ok()
}

/// The two algorithms that the parameters of PBES2 and of PBMAC1 are made of (RFC 8018 appendices A.4 and
/// A.5): one for the key, and what is done with it.
pub(super) fn pair(
    algorithm: AlgorithmIdentifierRef<'_>,
) -> Result<(Derivation<'_>, AlgorithmIdentifierRef<'_>), PasswordError> {
    let (derivation, scheme) = algorithm
        .parameters
        .ok_or(PasswordError::Parameters)?
        .sequence(|fields| {
            let derivation = AlgorithmIdentifierRef::decode(fields)?;
            Ok::<_, der::Error>((derivation, AlgorithmIdentifierRef::decode(fields)?))
        })
        .map_err(|_| PasswordError::Parameters)?;
    Ok((Derivation::read(derivation)?, scheme))
}

/// PBKDF2 or scrypt (RFC 8018 section 5.2, RFC 7914), as an `AlgorithmIdentifier` says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Derivation<'a> {
    salt: &'a [u8],
    /// The length of the key that the parameters name.
    key_length: Option<u64>,
    function: Function,
}

#[derive(Clone, Copy, Debug)]
enum Function {
    Pbkdf2 {
        hash: DerivationHash,
        iterations: u32,
    },
    Scrypt {
        n: u64,
        r: u32,
        p: u32,
    },
}

impl<'a> Derivation<'a> {
    fn read(algorithm: AlgorithmIdentifierRef<'a>) -> Result<Self, PasswordError> {
        let read = match algorithm.oid {
            pkcs5::pbes2::PBKDF2_OID => Self::pbkdf2,
            pkcs5::pbes2::SCRYPT_OID => Self::scrypt,
            unknown => return Err(PasswordError::Unsupported(unknown.to_string())),
        };
        let parameters = algorithm.parameters.ok_or(PasswordError::Parameters)?;
        parameters
            .sequence(|fields| Ok::<_, der::Error>(read(fields)))
            .map_err(|_| PasswordError::Parameters)?
    }

    /// `PBKDF2-params` (RFC 8018 appendix A.2), with a salt that stands there.
    fn pbkdf2(fields: &mut SliceReader<'a>) -> Result<Self, PasswordError> {
        let mut read = || {
            let salt = <&'a OctetStringRef>::decode(fields)?.as_bytes();
            let iterations = number(fields)?;
            let key_length = Option::<UintRef<'a>>::decode(fields)?;
            let prf = Option::<AlgorithmIdentifierRef<'a>>::decode(fields)?;
            Ok::<_, der::Error>((salt, iterations, key_length.as_ref().map(saturated), prf))
        };
        let (salt, iterations, key_length, prf) = read().map_err(|_| PasswordError::Parameters)?;
        let hash = match prf {
            None => DerivationHash::Sha1,
            Some(prf) => DerivationHash::of_hmac(prf.oid)
                .ok_or_else(|| PasswordError::Unsupported(prf.oid.to_string()))?,
        };
        Ok(Self {
            salt,
            key_length,
            function: Function::Pbkdf2 { hash, iterations },
        })
    }

    /// `scrypt-params` (RFC 7914 section 7.1).
    fn scrypt(fields: &mut SliceReader<'a>) -> Result<Self, PasswordError> {
        let mut read = || {
            let salt = <&'a OctetStringRef>::decode(fields)?.as_bytes();
            let n = UintRef::<'a>::decode(fields)?;
            let (r, p) = (number(fields)?, number(fields)?);
            let key_length = Option::<UintRef<'a>>::decode(fields)?;
            Ok::<_, der::Error>(Self {
                salt,
                key_length: key_length.as_ref().map(saturated),
                function: Function::Scrypt {
                    n: saturated(&n),
                    r,
                    p,
                },
            })
        };
        read().map_err(|_| PasswordError::Parameters)
    }

    pub(super) fn is_pbkdf2(&self) -> bool {
        matches!(self.function, Function::Pbkdf2 { .. })
    }

    /// The length of the key that the parameters name.
    pub(super) fn key_length(&self) -> Option<usize> {
        self.key_length
            .map(|length| usize::try_from(length).unwrap_or(usize::MAX))
    }

    /// A key of so many octets.
    pub(super) fn key(
        &self,
        password: &Password<'_>,
        length: usize,
        budget: &mut Budget,
    ) -> Result<Zeroizing<Vec<u8>>, PasswordError> {
        if self.key_length().is_some_and(|named| named != length) {
            return Err(PasswordError::Parameters);
        }
        let password = password.text.as_bytes();
        let mut key = Zeroizing::new(vec![0; length]);
        match self.function {
            Function::Pbkdf2 { hash, iterations } => {
                budget.spend(iterations)?;
                hash.pbkdf2(password, self.salt, iterations, &mut key);
            }
            Function::Scrypt { n, r, p } => {
                budget.spend_scrypt(n, r, p)?;
                let is_power = n.is_power_of_two() && n > 1;
                let log_n = u8::try_from(n.trailing_zeros()).ok().filter(|_| is_power);
                let cost = log_n
                    .and_then(|log_n| scrypt::Params::new(log_n, r, p).ok())
                    .ok_or(PasswordError::Parameters)?;
                scrypt::scrypt(password, self.salt, &cost, &mut key)
                    .map_err(|_| PasswordError::Parameters)?;
            }
        }
        Ok(key)
    }
}

/// A number of iterations, in DER. One that is too large for its type is too large for any limit too.
pub(crate) fn count_of(der: &[u8]) -> der::Result<u32> {
    UintRef::from_der(der).map(|number| count(&number))
}

/// The same as the next of some fields.
fn number(fields: &mut SliceReader<'_>) -> der::Result<u32> {
    UintRef::decode(fields).map(|number| count(&number))
}

fn count(number: &UintRef<'_>) -> u32 {
    u32::try_from(saturated(number)).unwrap_or(u32::MAX)
}

fn saturated(number: &UintRef<'_>) -> u64 {
    let octets = number.as_bytes();
    if octets.len() > 8 {
        return u64::MAX;
    }
    let digits = octets.iter().map(|octet| u64::from(*octet));
    digits.fold(0, |number, digit| number << 8 | digit)
}

/// What a key of PKCS#12 is for: the octet that tells it from others of the same password and salt
/// (RFC 7292 appendix B.3).
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    Encryption = 1,
    InitializationVector = 2,
    Mac = 3,
}

/// Salt and iterations of a key of PKCS#12.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pkcs12Derivation<'a> {
    pub(super) hash: DerivationHash,
    pub(super) salt: &'a [u8],
    pub(super) iterations: u32,
}

impl<'a> Pkcs12Derivation<'a> {
    /// Reads `pkcs-12PbeParams` (RFC 7292 appendix C).
    pub(super) fn read(
        hash: DerivationHash,
        parameters: Option<AnyRef<'a>>,
    ) -> Result<Self, PasswordError> {
        let (salt, iterations) = parameters
            .ok_or(PasswordError::Parameters)?
            .sequence(|fields| {
                let salt = <&'a OctetStringRef>::decode(fields)?.as_bytes();
                Ok::<_, der::Error>((salt, number(fields)?))
            })
            .map_err(|_| PasswordError::Parameters)?;
        Ok(Self {
            hash,
            salt,
            iterations,
        })
    }

    pub(super) fn spend(&self, budget: &mut Budget) -> Result<(), PasswordError> {
        budget.spend(self.iterations)
    }

    /// Octets for `purpose` (RFC 7292 appendix B.2).
    pub(super) fn octets(
        &self,
        purpose: Purpose,
        password: &Password<'_>,
        length: usize,
    ) -> Zeroizing<Vec<u8>> {
        let mut out = Zeroizing::new(vec![0; length]);
        let derive = match self.hash {
            DerivationHash::Sha1 => fill::<sha1::Sha1>,
            DerivationHash::Sha224 => fill::<sha2::Sha224>,
            DerivationHash::Sha256 => fill::<sha2::Sha256>,
            DerivationHash::Sha384 => fill::<sha2::Sha384>,
            DerivationHash::Sha512 => fill::<sha2::Sha512>,
        };
        derive(purpose, &password.bmp, self.salt, self.iterations, &mut out);
        out
    }
}

fn fill<D: Digest + BlockSizeUser>(
    purpose: Purpose,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    out: &mut [u8],
) {
    let block = D::block_size();
    let whole_blocks = |octets: &[u8]| octets.len().next_multiple_of(block);
    let mut input = Zeroizing::new(vec![0; whole_blocks(salt) + whole_blocks(password)]);
    let (salts, passwords) = input.split_at_mut(whole_blocks(salt));
    for (part, octets) in [(salts, salt), (passwords, password)] {
        for (place, octet) in part.iter_mut().zip(octets.iter().cycle()) {
            *place = *octet;
        }
    }
    let diversifier = vec![purpose as u8; block];
    for part in out.chunks_mut(<D as Digest>::output_size()) {
        let mut digest = D::new()
            .chain_update(&diversifier)
            .chain_update(&*input)
            .finalize();
        for _ in 1..iterations {
            digest = D::digest(&digest);
        }
        part.copy_from_slice(&digest[..part.len()]);
        for number in input.chunks_mut(block) {
            add_and_one(number, &digest);
        }
        digest.as_mut_slice().zeroize();
    }
}

/// Adds to a big-endian number the number of as many octets of `addend`, over and over, and 1.
fn add_and_one(number: &mut [u8], addend: &[u8]) {
    let mut carry = 1;
    for (place, octet) in number.iter_mut().enumerate().rev() {
        let sum = u16::from(*octet) + u16::from(addend[place % addend.len()]) + carry;
        let [high, low] = sum.to_be_bytes();
        *octet = low;
        carry = high.into();
    }
}
