//! What the server keeps, behind the library's [`Store`]: certificates, their keys, jobs, what CAs
//! signed, and SVMs.

pub(crate) mod backup;
mod codec;
#[cfg(test)]
pub(crate) mod fixtures;
mod key_ring;
mod open;
mod postgres;
mod redb;
mod sealed_file;

pub(crate) use key_ring::{KeyRing, KeyRingError};
pub(crate) use open::{check, open, open_existing, ring};

#[cfg(test)]
pub(crate) use redb::RedbStore;

use certwright::catalog::{IssuedCertificate, Store, StoreError, Svm, Uuid};
use std::sync::Arc;

/// A store of this server: the library's [`Store`], and what a server keeps beside certificates.
pub(crate) trait ServerStore: Store {
    /// The data SVMs that were made through the API, in the order of their names. Asked with every
    /// request that names an SVM, so that it should take no more than a look at the revision.
    fn svms(&self) -> Result<Vec<Svm>, StoreError>;

    /// Keeps an SVM; `false` if its name or its UUID is taken.
    fn add_svm(&self, svm: &Svm) -> Result<bool, StoreError>;

    /// Forgets an SVM; `false` if there is none with this UUID. Its records are the catalog's to delete.
    fn remove_svm(&self, uuid: Uuid) -> Result<bool, StoreError>;

    /// What a CA signed, in the order in which it was recorded, each with its number: the first `limit`
    /// whose numbers are above `after`, or the first of all. Numbers grow and may have gaps. A CA may have
    /// signed more than there is memory for.
    fn issued_after(
        &self,
        ca: Uuid,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<(u64, Arc<IssuedCertificate>)>, StoreError>;

    /// Whether nobody works any more on this job, which has not ended: the process that did is gone.
    fn is_abandoned(&self, job: Uuid) -> Result<bool, StoreError>;

    /// Whether another process has the store open now, or had it a moment ago and did not say that it
    /// stopped.
    fn is_shared(&self) -> Result<bool, StoreError>;

    /// Fails if nothing could be read or written now.
    fn check(&self) -> Result<(), StoreError>;

    /// Seals every private key with the first key of the ring, and answers with how many were not:
    /// after that the ring's other keys are not needed.
    fn reseal(&self) -> Result<usize, StoreError>;
}
