//! Jobs: begun by the catalog, run by the host.

use super::catalog::{Catalog, is_over};
use super::errors::{duplicate, no_record, not_found};
use super::job::{Job, JobState};
#[cfg(feature = "azure")]
use super::pending_download::PendingDownload;
use super::plan::{Made, Plan};
use super::policy::CatalogPolicy;
use super::record::AddedRecord;
use super::store::{Commit, CommitError};
use super::uuid::Uuid;
#[cfg(feature = "azure")]
use crate::azure::{HttpRequest, HttpResponse};
use crate::{Error, ErrorCode};
use rand_core::CryptoRng;
use std::fmt;

/// What a job has to do. The host runs it with [`Catalog::run`], on whatever thread it likes; nothing
/// else does.
pub struct Work {
    job: Job,
    task: Task,
    /// That of the request: what was checked under it is done under it.
    policy: CatalogPolicy,
}

enum Task {
    Add(Box<Plan>),
    #[cfg(feature = "azure")]
    Download(Box<PendingDownload>),
    Delete,
}

impl Work {
    pub(super) fn addition(job: Job, plan: Plan, policy: &CatalogPolicy) -> Self {
        Self {
            job,
            task: Task::Add(Box::new(plan)),
            policy: *policy,
        }
    }

    #[cfg(feature = "azure")]
    pub(super) fn download(job: Job, download: PendingDownload, policy: &CatalogPolicy) -> Self {
        Self {
            job,
            task: Task::Download(Box::new(download)),
            policy: *policy,
        }
    }

    pub(super) fn deletion(job: Job, policy: &CatalogPolicy) -> Self {
        Self {
            job,
            task: Task::Delete,
            policy: *policy,
        }
    }

    /// The job.
    ///
    /// ```
    /// # fn example(work: &certwright::catalog::Work) {
    /// println!("/api/cluster/jobs/{}", work.job());
    /// # }
    /// ```
    pub fn job(&self) -> Uuid {
        self.job.uuid
    }

    /// The record that the job makes or deletes.
    ///
    /// ```
    /// # fn example(work: &certwright::catalog::Work) {
    /// println!("/api/security/certificates/{}", work.record());
    /// # }
    /// ```
    pub fn record(&self) -> Uuid {
        self.job.record
    }

    /// The HTTP request that must be sent before the work goes on: of a download, until it has what it
    /// needs, or has failed; then `None`, as of all other work.
    ///
    /// ```
    /// # use certwright::azure::{HttpRequest, HttpResponse};
    /// # use certwright::catalog::{Catalog, CatalogPolicy, Work};
    /// # type BoxError = Box<dyn std::error::Error + Send + Sync>;
    /// # fn sent(_: &HttpRequest) -> Result<HttpResponse, BoxError> { Err("no route to host".into()) }
    /// # fn example(catalog: &Catalog, mut work: Work, policy: &CatalogPolicy) -> Result<(), certwright::Error> {
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    /// while let Some(request) = work.request() {
    ///     let answer = sent(request);
    ///     work = catalog.answer(work, answer);
    /// }
    /// catalog.run(work, policy, &mut rng)?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "azure")]
    pub fn request(&self) -> Option<&HttpRequest> {
        match &self.task {
            Task::Download(download) => download.request(),
            Task::Add(_) | Task::Delete => None,
        }
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work")
            .field("job", &self.job.uuid)
            .field("description", &self.job.description)
            .finish_non_exhaustive()
    }
}

