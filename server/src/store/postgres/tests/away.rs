//! A database that goes away, stands still, comes back, or drops connections.

use super::fixtures::{certificate, new_ring, open, put, put_of, puts, signed};
use super::server::Postgres;
use crate::store::ServerStore as _;
use crate::store::postgres::{PostgresSettings, PostgresStore};
use certwright::catalog::{CommitError, Scope, Store as _};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How long it takes until the store says that the database cannot be reached.
#[track_caller]
fn unreachable(store: &PostgresStore) -> Duration {
    let start = Instant::now();
    let error = store
        .snapshot()
        .err()
        .expect("a database that is away is read");
    assert!(error.is_unreachable(), "{error:?}");
    start.elapsed()
}

/// Waits until the store finds the database again.
#[track_caller]
fn recovers(store: &PostgresStore) {
    let end = Instant::now() + Duration::from_secs(10);
    while let Err(error) = store.snapshot().map(drop).and_then(|()| store.check()) {
        assert!(Instant::now() < end, "it does not recover: {error:?}");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_restart_is_told_and_recovered_from() {
    let Some(mut server) = Postgres::start() else {
        return;
    };
    let (url, ring) = (server.database(), new_ring());
    let store = open(&url, &ring);
    store.commit(puts([put("a")])).unwrap();
    server.stop();
    assert!(unreachable(&store) < Duration::from_secs(3));
    for _ in 0..20 {
        assert!(unreachable(&store) < Duration::from_millis(500));
    }
    let answer = store.commit(puts([put("b")]));
    let is_told = matches!(&answer, Err(CommitError::Failed(error)) if error.is_unreachable());
    assert!(is_told, "{answer:?}");
    assert!(store.check().is_err() && store.svms().is_err() && store.jobs().is_err());
    server.start_again();
    recovers(&store);
    assert_eq!(store.snapshot().unwrap().len(), 1);
    store.commit(puts([put("b")])).unwrap();
    // Nobody asked while it was away: the connections that died are found out and replaced.
    let mut restart = || {
        server.stop();
        server.start_again();
        // Unless it was the beat that asked, after which there is a pause.
        thread::sleep(Duration::from_millis(1100));
    };
    restart();
    assert_eq!(store.snapshot().unwrap().len(), 2);
    restart();
    store.commit(puts([put("c")])).unwrap();
    assert_eq!(store.snapshot().unwrap().len(), 3);
}

#[test]
fn one_that_stands_still_is_not_waited_for_by_everybody() {
    let Some(server) = Postgres::start() else {
        return;
    };
    let settings = PostgresSettings {
        connect_timeout: Duration::from_millis(500),
        read_timeout: Duration::from_secs(1),
        lock_timeout: Duration::from_millis(500),
        ..PostgresSettings::new(server.database())
    };
    let store = PostgresStore::open(&settings, new_ring()).unwrap();
    store.commit(puts([put("a")])).unwrap();
    server.signal("STOP");
    assert!(unreachable(&store) < Duration::from_secs(4));
    assert!(unreachable(&store) < Duration::from_millis(300));
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(4) {
        assert!(unreachable(&store) < Duration::from_secs(3));
        thread::sleep(Duration::from_millis(20));
    }
    server.signal("CONT");
    recovers(&store);
    store.commit(puts([put("b")])).unwrap();
    assert_eq!(store.snapshot().unwrap().len(), 2);
}

#[test]
fn a_crash_of_the_database_keeps_what_was_answered() {
    let Some(server) = Postgres::start() else {
        return;
    };
    let store = open(&server.database(), &new_ring());
    let ca = put("ca");
    store.commit(puts([ca.clone()])).unwrap();
    let is_over = AtomicBool::new(false);
    let done = thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut done = BTreeSet::new();
            for second in 0.. {
                if is_over.load(Ordering::Relaxed) {
                    break;
                }
                if store.commit(signed(&ca.record, [second])).is_ok() {
                    done.insert(second);
                }
            }
            done
        });
        thread::sleep(Duration::from_millis(500));
        // A process that is killed makes the database throw all others out and recover.
        let process = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'";
        let process = server.sql("postgres", process);
        let killed = std::process::Command::new("kill")
            .args(["-KILL", &process])
            .status();
        assert!(killed.unwrap().success());
        thread::sleep(Duration::from_millis(2500));
        is_over.store(true, Ordering::Relaxed);
        writer.join().unwrap()
    });
    recovers(&store);
    let kept = store.issued_by(ca.record.uuid).unwrap();
    let times: BTreeSet<_> = kept.iter().map(|issued| issued.signed_at.unix()).collect();
    assert_eq!(times.len(), kept.len(), "something was recorded twice");
    assert!(
        done.is_subset(&times),
        "something that was answered is lost"
    );
}

