//! What shows that a [`Store`] keeps its promises (feature `testing`).
//!
//! ```
//! use certwright::catalog::MemoryStore;
//! use certwright::catalog::testing::{Subject, check};
//! use std::sync::Arc;
//!
//! #[derive(Default)]
//! struct InMemory(Arc<MemoryStore>);
//!
//! impl Subject for InMemory {
//!     type Store = Arc<MemoryStore>;
//!     fn open(&self) -> Self::Store {
//!         Arc::clone(&self.0)
//!     }
//! }
//!
//! check(InMemory::default);
//! ```

use super::{
    Catalog, CatalogPolicy, Commit, CommitError, Deleted, Host, IssuedCertificate, Job, JobState,
    Put, Record, RecordParts, Reservation, Scope, Snapshot, Store, StoreError, Svm, Uuid,
};
use crate::{
    CertificateKind, CreateRequest, CsrRequest, Error, ErrorCode, SecretDer, SignRequest, Time,
};
use chacha20::ChaCha20Rng;
use rand_core::SeedableRng;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

/// Something that stores are opened on: a folder, a database. A new one is empty.
pub trait Subject {
    /// The store under test.
    type Store: Store + 'static;

    /// Opens what is there. Stores opened before are not used any more, or see the same.
    fn open(&self) -> Self::Store;

    /// As [`open`](Self::open), but after `steps` steps of its writing (a write, a flush, a rename)
    /// the store stops, as if power had failed: that commit and all that follow do nothing more.
    /// `None` for a store whose writing has no steps that could be told apart.
    fn open_crashing(&self, steps: usize) -> Option<Self::Store> {
        let _ = steps;
        None
    }
}

/// Runs every check. `new` gives an empty subject each time.
///
/// # Panics
///
/// If the store breaks a promise; the message says which one.
pub fn check<S: Subject>(new: impl Fn() -> S) {
    let fixtures = Fixtures::new();
    reads_what_was_committed(&new(), &fixtures);
    refuses_conflicts_as_a_whole(&new(), &fixtures);
    holds_names_for_jobs(&new(), &fixtures);
    records_what_cas_signed(&new(), &fixtures);
    lets_one_of_two_writers_have_a_name(&new(), &fixtures);
    a_crash_leaves_all_or_nothing(&new, &fixtures);
    a_crash_between_commits_leaves_nothing_half_done(&new, &fixtures);
}

/// The instant of everything.
fn now() -> Time {
    Time::from_unix(1_767_225_600).unwrap_or(Time::MIN)
}

fn policy() -> CatalogPolicy {
    CatalogPolicy::at(now())
}

fn uuid(number: u8) -> Uuid {
    Uuid::from_bytes([number; 16])
}

/// Certificates, so that each record has one that is its own.
struct Fixtures {
    certificates: Vec<crate::CreatedCertificate>,
    csr: String,
}

impl Fixtures {
    fn new() -> Self {
        let mut rng = ChaCha20Rng::from_seed([42; 32]);
        let policy = policy().policy;
        let certificates = (0..6)
            .map(|number| {
                let request = CreateRequest::root_ca(format!("c{number}")).with_algorithm("ec");
                crate::create(&request, &policy, &mut rng).expect("a certificate")
            })
            .collect();
        let request = CsrRequest::new("CN=leaf").with_algorithm("ec");
        let csr = crate::generate_csr(&request, &policy, &mut rng).expect("a request");
        Self {
            certificates,
            csr: csr.csr,
        }
    }

    fn put(&self, number: u8, scope: Scope, name: &str) -> Put {
        let made = &self.certificates[usize::from(number)];
        let parts = RecordParts::new(
            uuid(number),
            name,
            scope,
            CertificateKind::RootCa,
            made.certificate.clone(),
        );
        Put {
            record: Arc::new(Record::new(parts).expect("a readable certificate")),
            private_key: Some(made.private_key_der.clone()),
        }
    }

    fn issued(&self, ca: u8, number: usize) -> Arc<IssuedCertificate> {
        Arc::new(IssuedCertificate {
            ca: uuid(ca),
            certificate: self.certificates[number].certificate.clone(),
            signed_at: now(),
        })
    }
}

fn puts(puts: impl IntoIterator<Item = Put>) -> Commit {
    Commit {
        puts: puts.into_iter().collect(),
        ..Commit::default()
    }
}

fn jobs(jobs: impl IntoIterator<Item = Job>) -> Commit {
    Commit {
        jobs: jobs.into_iter().collect(),
        ..Commit::default()
    }
}

