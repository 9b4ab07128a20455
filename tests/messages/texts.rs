//! Pasted texts, in every field that takes one.

use crate::common::{ca, hostile, policy, rng, vector};
use crate::{answered, check, check_warnings, long_texts, read};
use certwright::{
    Certificate, CertificateAuthority, ChainRequest, Crl, CrlStore, Error, InstallRequest, Policy,
    SignRequest, SigningRequest, TrustStore, check_fips, inspect, install, match_key, sign,
    sign_batch, validate_chain,
};
use std::path::{Path, PathBuf};

/// Every file of `vectors/`.
fn files() -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(files.len() > 200);
    files
}

fn texts() -> Vec<String> {
    let block =
        |label: &str, body: &str| format!("-----BEGIN {label}-----\n{body}-----END {label}-----\n");
    let half = 1 << 19;
    let mut texts = long_texts(1 << 20);
    texts.push("x".repeat((1 << 20) + 1));
    texts.push(vector("root.pem").repeat(100));
    texts.push(format!("-----BEGIN {}-----\n", "A".repeat(half)));
    texts.push(block(&"\u{202e}".repeat(100_000), "\n"));
    for label in [
        "CERTIFICATE",
        "CERTIFICATE REQUEST",
        "PRIVATE KEY",
        "X509 CRL",
        "PKCS7",
    ] {
        texts.push(block(label, &("\u{1f600}".repeat(100_000) + "\n")));
        texts.push(block(label, &("A".repeat(half) + "\n")));
        texts.push(block(label, &("MIID".repeat(half / 4) + "\n")));
        texts.push(block(label, &(" \u{200b}".repeat(100_000) + "\n")));
    }
    for path in files() {
        let octets = std::fs::read(path).unwrap();
        texts.push(octets.iter().map(|octet| char::from(*octet)).collect());
        texts.push(String::from_utf8_lossy(&octets).into_owned());
    }
    texts
}

/// Everything that takes such a text.
fn paste(text: &str, policy: &Policy) {
    paste_certificate(text);
    let (server, key) = (vector("server.pem"), vector("server.key"));
    answered("match", match_key(&server, text));
    let requests = [
        InstallRequest::server(text, key.as_str()),
        InstallRequest::server(server.as_str(), text),
        InstallRequest::client(text, text),
        InstallRequest::server(&*server, key).with_intermediate(text),
    ];
    for request in requests {
        if let Some(installed) = answered("install", install(&request, policy)) {
            check_warnings(&installed.warnings);
        }
    }
    let chain = ChainRequest::new(&*server).with_intermediate(text);
    answered("chain validation", validate_chain(&chain, policy));
    let root = vector("root.pem");
    answered(
        "CA load",
        CertificateAuthority::from_pem(&root, text, policy),
    );
    let ca = ca("ca-p256");
    let request = SignRequest::new(text);
    if let Some(signed) = answered("sign", sign(&ca, &request, policy, &mut rng(1))) {
        check_warnings(&signed.warnings);
    }
    for answer in sign_batch(&ca, &[request.clone(), request], policy, &mut rng(1)) {
        answered("sign", answer);
    }
    readers(text);
}

/// Everything that takes a certificate.
pub(crate) fn paste_certificate(text: &str) {
    let policy = policy();
    answered("inspect", inspect(text));
    answered("FIPS check", check_fips(text));
    answered("match", match_key(text, &vector("server.key")));
    for request in [
        InstallRequest::server_ca(text),
        InstallRequest::client_ca(text).with_common_name("a"),
    ] {
        if let Some(installed) = answered("install", install(&request, &policy)) {
            check_warnings(&installed.warnings);
        }
    }
    let chains = [
        ChainRequest::new(text),
        ChainRequest::new(text).with_trust_anchor(text),
        ChainRequest::new(vector("server.pem")).with_trust_anchor(text),
    ];
    for chain in chains {
        answered("chain validation", validate_chain(&chain, &policy));
    }
    let key = vector("root.key");
    answered(
        "CA load",
        CertificateAuthority::from_pem(text, &key, &policy),
    );
}

/// What reads one beside the operations.
fn readers(text: &str) {
    let kept: [Option<Error>; 6] = [
        Certificate::from_pem_bundle(text).err(),
        Certificate::from_der(text.as_bytes()).err(),
        SigningRequest::from_pem(text).err(),
        SigningRequest::from_der(text.as_bytes()).err(),
        Crl::from_pem(text).err(),
        Crl::from_der(text.as_bytes()).err(),
    ];
    kept.iter().flatten().for_each(check);
    if let Some(store) = read(TrustStore::from_pem(text)) {
        store
            .rejected()
            .iter()
            .for_each(|rejected| check(&rejected.error));
    }
    if let Some(store) = read(CrlStore::from_pem(text)) {
        store
            .rejected()
            .iter()
            .for_each(|rejected| check(&rejected.error));
    }
}

#[test]
fn of_pasted_texts() {
    for text in texts() {
        paste(&text, &policy());
    }
}

#[test]
fn of_files_in_fips_mode() {
    for path in files() {
        let octets = std::fs::read(path).unwrap();
        paste(&String::from_utf8_lossy(&octets), &policy().with_fips());
    }
}

#[test]
fn of_chains_made_to_take_long() {
    for hostile in hostile::inputs() {
        answered(
            "chain validation",
            validate_chain(&hostile.request, &policy()),
        );
        let key = crate::common::issue::Key::p256(hostile::HOST).private_pem();
        let mut request = InstallRequest::server(hostile.request.public_certificate, key);
        request.intermediate_certificates = hostile.request.intermediate_certificates;
        if let Some(installed) = answered("install", install(&request, &policy())) {
            check_warnings(&installed.warnings);
        }
    }
}
