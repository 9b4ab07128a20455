//! The verdicts of `validate_chain` on cases of C2SP/x509-limbo, a conformance suite of others.
//!
//! `CERTWRIGHT_LIMBO` names a file of cases; without it a copy beside the repository is taken, and
//! where there is none the test is skipped. `tests/conformance_exceptions.txt` lists every case
//! that ends otherwise than the suite expects, with the reason.

mod common;

use certwright::{ChainRequest, Policy, Purpose, Time, validate_chain};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

fn cases() -> Option<Vec<Value>> {
    let beside =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance/limbo-half.json");
    let path = std::env::var_os("CERTWRIGHT_LIMBO").map_or(beside, PathBuf::from);
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("SKIPPED: no conformance cases at {}", path.display());
        return None;
    };
    let file: Value = serde_json::from_str(&text).unwrap();
    Some(file["testcases"].as_array().unwrap().clone())
}

/// Case id and reason.
fn exceptions() -> BTreeMap<&'static str, &'static str> {
    include_str!("conformance_exceptions.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once(' ').expect("an id and a reason"))
        .collect()
}

fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().unwrap().iter();
    list.map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// The request of a case and the instant it takes place at, to the second.
fn request(case: &Value) -> (ChainRequest, Policy) {
    let mut request = ChainRequest::new(case["peer_certificate"].as_str().unwrap());
    request.intermediate_certificates = texts(&case["untrusted_intermediates"]);
    request.trust_anchors = texts(&case["trusted_certs"]);
    request.purpose = match case["validation_kind"].as_str().unwrap() {
        "SERVER" => Purpose::Server,
        "CLIENT" => Purpose::Client,
        other => panic!("unknown kind {other}"),
    };
    request.peer_name = case["expected_peer_name"]["value"]
        .as_str()
        .map(str::to_owned);
    let now = match case["validation_time"].as_str() {
        Some(time) => {
            let seconds = time.split_once('.').map_or(time, |(seconds, _)| seconds);
            let seconds = seconds.trim_end_matches("+00:00");
            format!("{seconds}Z").parse::<Time>().unwrap()
        }
        None => SystemTime::now().into(),
    };
    (request, Policy::at(now))
}

#[test]
fn verdicts_are_those_of_the_suite() {
    let Some(cases) = cases() else {
        return;
    };
    let exceptions = exceptions();
    let (mut agreed, mut wrong) = (0, Vec::new());
    for case in &cases {
        let id = case["id"].as_str().unwrap();
        let (request, policy) = request(case);
        let verdict = validate_chain(&request, &policy);
        let same = verdict.is_ok() == (case["expected_result"] == "SUCCESS");
        agreed += usize::from(same);
        let shown = verdict.map_or_else(|error| error.to_string(), |_| "accepted".to_owned());
        match (same, exceptions.contains_key(id)) {
            (true, true) => wrong.push(format!("{id} is an exception no more: {shown}")),
            (false, false) => wrong.push(format!(
                "{id}: {shown}, not {}",
                case["expected_result"].as_str().unwrap()
            )),
            _ => {}
        }
        if !same && case["features"].as_array().unwrap().is_empty() {
            let may_differ = id.starts_with("webpki::") && case["expected_result"] == "FAILURE";
            assert!(may_differ, "{id} is no rule of browsers alone: {shown}");
        }
    }
    println!("conformance: {agreed} of {} cases agree", cases.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(agreed * 100 >= cases.len() * 85);
}
