//! Power that fails at every step of all that is written.

use super::super::RedbStore;
use super::disk::Disk;
use crate::store::fixtures::{deletes, issued, puts, svm, uuid};
use crate::store::{KeyRing, ServerStore as _};
use certwright::catalog::{Store as _, StoreError, Svm, Uuid};
use std::sync::Arc;

/// How often each step is tried, with another part of what was not flushed lost each time.
const CHANCES: u64 = 20;

/// Records, with how much each signed and whether its key is sealed with the first of the ring.
type Contents = (Vec<(Uuid, usize, bool)>, Vec<Svm>, u64);

fn contents(store: &RedbStore, ring: &KeyRing) -> Contents {
    let snapshot = store.snapshot().unwrap();
    let records = snapshot.iter().map(|record| {
        let uuid = record.uuid;
        assert!(store.private_key(uuid).unwrap().is_some(), "no key");
        let sealed = store.current().opened.sealed_key(uuid).unwrap().unwrap();
        let signed = store.issued_by(uuid).unwrap().len();
        (uuid, signed, ring.is_current(&sealed))
    });
    (
        records.collect(),
        store.svms().unwrap(),
        store.revision().unwrap(),
    )
}

#[test]
fn all_or_nothing_of_each_operation_is_there() {
    type Operation = fn(&RedbStore) -> Result<(), StoreError>;
    let operations: [(&str, Operation); 5] = [
        ("commit", |store| {
            let mut commit = deletes([1]);
            commit.puts = puts([3]).puts;
            commit.issued = issued(2, 9).issued;
            store.commit(commit).map_err(StoreError::new)
        }),
        ("delete", |store| {
            store.commit(deletes([1, 2])).map_err(StoreError::new)
        }),
        ("reseal", |store| store.reseal().map(drop)),
        ("add an SVM", |store| store.add_svm(&svm(2, "b")).map(drop)),
        ("remove an SVM", |store| store.remove_svm(uuid(1)).map(drop)),
    ];
    let (old, new) = (KeyRing::generate().unwrap(), KeyRing::generate().unwrap());
    let ring = |text: &str| Arc::new(KeyRing::parse(text).unwrap());
    let (before_ring, ring) = (ring(&old), ring(&format!("{}\n{}", *new, *old)));
    let fill = |disk: &Disk| {
        let store = disk.open(Arc::clone(&before_ring)).unwrap();
        store.commit(puts([1, 2])).unwrap();
        store.commit(issued(1, 20)).unwrap();
        store.commit(issued(2, 3)).unwrap();
        store.add_svm(&svm(1, "a")).unwrap();
    };
    for (name, operation) in operations {
        let open = |disk: &Disk| disk.open(Arc::clone(&ring)).unwrap();
        let whole = Disk::default();
        fill(&whole);
        let store = open(&whole);
        let before = contents(&store, &ring);
        operation(&store).unwrap();
        let after = contents(&store, &ring);
        assert_ne!(before, after, "{name} does nothing");
        for chance in 0..CHANCES {
            for steps in 0.. {
                let disk = Disk::with_chance(chance);
                fill(&disk);
                disk.fail_after(steps);
                let opened = disk.open(Arc::clone(&ring));
                let is_done = opened.is_ok_and(|store| operation(&store).is_ok());
                disk.restart();
                let store = open(&disk);
                let there = contents(&store, &ring);
                assert!(
                    there == after || !is_done && there == before,
                    "{name}, chance {chance}, step {steps}: {there:?} is there"
                );
                store.commit(puts([4])).unwrap();
                if is_done {
                    assert!(steps > 2, "{name} has no steps");
                    break;
                }
            }
        }
    }
}
