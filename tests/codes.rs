//! Every numeric code: provoked by a request for each operation that lists it, or one that is raised
//! elsewhere.

mod common;

use certwright::ErrorCode as Code;
use certwright::{
    CertificateAuthority, ChainRequest, CreateRequest, CsrRequest, Error, InstallRequest, Policy,
    SignRequest, SubjectAlternatives, check_fips, create, generate_csr, inspect, install,
    match_key, sign, validate_chain,
};
use common::documented::{OPERATIONS, codes_of, codes_that_name};
use common::issue::{
    CODE_SIGNING, Cert, Extension, Key, UNKNOWN, algorithm, dns, extended_key_usage,
    name_constraints, rdn, rsa_spki, sequence,
};
use common::request::Csr;
use common::rows::each_named;
use common::{ca, policy, rng, vector};
use std::collections::BTreeSet;

fn fips() -> Policy {
    policy().with_fips()
}

#[track_caller]
fn created(request: &CreateRequest, policy: &Policy) -> Error {
    create(request, policy, &mut rng(1)).unwrap_err()
}

#[track_caller]
fn requested(request: &CsrRequest, policy: &Policy) -> Error {
    generate_csr(request, policy, &mut rng(1)).unwrap_err()
}

#[track_caller]
fn signed(ca: &CertificateAuthority, request: &SignRequest, policy: &Policy) -> Error {
    sign(ca, request, policy, &mut rng(1)).unwrap_err()
}

#[track_caller]
fn loaded(certificate: &str, key: &str, policy: &Policy) -> Error {
    CertificateAuthority::from_pem(certificate, key, policy).unwrap_err()
}

fn csr(name: &str) -> SignRequest {
    SignRequest::new(vector(name))
}

#[track_caller]
fn installed(request: &InstallRequest, policy: &Policy) -> Error {
    install(request, policy).unwrap_err()
}

fn chain(name: &str) -> ChainRequest {
    ChainRequest::new(vector(name))
}

#[track_caller]
fn chained(request: &ChainRequest) -> Error {
    validate_chain(request, &policy()).unwrap_err()
}

/// Raised by the catalog, by the reading of bodies in JSON (`bodies.rs`), by the host, or by operations
/// that do not exist yet.
const ELSEWHERE: &[u32] = &[
    3_735_646, 3_735_644, 3_735_679, 3_735_681, 3_735_650, 3_735_627, 3_735_589, 3_735_590,
    3_735_683, 52_560_272, 1, 2, 3, 4, 6, 262_179, 262_196, 262_197, 2_621_462, 2_621_706,
    2_621_707, 3_735_751, 3_735_752, 3_735_753, 3_735_754, 3_735_755, 3_735_756, 3_735_757,
    3_735_762, 3_735_763, 3_735_764,
];

/// The operation, its error, the code, the field.
type Row = (&'static str, Error, Code, &'static str);

