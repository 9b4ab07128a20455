//! [`MemoryStore`]: everything in memory.

use super::job::{Job, JobState, Reservation};
use super::record::{IssuedCertificate, Record};
use super::scope::Scope;
use super::store::{Commit, CommitError, Put, Snapshot, Store, StoreError};
use super::treap::Treap;
use super::uuid::Uuid;
use crate::{CertificateKind, SecretDer};
use std::fmt;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// A store that keeps everything in memory: for tests, and for hosts that need no more.
///
/// Readers take what was committed last and never wait for who is writing. A commit copies nothing
/// but the way to what it changes, whatever the number of records. A record takes about 1 KiB beside
/// the DER of its certificate, of which 0.3 KiB is for finding it, and the DER of its private key where
/// it has one: 100,000 records with certificates of 0.8 KiB take 180 MB. `cargo bench --features service
/// --bench catalog` measures both, and the time that readers and writers take.
///
/// ```
/// use certwright::catalog::{MemoryStore, Store};
///
/// let store = MemoryStore::new();
/// assert!(store.snapshot()?.is_empty());
/// # Ok::<(), certwright::catalog::StoreError>(())
/// ```
#[derive(Default)]
pub struct MemoryStore {
    keeps_no_issued: bool,
    /// Locked for as long as it takes to take it, or to put the next one in its place.
    current: RwLock<Arc<State>>,
    /// Held by who is writing.
    writer: Mutex<()>,
}

#[derive(Clone, Default)]
struct State {
    revision: u64,
    records: Treap<Uuid, Arc<Record>>,
    keys: Treap<Uuid, Arc<SecretDer>>,
    /// Those of records, and those that jobs hold.
    names: Treap<NameKey, ()>,
    certificates: Treap<CertificateKey, Uuid>,
    jobs: Treap<Uuid, Arc<Job>>,
    /// By the number of what its CA signed before it.
    issued: Treap<Uuid, Treap<usize, Arc<IssuedCertificate>>>,
}

type NameKey = (Scope, Arc<str>);
type CertificateKey = (Scope, CertificateKind, [u8; 32]);

impl MemoryStore {
    /// An empty one.
    ///
    /// ```
    /// use certwright::catalog::{MemoryStore, Store};
    ///
    /// assert_eq!(MemoryStore::new().revision()?, 0);
    /// # Ok::<(), certwright::catalog::StoreError>(())
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// What a durable store has on its disk or in its database, to be found in memory: the records and
    /// jobs that were there after the commit with the number `revision`. Every [`commit`](Store::commit)
    /// from then on is to be one of [`commit_with`](Self::commit_with).
    ///
    /// What CAs signed stays where it is, as nothing is found by it: here it is only checked that its
    /// CA is there, and [`issued_by`](Store::issued_by) finds none. Private keys are kept if they are
    /// put, which a store with keys on its disk need not do.
    ///
    /// # Errors
    ///
    /// Two of the records or jobs contradict each other: see [`CommitError`].
    ///
    /// ```
    /// use certwright::catalog::{MemoryStore, Store};
    ///
    /// let store = MemoryStore::restored(7, [], [])?;
    /// assert_eq!(store.revision()?, 7);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn restored(
        revision: u64,
        records: impl IntoIterator<Item = Arc<Record>>,
        jobs: impl IntoIterator<Item = Job>,
    ) -> Result<Self, CommitError> {
        let mut state = State {
            revision,
            ..State::default()
        };
        for record in records {
            state.put(Put {
                record,
                private_key: None,
            })?;
        }
        for job in jobs {
            state.keep_job(job)?;
        }
        Ok(Self {
            keeps_no_issued: true,
            current: RwLock::new(Arc::new(state)),
            writer: Mutex::default(),
        })
    }

    /// Commits what a durable store writes: `write` is called once it is known that nothing stands
    /// against the commit, and readers see it only if `write` succeeds. One is written after the
    /// other; readers do not wait.
    ///
    /// # Errors
    ///
    /// Those of [`commit`](Store::commit), and what `write` failed with.
    ///
    /// ```
    /// use certwright::catalog::{Commit, CommitError, MemoryStore, Store, StoreError};
    ///
    /// let store = MemoryStore::restored(0, [], [])?;
    /// let outcome = store.commit_with(Commit::default(), || Err(StoreError::new("disk full")));
    /// assert!(matches!(outcome, Err(CommitError::Failed(_))));
    /// assert_eq!(store.revision()?, 0);
    /// store.commit_with(Commit::default(), || Ok(()))?;
    /// assert_eq!(store.revision()?, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn commit_with(
        &self,
        mut commit: Commit,
        write: impl FnOnce() -> Result<(), StoreError>,
    ) -> Result<(), CommitError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = (*self.state()).clone();
        let issued = mem::take(&mut commit.issued);
        next.apply(commit)?;
        if self.keeps_no_issued {
            next.check_issued(&issued)?;
        } else {
            next.keep_issued(issued)?;
        }
        let next = Arc::new(next);
        write()?;
        let last = {
            let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
            mem::replace(&mut *current, next)
        };
        // What nobody reads any more is freed while readers already have the next.
        drop(last);
        Ok(())
    }

    fn state(&self) -> Arc<State> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Store for MemoryStore {
    fn record(&self, uuid: Uuid) -> Result<Option<Arc<Record>>, StoreError> {
        Ok(self.state().get(uuid))
    }

    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        Ok(self.state())
    }

    fn private_key(&self, uuid: Uuid) -> Result<Option<SecretDer>, StoreError> {
        Ok(self.state().keys.get(&uuid).map(|key| (**key).clone()))
    }

    fn job(&self, uuid: Uuid) -> Result<Option<Job>, StoreError> {
        Ok(self.state().jobs.get(&uuid).map(|job| (**job).clone()))
    }

    fn jobs(&self) -> Result<Vec<Job>, StoreError> {
        let state = self.state();
        Ok(state.jobs.values().map(|job| (**job).clone()).collect())
    }

    fn issued_by(&self, ca: Uuid) -> Result<Vec<Arc<IssuedCertificate>>, StoreError> {
        let state = self.state();
        let issued = state.issued.get(&ca);
        Ok(issued.map_or_else(Vec::new, |issued| issued.values().cloned().collect()))
    }

    fn revision(&self) -> Result<u64, StoreError> {
        Ok(self.state().revision)
    }

    fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        self.commit_with(commit, || Ok(()))
    }
}