impl Catalog {
    /// Does the work of a job and ends it; the time of its end is that of `policy`. Answers with the
    /// record that it made; `None` if it deleted one.
    ///
    /// # Errors
    ///
    /// What the job failed with, which is also in the job;
    /// [`EntryNotFound`](ErrorCode::EntryNotFound) if it ended before it began (see
    /// [`recover`](Self::recover)).
    ///
    /// ```
    /// # use certwright::catalog::{Catalog, CatalogPolicy, Work};
    /// # fn example(catalog: &Catalog, work: Work, policy: &CatalogPolicy) -> Result<(), certwright::Error> {
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    /// let job = work.job();
    /// catalog.run(work, policy, &mut rng)?;
    /// assert_eq!(catalog.job(job, policy)?.message(), "success");
    /// # Ok(())
    /// # }
    /// ```
    pub fn run(
        &self,
        work: Work,
        policy: &CatalogPolicy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Option<AddedRecord>, Error> {
        let mut job = work.job;
        job.state = JobState::Running;
        self.put_job(job.clone())?;
        let done = job.clone().ended(Ok(()), policy.policy.now);
        let outcome = match work.task {
            Task::Add(plan) => plan
                .make(|_| job.record, &work.policy.policy, rng)
                .and_then(|made| self.keep_one(made, &done)),
            #[cfg(feature = "azure")]
            Task::Download(download) => download
                .make(job.record, &work.policy.policy, rng)
                .and_then(|made| self.keep_one(made, &done)),
            Task::Delete => self
                .delete_records(&[job.record], &work.policy, Some(&done))
                .map(|_| None),
        };
        if let Err(error) = &outcome {
            // If this cannot be written either, the job is ended by `recover`.
            let _ = self.put_job(job.ended(Err(error), policy.policy.now));
        }
        outcome
    }

    /// Takes the answer to the [request](Work::request) of a download, or why there is none. The job is
    /// running from then on. An answer that is not waited for is passed over.
    ///
    /// ```
    /// # use certwright::catalog::{Catalog, Work};
    /// # fn example(catalog: &Catalog, work: Work) {
    /// let work = catalog.answer(work, Err("no route to host".into()));
    /// assert!(work.request().is_none());
    /// # }
    /// ```
    #[cfg(feature = "azure")]
    #[must_use]
    pub fn answer(
        &self,
        mut work: Work,
        answer: Result<HttpResponse, Box<dyn std::error::Error + Send + Sync>>,
    ) -> Work {
        work.task = match work.task {
            Task::Download(download) => {
                work.job.state = JobState::Running;
                // If this cannot be written, neither can the end, which will say so.
                let _ = self.put_job(work.job.clone());
                Task::Download(Box::new(download.answer(answer)))
            }
            other => other,
        };
        work
    }

    /// Keeps what a job made, and ends it.
    fn keep_one(&self, made: Made, done: &Job) -> Result<Option<AddedRecord>, Error> {
        let mut kept = self.keep(&[made], Some(done)).map_err(|(_, error)| error)?;
        kept.pop().map(Some).ok_or_else(no_record)
    }

    /// Ends every job that has not ended, as a failure: for a host that starts again, before it
    /// begins new ones. Nothing of their work is there. Answers with how many there were.
    ///
    /// # Errors
    ///
    /// [`StoreFailed`](ErrorCode::StoreFailed).
    ///
    /// ```
    /// # use certwright::catalog::{Catalog, CatalogPolicy};
    /// # fn example(catalog: &Catalog, policy: &CatalogPolicy) -> Result<(), certwright::Error> {
    /// println!("{} jobs were interrupted", catalog.recover(policy)?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn recover(&self, policy: &CatalogPolicy) -> Result<usize, Error> {
        self.recover_where(|_| true, policy)
    }

    /// As [`recover`](Self::recover), but only jobs that nobody works on any more: for several hosts
    /// that share a store.
    ///
    /// # Errors
    ///
    /// [`StoreFailed`](ErrorCode::StoreFailed).
    ///
    /// ```
    /// # use certwright::catalog::{Catalog, CatalogPolicy, Uuid};
    /// # fn example(catalog: &Catalog, of_hosts_that_are_gone: &[Uuid], policy: &CatalogPolicy) -> Result<(), certwright::Error> {
    /// catalog.recover_where(|job| of_hosts_that_are_gone.contains(&job.uuid), policy)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn recover_where(
        &self,
        is_abandoned: impl Fn(&Job) -> bool,
        policy: &CatalogPolicy,
    ) -> Result<usize, Error> {
        let mut count = 0;
        for job in self.store.jobs()? {
            if job.state.is_end() || !is_abandoned(&job) {
                continue;
            }
            let code = match self.store.record(job.record)? {
                Some(_) => ErrorCode::DeleteFailed,
                None => ErrorCode::StoreFailed,
            };
            let error = Error::new(code, "the server was restarted before the job was done");
            let ended = Commit {
                jobs: vec![job.ended(Err(&error), policy.policy.now)],
                ..Commit::default()
            };
            match self.store.commit(ended) {
                Ok(()) => count += 1,
                Err(CommitError::Gone(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(count)
    }

    /// Writes the first state of a job, and forgets those that nobody can ask for any more.
    pub(super) fn begin(
        &self,
        job: &Job,
        policy: &CatalogPolicy,
        require_present: Vec<Uuid>,
    ) -> Result<(), Error> {
        let jobs = self.store.jobs()?;
        let over = jobs.iter().filter(|job| is_over(job, policy));
        let commit = Commit {
            forgotten_jobs: over.map(|job| job.uuid).collect(),
            jobs: vec![job.clone()],
            require_present,
            ..Commit::default()
        };
        match self.store.commit(commit) {
            Ok(()) => Ok(()),
            Err(CommitError::NameTaken { .. }) => Err(duplicate()),
            Err(CommitError::Gone(_)) => Err(not_found("uuid")),
            Err(error) => Err(error.into()),
        }
    }

    fn put_job(&self, job: Job) -> Result<(), Error> {
        let commit = Commit {
            jobs: vec![job],
            ..Commit::default()
        };
        match self.store.commit(commit) {
            Err(CommitError::Gone(_)) => Err(not_found("uuid")),
            other => Ok(other?),
        }
    }
}
