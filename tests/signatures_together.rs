//! The signatures of a path are checked together, none of them twice, and few that no answer needs.

mod common;

use certwright::hooks::signatures_together;
use certwright::{ChainRequest, ChainRule, InstallRequest, install, validate_chain};
use common::issue::{Cert, DAY, Key};
use common::policy;

const HOST: &str = "www.example.com";

/// The certificates of the path; or the rule that is broken. And how many signatures were checked each
/// time.
fn validate(leaf: &Cert, others: &[Cert], root: &Cert) -> (Result<usize, ChainRule>, Vec<usize>) {
    let mut request = ChainRequest::new(leaf.pem()).with_trust_anchor(root.pem());
    request.intermediate_certificates = others.iter().map(Cert::pem).collect();
    signatures_together();
    let verdict = validate_chain(&request, &policy());
    let verdict = verdict.map(|chain| chain.path.len());
    let verdict = verdict.map_err(|error| error.chain_defect().unwrap().rule.clone());
    (verdict, signatures_together())
}

/// As it would be if another key had signed it.
fn forged(mut cert: Cert) -> Cert {
    cert.signer = Key::p256("forger");
    cert
}

#[test]
fn those_of_a_path_are_checked_at_once() {
    let root = Cert::root("root");
    let upper = Cert::ca("upper", &root);
    let lower = Cert::ca("lower", &upper);
    let leaf = Cert::leaf(HOST, &lower);
    let others = [lower, upper];
    assert_eq!(validate(&leaf, &others, &root), (Ok(4), vec![3]));
    // A path that comes to no end is not followed up.
    let stranger = Cert::root("stranger");
    let (verdict, together) = validate(&leaf, &others, &stranger);
    assert_eq!((verdict, together), (Err(ChainRule::NoIssuer), vec![1, 1]));
}

#[test]
fn a_bad_signature_in_the_middle_leaves_the_other_way() {
    let root = Cert::root("root");
    let good = Cert::ca("ca", &root);
    let leaf = Cert::leaf(HOST, &good);
    // The one that is valid for longer is tried first.
    let mut bad = forged(good.clone());
    bad.not_after += DAY;
    let (verdict, together) = validate(&leaf, &[good, bad.clone()], &root);
    assert_eq!((verdict, together), (Ok(3), vec![2, 1]));
    let (verdict, together) = validate(&leaf, &[bad], &root);
    assert_eq!((verdict, together), (Err(ChainRule::Signature), vec![2]));
    let (verdict, _) = validate(&forged(leaf), &[Cert::ca("ca", &root)], &root);
    assert_eq!(verdict, Err(ChainRule::Signature));
}

#[test]
fn a_crowd_of_issuers_costs_no_more_than_one_path() {
    let root = Cert::root("root");
    let crowd: Vec<_> = (0..40)
        .map(|number| Cert::ca("ca", &root).with_key(Key::p256(&format!("key {number}"))))
        .collect();
    let leaf = forged(Cert::leaf(HOST, &crowd[0]));
    let (verdict, together) = validate(&leaf, &crowd, &root);
    assert_eq!(verdict, Err(ChainRule::Signature));
    let checked: usize = together.iter().sum();
    assert!((41..=48).contains(&checked), "{together:?}");
}

#[test]
fn those_that_come_with_an_installed_certificate_too() {
    let root = Cert::root("root");
    let ca = Cert::ca("ca", &root);
    let leaf = Cert::leaf(HOST, &ca);
    let mut request = InstallRequest::server(leaf.pem(), &*leaf.key.private_pem());
    request.intermediate_certificates = vec![root.pem(), ca.pem()];
    signatures_together();
    install(&request, &policy()).unwrap();
    assert_eq!(signatures_together(), [3]);
}
