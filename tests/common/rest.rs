//! A service on a store in memory, with a host and a store whose answers can be set.
#![allow(dead_code, reason = "each test program uses its part")]
#![allow(
    clippy::needless_pass_by_value,
    reason = "bodies are written where they are given"
)]

use crate::common::{NOW, at, rng};
use certwright::SecretDer;
use certwright::catalog::{
    Catalog, CatalogPolicy, Commit, CommitError, Host, IssuedCertificate, Job, MemoryStore, Record,
    Snapshot, Store, StoreError, Svm, Uuid,
};
use certwright::service::{Answer, PendingJob, Service};
use chacha20::ChaCha20Rng;
use http::{HeaderMap, Request, Response};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};

pub(crate) const CLUSTER: &str = "cluster1";
pub(crate) const CERTIFICATES: &str = "/api/security/certificates";

#[derive(Default)]
pub(crate) struct TestHost {
    pub(crate) svms: Mutex<Vec<Svm>>,
    pub(crate) answers: Mutex<Answers>,
    /// In place of [`CLUSTER`].
    pub(crate) renamed: Mutex<Option<&'static str>>,
}

/// What the host says of a record, by its UUID.
#[derive(Default)]
pub(crate) struct Answers {
    pub(crate) needed: HashSet<Uuid>,
    pub(crate) key_manager: HashSet<Uuid>,
    pub(crate) in_use: HashSet<Uuid>,
    pub(crate) ssl_remains: HashSet<Uuid>,
}

impl Host for TestHost {
    fn cluster_name(&self) -> String {
        self.renamed.lock().unwrap().unwrap_or(CLUSTER).to_owned()
    }

    fn svm_by_name(&self, name: &str) -> Option<Svm> {
        let svms = self.svms.lock().unwrap();
        svms.iter().find(|svm| svm.name == name).cloned()
    }

    fn svm_by_uuid(&self, uuid: Uuid) -> Option<Svm> {
        let svms = self.svms.lock().unwrap();
        svms.iter().find(|svm| svm.uuid == uuid).cloned()
    }

    fn is_needed_by_server(&self, record: &Record) -> bool {
        self.answers.lock().unwrap().needed.contains(&record.uuid)
    }

    fn is_used_by_key_manager(&self, record: &Record) -> bool {
        let answers = self.answers.lock().unwrap();
        answers.key_manager.contains(&record.uuid)
    }

    fn subsystems_using(&self, record: &Record) -> Vec<String> {
        let in_use = self.answers.lock().unwrap().in_use.contains(&record.uuid);
        let subsystems = ["nfs", "web"].iter().filter(|_| in_use);
        subsystems.map(|name| (*name).to_owned()).collect()
    }

    fn remove_ssl_configuration(
        &self,
        record: &Record,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let answers = self.answers.lock().unwrap();
        if answers.ssl_remains.contains(&record.uuid) {
            return Err("it is busy".into());
        }
        Ok(())
    }
}

/// A store in memory that can be out of order.
#[derive(Default)]
pub(crate) struct TestStore {
    memory: MemoryStore,
    fault: AtomicU8,
}

pub(crate) const WORKS: u8 = 0;
pub(crate) const CANNOT_WRITE: u8 = 1;
pub(crate) const UNREACHABLE: u8 = 2;

impl TestStore {
    pub(crate) fn set(&self, fault: u8) {
        self.fault.store(fault, Ordering::SeqCst);
    }

    fn reads(&self) -> Result<&MemoryStore, StoreError> {
        if self.fault.load(Ordering::SeqCst) == UNREACHABLE {
            return Err(StoreError::unreachable("no route to host"));
        }
        Ok(&self.memory)
    }
}

impl Store for TestStore {
    fn record(&self, uuid: Uuid) -> Result<Option<Arc<Record>>, StoreError> {
        self.reads()?.record(uuid)
    }

    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        self.reads()?.snapshot()
    }

    fn private_key(&self, uuid: Uuid) -> Result<Option<SecretDer>, StoreError> {
        self.reads()?.private_key(uuid)
    }

    fn job(&self, uuid: Uuid) -> Result<Option<Job>, StoreError> {
        self.reads()?.job(uuid)
    }

    fn jobs(&self) -> Result<Vec<Job>, StoreError> {
        self.reads()?.jobs()
    }

    fn issued_by(&self, ca: Uuid) -> Result<Vec<Arc<IssuedCertificate>>, StoreError> {
        self.reads()?.issued_by(ca)
    }

    fn revision(&self) -> Result<u64, StoreError> {
        self.reads()?.revision()
    }

    fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        if self.fault.load(Ordering::SeqCst) == CANNOT_WRITE {
            return Err(StoreError::new("the volume is full").into());
        }
        self.reads()?.commit(commit)
    }
}

