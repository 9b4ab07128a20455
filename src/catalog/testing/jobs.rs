//! Jobs, and the names that they hold.

use super::fixtures::{Fixtures, jobs, now, puts, uuid};
use super::subject::Subject;
use crate::catalog::{Commit, CommitError, Job, JobState, Reservation, Scope, Store as _};
use crate::{Error, ErrorCode};

#[allow(clippy::too_many_lines, reason = "one story, told in order")]
pub(super) fn holds_names_for_jobs<S: Subject>(subject: &S, fixtures: &Fixtures) {
    let store = subject.open();
    let mut job = Job::new(uuid(100), uuid(1), "POST /x", now());
    job.reservation = Some(Reservation {
        scope: Scope::Cluster,
        name: "a".to_owned(),
    });
    let running = |job: &Job| Job {
        state: JobState::Running,
        ..job.clone()
    };
    let answer = store.commit(jobs([running(&job)]));
    assert!(
        matches!(answer, Err(CommitError::Gone(_))),
        "a job that is not there goes on: {answer:?}"
    );
    store.commit(jobs([job.clone()])).expect("a job");
    assert_eq!(
        store.job(job.uuid).expect("a job"),
        Some(job.clone()),
        "another job"
    );
    let snapshot = store.snapshot().expect("a snapshot");
    assert!(
        snapshot.is_name_taken(Scope::Cluster, "a"),
        "the name is not held"
    );
    assert!(
        !snapshot.is_name_taken(Scope::Svm(uuid(9)), "a"),
        "the name is held elsewhere"
    );
    let put = || fixtures.put(1, Scope::Cluster, "a");
    let answer = store.commit(puts([put()]));
    assert!(
        matches!(answer, Err(CommitError::NameTaken { .. })),
        "a held name is given away: {answer:?}"
    );
    let other = Job {
        uuid: uuid(101),
        ..job.clone()
    };
    let answer = store.commit(jobs([other]));
    assert!(
        matches!(answer, Err(CommitError::NameTaken { .. })),
        "a name is held twice: {answer:?}"
    );
    store
        .commit(jobs([running(&job)]))
        .expect("a job that goes on");
    drop(store);
    let store = subject.open();
    let done = Commit {
        puts: vec![put()],
        ..jobs([running(&job).ended(Ok(()), now())])
    };
    store
        .commit(done)
        .expect("a job that ends gives its name to its record");
    for state in [job.clone(), running(&job)] {
        let answer = store.commit(jobs([state]));
        assert!(
            matches!(answer, Err(CommitError::Gone(_))),
            "a job that ended goes on: {answer:?}"
        );
    }
    let failed = Job {
        uuid: uuid(102),
        reservation: Some(Reservation {
            scope: Scope::Cluster,
            name: "b".to_owned(),
        }),
        ..job.clone()
    };
    store.commit(jobs([failed.clone()])).expect("a job");
    let error = Error::new(ErrorCode::CreateFailed, "no")
        .with_target("key_size")
        .with_argument("value", "7");
    let failed = failed.ended(Err(&error), now());
    store
        .commit(jobs([failed.clone()]))
        .expect("a job that fails");
    assert_eq!(
        subject.open().job(failed.uuid).expect("a job"),
        Some(failed),
        "another failure"
    );
    let store = subject.open();
    assert!(
        !store
            .snapshot()
            .expect("a snapshot")
            .is_name_taken(Scope::Cluster, "b"),
        "a name is held by no job"
    );
    let forgotten = Commit {
        forgotten_jobs: vec![job.uuid, uuid(200)],
        ..Commit::default()
    };
    store.commit(forgotten).expect("a job that is forgotten");
    assert_eq!(
        store.job(job.uuid).expect("no job"),
        None,
        "a forgotten job is there"
    );
}
