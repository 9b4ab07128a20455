//! Whose jobs are abandoned.

use super::fixtures::{jobs, new_ring, now, open, uuid};
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
