//! A commit that conflicts with what is there, or with another, is refused as a whole.

use super::contents::contents;
use super::fixtures::{Fixtures, now, puts, uuid};
use super::subject::Subject;
use crate::CertificateKind;
use crate::catalog::{Commit, CommitError, Job, Put, Record, Scope, Store as _, Uuid};
use std::sync::Arc;
use std::thread;

pub(super) fn refuses_conflicts_as_a_whole<S: Subject>(subject: &S, fixtures: &Fixtures) {
    let store = subject.open();
    let first = fixtures.put(1, Scope::Cluster, "a");
    store
        .commit(puts([first, fixtures.put(2, Scope::Cluster, "b")]))
        .expect("a commit");
    let all = contents(&store);
    // Whatever else is in a commit that conflicts, nothing of it is done.
    let with_more = |conflict: Put| Commit {
        puts: vec![fixtures.put(3, Scope::Cluster, "c"), conflict],
        deletes: vec![uuid(2)],
        jobs: vec![Job::new(uuid(100), uuid(3), "POST /x", now())],
        issued: vec![fixtures.issued(1, 4)],
        ..Commit::default()
    };
    let answer = store.commit(with_more(fixtures.put(4, Scope::Cluster, "a")));
    let is_name = matches!(&answer, Err(CommitError::NameTaken { scope: Scope::Cluster, name }) if name == "a");
    assert!(is_name, "a name is given twice: {answer:?}");
    assert_eq!(
        contents(&store),
        all,
        "part of a commit that was refused is there"
    );
    let same = Arc::new(Record {
        uuid: uuid(5),
        name: "d".to_owned(),
        ..(*fixtures.put(1, Scope::Cluster, "d").record).clone()
    });
    let same = Put {
        record: same,
        private_key: None,
    };
    let answer = store.commit(with_more(same.clone()));
    let is_certificate = matches!(answer, Err(CommitError::CertificateTaken { uuid: conflict }) if conflict == uuid(5));
    assert!(is_certificate, "a certificate is there twice: {answer:?}");
    assert_eq!(
        contents(&store),
        all,
        "part of a commit that was refused is there"
    );
    let absent = [
        Commit {
            deletes: vec![uuid(4)],
            ..with_more(fixtures.put(4, Scope::Cluster, "e"))
        },
        Commit {
            require_present: vec![uuid(4)],
            ..with_more(fixtures.put(4, Scope::Cluster, "e"))
        },
        Commit {
            issued: vec![fixtures.issued(5, 4)],
            ..with_more(fixtures.put(4, Scope::Cluster, "e"))
        },
    ];
    for commit in absent {
        let answer = store.commit(commit);
        assert!(
            matches!(answer, Err(CommitError::Gone(_))),
            "what is not there is not missed: {answer:?}"
        );
        assert_eq!(
            contents(&store),
            all,
            "part of a commit that was refused is there"
        );
    }
    // Neither another scope nor another type conflicts, nor does what goes in the same commit.
    let elsewhere = Record {
        scope: Scope::Svm(uuid(9)),
        uuid: uuid(6),
        name: "a".to_owned(),
        ..(*same.record).clone()
    };
    let other_type = Record {
        r#type: CertificateKind::ServerCa,
        uuid: uuid(7),
        ..(*same.record).clone()
    };
    let put = |record| Put {
        record: Arc::new(record),
        private_key: None,
    };
    store
        .commit(puts([put(elsewhere), put(other_type)]))
        .expect("no conflict");
    let replaced = Commit {
        deletes: vec![uuid(2)],
        puts: vec![fixtures.put(3, Scope::Cluster, "b")],
        require_present: vec![uuid(2), uuid(1)],
        ..Commit::default()
    };
    store
        .commit(replaced)
        .expect("a name that becomes free is free");
    let twice = puts([
        fixtures.put(4, Scope::Cluster, "x"),
        fixtures.put(0, Scope::Cluster, "x"),
    ]);
    assert!(
        matches!(store.commit(twice), Err(CommitError::NameTaken { .. })),
        "a commit conflicts with itself"
    );
}

pub(super) fn lets_one_of_two_writers_have_a_name<S: Subject>(subject: &S, fixtures: &Fixtures) {
    const ROUNDS: usize = 20;
    let store = subject.open();
    let store = &store;
    let put = |writer: u8, round: usize| {
        let mut octets = [writer; 16];
        octets[0] = u8::try_from(round).unwrap_or(u8::MAX);
        let put = fixtures.put(writer, Scope::Cluster, "");
        Put {
            record: Arc::new(Record {
                uuid: Uuid::from_bytes(octets),
                name: format!("name{round}"),
                // Each round is a scope of its own, so that the names alone conflict.
                scope: Scope::Svm(uuid(u8::try_from(round).unwrap_or(u8::MAX))),
                ..(*put.record).clone()
            }),
            private_key: None,
        }
    };
    let write = |writer: u8| {
        (0..ROUNDS)
            .map(|round| match store.commit(puts([put(writer, round)])) {
                Ok(()) => true,
                Err(CommitError::NameTaken { .. }) => false,
                Err(error) => panic!("a name that is taken is another error: {error}"),
            })
            .collect::<Vec<_>>()
    };
    let (first, second) = thread::scope(|scope| {
        let other = scope.spawn(|| write(2));
        let own = write(1);
        (own, other.join().expect("the other writer"))
    });
    for (round, (first, second)) in first.into_iter().zip(second).enumerate() {
        assert!(
            first != second,
            "round {round}: both have the name, or neither"
        );
    }
    assert_eq!(contents(store).records.len(), ROUNDS, "a record is lost");
}
