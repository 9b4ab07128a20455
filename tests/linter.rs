//! Every kind of certificate that the engine makes, before a linter of RFC 5280 (pkilint).

mod common;

use certwright::{CreateRequest, SignRequest, SubjectAlternatives, create, sign};
use common::rows::each_row;
use common::{CAS, Folder, ca, policy, rng, run, tool, vector};

const LINT: &str = "lint_pkix_cert";
const LINT_CHAIN: &str = "lint_pkix_signer_signee_cert_chain";

/// DNS names that the linter refuses and the engine does not.
///
/// RFC 5280 leaves wildcards to others (section 4.2.1.6), and the linter knows its syntax alone;
/// RFC 9525 section 6.3 and every TLS client know them. A name of one label has the syntax of RFC
/// 1034 section 3.5, which RFC 5280 asks for; the linter wants a domain that could be registered. A
/// server called `localhost` is one that clients connect to by that name, and they look for it among
/// the alternative names alone.
const NAMES: [&str; 3] = ["*.example.com", "*.sans.example.com", "localhost"];

#[track_caller]
fn assert_lints(file: &str) {
    let output = run(LINT, &["lint", "-s", "ERROR", "-f", "JSON", file]);
    let text = String::from_utf8_lossy(&output.stdout);
    let report: serde_json::Value = serde_json::from_str(&text)
        .unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)));
    for result in report["results"].as_array().unwrap() {
        for finding in result["finding_descriptions"].as_array().unwrap() {
            let message = finding["message"].as_str().unwrap_or_default();
            let of = |name| message == format!("Invalid domain name syntax: \"{name}\"");
            assert!(NAMES.into_iter().any(of), "{result}");
        }
    }
}

#[track_caller]
fn assert_chain_lints(issuer: &str, subject: &str) {
    let output = run(LINT_CHAIN, &["lint", "-s", "ERROR", issuer, subject]);
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}");
}

#[test]
fn created_certificates() {
    if !tool(LINT) {
        return;
    }
    let folder = Folder::new("lint-created");
    let names = SubjectAlternatives::new()
        .with_dns("*.example.com")
        .with_email("a@example.com")
        .with_ip("::1")
        .with_uri("https://example.com/");
    let requests = [
        CreateRequest::root_ca("ROOT"),
        CreateRequest::server("server.example.com"),
        CreateRequest::server("localhost"),
        CreateRequest::client("Some Person"),
        CreateRequest::server("ROOT").with_subject_alternatives(names),
    ];
    let keys = [
        ("rsa", 2048),
        ("rsa", 3072),
        ("ec", 256),
        ("ec", 384),
        ("ec", 521),
    ];
    let rows = requests.iter().flat_map(|request| {
        let with = move |(algorithm, bits)| {
            let request = request.clone().with_algorithm(algorithm);
            request.with_key_size(bits)
        };
        keys.map(with)
    });
    each_row(rows, |request| {
        let created = create(&request, &policy(), &mut rng(5)).unwrap();
        let file = folder.write("cert.pem", &created.public_certificate);
        assert_lints(&file);
    });
}

#[test]
fn signed_certificates() {
    if !tool(LINT) || !tool(LINT_CHAIN) {
        return;
    }
    let folder = Folder::new("lint-signed");
    let csrs = [
        "server.csr",
        "csr-rsa3072.pem",
        "csr-rsa4096.pem",
        "csr-p256.pem",
        "csr-p384.pem",
        "csr-p521.pem",
        "csr-sans.pem",
        "csr-usages.pem",
        "csr-empty-subject.pem",
        "csr-utf8.pem",
        "csr-bmp.pem",
        "csr-no-dns-name.pem",
    ];
    // Each kind of request once below an RSA and once below an EC CA.
    let rows = csrs.into_iter().enumerate().flat_map(|(index, csr)| {
        let names = [CAS[index % 3], CAS[3 + index % 3]];
        names.map(|name| (name, csr))
    });
    each_row(rows, |(name, csr)| {
        let request = SignRequest::new(vector(csr));
        let signed = sign(&ca(name), &request, &policy(), &mut rng(6)).unwrap();
        let issuer = folder.write("issuer.pem", &vector(&format!("{name}.pem")));
        let file = folder.write("cert.pem", &signed.public_certificate);
        assert_lints(&file);
        assert_chain_lints(&issuer, &file);
    });
}
