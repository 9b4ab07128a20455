//! A POST with `azure`: the job, and what of it is shown.

use crate::common::rows::each_row;
use crate::common::{policy, rng, vector};
use crate::world::{PEM, PKCS12, SECRET, TOKEN, body, pair, pkcs12, secret, token, with};
use certwright::azure::{DownloadRequest, HttpRequest, HttpResponse};
use certwright::catalog::{
    Added, Addition, Catalog, CatalogPolicy, Host, JobState, MemoryStore, Svm, Uuid,
};
use certwright::service::{Answer, PendingJob, Service};
use chacha20::ChaCha20Rng;
use http::{Request, Response};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::sync::Arc;

const CERTIFICATES: &str = "/api/security/certificates";

struct Machine;

impl Machine {
    fn svm() -> Svm {
        Svm {
            name: "vs0".to_owned(),
            uuid: Uuid::from_bytes([1; 16]),
        }
    }
}

impl Host for Machine {
    fn cluster_name(&self) -> String {
        "cluster1".to_owned()
    }

    fn svm_by_name(&self, name: &str) -> Option<Svm> {
        Some(Self::svm()).filter(|svm| svm.name == name)
    }

    fn svm_by_uuid(&self, uuid: Uuid) -> Option<Svm> {
        Some(Self::svm()).filter(|svm| svm.uuid == uuid)
    }
}

type Sent = Result<HttpResponse, Box<dyn std::error::Error + Send + Sync>>;

/// What the two hosts answer.
type Hosts<'a> = &'a dyn Fn(&HttpRequest) -> Sent;

/// A token, and then this.
fn vault(answer: impl Fn() -> Sent) -> impl Fn(&HttpRequest) -> Sent {
    move |request| match request.method() {
        "POST" => Ok(token()),
        _ => answer(),
    }
}

struct World {
    service: Service,
    policy: CatalogPolicy,
    jobs: Vec<PendingJob>,
    rng: ChaCha20Rng,
}

struct Got {
    status: u16,
    location: Option<String>,
    text: String,
}

impl Got {
    fn of(response: Response<Vec<u8>>) -> Self {
        let location = response.headers().get("location");
        Self {
            status: response.status().as_u16(),
            location: location.map(|value| value.to_str().unwrap().to_owned()),
            text: String::from_utf8(response.into_body()).unwrap(),
        }
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    #[track_caller]
    fn refused(&self, status: u16, code: u32, target: Option<&str>) {
        let body = self.json();
        let error = &body["error"];
        let found = (
            self.status,
            error["code"].as_str(),
            error["target"].as_str(),
        );
        assert_eq!(
            found,
            (status, Some(&*code.to_string()), target),
            "{}",
            self.text
        );
    }
}

impl World {
    fn new() -> Self {
        Self {
            service: Service::new(Arc::new(Catalog::new(MemoryStore::new(), Machine))),
            policy: policy().into(),
            jobs: Vec::new(),
            rng: rng(1),
        }
    }

    fn ask(&mut self, method: &str, target: &str, body: &str, hosts: Hosts<'_>) -> Got {
        let request = Request::builder()
            .method(method)
            .uri(target)
            .header("Authorization", "Basic eDp5")
            .header("Accept", "application/json");
        let request = request.body(body.as_bytes().to_vec()).unwrap();
        match self.service.answer(request, &self.policy, &mut self.rng) {
            Answer::Done(response) => Got::of(response),
            Answer::Work { job, wait } if wait.is_zero() => {
                let accepted = job.accepted();
                self.jobs.push(job);
                Got::of(accepted)
            }
            Answer::Work { job, .. } => self.end(job, hosts),
            other => panic!("{other:?}"),
        }
    }

    /// Runs a job to its end, as a host does.
    fn end(&mut self, mut job: PendingJob, hosts: Hosts<'_>) -> Got {
        while let Some(request) = job.request() {
            let answer = hosts(request);
            job = job.answer(answer);
        }
        Got::of(job.run(&self.policy, &mut self.rng))
    }

    fn post(&mut self, body: &Value, wait: u32, hosts: Hosts<'_>) -> Got {
        let target = format!("{CERTIFICATES}?return_timeout={wait}&return_records=true");
        self.ask("POST", &target, &body.to_string(), hosts)
    }

    fn get(&mut self, target: &str) -> Got {
        self.ask("GET", target, "", &|_| panic!("nothing is sent"))
    }

