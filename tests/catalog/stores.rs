//! Both stores keep what stores promise.

use super::file_store::FileStore;
use crate::common::Folder;
use certwright::SecretDer;
use certwright::catalog::testing::{Subject, check};
use certwright::catalog::{
    Commit, CommitError, IssuedCertificate, Job, MemoryStore, Record, Snapshot, Store, StoreError,
    Uuid,
};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Default)]
struct InMemory(Arc<MemoryStore>);

impl Subject for InMemory {
    type Store = Arc<MemoryStore>;

    fn open(&self) -> Self::Store {
        Arc::clone(&self.0)
    }
}

struct InFile(PathBuf);

impl Subject for InFile {
    type Store = FileStore;

    fn open(&self) -> FileStore {
        FileStore::open(&self.0, usize::MAX)
    }

    fn open_crashing(&self, steps: usize) -> Option<FileStore> {
        Some(FileStore::open(&self.0, steps))
    }
}

#[test]
fn memory_keeps_what_a_store_promises() {
    check(InMemory::default);
}

#[test]
fn a_file_keeps_what_a_store_promises() {
    let folder = Folder::new("catalog-stores");
    let number = AtomicUsize::new(0);
    check(|| {
        let name = format!("store{}", number.fetch_add(1, Ordering::Relaxed));
        InFile(folder.path(&name).into())
    });
}

/// A store that writes new records before it looks at the rest of a commit.
#[derive(Clone, Default)]
struct Sloppy(Arc<MemoryStore>);

impl Subject for Sloppy {
    type Store = Self;

    fn open(&self) -> Self {
        self.clone()
    }
}

impl Store for Sloppy {
    fn record(&self, uuid: Uuid) -> Result<Option<Arc<Record>>, StoreError> {
        self.0.record(uuid)
    }

    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        self.0.snapshot()
    }

    fn private_key(&self, uuid: Uuid) -> Result<Option<SecretDer>, StoreError> {
        self.0.private_key(uuid)
    }

    fn job(&self, uuid: Uuid) -> Result<Option<Job>, StoreError> {
        self.0.job(uuid)
    }

    fn jobs(&self) -> Result<Vec<Job>, StoreError> {
        self.0.jobs()
    }

    fn issued_by(&self, ca: Uuid) -> Result<Vec<Arc<IssuedCertificate>>, StoreError> {
        self.0.issued_by(ca)
    }

    fn revision(&self) -> Result<u64, StoreError> {
        self.0.revision()
    }

    fn commit(&self, mut commit: Commit) -> Result<(), CommitError> {
        for put in std::mem::take(&mut commit.puts) {
            let mut one = Commit::default();
            one.puts = vec![put];
            self.0.commit(one)?;
        }
        self.0.commit(commit)
    }
}

#[test]
#[should_panic(expected = "part of a commit that was refused is there")]
fn a_store_that_does_half_of_a_commit_is_found_out() {
    check(Sloppy::default);
}
