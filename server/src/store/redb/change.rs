//! [`Change`]: a commit as it is written.

use super::super::KeyRing;
use super::super::codec::{encode_issued, encode_job, encode_record};
use super::failed;
use super::tables::{
    ISSUED, JOBS, KEYS, META, RECORDS, REVISION, issued_from, issued_key, number_of,
};
use certwright::catalog::{Commit, StoreError, Uuid};
use redb::{ReadableTable as _, WriteTransaction};
use std::collections::BTreeMap;
use std::mem;

type Entry = ([u8; 16], Vec<u8>);

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

    /// Writes it, in the order of [`Store::commit`](certwright::catalog::Store::commit).
    pub(super) fn write(&self, transaction: &WriteTransaction) -> Result<(), redb::Error> {
        let mut meta = transaction.open_table(META)?;
        let revision = meta.get(REVISION)?.map_or(0, |revision| revision.value());
        meta.insert(REVISION, revision + 1)?;
        let mut records = transaction.open_table(RECORDS)?;
        let mut keys = transaction.open_table(KEYS)?;
        let mut jobs = transaction.open_table(JOBS)?;
        let mut issued = transaction.open_table(ISSUED)?;
        for uuid in &self.deletes {
            records.remove(uuid.as_bytes())?;
            keys.remove(uuid.as_bytes())?;
            issued.retain_in(issued_from(*uuid, 0), |_, _| false)?;
        }
        for (uuid, job) in &self.jobs {
            jobs.insert(uuid, &**job)?;
        }
        for uuid in &self.forgotten_jobs {
            jobs.remove(uuid.as_bytes())?;
        }
        for (uuid, record) in &self.records {
            records.insert(uuid, &**record)?;
        }
        for (uuid, key) in &self.keys {
            keys.insert(uuid, &**key)?;
        }
        let mut next = BTreeMap::new();
        for (ca, encoded) in &self.issued {
            let number = match next.get(ca) {
                Some(&number) => number,
                None => {
                    let last = issued.range(issued_from(*ca, 0))?.next_back().transpose()?;
                    last.map_or(0, |(key, _)| number_of(key.value()) + 1)
                }
            };
            issued.insert(issued_key(*ca, number), &**encoded)?;
            next.insert(*ca, number + 1);
        }
        Ok(())
    }
}
