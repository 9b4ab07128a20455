//! Whatever a conforming CA is made to sign, the engine's own validation accepts it, and OpenSSL's
//! too.

use crate::common::issue::{
    ANY_USAGE, CLIENT_AUTH, CODE_SIGNING, Cert, EXTENDED_KEY_USAGE, Extension, Key, SERVER_AUTH,
    UNKNOWN, alternative_names, basic_constraints, directory, dns, email, extended_key_usage, ip,
    key_usage, name_constraints, rdn, sequence, tlv, uri,
};
use crate::common::request::{COMMON_NAME, Csr, ORGANIZATION, UTF8};
use crate::common::{CAS, Folder, NOW, policy, rng, run, tool, vector};
use certwright::{CertificateAuthority, ChainRequest, Purpose, sign, validate_chain};
use der::{Decode as _, Encode as _};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;

const EMAIL: &str = "1.2.840.113549.1.9.1";

/// The certificate of a CA with the key of one of the vectors, below a root that OpenSSL is given.
fn authority(stem: &str, path_length: Option<u8>, constraints: Option<Extension>) -> Cert {
    let (_, der) = pem_rfc7468::decode_vec(vector(&format!("{stem}.pem")).as_bytes()).unwrap();
    let certificate = x509_cert::Certificate::from_der(&der).unwrap();
    let spki = certificate.tbs_certificate().subject_public_key_info();
    let mut authority = Cert::ca("CA", &Cert::root("root"))
        .with_key(Key::public(spki.to_der().unwrap()))
        .with(basic_constraints(true, path_length));
    authority.extensions.extend(constraints);
    authority
}

fn host() -> impl Strategy<Value = String> {
    prop_oneof![
        9 => "[a-z]{1,6}(\\.corp)?\\.example\\.com",
        3 => "[a-z]{1,6}\\.example\\.org|(\\*\\.)?corp\\.example\\.com\\.?",
        1 => "[a-z_.*-]{0,12}",
        1 => "\\PC{0,12}",
    ]
}

fn address() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        2 => any::<[u8; 4]>().prop_map(Vec::from),
        4 => any::<[u8; 2]>().prop_map(|[c, d]| vec![10, 0, c, d]),
        2 => any::<[u8; 16]>().prop_map(Vec::from),
        1 => vec(any::<u8>(), 0..9),
    ]
}

fn general_name() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        12 => host().prop_map(|host| dns(&host)),
        4 => host().prop_map(|host| email(&format!("a@{host}"))),
        4 => host().prop_map(|host| uri(&format!("https://{host}/a"))),
        1 => "\\PC{0,20}".prop_map(|text| uri(&text)),
        4 => address().prop_map(|octets| ip(&octets)),
        1 => Just(directory(&sequence(&[rdn(ORGANIZATION, UTF8, "NTAP")]))),
        1 => Just(tlv(0x88, &[0x2a])),
    ]
}

fn attribute() -> impl Strategy<Value = Vec<u8>> {
    let string = || select(vec![UTF8, UTF8, 0x13, 0x14, 0x16, 0x1e]);
    prop_oneof![
        9 => (host(), string()).prop_map(|(host, tag)| rdn(COMMON_NAME, tag, &host)),
        5 => (select(vec!["NTAP", "NTAP", "Other", "", "Ä\u{200b}"]), string()).prop_map(|(name, tag)| rdn(ORGANIZATION, tag, name)),
        2 => select(vec!["US", "de", "", "USA"]).prop_map(|country| rdn("2.5.4.6", 0x13, country)),
        1 => host().prop_map(|host| rdn(EMAIL, 0x16, &format!("a@{host}"))),
        1 => ("\\PC{0,70}", string()).prop_map(|(text, tag)| rdn("2.5.4.11", tag, &text)),
        1 => ("\\PC{0,5}", string()).prop_map(|(text, tag)| rdn("1.3.6.1.4.1.32473.2", tag, &text)),
    ]
}