#[rustfmt::skip]
fn signing() -> Vec<Row> {
    let (root, good, now) = (ca("root"), csr("server.csr"), policy());
    let constrained = Cert::root("Root").with(name_constraints(&[], &[dns("a.example")]));
    let constrained = CertificateAuthority::from_pem(&constrained.pem(), &constrained.key.private_pem(), &now).unwrap();
    vec![
        ("sign", signed(&root, &good.clone().with_hash_function("sha1"), &now), Code::HashNotSupported, "hash_function"),
        ("sign", signed(&root, &csr("csr-sha1.pem"), &now), Code::HashNotSupported, "signing_request"),
        ("sign", signed(&root, &good.clone().with_hash_function("sha1"), &fips()), Code::HashNotFips, "hash_function"),
        ("sign", signed(&root, &good.clone().with_expiry("PT1H"), &now), Code::ExpiryOutOfRange, "expiry_time"),
        ("sign", signed(&root, &SignRequest::new("x"), &now), Code::SigningFailed, "signing_request"),
        ("sign", signed(&root, &csr("csr-bad-signature.pem"), &now), Code::SigningFailed, "signing_request"),
        ("sign", signed(&root, &csr("csr-no-cn.pem"), &now), Code::CommonNameMissing, "signing_request"),
        ("sign", signed(&root, &Csr::named("a\nb").request(), &now), Code::CommonNameInvalid, "signing_request"),
        ("sign", signed(&root, &csr("csr-sha3.pem"), &now), Code::SigningFailed, "signing_request"),
        ("sign", signed(&root, &csr("reading/request-ecdsa-null.pem"), &now), Code::SigningFailed, "signing_request"),
        ("sign", signed(&root, &csr("reading/request-explicit.pem"), &now), Code::KeyTypeNotSupported, "signing_request"),
        ("sign", signed(&root, &csr("csr-dsa.pem"), &now), Code::KeyTypeNotSupported, "signing_request"),
        ("sign", signed(&root, &csr("csr-rsa1024.pem"), &now), Code::SigningFailed, "signing_request"),
        ("sign", signed(&root, &Csr::named("a\u{202e}b").request(), &now), Code::SigningFailed, "signing_request"),
        ("sign", signed(&constrained, &Csr::named("a.example").request(), &now), Code::SigningFailed, "signing_request"),
        ("sign", signed(&root, &Csr::named("a.example").with(extended_key_usage(&[CODE_SIGNING])).request(), &now), Code::SigningFailed, "signing_request"),
        ("sign", signed(&root, &csr("csr-rsa1024.pem"), &fips()), Code::CertificateNotFips, "signing_request"),
        ("sign", signed(&root, &csr("csr-sha1.pem"), &fips()), Code::CertificateNotFips, "signing_request"),
        ("sign", signed(&ca("ca-e3"), &good, &fips()), Code::CertificateNotFips, "ca_certificate"),
        ("sign", signed(&ca("ca-pathlen0"), &csr("csr-ca.pem"), &now), Code::CaCannotSign, "signing_request"),
        ("sign", signed(&root, &csr("csr-same-cn.pem"), &now), Code::SameCommonNameAsCa, "signing_request"),
        ("sign", signed(&root, &good, &Policy::at("2044-06-01T00:00:00Z".parse::<certwright::Time>().unwrap())), Code::OutlivesCa, "expiry_time"),
        ("sign", signed(&root, &good, &Policy::at("2045-06-01T00:00:00Z".parse::<certwright::Time>().unwrap())), Code::CaCannotSign, "ca_certificate"),
        ("sign", signed(&root, &SignRequest::new("x".repeat(1 << 21)), &now), Code::OutOfMemory, "signing_request"),
    ]
}

/// Certificates, requests and keys that are made.
#[rustfmt::skip]
fn making() -> Vec<Row> {
    let now = policy();
    let server = CreateRequest::server("server.example.com");
    let subject = CsrRequest::new("CN=server.example.com").with_algorithm("ec");
    let mut no_name = server.clone();
    no_name.common_name = None;
    let mut with_serial = server.clone();
    with_serial.serial_number = Some("01".into());
    let mut unknown = server.clone();
    unknown.r#type = "server_ca".into();
    let weak = server.clone().with_key_size(1024);
    let bad_names = SubjectAlternatives::new().with_ip("10.0.0.0/8");
    let mut many_names = SubjectAlternatives::new();
    many_names.dns = vec!["a.example".into(); 1001];
    vec![
        ("create", created(&unknown, &now), Code::TypeNotSupported, "type"),
        ("create", created(&with_serial, &now), Code::SerialNumberGiven, "serial_number"),
        ("create", created(&no_name, &now), Code::CommonNameMissing, "common_name"),
        ("create", created(&CreateRequest::server(" "), &now), Code::CommonNameMissing, "common_name"),
        ("create", created(&server.clone().with_hash_function("md5"), &now), Code::HashNotSupported, "hash_function"),
        ("create", created(&server.clone().with_hash_function("sha3"), &fips()), Code::HashNotSupported, "hash_function"),
        ("create", created(&server.clone().with_hash_function("SHA-1"), &fips()), Code::HashNotFips, "hash_function"),
        ("create", created(&weak, &fips()), Code::KeySizeNotFips, "key_size"),
        ("create", created(&weak, &now), Code::KeySizeNotSupported, "key_size"),
        ("create", created(&server.clone().with_key_size(4096), &fips()), Code::KeySizeNotSupported, "key_size"),
        ("create", created(&server.clone().with_expiry("P3653D"), &now), Code::ExpiryOutOfRange, "expiry_time"),
        ("create", created(&CreateRequest::client("a\0b"), &now), Code::CommonNameInvalid, "common_name"),
        ("create", created(&server.clone().with_subject_alternatives(bad_names.clone()), &now), Code::CreateFailed, "subject_alternatives.ip"),
        ("create", created(&server.clone().with_algorithm("dsa"), &now), Code::CreateFailed, "algorithm"),
        ("create", created(&server.clone().with_subject_alternatives(many_names.clone()), &now), Code::OutOfMemory, "subject_alternatives"),
        ("CSR", requested(&CsrRequest::default(), &now), Code::CommonNameMissing, "subject_name"),
        ("CSR", requested(&subject.clone().with_hash_function("md5"), &now), Code::HashNotSupported, "hash_function"),
        ("CSR", requested(&subject.clone().with_hash_function("md5"), &fips()), Code::HashNotFips, "hash_function"),
        ("CSR", requested(&subject.clone().with_security_strength(80), &fips()), Code::KeySizeNotFips, "security_strength"),
        ("CSR", requested(&subject.clone().with_security_strength(80), &now), Code::KeySizeNotSupported, "security_strength"),
        ("CSR", requested(&CsrRequest::new("CN=a").with_security_strength(256), &now), Code::KeySizeNotSupported, "security_strength"),
        ("CSR", requested(&CsrRequest::new(format!("CN={}", "a".repeat(65))), &now), Code::CommonNameInvalid, "subject_name"),
        ("CSR", requested(&CsrRequest::new("CN=a,X=b"), &now), Code::CreateFailed, "subject_name"),
        ("CSR", requested(&subject.clone().with_key_usages(["signing"]), &now), Code::CreateFailed, "key_usages"),
        ("CSR", requested(&CsrRequest::new("CN=a".repeat(2000)), &now), Code::OutOfMemory, "subject_name"),
        ("CSR", requested(&CsrRequest::for_names(many_names), &now), Code::OutOfMemory, "subject_alternatives"),
        ("CSR", requested(&subject.clone().with_extended_key_usages(["any"; 101]), &now), Code::OutOfMemory, "extended_key_usages"),
    ]
}

