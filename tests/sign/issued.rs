//! The extensions of signed certificates as they stand in the DER: which there are, which of them
//! are critical.

use crate::common::issued::{expected, extensions};
use crate::common::{ca, policy, rng, vector};
use certwright::{CsrRequest, SignRequest, SubjectAlternatives, generate_csr, sign};
use const_oid::ObjectIdentifier;

fn signed(csr: String) -> Vec<(ObjectIdentifier, bool)> {
    let request = SignRequest::new(csr);
    let signed = sign(&ca("ca-p256"), &request, &policy(), &mut rng(1)).unwrap();
    extensions(&signed.public_certificate)
}

#[test]
fn other_extensions_of_a_request_are_dropped() {
    // It asks for name constraints, a policy and the OCSP no-check.
    assert_eq!(signed(vector("csr-constraints.pem")), expected(Some(false)));
    assert_eq!(signed(vector("csr-ca.pem")), expected(Some(false)));
    assert_eq!(signed(vector("csr-usages.pem")), expected(Some(false)));
}

#[test]
fn alternative_names_are_critical_where_the_subject_is_empty() {
    assert_eq!(
        signed(vector("csr-empty-subject.pem")),
        expected(Some(true))
    );
    assert_eq!(signed(vector("csr-sans.pem")), expected(Some(false)));
    assert_eq!(signed(vector("csr-no-cn-san.pem")), expected(Some(false)));
    assert_eq!(signed(vector("csr-no-dns-name.pem")), expected(None));
    let names = SubjectAlternatives::new().with_dns("a.example");
    let request = CsrRequest::for_names(names).with_algorithm("ec");
    let csr = generate_csr(&request, &policy(), &mut rng(1)).unwrap().csr;
    assert_eq!(signed(csr), expected(Some(true)));
}
