//! The extensions of issued certificates as they stand in the DER: which there are, which of them
//! are critical.

mod common;

use certwright::{
    CreateRequest, CsrRequest, SignRequest, SubjectAlternatives, create, generate_csr, sign,
};
use common::{ca, policy, rng, vector};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::{
    ID_CE_AUTHORITY_KEY_IDENTIFIER, ID_CE_BASIC_CONSTRAINTS, ID_CE_EXT_KEY_USAGE, ID_CE_KEY_USAGE,
    ID_CE_SUBJECT_ALT_NAME, ID_CE_SUBJECT_KEY_IDENTIFIER,
};
use der::Decode;
use x509_cert::Certificate;

/// Each extension and whether it is critical.
fn extensions(pem: &str) -> Vec<(ObjectIdentifier, bool)> {
    let (_, der) = pem_rfc7468::decode_vec(pem.as_bytes()).unwrap();
    let certificate = Certificate::from_der(&der).unwrap();
    let list = certificate.tbs_certificate().extensions().unwrap();
    list.iter()
        .map(|extension| (extension.extn_id, extension.critical))
        .collect()
}

fn signed(csr: String) -> Vec<(ObjectIdentifier, bool)> {
    let request = SignRequest::new(csr);
    let signed = sign(&ca("ca-p256"), &request, &policy(), &mut rng(1)).unwrap();
    extensions(&signed.public_certificate)
}

/// All that a certificate below a CA has; whether its alternative names are critical, if it has any.
fn expected(alternatives: Option<bool>) -> Vec<(ObjectIdentifier, bool)> {
    let mut list = vec![
        (ID_CE_BASIC_CONSTRAINTS, true),
        (ID_CE_KEY_USAGE, true),
        (ID_CE_EXT_KEY_USAGE, false),
    ];
    list.extend(alternatives.map(|critical| (ID_CE_SUBJECT_ALT_NAME, critical)));
    list.extend([
        (ID_CE_SUBJECT_KEY_IDENTIFIER, false),
        (ID_CE_AUTHORITY_KEY_IDENTIFIER, false),
    ]);
    list
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

#[test]
fn created_certificates_have_those_of_their_kind() {
    let made = |request: CreateRequest| {
        let request = request.with_algorithm("ec");
        let created = create(&request, &policy(), &mut rng(1)).unwrap();
        extensions(&created.public_certificate)
    };
    assert_eq!(
        made(CreateRequest::server("a.example")),
        expected(Some(false))
    );
    assert_eq!(made(CreateRequest::client("a.example")), expected(None));
    let mut root = expected(None);
    root.retain(|(oid, _)| *oid != ID_CE_EXT_KEY_USAGE);
    assert_eq!(made(CreateRequest::root_ca("ROOT")), root);
}