impl State {
    /// Does what [`Store::commit`] says, but for what CAs signed; or leaves a state to be thrown away.
    fn apply(&mut self, commit: Commit) -> Result<(), CommitError> {
        let Commit {
            puts,
            deletes,
            jobs,
            forgotten_jobs,
            require_present,
            ..
        } = commit;
        self.revision += 1;
        if let Some(&uuid) = require_present
            .iter()
            .find(|uuid| !self.records.contains(uuid))
        {
            return Err(CommitError::Gone(uuid));
        }
        deletes.into_iter().try_for_each(|uuid| self.delete(uuid))?;
        jobs.into_iter().try_for_each(|job| self.put_job(job))?;
        for uuid in forgotten_jobs {
            if let Some(job) = self.jobs.remove(&uuid) {
                self.release(job.held());
            }
        }
        puts.into_iter().try_for_each(|put| self.put(put))
    }

    fn put(&mut self, put: Put) -> Result<(), CommitError> {
        let Put {
            record,
            private_key,
        } = put;
        let uuid = record.uuid;
        if self.records.contains(&uuid) {
            return Err(StoreError::new("a record with this UUID is there").into());
        }
        self.hold(record.scope, &record.name)?;
        let key = certificate_key(&record);
        if self.certificates.contains(&key) {
            return Err(CommitError::CertificateTaken { uuid });
        }
        self.certificates.insert(key, uuid);
        if let Some(private_key) = private_key {
            self.keys.insert(uuid, Arc::new(private_key));
        }
        self.records.insert(uuid, record);
        Ok(())
    }

    fn delete(&mut self, uuid: Uuid) -> Result<(), CommitError> {
        let record = self.records.remove(&uuid).ok_or(CommitError::Gone(uuid))?;
        self.names
            .remove(&(record.scope, record.name.as_str().into()));
        self.certificates.remove(&certificate_key(&record));
        self.keys.remove(&uuid);
        self.issued.remove(&uuid);
        Ok(())
    }

    fn put_job(&mut self, job: Job) -> Result<(), CommitError> {
        let last = self.jobs.get(&job.uuid).cloned();
        let may_follow = match &last {
            Some(last) => !last.state.is_end(),
            None => job.state == JobState::Queued,
        };
        if !may_follow {
            return Err(CommitError::Gone(job.uuid));
        }
        self.release(last.as_ref().and_then(|last| last.held()));
        self.keep_job(job)
    }

    fn keep_job(&mut self, job: Job) -> Result<(), CommitError> {
        if let Some(Reservation { scope, name }) = job.held() {
            self.hold(*scope, name)?;
        }
        self.jobs.insert(job.uuid, Arc::new(job));
        Ok(())
    }

    fn check_issued(&self, issued: &[Arc<IssuedCertificate>]) -> Result<(), CommitError> {
        let mut cas = issued.iter().map(|issued| issued.ca);
        let gone = cas.find(|ca| !self.records.contains(ca));
        gone.map_or(Ok(()), |ca| Err(CommitError::Gone(ca)))
    }

    fn keep_issued(&mut self, issued: Vec<Arc<IssuedCertificate>>) -> Result<(), CommitError> {
        self.check_issued(&issued)?;
        for issued in issued {
            let ca = issued.ca;
            let mut of_ca = self.issued.remove(&ca).unwrap_or_default();
            of_ca.insert(of_ca.len(), issued);
            self.issued.insert(ca, of_ca);
        }
        Ok(())
    }

    fn hold(&mut self, scope: Scope, name: &str) -> Result<(), CommitError> {
        if self.is_name_taken(scope, name) {
            let name = name.to_owned();
            return Err(CommitError::NameTaken { scope, name });
        }
        self.names.insert((scope, name.into()), ());
        Ok(())
    }

    fn release(&mut self, held: Option<&Reservation>) {
        if let Some(Reservation { scope, name }) = held {
            self.names.remove(&(*scope, name.as_str().into()));
        }
    }
}

impl Snapshot for State {
    fn revision(&self) -> u64 {
        self.revision
    }

    fn len(&self) -> usize {
        self.records.len()
    }

    fn get(&self, uuid: Uuid) -> Option<Arc<Record>> {
        self.records.get(&uuid).cloned()
    }

    fn iter(&self) -> Box<dyn Iterator<Item = &Arc<Record>> + '_> {
        Box::new(self.records.values())
    }

    fn is_name_taken(&self, scope: Scope, name: &str) -> bool {
        let found = self
            .names
            .find(|(other_scope, other)| (*other_scope, &**other).cmp(&(scope, name)));
        found.is_some()
    }

    fn holder_of(
        &self,
        scope: Scope,
        kind: CertificateKind,
        fingerprint: &[u8; 32],
    ) -> Option<Uuid> {
        self.certificates.get(&(scope, kind, *fingerprint)).copied()
    }
}

fn certificate_key(record: &Record) -> CertificateKey {
    (record.scope, record.r#type, record.fingerprint())
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("revision", &self.state().revision)
            .finish_non_exhaustive()
    }
}
