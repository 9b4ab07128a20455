//! Signing: with what is recorded, and until its CA goes.

use super::{World, policy, refusal, refused, root_ca, server};
use crate::common::vector;
use certwright::catalog::{
    Catalog, Commit, CommitError, IssuedCertificate, Job, MemoryStore, Record, SigningQueue,
    Snapshot, Store, StoreError, Uuid,
};
use certwright::{CertificateAuthority, CsrRequest, Error, Policy, SecretDer, SignRequest};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

fn request() -> SignRequest {
    SignRequest::new(vector("csr-p256-san.pem"))
}

#[test]
fn what_was_signed_is_recorded_with_its_ca() {
    let mut world = World::new();
    let root = world.add(root_ca("ROOT")).unwrap();
    let requests = [request(), SignRequest::new("no request"), request()];
    let answers = world
        .catalog
        .sign_batch(root.uuid, &requests, &policy(), &mut world.rng);
    let error = answers[1].as_ref().unwrap_err();
    assert_eq!(error.code().value(), 3_735_626);
    let signed = |index: usize| &answers[index].as_ref().unwrap().certificate;
    let issued = world.catalog.issued_by(root.uuid).unwrap();
    assert_eq!(issued.len(), 2);
    assert_eq!(
        (&issued[0].certificate, &issued[1].certificate),
        (signed(0), signed(2))
    );
    assert_eq!(issued[0].signed_at, policy().policy.now);
    // It is no record.
    assert_eq!(world.list().len(), 3);
    world.delete(root.uuid).unwrap();
    assert_eq!(world.catalog.issued_by(root.uuid).unwrap(), []);
}

#[test]
fn only_a_root_ca_that_is_there_signs() {
    let mut world = World::new();
    let server = world.add(server("a.example")).unwrap();
    let root = world.add(root_ca("ROOT")).unwrap();
    let entry = world.by_type(certwright::CertificateKind::ServerCa);
    let mut sign = |uuid| {
        world
            .catalog
            .sign(uuid, &request(), &policy(), &mut world.rng)
    };
    for uuid in [server.uuid, entry.uuid] {
        assert_eq!(refusal(sign(uuid)), refused(3_735_628, 400, "ca.uuid"));
    }
    assert_eq!(
        refusal(sign(Uuid::from_bytes([7; 16]))),
        refused(4, 404, "ca.uuid")
    );
    sign(root.uuid).unwrap();
    world.delete(root.uuid).unwrap();
    let answer = world
        .catalog
        .sign(root.uuid, &request(), &policy(), &mut world.rng);
    assert_eq!(refusal(answer), refused(4, 404, "ca.uuid"));
}

#[test]
fn the_default_expiry_does_not_fit_a_default_root() {
    let mut world = World::new();
    let root = world
        .add(certwright::CreateRequest::root_ca("ROOT").with_algorithm("ec"))
        .unwrap();
    let mut sign = |seconds| {
        let policy = crate::common::at(crate::common::NOW + seconds).into();
        world
            .catalog
            .sign(root.uuid, &request(), &policy, &mut world.rng)
    };
    sign(0).unwrap();
    assert_eq!(sign(1).unwrap_err().code().value(), 3_735_630);
    assert_eq!(world.catalog.issued_by(root.uuid).unwrap().len(), 1);
}

/// A store whose CAs are counted and whose commits can be told to fail, or to wait.
#[derive(Default)]
struct Watched {
    store: MemoryStore,
    loads: AtomicUsize,
    fails: AtomicUsize,
    before_commit: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Store for Watched {
    fn record(&self, uuid: Uuid) -> Result<Option<Arc<Record>>, StoreError> {
        self.store.record(uuid)
    }

    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        self.store.snapshot()
    }

    fn private_key(&self, uuid: Uuid) -> Result<Option<SecretDer>, StoreError> {
        self.store.private_key(uuid)
    }

    fn certificate_authority(
        &self,
        record: &Record,
        policy: &Policy,
    ) -> Result<CertificateAuthority, Error> {
        self.loads.fetch_add(1, Ordering::SeqCst);
        self.store.certificate_authority(record, policy)
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
        let before = self.before_commit.lock().unwrap().take();
        if let Some(before) = before {
            before();
        }
        match self.fails.load(Ordering::SeqCst) {
            0 => self.store.commit(commit),
            1 => Err(StoreError::new("disk full").into()),
            _ => Err(StoreError::unreachable("no route").into()),
        }
    }
}

