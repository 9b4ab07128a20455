//! What every store promises.

use super::super::RedbStore;
use super::disk::Disk;
use crate::store::KeyRing;
use crate::store::fixtures::ring;
use certwright::SecretDer;
use certwright::catalog::testing::{Subject, check};
use certwright::catalog::{
    Commit, CommitError, IssuedCertificate, Job, Record, Snapshot, Store, StoreError, Uuid,
};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tempfile::TempDir;

/// One process has the file open once: who opens it again meanwhile gets the same store.
#[derive(Default)]
struct Opened(Mutex<Weak<RedbStore>>);

impl Opened {
    fn or(&self, open: impl FnOnce() -> RedbStore) -> Arc<RedbStore> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.upgrade().unwrap_or_else(|| {
            let store = Arc::new(open());
            *last = Arc::downgrade(&store);
            store
        })
    }
}

struct InFolder {
    folder: TempDir,
    ring: Arc<KeyRing>,
    opened: Opened,
}

impl Subject for InFolder {
    type Store = Arc<RedbStore>;

    fn open(&self) -> Self::Store {
        let open = || RedbStore::open(self.folder.path(), Arc::clone(&self.ring)).unwrap();
        self.opened.or(open)
    }
}

#[test]
fn a_folder_keeps_every_promise() {
    check(|| InFolder {
        folder: tempfile::tempdir().unwrap(),
        ring: ring(),
        opened: Opened::default(),
    });
}

struct OnDisk {
    disk: Disk,
    ring: Arc<KeyRing>,
    opened: Opened,
}

impl Subject for OnDisk {
    type Store = Arc<dyn Store>;

    fn open(&self) -> Self::Store {
        self.opened.or(|| {
            self.disk.restart();
            self.disk.open(Arc::clone(&self.ring)).unwrap()
        })
    }

    fn open_crashing(&self, steps: usize) -> Option<Self::Store> {
        self.disk.restart();
        self.disk.fail_after(steps);
        let store = self.disk.open(Arc::clone(&self.ring));
        Some(store.map_or_else(
            |_| Arc::new(NoPower) as Arc<dyn Store>,
            |store| Arc::new(store),
        ))
    }
}

#[test]
fn a_disk_without_power_has_all_of_a_commit_or_nothing() {
    check(|| OnDisk {
        disk: Disk::default(),
        ring: ring(),
        opened: Opened::default(),
    });
}

/// What is there when the power fails while the store is opened.
struct NoPower;

fn no_power<T>() -> Result<T, StoreError> {
    Err(StoreError::new("no power"))
}

impl Store for NoPower {
    fn record(&self, _: Uuid) -> Result<Option<Arc<Record>>, StoreError> {
        no_power()
    }

    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        no_power()
    }

    fn private_key(&self, _: Uuid) -> Result<Option<SecretDer>, StoreError> {
        no_power()
    }

    fn job(&self, _: Uuid) -> Result<Option<Job>, StoreError> {
        no_power()
    }

    fn jobs(&self) -> Result<Vec<Job>, StoreError> {
        no_power()
    }

    fn issued_by(&self, _: Uuid) -> Result<Vec<Arc<IssuedCertificate>>, StoreError> {
        no_power()
    }

    fn revision(&self) -> Result<u64, StoreError> {
        no_power()
    }

    fn commit(&self, _: Commit) -> Result<(), CommitError> {
        Ok(no_power()?)
    }
}
