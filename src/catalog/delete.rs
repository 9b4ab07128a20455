//! Deleting, under the rules of the API in their order.

use super::catalog::Catalog;
use super::errors::{in_element, not_found};
use super::job::Job;
use super::policy::CatalogPolicy;
use super::record::Record;
use super::scope::Scope;
use super::store::{Commit, CommitError, Snapshot, StoreError};
use super::uuid::Uuid;
use super::work::Work;
use crate::{CertificateKind, Error, ErrorCode};
use rand_core::CryptoRng;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What came of a deletion.
#[derive(Debug)]
#[non_exhaustive]
#[allow(
    clippy::large_enum_variant,
    reason = "it is moved once, to whoever runs it"
)]
pub enum Deleted {
    /// It is gone.
    Done,
    /// A job that somebody must [`run`](Catalog::run).
    Work(Work),
}

impl Catalog {
    /// Deletes a record; a root_ca with its two entries and what it signed, in one commit. With DCN
    /// a root_ca is a job. Once this returns, its CA is in no cache and signs no more.
    ///
    /// # Errors
    ///
    /// In the order of the checks:
    ///
    /// * [`EntryNotFound`](ErrorCode::EntryNotFound);
    /// * [`ClientCaOfRoot`](ErrorCode::ClientCaOfRoot), [`ServerCaOfRoot`](ErrorCode::ServerCaOfRoot):
    ///   it is an entry of a root_ca;
    /// * [`PreinstalledNotThroughRest`](ErrorCode::PreinstalledNotThroughRest), without REST
    ///   [`PreinstalledServerCa`](ErrorCode::PreinstalledServerCa);
    /// * what the host says of it or its entries: [`ServerChainInUse`](ErrorCode::ServerChainInUse),
    ///   [`KeyManagerConfigured`](ErrorCode::KeyManagerConfigured), [`InUse`](ErrorCode::InUse),
    ///   [`SslConfigurationRemains`](ErrorCode::SslConfigurationRemains);
    /// * [`DeleteFailed`](ErrorCode::DeleteFailed): the store failed; while it cannot be reached,
    ///   [`StoreFailed`](ErrorCode::StoreFailed).
    ///
    /// ```
    /// # use certwright::catalog::{Catalog, CatalogPolicy, Deleted, Uuid};
    /// # fn example(catalog: &Catalog, uuid: Uuid, policy: &CatalogPolicy) -> Result<(), certwright::Error> {
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    /// if let Deleted::Work(work) = catalog.delete(uuid, policy, &mut rng)? {
    ///     catalog.run(work, policy, &mut rng)?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn delete(
        &self,
        uuid: Uuid,
        policy: &CatalogPolicy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Deleted, Error> {
        if policy.dcn {
            let snapshot = self.store.snapshot().map_err(unreadable)?;
            let record = snapshot.get(uuid).ok_or_else(|| not_found("uuid"))?;
            if record.r#type == CertificateKind::RootCa {
                self.may_go(&[Arc::clone(&record)], &*snapshot, policy)?;
                let description = format!("DELETE /api/security/certificates/{uuid}");
                let job = Job::new(Uuid::random(rng), uuid, description, policy.policy.now);
                self.begin(&job, policy, vec![uuid])?;
                return Ok(Deleted::Work(Work::deletion(job, policy)));
            }
        }
        self.delete_records(&[uuid], policy, None)?;
        Ok(Deleted::Done)
    }

    /// Deletes all of these or none, in one commit and never as a job. An entry of a root_ca that is
    /// among them goes with it. Answers with how many were asked for, each once.
    ///
    /// # Errors
    ///
    /// As [`delete`](Self::delete); the target of one that is not there is `records[i].uuid`.
    ///
    /// ```
    /// # use certwright::catalog::{Catalog, CatalogPolicy, Uuid};
    /// # fn example(catalog: &Catalog, uuids: &[Uuid], policy: &CatalogPolicy) -> Result<(), certwright::Error> {
    /// println!("{} are gone", catalog.delete_all(uuids, policy)?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn delete_all(&self, uuids: &[Uuid], policy: &CatalogPolicy) -> Result<usize, Error> {
        let snapshot = self.store.snapshot().map_err(unreadable)?;
        if let Some(index) = uuids.iter().position(|&uuid| snapshot.get(uuid).is_none()) {
            return Err(in_element(not_found("uuid"), index));
        }
        self.delete_records(uuids, policy, None)
    }

    /// Deletes all records that match or none, in one commit and never as a job. An entry whose
    /// root_ca matches too goes with it. Answers with how many matched.
    ///
    /// # Errors
    ///
    /// As [`delete`](Self::delete), but for what is not there.
    ///
    /// ```
    /// # use certwright::catalog::{Catalog, CatalogPolicy};
    /// # fn example(catalog: &Catalog, policy: &CatalogPolicy) -> Result<(), certwright::Error> {
    /// let count = catalog.delete_where(|record| record.expiry_time < policy.policy.now, policy)?;
    /// println!("{count} had expired");
    /// # Ok(())
    /// # }
    /// ```
    pub fn delete_where(
        &self,
        matches: impl Fn(&Record) -> bool,
        policy: &CatalogPolicy,
    ) -> Result<usize, Error> {
        loop {
            let snapshot = self.store.snapshot().map_err(unreadable)?;
            let records: Vec<_> = snapshot
                .iter()
                .filter(|record| matches(record))
                .cloned()
                .collect();
            if records.is_empty() {
                return Ok(0);
            }
            let going = self.may_go(&records, &*snapshot, policy)?;
            self.remove_ssl_configurations(&going)?;
            match self.commit_deletion(&going, None)? {
                Outcome::Done => return Ok(records.len()),
                // Somebody else was faster with one of them.
                Outcome::Gone => {}
            }
        }
    }

    /// Deletes every record of an SVM, without the rules of deletion. The host calls it after the SVM
    /// is deleted and when it no longer answers for it. Answers with how many there were.
    ///
    /// # Errors
    ///
    /// [`StoreFailed`](ErrorCode::StoreFailed), [`DeleteFailed`](ErrorCode::DeleteFailed).
    ///
    /// ```
    /// # use certwright::catalog::{Catalog, Uuid};
    /// # fn example(catalog: &Catalog, svm: Uuid) -> Result<(), certwright::Error> {
    /// println!("{} certificates went with it", catalog.delete_svm(svm)?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn delete_svm(&self, svm: Uuid) -> Result<usize, Error> {
        loop {
            let snapshot = self.store.snapshot().map_err(unreadable)?;
            let records: Vec<_> = snapshot
                .iter()
                .filter(|record| record.scope == Scope::Svm(svm))
                .cloned()
                .collect();
            if records.is_empty() {
                return Ok(0);
            }
            if let Outcome::Done = self.commit_deletion(&records, None)? {
                return Ok(records.len());
            }
        }
    }

    /// Deletes all of these or none, with a job that ends by it.
    pub(super) fn delete_records(
        &self,
        uuids: &[Uuid],
        policy: &CatalogPolicy,
        job: Option<&Job>,
    ) -> Result<usize, Error> {
        let snapshot = self.store.snapshot().map_err(unreadable)?;
        let mut seen = BTreeSet::new();
        let records: Vec<_> = uuids
            .iter()
            .filter(|&&uuid| seen.insert(uuid))
            .map(|&uuid| snapshot.get(uuid).ok_or_else(|| not_found("uuid")))
            .collect::<Result<_, _>>()?;
        let going = self.may_go(&records, &*snapshot, policy)?;
        self.remove_ssl_configurations(&going)?;
        match self.commit_deletion(&going, job)? {
            Outcome::Done => Ok(records.len()),
            Outcome::Gone => Err(not_found("uuid")),
        }
    }

    /// What goes if these are deleted, if they may be.
    fn may_go(
        &self,
        records: &[Arc<Record>],
        snapshot: &dyn Snapshot,
        policy: &CatalogPolicy,
    ) -> Result<Vec<Arc<Record>>, Error> {
        let asked: BTreeSet<_> = records.iter().map(|record| record.uuid).collect();
        let goes_with_root =
            |record: &Record| record.root.is_some_and(|root| asked.contains(&root));
        let mut going = Vec::new();
        for record in records {
            if goes_with_root(record) {
                continue;
            }
            if record.root.is_some() {
                return Err(entry_of_root(record.r#type));
            }
            if record.preinstalled {
                return Err(preinstalled(policy.through_rest));
            }
            let mut group = vec![Arc::clone(record)];
            group.extend(entries(record, snapshot));
            self.ask_host(&group)?;
            going.extend(group);
        }
        Ok(going)
    }

    /// Asks the host of a record and its entries, rule by rule.
    fn ask_host(&self, group: &[Arc<Record>]) -> Result<(), Error> {
        let of_code = |code: ErrorCode| Error::new(code, code.summary()).with_target("uuid");
        if group
            .iter()
            .any(|record| self.host.is_needed_by_server(record))
        {
            return Err(of_code(ErrorCode::ServerChainInUse));
        }
        if group
            .iter()
            .any(|record| self.host.is_used_by_key_manager(record))
        {
            return Err(of_code(ErrorCode::KeyManagerConfigured));
        }
        // One that uses several of them is named once.
        let mut seen = BTreeSet::new();
        let subsystems: Vec<_> = group
            .iter()
            .flat_map(|record| self.host.subsystems_using(record))
            .filter(|subsystem| seen.insert(subsystem.clone()))
            .collect();
        if subsystems.is_empty() {
            return Ok(());
        }
        let error = of_code(ErrorCode::InUse);
        Err(subsystems.iter().fold(error, |error, subsystem| {
            error.with_argument("subsystem", subsystem)
        }))
    }

    fn remove_ssl_configurations(&self, going: &[Arc<Record>]) -> Result<(), Error> {
        let code = ErrorCode::SslConfigurationRemains;
        going.iter().try_for_each(|record| {
            let removed = self.host.remove_ssl_configuration(record);
            removed.map_err(|cause| {
                Error::new(code, code.summary())
                    .with_target("uuid")
                    .with_source(cause)
            })
        })
    }

    fn commit_deletion(&self, going: &[Arc<Record>], job: Option<&Job>) -> Result<Outcome, Error> {
        let commit = Commit {
            deletes: going.iter().map(|record| record.uuid).collect(),
            jobs: job.into_iter().cloned().collect(),
            ..Commit::default()
        };
        let outcome = match self.store.commit(commit) {
            Ok(()) => Outcome::Done,
            Err(CommitError::Gone(_)) => Outcome::Gone,
            Err(CommitError::Failed(error)) => return Err(unreadable(error)),
            Err(error) => return Err(failed(error)),
        };
        self.authorities
            .forget(going.iter().map(|record| record.uuid));
        Ok(outcome)
    }
}

enum Outcome {
    Done,
    /// Nothing was deleted: one of the records is not there any more.
    Gone,
}

/// The two entries of a root_ca: they have its certificate.
fn entries(record: &Record, snapshot: &dyn Snapshot) -> Vec<Arc<Record>> {
    if record.r#type != CertificateKind::RootCa {
        return Vec::new();
    }
    let fingerprint = record.fingerprint();
    [CertificateKind::ClientCa, CertificateKind::ServerCa]
        .into_iter()
        .filter_map(|kind| snapshot.holder_of(record.scope, kind, &fingerprint))
        .filter_map(|uuid| snapshot.get(uuid))
        .filter(|entry| entry.root == Some(record.uuid))
        .collect()
}

fn entry_of_root(kind: CertificateKind) -> Error {
    let code = match kind {
        CertificateKind::ClientCa => ErrorCode::ClientCaOfRoot,
        _ => ErrorCode::ServerCaOfRoot,
    };
    Error::new(code, code.summary()).with_target("uuid")
}

fn preinstalled(through_rest: bool) -> Error {
    let code = if through_rest {
        ErrorCode::PreinstalledNotThroughRest
    } else {
        ErrorCode::PreinstalledServerCa
    };
    Error::new(code, code.summary()).with_target("uuid")
}

/// A deletion whose store failed.
fn unreadable(error: StoreError) -> Error {
    if error.is_unreachable() {
        error.into()
    } else {
        failed(error)
    }
}

fn failed(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    let code = ErrorCode::DeleteFailed;
    Error::new(code, code.summary()).with_source(cause)
}
