//! A POST with `azure`: the job, and what of it is shown.

use crate::common::rows::each_row;
use crate::common::{policy, rng, vector};
use crate::rest::{CERTIFICATES, Got, TestHost, World};
use crate::world::{PEM, PKCS12, SECRET, TOKEN, body, pair, pkcs12, secret, token, with};
use certwright::azure::{DownloadRequest, HttpRequest, HttpResponse};
use certwright::catalog::{Added, Addition, Catalog, CatalogPolicy, JobState, MemoryStore};
use certwright::service::PendingJob;
use serde_json::{Value, json};
use std::fmt::Write as _;

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

/// Runs a job to its end, as a host does.
fn end(world: &mut World, mut job: PendingJob, hosts: Hosts<'_>) -> Got {
    while let Some(request) = job.request() {
        let answer = hosts(request);
        job = job.answer(answer);
    }
    Got::of(job.run(&world.policy, &mut world.rng))
}

fn post(world: &mut World, body: &Value, wait: u32, hosts: Hosts<'_>) -> Got {
    let target = format!("{CERTIFICATES}?return_timeout={wait}&return_records=true");
    let request = world.request("POST", &target, &[], &body.to_string());
    world.ask_with(request, |world, job| end(world, job, hosts))
}

fn get(world: &mut World, target: &str) -> Got {
    world.send("GET", target, "")
}

#[test]
fn it_is_always_a_job() {
    let mut world = World::new();
    let hosts = vault(|| Ok(secret(PKCS12, &pkcs12("empty.p12"))));
    let body = with(body(), "azure.verify_host", json!(false));
    let body = with(body, "svm.name", json!("svm1"));
    let got = post(&mut world, &body, 0, &hosts);
    assert_eq!(got.status, 202);
    let place = got.header("location").unwrap().to_owned();
    let uuid = got.json()["job"]["uuid"].as_str().unwrap().to_owned();
    let href = format!("/api/cluster/jobs/{uuid}");
    let expected = json!({"job": {"uuid": uuid, "_links": {"self": {"href": href}}}});
    assert_eq!(got.json(), expected);
    // Until it is done the record is not there, and its name nobody else's.
    get(&mut world, &place).refused(404, 4, "uuid");
    assert_eq!(world.job(&uuid).json()["state"], "queued");
    post(&mut world, &body, 0, &hosts).refused(409, 1, "uuid");
    let job = world.jobs.pop().unwrap();
    let got = end(&mut world, job, &hosts);
    assert_eq!((got.status, got.header("location")), (201, Some(&*place)));
    let job = world.job(&uuid).json();
    assert_eq!(
        (&job["state"], &job["message"], &job["code"]),
        (&json!("success"), &json!("success"), &json!(0))
    );
    let record = get(&mut world, &place).json();
    assert_eq!(record["name"], "www-example-com");
    assert_eq!(record["azure"], json!({"verify_host": false}));
    assert_eq!(record["svm"]["name"], "svm1");
    assert_eq!(record["common_name"], "server.example.com");
    assert!(
        record.get("private_key").is_none() && record.get("intermediate_certificates").is_none()
    );
    assert_eq!(got.json()["records"], json!([record]));
    // Its key is kept with it.
    let kept = get(
        &mut world,
        &format!("{CERTIFICATES}?fields=azure&azure.verify_host=false"),
    );
    kept.refused(400, 262_179, "");
    let listed = get(
        &mut world,
        &format!("{CERTIFICATES}?fields=azure&svm.name=svm1"),
    )
    .json();
    assert_eq!(listed["records"][0]["azure"], json!({"verify_host": false}));
    // The same again, elsewhere.
    let body = with(
        with(body, "svm", Value::Null),
        "azure.verify_host",
        Value::Null,
    );
    let got = post(&mut world, &body, 30, &hosts);
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
        assert_eq!(post(&mut world, &body, 30, &hosts).status, 201, "{kind}");
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
        let got = post(&mut world, &body(), 30, &hosts);
        assert_eq!(
            (got.status, got.json()["error"]["code"].as_str()),
            (status, Some(&*code.to_string()))
        );
        let waited = got.json()["error"].clone();
        let got = post(&mut world, &body(), 0, &hosts);
        assert_eq!(got.status, 202);
        let uuid = got.json()["job"]["uuid"].as_str().unwrap().to_owned();
        let pending = world.jobs.pop().unwrap();
        end(&mut world, pending, &hosts);
        let job = world.job(&uuid).json();
        assert_eq!(
            (&job["state"], &job["code"]),
            (&json!("failure"), &json!(code))
        );
        assert_eq!(
            (&job["error"], &job["message"]),
            (&waited, &waited["message"])
        );
        assert!(!job["message"].as_str().unwrap().is_empty());
        get(&mut world, got.header("location").unwrap()).refused(404, 4, "uuid");
        assert!(world.service.catalog().snapshot().unwrap().is_empty());
        // The name is free again.
        let granted = vault(|| Ok(secret(PEM, &pair("server"))));
        assert_eq!(post(&mut world, &body(), 30, &granted).status, 201);
    });
    // FIPS mode, and the same certificate twice.
    let mut world = World::new();
    world.policy = policy().with_fips().into();
    let old = vault(|| Ok(secret(PKCS12, &pkcs12("empty-legacy.p12"))));
    post(&mut world, &body(), 30, &old).refused(400, 52_559_974, "");
    let new = vault(|| Ok(secret(PKCS12, &pkcs12("empty.p12"))));
    assert_eq!(post(&mut world, &body(), 30, &new).status, 201);
    let twin = with(body(), "name", json!("another"));
    post(&mut world, &twin, 30, &new).refused(409, 1, "uuid");
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
            let got = post(&mut world, &body, wait, &hosts);
            got.refused(400, code, target);
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
    post(&mut world, &body(), 0, &hosts);
    let job = world.jobs.pop().unwrap();
    let response = job.run(&world.policy, &mut world.rng);
    Got::of(response).refused(500, 3_735_755, "");
    let uuid = post(&mut world, &body(), 0, &hosts).json()["job"]["uuid"]
        .as_str()
        .unwrap()
        .to_owned();
    let job = world.jobs.pop().unwrap().answer(Ok(token()));
    assert_eq!(world.job(&uuid).json()["state"], "running");
    drop(job);
    assert_eq!(world.service.catalog().recover(&world.policy).unwrap(), 1);
    assert_eq!(world.job(&uuid).json()["state"], "failure");
    // An answer that nobody waits for does nothing.
    post(&mut world, &body(), 0, &hosts);
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
    let got = post(&mut world, &body, 0, &hosts);
    let mut shown = format!("{} {:?}", got.text, world.jobs);
    let uuid = got.json()["job"]["uuid"].as_str().unwrap().to_owned();
    shown += &world.job(&uuid).json().to_string();
    let job = world.jobs.pop().unwrap();
    shown += &end(&mut world, job, &hosts).text;
    shown += &world.job(&uuid).json().to_string();
    shown += &get(&mut world, &format!("{CERTIFICATES}?fields=**")).text;
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
    let catalog = Catalog::new(MemoryStore::new(), TestHost::default());
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
