//! What is particular to a folder: who may open it, and what lies in it.

use super::super::RedbStore;
use super::super::open::OpenError;
use super::super::tables::{FORMAT, FORMAT_VERSION, META};
use super::disk::Disk;
use crate::store::fixtures::{KEY, deletes, issued, job, puts, ring, svm, uuid};
use crate::store::{KeyRing, KeyRingError, ServerStore as _};
use certwright::catalog::{Commit, Store as _};
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[test]
fn one_process_has_it_and_a_newer_format_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = RedbStore::open(folder.path(), ring()).unwrap();
    let answer = RedbStore::open(folder.path(), ring());
    assert!(matches!(answer, Err(OpenError::InUse)), "{answer:?}");
    let current = store.current();
    let opened = &current.opened;
    opened
        .write(|transaction| {
            let mut meta = transaction.open_table(META)?;
            meta.insert(FORMAT, FORMAT_VERSION + 1)?;
            Ok(())
        })
        .unwrap();
    drop(current);
    drop(store);
    let answer = RedbStore::open(folder.path(), ring());
    assert!(matches!(answer, Err(OpenError::Newer)), "{answer:?}");
}

#[test]
fn a_file_of_something_else_is_refused_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.redb");
    let text = "something else\n".repeat(1000);
    fs::write(&path, &text).unwrap();
    let answer = RedbStore::open(folder.path(), ring());
    assert!(answer.is_err(), "{answer:?}");
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn a_store_that_was_made_halfway_is_made_again() {
    let whole = tempfile::tempdir().unwrap();
    drop(RedbStore::open(whole.path(), ring()).unwrap());
    let whole = fs::read(whole.path().join("store.redb")).unwrap();
    for length in [0, 1, 4096, whole.len() - 1, whole.len()] {
        for halfway in [&whole[..length], &vec![0; length]] {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join("store.redb.new"), halfway).unwrap();
            let ring = ring();
            let store = RedbStore::open(folder.path(), Arc::clone(&ring)).unwrap();
            store.commit(puts([1])).unwrap();
            drop(store);
            let store = RedbStore::open(folder.path(), ring).unwrap();
            assert_eq!(store.snapshot().unwrap().len(), 1);
        }
    }
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("data/store");
    drop(RedbStore::open(&inner, ring()).unwrap());
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&inner), 0o700);
    assert_eq!(mode(&inner.join("store.redb")), 0o600);
}

#[test]
fn keys_are_sealed_and_sealed_again() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (KeyRing::generate().unwrap(), KeyRing::generate().unwrap());
    let open = |text: &str| {
        let ring = Arc::new(KeyRing::parse(text).unwrap());
        RedbStore::open(folder.path(), ring).unwrap()
    };
    // More than are looked at at once.
    let store = open(&old);
    store.commit(puts(0..=255)).unwrap();
    assert_eq!(store.reseal().unwrap(), 0);
    drop(store);
    let store = open(&format!("{}\n{}", *new, *old));
    store.commit(Commit::default()).unwrap();
    let mut commit = puts([7]);
    commit.deletes = vec![uuid(7)];
    store.commit(commit).unwrap();
    assert_eq!(store.reseal().unwrap(), 255);
    assert_eq!(store.reseal().unwrap(), 0);
    drop(store);
    let store = open(&new);
    for number in 0..=255 {
        let key = store.private_key(uuid(number)).unwrap().unwrap();
        assert_eq!(key.as_bytes(), KEY);
    }
    drop(store);
    // It is noticed at once that these are not the store's.
    for text in [&old, &KeyRing::generate().unwrap()] {
        let ring = Arc::new(KeyRing::parse(text).unwrap());
        let answer = RedbStore::open(folder.path(), ring);
        let unknown = OpenError::Keys(KeyRingError::UnknownKey);
        assert_eq!(
            answer.err().map(|error| error.to_string()),
            Some(unknown.to_string())
        );
    }
    drop(open(&format!("{}\n{}", *old, *new)));
    let file = fs::read(folder.path().join("store.redb")).unwrap();
    assert!(!file.windows(KEY.len()).any(|part| part == KEY));
}

