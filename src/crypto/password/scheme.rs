//! Encryption schemes, each with the key derivation that belongs to it.

use super::derive::{Derivation, DerivationHash, Pkcs12Derivation, Purpose, pair};
use super::{Budget, Password, PasswordError};
use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{
    BlockCipherDecrypt, BlockModeDecrypt as _, BlockModeEncrypt as _, InnerIvInit as _, KeyInit,
    KeyIvInit as _,
};
use cbc::{Decryptor, Encryptor};
use const_oid::db::rfc5911::DES_EDE_3_CBC;
use const_oid::db::rfc7292 as oid;
use der::Encode as _;
use der::asn1::OctetStringRef;
use des::TdesEde3;
use pkcs5::pbes2::{self, EncryptionScheme, Kdf, Pbkdf2Params};
use rc2::Rc2;
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

/// How something is encrypted.
pub(crate) struct Scheme<'a>(Kind<'a>);

enum Kind<'a> {
    /// RFC 8018 section 6.2.
    Pbes2 {
        derivation: Derivation<'a>,
        cipher: Cipher,
        iv: &'a [u8],
    },
    /// RFC 7292 appendix C.
    Pkcs12 {
        derivation: Pkcs12Derivation<'a>,
        cipher: Cipher,
    },
}

/// A block cipher in CBC mode with the padding of PKCS#7.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cipher {
    Aes128,
    Aes192,
    Aes256,
    TripleDes,
    /// Two keys, of which the first is the third too.
    TwoKeyTripleDes,
    Rc2With40Bits,
    Rc2With128Bits,
}

/// As OWASP advises for PBKDF2 with HMAC-SHA-256 (Password Storage Cheat Sheet, 2023).
const ITERATIONS: u32 = 600_000;
const SALT_OCTETS: usize = 16;
const AES_BLOCK: usize = 16;

impl<'a> Scheme<'a> {
    pub(crate) fn read(algorithm: AlgorithmIdentifierRef<'a>) -> Result<Self, PasswordError> {
        let pkcs12 = |cipher| {
            let derivation = Pkcs12Derivation::read(DerivationHash::Sha1, algorithm.parameters)?;
            Ok(Self(Kind::Pkcs12 { derivation, cipher }))
        };
        match algorithm.oid {
            pbes2::PBES2_OID => Self::pbes2(algorithm),
            oid::PBE_WITH_SHA_AND_3_KEY_TRIPLE_DES_CBC => pkcs12(Cipher::TripleDes),
            oid::PBE_WITH_SHA_AND_2_KEY_TRIPLE_DES_CBC => pkcs12(Cipher::TwoKeyTripleDes),
            oid::PBE_WITH_SHA_AND_128_BIT_RC_2_CBC => pkcs12(Cipher::Rc2With128Bits),
            oid::PBEWITH_SHA_AND_40_BIT_RC_2_CBC => pkcs12(Cipher::Rc2With40Bits),
            unknown => Err(PasswordError::Unsupported(unknown.to_string())),
        }
    }

    fn pbes2(algorithm: AlgorithmIdentifierRef<'a>) -> Result<Self, PasswordError> {
        let (derivation, encryption) = pair(algorithm)?;
        let cipher = match encryption.oid {
            pbes2::AES_128_CBC_OID => Cipher::Aes128,
            pbes2::AES_192_CBC_OID => Cipher::Aes192,
            pbes2::AES_256_CBC_OID => Cipher::Aes256,
            DES_EDE_3_CBC => Cipher::TripleDes,
            unknown => return Err(PasswordError::Unsupported(unknown.to_string())),
        };
        let iv = encryption
            .parameters
            .and_then(|iv| iv.decode_as::<&'a OctetStringRef>().ok())
            .ok_or(PasswordError::Parameters)?
            .as_bytes();
        Ok(Self(Kind::Pbes2 {
            derivation,
            cipher,
            iv,
        }))
    }

    /// Whether FIPS mode has it: AES with a key of PBKDF2 (NIST SP 800-132).
    pub(crate) fn is_fips(&self) -> bool {
        match &self.0 {
            Kind::Pbes2 {
                derivation, cipher, ..
            } => derivation.is_pbkdf2() && cipher.is_aes(),
            Kind::Pkcs12 { .. } => false,
        }
    }

    /// What `data` is in the clear.
    pub(crate) fn decrypt(
        &self,
        data: &[u8],
        password: &Password<'_>,
        budget: &mut Budget,
    ) -> Result<Zeroizing<Vec<u8>>, PasswordError> {
        match &self.0 {
            Kind::Pbes2 {
                derivation,
                cipher,
                iv,
            } => {
                let key = derivation.key(password, cipher.key_octets(), budget)?;
                cipher.decrypt(&key, iv, data)
            }
            Kind::Pkcs12 { derivation, cipher } => {
                derivation.spend(budget)?;
                let octets = |purpose, length| derivation.octets(purpose, password, length);
                let key = octets(Purpose::Encryption, cipher.key_octets());
                let iv = octets(Purpose::InitializationVector, cipher.block_octets());
                cipher.decrypt(&key, &iv, data)
            }
        }
    }
}

impl Cipher {
    const fn is_aes(self) -> bool {
        matches!(self, Self::Aes128 | Self::Aes192 | Self::Aes256)
    }