#[rustfmt::skip]
fn loading() -> Vec<Row> {
    let now = policy();
    let (root_pem, root_key) = (vector("root.pem"), vector("root.key"));
    let unknown_critical = Cert::root("Root").with(Extension::critical(UNKNOWN, vec![5, 0]));
    let mut weak_ca = Cert::ca("CA", &Cert::root("Root"));
    weak_ca.signer.algorithm = algorithm("1.2.840.10045.4.1");
    let huge = huge();
    vec![
        ("CA load", loaded("", &root_key, &now), Code::CaCannotSign, "ca_certificate"),
        ("CA load", loaded(&root_pem, &vector("root.encrypted.key"), &now), Code::CaCannotSign, "ca_private_key"),
        ("CA load", loaded(&root_pem, &vector("server.key"), &now), Code::CaCannotSign, "ca_private_key"),
        ("CA load", loaded(&root_pem, &vector("ed25519.key"), &now), Code::KeyTypeNotSupported, "ca_private_key"),
        ("CA load", loaded(&vector("ca-false.pem"), &root_key, &now), Code::CaCannotSign, "ca_certificate"),
        ("CA load", loaded(&vector("ca-no-cert-sign.pem"), &root_key, &now), Code::CaCannotSign, "ca_certificate"),
        ("CA load", loaded(&vector("ca-rsa1024.pem"), &vector("ca-rsa1024.key"), &now), Code::CaCannotSign, "ca_certificate"),
        ("CA load", loaded(&unknown_critical.pem(), &unknown_critical.key.private_pem(), &now), Code::CaCannotSign, "ca_certificate"),
        ("CA load", loaded(&vector("ca-empty-subject.pem"), &root_key, &now), Code::IssuerUnusable, "ca_certificate"),
        ("CA load", loaded(&weak_ca.pem(), &weak_ca.key.private_pem(), &now), Code::HashNotSupported, "ca_certificate"),
        ("CA load", loaded(&huge, &root_key, &now), Code::OutOfMemory, "ca_certificate"),
        ("CA load", loaded(&root_pem, &huge, &now), Code::OutOfMemory, "ca_private_key"),
    ]
}