fn constraints() -> impl Strategy<Value = Extension> {
    let base = || {
        prop_oneof![
            select(vec!["example.com", "corp.example.com", "org"]).prop_map(dns),
            select(vec!["example.com", ".example.org", "a@example.com"]).prop_map(email),
            select(vec![".example.com", "a.example.com"]).prop_map(uri),
            Just(ip(&[10, 0, 0, 0, 255, 0, 0, 0])),
            Just(directory(&sequence(&[rdn(ORGANIZATION, UTF8, "NTAP")]))),
        ]
    };
    (vec(base(), 0..3), vec(base(), 0..2))
        .prop_filter("constraints that are not empty", |(permitted, excluded)| {
            !permitted.is_empty() || !excluded.is_empty()
        })
        .prop_map(|(permitted, excluded)| name_constraints(&permitted, &excluded))
}

fn extensions() -> impl Strategy<Value = Vec<Extension>> {
    let usages = vec![SERVER_AUTH, CLIENT_AUTH, CODE_SIGNING, ANY_USAGE, "1.2.3.4"];
    let usages = proptest::sample::subsequence(usages, 0..=3);
    let usages = usages.prop_map(|usages| match &usages[..] {
        [] => Extension::new(EXTENDED_KEY_USAGE, sequence(&[])),
        usages => extended_key_usage(usages),
    });
    let names = vec(general_name(), 0..4).prop_map(|names| alternative_names(&names));
    let basic = (any::<bool>(), option::of(0u8..3));
    (
        option::weighted(0.7, names),
        option::weighted(0.3, usages),
        option::weighted(0.3, any::<u8>().prop_map(key_usage)),
        option::weighted(
            0.2,
            basic.prop_map(|(ca, length)| basic_constraints(ca, length)),
        ),
        option::weighted(
            0.2,
            any::<bool>().prop_map(|critical| Extension {
                critical,
                ..Extension::new(UNKNOWN, vec![5, 0])
            }),
        ),
        option::weighted(0.1, constraints()),
    )
        .prop_map(|(a, b, c, d, e, f)| [a, b, c, d, e, f].into_iter().flatten().collect())
}

/// Why OpenSSL does not accept the chain.
fn openssl(authority: &Cert, signed: &str, folder: &Folder) -> Option<String> {
    let root = folder.write("root.pem", &Cert::root("root").pem());
    let above = folder.write("ca.pem", &authority.pem());
    let leaf = folder.write("leaf.pem", signed);
    let at = (NOW + 3600).to_string();
    let verify = [
        "verify",
        "-x509_strict",
        "-attime",
        &at,
        "-CAfile",
        &root,
        "-untrusted",
        &above,
    ];
    let output = run("openssl", &[&verify[..], &[&leaf]].concat());
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (!output.status.success()).then(|| text.into_owned())
}

#[test]
fn what_we_issue_we_accept() {
    let has_openssl = tool("openssl");
    let folder = Folder::new("what-we-issue");
    let accepted = Cell::new(0);
    let inputs = (
        select(CAS.to_vec()),
        option::of(0u8..4),
        option::weighted(0.6, constraints()),
        vec(attribute(), 0..4),
        extensions(),
        any::<u8>(),
    );
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::with_cases(700)
    });
    runner
        .run(
            &inputs,
            |(stem, path_length, constraints, subject, extensions, seed)| {
                let authority = authority(stem, path_length, constraints);
                let key = vector(&format!("{stem}.key"));
                let ca = CertificateAuthority::from_pem(&authority.pem(), &key, &policy());
                let mut csr = Csr::new(sequence(&subject));
                csr.extensions = extensions;
                let request = csr.request().with_expiry("P30D");
                let Ok(signed) = sign(&ca.unwrap(), &request, &policy(), &mut rng(seed)) else {
                    return Ok(());
                };
                accepted.set(accepted.get() + 1);
                let chain = ChainRequest::new(&*signed.public_certificate)
                    .with_trust_anchor(authority.pem())
                    .with_purpose(Purpose::Any);
                if let Err(error) = validate_chain(&chain, &policy()) {
                    return Err(TestCaseError::fail(error.to_string()));
                }
                if has_openssl
                    && let Some(why) = openssl(&authority, &signed.public_certificate, &folder)
                {
                    return Err(TestCaseError::fail(why));
                }
                Ok(())
            },
        )
        .unwrap();
    assert!(
        accepted.get() > 80,
        "only {} requests were signed",
        accepted.get()
    );
}
