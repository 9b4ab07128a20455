//! A crash between two commits of an operation of the catalog.

use super::fixtures::{Fixtures, policy};
use super::subject::Subject;
use super::whole::assert_whole;
use crate::catalog::{
    Added, Addition, Catalog, CatalogPolicy, Commit, CommitError, Deleted, Host, IssuedCertificate,
    Job, Record, Snapshot, Store, StoreError, Svm, Uuid,
};
use crate::{CertificateKind, CreateRequest, Error, SecretDer, SignRequest};
use chacha20::ChaCha20Rng;
use rand_core::SeedableRng;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

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
pub(super) fn a_crash_between_commits_leaves_nothing_half_done<S: Subject>(
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
    let addition = Addition::from(request).with_name(name);
    match catalog.add(&addition, policy, &mut rng)? {
        Added::Record(_) => Ok(()),
        Added::Work(work) => catalog.run(work, policy, &mut rng).map(drop),
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
