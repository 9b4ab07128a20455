//! Two servers on one database.

use super::fixtures::{certificate, deletes, new_ring, open, put, put_of, puts, signed, uuid};
use super::server::Postgres;
use crate::store::ServerStore as _;
use crate::store::postgres::session::{Session, WRITE};
use crate::store::postgres::write::Prepared;
use crate::store::postgres::{
    OpenError, PostgresSettings, PostgresStore, cache, instance, signatures,
};
use certwright::catalog::{CommitError, Scope, Store as _, Svm};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

#[test]
fn each_name_is_given_once_to_whoever_asks_at_the_same_time() {
    const NAMES: usize = 100;
    let Some(server) = Postgres::shared() else {
        return;
    };
    let (url, ring) = (server.database(), new_ring());
    let stores = [open(&url, &ring), open(&url, &ring)];
    let write = |store: &PostgresStore| {
        let made: Vec<_> = (0..NAMES).map(|_| certificate()).collect();
        let mut given = BTreeSet::new();
        for round in 0..5 {
            for number in 0..NAMES {
                // Each round begins elsewhere, so that they meet.
                let number = (number + round * 20) % NAMES;
                let name = format!("name{number}");
                let commit = puts([put_of(&made[number], Scope::Cluster, &name)]);
                match store.commit(commit) {
                    Ok(()) => assert!(given.insert(name), "a name is given twice"),
                    Err(CommitError::NameTaken { name: taken, .. }) => assert_eq!(taken, name),
                    Err(error) => panic!("{error:?}"),
                }
            }
        }
        given
    };
    let [first, second] = thread::scope(|scope| {
        let threads = stores.each_ref().map(|store| scope.spawn(|| write(store)));
        threads.map(|thread| thread.join().unwrap())
    });
    assert_eq!(first.intersection(&second).count(), 0);
    assert_eq!(first.len() + second.len(), NAMES);
    let seen = stores.map(|store| {
        let snapshot = store.snapshot().unwrap();
        let records: Vec<_> = snapshot.iter().cloned().collect();
        (snapshot.revision(), records)
    });
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].1.len(), NAMES);
}

#[test]
fn a_ca_that_is_deleted_on_one_signs_nowhere_after_the_answer() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let (url, ring) = (server.database(), new_ring());
    let stores = [open(&url, &ring), open(&url, &ring)];
    for round in 0..20 {
        let ca = put("ca");
        stores[0].commit(puts([ca.clone()])).unwrap();
        let ca = ca.record;
        let is_deleted = AtomicBool::new(false);
        let counts = thread::scope(|scope| {
            let sign = |store: usize| {
                let (ca, is_deleted, stores) = (&ca, &is_deleted, &stores);
                move || {
                    for count in 0.. {
                        let was_deleted = is_deleted.load(Ordering::SeqCst);
                        match stores[store].commit(signed(ca, [count])) {
                            Ok(()) => assert!(!was_deleted, "it signed after it was deleted"),
                            Err(CommitError::Gone(gone)) => {
                                assert_eq!(gone, ca.uuid);
                                return count;
                            }
                            Err(error) => panic!("{error:?}"),
                        }
                    }
                    0
                }
            };
            let signers = [0, 1, 1].map(|store| scope.spawn(sign(store)));
            thread::sleep(std::time::Duration::from_millis(5 + round));
            stores[0].commit(deletes([ca.uuid])).unwrap();
            is_deleted.store(true, Ordering::SeqCst);
            signers.map(|signer| signer.join().unwrap())
        });
        assert_eq!(stores[1].record(ca.uuid).unwrap(), None, "{counts:?}");
        assert_eq!(stores[1].issued_by(ca.uuid).unwrap(), []);
        assert!(stores[1].private_key(ca.uuid).unwrap().is_none());
    }
    let database = url.rsplit('/').next().unwrap();
    assert_eq!(server.sql(database, "SELECT count(*) FROM issued"), "0");
    assert_eq!(server.sql(database, "SELECT count(*) FROM names"), "0");
}

