//! Both stores keep what stores promise.

use super::file_store::FileStore;
use crate::common::Folder;
use certwright::catalog::MemoryStore;
use certwright::catalog::testing::{Subject, check};
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
