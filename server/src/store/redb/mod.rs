//! [`RedbStore`]: everything in one file, for one process.

mod change;
mod open;
mod opened;
mod tables;
#[cfg(test)]
mod tests;

use super::{KeyRing, ServerStore};
use certwright::SecretDer;
use certwright::catalog::{
    Commit, CommitError, IssuedCertificate, Job, Record, Snapshot, Store, StoreError, Svm, Uuid,
};
use change::Change;
use opened::{Opened, disk_failed};
use redb::{Database, DatabaseError};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

/// Everything in one file of redb, for one process.
///
/// Records and jobs are in memory too, where they are read and where it is checked whether a commit
/// stands against them; private keys, which are sealed, and what CAs signed are in the file alone. A
/// commit is one transaction, and on the disk before anybody sees it.
///
/// When the disk fails, nobody knows what of the last commit is on it. Nothing more is written then
/// until the file could be opened and read again, which is tried every few seconds; records and jobs can
/// be read meanwhile.
pub(crate) struct RedbStore {
    ring: Arc<KeyRing>,
    open: Box<OpenDatabase>,
    current: RwLock<Current>,
    /// The jobs that had not ended when the store was opened.
    abandoned: BTreeSet<Uuid>,
}

type OpenDatabase = dyn Fn() -> Result<Database, DatabaseError> + Send + Sync;

struct Current {
    opened: Opened,
    /// When it was last tried to open the file again.
    tried: Option<Instant>,
}

/// How long it takes until the file is opened again once more.
const PAUSE: Duration = Duration::from_secs(5);

impl RedbStore {
    fn current(&self) -> RwLockReadGuard<'_, Current> {
        self.current.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// As [`current`](Self::current), of a file that can be written.
    fn writable(&self) -> Result<RwLockReadGuard<'_, Current>, StoreError> {
        let current = self.current();
        if !current.opened.has_failed() {
            return Ok(current);
        }
        drop(current);
        self.open_again()?;
        Ok(self.current())
    }

    fn open_again(&self) -> Result<(), StoreError> {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if !current.opened.has_failed() {
            return Ok(());
        }
        if current.tried.is_some_and(|tried| tried.elapsed() < PAUSE) {
            return Err(disk_failed());
        }
        current.tried = Some(Instant::now());
        // Its lock on the file must go first.
        current.opened.close();
        let database = (self.open)().map_err(|_| disk_failed())?;
        current.opened = Opened::new(database).map_err(|_| disk_failed())?;
        Ok(())
    }
}

impl Store for RedbStore {
    fn record(&self, uuid: Uuid) -> Result<Option<Arc<Record>>, StoreError> {
        self.current().opened.memory.record(uuid)
    }

    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        self.current().opened.memory.snapshot()
    }

    fn private_key(&self, uuid: Uuid) -> Result<Option<SecretDer>, StoreError> {
        let sealed = self.current().opened.sealed_key(uuid).map_err(failed)?;
        let key = sealed.map(|sealed| self.ring.open(uuid, &sealed));
        key.transpose().map_err(failed)
    }

    fn job(&self, uuid: Uuid) -> Result<Option<Job>, StoreError> {
        self.current().opened.memory.job(uuid)
    }

    fn jobs(&self) -> Result<Vec<Job>, StoreError> {
        self.current().opened.memory.jobs()
    }

    fn issued_by(&self, ca: Uuid) -> Result<Vec<Arc<IssuedCertificate>>, StoreError> {
        let issued = self.current().opened.issued_from(ca, 0, usize::MAX)?;
        Ok(issued.into_iter().map(|(_, issued)| issued).collect())
    }

    fn revision(&self) -> Result<u64, StoreError> {
        self.current().opened.memory.revision()
    }

    fn commit(&self, mut commit: Commit) -> Result<(), CommitError> {
        let change = Change::of(&mut commit, &self.ring)?;
        let current = self.writable()?;
        let opened = &current.opened;
        opened.memory.commit_with(commit, || {
            opened.write(|transaction| change.write(transaction))
        })
    }
}

impl ServerStore for RedbStore {
    fn svms(&self) -> Result<Vec<Svm>, StoreError> {
        Ok(self.current().opened.svms())
    }

    fn add_svm(&self, svm: &Svm) -> Result<bool, StoreError> {
        self.writable()?.opened.add_svm(svm)
    }

    fn remove_svm(&self, uuid: Uuid) -> Result<bool, StoreError> {
        self.writable()?.opened.remove_svm(uuid)
    }

    fn issued_after(
        &self,
        ca: Uuid,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<(u64, Arc<IssuedCertificate>)>, StoreError> {
        match after.map_or(Some(0), |after| after.checked_add(1)) {
            Some(from) => self.current().opened.issued_from(ca, from, limit),
            None => Ok(Vec::new()),
        }
    }

    fn is_abandoned(&self, job: Uuid) -> Result<bool, StoreError> {
        Ok(self.abandoned.contains(&job))
    }

    fn is_shared(&self) -> Result<bool, StoreError> {
        Ok(false)
    }

    fn check(&self) -> Result<(), StoreError> {
        self.writable()?.opened.check().map_err(failed)
    }

    fn reseal(&self) -> Result<usize, StoreError> {
        self.writable()?.opened.reseal(&self.ring)
    }
}

/// Whoever asked is told that the store failed, and no more: the cause is in the log.
fn failed(error: impl fmt::Display) -> StoreError {
    tracing::error!(%error, "the embedded store failed");
    // The errors of redb hold transactions, which must not live on with them.
    StoreError::new(error.to_string())
}

impl fmt::Debug for RedbStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedbStore")
            .field("memory", &self.current().opened.memory)
            .finish_non_exhaustive()
    }
}
