//! Requests to one service, one after the other.
//!
//! The input is text: requests with a line `%%` between them. The first line of a request is its method
//! and target, then come headers, `name: value`; behind an empty line stands the body. `$0` to `$9` in
//! it are the UUIDs of what is there, in their order, `$j` is that of the last job, and `$c`, `$k`, `$r`
//! and `$s` are a certificate, its key, a root and a signing request, escaped for JSON.
#![no_main]

use certwright::catalog::{
    Catalog, CatalogPolicy, Commit, Host, MemoryStore, Preloaded, Put, Record, Store, Svm, Uuid,
};
use certwright::service::{Answer, Service};
use certwright::{Certificate, Time};
use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use http::{Method, Request, Response};
use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, LazyLock};

const KEY: &str = include_str!("../../vectors/csr-p256.key");
const ROOT: &str = include_str!("../../vectors/root.pem");
const REQUEST: &str = include_str!("../../vectors/csr-p256.pem");
const SERVER: &str = include_str!("../../vectors/server.pem");
const SERVER_KEY: &str = include_str!("../../vectors/server.key");

struct Machine;

impl Host for Machine {
    fn cluster_name(&self) -> String {
        "cluster1".to_owned()
    }

    fn svm_by_name(&self, name: &str) -> Option<Svm> {
        (name == "svm1").then(svm)
    }

    fn svm_by_uuid(&self, uuid: Uuid) -> Option<Svm> {
        (uuid == svm().uuid).then(svm)
    }
}

fn svm() -> Svm {
    Svm {
        name: "svm1".to_owned(),
        uuid: Uuid::from_bytes([1; 16]),
    }
}

/// The longest lines of keys: whoever sends them must not see them again.
fn secrets() -> impl Iterator<Item = &'static str> {
    KEY.lines()
        .chain(SERVER_KEY.lines())
        .filter(|line| line.len() > 40 && !line.starts_with('-'))
}

struct World {
    service: Service,
    policy: CatalogPolicy,
    rng: ChaCha20Rng,
    job: String,
}

/// What is there at the beginning, made once.
static THERE: LazyLock<Vec<Put>> = LazyLock::new(|| {
    let store = Arc::new(MemoryStore::new());
    let mut world = World::on(Arc::clone(&store));
    let preloaded = Preloaded {
        name: "bundled".to_owned(),
        certificate: Certificate::from_pem(ROOT).expect("a certificate"),
    };
    let catalog = Arc::clone(world.service.catalog());
    catalog
        .preload(&[preloaded], &mut world.rng)
        .expect("a store that works");
    for body in [
        r#"{"type":"root_ca","common_name":"ROOT","algorithm":"ec","expiry_time":"P3650D"}"#,
        r#"{"type":"server","common_name":"a.example","algorithm":"ec","svm":{"name":"svm1"}}"#,
    ] {
        world.ask(&format!("POST /api/security/certificates\n\n{body}"));
    }
    let snapshot = store.snapshot().expect("a store that works");
    let put = |record: &Arc<Record>| Put {
        record: Arc::clone(record),
        private_key: store.private_key(record.uuid).expect("a store that works"),
    };
    let puts: Vec<_> = snapshot.iter().map(put).collect();
    assert_eq!(puts.len(), 5);
    puts
});

impl World {
    fn new() -> Self {
        let store = MemoryStore::new();
        let mut commit = Commit::default();
        commit.puts.clone_from(&THERE);
        store.commit(commit).expect("a store that works");
        // Another generator than that of what is there: UUIDs would be drawn twice.
        Self {
            rng: ChaCha20Rng::from_seed([2; 32]),
            ..Self::on(store)
        }
    }

    fn on(store: impl Store + 'static) -> Self {
        Self {
            service: Service::new(Arc::new(Catalog::new(store, Machine))),
            policy: CatalogPolicy::at(Time::from_unix(1_767_225_600).expect("a time")),
            rng: ChaCha20Rng::from_seed([1; 32]),
            job: String::new(),
        }
    }

    fn ask(&mut self, text: &str) {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        // New RSA keys take too long for a fuzzer.
        let names = body.matches("common_name").count() + body.matches("subject_name").count();
        if names > body.matches(r#""algorithm":"ec""#).count() {
            return;
        }
        // A link to the request itself has its target: a key that was put there is seen again.
        if secrets().any(|secret| head.contains(secret)) {
            return;
        }
        let mut lines = head.lines().map(|line| self.filled(line, false));
        let first = lines.next().unwrap_or_default();
        let (method, target) = first.split_once(' ').unwrap_or(("GET", &first));
        let mut request = Request::builder()
            .method(method)
            .uri(target)
            .header("Authorization", "x");
        for line in lines {
            if let Some((name, value)) = line.split_once(": ") {
                request = request.header(name, value);
            }
        }
        // The HTTP library refuses some itself.
        let Ok(request) = request.body(self.filled(body, true).into_bytes()) else {
            return;
        };
        let is_head = request.method() == Method::HEAD;
        match self.service.answer(request, &self.policy, &mut self.rng) {
            Answer::Done(response) => check(&response, is_head),
            Answer::Work { job, .. } => {
                self.job = job.uuid().to_string();
                check(&job.accepted(), false);
                check(&job.run(&self.policy, &mut self.rng), false);
            }
            other => panic!("{other:?}"),
        }
    }

    fn filled(&self, text: &str, is_json: bool) -> String {
        let mut text = text.to_owned();
        if text.contains('$') {
            let snapshot = self
                .service
                .catalog()
                .snapshot()
                .expect("a store that works");
            for (number, record) in snapshot.iter().take(10).enumerate() {
                text = text.replace(&format!("${number}"), &record.uuid.to_string());
            }
            text = text.replace("$j", &self.job);
        }
        if is_json {
            for (name, pem) in [
                ("$c", SERVER),
                ("$k", SERVER_KEY),
                ("$r", ROOT),
                ("$s", REQUEST),
                ("$x", KEY),
            ] {
                text = text.replace(name, &pem.replace('\n', "\\n"));
            }
        }
        text
    }
}

fn check(response: &Response<Vec<u8>>, is_head: bool) {
    let status = response.status().as_u16();
    let body = std::str::from_utf8(response.body()).expect("UTF-8");
    assert!(status < 500, "{status} {body}");
    assert_eq!(body.is_empty(), is_head, "{status} {body}");
    let texts = response
        .headers()
        .values()
        .map(|value| value.to_str().expect("text"));
    for text in texts.chain([body]) {
        assert!(
            !secrets().any(|secret| text.contains(secret)),
            "{status} {text}"
        );
    }
}

fuzz_target!(|text: &str| {
    let mut world = World::new();
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let requests = if first == "dcn" {
        world.policy = world.policy.with_dcn();
        rest
    } else {
        text
    };
    for request in requests.split("\n%%\n").take(8) {
        world.ask(request);
    }
});
