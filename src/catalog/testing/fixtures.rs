//! What stores are filled with.

use crate::catalog::{
    CatalogPolicy, Commit, IssuedCertificate, Job, Put, Record, RecordParts, Scope, Uuid,
};
use crate::{CertificateKind, CreateRequest, CsrRequest, Time};
use chacha20::ChaCha20Rng;
use rand_core::SeedableRng;
use std::sync::Arc;

/// The instant of everything.
pub(super) fn now() -> Time {
    Time::from_unix(1_767_225_600).unwrap_or(Time::MIN)
}

pub(super) fn policy() -> CatalogPolicy {
    CatalogPolicy::at(now())
}

pub(super) fn uuid(number: u8) -> Uuid {
    Uuid::from_bytes([number; 16])
}

/// Certificates, so that each record has one that is its own.
pub(super) struct Fixtures {
    certificates: Vec<crate::CreatedCertificate>,
    pub(super) csr: String,
}

impl Fixtures {
    pub(super) fn new() -> Self {
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

    pub(super) fn put(&self, number: u8, scope: Scope, name: &str) -> Put {
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

    pub(super) fn issued(&self, ca: u8, number: usize) -> Arc<IssuedCertificate> {
        Arc::new(IssuedCertificate {
            ca: uuid(ca),
            certificate: self.certificates[number].certificate.clone(),
            signed_at: now(),
        })
    }
}

pub(super) fn puts(puts: impl IntoIterator<Item = Put>) -> Commit {
    Commit {
        puts: puts.into_iter().collect(),
        ..Commit::default()
    }
}

pub(super) fn jobs(jobs: impl IntoIterator<Item = Job>) -> Commit {
    Commit {
        jobs: jobs.into_iter().collect(),
        ..Commit::default()
    }
}
