//! NIST's PKITS: every run, with the settings of RFC 5280 section 6.1.1 that it asks for, without
//! revocation and with its lists.

#[path = "../common/mod.rs"]
mod common;

use base64ct::{Base64, Encoding};
use certwright::{
    Certificate, CertificatePolicy, ChainRule, Crl, CrlStore, PathOptions, Policy, Profile,
    Revocation, Time, TrustStore,
};
use common::suite::{Case, compare, list, suite, text};
use serde_json::Value;
use std::collections::BTreeMap;

/// The policies that `names` has, sorted.
fn policies(names: &Value) -> Vec<CertificatePolicy> {
    let mut policies: Vec<_> = list(names)
        .iter()
        .map(|name| text(name).parse().unwrap())
        .collect();
    policies.sort();
    policies
}

fn options(run: &Value, profile: Profile) -> PathOptions {
    let settings = &run["settings"];
    let is_set = |name: &str| settings[name].as_bool().unwrap();
    let mut options = PathOptions::any();
    options.profile = profile;
    options.initial_explicit_policy = is_set("explicit_policy");
    options.initial_policy_mapping_inhibit = is_set("inhibit_policy_mapping");
    options.initial_any_policy_inhibit = is_set("inhibit_any_policy");
    options.user_initial_policies = policies(&run["user_initial_policies"]);
    options
}

/// A suite with what it has read once.
struct Pkits {
    tests: Vec<Value>,
    certificates: BTreeMap<String, Certificate>,
    /// DER, as some of them cannot be used.
    crls: BTreeMap<String, Vec<u8>>,
    policy: Policy,
}

impl Pkits {
    fn read() -> Option<Self> {
        let file = suite("CERTWRIGHT_PKITS", "pkits.json")?;
        let now = text(&file["validation_time"]).parse::<Time>().unwrap();
        let crls = file["crls"].as_object().unwrap().iter();
        let certificates = file["certificates"].as_object().unwrap().iter();
        Some(Self {
            tests: list(&file["tests"]).to_vec(),
            certificates: certificates
                .map(|(name, pem)| (name.clone(), Certificate::from_pem(text(pem)).unwrap()))
                .collect(),
            crls: crls
                .map(|(name, der)| (name.clone(), Base64::decode_vec(text(der)).unwrap()))
                .collect(),
            policy: Policy::at(now),
        })
    }

    fn certificate(&self, name: &Value) -> Certificate {
        self.certificates[text(name)].clone()
    }

    fn crls(&self, run: &Value) -> CrlStore {
        let ders = list(&run["crls"]).iter().map(|name| &self.crls[text(name)]);
        CrlStore::new(ders.filter_map(|der| Crl::from_der(der.as_slice()).ok()))
    }

    fn run(&self, run: &Value, profile: Profile, revocation: Revocation) -> Case {
        let intermediates = list(&run["intermediates"]).iter();
        let others = run["crl_certificates"].as_array();
        let intermediates: Vec<_> = intermediates
            .chain(others.into_iter().flatten())
            .map(|name| self.certificate(name))
            .collect();
        let options = options(run, profile).with_revocation(revocation, self.crls(run));
        let verdict = TrustStore::new([self.certificate(&run["anchor"])]).verify(
            &self.certificate(&run["leaf"]),
            &intermediates,
            &options,
            &self.policy,
        );
        let id = text(&run["id"]).to_owned();
        let expected = &run["user_constrained_policies"];
        if let (Ok(chain), true) = (&verdict, expected.is_array()) {
            assert_eq!(chain.user_constrained_policies, policies(expected), "{id}");
        }
        Case {
            id,
            is_valid: run[expected_verdict(revocation)] == "valid",
            verdict,
        }
    }

    fn compare(&self, suite: &str, profile: Profile, revocation: Revocation, exceptions: &str) {
        let run = |run| self.run(run, profile, revocation);
        let cases: Vec<_> = self.tests.iter().map(run).collect();
        compare(suite, &cases, exceptions);
        compare_reasons(suite, profile, &cases);
    }
}

/// Runs that are refused for another reason than their test's, which is why.
const OTHER_REASONS: [(&str, &str); 2] = [
    (
        "4.1.6",
        "signed with DSA and SHA-1, which are not accepted before the signature is looked at",
    ),
    (
        "4.5.8",
        "the certificate of the key for lists has no basicConstraints either, which are looked at first",
    ),
];

/// The variant of a rule, without what it says.
fn kind(rule: &ChainRule) -> String {
    let text = format!("{rule:?}");
    let end = text.find(|letter: char| !letter.is_alphanumeric());
    text[..end.unwrap_or(text.len())].to_owned()
}

/// Checks that what is refused as the suite expects is refused for the reason of its test, or, in a profile
/// that judges how certificates are made, for what the profile has against them.
fn compare_reasons(suite: &str, profile: Profile, cases: &[Case]) {
    let expected: BTreeMap<_, _> = include_str!("reasons.txt")
        .lines()
        .filter_map(|line| line.split_once(' ').filter(|(id, _)| *id != "#"))
        .collect();
    let (mut same, mut wrong) = (0, Vec::new());
    let (mut of_profile, mut named) = (Vec::new(), Vec::new());
    for case in cases.iter().filter(|case| !case.is_valid) {
        let Err(error) = &case.verdict else { continue };
        let rule = &error.chain_defect().unwrap().rule;
        let (id, found) = (&*case.id, kind(rule));
        if found == expected[id] {
            same += 1;
        } else if let Some((_, why)) = OTHER_REASONS.iter().find(|(other, _)| *other == id) {
            named.push(format!("{id}, {why}"));
        } else if profile > Profile::Compatible && matches!(rule, ChainRule::Profile(_)) {
            of_profile.push(format!("{id} ({rule})"));
        } else {
            wrong.push(format!("{id}: {found}, not {}", expected[id]));
        }
    }
    println!(
        "{suite}: {same} runs are refused for the reason of their test; not: {}",
        named.join("; ")
    );
    if !of_profile.is_empty() {
        println!(
            "  and {} for what the profile asks: {}",
            of_profile.len(),
            of_profile.join(", ")
        );
    }
    assert!(wrong.is_empty(), "{suite}: {}", wrong.join("\n"));
}

fn expected_verdict(revocation: Revocation) -> &'static str {
    match revocation {
        Revocation::NotAsked => "expected_without_crls",
        _ => "expected",
    }
}

#[test]
fn verdicts_are_those_of_pkits() {
    let Some(pkits) = Pkits::read() else {
        return;
    };
    let compatible = include_str!("exceptions.txt");
    let rfc5280 = include_str!("rfc5280_exceptions.txt");
    let (without, with) = (Revocation::NotAsked, Revocation::RequiredForPath);
    pkits.compare(
        "pkits, compatible",
        Profile::Compatible,
        without,
        compatible,
    );
    pkits.compare(
        "pkits, compatible, with lists",
        Profile::Compatible,
        with,
        compatible,
    );
    let negative =
        "4.4.15 the serial number is -1; RFC 5280 section 4.1.2.2 asks for positive ones\n";
    let without_lists = format!("{negative}{rfc5280}");
    pkits.compare("pkits, rfc5280", Profile::Rfc5280, without, &without_lists);
    pkits.compare(
        "pkits, rfc5280, with lists",
        Profile::Rfc5280,
        with,
        rfc5280,
    );
}