    fn job(&mut self, uuid: &str) -> Value {
        self.get(&format!("/api/cluster/jobs/{uuid}")).json()
    }
}

#[test]
fn it_is_always_a_job() {
    let mut world = World::new();
    let hosts = vault(|| Ok(secret(PKCS12, &pkcs12("empty.p12"))));
    let body = with(body(), "azure.verify_host", json!(false));
    let body = with(body, "svm.name", json!("vs0"));
    let got = world.post(&body, 0, &hosts);
    assert_eq!(got.status, 202);
    let place = got.location.clone().unwrap();
    let uuid = got.json()["job"]["uuid"].as_str().unwrap().to_owned();
    let href = format!("/api/cluster/jobs/{uuid}");
    let expected = json!({"job": {"uuid": uuid, "_links": {"self": {"href": href}}}});
    assert_eq!(got.json(), expected);
    // Until it is done the record is not there, and its name nobody else's.
    world.get(&place).refused(404, 4, Some("uuid"));
    assert_eq!(world.job(&uuid)["state"], "queued");
    world.post(&body, 0, &hosts).refused(409, 1, Some("uuid"));
    let job = world.jobs.pop().unwrap();
    let got = world.end(job, &hosts);
    assert_eq!((got.status, got.location.as_deref()), (201, Some(&*place)));
    let job = world.job(&uuid);
    assert_eq!(
        (&job["state"], &job["message"], &job["code"]),
        (&json!("success"), &json!("success"), &json!(0))
    );
    let record = world.get(&place).json();
    assert_eq!(record["name"], "www-example-com");
    assert_eq!(record["azure"], json!({"verify_host": false}));
    assert_eq!(record["svm"]["name"], "vs0");
    assert_eq!(record["common_name"], "server.example.com");
    assert!(
        record.get("private_key").is_none() && record.get("intermediate_certificates").is_none()
    );
    assert_eq!(got.json()["records"], json!([record]));
    // Its key is kept with it.
    let kept = world.get(&format!(
        "{CERTIFICATES}?fields=azure&azure.verify_host=false"
    ));
    kept.refused(400, 262_179, None);
    let listed = world
        .get(&format!("{CERTIFICATES}?fields=azure&svm.name=vs0"))
        .json();
    assert_eq!(listed["records"][0]["azure"], json!({"verify_host": false}));
    // The same again, elsewhere.
    let body = with(
        with(body, "svm", Value::Null),
        "azure.verify_host",
        Value::Null,
    );
    let got = world.post(&body, 30, &hosts);
    assert_eq!(got.status, 201);
    let record = &got.json()["records"][0];
    assert_eq!(
        (&record["scope"], &record["azure"]),
        (&json!("cluster"), &json!({"verify_host": true}))
    );
}

#[test]
fn ca_certificates_are_downloaded_too() {
    let mut world = World::new();
    let hosts = vault(|| Ok(secret(PEM, &pair("root"))));
    for kind in ["client_ca", "server-ca"] {
        let body = with(body(), "type", json!(kind));
        let body = with(body, "name", json!(kind.replace('_', "-")));
        assert_eq!(world.post(&body, 30, &hosts).status, 201, "{kind}");
    }
}

/// A token, and then this.
#[allow(
    clippy::unnecessary_wraps,
    reason = "it is one of the answers of hosts"
)]
fn at_the_vault(request: &HttpRequest, answer: HttpResponse) -> Sent {
    match request.method() {
        "POST" => Ok(token()),
        _ => Ok(answer),
    }
}

