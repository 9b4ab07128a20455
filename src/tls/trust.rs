//! [`SharedTrust`]: what peers are judged by, replaced while connections go on.

use super::hints::Hints;
use crate::{CrlStore, PathOptions, TrustStore};
use rustls::DistinguishedName;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

/// Trust anchors, revocation lists and options that verifiers share, and that can be replaced while
/// connections go on. A clone is a handle to the same.
///
/// A handshake takes what is there when its peer is verified, and holds it until it is done. Nobody
/// waits for a validation, neither those who replace nor other handshakes.
///
/// ```
/// use certwright::tls::{ClientVerifier, SharedTrust};
/// use certwright::{PathOptions, TrustStore};
///
/// let roots = include_str!("../../vectors/root.pem");
/// let trust = SharedTrust::new(TrustStore::from_pem(roots)?, PathOptions::client());
/// let verifier = ClientVerifier::new(trust.clone());
/// trust.set_roots(TrustStore::from_pem(include_str!("../../vectors/ca-p256.pem"))?);
/// # Ok::<(), certwright::Error>(())
/// ```
#[derive(Clone)]
pub struct SharedTrust(Arc<Inner>);

struct Inner {
    current: RwLock<Arc<Current>>,
    hints: Hints,
}

/// What one handshake is judged by.
#[derive(Clone)]
pub(super) struct Current {
    pub(super) roots: Arc<TrustStore>,
    pub(super) options: PathOptions,
}

impl SharedTrust {
    /// Takes the trust anchors, and the options with the revocation lists. A verifier sets the
    /// [`purpose`](PathOptions::purpose) to its own, unless that is [`Purpose::Any`], and that of
    /// servers [`peer_names`](PathOptions::peer_names) to the name that is connected to.
    ///
    /// [`Purpose::Any`]: crate::Purpose::Any
    ///
    /// ```
    /// use certwright::tls::SharedTrust;
    /// use certwright::{PathOptions, TrustStore};
    ///
    /// let roots = TrustStore::from_pem(include_str!("../../vectors/root.pem"))?;
    /// let trust = SharedTrust::new(roots, PathOptions::client());
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn new(roots: impl Into<Arc<TrustStore>>, options: PathOptions) -> Self {
        let roots = roots.into();
        Self(Arc::new(Inner {
            hints: Hints::of(&roots),
            current: RwLock::new(Arc::new(Current { roots, options })),
        }))
    }

    /// Replaces the trust anchors; and, in what servers tell clients of which CAs to present
    /// certificates, their names.
    ///
    /// ```
    /// use certwright::TrustStore;
    /// use certwright::tls::SharedTrust;
    ///
    /// let trust = SharedTrust::from(TrustStore::new([]));
    /// trust.set_roots(TrustStore::from_pem(include_str!("../../vectors/root.pem"))?);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn set_roots(&self, roots: impl Into<Arc<TrustStore>>) {
        let roots = roots.into();
        self.0.hints.set(&roots);
        self.replace(|current| current.roots = roots);
    }

    /// Replaces the revocation lists.
    ///
    /// ```
    /// use certwright::tls::SharedTrust;
    /// use certwright::{CrlStore, TrustStore};
    ///
    /// let trust = SharedTrust::from(TrustStore::from_pem(include_str!("../../vectors/root.pem"))?);
    /// trust.set_crls(CrlStore::from_pem(include_str!("../../vectors/crl-root.pem"))?);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn set_crls(&self, crls: CrlStore) {
        self.replace(|current| current.options.crls = crls);
    }

    fn replace(&self, change: impl FnOnce(&mut Current)) {
        let mut current = self
            .0
            .current
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let mut next = Current::clone(&current);
        change(&mut next);
        let old = std::mem::replace(&mut *current, Arc::new(next));
        drop(current);
        // A long list is freed while others go on.
        drop(old);
    }

    pub(super) fn current(&self) -> Arc<Current> {
        let current = self.0.current.read();
        Arc::clone(&current.unwrap_or_else(PoisonError::into_inner))
    }

    /// The names of the trust anchors.
    pub(super) fn hints(&self) -> &[DistinguishedName] {
        self.0.hints.current()
    }
}

/// With [`PathOptions::default`]: nothing is asked of revocation.
impl From<TrustStore> for SharedTrust {
    fn from(roots: TrustStore) -> Self {
        Self::new(roots, PathOptions::default())
    }
}

impl fmt::Debug for SharedTrust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let current = self.current();
        f.debug_struct("SharedTrust")
            .field("roots", &current.roots)
            .field("options", &current.options)
            .finish_non_exhaustive()
    }
}
