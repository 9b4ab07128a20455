//! What stores are filled with in tests.

use super::KeyRing;
use certwright::catalog::{
    Commit, IssuedCertificate, Job, Put, Record, RecordParts, Scope, Svm, Uuid,
};
use certwright::{Certificate, CertificateKind, SecretDer};
use std::sync::Arc;

pub(crate) const KEY: &[u8] = b"a private key that is found nowhere in the clear";

pub(crate) fn ring() -> Arc<KeyRing> {
    Arc::new(KeyRing::parse(&KeyRing::generate().unwrap()).unwrap())
}

pub(crate) fn uuid(number: u8) -> Uuid {
    Uuid::from_bytes([number; 16])
}

pub(crate) fn svm(number: u8, name: &str) -> Svm {
    Svm {
        uuid: uuid(number),
        name: name.to_owned(),
    }
}

/// A record with a key, in a scope of its own.
pub(crate) fn put(number: u8) -> Put {
    let root = include_str!("../../../vectors/root.pem");
    let parts = RecordParts::new(
        uuid(number),
        format!("name{number}"),
        Scope::Svm(uuid(number)),
        CertificateKind::RootCa,
        Certificate::from_pem(root).unwrap(),
    );
    Put {
        record: Arc::new(Record::new(parts).unwrap()),
        private_key: Some(SecretDer::from(KEY)),
    }
}

pub(crate) fn puts(numbers: impl IntoIterator<Item = u8>) -> Commit {
    let mut commit = Commit::default();
    commit.puts = numbers.into_iter().map(put).collect();
    commit
}

pub(crate) fn deletes(numbers: impl IntoIterator<Item = u8>) -> Commit {
    let mut commit = Commit::default();
    commit.deletes = numbers.into_iter().map(uuid).collect();
    commit
}

/// As many certificates of this CA.
pub(crate) fn issued(ca: u8, count: usize) -> Commit {
    let issued = Arc::new(IssuedCertificate {
        ca: uuid(ca),
        certificate: put(ca).record.certificate.clone(),
        signed_at: "2026-01-01T00:00:00Z".parse().unwrap(),
    });
    let mut commit = Commit::default();
    commit.issued = vec![issued; count];
    commit
}

pub(crate) fn job(number: u8) -> Commit {
    let start = "2026-01-01T00:00:00Z".parse().unwrap();
    let mut commit = Commit::default();
    commit.jobs = vec![Job::new(uuid(number), uuid(9), "POST /x", start)];
    commit
}