/// All that a store has.
#[derive(Clone, Debug, PartialEq)]
struct Contents {
    records: BTreeMap<Uuid, (Record, Option<SecretDer>, Vec<IssuedCertificate>)>,
    jobs: BTreeMap<Uuid, Job>,
}

fn contents(store: &dyn Store) -> Contents {
    let snapshot = store.snapshot().expect("a snapshot");
    let records = snapshot.iter().map(|record| {
        let uuid = record.uuid;
        let read = store.record(uuid).expect("a record");
        assert_eq!(
            read.as_ref(),
            Some(record),
            "the snapshot has another record"
        );
        assert_eq!(
            snapshot.get(uuid),
            read,
            "the snapshot does not find its record"
        );
        let fingerprint = record.fingerprint();
        let holder = snapshot.holder_of(record.scope, record.r#type, &fingerprint);
        assert_eq!(holder, Some(uuid), "the certificate is not found");
        assert!(
            snapshot.is_name_taken(record.scope, &record.name),
            "the name is free"
        );
        let key = store.private_key(uuid).expect("a key");
        let issued = store.issued_by(uuid).expect("what it signed");
        let issued = issued.iter().map(|issued| (**issued).clone()).collect();
        (uuid, ((**record).clone(), key, issued))
    });
    let records: BTreeMap<_, _> = records.collect();
    assert_eq!(snapshot.len(), records.len(), "the snapshot counts wrong");
    let jobs = store.jobs().expect("jobs").into_iter();
    Contents {
        records,
        jobs: jobs.map(|job| (job.uuid, job)).collect(),
    }
}

fn reads_what_was_committed<S: Subject>(subject: &S, fixtures: &Fixtures) {
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

fn refuses_conflicts_as_a_whole<S: Subject>(subject: &S, fixtures: &Fixtures) {
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

#[allow(clippy::too_many_lines, reason = "one story, told in order")]
fn holds_names_for_jobs<S: Subject>(subject: &S, fixtures: &Fixtures) {
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

fn records_what_cas_signed<S: Subject>(subject: &S, fixtures: &Fixtures) {
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

fn lets_one_of_two_writers_have_a_name<S: Subject>(subject: &S, fixtures: &Fixtures) {
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

/// Every step of the store's own writing.
fn a_crash_leaves_all_or_nothing<S: Subject>(new: &impl Fn() -> S, fixtures: &Fixtures) {
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

/// A store that stops after so many commits: before the next one or, where that is `done`, between
/// the next one and its answer.
struct Stopping<S> {
    store: S,
    left: AtomicUsize,
    is_done: bool,
    has_stopped: AtomicBool,
}

impl<S: Store> Store for Stopping<S> {
    fn record(&self, uuid: Uuid) -> Result<Option<Arc<Record>>, StoreError> {
        self.store.record(uuid)
    }

    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        self.store.snapshot()
    }

    fn private_key(&self, uuid: Uuid) -> Result<Option<SecretDer>, StoreError> {
        self.store.private_key(uuid)
    }

    fn job(&self, uuid: Uuid) -> Result<Option<Job>, StoreError> {
        self.store.job(uuid)
    }

    fn jobs(&self) -> Result<Vec<Job>, StoreError> {
        self.store.jobs()
    }

    fn issued_by(&self, ca: Uuid) -> Result<Vec<Arc<IssuedCertificate>>, StoreError> {
        self.store.issued_by(ca)
    }

    fn revision(&self) -> Result<u64, StoreError> {
        self.store.revision()
    }

    fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        // Once it has stopped, nothing is written any more.
        if self.has_stopped.load(Ordering::Relaxed) {
            return Err(StoreError::new("stopped").into());
        }
        if let Some(left) = self.left.load(Ordering::Relaxed).checked_sub(1) {
            self.left.store(left, Ordering::Relaxed);
            return self.store.commit(commit);
        }
        self.has_stopped.store(true, Ordering::Relaxed);
        if self.is_done {
            self.store.commit(commit)?;
        }
        Err(StoreError::new("stopped").into())
    }
}

struct NoSvm;

impl Host for NoSvm {
    fn cluster_name(&self) -> String {
        "cluster1".to_owned()
    }

    fn svm_by_name(&self, _: &str) -> Option<Svm> {
        None
    }

    fn svm_by_uuid(&self, _: Uuid) -> Option<Svm> {
        None
    }
}

/// Every operation of the catalog, stopped before and after each of its commits.
fn a_crash_between_commits_leaves_nothing_half_done<S: Subject>(
    new: &impl Fn() -> S,
    fixtures: &Fixtures,
) {
    type Operation = fn(&Catalog, Uuid, &str) -> Result<(), Error>;
    let operations: [(&str, Operation); 6] = [
        ("add", |catalog, _, _| add(catalog, "x", &policy())),
        ("add as a job", |catalog, _, _| {
            add(catalog, "x", &policy().with_dcn())
        }),
        ("sign", |catalog, ca, csr| {
            let request = SignRequest::new(csr).with_expiry("P30D");
            catalog.sign(ca, &request, &policy(), &mut rng()).map(drop)
        }),
        ("delete", |catalog, ca, _| delete(catalog, ca, &policy())),
        ("delete as a job", |catalog, ca, _| {
            delete(catalog, ca, &policy().with_dcn())
        }),
        ("delete all", |catalog, _, _| {
            catalog.delete_where(|_| true, &policy()).map(drop)
        }),
    ];
    for (name, operation) in operations {
        for commits in 0.. {
            let mut has_ended = true;
            for is_done in [false, true] {
                let subject = new();
                let catalog = Catalog::new(subject.open(), NoSvm);
                add(&catalog, "base", &policy()).expect("a root_ca");
                let ca = root(&catalog);
                let stopping = Stopping {
                    store: subject.open(),
                    left: AtomicUsize::new(commits),
                    is_done,
                    has_stopped: AtomicBool::new(false),
                };
                has_ended &= operation(&Catalog::new(stopping, NoSvm), ca, &fixtures.csr).is_ok();
                let catalog = Catalog::new(subject.open(), NoSvm);
                catalog.recover(&policy()).expect("a restart");
                assert_whole(
                    &subject.open(),
                    &format!("{name}, stopped after {commits} commits"),
                );
                // What is free can be had.
                let again = add(&catalog, "y", &policy());
                assert!(again.is_ok(), "{name}: {again:?}");
            }
            if has_ended {
                break;
            }
        }
    }
}

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([7; 32])
}

fn add(catalog: &Catalog, name: &str, policy: &CatalogPolicy) -> Result<(), Error> {
    let mut rng = ChaCha20Rng::from_seed([name.as_bytes()[0]; 32]);
    let request = CreateRequest::root_ca(name)
        .with_algorithm("ec")
        .with_expiry("P60D");
    let addition = super::Addition::from(request).with_name(name);
    match catalog.add(&addition, policy, &mut rng)? {
        super::Added::Record(_) => Ok(()),
        super::Added::Work(work) => catalog.run(work, policy, &mut rng).map(drop),
    }
}

fn delete(catalog: &Catalog, uuid: Uuid, policy: &CatalogPolicy) -> Result<(), Error> {
    match catalog.delete(uuid, policy, &mut rng())? {
        Deleted::Done => Ok(()),
        Deleted::Work(work) => catalog.run(work, policy, &mut rng()).map(drop),
    }
}

fn root(catalog: &Catalog) -> Uuid {
    let snapshot = catalog.snapshot().expect("a snapshot");
    let root = snapshot
        .iter()
        .find(|record| record.r#type == CertificateKind::RootCa);
    root.expect("a root_ca").uuid
}

/// Shows that a store has nothing half-done: each root_ca has its key and both its entries, each
/// entry its root_ca, no other record a key that it should not have, and no job is still going on.
///
/// # Panics
///
/// If there is something; `when` says after what.
pub fn assert_whole(store: &dyn Store, when: &str) {
    let all = contents(store);
    for (record, key, issued) in all.records.values() {
        let entries = all
            .records
            .values()
            .filter(|(entry, ..)| entry.root == Some(record.uuid));
        let kinds: Vec<_> = entries
            .map(|(entry, ..)| {
                assert_eq!(
                    entry.certificate, record.certificate,
                    "{when}: an entry is another certificate"
                );
                assert_eq!(entry.scope, record.scope, "{when}: an entry is elsewhere");
                entry.r#type
            })
            .collect();
        let is_root = record.r#type == CertificateKind::RootCa;
        assert_eq!(
            kinds.len(),
            if is_root { 2 } else { 0 },
            "{when}: {} has {kinds:?}",
            record.name
        );
        assert!(
            kinds.first() != kinds.get(1) || !is_root,
            "{when}: two entries of one type"
        );
        if let Some(root) = record.root {
            assert!(
                all.records.contains_key(&root),
                "{when}: an entry without its root_ca"
            );
        }
        let is_ca = matches!(
            record.r#type,
            CertificateKind::ServerCa | CertificateKind::ClientCa
        );
        assert_eq!(key.is_none(), is_ca, "{when}: the key of {}", record.name);
        assert!(
            is_root || issued.is_empty(),
            "{when}: {} signed",
            record.name
        );
    }
    for job in all.jobs.values() {
        assert!(job.state.is_end(), "{when}: a job goes on");
    }
}
