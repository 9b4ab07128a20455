//! [`CrlStore`]: revocation lists that are loaded once and used for many validations.

use super::defect::ChainCertificate;
use super::node::Node;
use crate::crypto::{Digest, PublicKey, SignatureScheme};
use crate::input;
use crate::x509::name::key::NameKey;
use crate::{Certificate, Crl, Error, Time};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Certificate revocation lists, complete and delta, of any issuers: threads share them for any
/// number of validations.
///
/// The signature of a list is checked once for each key that it is used under. A clone shares the
/// lists.
///
/// ```
/// use certwright::{
///     Certificate, ChainRule, Crl, CrlStore, PathOptions, Policy, Revocation, Time, TrustStore,
/// };
///
/// let store = TrustStore::from_pem(include_str!("../../vectors/root.pem"))?;
/// let crls = CrlStore::new([Crl::from_pem(include_str!("../../vectors/crl-root.pem"))?]);
/// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
/// let options = PathOptions::any().with_revocation(Revocation::RequiredForPath, crls);
/// let revoked = Certificate::from_pem(include_str!("../../vectors/server.pem"))?;
/// let error = store.verify(&revoked, &[], &options, &policy).unwrap_err();
/// let rule = &error.chain_defect().unwrap().rule;
/// assert!(matches!(rule, ChainRule::Revoked { .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct CrlStore {
    inner: Arc<Inner>,
    /// Certificates of keys that sign lists.
    signers: Arc<[Certificate]>,
}

#[derive(Default)]
struct Inner {
    crls: Vec<Crl>,
    /// Of each issuer the complete lists, the newest first.
    complete: BTreeMap<NameKey, Vec<usize>>,
    /// The delta lists, the same.
    deltas: BTreeMap<NameKey, Vec<usize>>,
    rejected: Vec<RejectedCrl>,
    /// What is signed of each list, hashed once.
    digests: Vec<OnceLock<Digest>>,
    /// Whether a list is signed with a key, by the hash of that.
    signatures: Mutex<BTreeMap<(usize, [u8; 32]), bool>>,
}

/// As many keys are remembered; those who give certificates must not fill the memory with them.
const SIGNATURES_MAX: usize = 100_000;

/// A revocation list that cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub struct RejectedCrl {
    /// Which of those that were given, counted from 0.
    pub index: usize,
    /// Why.
    pub error: Error,
}

/// Which lists there are of an issuer.
#[derive(Clone, Copy)]
pub(super) enum CrlKind {
    Complete,
    Delta,
}

