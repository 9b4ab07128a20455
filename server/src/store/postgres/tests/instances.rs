//! Whose jobs are abandoned, what is removed in time, and on which threads stores are used.

use super::fixtures::{deletes, jobs, new_ring, now, open, put, puts, signed, uuid};
use super::server::Postgres;
use crate::store::ServerStore as _;
use crate::store::postgres::instance;
use certwright::catalog::{Job, JobState, Store as _};

#[test]
fn jobs_of_a_server_that_is_gone_are_abandoned() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let (url, ring) = (server.database(), new_ring());
    let database = url.rsplit('/').next().unwrap();
    let (first, second) = (open(&url, &ring), open(&url, &ring));
    let job = Job::new(uuid(), uuid(), "POST /x", now());
    first.commit(jobs([job.clone()])).unwrap();
    let abandoned =
        |job: &Job| [&first, &second].map(|store| store.is_abandoned(job.uuid).unwrap());
    assert_eq!(abandoned(&job), [false, false]);
    let unseen = "UPDATE instances SET seen = seen - INTERVAL '31 seconds'";
    server.sql(database, unseen);
    assert_eq!(abandoned(&job), [false, true], "nobody abandons its own");
    instance::beat(&first.pool, first.instance).unwrap();
    assert_eq!(abandoned(&job), [false, false]);
    // The other one goes on with it: it stays whose it was.
    let mut running = job.clone();
    running.state = JobState::Running;
    first.commit(jobs([running.clone()])).unwrap();
    assert_eq!(abandoned(&job), [false, false]);
    drop(first);
    assert!(second.is_abandoned(job.uuid).unwrap(), "it left");
    let mut ended = running;
    ended.state = JobState::Failure;
    second.commit(jobs([ended])).unwrap();
    assert!(!second.is_abandoned(job.uuid).unwrap(), "it has ended");
    assert!(!second.is_abandoned(uuid()).unwrap(), "there is none");
}

#[test]
fn what_nobody_asks_for_any_more_is_removed() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let (url, ring) = (server.database(), new_ring());
    let database = url.rsplit('/').next().unwrap();
    let store = open(&url, &ring);
    let records = ["a", "b"].map(put);
    store.commit(puts(records.clone())).unwrap();
    store.commit(signed(&records[0].record, [1])).unwrap();
    store.commit(deletes([records[1].record.uuid])).unwrap();
    let counts = || {
        let tables = ["commits", "deleted", "instances"];
        tables.map(|table| server.sql(database, &format!("SELECT count(*) FROM {table}")))
    };
    let age = |interval: &str| {
        for (table, column) in [("commits", "at"), ("deleted", "at"), ("instances", "seen")] {
            let older = format!("UPDATE {table} SET {column} = {column} - INTERVAL '{interval}'");
            server.sql(database, &older);
        }
        instance::sweep(&store.pool).unwrap();
    };
    age("9 minutes");
    assert_eq!(counts(), ["3", "1", "1"]);
    age("2 minutes");
    assert_eq!(counts(), ["2", "1", "1"], "only what records signatures");
    age("1 day");
    assert_eq!(counts(), ["0", "0", "0"]);
    assert_eq!(server.sql(database, "SELECT forgotten FROM meta"), "2");
    // Neither what is there nor the store suffers.
    assert_eq!(store.snapshot().unwrap().len(), 1);
    store.commit(puts([records[1].clone()])).unwrap();
    assert_eq!(store.snapshot().unwrap().len(), 2);
    assert_eq!(open(&url, &ring).snapshot().unwrap().len(), 2);
}

#[test]
fn is_used_beside_an_async_runtime() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let (url, ring) = (server.database(), new_ring());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async move {
        let opened = tokio::task::spawn_blocking(move || {
            let store = open(&url, &ring);
            store.commit(puts([put("a")])).unwrap();
            store
        });
        let store = opened.await.unwrap();
        // Also dropped where nothing may block for long.
        tokio::spawn(async move { drop(store) }).await.unwrap();
    });
}

#[test]
fn another_server_is_noticed_while_it_is_there() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let (url, ring) = (server.database(), new_ring());
    let one = open(&url, &ring);
    assert!(!one.is_shared().unwrap());
    let other = open(&url, &ring);
    assert!(one.is_shared().unwrap() && other.is_shared().unwrap());
    // One that stops says so.
    drop(other);
    assert!(!one.is_shared().unwrap());
    // One that was killed is there for a while.
    let database = url.rsplit('/').next().unwrap();
    let seen = |seconds: u32| {
        format!(
            "DELETE FROM instances WHERE id = '\\x07'; INSERT INTO instances (id, seen) \
             VALUES ('\\x07', now() - INTERVAL '{seconds} seconds')"
        )
    };
    server.sql(database, &seen(20));
    assert!(one.is_shared().unwrap());
    server.sql(database, &seen(40));
    assert!(!one.is_shared().unwrap());
}
