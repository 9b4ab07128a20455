//! Hashes of passwords: argon2id with 19 MiB and two passes, of RFC 9106 in the sizes that OWASP
//! recommends.

use argon2::password_hash::phc::{Output, PasswordHash};
use argon2::password_hash::{self, PasswordHasher as _};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use zeroize::Zeroizing;

/// The hash of a password with a new salt, as a PHC string.
pub(crate) fn hash(password: &[u8]) -> Result<String, password_hash::Error> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|_| password_hash::Error::Crypto)?;
    let hash = Argon2::default().hash_password_with_salt(password, &salt)?;
    Ok(hash.to_string())
}

/// Says whether passwords are right, in memory that is used again: a hash takes so much that an allocator
/// keeps it for each thread that ever asked.
#[derive(Default)]
pub(super) struct Verifier {
    /// As many as ever worked at one time.
    memory: Mutex<Vec<Vec<Block>>>,
}

impl Verifier {
    /// Whether the password is that of the hash. Without a hash it is not, which takes as long.
    pub(super) fn verify(&self, password: &[u8], hash: Option<&str>) -> bool {
        static NOBODYS: OnceLock<String> = OnceLock::new();
        let text =
            hash.unwrap_or_else(|| NOBODYS.get_or_init(|| self::hash(b"").unwrap_or_default()));
        let mut memory = self.lock().pop().unwrap_or_default();
        let is_right = is_right(password, text, &mut memory).unwrap_or(false);
        self.lock().push(memory);
        is_right && hash.is_some()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `None` if the hash cannot be read.
fn is_right(password: &[u8], hash: &str, memory: &mut Vec<Block>) -> Option<bool> {
    let hash = PasswordHash::new(hash).ok()?;
    let (salt, expected) = (hash.salt.as_ref()?, hash.hash.as_ref()?);
    let version = match hash.version {
        Some(version) => Version::try_from(version).ok()?,
        None => Version::default(),
    };
    let params = Params::try_from(&hash).ok()?;
    memory.resize(params.block_count(), Block::default());
    let argon2 = Argon2::new(Algorithm::new(hash.algorithm).ok()?, version, params);
    let mut output = Zeroizing::new(vec![0; expected.len()]);
    argon2
        .hash_password_into_with_memory(password, salt, &mut output, &mut *memory)
        .ok()?;
    // In constant time.
    Some(Output::new(&output).ok()? == *expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_alone_is_right() {
        let of_admin = hash(b"secret").unwrap();
        assert!(
            of_admin.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{of_admin}"
        );
        assert_ne!(of_admin, hash(b"secret").unwrap());
        let verifier = Verifier::default();
        let verify = |password: &[u8], hash| verifier.verify(password, hash);
        assert!(verify(b"secret", Some(&of_admin)));
        assert!(!verify(b"Secret", Some(&of_admin)));
        assert!(!verify(b"", Some(&of_admin)));
        assert!(!verify(b"", None));
        assert!(!verify(b"secret", Some("$argon2id$nonsense")));
        // By the reference's own program, with other costs and of the older version.
        for other in [
            "$argon2id$v=19$m=1024,t=2,p=4$c29tZXNhbHQ$MfdjzcytEeXZM5ijm4z8Gut8QmpjPY4o",
            "$argon2i$v=16$m=256,t=3,p=1$c29tZXNhbHQ$1imBhplce+SzbjbBeuZlDvWaIN6TtKeFhmzaeaboWhg",
        ] {
            assert!(verify(b"password", Some(other)) && !verify(b"Password", Some(other)));
        }
        // One after the other they take the same memory.
        assert_eq!(verifier.lock().len(), 1);
    }
}
