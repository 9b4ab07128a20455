//! Who sends a request: by name and password, or by the certificate of its connection.

mod basic;
mod logins;
mod password;
mod throttle;

pub(crate) use password::hash;

use crate::config::{Role, User, Users};
use basic::Credentials;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use logins::Logins;
use password::Verifier;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use throttle::Throttle;
use tokio::sync::Semaphore;

/// Passwords that are hashed at one time: each takes 19 MiB and some 20 ms of a core.
const AT_ONCE: usize = 2;

/// Somebody who has shown who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Login {
    pub(crate) name: Arc<str>,
    pub(crate) role: Role,
}

/// Why nobody is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denial {
    /// There is no login, or it is wrong.
    Unknown,
    /// Too many that were wrong came from there; to be asked again after this time.
    TooMany(Duration),
}

/// Checks logins. One is shared by all connections.
pub(crate) struct Authenticator {
    users: RwLock<Arc<Users>>,
    logins: Logins,
    throttle: Throttle,
    hashing: Semaphore,
    verifier: Arc<Verifier>,
}

impl Authenticator {
    pub(crate) fn new(users: Users) -> Result<Self, getrandom::Error> {
        Ok(Self {
            users: RwLock::new(Arc::new(users)),
            logins: Logins::new()?,
            throttle: Throttle::default(),
            hashing: Semaphore::new(AT_ONCE),
            verifier: Arc::default(),
        })
    }

    /// Takes other users; every login is checked again.
    pub(crate) fn set_users(&self, users: Users) {
        *self.users.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(users);
        self.logins.clear();
    }

    /// The user whose certificates have one of these names.
    pub(crate) fn by_certificate<'n>(
        &self,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Option<Login> {
        let users = self.users();
        let mut found = names
            .into_iter()
            .filter_map(|name| users.with_certificate(name));
        found.next().map(login)
    }

    /// Who the header `Authorization` of a request from this address says, and proves, that it is.
    pub(crate) async fn by_header(
        &self,
        headers: &HeaderMap,
        address: IpAddr,
    ) -> Result<Login, Denial> {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return Err(Denial::Unknown);
        };
        let credentials = Credentials::parse(value.as_bytes()).ok_or(Denial::Unknown)?;
        if let Some(login) = self.logins.get(&credentials, Instant::now()) {
            return Ok(login);
        }
        // Those that are hashed wait here, so that none passes the throttle while it is looked at.
        let permit = self.hashing.acquire().await.map_err(|_| Denial::Unknown)?;
        if let Some(login) = self.logins.get(&credentials, Instant::now()) {
            return Ok(login);
        }
        self.throttle
            .admit(address, &credentials.name, Instant::now())
            .map_err(Denial::TooMany)?;
        let user = self.users().get(&credentials.name).cloned();
        let hash = user.as_ref().and_then(|user| user.password_hash.clone());
        let verifier = Arc::clone(&self.verifier);
        let (credentials, is_right) = tokio::task::spawn_blocking(move || {
            let is_right = verifier.verify(&credentials.password, hash.as_deref());
            (credentials, is_right)
        })
        .await
        .map_err(|_| Denial::Unknown)?;
        drop(permit);
        let Some(user) = user.filter(|_| is_right) else {
            return Err(Denial::Unknown);
        };
        self.throttle.forgive(address, &credentials.name);
        let login = login(&user);
        self.logins.keep(&credentials, &login, Instant::now());
        Ok(login)
    }

    fn users(&self) -> Arc<Users> {
        Arc::clone(&self.users.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn login(user: &User) -> Login {
    Login {
        name: user.name.as_str().into(),
        role: user.role,
    }
}
