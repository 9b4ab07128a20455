//! Cases of C2SP/x509-limbo: those of the family `webpki::` in the profile `web_pki`, all others in
//! `rfc5280`.

#[path = "../common/mod.rs"]
mod common;

use certwright::{
    Certificate, Error, PathOptions, PeerName, Policy, Profile, PublicSuffixes, Time, TrustStore,
    ValidatedChain,
};
use common::suite::{Case, compare, list, suite, text};
use serde_json::Value;
use std::collections::BTreeMap;

fn certificates(value: &Value) -> Result<Vec<Certificate>, Error> {
    let texts = list(value).iter();
    texts.map(|pem| Certificate::from_pem(text(pem))).collect()
}

fn options(case: &Value) -> PathOptions {
    let mut options = match text(&case["validation_kind"]) {
        "SERVER" => PathOptions::default(),
        "CLIENT" => PathOptions::client(),
        other => panic!("unknown kind {other}"),
    };
    let peer = case["expected_peer_name"]["value"].as_str();
    if text(&case["id"]).starts_with("webpki::") {
        options.profile = Profile::WebPki;
        options.public_suffixes = PublicSuffixes::parse("com\nco.uk\ns3.amazonaws.com\n");
    }
    options.peer_names = peer.into_iter().map(PeerName::host).collect();
    for name in list(&case["expected_peer_names"]) {
        let value = text(&name["value"]);
        options.peer_names.push(match text(&name["kind"]) {
            "RFC822" => PeerName::Mailbox(value.to_owned()),
            _ => PeerName::host(value),
        });
    }
    let most = case["max_chain_depth"].as_u64();
    options.max_intermediates = most.map(|most| most.try_into().unwrap());
    options
}

fn verdict(case: &Value) -> Result<ValidatedChain, Error> {
    let leaf = Certificate::from_pem(text(&case["peer_certificate"]))?;
    let intermediates = certificates(&case["untrusted_intermediates"])?;
    let store = TrustStore::new(certificates(&case["trusted_certs"])?);
    store.verify(&leaf, &intermediates, &options(case), &policy(case))
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
            is_valid: entry["expected_result"] == "SUCCESS",
            verdict: verdict(entry),
        })
        .collect();
    let differences = compare("limbo", &cases, include_str!("exceptions.txt"));
    for difference in &differences {
        let entry = entries[&*difference.id];
        // What the suite calls optional may differ.
        let may_differ = !list(&entry["features"]).is_empty();
        assert!(may_differ, "{}: {}", difference.id, difference.said);
    }
    assert!(differences.len() * 100 <= cases.len() * 5);
}
