//! Eight threads at once: pages while records come and go.

use crate::common::{rng, vector};
use crate::world::{CERTIFICATES, World, root_ca, server, with};
use certwright::catalog::CatalogPolicy;
use certwright::rand_core::Rng as _;
use certwright::service::{Answer, Service};
use http::Request;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::thread;
use std::time::{Duration, Instant};

/// How long the threads work: ten seconds in the gate.
fn time() -> Duration {
    let in_gate = std::env::var_os("CERTWRIGHT_REQUIRE_TOOLS").is_some();
    Duration::from_secs(if in_gate { 10 } else { 3 })
}

fn ask(
    service: &Service,
    policy: &CatalogPolicy,
    rng: &mut chacha20::ChaCha20Rng,
    method: &str,
    target: &str,
    body: &str,
) -> (u16, Value) {
    let request = Request::builder()
        .method(method)
        .uri(target)
        .header("Authorization", "x")
        .header("Accept", "*/*");
    let answer = service.answer(request.body(body.as_bytes().to_vec()).unwrap(), policy, rng);
    let response = match answer {
        Answer::Done(response) => response,
        Answer::Work { job, .. } => job.run(policy, rng),
        other => panic!("{other:?}"),
    };
    let status = response.status().as_u16();
    assert!(status < 500, "{}", String::from_utf8_lossy(response.body()));
    (status, serde_json::from_slice(response.body()).unwrap())
}

#[test]
fn every_record_that_stays_is_in_the_pages_once_and_no_name_is_there_twice() {
    let mut world = World::new();
    let steady: HashSet<String> = (0..40)
        .map(|number| {
            let scope = ["cluster1", "svm1", "svm2"][number % 3];
            let body = with(
                server(&format!("steady{number}")),
                json!({"name": format!("steady{number}"), "svm": {"name": scope}}),
            );
            world.add(body)
        })
        .collect();
    let (service, policy, end) = (&world.service, &world.policy, Instant::now() + time());
    let steady = &steady;
    thread::scope(|scope| {
        for seed in 0..5 {
            scope.spawn(move || {
                let mut rng = rng(20 + seed);
                while Instant::now() < end {
                    write(service, policy, &mut rng);
                }
            });
        }
        let readers: Vec<_> = [
            "",
            "&order_by=name",
            "&order_by=svm.name%20desc,expiry_time",
        ]
        .into_iter()
        .map(|order| {
            scope.spawn(move || {
                let (mut rng, mut rounds) = (rng(40), 0);
                while Instant::now() < end {
                    read(service, policy, &mut rng, order, steady);
                    rounds += 1;
                }
                rounds
            })
        })
        .collect();
        for reader in readers {
            assert!(reader.join().unwrap() > 3);
        }
    });
    certwright::catalog::testing::assert_whole(&*world.store, "after all");
}

/// One change, as the dice say.
fn write(service: &Service, policy: &CatalogPolicy, rng: &mut chacha20::ChaCha20Rng) {
    let dice = rng.next_u32();
    let policy = if dice & 0x100 == 0 {
        *policy
    } else {
        policy.with_dcn()
    };
    let name = format!("n{}", dice >> 4 & 7);
    let scope = ["cluster1", "svm1", "svm2"][(dice >> 10) as usize % 3];
    let scoped = |body| with(body, json!({"svm": {"name": scope}}));
    match dice % 5 {
        0 => {
            // A generated name is always free.
            let (status, body) = ask(
                service,
                &policy,
                rng,
                "POST",
                CERTIFICATES,
                &scoped(server(&name)).to_string(),
            );
            assert_eq!(status, 201, "{body}");
        }
        1 => {
            let body = with(scoped(root_ca(&name)), json!({"name": name}));
            let (status, body) = ask(
                service,
                &policy,
                rng,
                "POST",
                CERTIFICATES,
                &body.to_string(),
            );
            assert!(matches!(status, 201 | 409), "{body}");
        }
        2 => {
            let (status, body) = ask(
                service,
                &policy,
                rng,
                "DELETE",
                &format!("{CERTIFICATES}?common_name={name}"),
                "",
            );
            assert_eq!(status, 200, "{body}");
        }
        other => {
            let (_, body) = ask(
                service,
                &policy,
                rng,
                "GET",
                &format!("{CERTIFICATES}?type=root_ca&max_records=1"),
                "",
            );
            let Some(uuid) = body["records"][0]["uuid"].as_str() else {
                return;
            };
            let path = format!("{CERTIFICATES}/{uuid}");
            if other == 3 {
                let request =
                    json!({"signing_request": vector("csr-p256-san.pem"), "expiry_time": "P30D"})
                        .to_string();
                let (status, body) = ask(
                    service,
                    &policy,
                    rng,
                    "POST",
                    &format!("{path}/sign"),
                    &request,
                );
                assert!(matches!(status, 200 | 404), "{body}");
            } else {
                let (status, body) = ask(service, &policy, rng, "DELETE", &path, "");
                assert!(matches!(status, 200 | 404), "{body}");
            }
        }
    }
}

/// A walk through all pages.
fn read(
    service: &Service,
    policy: &CatalogPolicy,
    rng: &mut chacha20::ChaCha20Rng,
    order: &str,
    steady: &HashSet<String>,
) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut target = format!("{CERTIFICATES}?max_records=7&fields=name{order}");
    loop {
        let (status, body) = ask(service, policy, rng, "GET", &target, "");
        assert_eq!(status, 200, "{body}");
        let mut names = HashSet::new();
        for record in body["records"].as_array().unwrap() {
            let scope = record["svm"]["name"]
                .as_str()
                .unwrap_or("cluster1")
                .to_owned();
            assert!(
                names.insert((scope, record["name"].to_string())),
                "a name twice in a page"
            );
            *seen
                .entry(record["uuid"].as_str().unwrap().to_owned())
                .or_default() += 1;
        }
        match body["_links"]["next"]["href"].as_str() {
            Some(next) => next.clone_into(&mut target),
            None => break,
        }
    }
    assert!(seen.values().all(|count| *count == 1), "a record twice");
    assert!(
        steady.iter().all(|uuid| seen.contains_key(uuid)),
        "a record is lost"
    );
}
