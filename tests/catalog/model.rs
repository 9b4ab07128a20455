//! Random sequences of operations against a model that is as simple as can be: a list of what must
//! be there, and the contract's rules read off it one by one.

use super::{World, policy, root_ca, server, svm};
use crate::common::{cases, vector};
use certwright::CertificateKind::{self, ClientCa, RootCa, ServerCa};
use certwright::catalog::{Added, Addition, Deleted, Scope, ScopeRequest, Uuid, Work};
use certwright::{Error, InstallRequest, SignRequest};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    /// A server or a root_ca, of this common name and scope, perhaps named.
    Create(bool, u8, u8, Option<u8>),
    /// One of three certificates, as server_ca or client_ca.
    Install(u8, bool, u8, Option<u8>),
    Delete(usize),
    DeleteNamed(u8),
    DeleteSvm(u8),
    Sign(usize),
    /// Begins a root_ca with a name as a job, or a deletion of one.
    Begin(u8, u8),
    BeginDelete(usize),
    Run(usize),
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let name = || proptest::option::of(0_u8..4);
    prop_oneof![
        4 => (any::<bool>(), 0_u8..3, 0_u8..4, name()).prop_map(|(root, cn, scope, name)| Step::Create(root, cn, scope, name)),
        3 => (0_u8..3, any::<bool>(), 0_u8..4, name()).prop_map(|(file, kind, scope, name)| Step::Install(file, kind, scope, name)),
        4 => any::<usize>().prop_map(Step::Delete),
        1 => (0_u8..4).prop_map(Step::DeleteNamed),
        1 => (1_u8..3).prop_map(Step::DeleteSvm),
        2 => any::<usize>().prop_map(Step::Sign),
        2 => (0_u8..3, 0_u8..4).prop_map(|(scope, name)| Step::Begin(scope, name)),
        1 => any::<usize>().prop_map(Step::BeginDelete),
        2 => any::<usize>().prop_map(Step::Run),
        1 => Just(Step::Restart),
    ]
}

/// A record as the model has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    uuid: Uuid,
    name: String,
    scope: Scope,
    kind: CertificateKind,
    der: Vec<u8>,
    root: Option<Uuid>,
    signed: usize,
}

#[derive(Default)]
struct Model {
    entries: Vec<Entry>,
    /// What jobs that have not ended hold.
    held: Vec<(Uuid, Scope, String)>,
}

const FILES: [&str; 3] = ["root.pem", "ca-p256.pem", "ca-p384.pem"];
const COMMON_NAMES: [&str; 3] = ["svm1", "cluster1", "n0"];

fn scope_of(number: u8) -> Option<Scope> {
    match number {
        0 => Some(Scope::Cluster),
        3 => None,
        number => Some(Scope::Svm(svm(number))),
    }
}

fn request_for(number: u8) -> ScopeRequest {
    match number {
        0 => ScopeRequest::default(),
        number => ScopeRequest::svm(format!("svm{number}")),
    }
}

impl Model {
    fn is_free(&self, scope: Scope, name: &str) -> bool {
        self.entries
            .iter()
            .all(|entry| (entry.scope, &*entry.name) != (scope, name))
            && self
                .held
                .iter()
                .all(|(_, other, held)| (*other, &**held) != (scope, name))
    }

    /// The first name that is free.
    fn name(&self, scope: Scope, cn: &str, serial: &str, ca: &str) -> String {
        let own = match scope {
            Scope::Svm(uuid) if uuid == svm(1) => "svm1",
            Scope::Svm(_) => "svm2",
            Scope::Cluster => "cluster1",
        };
        if cn != own && self.is_free(scope, cn) {
            return cn.to_owned();
        }
        let mut name = format!("{cn}_{serial}");
        if !self.is_free(scope, &name) {
            name = format!("{cn}_{serial}_{ca}");
        }
        let mut number = 2;
        while !self.is_free(scope, &name) {
            name = format!("{cn}_{serial}_{number}");
            number += 1;
        }
        name
    }

    /// The code that an addition must be refused with.
    fn refusal(
        &self,
        scope: u8,
        name: Option<&str>,
        same: Option<(CertificateKind, &[u8])>,
    ) -> Option<u32> {
        let Some(scope) = scope_of(scope) else {
            return Some(2_621_462);
        };
        let is_there = |(kind, der): (CertificateKind, &[u8])| {
            let mut entries = self.entries.iter();
            entries.any(|entry| (entry.scope, entry.kind, &*entry.der) == (scope, kind, der))
        };
        let is_taken = name.is_some_and(|name| !self.is_free(scope, name));
        (is_taken || same.is_some_and(is_there)).then_some(1)
    }

