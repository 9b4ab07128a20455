//! [`Catalog`]: reading. What writes stands in files of its own.

use super::authorities::Authorities;
use super::errors::not_found;
use super::host::Host;
use super::job::Job;
use super::policy::CatalogPolicy;
use super::record::{IssuedCertificate, Record};
use super::store::{Snapshot, Store};
use super::uuid::Uuid;
use crate::{CsrRequest, Error, GeneratedCsr};
use rand_core::CryptoRng;
use std::fmt;
use std::sync::Arc;

/// Certificates that are kept: see the [module](crate::catalog).
///
/// One is shared by all threads; it may block where its store or host do. Several, also on several
/// machines, may work on one store.
pub struct Catalog {
    pub(super) store: Box<dyn Store>,
    pub(super) host: Box<dyn Host>,
    pub(super) authorities: Authorities,
}

/// How long the end of a job can be asked for, in seconds.
pub(super) const JOB_KEPT: i64 = 300;

impl Catalog {
    /// The catalog in this store, on this host.
    ///
    /// ```
    /// # use certwright::catalog::{Host, Svm, Uuid};
    /// # struct Standalone;
    /// # impl Host for Standalone {
    /// #     fn cluster_name(&self) -> String { "cluster1".to_owned() }
    /// #     fn svm_by_name(&self, _: &str) -> Option<Svm> { None }
    /// #     fn svm_by_uuid(&self, _: Uuid) -> Option<Svm> { None }
    /// # }
    /// use certwright::catalog::{Catalog, MemoryStore};
    ///
    /// let catalog = Catalog::new(MemoryStore::new(), Standalone);
    /// assert_eq!(catalog.host().cluster_name(), "cluster1");
    /// ```
    pub fn new(store: impl Store + 'static, host: impl Host + 'static) -> Self {
        Self {
            store: Box::new(store),
            host: Box::new(host),
            authorities: Authorities::default(),
        }
    }

    /// Its host.
    ///
    /// ```no_run
    /// # fn example(catalog: &certwright::catalog::Catalog) {
    /// println!("{}", catalog.host().cluster_name());
    /// # }
    /// ```
    pub fn host(&self) -> &dyn Host {
        &*self.host
    }

    /// All records of all scopes as they are now.
    ///
    /// # Errors
    ///
    /// [`StoreFailed`](crate::ErrorCode::StoreFailed).
    ///
    /// ```
    /// # fn example(catalog: &certwright::catalog::Catalog) -> Result<(), certwright::Error> {
    /// for record in catalog.snapshot()?.iter() {
    ///     println!("{} {}", record.uuid, record.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn snapshot(&self) -> Result<Arc<dyn Snapshot>, Error> {
        Ok(self.store.snapshot()?)
    }

    /// The record with this UUID.
    ///
    /// # Errors
    ///
    /// [`EntryNotFound`](crate::ErrorCode::EntryNotFound),
    /// [`StoreFailed`](crate::ErrorCode::StoreFailed).
    ///
    /// ```
    /// # use certwright::catalog::{Catalog, Uuid};
    /// # fn example(catalog: &Catalog, uuid: Uuid) -> Result<(), certwright::Error> {
    /// println!("{}", catalog.get(uuid)?.certificate.to_pem());
    /// # Ok(())
    /// # }
    /// ```
    pub fn get(&self, uuid: Uuid) -> Result<Arc<Record>, Error> {
        self.store.record(uuid)?.ok_or_else(|| not_found("uuid"))
    }

    /// What a CA signed, in order.
    ///
    /// # Errors
    ///
    /// [`StoreFailed`](crate::ErrorCode::StoreFailed).
    ///
    /// ```
    /// # use certwright::catalog::{Catalog, Uuid};
    /// # fn example(catalog: &Catalog, ca: Uuid) -> Result<(), certwright::Error> {
    /// for issued in catalog.issued_by(ca)? {
    ///     println!("{} {}", issued.signed_at, issued.certificate.serial_number());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn issued_by(&self, ca: Uuid) -> Result<Vec<Arc<IssuedCertificate>>, Error> {
        Ok(self.store.issued_by(ca)?)
    }

    /// The job with this UUID, until 300 s after its end.
    ///
    /// # Errors
    ///
    /// [`EntryNotFound`](crate::ErrorCode::EntryNotFound),
    /// [`StoreFailed`](crate::ErrorCode::StoreFailed).
    ///
    /// ```
    /// # use certwright::catalog::{Catalog, CatalogPolicy, Uuid};
    /// # fn example(catalog: &Catalog, uuid: Uuid, policy: &CatalogPolicy) -> Result<(), certwright::Error> {
    /// println!("{}", catalog.job(uuid, policy)?.message());
    /// # Ok(())
    /// # }
    /// ```
    pub fn job(&self, uuid: Uuid, policy: &CatalogPolicy) -> Result<Job, Error> {
        let job = self.store.job(uuid)?.filter(|job| !is_over(job, policy));
        job.ok_or_else(|| not_found("uuid"))
    }

    /// A key and a signing request. Nothing is kept.
    ///
    /// # Errors
    ///
    /// Those of [`generate_csr`](crate::generate_csr).
    ///
    /// ```
    /// # use certwright::catalog::{Catalog, CatalogPolicy};
    /// # fn example(catalog: &Catalog, policy: &CatalogPolicy) -> Result<(), certwright::Error> {
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    /// let request = certwright::CsrRequest::new("CN=www.example.com");
    /// println!("{}", catalog.generate_csr(&request, policy, &mut rng)?.csr);
    /// # Ok(())
    /// # }
    /// ```
    #[allow(clippy::unused_self, reason = "the API's operations stand together")]
    pub fn generate_csr(
        &self,
        request: &CsrRequest,
        policy: &CatalogPolicy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<GeneratedCsr, Error> {
        crate::generate_csr(request, &policy.policy, rng)
    }
}

/// Whether nobody can ask for the job any more.
pub(super) fn is_over(job: &Job, policy: &CatalogPolicy) -> bool {
    job.end_time
        .is_some_and(|end| policy.policy.now.unix() > end.unix().saturating_add(JOB_KEPT))
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalog").finish_non_exhaustive()
    }
}
