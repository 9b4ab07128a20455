//! The catalog, section by section of what it promises.
#![allow(
    clippy::format_collect,
    clippy::items_after_statements,
    clippy::needless_for_each,
    clippy::needless_pass_by_value,
    clippy::too_many_lines,
    reason = "a test reads as a story"
)]

#[path = "../common/mod.rs"]
mod common;
mod concurrency;
mod deletion;
mod file_store;
mod jobs;
mod keeping;
mod model;
mod names;
mod scopes;
mod signing;
mod stores;

use certwright::catalog::{
    Addition, Batch, Catalog, CatalogPolicy, Host, MemoryStore, Record, SigningQueue, Store, Svm,
    Uuid, Work,
};
use certwright::{CertificateKind, CreateRequest, Error, InstallRequest};
use chacha20::ChaCha20Rng;
use common::{NOW, at, rng, vector};
use std::collections::HashSet;
use std::sync::{Arc, Mutex};

/// What goes to other threads and is shared between them. Checked when this file is compiled.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Catalog>();
    shared::<MemoryStore>();
    shared::<Record>();
    shared::<SigningQueue>();
    const fn sent<T: Send>() {}
    sent::<Work>();
    sent::<Batch>();
};

/// A host whose answers can be set.
#[derive(Default)]
struct TestHost {
    svms: Mutex<Vec<Svm>>,
    answers: Mutex<Answers>,
}

#[derive(Default)]
struct Answers {
    needed: HashSet<Uuid>,
    key_manager: HashSet<Uuid>,
    in_use: HashSet<Uuid>,
    ssl_remains: HashSet<Uuid>,
    asked: Vec<(&'static str, Uuid)>,
}

impl Host for TestHost {
    fn cluster_name(&self) -> String {
        "cluster1".to_owned()
    }

    fn svm_by_name(&self, name: &str) -> Option<Svm> {
        self.find(|svm| svm.name == name)
    }

    fn svm_by_uuid(&self, uuid: Uuid) -> Option<Svm> {
        self.find(|svm| svm.uuid == uuid)
    }

    fn is_needed_by_server(&self, record: &Record) -> bool {
        let mut answers = self.answers.lock().unwrap();
        answers.asked.push(("needed", record.uuid));
        answers.needed.contains(&record.uuid)
    }

    fn is_used_by_key_manager(&self, record: &Record) -> bool {
        let mut answers = self.answers.lock().unwrap();
        answers.asked.push(("key manager", record.uuid));
        answers.key_manager.contains(&record.uuid)
    }

    fn subsystems_using(&self, record: &Record) -> Vec<String> {
        let mut answers = self.answers.lock().unwrap();
        answers.asked.push(("in use", record.uuid));
        let in_use = answers.in_use.contains(&record.uuid);
        ["nfs", "web"]
            .iter()
            .filter(|_| in_use)
            .map(|name| (*name).to_owned())
            .collect()
    }

    fn remove_ssl_configuration(
        &self,
        record: &Record,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let mut answers = self.answers.lock().unwrap();
        answers.asked.push(("ssl", record.uuid));
        if answers.ssl_remains.contains(&record.uuid) {
            return Err("it is busy".into());
        }
        Ok(())
    }
}

impl TestHost {
    fn find(&self, is: impl Fn(&Svm) -> bool) -> Option<Svm> {
        self.svms
            .lock()
            .unwrap()
            .iter()
            .find(|svm| is(svm))
            .cloned()
    }
}

fn svm(number: u8) -> Uuid {
    Uuid::from_bytes([number; 16])
}

/// A catalog with the data SVMs `svm1` and `svm2`, and all that a test looks at.
struct World {
    catalog: Catalog,
    host: Arc<TestHost>,
    store: Arc<MemoryStore>,
    rng: ChaCha20Rng,
}

impl World {
    fn new() -> Self {
        let host = Arc::new(TestHost::default());
        *host.svms.lock().unwrap() = [1, 2]
            .map(|number| Svm {
                name: format!("svm{number}"),
                uuid: svm(number),
            })
            .to_vec();
        let store = Arc::new(MemoryStore::new());
        Self {
            catalog: Catalog::new(Arc::clone(&store), Arc::clone(&host)),
            host,
            store,
            rng: rng(1),
        }
    }

    fn add(&mut self, addition: impl Into<Addition>) -> Result<Arc<Record>, Error> {
        let added = self
            .catalog
            .add(&addition.into(), &policy(), &mut self.rng)?;
        Ok(added.into_record().expect("no job"))
    }

    fn delete(&mut self, uuid: Uuid) -> Result<(), Error> {
        self.catalog
            .delete(uuid, &policy(), &mut self.rng)
            .map(drop)
    }

    /// The records as (name, type), by name.
    fn list(&self) -> Vec<(String, CertificateKind)> {
        let snapshot = self.catalog.snapshot().unwrap();
        let mut list: Vec<_> = snapshot
            .iter()
            .map(|record| (record.name.clone(), record.r#type))
            .collect();
        list.sort();
        list
    }

    fn by_type(&self, kind: CertificateKind) -> Arc<Record> {
        let snapshot = self.catalog.snapshot().unwrap();
        snapshot
            .iter()
            .find(|record| record.r#type == kind)
            .cloned()
            .unwrap()
    }

    fn revision(&self) -> u64 {
        self.store.revision().unwrap()
    }
}

fn policy() -> CatalogPolicy {
    at(NOW).into()
}

fn root_ca(common_name: &str) -> CreateRequest {
    CreateRequest::root_ca(common_name)
        .with_algorithm("ec")
        .with_expiry("P3650D")
}

fn server(common_name: &str) -> CreateRequest {
    CreateRequest::server(common_name).with_algorithm("ec")
}

fn server_ca(name: &str) -> InstallRequest {
    InstallRequest::server_ca(vector(name))
}

/// Code, status and target of a refusal.
#[track_caller]
fn refusal<T: std::fmt::Debug>(answer: Result<T, Error>) -> (u32, u16, Option<String>) {
    let error = answer.unwrap_err();
    let target = error.target().map(str::to_owned);
    (error.code().value(), error.http_status(), target)
}

fn refused(code: u32, status: u16, target: &str) -> (u32, u16, Option<String>) {
    (code, status, Some(target.to_owned()))
}
