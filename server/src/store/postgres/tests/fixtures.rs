//! What stores are filled with.

use crate::store::KeyRing;
use crate::store::postgres::{PostgresSettings, PostgresStore};
use certwright::catalog::{Commit, IssuedCertificate, Job, Put, Record, RecordParts, Scope, Uuid};
use certwright::rand_core::UnwrapErr;
use certwright::{CertificateKind, CreateRequest, CreatedCertificate, Policy, Time};
use std::sync::Arc;

pub(super) fn new_ring() -> Arc<KeyRing> {
    Arc::new(KeyRing::parse(&KeyRing::generate().unwrap()).unwrap())
}

pub(super) fn open(url: &str, ring: &Arc<KeyRing>) -> PostgresStore {
    PostgresStore::open(&PostgresSettings::new(url), Arc::clone(ring)).unwrap()
}

pub(super) fn now() -> Time {
    Time::from_unix(1_767_225_600).unwrap()
}

pub(super) fn uuid() -> Uuid {
    Uuid::random(&mut UnwrapErr(getrandom::SysRng))
}

/// A certificate that no other is.
pub(super) fn certificate() -> CreatedCertificate {
    let request = CreateRequest::root_ca("ca").with_algorithm("ec");
    let mut rng = UnwrapErr(getrandom::SysRng);
    certwright::create(&request, &Policy::at(now()), &mut rng).unwrap()
}

/// A record of this certificate in this scope.
pub(super) fn put_of(made: &CreatedCertificate, scope: Scope, name: &str) -> Put {
    let certificate = made.certificate.clone();
    let parts = RecordParts::new(uuid(), name, scope, CertificateKind::RootCa, certificate);
    Put {
        record: Arc::new(Record::new(parts).unwrap()),
        private_key: Some(made.private_key_der.clone()),
    }
}

/// A record of the cluster with a certificate of its own.
pub(super) fn put(name: &str) -> Put {
    put_of(&certificate(), Scope::Cluster, name)
}

pub(super) fn puts(puts: impl IntoIterator<Item = Put>) -> Commit {
    let mut commit = Commit::default();
    commit.puts = puts.into_iter().collect();
    commit
}

pub(super) fn deletes(uuids: impl IntoIterator<Item = Uuid>) -> Commit {
    let mut commit = Commit::default();
    commit.deletes = uuids.into_iter().collect();
    commit
}

pub(super) fn jobs(jobs: impl IntoIterator<Item = Job>) -> Commit {
    let mut commit = Commit::default();
    commit.jobs = jobs.into_iter().collect();
    commit
}

/// That a CA signed so many, at these seconds.
pub(super) fn signed(ca: &Record, seconds: impl IntoIterator<Item = i64>) -> Commit {
    let mut commit = Commit::default();
    commit.require_present = vec![ca.uuid];
    commit.issued = seconds
        .into_iter()
        .map(|second| {
            Arc::new(IssuedCertificate {
                ca: ca.uuid,
                certificate: ca.certificate.clone(),
                signed_at: Time::from_unix(second).unwrap(),
            })
        })
        .collect();
    commit
}
