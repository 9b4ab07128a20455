//! A crash between two steps of the store's own writing.

use super::contents::contents;
use super::fixtures::{Fixtures, now, puts, uuid};
use super::subject::Subject;
use crate::catalog::{Commit, Job, Scope, Store as _};

/// Every step of the store's own writing.
pub(super) fn a_crash_leaves_all_or_nothing<S: Subject>(new: &impl Fn() -> S, fixtures: &Fixtures) {
    for steps in 0.. {
        let subject = new();
        let store = subject.open();
        let base = Commit {
            issued: vec![fixtures.issued(1, 4)],
            ..puts([
                fixtures.put(1, Scope::Cluster, "a"),
                fixtures.put(2, Scope::Cluster, "b"),
            ])
        };
        store.commit(base).expect("a commit");
        let before = contents(&store);
        drop(store);
        let Some(store) = subject.open_crashing(steps) else {
            return;
        };
        let change = Commit {
            puts: vec![fixtures.put(3, Scope::Cluster, "b")],
            deletes: vec![uuid(2)],
            jobs: vec![Job::new(uuid(100), uuid(4), "POST /x", now())],
            issued: vec![fixtures.issued(1, 5)],
            require_present: vec![uuid(1)],
            ..Commit::default()
        };
        let is_done = store.commit(change.clone()).is_ok();
        drop(store);
        let store = subject.open();
        let now_there = contents(&store);
        if is_done {
            assert_ne!(
                now_there, before,
                "step {steps}: a commit that was done is not there"
            );
            return;
        }
        if now_there == before {
            store.commit(change).expect("a commit after the crash");
        } else {
            let is_whole = now_there.records.len() == 2
                && now_there.records.contains_key(&uuid(3))
                && now_there.records[&uuid(1)].2.len() == 2
                && now_there.jobs.len() == 1;
            assert!(
                is_whole,
                "step {steps}: part of a commit is there: {now_there:?}"
            );
        }
    }
}