/// A catalog in a watched store, and its root_ca.
fn watched() -> (Arc<Catalog>, Arc<Watched>, Uuid) {
    let world = World::new();
    let store = Arc::new(Watched::default());
    let catalog = Arc::new(Catalog::new(Arc::clone(&store), Arc::clone(&world.host)));
    let added = catalog
        .add(
            &root_ca("ROOT").into(),
            &policy(),
            &mut crate::common::rng(3),
        )
        .unwrap();
    (catalog, store, added.into_record().unwrap().uuid)
}

#[test]
fn a_ca_is_loaded_once_and_dropped_when_it_is_deleted() {
    let (catalog, store, root) = watched();
    thread::scope(|scope| {
        for seed in 0..4 {
            let catalog = &catalog;
            scope.spawn(move || {
                let mut rng = crate::common::rng(seed);
                for _ in 0..3 {
                    catalog.sign(root, &request(), &policy(), &mut rng).unwrap();
                }
            });
        }
    });
    assert_eq!(store.loads.load(Ordering::SeqCst), 1);
    assert_eq!(catalog.issued_by(root).unwrap().len(), 12);
}

#[test]
fn what_cannot_be_recorded_is_not_handed_out() {
    let (catalog, store, root) = watched();
    let mut rng = crate::common::rng(4);
    let mut sign = || {
        let answers = catalog.sign_batch(root, &[request(), request()], &policy(), &mut rng);
        answers.into_iter().map(refusal).collect::<Vec<_>>()
    };
    for (fails, status) in [(1, 500), (2, 503)] {
        store.fails.store(fails, Ordering::SeqCst);
        assert_eq!(
            sign(),
            [(3_735_646, status, None), (3_735_646, status, None)]
        );
    }
    for (fails, code, status) in [(1, 3_735_589, 500), (2, 3_735_646, 503)] {
        store.fails.store(fails, Ordering::SeqCst);
        let answer = catalog.delete(root, &policy(), &mut crate::common::rng(4));
        assert_eq!(refusal(answer), (code, status, None));
    }
    store.fails.store(0, Ordering::SeqCst);
    // The CA goes between the signature and its record.
    let deleter = Arc::clone(&catalog);
    *store.before_commit.lock().unwrap() = Some(Box::new(move || {
        deleter
            .delete(root, &policy(), &mut crate::common::rng(4))
            .unwrap();
    }));
    assert_eq!(
        sign(),
        [refused(4, 404, "ca.uuid"), refused(4, 404, "ca.uuid")]
    );
    assert!(catalog.snapshot().unwrap().is_empty());
}

#[test]
fn signings_that_come_together_are_signed_together() {
    let (catalog, store, root) = watched();
    let queue = SigningQueue::new(5);
    let (sender, receiver) = mpsc::channel();
    for number in 0..6 {
        let sender = sender.clone();
        let request = if number == 3 {
            SignRequest::new("bad")
        } else {
            request()
        };
        let answer = queue.submit(root, request, move |answer| {
            sender.send((number, answer.is_ok())).unwrap();
        });
        assert_eq!(answer.is_ok(), number < 5);
    }
    let revision = store.revision().unwrap();
    let signer = {
        let catalog = Arc::clone(&catalog);
        thread::spawn(move || {
            let mut batches = 0;
            while let Some(batch) = queue.take() {
                assert_eq!((batch.ca(), batch.requests().len()), (root, 5));
                batch.run(&catalog, &policy(), &mut crate::common::rng(5));
                queue.close();
                batches += 1;
            }
            batches
        })
    };
    drop(sender);
    let answers: Vec<_> = receiver.iter().collect();
    assert_eq!(
        answers,
        [(0, true), (1, true), (2, true), (3, false), (4, true)]
    );
    assert_eq!(signer.join().unwrap(), 1);
    assert_eq!(store.revision().unwrap(), revision + 1);
}

#[test]
fn a_signing_request_is_made_and_nothing_kept() {
    let mut world = World::new();
    let request = CsrRequest::new("CN=www.example.com").with_algorithm("ec");
    let made = world
        .catalog
        .generate_csr(&request, &policy(), &mut world.rng)
        .unwrap();
    assert!(made.csr.starts_with("-----BEGIN CERTIFICATE REQUEST-----"));
    assert_eq!(world.revision(), 0);
}
