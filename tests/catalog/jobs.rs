//! Jobs: adding and deleting a root_ca with DCN.

use super::{World, policy, refusal, refused, root_ca, server};
use crate::common::{NOW, at};
use certwright::catalog::{Added, Addition, CatalogPolicy, Deleted, JobState, Work};

fn dcn(seconds: i64) -> CatalogPolicy {
    CatalogPolicy::from(at(NOW + seconds)).with_dcn()
}

fn begin(world: &mut World, addition: Addition) -> Work {
    match world
        .catalog
        .add(&addition, &dcn(0), &mut world.rng)
        .unwrap()
    {
        Added::Work(work) => work,
        other => panic!("{other:?}"),
    }
}

fn named() -> Addition {
    Addition::from(root_ca("ROOT")).with_name("mine")
}

#[test]
fn a_root_ca_is_added_and_deleted_by_a_job() {
    let mut world = World::new();
    let work = begin(&mut world, named());
    let (job, record) = (work.job(), work.record());
    let queued = world.catalog.job(job, &dcn(0)).unwrap();
    assert_eq!(
        queued.description,
        format!("POST /api/security/certificates/{record}")
    );
    assert_eq!(
        (queued.state, queued.message(), queued.code()),
        (JobState::Queued, "queued", 0)
    );
    // Until it is done the record is not there, and its name nobody else's.
    assert_eq!(refusal(world.catalog.get(record)), refused(4, 404, "uuid"));
    let taken = || refused(1, 409, "uuid");
    assert_eq!(
        refusal(world.add(Addition::from(server("a.example")).with_name("mine"))),
        taken()
    );
    assert_eq!(
        refusal(world.catalog.add(&named(), &dcn(0), &mut world.rng)),
        taken()
    );
    let made = world
        .catalog
        .run(work, &dcn(7), &mut world.rng)
        .unwrap()
        .unwrap()
        .record;
    assert_eq!((made.uuid, &*made.name), (record, "mine"));
    let done = world.catalog.job(job, &dcn(7)).unwrap();
    assert_eq!((done.state, done.message()), (JobState::Success, "success"));
    assert_eq!(done.end_time, Some(dcn(7).policy.now));
    assert_eq!(world.list().len(), 3);

    let Deleted::Work(work) = world
        .catalog
        .delete(record, &dcn(8), &mut world.rng)
        .unwrap()
    else {
        panic!("no job");
    };
    let description = world.catalog.job(work.job(), &dcn(8)).unwrap().description;
    assert_eq!(
        description,
        format!("DELETE /api/security/certificates/{record}")
    );
    world.catalog.get(record).unwrap();
    assert!(
        world
            .catalog
            .run(work, &dcn(9), &mut world.rng)
            .unwrap()
            .is_none()
    );
    assert_eq!(world.list(), []);
}

#[test]
fn everything_else_is_done_at_once() {
    let mut world = World::new();
    let added = world
        .catalog
        .add(&server("a.example").into(), &dcn(0), &mut world.rng)
        .unwrap();
    let record = added.into_record().unwrap();
    let deleted = world
        .catalog
        .delete(record.uuid, &dcn(0), &mut world.rng)
        .unwrap();
    assert!(matches!(deleted, Deleted::Done));
    world
        .catalog
        .add_all(&[root_ca("ROOT").into()], &dcn(0), &mut world.rng)
        .unwrap();
    assert_eq!(world.catalog.delete_where(|_| true, &dcn(0)).unwrap(), 3);
}

#[test]
fn what_can_be_refused_is_refused_before_there_is_a_job() {
    let mut world = World::new();
    let answer = world
        .catalog
        .add(&root_ca("").into(), &dcn(0), &mut world.rng);
    assert_eq!(refusal(answer), refused(3_735_558, 400, "common_name"));
    let root = world.add(root_ca("ROOT")).unwrap();
    world.host.answers.lock().unwrap().in_use.insert(root.uuid);
    let answer = world.catalog.delete(root.uuid, &dcn(0), &mut world.rng);
    assert_eq!(refusal(answer), refused(52_560_272, 409, "uuid"));
    assert_eq!(world.revision(), 1);
}

#[test]
fn a_job_that_fails_says_why_and_gives_its_name_back() {
    let mut world = World::new();
    let root = world.add(root_ca("ROOT")).unwrap();
    let mut delete = || match world
        .catalog
        .delete(root.uuid, &dcn(0), &mut world.rng)
        .unwrap()
    {
        Deleted::Work(work) => work,
        Deleted::Done => panic!("no job"),
        other => panic!("{other:?}"),
    };
    let (first, second) = (delete(), delete());
    world.catalog.run(first, &dcn(1), &mut world.rng).unwrap();
    let job = second.job();
    let answer = world.catalog.run(second, &dcn(1), &mut world.rng);
    assert_eq!(refusal(answer), refused(4, 404, "uuid"));
    let job = world.catalog.job(job, &dcn(1)).unwrap();
    assert_eq!(
        (job.state, job.message(), job.code()),
        (JobState::Failure, "entry doesn't exist", 4)
    );
    let error = job.error.unwrap().to_error();
    assert_eq!(refusal::<()>(Err(error)), refused(4, 404, "uuid"));
}

#[test]
fn a_job_that_a_restart_interrupted_is_a_failure() {
    let mut world = World::new();
    let work = begin(&mut world, named());
    assert_eq!(world.catalog.recover(&dcn(5)).unwrap(), 1);
    assert_eq!(world.catalog.recover(&dcn(5)).unwrap(), 0);
    let job = world.catalog.job(work.job(), &dcn(5)).unwrap();
    assert_eq!((job.state, job.code()), (JobState::Failure, 3_735_646));
    assert!(!job.message().is_empty());
    // Who ran it after all would find that it has ended.
    let answer = world.catalog.run(work, &dcn(6), &mut world.rng);
    assert_eq!(refusal(answer), refused(4, 404, "uuid"));
    assert_eq!(world.list(), []);
    world.add(named()).unwrap();
}

#[test]
fn the_end_of_a_job_can_be_asked_for_300_seconds() {
    let mut world = World::new();
    let work = begin(&mut world, named());
    let job = work.job();
    world.catalog.run(work, &dcn(10), &mut world.rng).unwrap();
    world.catalog.job(job, &dcn(310)).unwrap();
    assert_eq!(
        refusal(world.catalog.job(job, &dcn(311))),
        refused(4, 404, "uuid")
    );
    // Then it goes, once there is another.
    let root = world.by_type(certwright::CertificateKind::RootCa).uuid;
    world
        .catalog
        .delete(root, &dcn(311), &mut world.rng)
        .unwrap();
    let jobs = certwright::catalog::Store::jobs(&*world.store).unwrap();
    assert!(jobs.len() == 1 && jobs[0].uuid != job);
}

#[test]
fn work_is_done_under_the_policy_of_its_request() {
    let mut world = World::new();
    // One day: a second later it would be too short.
    let work = begin(&mut world, root_ca("ROOT").with_expiry("P1D").into());
    let made = world
        .catalog
        .run(work, &dcn(60), &mut world.rng)
        .unwrap()
        .unwrap();
    assert_eq!(made.record.certificate.not_before(), policy().policy.now);
}
