//! [`Change`]: a commit as it is written.

use super::super::KeyRing;
use super::super::codec::{encode_issued, encode_job, encode_record};
use super::failed;
use super::tables::{
    ByUuid, Entry, ISSUED, JOBS, KEYS, META, RECORDS, REVISION, issued_from, issued_key, number_of,
};
use certwright::catalog::{Commit, StoreError, Uuid};
use redb::{ReadableTable as _, WriteTransaction};
use std::collections::BTreeMap;
use std::mem;

/// A commit as it is written: everything is encoded, and private keys are sealed.
pub(super) struct Change {
    deletes: Vec<Uuid>,
    records: Vec<Entry>,
    keys: Vec<Entry>,
    jobs: Vec<Entry>,
    forgotten_jobs: Vec<Uuid>,
    issued: Vec<(Uuid, Vec<u8>)>,
}

impl Change {
    /// Encodes a commit. Private keys are taken out of it: they are nowhere in the clear after that.
    pub(super) fn of(commit: &mut Commit, ring: &KeyRing) -> Result<Self, StoreError> {
        let mut keys = Vec::new();
        for put in &mut commit.puts {
            if let Some(key) = mem::take(&mut put.private_key) {
                let sealed = ring.seal(put.record.uuid, &key).map_err(failed)?;
                keys.push((*put.record.uuid.as_bytes(), sealed));
            }
        }
        let records = commit.puts.iter().map(|put| {
            let record = encode_record(&put.record)?;
            Ok((*put.record.uuid.as_bytes(), record))
        });
        let jobs = commit.jobs.iter();
        let jobs = jobs.map(|job| Ok((*job.uuid.as_bytes(), encode_job(job)?)));
        let issued = commit.issued.iter();
        let issued = issued.map(|issued| Ok((issued.ca, encode_issued(issued)?)));
        Ok(Self {
            deletes: commit.deletes.clone(),
            records: records.collect::<Result<_, StoreError>>()?,
            keys,
            jobs: jobs.collect::<Result<_, StoreError>>()?,
            forgotten_jobs: commit.forgotten_jobs.clone(),
            issued: issued.collect::<Result<_, StoreError>>()?,
        })
    }

    /// Writes it, in the order of [`Store::commit`](certwright::catalog::Store::commit). Only tables that
    /// change are opened: what is signed touches two.
    pub(super) fn write(&self, transaction: &WriteTransaction) -> Result<(), redb::Error> {
        let mut meta = transaction.open_table(META)?;
        let revision = meta.get(REVISION)?.map_or(0, |revision| revision.value());
        meta.insert(REVISION, revision + 1)?;
        self.delete(transaction)?;
        put(transaction, JOBS, &self.jobs)?;
        self.forget(transaction)?;
        put(transaction, RECORDS, &self.records)?;
        put(transaction, KEYS, &self.keys)?;
        self.issue(transaction)
    }

    fn delete(&self, transaction: &WriteTransaction) -> Result<(), redb::Error> {
        if self.deletes.is_empty() {
            return Ok(());
        }
        let mut records = transaction.open_table(RECORDS)?;
        let mut keys = transaction.open_table(KEYS)?;
        let mut issued = transaction.open_table(ISSUED)?;
        for uuid in &self.deletes {
            records.remove(uuid.as_bytes())?;
            keys.remove(uuid.as_bytes())?;
            issued.retain_in(issued_from(*uuid, 0), |_, _| false)?;
        }
        Ok(())
    }

    fn forget(&self, transaction: &WriteTransaction) -> Result<(), redb::Error> {
        if self.forgotten_jobs.is_empty() {
            return Ok(());
        }
        let mut jobs = transaction.open_table(JOBS)?;
        for uuid in &self.forgotten_jobs {
            jobs.remove(uuid.as_bytes())?;
        }
        Ok(())
    }

    fn issue(&self, transaction: &WriteTransaction) -> Result<(), redb::Error> {
        if self.issued.is_empty() {
            return Ok(());
        }
        let mut issued = transaction.open_table(ISSUED)?;
        let mut next = BTreeMap::new();
        for (ca, encoded) in &self.issued {
            let number = if let Some(&number) = next.get(ca) {
                number
            } else {
                let last = issued.range(issued_from(*ca, 0))?.next_back().transpose()?;
                last.map_or(0, |(key, _)| number_of(key.value()) + 1)
            };
            issued.insert(issued_key(*ca, number), &**encoded)?;
            next.insert(*ca, number + 1);
        }
        Ok(())
    }
}

fn put(
    transaction: &WriteTransaction,
    table: ByUuid,
    entries: &[Entry],
) -> Result<(), redb::Error> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut table = transaction.open_table(table)?;
    for (uuid, stored) in entries {
        table.insert(uuid, &**stored)?;
    }
    Ok(())
}
