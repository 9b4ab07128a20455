//! [`KeyRing`]: private keys are encrypted where they are kept.

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64ct::{Base64, Encoding as _};
use certwright::SecretDer;
use certwright::catalog::Uuid;
use sha2::{Digest as _, Sha256};
use std::fmt;
use zeroize::{Zeroize as _, Zeroizing};

/// The keys of AES-256-GCM that seal private keys: the first seals, all of them open.
///
/// As text they are lines of base64, 32 octets each; empty lines and those that begin with `#` are
/// passed over. What is sealed begins with the version and which key it was, and is bound to the UUID of
/// its record, so that no sealed key can be put in the place of another.
pub(crate) struct KeyRing {
    keys: Vec<(Id, Aes256Gcm)>,
}

/// The first octets of the SHA-256 of a key.
type Id = [u8; 8];

const VERSION: u8 = 1;
const KEY: usize = 32;
const NONCE: usize = 12;
const HEADER: usize = 1 + size_of::<Id>() + NONCE;
/// As many keys as a ring may have: one, and a second while all is sealed again.
const KEYS_MAX: usize = 16;

/// Why there is no ring, or why something could not be opened. Never has a key in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyRingError {
    /// The text has no key.
    Empty,
    /// The text has more than sixteen keys.
    TooMany,
    /// A line is not base64 of 32 octets; its number, from 1.
    Line(usize),
    /// None of the keys sealed it.
    UnknownKey,
    /// It is not what was sealed, or not for this record.
    Altered,
}

impl KeyRing {
    /// The text of a new key, from the system's source of randomness.
    pub(crate) fn generate() -> Result<Zeroizing<String>, getrandom::Error> {
        let mut key = Zeroizing::new([0; KEY]);
        getrandom::fill(&mut *key)?;
        Ok(Zeroizing::new(Base64::encode_string(&*key)))
    }

    /// The ring that the text says.
    pub(crate) fn parse(text: &str) -> Result<Self, KeyRingError> {
        let mut keys = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut key = Zeroizing::new([0; KEY]);
            let mut buffer = Zeroizing::new([0; KEY + 3]);
            let read = Base64::decode(line, &mut *buffer).ok();
            match read.filter(|read| read.len() == KEY) {
                Some(read) => key.copy_from_slice(read),
                None => return Err(KeyRingError::Line(index + 1)),
            }
            if keys.len() == KEYS_MAX {
                return Err(KeyRingError::TooMany);
            }
            keys.push((id(&*key), Aes256Gcm::new((&*key).into())));
        }
        if keys.is_empty() {
            return Err(KeyRingError::Empty);
        }
        Ok(Self { keys })
    }

    /// Seals the private key of a record.
    pub(crate) fn seal(&self, record: Uuid, key: &SecretDer) -> Result<Vec<u8>, getrandom::Error> {
        let (id, cipher) = &self.keys[0];
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce)?;
        let mut sealed = Vec::with_capacity(HEADER + key.as_bytes().len() + 16);
        sealed.push(VERSION);
        sealed.extend_from_slice(id);
        sealed.extend_from_slice(&nonce);
        let aad = associated(&sealed[..=size_of::<Id>()], record);
        let payload = Payload {
            msg: key.as_bytes(),
            aad: &aad,
        };
        let nonce = Nonce::from(nonce);
        // It fails above 64 GiB alone.
        let encrypted = cipher.encrypt(&nonce, payload).unwrap_or_default();
        sealed.extend_from_slice(&encrypted);
        Ok(sealed)
    }

    /// Opens what [`seal`](Self::seal) made for this record.
    pub(crate) fn open(&self, record: Uuid, sealed: &[u8]) -> Result<SecretDer, KeyRingError> {
        let (header, encrypted) = sealed
            .split_at_checked(HEADER)
            .filter(|(header, _)| header[0] == VERSION)
            .ok_or(KeyRingError::Altered)?;
        let (named, nonce) = header.split_at(1 + size_of::<Id>());
        let (_, cipher) = self
            .keys
            .iter()
            .find(|(id, _)| *id == named[1..])
            .ok_or(KeyRingError::UnknownKey)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| KeyRingError::Altered)?;
        let aad = associated(named, record);
        let payload = Payload {
            msg: encrypted,
            aad: &aad,
        };
        let key = cipher
            .decrypt(&Nonce::from(nonce), payload)
            .map_err(|_| KeyRingError::Altered)?;
        Ok(SecretDer::from(key))
    }

    /// Whether one of the keys sealed it. What is damaged is not told from what is whole.
    pub(crate) fn has_key_of(&self, sealed: &[u8]) -> bool {
        let named = sealed.get(1..=size_of::<Id>());
        named.is_none_or(|named| self.keys.iter().any(|(id, _)| id[..] == *named))
    }

    /// Whether the first key sealed it.
    pub(crate) fn is_current(&self, sealed: &[u8]) -> bool {
        sealed.get(1..=size_of::<Id>()) == Some(&self.keys[0].0[..])
    }
}