#[test]
fn what_many_sign_at_once_is_all_there_and_read_page_by_page() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let (url, ring) = (server.database(), new_ring());
    let stores = [open(&url, &ring), open(&url, &ring)];
    let ca = put("ca");
    stores[0].commit(puts([ca.clone()])).unwrap();
    let ca = &ca.record;
    let revision = stores[0].revision().unwrap();
    thread::scope(|scope| {
        for writer in 0..8 {
            let store = &stores[writer % 2];
            scope.spawn(move || {
                for commit in 0..20 {
                    let first = i64::try_from(writer * 1000 + commit * 10).unwrap();
                    store.commit(signed(ca, first..first + 10)).unwrap();
                }
            });
        }
    });
    assert_eq!(
        stores[1].revision().unwrap(),
        revision,
        "records did not change"
    );
    let all = stores[1].issued_by(ca.uuid).unwrap();
    let times: Vec<_> = all.iter().map(|issued| issued.signed_at.unix()).collect();
    assert_eq!(times.iter().collect::<BTreeSet<_>>().len(), 1600);
    assert_eq!(times.len(), 1600);
    // Each commit in one piece, and those of each writer in their order.
    assert!(times.chunks(10).all(|commit| commit[9] == commit[0] + 9));
    for writer in 0..8 {
        let own = times.iter().filter(|time| **time / 1000 == writer);
        assert!(own.is_sorted());
    }
    let (mut paged, mut last) = (Vec::new(), None);
    loop {
        let page = stores[0].issued_after(ca.uuid, last, 7).unwrap();
        let Some((number, _)) = page.last() else {
            break;
        };
        assert!(Some(*number) > last && page.is_sorted_by_key(|(number, _)| *number));
        last = Some(*number);
        paged.extend(page.into_iter().map(|(_, issued)| issued));
    }
    assert_eq!(paged, all);
    assert_eq!(
        stores[0].issued_after(ca.uuid, Some(u64::MAX), 7).unwrap(),
        []
    );
    assert_eq!(stores[0].issued_after(ca.uuid, None, 0).unwrap(), []);
}

#[test]
fn svms_are_seen_by_the_other_at_once() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let (url, ring) = (server.database(), new_ring());
    let stores = [open(&url, &ring), open(&url, &ring)];
    let svm = |name: &str| Svm {
        name: name.to_owned(),
        uuid: uuid(),
    };
    let (first, second) = (svm("b"), svm("a"));
    assert!(stores[0].add_svm(&first).unwrap());
    assert!(stores[1].add_svm(&second).unwrap());
    for store in &stores {
        assert!(!store.add_svm(&svm("a")).unwrap(), "a name is given twice");
        let renamed = Svm {
            name: "c".to_owned(),
            ..first.clone()
        };
        assert!(!store.add_svm(&renamed).unwrap(), "a UUID is given twice");
        assert_eq!(store.svms().unwrap(), [second.clone(), first.clone()]);
    }
    assert!(stores[0].remove_svm(first.uuid).unwrap());
    assert!(!stores[1].remove_svm(first.uuid).unwrap());
    assert_eq!(stores[1].svms().unwrap(), std::slice::from_ref(&second));
    assert_eq!(open(&url, &ring).svms().unwrap(), [second]);
}

#[test]
fn private_keys_are_sealed_again_by_two_at_once() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let url = server.database();
    let (old, new) = (
        crate::store::KeyRing::generate().unwrap(),
        crate::store::KeyRing::generate().unwrap(),
    );
    let ring = |text: &str| Arc::new(crate::store::KeyRing::parse(text).unwrap());
    let made = certificate();
    let records: Vec<_> = (0..250)
        .map(|_| put_of(&made, Scope::Svm(uuid()), "a"))
        .collect();
    let before = open(&url, &ring(&old));
    before.commit(puts(records.clone())).unwrap();
    let both = ring(&format!("{}\n{}\n", *new, *old));
    let stores = [open(&url, &both), open(&url, &both)];
    let counts = thread::scope(|scope| {
        let threads = stores
            .each_ref()
            .map(|store| scope.spawn(|| store.reseal().unwrap()));
        threads.map(|thread| thread.join().unwrap())
    });
    assert_eq!(counts.iter().sum::<usize>(), records.len());
    assert_eq!(stores[0].reseal().unwrap(), 0);
    let after = open(&url, &ring(&new));
    for put in &records {
        let key = after.private_key(put.record.uuid).unwrap();
        assert_eq!(key, put.private_key);
    }
    assert!(before.private_key(records[0].record.uuid).is_err());
    // Who comes with the old one later is refused.
    let answer = PostgresStore::open(&PostgresSettings::new(&*url), ring(&old));
    assert!(matches!(answer, Err(OpenError::Keys(_))), "{answer:?}");
}

