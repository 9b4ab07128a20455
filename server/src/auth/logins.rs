//! Logins that were right a short while ago, so that not every request costs a hash.

use super::Login;
use super::basic::Credentials;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// How long one is kept.
const KEPT: Duration = Duration::from_mins(1);
/// As many are kept; beyond that all are forgotten.
const MOST: usize = 10_000;

/// By the HMAC of name and password, under a key that never leaves the process.
pub(super) struct Logins {
    key: Zeroizing<[u8; 32]>,
    kept: Mutex<HashMap<Tag, (Login, Instant)>>,
}

type Tag = [u8; 32];

impl Logins {
    pub(super) fn new() -> Result<Self, getrandom::Error> {
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *key)?;
        Ok(Self {
            key,
            kept: Mutex::default(),
        })
    }

    pub(super) fn get(&self, credentials: &Credentials, now: Instant) -> Option<Login> {
        let tag = self.tag(credentials)?;
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (login, until) = kept.get(&tag)?;
        (now < *until).then(|| login.clone())
    }

    pub(super) fn keep(&self, credentials: &Credentials, login: &Login, now: Instant) {
        let Some(tag) = self.tag(credentials) else {
            return;
        };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(tag, (login.clone(), now + KEPT));
    }

    pub(super) fn clear(&self) {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn tag(&self, credentials: &Credentials) -> Option<Tag> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&*self.key).ok()?;
        mac.update(credentials.name.as_bytes());
        // No name has a colon.
        mac.update(b":");
        mac.update(&credentials.password);
        Some(mac.finalize().into_bytes().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Role;

    fn credentials(name: &str, password: &str) -> Credentials {
        Credentials {
            name: name.to_owned(),
            password: Zeroizing::new(password.into()),
        }
    }

    #[test]
    fn a_login_is_kept_for_a_minute() {
        let logins = Logins::new().unwrap();
        let login = Login {
            name: "admin".into(),
            role: Role::Admin,
        };
        let now = Instant::now();
        logins.keep(&credentials("admin", "x"), &login, now);
        assert_eq!(
            logins.get(&credentials("admin", "x"), now),
            Some(login.clone())
        );
        assert_eq!(logins.get(&credentials("admin", "y"), now), None);
        assert_eq!(logins.get(&credentials("a", "dmin:x"), now), None);
        assert_eq!(logins.get(&credentials("admin", "x"), now + KEPT), None);
        logins.clear();
        assert_eq!(logins.get(&credentials("admin", "x"), now), None);
        for number in 0..=MOST {
            logins.keep(&credentials(&number.to_string(), "x"), &login, now);
        }
        assert!(logins.kept.lock().unwrap().len() <= MOST);
    }
}