fn id(key: &[u8]) -> Id {
    let mut digest = Sha256::digest(key);
    let mut id = Id::default();
    id.copy_from_slice(&digest[..size_of::<Id>()]);
    digest.as_mut_slice().zeroize();
    id
}

fn associated(header: &[u8], record: Uuid) -> Vec<u8> {
    [header, record.as_bytes()].concat()
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing")
            .field("keys", &self.keys.len())
            .finish()
    }
}

impl fmt::Display for KeyRingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there is no key"),
            Self::TooMany => write!(f, "there are more than {KEYS_MAX} keys"),
            Self::Line(number) => write!(f, "line {number} is not 32 octets in base64"),
            Self::UnknownKey => {
                f.write_str("private keys in the store are sealed with a key that was not given")
            }
            Self::Altered => f.write_str("a sealed private key is not as it was written"),
        }
    }
}

impl std::error::Error for KeyRingError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretDer {
        SecretDer::from(text.as_bytes().to_vec())
    }

    fn uuid(number: u8) -> Uuid {
        Uuid::from_bytes([number; 16])
    }

    #[test]
    fn opens_what_it_sealed_for_the_same_record_alone() {
        let ring = KeyRing::parse(&KeyRing::generate().unwrap()).unwrap();
        let sealed = ring.seal(uuid(1), &secret("key")).unwrap();
        assert_eq!(ring.open(uuid(1), &sealed).unwrap().as_bytes(), b"key");
        assert_eq!(
            ring.open(uuid(2), &sealed).err(),
            Some(KeyRingError::Altered)
        );
        for index in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[index] ^= 1;
            assert!(ring.open(uuid(1), &altered).is_err(), "octet {index}");
            assert!(
                ring.open(uuid(1), &sealed[..index]).is_err(),
                "octet {index}"
            );
        }
        // A nonce is never used twice.
        assert_ne!(sealed, ring.seal(uuid(1), &secret("key")).unwrap());
    }

    #[test]
    fn an_old_key_opens_and_the_first_seals() {
        let (old, new) = (KeyRing::generate().unwrap(), KeyRing::generate().unwrap());
        let before = KeyRing::parse(&old).unwrap();
        let between = KeyRing::parse(&format!("# new\n{}\n\n{}\n", *new, *old)).unwrap();
        let after = KeyRing::parse(&new).unwrap();
        let sealed = before.seal(uuid(1), &secret("key")).unwrap();
        assert!(!between.is_current(&sealed));
        assert!(between.has_key_of(&sealed) && !after.has_key_of(&sealed));
        let opened = between.open(uuid(1), &sealed).unwrap();
        assert_eq!(
            after.open(uuid(1), &sealed).err(),
            Some(KeyRingError::UnknownKey)
        );
        let again = between.seal(uuid(1), &opened).unwrap();
        assert!(between.is_current(&again));
        assert_eq!(after.open(uuid(1), &again).unwrap().as_bytes(), b"key");
    }

    #[test]
    fn texts_that_are_no_ring() {
        let key = KeyRing::generate().unwrap();
        let many = format!("{}\n", *key).repeat(KEYS_MAX + 1);
        for (text, error) in [
            ("", KeyRingError::Empty),
            ("# none\n", KeyRingError::Empty),
            (&many, KeyRingError::TooMany),
            ("AAAA", KeyRingError::Line(1)),
            (&format!("{}\n{}A", *key, *key), KeyRingError::Line(2)),
            ("\n!", KeyRingError::Line(2)),
        ] {
            assert_eq!(KeyRing::parse(text).err(), Some(error), "{}", text.len());
        }
        assert!(!format!("{:?}", KeyRing::parse(&key).unwrap()).contains(&**key));
    }
}
