//! Whatever a conforming CA is made to sign, the engine's own validation accepts it, and OpenSSL's
//! too.

use crate::common::issue::{
    ANY_USAGE, CLIENT_AUTH, CODE_SIGNING, Cert, EXTENDED_KEY_USAGE, Extension, Key, SERVER_AUTH,
    UNKNOWN, alternative_names, basic_constraints, directory, dns, email, extended_key_usage, ip,
    key_usage, name_constraints, oid, rdn, sequence, tlv, uri,
};
use crate::common::request::{
    COMMON_NAME, Csr, EXTENSION_REQUEST, MICROSOFT_EXTENSIONS, ORGANIZATION, UTF8,
};
use crate::common::{CAS, Folder, NOW, policy, rng, run, tool, vector};
use certwright::{
    CertificateAuthority, ChainRequest, ExtendedKeyUsage, Purpose, sign, validate_chain,
};
use der::{Decode as _, Encode as _};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use std::cell::RefCell;
use std::collections::BTreeMap;

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
        // registeredID, otherName (a user principal name), x400Address, ediPartyName.
        1 => Just(tlv(0x88, &[0x2a])),
        1 => host().prop_map(|host| {
            let value = tlv(0xa0, &tlv(UTF8, format!("a@{host}").as_bytes()));
            tlv(0xa0, &[oid("1.3.6.1.4.1.311.20.2.3"), value].concat())
        }),
        1 => Just(tlv(0xa3, &[])),
        1 => Just(tlv(0xa5, &tlv(0xa1, &tlv(UTF8, b"a")))),
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

/// Those that no request is granted, each as it should be and as it should not.
fn others() -> impl Strategy<Value = Extension> {
    let access = |method: &str| sequence(&[oid(method), tlv(0x86, b"http://a.example/ca")]);
    let point = tlv(0xa0, &tlv(0xa0, &tlv(0x86, b"http://a.example/crl")));
    let points = sequence(&[sequence(&[point])]);
    let policy = sequence(&[oid("1.3.6.1.4.1.32473.3")]);
    let mapping = sequence(&[oid("1.2.3"), oid("1.2.4")]);
    let good = select(vec![
        ("2.5.29.14", tlv(4, &[7; 20])),
        ("2.5.29.35", sequence(&[tlv(0x80, &[7; 20])])),
        ("2.5.29.32", sequence(&[policy])),
        ("2.5.29.33", sequence(&[mapping])),
        ("2.5.29.36", sequence(&[tlv(0x80, &[0])])),
        ("2.5.29.54", tlv(2, &[0])),
        ("2.5.29.18", sequence(&[dns("a.example")])),
        ("2.5.29.31", points.clone()),
        ("2.5.29.46", points),
        ("2.5.29.16", sequence(&[tlv(0x80, b"20260101000000Z")])),
        (
            "1.3.6.1.5.5.7.1.1",
            sequence(&[access("1.3.6.1.5.5.7.48.2")]),
        ),
        (
            "1.3.6.1.5.5.7.1.11",
            sequence(&[access("1.3.6.1.5.5.7.48.5")]),
        ),
        ("1.3.6.1.5.5.7.1.24", sequence(&[tlv(2, &[5])])),
        ("1.3.6.1.5.5.7.48.1.5", vec![5, 0]),
        ("2.16.840.1.113730.1.1", tlv(3, &[7, 0x80])),
        ("1.3.6.1.4.1.311.20.2", tlv(0x1e, b"\0W\0e\0b")),
        (UNKNOWN, vec![5, 0]),
    ]);
    (
        good,
        any::<bool>(),
        any::<proptest::sample::Index>(),
        option::weighted(0.2, any::<u8>()),
    )
        .prop_map(|((oid, mut value), critical, at, octet)| {
            if let Some(octet) = octet {
                let at = at.index(value.len());
                value[at] = octet;
            }
            Extension {
                oid,
                critical,
                value,
            }
        })
}

/// The keys of requests: each type, and a point in its short form.
fn keys() -> impl Strategy<Value = Key> {
    let mut compressed = Key::p256("request");
    let point = &compressed.spki[compressed.spki.len() - 64..];
    let point = [&[0, 2 + point[63] % 2][..], &point[..32]].concat();
    let algorithm = sequence(&[oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7")]);
    compressed.spki = sequence(&[algorithm, tlv(3, &point)]);
    prop_oneof![
        4 => Just(Key::p256("request")),
        1 => Just(compressed),
        1 => Just(Key::p384("request")),
        1 => Just(Key::p521("request")),
        1 => select(vec!["server.key", "csr-rsa3072.key", "rsa1024.key"]).prop_map(Key::rsa),
    ]
}

/// What a CA grants, besides what it grants where nothing is said.
fn allowed() -> impl Strategy<Value = Option<Vec<ExtendedKeyUsage>>> {
    let usages = vec![SERVER_AUTH, CLIENT_AUTH, CODE_SIGNING, ANY_USAGE, "1.2.3.4"];
    let usages = proptest::sample::subsequence(usages, 1..=4);
    let parsed =
        usages.prop_map(|usages| usages.iter().map(|usage| usage.parse().unwrap()).collect());
    option::weighted(0.3, parsed)
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
        vec(others(), 0..3),
        option::weighted(0.1, constraints()),
    )
        .prop_map(|(a, b, c, d, others, e)| {
            let asked = [a, b, c, d, e].into_iter().flatten();
            asked.chain(others).collect()
        })
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
    let inputs = (
        (
            select(CAS.to_vec()),
            option::of(0u8..4),
            option::weighted(0.6, constraints()),
            allowed(),
        ),
        (
            vec(attribute(), 0..4),
            extensions(),
            keys(),
            select(vec![&[EXTENSION_REQUEST][..], &[MICROSOFT_EXTENSIONS]]),
        ),
        select(vec!["sha224", "sha256", "SHA-384", "sha512"]),
        select(vec!["P1D", "P30D", "P10Y", "2026-02-01T00:00:00Z"]),
        any::<u8>(),
    );
    let signed_of = RefCell::new(BTreeMap::<&str, u32>::new());
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::with_cases(1500)
    });
    runner
        .run(&inputs, |(of_ca, of_request, hash, expiry, seed)| {
            let (stem, path_length, constraints, allowed) = of_ca;
            let (subject, extensions, key_of_request, attributes) = of_request;
            let authority = authority(stem, path_length, constraints);
            let key = vector(&format!("{stem}.key"));
            let ca = CertificateAuthority::from_pem(&authority.pem(), &key, &policy());
            let mut ca = ca.unwrap();
            if let Some(allowed) = allowed {
                ca = ca.with_extended_key_usages(allowed);
            }
            let mut csr = Csr::new(sequence(&subject));
            csr.extensions = extensions;
            csr.key = key_of_request;
            csr.extension_attributes = attributes.to_vec();
            let request = csr.request().with_expiry(expiry).with_hash_function(hash);
            let Ok(signed) = sign(&ca, &request, &policy(), &mut rng(seed)) else {
                return Ok(());
            };
            *signed_of.borrow_mut().entry(stem).or_default() += 1;
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
        })
        .unwrap();
    let signed_of = signed_of.into_inner();
    assert!(
        signed_of.len() == CAS.len() && signed_of.values().all(|count| *count > 20),
        "so few requests were signed: {signed_of:?}"
    );
}
