//! Random traffic of two stores does what one in memory does.

use super::fixtures::{certificate, new_ring, now, open, uuid};
use super::server::Postgres;
use certwright::catalog::{
    Commit, CommitError, IssuedCertificate, Job, JobState, MemoryStore, Put, Record, RecordParts,
    Reservation, Scope, Store, Uuid,
};
use certwright::{CertificateKind, CreatedCertificate};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};
use std::fmt::Write as _;
use std::sync::Arc;

/// What a commit is made of: numbers of UUIDs, names and certificates, of which there are few.
#[derive(Clone, Debug)]
struct Step {
    store: usize,
    puts: Vec<(usize, usize, usize)>,
    deletes: Vec<usize>,
    jobs: Vec<(usize, usize, Option<usize>)>,
    forgotten: Vec<usize>,
    issued: Vec<(usize, usize)>,
    required: Vec<usize>,
    reads: bool,
}

const FEW: usize = 5;

fn step() -> impl Strategy<Value = Step> {
    use proptest::collection::vec;
    // Most commits do one thing, so that not nearly all are refused.
    let some = |most: usize| prop_oneof![3 => Just(0), 1 => 1..=most];
    (
        0..2_usize,
        some(2),
        some(2),
        some(2),
        some(1),
        some(2),
        some(1),
        any::<bool>(),
    )
        .prop_flat_map(
            |(store, puts, deletes, jobs, forgotten, issued, required, reads)| {
                (
                    vec((0..FEW, 0..FEW, 0..FEW), puts),
                    vec(0..FEW, deletes),
                    vec((0..FEW, 0..4_usize, proptest::option::of(0..FEW)), jobs),
                    vec(0..FEW, forgotten),
                    vec((0..FEW, 0..FEW), issued),
                    vec(0..FEW, required),
                )
                    .prop_map(
                        move |(puts, deletes, jobs, forgotten, issued, required)| Step {
                            store,
                            puts,
                            deletes,
                            jobs,
                            forgotten,
                            issued,
                            required,
                            reads,
                        },
                    )
            },
        )
}

struct World {
    uuids: Vec<Uuid>,
    certificates: Vec<CreatedCertificate>,
}

impl World {
    fn commit(&self, step: &Step) -> Commit {
        let mut commit = Commit::default();
        commit.puts = step
            .puts
            .iter()
            .map(|&(uuid, name, certificate)| {
                let made = &self.certificates[certificate];
                let parts = RecordParts::new(
                    self.uuids[uuid],
                    format!("n{name}"),
                    Scope::Cluster,
                    CertificateKind::RootCa,
                    made.certificate.clone(),
                );
                Put {
                    record: Arc::new(Record::new(parts).unwrap()),
                    private_key: Some(made.private_key_der.clone()),
                }
            })
            .collect();
        commit.deletes = self.uuids(&step.deletes);
        commit.jobs = step
            .jobs
            .iter()
            .map(|&(uuid, state, name)| {
                let mut job = Job::new(self.uuids[uuid], self.uuids[0], "POST /x", now());
                job.state = JobState::ALL[state];
                job.reservation = name.map(|name| Reservation {
                    scope: Scope::Cluster,
                    name: format!("n{name}"),
                });
                job
            })
            .collect();
        commit.forgotten_jobs = self.uuids(&step.forgotten);
        commit.issued = step
            .issued
            .iter()
            .map(|&(ca, certificate)| {
                Arc::new(IssuedCertificate {
                    ca: self.uuids[ca],
                    certificate: self.certificates[certificate].certificate.clone(),
                    signed_at: now(),
                })
            })
            .collect();
        commit.require_present = self.uuids(&step.required);
        commit
    }

    fn uuids(&self, numbers: &[usize]) -> Vec<Uuid> {
        numbers.iter().map(|&number| self.uuids[number]).collect()
    }

    /// All that can be read.
    fn contents(&self, store: &dyn Store) -> String {
        let snapshot = store.snapshot().unwrap();
        let mut all = String::new();
        for (number, &uuid) in self.uuids.iter().enumerate() {
            let record = store.record(uuid).unwrap();
            assert_eq!(record, snapshot.get(uuid));
            let name = record.as_ref().map(|record| record.name.clone());
            let fingerprint = self.certificates[number].certificate.clone();
            let fingerprint = certwright::HashFunction::Sha256.digest(fingerprint.der());
            let holder = snapshot.holder_of(
                Scope::Cluster,
                CertificateKind::RootCa,
                &fingerprint[..].try_into().unwrap(),
            );
            let held = snapshot.is_name_taken(Scope::Cluster, &format!("n{number}"));
            let key = store.private_key(uuid).unwrap();
            let key = key.map(|key| key.as_bytes().to_vec());
            let issued = store.issued_by(uuid).unwrap();
            let issued: Vec<_> = issued
                .iter()
                .map(|issued| issued.certificate.der())
                .collect();
            let job = store.job(uuid).unwrap();
            let read = (name, record, holder, held, key, issued, job);
            writeln!(all, "{read:?}").unwrap();
        }
        format!("{all}{} {:?}", snapshot.len(), store.jobs().unwrap())
    }
}

fn outcome(answer: &Result<(), CommitError>) -> String {
    match answer {
        Err(CommitError::Failed(error)) => format!("failed {}", error.is_unreachable()),
        other => format!("{other:?}"),
    }
}

#[test]
fn random_traffic_of_two_does_what_memory_does() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let ring = new_ring();
    let world = World {
        uuids: (0..FEW).map(|_| uuid()).collect(),
        certificates: (0..FEW).map(|_| certificate()).collect(),
    };
    let mut runner = TestRunner::new(Config::default());
    let mut done = 0;
    for _ in 0..4 {
        let url = server.database();
        let stores = [open(&url, &ring), open(&url, &ring)];
        let model = MemoryStore::new();
        let mut steps = Vec::new();
        for _ in 0..150 {
            let step = step().new_tree(&mut runner).unwrap().current();
            steps.push(step.clone());
            let commit = world.commit(&step);
            let expected = model.commit(commit.clone());
            let answer = stores[step.store].commit(commit);
            assert_eq!(outcome(&answer), outcome(&expected), "{steps:#?}");
            done += usize::from(answer.is_ok());
            if step.reads {
                let read = world.contents(&stores[1 - step.store]);
                assert_eq!(read, world.contents(&model), "{steps:#?}");
            }
        }
        let expected = world.contents(&model);
        for store in [&stores[0], &stores[1], &open(&url, &ring)] {
            assert_eq!(world.contents(store), expected, "{steps:#?}");
        }
    }
    assert!(done > 100, "{done}");
}
