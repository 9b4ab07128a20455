//! Hashes of passwords: argon2id with 19 MiB and two passes, of RFC 9106 in the sizes that OWASP
//! recommends.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{self, PasswordHasher as _, PasswordVerifier as _};
use std::sync::OnceLock;

/// The hash of a password with a new salt, as a PHC string.
pub(crate) fn hash(password: &[u8]) -> Result<String, password_hash::Error> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|_| password_hash::Error::Crypto)?;
    let hash = Argon2::default().hash_password_with_salt(password, &salt)?;
    Ok(hash.to_string())
}

/// Whether the password is that of the hash. Without a hash it is not, which takes as long.
pub(super) fn verify(password: &[u8], hash: Option<&str>) -> bool {
    static NOBODYS: OnceLock<String> = OnceLock::new();
    let text = hash.unwrap_or_else(|| NOBODYS.get_or_init(|| self::hash(b"").unwrap_or_default()));
    let is_right = PasswordHash::new(text)
        .is_ok_and(|parsed| Argon2::default().verify_password(password, &parsed).is_ok());
    is_right && hash.is_some()
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
        assert!(verify(b"secret", Some(&of_admin)));
        assert!(!verify(b"Secret", Some(&of_admin)));
        assert!(!verify(b"", Some(&of_admin)));
        assert!(!verify(b"", None));
        assert!(!verify(b"secret", Some("$argon2id$nonsense")));
    }
}