#[test]
fn every_failure_with_and_without_waiting() {
    type Row = (&'static str, u32, u16, fn(&HttpRequest) -> Sent);
    let rows: [Row; 11] = [
        ("no token", 3_735_751, 500, |_| {
            Ok(HttpResponse::new(401, r#"{"error":"invalid_client"}"#))
        }),
        ("no OAuth host", 3_735_751, 500, |_| {
            Err("no route to host".into())
        }),
        ("no vault", 3_735_755, 500, |request| {
            match request.method() {
                "POST" => Ok(token()),
                _ => Err("timed out".into()),
            }
        }),
        ("redirect", 3_735_755, 500, |request| {
            at_the_vault(request, HttpResponse::new(302, ""))
        }),
        ("refused", 3_735_764, 500, |request| {
            let answer =
                r#"{"error":{"code":"Forbidden","message":"The user does not have access."}}"#;
            at_the_vault(request, HttpResponse::new(403, answer))
        }),
        ("no JSON", 3_735_754, 500, |request| {
            at_the_vault(request, HttpResponse::new(200, "x"))
        }),
        ("content type", 3_735_753, 500, |request| {
            at_the_vault(request, secret("text/plain", "x"))
        }),
        ("no key", 3_735_752, 500, |request| {
            at_the_vault(request, secret(PEM, &vector("server.pem")))
        }),
        ("password", 52_560_123, 400, |request| {
            at_the_vault(request, secret(PKCS12, &pkcs12("openssl.p12")))
        }),
        ("expired", 52_559_973, 400, |request| {
            at_the_vault(
                request,
                secret(PEM, &(vector("expired.pem") + &vector("server.key"))),
            )
        }),
        ("no match", 52_559_976, 400, |request| {
            at_the_vault(
                request,
                secret(PEM, &(vector("root.pem") + &vector("server.key"))),
            )
        }),
    ];
    each_row(rows, |(_, code, status, hosts)| {
        let mut world = World::new();
        let got = world.post(&body(), 30, &hosts);
        assert_eq!(
            (got.status, got.json()["error"]["code"].as_str()),
            (status, Some(&*code.to_string()))
        );
        let waited = got.json()["error"].clone();
        let got = world.post(&body(), 0, &hosts);
        assert_eq!(got.status, 202);
        let uuid = got.json()["job"]["uuid"].as_str().unwrap().to_owned();
        let pending = world.jobs.pop().unwrap();
        world.end(pending, &hosts);
        let job = world.job(&uuid);
        assert_eq!(
            (&job["state"], &job["code"]),
            (&json!("failure"), &json!(code))
        );
        assert_eq!(
            (&job["error"], &job["message"]),
            (&waited, &waited["message"])
        );
        assert!(!job["message"].as_str().unwrap().is_empty());
        world
            .get(&got.location.unwrap())
            .refused(404, 4, Some("uuid"));
        assert!(world.service.catalog().snapshot().unwrap().is_empty());
        // The name is free again.
        let granted = vault(|| Ok(secret(PEM, &pair("server"))));
        assert_eq!(world.post(&body(), 30, &granted).status, 201);
    });
    // FIPS mode, and the same certificate twice.
    let mut world = World::new();
    world.policy = policy().with_fips().into();
    let old = vault(|| Ok(secret(PKCS12, &pkcs12("empty-legacy.p12"))));
    world.post(&body(), 30, &old).refused(400, 52_559_974, None);
    let new = vault(|| Ok(secret(PKCS12, &pkcs12("empty.p12"))));
    assert_eq!(world.post(&body(), 30, &new).status, 201);
    let twin = with(body(), "name", json!("another"));
    world.post(&twin, 30, &new).refused(409, 1, Some("uuid"));
}

#[test]
fn what_can_be_refused_is_refused_at_once() {
    let mut world = World::new();
    let hosts = |_: &HttpRequest| -> Sent { panic!("nothing is sent") };
    let secret = "azure.client_secret";
    let rows = [
        (with(body(), "type", json!("root_ca")), 3_735_622, "type"),
        (with(body(), "name", Value::Null), 3_735_763, "name"),
        (with(body(), secret, Value::Null), 3_735_763, secret),
        (with(body(), "name", json!("a_b")), 3_735_762, "name"),
        (
            with(body(), "azure.timeout", json!(-1)),
            3_735_762,
            "azure.timeout",
        ),
        (
            with(body(), "azure.client_certificate", json!("x")),
            3_735_762,
            "azure.client_certificate",
        ),
        (
            with(
                with(body(), secret, Value::Null),
                "azure.client_certificate",
                json!("x"),
            ),
            3_735_756,
            "azure.client_certificate",
        ),
        (
            with(body(), "svm.name", json!("vs9")),
            2_621_462,
            "svm.name",
        ),
        (with(body(), "scope", json!("svm")), 2_621_707, "svm.name"),
        (
            with(body(), "public_certificate", json!("x")),
            3_735_762,
            "public_certificate",
        ),
        (
            with(body(), "private_key", json!("x")),
            3_735_762,
            "private_key",
        ),
        (
            with(body(), "intermediate_certificates", json!([])),
            3_735_762,
            "intermediate_certificates",
        ),
        (
            with(body(), "subject_alternatives.dns", json!(["a"])),
            3_735_762,
            "subject_alternatives",
        ),
        (with(body(), "key_size", json!(2048)), 3_735_762, "key_size"),
        (
            with(body(), "hash_function", json!("sha256")),
            3_735_762,
            "hash_function",
        ),
        (
            with(body(), "expiry_time", json!("P1D")),
            3_735_762,
            "expiry_time",
        ),
        (
            with(body(), "serial_number", json!("1")),
            3_735_645,
            "serial_number",
        ),
        (
            with(body(), "azure.client_secret", json!(["x"])),
            262_197,
            secret,
        ),
        (with(body(), "azure.x", json!(1)), 262_179, "azure.x"),
        (with(body(), "uuid", json!("x")), 262_196, "uuid"),
        (json!({"azure": {}}), 3_735_622, "type"),
        (json!({"records": [body()]}), 2, "records[0].azure"),
    ];
    for (body, code, target) in rows {
        for wait in [0, 30] {
            let got = world.post(&body, wait, &hosts);
            got.refused(400, code, Some(target));
            assert!(!got.text.contains(SECRET));
        }
    }
    assert!(world.jobs.is_empty());
    assert!(world.service.catalog().snapshot().unwrap().is_empty());
}

/// A host that does not send, and one that is started again.
#[test]
fn jobs_that_nobody_goes_on_with() {
    let mut world = World::new();
    let hosts = vault(|| Ok(secret(PEM, &pair("server"))));
    world.post(&body(), 0, &hosts);
    let job = world.jobs.pop().unwrap();
    let response = job.run(&world.policy, &mut world.rng);
    Got::of(response).refused(500, 3_735_755, None);
    let uuid = world.post(&body(), 0, &hosts).json()["job"]["uuid"]
        .as_str()
        .unwrap()
        .to_owned();
    let job = world.jobs.pop().unwrap().answer(Ok(token()));
    assert_eq!(world.job(&uuid)["state"], "running");
    drop(job);
    assert_eq!(world.service.catalog().recover(&world.policy).unwrap(), 1);
    assert_eq!(world.job(&uuid)["state"], "failure");
    // An answer that nobody waits for does nothing.
    world.post(&body(), 0, &hosts);
    let mut job = world.jobs.pop().unwrap();
    while let Some(request) = job.request() {
        let answer = hosts(request);
        job = job.answer(answer);
    }
    let job = job.answer(Err("too late".into()));
    assert_eq!(job.run(&world.policy, &mut world.rng).status(), 201);
}

#[test]
fn nothing_secret_is_kept_or_shown() {
    let mut world = World::new();
    let proxy = json!({"type": "http", "host": "p", "port": 1, "username": "me", "password": "proxy-password"});
    let body = with(body(), "azure.proxy", proxy);
    let hosts = vault(|| Ok(secret(PEM, &pair("server"))));
    let got = world.post(&body, 0, &hosts);
    let mut shown = format!("{} {:?}", got.text, world.jobs);
    let uuid = got.json()["job"]["uuid"].as_str().unwrap().to_owned();
    shown += &world.job(&uuid).to_string();
    let job = world.jobs.pop().unwrap();
    shown += &world.end(job, &hosts).text;
    shown += &world.job(&uuid).to_string();
    shown += &world.get(&format!("{CERTIFICATES}?fields=**")).text;
    let catalog = world.service.catalog();
    for record in catalog.snapshot().unwrap().iter() {
        write!(shown, "{record:?}").unwrap();
    }
    let job = catalog.job(uuid.parse().unwrap(), &world.policy).unwrap();
    write!(shown, "{job:?}").unwrap();
    let key = vector("server.key");
    let line = key.lines().nth(3).unwrap();
    for hidden in [
        SECRET,
        "a~secret",
        TOKEN,
        "proxy-password",
        "12345678-abcd",
        "87654321",
        "vault.azure",
        line,
    ] {
        assert!(!shown.contains(hidden), "{hidden}");
    }
    assert!(shown.contains("verify_host"));
}

/// By the typed API, under another name than in the vault.
#[test]
fn by_the_catalog_alone() {
    let catalog = Catalog::new(MemoryStore::new(), Machine);
    let policy = CatalogPolicy::from(policy());
    let request = DownloadRequest::client("in-the-vault", "https://example.vault.azure.net")
        .with_client("application", "tenant")
        .with_client_secret(SECRET)
        .with_verify_host(false);
    let addition = Addition::from(request).with_name("my own name");
    let mut rng = rng(5);
    let Added::Work(mut work) = catalog.add(&addition, &policy, &mut rng).unwrap() else {
        panic!("it is a job");
    };
    let job = work.job();
    let hosts = vault(|| Ok(secret(PEM, &pair("server"))));
    let mut asked = Vec::new();
    while let Some(request) = work.request() {
        asked.push(request.url().to_owned());
        let answer = hosts(request);
        work = catalog.answer(work, answer);
    }
    assert_eq!(
        asked[1],
        "https://example.vault.azure.net/secrets/in-the-vault?api-version=7.4"
    );
    assert!(format!("{work:?}").contains("Work") && !format!("{work:?}").contains(SECRET));
    let added = catalog.run(work, &policy, &mut rng).unwrap().unwrap();
    assert_eq!(
        (&*added.record.name, added.record.verify_host),
        ("my own name", Some(false))
    );
    assert_eq!(catalog.job(job, &policy).unwrap().state, JobState::Success);
    let list = [addition];
    let error = catalog.add_all(&list, &policy, &mut rng).unwrap_err();
    assert_eq!(
        (error.code().value(), error.target()),
        (2, Some("records[0].azure"))
    );
}