/// What READ COMMITTED would let happen, and SERIALIZABLE not: two commits that each need what the other
/// deletes.
#[test]
fn commits_are_as_if_one_were_done_after_the_other() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let (url, ring) = (server.database(), new_ring());
    let stores = [open(&url, &ring), open(&url, &ring)];
    let certificates = [certificate(), certificate()];
    for round in 0..100 {
        let records =
            [0, 1].map(|own| put_of(&certificates[own], Scope::Cluster, &format!("n{own}")));
        stores[0].commit(puts(records.clone())).unwrap();
        let uuids = records.map(|put| put.record.uuid);
        let barrier = std::sync::Barrier::new(2);
        let outcomes = thread::scope(|scope| {
            let threads = [0, 1].map(|own| {
                let (store, barrier) = (&stores[own], &barrier);
                scope.spawn(move || {
                    let mut commit = deletes([uuids[own]]);
                    commit.require_present = vec![uuids[1 - own]];
                    barrier.wait();
                    store.commit(commit)
                })
            });
            threads.map(|thread| thread.join().unwrap())
        });
        let [first, second] = &outcomes;
        let left = match (first, second) {
            (Ok(()), Err(CommitError::Gone(gone))) => {
                assert_eq!(*gone, uuids[0]);
                1
            }
            (Err(CommitError::Gone(gone)), Ok(())) => {
                assert_eq!(*gone, uuids[1]);
                0
            }
            _ => panic!("round {round}: {outcomes:?}"),
        };
        let snapshot = stores[left].snapshot().unwrap();
        assert_eq!(snapshot.len(), 1);
        stores[left].commit(deletes([uuids[left]])).unwrap();
    }
}

/// All that a commit reads is read after the lock is its own.
#[test]
fn a_commit_sees_what_the_one_before_it_wrote() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let (url, ring) = (server.database(), new_ring());
    let stores = [open(&url, &ring), open(&url, &ring)];
    let (kept, made) = (put("kept"), put("made"));
    stores[0].commit(puts([kept.clone()])).unwrap();
    // One that is begun and stays open for a while, and then deletes and makes.
    let mut first = deletes([kept.record.uuid]);
    first.puts = puts([made.clone()]).puts;
    let prepared = Prepared::new(&first, &ring, uuid()).unwrap();
    let (begun, is_begun) = std::sync::mpsc::channel();
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        let (done, stores, is_done) = (&prepared, &stores, &is_done);
        scope.spawn(move || {
            let outcome = stores[0].pool.run(async |session: &Session| {
                session
                    .transaction(WRITE, async |session: &Session| {
                        done.write(session).await?;
                        let _ = begun.send(());
                        thread::sleep(std::time::Duration::from_millis(300));
                        is_done.store(true, Ordering::SeqCst);
                        Ok(())
                    })
                    .await
            });
            outcome.unwrap();
        });
        is_begun.recv().unwrap();
        // Each would be granted by what was there before the other was done.
        let mut needs = puts([put("other")]);
        needs.require_present = vec![kept.record.uuid];
        let same_name = puts([put("made")]);
        for commit in [needs, same_name] {
            let refused = stores[1].commit(commit).unwrap_err();
            assert!(is_done.load(Ordering::SeqCst), "it did not wait");
            match refused {
                CommitError::Gone(gone) => assert_eq!(gone, kept.record.uuid),
                CommitError::NameTaken { name, .. } => assert_eq!(name, "made"),
                other => panic!("{other:?}"),
            }
        }
        stores[1].commit(puts([put("kept")])).unwrap();
    });
    assert_eq!(stores[0].snapshot().unwrap().len(), 2);
}