#[test]
fn a_connection_that_dies_within_a_commit_neither_loses_nor_doubles_it() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let (url, ring) = (server.database(), new_ring());
    let database = url.rsplit('/').next().unwrap();
    let stores = [open(&url, &ring), open(&url, &ring)];
    let ca = put("ca");
    stores[0].commit(puts([ca.clone()])).unwrap();
    let is_over = AtomicBool::new(false);
    let made: Vec<_> = (0..2).map(|_| certificate()).collect();
    let write = |writer: usize| {
        let (mut names, mut times) = (Vec::new(), Vec::new());
        for number in 0..150 {
            let name = format!("w{writer}n{number}");
            // The certificate is the same: a scope of its own for each.
            let scope = Scope::Svm(super::fixtures::uuid());
            match stores[writer].commit(puts([put_of(&made[writer], scope, &name)])) {
                Ok(()) => names.push(name),
                Err(CommitError::Failed(error)) => assert!(error.is_unreachable(), "{error:?}"),
                Err(error) => panic!("it was done twice: {error:?}"),
            }
            let time = i64::try_from(writer * 1000 + number).unwrap();
            match stores[writer].commit(signed(&ca.record, [time])) {
                Ok(()) => times.push(time),
                Err(CommitError::Failed(error)) => assert!(error.is_unreachable(), "{error:?}"),
                Err(error) => panic!("{error:?}"),
            }
        }
        (names, times)
    };
    let (killed, done) = thread::scope(|scope| {
        let killer = scope.spawn(|| {
            let kill = format!(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                 WHERE datname = '{database}' AND application_name = 'certwright-server'"
            );
            let mut killed = 0;
            while !is_over.load(Ordering::Relaxed) {
                killed += server.sql("postgres", &kill).parse::<usize>().unwrap();
                thread::sleep(Duration::from_millis(5));
            }
            killed
        });
        let writers = [0, 1].map(|writer| scope.spawn(move || write(writer)));
        let answers = writers.map(thread::ScopedJoinHandle::join);
        is_over.store(true, Ordering::Relaxed);
        (killer.join().unwrap(), answers.map(Result::unwrap))
    });
    assert!(killed > 10, "{killed}");
    recovers(&stores[0]);
    let snapshot = stores[0].snapshot().unwrap();
    let there: Vec<_> = snapshot.iter().map(|record| record.name.clone()).collect();
    let kept = stores[0].issued_by(ca.record.uuid).unwrap();
    let kept: Vec<_> = kept.iter().map(|issued| issued.signed_at.unix()).collect();
    assert_eq!(kept.iter().collect::<BTreeSet<_>>().len(), kept.len());
    for (names, times) in &done {
        assert!(names.iter().all(|name| there.contains(name)));
        assert!(times.iter().all(|time| kept.contains(time)));
        assert!(!names.is_empty() && !times.is_empty());
    }
}

#[test]
fn a_database_without_a_free_connection_is_told() {
    let settings = ["max_connections = 5", "superuser_reserved_connections = 0"];
    let Some(server) = Postgres::start_with(&settings) else {
        return;
    };
    let (url, ring) = (server.database(), new_ring());
    let store = open(&url, &ring);
    thread::scope(|scope| {
        // More than there are: who gets none is told, or waits for one of the store's.
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..20 {
                    if let Err(error) = store.snapshot() {
                        assert!(error.is_unreachable(), "{error:?}");
                    }
                }
            });
        }
    });
    recovers(&store);
}
