//! [`RedbStore`]: everything in one file, for one process.

mod change;
mod open;
mod tables;
#[cfg(test)]
mod tests;

use super::codec::decode_issued;
use super::{KeyRing, ServerStore};
use certwright::SecretDer;
use certwright::catalog::{
    Commit, CommitError, IssuedCertificate, Job, MemoryStore, Record, Snapshot, Store, StoreError,
    Svm, Uuid,
};
use change::Change;
use redb::{Database, Durability, ReadableDatabase as _, ReadableTable as _, WriteTransaction};
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use tables::{ISSUED, KEYS, META, REVISION, SVMS, issued_from, number_of};

/// Everything in one file of redb, for one process.
///
/// Records and jobs are in memory too, where they are read and where it is checked whether a commit
/// stands against them; private keys, which are sealed, and what CAs signed are in the file alone. A
/// commit is one transaction, and on the disk before anybody sees it.
///
/// After the disk failed, nothing more is written until the store is opened again, as nobody knows what
/// of the last commit is on it; what is in memory can still be read.
pub(crate) struct RedbStore {
    database: Database,
    memory: MemoryStore,
    ring: Arc<KeyRing>,
    /// In the order of their names. Held while one is written.
    svms: RwLock<Vec<Svm>>,
    /// The jobs that had not ended when the store was opened.
    abandoned: BTreeSet<Uuid>,
    has_failed: AtomicBool,
}

/// How many private keys are sealed again between two looks at the table.
const RESEALED_AT_ONCE: usize = 256;

impl RedbStore {
    /// Writes all of it, to the disk, or nothing.
    fn write<T>(
        &self,
        work: impl FnOnce(&WriteTransaction) -> Result<T, redb::Error>,
    ) -> Result<T, StoreError> {
        let write = || {
            let mut transaction = self.database.begin_write()?;
            transaction.set_durability(Durability::Immediate)?;
            let done = work(&transaction)?;
            transaction.commit()?;
            Ok::<_, redb::Error>(done)
        };
        write().map_err(|error| {
            self.has_failed.store(true, Ordering::Relaxed);
            failed(error)
        })
    }

    fn sealed_key(&self, uuid: Uuid) -> Result<Option<Vec<u8>>, redb::Error> {
        let keys = self.database.begin_read()?.open_table(KEYS)?;
        let sealed = keys.get(uuid.as_bytes())?;
        Ok(sealed.map(|sealed| sealed.value().to_vec()))
    }

    /// What is stored of what a CA signed, from this number on.
    fn stored_issued(
        &self,
        ca: Uuid,
        from: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Vec<u8>)>, redb::Error> {
        let issued = self.database.begin_read()?.open_table(ISSUED)?;
        let entries = issued.range(issued_from(ca, from))?.take(limit);
        let entries = entries.map(|entry| {
            let (key, stored) = entry?;
            Ok((number_of(key.value()), stored.value().to_vec()))
        });
        entries.collect()
    }

    fn issued_from(
        &self,
        ca: Uuid,
        from: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Arc<IssuedCertificate>)>, StoreError> {
        let stored = self.stored_issued(ca, from, limit).map_err(failed)?;
        let decoded = stored.into_iter().map(|(number, stored)| {
            let issued = decode_issued(ca, &stored)?;
            Ok((number, Arc::new(issued)))
        });
        decoded.collect()
    }

    /// Seals the keys of one part of the table: those above `after`. Answers with the last one, if
    /// there are more, and with how many were sealed.
    fn reseal_after(
        &self,
        transaction: &WriteTransaction,
        after: Option<[u8; 16]>,
    ) -> Result<(Option<[u8; 16]>, usize), StoreError> {
        let mut keys = transaction.open_table(KEYS).map_err(failed)?;
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let entries = keys.range::<[u8; 16]>((from, Bound::Unbounded));
        let entries: Vec<_> = entries
            .map_err(failed)?
            .take(RESEALED_AT_ONCE)
            .map(|entry| entry.map(|(uuid, sealed)| (uuid.value(), sealed.value().to_vec())))
            .collect::<Result<_, _>>()
            .map_err(failed)?;
        let last = entries.last().map(|(uuid, _)| *uuid);
        let mut count = 0;
        for (uuid, sealed) in entries {
            if self.ring.is_current(&sealed) {
                continue;
            }
            let record = Uuid::from_bytes(uuid);
            let key = self.ring.open(record, &sealed).map_err(StoreError::new)?;
            let sealed = self.ring.seal(record, &key).map_err(StoreError::new)?;
            keys.insert(uuid, &*sealed).map_err(failed)?;
            count += 1;
        }
        Ok((last, count))
    }
}

