//! [`Opened`]: the file, and what of it is in memory.

use super::super::KeyRing;
use super::super::codec::decode_issued;
use super::failed;
use super::tables::{Entry, ISSUED, KEYS, META, REVISION, SVMS, issued_from, number_of};
use certwright::catalog::{IssuedCertificate, MemoryStore, StoreError, Svm, Uuid};
use redb::{Database, Durability, ReadableDatabase as _, ReadableTable as _, WriteTransaction};
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// How many private keys are sealed again between two looks at the table.
const RESEALED_AT_ONCE: usize = 256;

/// The file, and what of it is in memory.
pub(super) struct Opened {
    /// Absent once it was closed.
    pub(super) database: Option<Database>,
    pub(super) memory: MemoryStore,
    /// In the order of their names. Held while one is written.
    pub(super) svms: RwLock<Vec<Svm>>,
    /// Whether something could not be written: nobody knows what of it is on the disk.
    pub(super) has_failed: AtomicBool,
}

impl Opened {
    fn database(&self) -> Result<&Database, redb::Error> {
        self.database.as_ref().ok_or(redb::Error::DatabaseClosed)
    }

    /// Gives the file back. Records, jobs and SVMs can still be read.
    pub(super) fn close(&mut self) {
        self.database = None;
    }

    pub(super) fn has_failed(&self) -> bool {
        self.has_failed.load(Ordering::Relaxed)
    }

    /// Writes all of it, to the disk, or nothing. After that failed, nothing more is written.
    pub(super) fn write(
        &self,
        work: impl FnOnce(&WriteTransaction) -> Result<(), redb::Error>,
    ) -> Result<(), StoreError> {
        let transaction = self.begin()?;
        work(&transaction).map_err(|error| self.stop(error))?;
        self.end(transaction)
    }

    fn begin(&self) -> Result<WriteTransaction, StoreError> {
        let begin = || {
            let mut transaction = self.database()?.begin_write()?;
            transaction.set_durability(Durability::Immediate)?;
            Ok::<_, redb::Error>(transaction)
        };
        let transaction = begin().map_err(|error| self.stop(error))?;
        // The one before it may have failed meanwhile.
        if self.has_failed() {
            return Err(disk_failed());
        }
        Ok(transaction)
    }

    fn end(&self, transaction: WriteTransaction) -> Result<(), StoreError> {
        let committed = transaction.commit();
        committed.map_err(|error| self.stop(error.into()))
    }

    fn stop(&self, error: redb::Error) -> StoreError {
        self.has_failed.store(true, Ordering::Relaxed);
        failed(error)
    }

    /// Fails if nothing can be read.
    pub(super) fn check(&self) -> Result<(), redb::Error> {
        let meta = self.database()?.begin_read()?.open_table(META)?;
        meta.get(REVISION)?;
        Ok(())
    }

    /// Whether the ring opens every private key.
    pub(super) fn are_keys_of(&self, ring: &KeyRing) -> Result<bool, redb::Error> {
        let keys = self.database()?.begin_read()?.open_table(KEYS)?;
        for entry in keys.iter()? {
            if !ring.has_key_of(entry?.1.value()) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(super) fn sealed_key(&self, uuid: Uuid) -> Result<Option<Vec<u8>>, redb::Error> {
        let keys = self.database()?.begin_read()?.open_table(KEYS)?;
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
        let issued = self.database()?.begin_read()?.open_table(ISSUED)?;
        let entries = issued.range(issued_from(ca, from))?.take(limit);
        let entries = entries.map(|entry| {
            let (key, stored) = entry?;
            Ok((number_of(key.value()), stored.value().to_vec()))
        });
        entries.collect()
    }

    /// What a CA signed, from this number on.
    pub(super) fn issued_from(
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

    pub(super) fn svms(&self) -> Vec<Svm> {
        let svms = self.svms.read().unwrap_or_else(PoisonError::into_inner);
        svms.clone()
    }

    pub(super) fn add_svm(&self, svm: &Svm) -> Result<bool, StoreError> {
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

    pub(super) fn remove_svm(&self, uuid: Uuid) -> Result<bool, StoreError> {
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

    /// Seals every key with the first of the ring, and answers with how many were not. If one cannot be
    /// opened, nothing is written.
    pub(super) fn reseal(&self, ring: &KeyRing) -> Result<usize, StoreError> {
        let transaction = self.begin()?;
        let (mut after, mut count) = (None, 0);
        loop {
            let page = keys_after(&transaction, after).map_err(failed)?;
            let Some(&(last, _)) = page.last() else {
                break;
            };
            after = Some(last);
            let mut keys = transaction.open_table(KEYS).map_err(failed)?;
            for (uuid, sealed) in page {
                if ring.is_current(&sealed) {
                    continue;
                }
                let record = Uuid::from_bytes(uuid);
                let key = ring.open(record, &sealed).map_err(StoreError::new)?;
                let sealed = ring.seal(record, &key).map_err(StoreError::new)?;
                keys.insert(uuid, &*sealed).map_err(failed)?;
                count += 1;
            }
        }
        self.end(transaction)?;
        Ok(count)
    }
}

fn keys_after(
    transaction: &WriteTransaction,
    after: Option<[u8; 16]>,
) -> Result<Vec<Entry>, redb::Error> {
    let keys = transaction.open_table(KEYS)?;
    let from = after.map_or(Bound::Unbounded, Bound::Excluded);
    let page = keys.range::<[u8; 16]>((from, Bound::Unbounded))?;
    let page = page.take(RESEALED_AT_ONCE).map(|entry| {
        let (uuid, sealed) = entry?;
        Ok((uuid.value(), sealed.value().to_vec()))
    });
    page.collect()
}

/// Why nothing is written any more; it may go better once the store was opened again.
pub(super) fn disk_failed() -> StoreError {
    StoreError::unreachable("the disk failed")
}
