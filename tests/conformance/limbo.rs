//! Cases of C2SP/x509-limbo.

use crate::{Case, common, compare, list, suite, text};
use certwright::{ChainRequest, Policy, Purpose, Time};
use serde_json::Value;
use std::collections::BTreeMap;

fn texts(value: &Value) -> Vec<String> {
    list(value)
        .iter()
        .map(|value| text(value).to_owned())
        .collect()
}

fn request(case: &Value) -> ChainRequest {
    let mut request = ChainRequest::new(text(&case["peer_certificate"]));
    request.intermediate_certificates = texts(&case["untrusted_intermediates"]);
    request.trust_anchors = texts(&case["trusted_certs"]);
    request.purpose = match text(&case["validation_kind"]) {
        "SERVER" => Purpose::Server,
        "CLIENT" => Purpose::Client,
        other => panic!("unknown kind {other}"),
    };
    let peer = case["expected_peer_name"]["value"].as_str();
    request.peer_name = peer.map(str::to_owned);
    request
}

/// The instant that a case takes place at, to the second; that of the tests, if it may be any.
fn policy(case: &Value) -> Policy {
    let Some(time) = case["validation_time"].as_str() else {
        return common::policy();
    };
    let seconds = time.split_once('.').map_or(time, |(seconds, _)| seconds);
    let seconds = seconds.trim_end_matches("+00:00");
    Policy::at(format!("{seconds}Z").parse::<Time>().unwrap())
}

#[test]
fn verdicts_are_those_of_limbo() {
    let Some(file) = suite("CERTWRIGHT_LIMBO", "limbo-half.json") else {
        return;
    };
    let entries: BTreeMap<_, _> = list(&file["testcases"])
        .iter()
        .map(|entry| (text(&entry["id"]), entry))
        .collect();
    let cases: Vec<_> = entries
        .iter()
        .map(|(id, entry)| Case {
            id: (*id).to_owned(),
            request: request(entry),
            policy: policy(entry),
            is_valid: entry["expected_result"] == "SUCCESS",
        })
        .collect();
    let differences = compare("limbo", &cases, include_str!("limbo_exceptions.txt"));
    for difference in &differences {
        let entry = entries[&*difference.id];
        // Rules of browsers for public CAs, and features that the suite calls optional, may differ.
        let may_differ = !list(&entry["features"]).is_empty()
            || difference.id.starts_with("webpki::") && entry["expected_result"] == "FAILURE";
        assert!(may_differ, "{}: {}", difference.id, difference.said);
    }
    assert!(differences.len() * 100 <= cases.len() * 15);
}