    const fn key_octets(self) -> usize {
        match self {
            Self::Rc2With40Bits => 5,
            Self::Aes128 | Self::TwoKeyTripleDes | Self::Rc2With128Bits => 16,
            Self::Aes192 | Self::TripleDes => 24,
            Self::Aes256 => 32,
        }
    }

    const fn block_octets(self) -> usize {
        if self.is_aes() { AES_BLOCK } else { 8 }
    }

    fn decrypt(
        self,
        key: &[u8],
        iv: &[u8],
        data: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, PasswordError> {
        match self {
            Self::Aes128 => decrypt::<Aes128>(key, iv, data),
            Self::Aes192 => decrypt::<Aes192>(key, iv, data),
            Self::Aes256 => decrypt::<Aes256>(key, iv, data),
            Self::TripleDes => decrypt::<TdesEde3>(key, iv, data),
            Self::TwoKeyTripleDes => {
                let key = Zeroizing::new([key, &key[..8]].concat());
                decrypt::<TdesEde3>(&key, iv, data)
            }
            Self::Rc2With40Bits | Self::Rc2With128Bits => decrypt::<Rc2>(key, iv, data),
        }
    }
}

fn decrypt<C: BlockCipherDecrypt + KeyInit>(
    key: &[u8],
    iv: &[u8],
    data: &[u8],
) -> Result<Zeroizing<Vec<u8>>, PasswordError> {
    let cipher = C::new_from_slice(key).map_err(|_| PasswordError::Parameters)?;
    let mode = Decryptor::inner_iv_slice_init(cipher, iv).map_err(|_| PasswordError::Parameters)?;
    let mut buffer = Zeroizing::new(data.to_vec());
    let length = mode
        .decrypt_padded::<Pkcs7>(&mut buffer)
        .map_err(|_| PasswordError::Wrong)?
        .len();
    buffer.truncate(length);
    Ok(buffer)
}

/// Something that was encrypted by PBES2: PBKDF2 with HMAC-SHA-256, AES-256-CBC.
pub(crate) struct Encrypted {
    /// DER of the `AlgorithmIdentifier`.
    pub(crate) algorithm: Vec<u8>,
    pub(crate) data: Vec<u8>,
}

impl Encrypted {
    pub(crate) fn new(
        secret: &[u8],
        password: &Password<'_>,
        rng: &mut (impl rand_core::CryptoRng + ?Sized),
    ) -> Self {
        let (mut salt, mut iv) = ([0; SALT_OCTETS], [0; AES_BLOCK]);
        rng.fill_bytes(&mut salt);
        rng.fill_bytes(&mut iv);
        let kdf: Kdf = Pbkdf2Params::hmac_sha256(ITERATIONS, &salt)
            .unwrap_or_else(|_| unreachable!("the salt is short, the iterations are few"))
            .into();
        let parameters = pbes2::Parameters {
            kdf,
            encryption: EncryptionScheme::Aes256Cbc { iv },
        };
        let algorithm = pkcs5::EncryptionScheme::from(parameters)
            .to_der()
            .unwrap_or_else(|_| unreachable!("all parts of it are short"));
        let mut key = Zeroizing::new([0; 32]);
        let text = password.text.as_bytes();
        pbkdf2::pbkdf2_hmac::<sha2::Sha256>(text, &salt, ITERATIONS, &mut *key);
        let mut data = vec![0; secret.len() + AES_BLOCK];
        let length = Encryptor::<Aes256>::new(&(*key).into(), &iv.into())
            .encrypt_padded_b2b::<Pkcs7>(secret, &mut data)
            .map_or(0, <[u8]>::len);
        data.truncate(length);
        Self { algorithm, data }
    }
}