#[test]
fn who_read_nothing_for_long_reads_all() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let (url, ring) = (server.database(), new_ring());
    let stores = [open(&url, &ring), open(&url, &ring)];
    let records: Vec<_> = (0..5).map(|number| put(&format!("n{number}"))).collect();
    stores[0].commit(puts(records.clone())).unwrap();
    let before = stores[1].snapshot().unwrap();
    for put in &records[..2] {
        stores[0].commit(deletes([put.record.uuid])).unwrap();
    }
    // A record with the UUID of one that was deleted.
    stores[0].commit(puts([records[0].clone()])).unwrap();
    let revision = stores[0].revision().unwrap();
    let forget = stores[0].pool.run(async |session: &Session| {
        instance::forget(session, i64::try_from(revision).unwrap()).await
    });
    forget.unwrap();
    for put in &records {
        let is_there = put.record.uuid != records[1].record.uuid;
        assert_eq!(
            stores[1].record(put.record.uuid).unwrap().is_some(),
            is_there
        );
    }
    assert_eq!(before.len(), 5, "a snapshot changes");
    instance::sweep(&stores[1].pool).unwrap();
    assert_eq!(stores[1].snapshot().unwrap().len(), 4);
}

#[test]
fn an_older_database_is_read_anew() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let (url, ring) = (server.database(), new_ring());
    let store = open(&url, &ring);
    let records = ["a", "b"].map(put);
    for put in &records {
        store.commit(puts([put.clone()])).unwrap();
    }
    assert_eq!(store.snapshot().unwrap().len(), 2);
    let database = url.rsplit('/').next().unwrap();
    // As a copy of the data from before the second commit has it.
    let back = "DELETE FROM records WHERE name = 'b'; DELETE FROM names WHERE name = 'b'; \
                UPDATE meta SET revision = revision - 1";
    server.sql(database, back);
    let snapshot = store.snapshot().unwrap();
    assert_eq!(snapshot.len(), 1);
    assert_eq!(snapshot.revision(), cache::revision(&store.pool).unwrap());
    assert!(!snapshot.is_name_taken(Scope::Cluster, "b"));
    store.commit(puts([records[1].clone()])).unwrap();
    assert_eq!(store.snapshot().unwrap().len(), 2);
    // As a copy has it that was without the last commit, and then had others.
    let other_way = "DELETE FROM records WHERE name = 'b'; DELETE FROM names WHERE name = 'b'; \
                     DELETE FROM commits; INSERT INTO commits (id, revision, at) \
                     SELECT '\\x01', revision + 1, now() FROM meta; \
                     UPDATE meta SET revision = revision + 1, last = '\\x01'";
    server.sql(database, other_way);
    assert_eq!(store.snapshot().unwrap().len(), 1);
    store.commit(puts([records[1].clone()])).unwrap();
    assert_eq!(store.snapshot().unwrap().len(), 2);
}

#[test]
fn a_commit_that_is_tried_again_after_it_was_done_is_done_once() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let (url, ring) = (server.database(), new_ring());
    let store = open(&url, &ring);
    let ca = put("ca");
    let commit = puts([ca.clone()]);
    let prepared = Prepared::new(&commit, &ring, uuid()).unwrap();
    let signing = signed(&ca.record, [1, 2]);
    for _ in 0..3 {
        let done = store.pool.run(async |session: &Session| {
            session
                .transaction(WRITE, async |session: &Session| {
                    prepared.write(session).await
                })
                .await
        });
        done.unwrap();
        assert_eq!(store.snapshot().unwrap().len(), 1);
    }
    for _ in 0..3 {
        let done = store.pool.run(async |session: &Session| {
            let (ca, issued) = (ca.record.uuid, &signing.issued);
            signatures::commit_of_one_ca(session, ca, issued, &[7; 16]).await
        });
        done.unwrap();
        assert_eq!(store.issued_by(ca.record.uuid).unwrap(), signing.issued);
    }
}

#[test]
fn there_are_never_more_connections_than_said() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let url = server.database();
    let settings = PostgresSettings {
        connections: 2,
        ..PostgresSettings::new(&*url)
    };
    let store = PostgresStore::open(&settings, new_ring()).unwrap();
    let ca = put("ca");
    store.commit(puts([ca.clone()])).unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for second in 0..20 {
                    store.commit(signed(&ca.record, [second])).unwrap();
                    store.snapshot().unwrap();
                }
            });
        }
    });
    let database = url.rsplit('/').next().unwrap();
    let count = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' \
         AND application_name = 'certwright-server'"
    );
    let count: usize = server.sql("postgres", &count).parse().unwrap();
    assert!((1..=2).contains(&count), "{count}");
    assert_eq!(store.issued_by(ca.record.uuid).unwrap().len(), 160);
}
