//! Many threads at once on a store in memory.

use super::{World, policy, root_ca, svm};
use crate::common::{rng, vector};
use certwright::CertificateKind::{RootCa, ServerCa};
use certwright::catalog::testing::assert_whole;
use certwright::catalog::{Added, Addition, Deleted, ScopeRequest, Uuid};
use certwright::rand_core::Rng as _;
use certwright::{InstallRequest, SignRequest};
use std::collections::{BTreeSet, HashSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How long the threads work.
const TIME: Duration = Duration::from_secs(10);

/// What the threads know to be there, and what they know to be gone.
#[derive(Default)]
struct Known {
    there: HashSet<Uuid>,
    signed: Vec<(Uuid, String)>,
    gone: HashSet<Uuid>,
}

#[test]
fn no_name_twice_no_orphan_and_no_record_lost() {
    let mut world = World::new();
    // Records that exist throughout.
    let steady: HashSet<_> = ["root.pem", "ca-p256.pem", "ca-p384.pem"]
        .into_iter()
        .map(|name| {
            world
                .add(InstallRequest::client_ca(vector(name)))
                .unwrap()
                .uuid
        })
        .collect();
    let known = Mutex::new(Known::default());
    let is_over = AtomicBool::new(false);
    let operations = AtomicUsize::new(0);
    let (world, steady) = (&world, &steady);
    thread::scope(|scope| {
        // None is the world's own: two of one seed draw the same UUIDs.
        for seed in 10..16 {
            let (known, operations) = (&known, &operations);
            scope.spawn(move || {
                let (mut rng, end) = (rng(seed), Instant::now() + TIME);
                while Instant::now() < end {
                    work(world, known, &mut rng);
                    operations.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let readers: Vec<_> = (0..2)
            .map(|_| {
                let is_over = &is_over;
                scope.spawn(move || {
                    let mut pages = 0;
                    while !is_over.load(Ordering::Relaxed) {
                        page_is_consistent(world, steady);
                        pages += 1;
                    }
                    pages
                })
            })
            .collect();
        thread::sleep(TIME);
        is_over.store(true, Ordering::Relaxed);
        for reader in readers {
            assert!(reader.join().unwrap() > 100);
        }
    });
    assert!(operations.load(Ordering::Relaxed) > 100);
    assert_whole(&*world.store, "after all");
    let known = known.into_inner().unwrap();
    for &uuid in &known.there {
        assert!(
            world.catalog.get(uuid).is_ok() != known.gone.contains(&uuid),
            "{uuid}"
        );
    }
    for (ca, serial) in known.signed {
        if !known.gone.contains(&ca) {
            let issued = world.catalog.issued_by(ca).unwrap();
            let found = issued
                .iter()
                .any(|issued| issued.certificate.serial_number() == serial);
            assert!(found, "{ca} signed {serial}");
        }
    }
}

/// One operation, as the dice say.
fn work(world: &World, known: &Mutex<Known>, rng: &mut chacha20::ChaCha20Rng) {
    let dice = rng.next_u32();
    let name = format!("n{}", dice >> 8 & 7);
    let of = |scope: u32| match scope % 3 {
        0 => ScopeRequest::default(),
        number => ScopeRequest::svm(format!("svm{number}")),
    };
    let root = world
        .catalog
        .snapshot()
        .unwrap()
        .iter()
        .filter(|record| record.r#type == RootCa)
        .nth(usize::try_from(dice >> 16 & 3).unwrap())
        .map(|record| record.uuid);
    match dice % 4 {
        0 | 1 => {
            let mut addition = Addition::from(root_ca(&name)).with_scope(of(dice >> 4));
            // A given name may be taken; a generated one never is.
            let is_given = dice & 0x80 == 0;
            if is_given {
                addition = addition.with_name(&name);
            }
            let policy = if dice & 0x40 == 0 {
                policy()
            } else {
                policy().with_dcn()
            };
            let added = world.catalog.add(&addition, &policy, rng);
            let added = added.and_then(|added| match added {
                Added::Work(work) => Ok(world
                    .catalog
                    .run(work, &policy, rng)?
                    .map(|added| added.record)),
                other => Ok(other.into_record()),
            });
            match added {
                Ok(record) => {
                    known.lock().unwrap().there.insert(record.unwrap().uuid);
                }
                Err(error) => assert!(is_given && error.code().value() == 1, "{error}"),
            }
        }
        2 => {
            let Some(root) = root else { return };
            let policy = if dice & 0x40 == 0 {
                policy()
            } else {
                policy().with_dcn()
            };
            let deleted =
                world
                    .catalog
                    .delete(root, &policy, rng)
                    .and_then(|deleted| match deleted {
                        Deleted::Work(work) => world.catalog.run(work, &policy, rng).map(drop),
                        _ => Ok(()),
                    });
            match deleted {
                Ok(()) => {
                    let request = SignRequest::new(vector("csr-p256-san.pem"));
                    let late = world.catalog.sign(root, &request, &policy, rng);
                    assert_eq!(late.unwrap_err().code().value(), 4);
                    known.lock().unwrap().gone.insert(root);
                }
                Err(error) => assert_eq!(error.code().value(), 4, "{error}"),
            }
        }
        _ => {
            let Some(root) = root else { return };
            let request = SignRequest::new(vector("csr-p256-san.pem"));
            match world.catalog.sign(root, &request, &policy(), rng) {
                Ok(signed) => {
                    let serial = signed.certificate.serial_number();
                    known.lock().unwrap().signed.push((root, serial));
                }
                Err(error) => assert_eq!(error.code().value(), 4, "{error}"),
            }
        }
    }
}

fn page_is_consistent(world: &World, steady: &HashSet<Uuid>) {
    let snapshot = world.catalog.snapshot().unwrap();
    let mut names = BTreeSet::new();
    let mut uuids = BTreeSet::new();
    for record in snapshot.iter() {
        assert!(
            names.insert((record.scope, record.name.clone())),
            "a name twice"
        );
        assert!(uuids.insert(record.uuid), "a record twice");
        if let Some(root) = record.root {
            assert!(snapshot.get(root).is_some(), "an entry without its root_ca");
        }
    }
    let roots = snapshot
        .iter()
        .filter(|record| record.r#type == RootCa)
        .count();
    let entries = snapshot
        .iter()
        .filter(|record| record.r#type == ServerCa)
        .count();
    assert_eq!(roots, entries);
    assert!(
        steady.iter().all(|uuid| uuids.contains(uuid)),
        "a record is lost"
    );
}

#[test]
fn of_many_additions_with_one_name_one_is_done_and_of_those_without_all() {
    let world = World::new();
    let world = &world;
    let done: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|seed| {
                scope.spawn(move || {
                    let mut rng = rng(seed);
                    let addition = Addition::from(super::server("a.example"));
                    let scoped = addition.with_scope(ScopeRequest::svm("svm1"));
                    let named = scoped.clone().with_name("one");
                    world.catalog.add(&scoped, &policy(), &mut rng).unwrap();
                    match world.catalog.add(&named, &policy(), &mut rng) {
                        Ok(_) => true,
                        Err(error) => {
                            assert_eq!((error.code().value(), error.http_status()), (1, 409));
                            false
                        }
                    }
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(done.iter().filter(|done| **done).count(), 1);
    let snapshot = world.catalog.snapshot().unwrap();
    let names: HashSet<_> = snapshot.iter().map(|record| record.name.clone()).collect();
    assert_eq!((snapshot.len(), names.len()), (9, 9));
    assert!(
        snapshot
            .iter()
            .all(|record| record.scope.svm() == Some(svm(1)))
    );
}
