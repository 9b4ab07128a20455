//! What was committed is there, also when the store is opened again.

use super::contents::contents;
use super::fixtures::{Fixtures, puts, uuid};
use super::subject::Subject;
use crate::catalog::{Commit, CommitError, Put, Scope, Store as _};

pub(super) fn reads_what_was_committed<S: Subject>(subject: &S, fixtures: &Fixtures) {
    let store = subject.open();
    assert!(
        store.snapshot().expect("a snapshot").is_empty(),
        "a new store is not empty"
    );
    assert_eq!(store.record(uuid(0)).expect("no record"), None);
    let revision = store.revision().expect("a revision");
    let before = store.snapshot().expect("a snapshot");
    let first = fixtures.put(1, Scope::Cluster, "a");
    let second = Put {
        private_key: None,
        ..fixtures.put(0, Scope::Svm(uuid(9)), "a")
    };
    store
        .commit(puts([first.clone(), second]))
        .expect("a commit");
    assert!(
        store.revision().expect("a revision") > revision,
        "the revision does not grow"
    );
    assert!(before.is_empty(), "a snapshot changes");
    let all = contents(&store);
    let order: Vec<_> = store
        .snapshot()
        .expect("a snapshot")
        .iter()
        .map(|record| record.uuid)
        .collect();
    assert_eq!(
        order,
        [uuid(0), uuid(1)],
        "records come in the order of their UUIDs"
    );
    assert_eq!(
        store.private_key(uuid(1)).expect("a key"),
        first.private_key,
        "another key"
    );
    assert_eq!(
        store.private_key(uuid(0)).expect("no key"),
        None,
        "a key from nowhere"
    );
    drop(store);
    let store = subject.open();
    assert_eq!(contents(&store), all, "opened again it has something else");
    let deleted = Commit {
        deletes: vec![uuid(1)],
        ..Commit::default()
    };
    store.commit(deleted).expect("a commit");
    assert_eq!(
        store.record(uuid(1)).expect("no record"),
        None,
        "a deleted record is there"
    );
    assert_eq!(
        store.private_key(uuid(1)).expect("no key"),
        None,
        "a key outlives its record"
    );
}

pub(super) fn records_what_cas_signed<S: Subject>(subject: &S, fixtures: &Fixtures) {
    let store = subject.open();
    store
        .commit(puts([fixtures.put(1, Scope::Cluster, "a")]))
        .expect("a commit");
    for numbers in [[4, 2], [5, 3]] {
        let commit = Commit {
            issued: numbers.map(|number| fixtures.issued(1, number)).to_vec(),
            require_present: vec![uuid(1)],
            ..Commit::default()
        };
        store.commit(commit).expect("a commit");
    }
    drop(store);
    let store = subject.open();
    let order: Vec<_> = store.issued_by(uuid(1)).expect("what it signed");
    let expected: Vec<_> = [4, 2, 5, 3]
        .map(|number| fixtures.issued(1, number))
        .to_vec();
    assert_eq!(order, expected, "not in the order in which it was recorded");
    let deleted = Commit {
        deletes: vec![uuid(1)],
        ..Commit::default()
    };
    store.commit(deleted).expect("a commit");
    assert_eq!(
        store.issued_by(uuid(1)).expect("nothing"),
        [],
        "it outlives its CA"
    );
    let late = Commit {
        issued: vec![fixtures.issued(1, 4)],
        ..Commit::default()
    };
    assert!(
        matches!(store.commit(late), Err(CommitError::Gone(_))),
        "a CA that is gone signs"
    );
}