#[rustfmt::skip]
fn reading() -> Vec<Row> {
    let (root_pem, root_key) = (vector("root.pem"), vector("root.key"));
    let huge = huge();
    vec![
        ("match", match_key(&root_pem, &vector("reading/key-pss.pem")).unwrap_err(), Code::KeyTypeNotSupported, "private_key"),
        ("match", match_key(&root_pem, &vector("reading/key-explicit-sec1.pem")).unwrap_err(), Code::KeyTypeNotSupported, "private_key"),
        ("match", match_key(&vector("reading/pkcs7.pem"), &root_key).unwrap_err(), Code::CertificateUnreadable, "public_certificate"),
        ("match", match_key("", &root_key).unwrap_err(), Code::CertificateUnreadable, "public_certificate"),
        ("match", match_key(&root_pem, "").unwrap_err(), Code::PrivateKeyUnreadable, "private_key"),
        ("match", match_key(&root_pem, &vector("dsa.key")).unwrap_err(), Code::KeyTypeNotSupported, "private_key"),
        ("match", match_key(&root_pem, &vector("ed25519.key")).unwrap_err(), Code::KeyTypeNotSupported, "private_key"),
        ("match", match_key(&root_pem, &vector("server.key")).unwrap_err(), Code::KeyMismatch, "private_key"),
        ("match", match_key(&huge, &root_key).unwrap_err(), Code::OutOfMemory, "public_certificate"),
        ("match", match_key(&root_pem, &huge).unwrap_err(), Code::OutOfMemory, "private_key"),
        ("inspect", inspect(&root_key).unwrap_err(), Code::CertificateUnreadable, "public_certificate"),
        ("inspect", inspect(&huge).unwrap_err(), Code::OutOfMemory, "public_certificate"),
        ("FIPS check", check_fips("").unwrap_err(), Code::CertificateUnreadable, "public_certificate"),
        ("FIPS check", check_fips(&vector("rsa1024.pem")).unwrap_err(), Code::CertificateNotFips, "public_certificate"),
        ("FIPS check", check_fips(&vector("sha1.pem")).unwrap_err(), Code::CertificateNotFips, "public_certificate"),
        ("FIPS check", check_fips(&vector("md5.pem")).unwrap_err(), Code::CertificateNotFips, "public_certificate"),
        ("FIPS check", check_fips(&vector("ed25519.pem")).unwrap_err(), Code::CertificateNotFips, "public_certificate"),
        ("FIPS check", check_fips(&vector("secp256k1.pem")).unwrap_err(), Code::CertificateNotFips, "public_certificate"),
        ("FIPS check", check_fips(&huge).unwrap_err(), Code::OutOfMemory, "public_certificate"),
    ]
}

#[rustfmt::skip]
fn installing() -> Vec<Row> {
    let now = policy();
    let root_key = vector("root.key");
    let short = Cert::root("Root").with_key(Key::public(rsa_spki(&[0x81; 64])));
    let mut nameless = Cert::root("Root");
    nameless.subject = sequence(&[rdn("2.5.4.10", 0x0c, "Example")]);
    let server_ca = |name| InstallRequest::server_ca(vector(name));
    let mut numbered = server_ca("root.pem");
    numbered.serial_number = Some("01".into());
    let mut keyed_ca = server_ca("root.pem");
    keyed_ca.private_key = Some("KEY".into());
    let (server_pem, ed25519_key) = (vector("server.pem"), vector("ed25519.key"));
    let (server_pem, ed25519_key) = (server_pem.as_str(), ed25519_key.as_str());
    vec![
        ("install", installed(&InstallRequest::default(), &now), Code::TypeNotSupported, "type"),
        ("install", installed(&numbered, &now), Code::SerialNumberGiven, "serial_number"),
        ("install", installed(&InstallRequest::server("x", ""), &now), Code::PrivateKeyMissing, "private_key"),
        ("install", installed(&keyed_ca, &now), Code::PrivateKeyNotAccepted, "private_key"),
        ("install", installed(&server_ca("root.pem").with_intermediate("x"), &now), Code::IntermediatesNotAccepted, "intermediate_certificates"),
        ("install", installed(&server_ca("root.pem").with_common_name("a\0b"), &now), Code::CommonNameInvalid, "common_name"),
        ("install", installed(&InstallRequest::server_ca(""), &now), Code::CertificateUnreadable, "public_certificate"),
        ("install", installed(&InstallRequest::client(server_pem, "x"), &now), Code::PrivateKeyUnreadable, "private_key"),
        ("install", installed(&InstallRequest::client(server_pem, ed25519_key), &now), Code::KeyTypeNotSupported, "private_key"),
        ("install", installed(&server_ca("secp256k1.pem"), &now), Code::KeyTypeNotSupported, "public_certificate"),
        ("install", installed(&InstallRequest::client(server_pem, root_key.as_str()), &now), Code::KeyMismatch, "private_key"),
        ("install", installed(&server_ca("future.pem"), &now), Code::NotYetValid, "public_certificate"),
        ("install", installed(&server_ca("expired.pem"), &now), Code::Expired, "public_certificate"),
        ("install", installed(&server_ca("rsa1024.pem"), &fips()), Code::CertificateNotFips, "public_certificate"),
        ("install", installed(&server_ca("sha1.pem"), &fips()), Code::CertificateNotFips, "public_certificate"),
        ("install", installed(&server_ca("sha1.pem"), &now), Code::HashNotSupported, "public_certificate"),
        ("install", installed(&server_ca("ca-empty-subject.pem"), &now), Code::CommonNameRequired, "common_name"),
        ("install", installed(&InstallRequest::server_ca(nameless.pem()), &now), Code::CommonNameMissing, "common_name"),
        ("install", installed(&InstallRequest::server_ca(huge()), &now), Code::OutOfMemory, "public_certificate"),
        ("install", installed(&InstallRequest::server_ca(short.pem()), &now), Code::KeySizeNotSupported, "public_certificate"),
        ("install", installed(&server_ca("server.pem"), &now), Code::IssuerUnusable, "public_certificate"),
    ]
}