/// An answer, its body read.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Got {
    pub(crate) fn of(response: Response<Vec<u8>>) -> Self {
        let (parts, body) = response.into_parts();
        Self {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8(body).unwrap(),
        }
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The body of an answer that is as it should be.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert!(self.status < 300, "{} {}", self.status, self.text);
        self.json()
    }

    /// Status, code and target of a refusal.
    #[track_caller]
    pub(crate) fn refusal(&self) -> (u16, String, Option<String>) {
        let body = self.json();
        let error = &body["error"];
        let text = |name: &str| error[name].as_str().map(str::to_owned);
        assert!(
            text("message").is_some_and(|message| !message.is_empty()),
            "{body}"
        );
        let code = text("code").unwrap_or_else(|| panic!("{} {body}", self.status));
        (self.status, code, text("target"))
    }

    /// That it is this refusal.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: u32, target: &str) {
        let target = Some(target.to_owned()).filter(|target| !target.is_empty());
        assert_eq!(
            self.refusal(),
            (status, code.to_string(), target),
            "{}",
            self.text
        );
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The UUID that `Location` ends with.
    #[track_caller]
    pub(crate) fn location(&self) -> String {
        let location = self
            .header("location")
            .unwrap_or_else(|| panic!("{}", self.text));
        let uuid = location.strip_prefix(&format!("{CERTIFICATES}/")).unwrap();
        assert_eq!(uuid.len(), 36, "{location}");
        uuid.to_owned()
    }
}

pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) host: Arc<TestHost>,
    pub(crate) store: Arc<TestStore>,
    pub(crate) policy: CatalogPolicy,
    /// Jobs that were begun and not waited for.
    pub(crate) jobs: Vec<PendingJob>,
    pub(crate) rng: ChaCha20Rng,
    accept: &'static str,
}

pub(crate) fn svm(number: u8) -> Uuid {
    Uuid::from_bytes([number; 16])
}

impl World {
    /// With the data SVMs `svm1` and `svm2`; answers are plain JSON.
    pub(crate) fn new() -> Self {
        let host = Arc::new(TestHost::default());
        let svms = [1, 2].map(|number| Svm {
            name: format!("svm{number}"),
            uuid: svm(number),
        });
        *host.svms.lock().unwrap() = svms.to_vec();
        let store = Arc::new(TestStore::default());
        let catalog = Catalog::new(Arc::clone(&store), Arc::clone(&host));
        Self {
            service: Service::new(Arc::new(catalog)),
            host,
            store,
            policy: at(NOW).into(),
            jobs: Vec::new(),
            rng: rng(1),
            accept: "application/json",
        }
    }

    pub(crate) fn with_dcn(mut self) -> Self {
        self.policy = self.policy.with_dcn();
        self
    }

    pub(crate) fn with_links(mut self) -> Self {
        self.accept = "*/*";
        self
    }

    /// The answer to a request. Who waits for a job gets its end.
    pub(crate) fn ask(&mut self, request: Request<Vec<u8>>) -> Got {
        self.ask_with(request, |world, job| {
            Got::of(job.run(&world.policy, &mut world.rng))
        })
    }

