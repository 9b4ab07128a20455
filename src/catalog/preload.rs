//! Certificates that the host brings with it.

use super::catalog::Catalog;
use super::errors::{duplicate, in_element};
use super::names;
use super::record::{Record, RecordParts, fingerprint};
use super::scope::Scope;
use super::store::{Commit, CommitError, Put};
use super::uuid::Uuid;
use crate::{Certificate, CertificateKind, Error};
use rand_core::CryptoRng;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A server_ca that the host brings with it.
///
/// ```
/// use certwright::Certificate;
/// use certwright::catalog::Preloaded;
///
/// let certificate = Certificate::from_pem(include_str!("../../vectors/root.pem"))?;
/// let preloaded = Preloaded { name: "WebRoot".to_owned(), certificate };
/// assert_eq!(preloaded.name, "WebRoot");
/// # Ok::<(), certwright::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preloaded {
    /// Its name, in the cluster's scope.
    pub name: String,
    /// The certificate. That it is valid or a CA is not checked.
    pub certificate: Certificate,
}

impl Catalog {
    /// Adds server_ca certificates to the cluster's scope that are shown as any other and cannot be
    /// deleted: all or none. Those that are there already are left alone, so that a host can call it
    /// each time it starts. Answers with how many were added.
    ///
    /// # Errors
    ///
    /// [`CertificateUnreadable`](crate::ErrorCode::CertificateUnreadable);
    /// [`ValueInvalid`](crate::ErrorCode::ValueInvalid) or
    /// [`DuplicateEntry`](crate::ErrorCode::DuplicateEntry): the name; the target says which one.
    /// [`StoreFailed`](crate::ErrorCode::StoreFailed).
    ///
    /// ```
    /// # use certwright::catalog::{Catalog, Preloaded};
    /// # fn example(catalog: &Catalog, roots: &[Preloaded]) -> Result<(), certwright::Error> {
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    /// println!("{} are new", catalog.preload(roots, &mut rng)?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn preload(
        &self,
        certificates: &[Preloaded],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<usize, Error> {
        let (scope, kind) = (Scope::Cluster, CertificateKind::ServerCa);
        let snapshot = self.store.snapshot()?;
        let mut seen = BTreeSet::new();
        let mut parts = Vec::new();
        for (index, Preloaded { name, certificate }) in certificates.iter().enumerate() {
            let fingerprint = fingerprint(certificate);
            if snapshot.holder_of(scope, kind, &fingerprint).is_some() || !seen.insert(fingerprint)
            {
                continue;
            }
            let name = names::given(Some(name)).map_err(|error| in_element(error, index))?;
            parts.push((index, name.unwrap_or_default(), certificate));
        }
        let mut puts = Vec::with_capacity(parts.len());
        for &(index, ref name, certificate) in &parts {
            let uuid = Uuid::random(rng);
            let mut parts = RecordParts::new(uuid, name.clone(), scope, kind, certificate.clone());
            parts.preinstalled = true;
            let record = Record::new(parts).map_err(|error| in_element(error, index))?;
            puts.push(Put {
                record: Arc::new(record),
                private_key: None,
            });
        }
        if puts.is_empty() {
            return Ok(0);
        }
        let count = puts.len();
        let commit = Commit {
            puts,
            ..Commit::default()
        };
        match self.store.commit(commit) {
            Ok(()) => Ok(count),
            Err(CommitError::NameTaken { name, .. }) => {
                let place = parts.iter().find(|(_, other, _)| *other == name);
                Err(in_element(duplicate(), place.map_or(0, |place| place.0)))
            }
            Err(CommitError::CertificateTaken { .. }) => Err(duplicate()),
            Err(error) => Err(error.into()),
        }
    }
}