#[rustfmt::skip]
fn chaining() -> Vec<Row> {
    vec![
        ("chain validation", chained(&ChainRequest::new("")), Code::CertificateUnreadable, "public_certificate"),
        ("chain validation", chained(&chain("server.pem").with_trust_anchor("x")), Code::CertificateUnreadable, "trust_anchors"),
        ("chain validation", chained(&chain("server.pem").with_intermediate("x")), Code::CertificateUnreadable, "intermediate_certificates"),
        ("chain validation", chained(&chain("future.pem")), Code::NotYetValid, "public_certificate"),
        ("chain validation", chained(&chain("expired.pem")), Code::Expired, "public_certificate"),
        ("chain validation", validate_chain(&chain("rsa1024.pem"), &fips()).unwrap_err(), Code::CertificateNotFips, "public_certificate"),
        ("chain validation", validate_chain(&chain("sha1.pem"), &fips()).unwrap_err(), Code::CertificateNotFips, "public_certificate"),
        ("chain validation", chained(&chain("md5.pem")), Code::HashNotSupported, "public_certificate"),
        ("chain validation", chained(&chain("server.pem")), Code::IssuerUnusable, "public_certificate"),
        ("chain validation", chained(&chain("server.pem").with_intermediate(huge())), Code::OutOfMemory, "intermediate_certificates"),
    ]
}

/// Above the limit of a text.
fn huge() -> String {
    "x".repeat(1 << 21)
}

/// Of all operations.
fn rows() -> Vec<Row> {
    let parts = [
        signing(),
        making(),
        loading(),
        reading(),
        installing(),
        chaining(),
    ];
    parts.into_iter().flatten().collect()
}

#[test]
fn every_code_is_provoked_or_raised_elsewhere() {
    let rows = rows();
    let provoked: BTreeSet<_> = rows.iter().map(|(_, _, code, _)| code.value()).collect();
    let named = rows.into_iter().map(|(operation, error, code, target)| {
        (format!("{operation} {target}"), (error, code, target))
    });
    each_named(named, |(error, code, target)| {
        assert_eq!(error.code(), code, "{error}");
        assert_eq!(error.target(), Some(target), "{error}");
    });
    for code in Code::ALL {
        assert!(
            provoked.contains(&code.value()) != ELSEWHERE.contains(&code.value()),
            "{code} is neither provoked nor raised elsewhere, or both"
        );
    }
}

/// The rows of an operation have the codes that its documentation lists, and so has the documentation
/// of the codes. (Whether an operation raises another one, `messages.rs` looks.)
#[test]
fn the_codes_of_each_operation_are_those_of_its_documentation() {
    let rows = rows();
    let named = OPERATIONS
        .iter()
        .map(|operation| (operation.name, operation.name));
    each_named(named, |name| {
        let own = rows.iter().filter(|(operation, ..)| *operation == name);
        let mut provoked: BTreeSet<_> = own.map(|(_, _, code, _)| *code).collect();
        assert_eq!(provoked, codes_of(name), "{name}: under # Errors");
        provoked.remove(&Code::OutOfMemory);
        assert_eq!(provoked, codes_that_name(name), "{name}: of the codes");
    });
    let known = |name: &str| OPERATIONS.iter().any(|operation| operation.name == name);
    assert!(rows.iter().all(|(operation, ..)| known(operation)));
}