    /// Takes in what was added, and says what it must be called.
    fn add(
        &mut self,
        record: &certwright::catalog::Record,
        given: Option<&str>,
        entries: &[(CertificateKind, Uuid)],
    ) {
        let serial = record.certificate.serial_number();
        let cn = record.common_name.clone().unwrap();
        let ca = record.ca.clone().unwrap();
        let own = [(record.r#type, record.uuid)];
        // Its entries do not get the name that it is given.
        let reserved = given.map(|name| (record.uuid, record.scope, name.to_owned()));
        self.held.extend(reserved);
        for &(kind, uuid) in entries.iter().chain(&own) {
            let is_own = uuid == record.uuid;
            let given = given.filter(|_| is_own).map(str::to_owned);
            let name = given.unwrap_or_else(|| self.name(record.scope, &cn, &serial, &ca));
            self.entries.push(Entry {
                uuid,
                name,
                scope: record.scope,
                kind,
                der: record.certificate.der().to_vec(),
                root: (!is_own).then_some(record.uuid),
                signed: 0,
            });
        }
        self.held.retain(|(holder, ..)| *holder != record.uuid);
    }

    fn delete_refusal(&self, uuid: Uuid) -> Option<u32> {
        let Some(entry) = self.entries.iter().find(|entry| entry.uuid == uuid) else {
            return Some(4);
        };
        entry.root?;
        Some(if entry.kind == ClientCa {
            3_735_650
        } else {
            3_735_627
        })
    }

    fn delete(&mut self, uuid: Uuid) {
        self.entries
            .retain(|entry| entry.uuid != uuid && entry.root != Some(uuid));
    }

    fn pick(&self, number: usize, accept: impl Fn(&Entry) -> bool) -> Option<Uuid> {
        let all: Vec<_> = self.entries.iter().filter(|entry| accept(entry)).collect();
        (!all.is_empty()).then(|| all[number % all.len()].uuid)
    }
}

fn code<T>(answer: &Result<T, Error>) -> Option<u32> {
    answer.as_ref().err().map(|error| error.code().value())
}

struct Run {
    world: World,
    model: Model,
    /// With the name that was given, if it adds.
    works: Vec<(Work, Option<String>)>,
    interrupted: Vec<Uuid>,
}

impl Run {
    fn added(&mut self, answer: Result<Added, Error>, expected: Option<u32>, given: Option<&str>) {
        assert_eq!(code(&answer), expected);
        if let Ok(added) = answer {
            let record = added.into_record().unwrap();
            self.take_in(&record, given);
        }
    }

    fn take_in(&mut self, record: &certwright::catalog::Record, given: Option<&str>) {
        let snapshot = self.world.catalog.snapshot().unwrap();
        let entries = [ClientCa, ServerCa].map(|kind| {
            let mut entries = snapshot
                .iter()
                .filter(|entry| entry.root == Some(record.uuid));
            entries
                .find(|entry| entry.r#type == kind)
                .map(|entry| (kind, entry.uuid))
        });
        let entries: Vec<_> = entries.into_iter().flatten().collect();
        assert_eq!(entries.len(), if record.r#type == RootCa { 2 } else { 0 });
        self.model.add(record, given, &entries);
    }

    fn step(&mut self, step: Step) {
        let World { catalog, rng, .. } = &mut self.world;
        let dcn = policy().with_dcn();
        let named = |addition: Addition, name: &Option<String>| match name {
            Some(name) => addition.with_name(name),
            None => addition,
        };
        match step {
            Step::Create(is_root, cn, scope, name) => {
                let cn = COMMON_NAMES[usize::from(cn)];
                let name = name.map(|name| format!("n{name}"));
                let request = if is_root { root_ca(cn) } else { server(cn) };
                let addition = named(request.into(), &name).with_scope(request_for(scope));
                let answer = catalog.add(&addition, &policy(), rng);
                let expected = self.model.refusal(scope, name.as_deref(), None);
                self.added(answer, expected, name.as_deref());
            }
            Step::Install(file, is_server, scope, name) => {
                let pem = vector(FILES[usize::from(file)]);
                let name = name.map(|name| format!("n{name}"));
                let kind = if is_server { ServerCa } else { ClientCa };
                let der = certwright::Certificate::from_pem(&pem)
                    .unwrap()
                    .der()
                    .to_vec();
                let request = if is_server {
                    InstallRequest::server_ca(pem)
                } else {
                    InstallRequest::client_ca(pem)
                };
                let addition = named(request.into(), &name).with_scope(request_for(scope));
                let answer = catalog.add(&addition, &policy(), rng);
                let expected = self
                    .model
                    .refusal(scope, name.as_deref(), Some((kind, &der)));
                self.added(answer, expected, name.as_deref());
            }
            Step::Delete(number) => {
                let uuid = self.model.pick(number, |_| true).unwrap_or(svm(9));
                let answer = catalog.delete(uuid, &policy(), rng);
                let expected = self.model.delete_refusal(uuid);
                assert_eq!(code(&answer), expected);
                if expected.is_none() {
                    self.model.delete(uuid);
                }
            }
            Step::DeleteNamed(name) => {
                let name = format!("n{name}");
                let matching: Vec<_> = self
                    .model
                    .entries
                    .iter()
                    .filter(|entry| entry.name == name)
                    .cloned()
                    .collect();
                let is_alone = |entry: &&Entry| {
                    entry
                        .root
                        .is_some_and(|root| matching.iter().all(|other| other.uuid != root))
                };
                let answer = catalog.delete_where(|record| record.name == name, &policy());
                if matching.iter().any(|entry| is_alone(&entry)) {
                    assert!(
                        matches!(code(&answer), Some(3_735_650 | 3_735_627)),
                        "{answer:?}"
                    );
                } else {
                    assert_eq!(answer.unwrap(), matching.len());
                    matching
                        .iter()
                        .for_each(|entry| self.model.delete(entry.uuid));
                }
            }
            Step::DeleteSvm(number) => {
                let scope = Scope::Svm(svm(number));
                let before = self.model.entries.len();
                self.model.entries.retain(|entry| entry.scope != scope);
                assert_eq!(
                    catalog.delete_svm(svm(number)).unwrap(),
                    before - self.model.entries.len()
                );
            }
            Step::Sign(number) => {
                let uuid = self.model.pick(number, |_| true).unwrap_or(svm(9));
                let request = SignRequest::new(vector("csr-p256-san.pem"));
                let answer = catalog.sign(uuid, &request, &policy(), rng);
                let entry = self
                    .model
                    .entries
                    .iter_mut()
                    .find(|entry| entry.uuid == uuid);
                match entry {
                    None => assert_eq!(code(&answer), Some(4)),
                    Some(entry) if entry.kind == RootCa => {
                        entry.signed += 1;
                        assert_eq!(code(&answer), None);
                    }
                    Some(_) => assert_eq!(code(&answer), Some(3_735_628)),
                }
            }
            Step::Begin(scope, name) => {
                let name = format!("n{name}");
                let addition = Addition::from(root_ca("JOB"))
                    .with_name(&name)
                    .with_scope(request_for(scope));
                let answer = catalog.add(&addition, &dcn, rng);
                assert_eq!(code(&answer), self.model.refusal(scope, Some(&name), None));
                if let Ok(Added::Work(work)) = answer {
                    self.model
                        .held
                        .push((work.job(), scope_of(scope).unwrap(), name.clone()));
                    self.works.push((work, Some(name)));
                }
            }
            Step::BeginDelete(number) => {
                let Some(uuid) = self.model.pick(number, |entry| entry.kind == RootCa) else {
                    return;
                };
                let Deleted::Work(work) = catalog.delete(uuid, &dcn, rng).unwrap() else {
                    panic!("no job");
                };
                self.works.push((work, None));
            }
            Step::Run(number) => {
                if self.works.is_empty() {
                    return;
                }
                let (work, given) = self.works.swap_remove(number % self.works.len());
                let (job, uuid) = (work.job(), work.record());
                let answer = catalog.run(work, &dcn, rng);
                self.model.held.retain(|(other, ..)| *other != job);
                let is_there = self.model.entries.iter().any(|entry| entry.uuid == uuid);
                if self.interrupted.contains(&job) || given.is_none() && !is_there {
                    assert_eq!(code(&answer), Some(4));
                } else if let Some(added) = answer.unwrap() {
                    assert_eq!(added.record.uuid, uuid);
                    self.take_in(&added.record, given.as_deref());
                } else {
                    self.model.delete(uuid);
                }
            }
            Step::Restart => {
                let running = self.works.iter().map(|(work, _)| work.job());
                let running: Vec<_> = running
                    .filter(|job| !self.interrupted.contains(job))
                    .collect();
                assert_eq!(catalog.recover(&policy()).unwrap(), running.len());
                self.interrupted.extend(running);
                self.model.held.clear();
            }
        }
    }

    fn compare(&self) {
        let snapshot = self.world.catalog.snapshot().unwrap();
        let there: Vec<_> = snapshot
            .iter()
            .map(|record| Entry {
                uuid: record.uuid,
                name: record.name.clone(),
                scope: record.scope,
                kind: record.r#type,
                der: record.certificate.der().to_vec(),
                root: record.root,
                signed: self.world.catalog.issued_by(record.uuid).unwrap().len(),
            })
            .collect();
        let mut expected = self.model.entries.clone();
        expected.sort();
        assert_eq!(there, expected);
    }
}

proptest! {
    #![proptest_config(cases(16))]
    #[test]
    fn does_what_the_model_does(steps in proptest::collection::vec(step(), 200)) {
        let mut run = Run {
            world: World::new(),
            model: Model::default(),
            works: Vec::new(),
            interrupted: Vec::new(),
        };
        for step in steps {
            run.step(step);
            run.compare();
        }
    }
}