    /// As [`ask`](Self::ask), where `end` brings a job that is waited for to its end.
    pub(crate) fn ask_with(
        &mut self,
        request: Request<Vec<u8>>,
        end: impl FnOnce(&mut Self, PendingJob) -> Got,
    ) -> Got {
        match self.service.answer(request, &self.policy, &mut self.rng) {
            Answer::Done(response) => Got::of(response),
            Answer::Work { job, wait } if wait.is_zero() => {
                let accepted = job.accepted();
                self.jobs.push(job);
                Got::of(accepted)
            }
            Answer::Work { job, .. } => end(self, job),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn send(&mut self, method: &str, target: &str, body: &str) -> Got {
        self.send_with(method, target, &[], body)
    }

    pub(crate) fn send_with(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Got {
        let request = self.request(method, target, headers, body);
        self.ask(request)
    }

    pub(crate) fn request(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Request<Vec<u8>> {
        let mut request = Request::builder()
            .method(method)
            .uri(target)
            .header("Authorization", "Basic eDp5")
            .header("Accept", self.accept);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(body.as_bytes().to_vec()).unwrap()
    }

    /// GET of the collection with this query, each name and value escaped.
    pub(crate) fn list(&mut self, query: &[(&str, &str)]) -> Got {
        let target = format!("{CERTIFICATES}{}", written(query));
        self.send("GET", &target, "")
    }

    /// The names of the records that match, in their order.
    #[track_caller]
    pub(crate) fn names(&mut self, query: &[(&str, &str)]) -> Vec<String> {
        let mut query = query.to_vec();
        if query.iter().all(|(name, _)| *name != "fields") {
            query.push(("fields", "name"));
        }
        let body = self.list(&query).ok();
        let records = body["records"].as_array().unwrap();
        assert_eq!(body["num_records"], records.len());
        records
            .iter()
            .map(|record| record["name"].as_str().unwrap().to_owned())
            .collect()
    }

    pub(crate) fn get(&mut self, uuid: &str) -> Got {
        self.send("GET", &format!("{CERTIFICATES}/{uuid}"), "")
    }

    pub(crate) fn post(&mut self, body: &Value) -> Got {
        self.send("POST", CERTIFICATES, &body.to_string())
    }

    /// POST of a body that is granted: the UUID of the record.
    #[track_caller]
    pub(crate) fn add(&mut self, body: Value) -> String {
        let got = self.post(&body);
        assert_eq!(got.status, 201, "{}", got.text);
        got.location()
    }

    /// A root_ca of ten years.
    #[track_caller]
    pub(crate) fn root(&mut self, common_name: &str) -> String {
        self.add(root_ca(common_name))
    }

    pub(crate) fn delete(&mut self, uuid: &str) -> Got {
        self.send("DELETE", &format!("{CERTIFICATES}/{uuid}"), "")
    }

    pub(crate) fn sign(&mut self, ca: &str, body: &Value) -> Got {
        let target = format!("{CERTIFICATES}/{ca}/sign");
        self.send("POST", &target, &body.to_string())
    }

    pub(crate) fn csr(&mut self, body: &Value) -> Got {
        let target = "/api/security/certificate-signing-request";
        self.send("POST", target, &body.to_string())
    }

    pub(crate) fn job(&mut self, uuid: &str) -> Got {
        self.send("GET", &format!("/api/cluster/jobs/{uuid}"), "")
    }

    /// Runs the jobs that were begun.
    pub(crate) fn run_jobs(&mut self) -> Vec<Got> {
        let jobs = std::mem::take(&mut self.jobs);
        let (policy, rng) = (self.policy, &mut self.rng);
        jobs.into_iter()
            .map(|job| Got::of(job.run(&policy, rng)))
            .collect()
    }

    /// How many records there are.
    pub(crate) fn count(&self) -> usize {
        self.service.catalog().snapshot().unwrap().len()
    }
}

pub(crate) fn root_ca(common_name: &str) -> Value {
    json!({"type": "root_ca", "common_name": common_name, "algorithm": "ec", "expiry_time": "P3650D"})
}

pub(crate) fn server(common_name: &str) -> Value {
    json!({"type": "server", "common_name": common_name, "algorithm": "ec"})
}

/// The object with these members beside its own.
pub(crate) fn with(mut object: Value, members: Value) -> Value {
    let own = object.as_object_mut().unwrap();
    for (name, value) in members.as_object().unwrap() {
        own.insert(name.clone(), value.clone());
    }
    object
}

/// A query, escaped, with the question mark.
pub(crate) fn written(query: &[(&str, &str)]) -> String {
    let escape = |text: &str| -> String {
        text.bytes()
            .map(|octet| {
                if octet.is_ascii_alphanumeric() || b"-._~".contains(&octet) {
                    char::from(octet).to_string()
                } else {
                    format!("%{octet:02x}")
                }
            })
            .collect()
    };
    let pairs: Vec<_> = query
        .iter()
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect();
    if pairs.is_empty() {
        String::new()
    } else {
        format!("?{}", pairs.join("&"))
    }
}