#[test]
fn what_a_ca_signed_is_read_in_pages_and_goes_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = RedbStore::open(folder.path(), ring()).unwrap();
    store.commit(puts([1, 2, 3])).unwrap();
    for ca in [1, 2, 3, 2] {
        store.commit(issued(ca, 5)).unwrap();
    }
    let mut numbers = Vec::new();
    let mut after = None;
    loop {
        let page = store.issued_after(uuid(2), after, 4).unwrap();
        let Some((last, _)) = page.last() else {
            break;
        };
        after = Some(*last);
        assert!(page.iter().all(|(_, issued)| issued.ca == uuid(2)));
        numbers.extend(page.into_iter().map(|(number, _)| number));
    }
    assert_eq!(numbers, (0..10).collect::<Vec<_>>());
    assert!(
        store
            .issued_after(uuid(2), Some(u64::MAX), 4)
            .unwrap()
            .is_empty()
    );
    store.commit(deletes([2])).unwrap();
    assert!(store.issued_by(uuid(2)).unwrap().is_empty());
    assert_eq!(store.issued_by(uuid(1)).unwrap().len(), 5);
    assert_eq!(store.issued_by(uuid(3)).unwrap().len(), 5);
}

#[test]
fn svms_are_kept_and_their_names_are_unique() {
    let folder = tempfile::tempdir().unwrap();
    let store = RedbStore::open(folder.path(), ring()).unwrap();
    assert!(store.add_svm(&svm(1, "b")).unwrap());
    assert!(store.add_svm(&svm(2, "a")).unwrap());
    assert!(!store.add_svm(&svm(3, "a")).unwrap());
    assert!(!store.add_svm(&svm(1, "c")).unwrap());
    let all = [svm(2, "a"), svm(1, "b")];
    assert_eq!(store.svms().unwrap(), all);
    drop(store);
    let store = RedbStore::open(folder.path(), ring()).unwrap();
    assert_eq!(store.svms().unwrap(), all);
    assert!(store.remove_svm(uuid(2)).unwrap());
    assert!(!store.remove_svm(uuid(2)).unwrap());
    drop(store);
    let store = RedbStore::open(folder.path(), ring()).unwrap();
    assert_eq!(store.svms().unwrap(), all[1..]);
}

#[test]
fn a_job_of_the_last_process_is_abandoned() {
    let folder = tempfile::tempdir().unwrap();
    let store = RedbStore::open(folder.path(), ring()).unwrap();
    store.commit(job(1)).unwrap();
    assert!(!store.is_abandoned(uuid(1)).unwrap());
    drop(store);
    let store = RedbStore::open(folder.path(), ring()).unwrap();
    store.commit(job(2)).unwrap();
    assert!(store.is_abandoned(uuid(1)).unwrap());
    assert!(!store.is_abandoned(uuid(2)).unwrap());
    assert_eq!(store.revision().unwrap(), 2);
}

#[test]
fn it_goes_on_when_the_disk_does() {
    let disk = Disk::default();
    let store = disk.open(ring()).unwrap();
    store.check().unwrap();
    store.commit(puts([1])).unwrap();
    store.add_svm(&svm(1, "svm1")).unwrap();
    disk.fail_after(1);
    store.commit(puts([2])).unwrap_err();
    // What is in memory is read, and nothing is written, nor said to have been.
    store.check().unwrap_err();
    store.commit(puts([3])).unwrap_err();
    store.add_svm(&svm(2, "svm2")).unwrap_err();
    store.remove_svm(uuid(1)).unwrap_err();
    store.reseal().unwrap_err();
    assert_eq!(store.snapshot().unwrap().len(), 1);
    assert_eq!(store.svms().unwrap(), [svm(1, "svm1")]);
    disk.restart();
    // Not before the pause is over.
    let later = Instant::now() + Duration::from_mins(10);
    store.current.write().unwrap().tried = Some(later);
    store.check().unwrap_err();
    store.current.write().unwrap().tried = None;
    store.check().unwrap();
    store.commit(puts([3])).unwrap();
    let key = store.private_key(uuid(3)).unwrap().unwrap();
    assert_eq!(key.as_bytes(), KEY);
    assert!(store.record(uuid(1)).unwrap().is_some());
}