impl CrlStore {
    /// Takes revocation lists.
    ///
    /// ```
    /// use certwright::{Crl, CrlStore};
    ///
    /// let crl = Crl::from_pem(include_str!("../../vectors/crl-root.pem"))?;
    /// assert_eq!(CrlStore::new([crl]).len(), 1);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn new(crls: impl IntoIterator<Item = Crl>) -> Self {
        let mut inner = Inner::default();
        crls.into_iter().for_each(|crl| inner.add(crl));
        inner.sorted().into()
    }

    /// Reads every list of a PEM text. Those that cannot be used are left out:
    /// [`rejected`](Self::rejected) names them.
    ///
    /// # Errors
    ///
    /// [`CertificateUnreadable`](crate::ErrorCode::CertificateUnreadable) if there is no list, or
    /// what there is is no PEM.
    ///
    /// ```
    /// use certwright::CrlStore;
    ///
    /// let crls = CrlStore::from_pem(include_str!("../../vectors/crl-root.pem"))?;
    /// assert!(crls.rejected().is_empty());
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        let mut inner = Inner::default();
        for (index, der) in input::crls(text, input::crl::CRLS)?.into_iter().enumerate() {
            match Crl::from_der(der) {
                Ok(crl) => inner.add(crl),
                Err(error) => inner.rejected.push(RejectedCrl { index, error }),
            }
        }
        Ok(inner.sorted().into())
    }

    /// The same with certificates of keys that sign lists and no certificates, as those of indirect
    /// lists do, and of the CAs above them, in any order. A peer presents none of these.
    ///
    /// They are not trusted: a list counts if its signer has a path, valid now, to the trust anchor
    /// of the certificate that is judged. Each validation looks at all of them.
    ///
    /// ```
    /// use certwright::{Certificate, Crl, CrlStore};
    ///
    /// # let (list, signer) = (include_str!("../../vectors/crl-root.pem"), include_str!("../../vectors/root.pem"));
    /// let crls = CrlStore::new([Crl::from_pem(list)?]);
    /// let crls = crls.with_signers([Certificate::from_pem(signer)?]);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    #[must_use]
    pub fn with_signers(mut self, certificates: impl IntoIterator<Item = Certificate>) -> Self {
        self.signers = certificates.into_iter().collect();
        self
    }

    /// How many lists there are.
    ///
    /// ```
    /// assert_eq!(certwright::CrlStore::default().len(), 0);
    /// ```
    pub fn len(&self) -> usize {
        self.inner.crls.len()
    }

    /// Whether there is none.
    ///
    /// ```
    /// assert!(certwright::CrlStore::default().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.inner.crls.is_empty()
    }

    /// What [`from_pem`](Self::from_pem) was given and cannot be used, with the reason.
    ///
    /// ```
    /// let odd = "-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n";
    /// let crls = certwright::CrlStore::from_pem(odd)?;
    /// assert_eq!((crls.len(), crls.rejected()[0].index), (0, 0));
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn rejected(&self) -> &[RejectedCrl] {
        &self.inner.rejected
    }

    /// The certificates of signers whose names can be read.
    pub(super) fn signers(&self) -> impl Iterator<Item = Node<'_>> {
        let signers = self.signers.iter().enumerate();
        signers.filter_map(|(index, signer)| {
            Node::read(signer, ChainCertificate::Intermediate(index)).ok()
        })
    }

    /// The lists of an issuer that are current, the newest first, each with its number here.
    pub(super) fn of(
        &self,
        issuer: &NameKey,
        kind: CrlKind,
        now: Time,
    ) -> impl Iterator<Item = (usize, &Crl)> {
        let lists = match kind {
            CrlKind::Complete => &self.inner.complete,
            CrlKind::Delta => &self.inner.deltas,
        };
        let numbers = lists.get(issuer).into_iter().flatten();
        numbers
            .map(|&number| (number, &self.inner.crls[number]))
            .filter(move |(_, crl)| {
                let layout = crl.layout();
                layout.this_update <= now && layout.next_update.is_some_and(|until| now <= until)
            })
    }

    /// What the list of this number is signed by.
    pub(super) fn scheme(&self, number: usize) -> SignatureScheme {
        self.inner.crls[number].layout().scheme
    }

    /// Whether the list of this number is signed with a key that is encoded as `spki`.
    pub(super) fn is_signed_with(&self, number: usize, key: &PublicKey<'_>, spki: &[u8]) -> bool {
        let known = (number, Sha256::digest(spki).into());
        let lock = || {
            self.inner
                .signatures
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(&verdict) = lock().get(&known) {
            return verdict;
        }
        let verdict = self.verifies(number, key);
        let mut signatures = lock();
        if signatures.len() < SIGNATURES_MAX {
            signatures.insert(known, verdict);
        }
        verdict
    }
}

impl CrlStore {
    fn verifies(&self, number: usize, key: &PublicKey<'_>) -> bool {
        let crl = &self.inner.crls[number];
        let layout = crl.layout();
        let (Some(hash), Ok(key)) = (layout.scheme.hash(), key.prepare()) else {
            return false;
        };
        // A list may be long, and whoever presents certificates may have many of its issuer's name.
        let digest = self.inner.digests[number].get_or_init(|| hash.digest(layout.tbs(crl.der())));
        let verdict = key.verify_digest(layout.scheme, digest, layout.signature(crl.der()));
        layout.algorithms_agree && verdict.is_ok()
    }
}

impl From<Inner> for CrlStore {
    fn from(inner: Inner) -> Self {
        Self {
            inner: Arc::new(inner),
            signers: Arc::default(),
        }
    }
}

impl Inner {
    fn add(&mut self, crl: Crl) {
        let layout = crl.layout();
        let lists = if layout.base(crl.der()).is_some() {
            &mut self.deltas
        } else {
            &mut self.complete
        };
        let of_issuer = lists.entry(layout.issuer_key.clone()).or_default();
        of_issuer.push(self.crls.len());
        self.crls.push(crl);
        self.digests.push(OnceLock::new());
    }

    fn sorted(mut self) -> Self {
        let crls = &self.crls;
        let lists = self.complete.values_mut().chain(self.deltas.values_mut());
        for numbers in lists {
            numbers.sort_by(|&a, &b| {
                let age = |number: usize| {
                    let crl = &crls[number];
                    (crl.layout().this_update, crl.layout().number(crl.der()))
                };
                age(b).cmp(&age(a))
            });
        }
        self
    }
}

// What a panic leaves behind is whole: signatures are only added, one at a time.
impl UnwindSafe for CrlStore {}
impl RefUnwindSafe for CrlStore {}

impl PartialEq for CrlStore {
    /// Whether they have the same lists and signers in the same order.
    fn eq(&self, other: &Self) -> bool {
        let are_same =
            Arc::ptr_eq(&self.inner, &other.inner) || self.inner.crls == other.inner.crls;
        are_same && self.signers == other.signers
    }
}

impl Eq for CrlStore {}

impl fmt::Debug for CrlStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CrlStore")
            .field("crls", &self.len())
            .field("rejected", &self.inner.rejected.len())
            .field("signers", &self.signers.len())
            .finish_non_exhaustive()
    }
}
