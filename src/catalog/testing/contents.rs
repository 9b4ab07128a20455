//! All that a store has, read in every way there is.

use crate::SecretDer;
use crate::catalog::{IssuedCertificate, Job, Record, Store, Uuid};
use std::collections::BTreeMap;

/// All that a store has.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Contents {
    pub(super) records: BTreeMap<Uuid, (Record, Option<SecretDer>, Vec<IssuedCertificate>)>,
    pub(super) jobs: BTreeMap<Uuid, Job>,
}

pub(super) fn contents(store: &dyn Store) -> Contents {
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