impl Store for RedbStore {
    fn record(&self, uuid: Uuid) -> Result<Option<Arc<Record>>, StoreError> {
        self.memory.record(uuid)
    }

    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        self.memory.snapshot()
    }

    fn private_key(&self, uuid: Uuid) -> Result<Option<SecretDer>, StoreError> {
        let sealed = self.sealed_key(uuid).map_err(failed)?;
        let key = sealed.map(|sealed| self.ring.open(uuid, &sealed));
        key.transpose().map_err(StoreError::new)
    }

    fn job(&self, uuid: Uuid) -> Result<Option<Job>, StoreError> {
        self.memory.job(uuid)
    }

    fn jobs(&self) -> Result<Vec<Job>, StoreError> {
        self.memory.jobs()
    }

    fn issued_by(&self, ca: Uuid) -> Result<Vec<Arc<IssuedCertificate>>, StoreError> {
        let issued = self.issued_from(ca, 0, usize::MAX)?.into_iter();
        Ok(issued.map(|(_, issued)| issued).collect())
    }

    fn revision(&self) -> Result<u64, StoreError> {
        self.memory.revision()
    }

    fn commit(&self, mut commit: Commit) -> Result<(), CommitError> {
        let change = Change::of(&mut commit, &self.ring)?;
        self.memory.commit_with(commit, || {
            self.write(|transaction| change.write(transaction))
        })
    }
}

impl ServerStore for RedbStore {
    fn svms(&self) -> Result<Vec<Svm>, StoreError> {
        let svms = self.svms.read().unwrap_or_else(PoisonError::into_inner);
        Ok(svms.clone())
    }

    fn add_svm(&self, svm: &Svm) -> Result<bool, StoreError> {
        let mut svms = self.svms.write().unwrap_or_else(PoisonError::into_inner);
        let is_taken = |other: &Svm| other.name == svm.name || other.uuid == svm.uuid;
        if svms.iter().any(is_taken) {
            return Ok(false);
        }
        self.write(|transaction| {
            let mut table = transaction.open_table(SVMS)?;
            table.insert(svm.uuid.as_bytes(), &*svm.name)?;
            Ok(())
        })?;
        let place = svms.partition_point(|other| other.name < svm.name);
        svms.insert(place, svm.clone());
        Ok(true)
    }

    fn remove_svm(&self, uuid: Uuid) -> Result<bool, StoreError> {
        let mut svms = self.svms.write().unwrap_or_else(PoisonError::into_inner);
        let Some(place) = svms.iter().position(|svm| svm.uuid == uuid) else {
            return Ok(false);
        };
        self.write(|transaction| {
            let mut table = transaction.open_table(SVMS)?;
            table.remove(uuid.as_bytes())?;
            Ok(())
        })?;
        svms.remove(place);
        Ok(true)
    }

    fn issued_after(
        &self,
        ca: Uuid,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<(u64, Arc<IssuedCertificate>)>, StoreError> {
        match after.map_or(Some(0), |after| after.checked_add(1)) {
            Some(from) => self.issued_from(ca, from, limit),
            None => Ok(Vec::new()),
        }
    }

    fn is_abandoned(&self, job: Uuid) -> Result<bool, StoreError> {
        Ok(self.abandoned.contains(&job))
    }

    fn check(&self) -> Result<(), StoreError> {
        if self.has_failed.load(Ordering::Relaxed) {
            return Err(StoreError::new(
                "the disk failed; the store must be opened again",
            ));
        }
        let read = || {
            let meta = self.database.begin_read()?.open_table(META)?;
            meta.get(REVISION)?;
            Ok::<_, redb::Error>(())
        };
        read().map_err(failed)
    }

    fn reseal(&self) -> Result<usize, StoreError> {
        let transaction = self.database.begin_write().map_err(failed)?;
        let (mut after, mut sealed) = (None, 0);
        loop {
            let (last, count) = self.reseal_after(&transaction, after)?;
            sealed += count;
            if last.is_none() {
                break;
            }
            after = last;
        }
        transaction.commit().map_err(|error| {
            self.has_failed.store(true, Ordering::Relaxed);
            failed(error)
        })?;
        Ok(sealed)
    }
}

fn failed(error: impl fmt::Display) -> StoreError {
    // The errors of redb hold transactions, which must not live on with them.
    StoreError::new(error.to_string())
}

impl fmt::Debug for RedbStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedbStore")
            .field("memory", &self.memory)
            .finish_non_exhaustive()
    }
}
