//! [`Users`]: who may do what.

use super::error::ConfigError;
use super::file;
use argon2::password_hash::phc::PasswordHash;
use std::collections::BTreeMap;
use std::fmt;

/// What a user may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Role {
    /// Everything.
    Admin,
    /// Whatever changes nothing: GET, HEAD and OPTIONS.
    #[default]
    ReadOnly,
}

/// Somebody who may log in.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) name: String,
    /// Of argon2, as a PHC string; `None` if this user has certificates alone.
    pub(crate) password_hash: Option<String>,
    pub(crate) role: Role,
    /// Common names and alternative names of the client certificates that are this user's.
    pub(crate) certificates: Vec<String>,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("name", &self.name)
            .field("role", &self.role)
            .field("certificates", &self.certificates)
            .finish_non_exhaustive()
    }
}

/// All users, by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Users(BTreeMap<String, User>);

impl Users {
    pub(super) fn of(given: Vec<file::User>) -> Result<Self, ConfigError> {
        let mut users = Self::default();
        for user in given {
            let user = User {
                name: user.name,
                password_hash: user.password_hash,
                role: user.role,
                certificates: user.certificates,
            };
            users.add(user)?;
        }
        Ok(users)
    }

    /// Adds a user.
    ///
    /// # Errors
    ///
    /// The name is taken, empty or has a colon; the hash is none of argon2; there is neither a hash nor
    /// a certificate; a certificate is that of another user.
    pub(crate) fn add(&mut self, user: User) -> Result<(), ConfigError> {
        let refuse = |why: &str| Err(ConfigError::value("users", why));
        // RFC 7617 section 2: a colon ends the name.
        if user.name.is_empty()
            || user.name.contains(':')
            || user.name.chars().any(char::is_control)
        {
            return refuse("a name is empty, or has a colon or a control character");
        }
        if let Some(hash) = &user.password_hash {
            let is_argon2 = PasswordHash::new(hash)
                .is_ok_and(|hash| hash.algorithm.as_str().starts_with("argon2"));
            if !is_argon2 {
                return refuse(
                    "a password_hash is not one that `certwright-server hash-password` prints",
                );
            }
        } else if user.certificates.is_empty() {
            return refuse("a user has neither a password_hash nor certificates");
        }
        let is_taken = |name: &String| name.is_empty() || self.with_certificate(name).is_some();
        if user.certificates.iter().any(is_taken) {
            return refuse("a certificate is empty, or that of two users");
        }
        if self.0.contains_key(&user.name) {
            return refuse("two users have the same name");
        }
        self.0.insert(user.name.clone(), user);
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&User> {
        self.0.get(name)
    }

    /// The user whose certificates have this common or alternative name.
    pub(crate) fn with_certificate(&self, name: &str) -> Option<&User> {
        let mut users = self.0.values();
        users.find(|user| user.certificates.iter().any(|own| own == name))
    }
}
