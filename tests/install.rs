//! `install`: every code, the order of the checks, and what it understands.

mod common;

use ChainCertificate::{Intermediate, Leaf};
use certwright::{
    ChainCertificate, ChainDefect, ChainRule, Error, ErrorCode as Code, InstallRequest, Policy,
    install,
};
use common::issue::{self, Cert, Extension, Key, rdn, sequence};
use common::order::{Fault, each_comes_first, fault};
use common::rows::{each_named, each_row};
use common::{NOW, cases, policy, vector};
use der::{Decode as _, Encode as _};
use proptest::collection::vec;
use proptest::prelude::*;
use std::error::Error as _;

const HOST: &str = "server.example.com";
const SHA1: &str = "1.2.840.10045.4.1";

/// A request before it is written down, so that several faults can be put into it.
#[derive(Clone)]
struct Draft {
    r#type: &'static str,
    certificate: Cert,
    /// In place of the certificate's PEM.
    unreadable: Option<&'static str>,
    private_key: Option<String>,
    intermediate: Cert,
    intermediates: Vec<String>,
    with_intermediate: bool,
    common_name: Option<&'static str>,
    serial_number: Option<&'static str>,
    policy: Policy,
}

impl Draft {
    fn server() -> Self {
        let intermediate = Cert::ca("CA", &Cert::root("root"));
        Self {
            r#type: "server",
            certificate: Cert::leaf(HOST, &intermediate),
            unreadable: None,
            private_key: Some(Key::p256(HOST).private_pem()),
            intermediate,
            intermediates: Vec::new(),
            with_intermediate: true,
            common_name: None,
            serial_number: None,
            policy: policy(),
        }
    }

    fn server_ca() -> Self {
        Self {
            r#type: "server_ca",
            certificate: Cert::ca("CA", &Cert::root("root")),
            private_key: None,
            with_intermediate: false,
            ..Self::server()
        }
    }

    fn request(&self) -> InstallRequest {
        let text = self.unreadable.map(str::to_owned);
        let mut request = InstallRequest::server_ca(text.unwrap_or_else(|| self.certificate.pem()));
        self.r#type.clone_into(&mut request.r#type);
        request.private_key = self.private_key.as_deref().map(Into::into);
        request
            .intermediate_certificates
            .clone_from(&self.intermediates);
        if self.with_intermediate {
            request = request.with_intermediate(self.intermediate.pem());
        }
        request.common_name = self.common_name.map(str::to_owned);
        request.serial_number = self.serial_number.map(str::to_owned);
        request
    }

    #[track_caller]
    fn refused(&self) -> Error {
        install(&self.request(), &self.policy).unwrap_err()
    }
}

/// In the order of the checks.
#[rustfmt::skip]
const SERVER_FAULTS: &[Fault<Draft>] = &[
    fault("type", Code::TypeNotSupported, "type", "", |draft| draft.r#type = "root_ca"),
    fault("serial number", Code::SerialNumberGiven, "serial_number", "", |draft| draft.serial_number = Some("01")),
    fault("no key", Code::PrivateKeyMissing, "private_key", "", |draft| draft.private_key = Some(" \n".to_owned())),
    fault("given name", Code::CommonNameInvalid, "common_name", "control", |draft| draft.common_name = Some("a\0b")),
    fault("hidden in the given name", Code::CommonNameInvalid, "common_name", "invisible", |draft| draft.common_name = Some("a\u{202e}b")),
    fault("certificate", Code::CertificateUnreadable, "public_certificate", "", |draft| {
        draft.unreadable = Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    }),
    fault("key of the certificate", Code::KeyTypeNotSupported, "public_certificate", "secp256k1", |draft| {
        draft.certificate.key = secp256k1();
    }),
    fault("key", Code::PrivateKeyUnreadable, "private_key", "", |draft| draft.private_key = Some("-----BEGIN PRIVATE KEY-----\n".to_owned())),
    fault("type of the key", Code::KeyTypeNotSupported, "private_key", "Ed25519", |draft| draft.private_key = Some(vector("ed25519.key"))),
    fault("intermediate", Code::CertificateUnreadable, "intermediate_certificates", "", |draft| draft.intermediates.push("CA".to_owned())),
    fault("extension of an intermediate", Code::CertificateUnreadable, "intermediate_certificates", "", |draft| {
        draft.intermediate = draft.intermediate.clone().with(Extension::new(issue::NAME_CONSTRAINTS, vec![5, 0]));
    }),
    fault("match", Code::KeyMismatch, "private_key", "", |draft| draft.private_key = Some(Key::p256("another").private_pem())),
    fault("short key", Code::KeySizeNotSupported, "public_certificate", "512 bits", |draft| {
        draft.certificate.key = rsa512();
        draft.private_key = Some(vector("rsa512.key"));
    }),
    fault("validity", Code::NotYetValid, "public_certificate", "", |draft| draft.certificate.not_before = NOW + issue::DAY),
    fault("FIPS", Code::CertificateNotFips, "public_certificate", "", |draft| {
        draft.policy = policy().with_fips();
        draft.certificate.signer.algorithm = issue::algorithm(SHA1);
    }),
    fault("hash", Code::HashNotSupported, "public_certificate", "", |draft| draft.certificate.signer.algorithm = issue::algorithm(SHA1)),
    fault("hash of an intermediate", Code::HashNotSupported, "intermediate_certificates", "", |draft| {
        draft.intermediate.signer.algorithm = issue::algorithm(SHA1);
    }),
    fault("no subject", Code::CommonNameRequired, "common_name", "", |draft| draft.certificate.subject = sequence(&[])),
    fault("no common name", Code::CommonNameMissing, "common_name", "", |draft| {
        draft.certificate.subject = sequence(&[rdn("2.5.4.10", 0x0c, "Example")]);
    }),
    fault("common name", Code::CommonNameInvalid, "public_certificate", "", |draft| {
        draft.certificate.subject = sequence(&[rdn("2.5.4.3", 0x0c, "a\nb")]);
    }),
    fault("no issuer", Code::IssuerUnusable, "public_certificate", "is empty", |draft| draft.certificate.issuer = sequence(&[])),
    fault("issuer", Code::IssuerUnusable, "public_certificate", "is not among the given certificates", |draft| draft.certificate.issuer = issue::name("another")),
    fault("an issuer that is no CA", Code::IssuerUnusable, "intermediate_certificates", "", |draft| {
        draft.intermediate = draft.intermediate.clone().with(issue::basic_constraints(false, None));
    }),
    fault("chain", Code::Expired, "intermediate_certificates", "", |draft| draft.intermediate.not_after = NOW - issue::DAY),
];

#[rustfmt::skip]
const CA_FAULTS: &[Fault<Draft>] = &[
    fault("type", Code::TypeNotSupported, "type", "", |draft| draft.r#type = "ca"),
    fault("serial number", Code::SerialNumberGiven, "serial_number", "", |draft| draft.serial_number = Some("01")),
    fault("key", Code::PrivateKeyNotAccepted, "private_key", "", |draft| draft.private_key = Some("KEY".to_owned())),
    fault("intermediates", Code::IntermediatesNotAccepted, "intermediate_certificates", "", |draft| draft.with_intermediate = true),
    fault("given name", Code::CommonNameInvalid, "common_name", "", |draft| draft.common_name = Some("a\nb")),
    fault("certificate", Code::CertificateUnreadable, "public_certificate", "", |draft| draft.unreadable = Some("")),
    fault("key of the certificate", Code::KeyTypeNotSupported, "public_certificate", "secp256k1", |draft| draft.certificate.key = secp256k1()),
    fault("short key", Code::KeySizeNotSupported, "public_certificate", "512 bits", |draft| draft.certificate.key = rsa512()),
    fault("validity", Code::Expired, "public_certificate", "", |draft| draft.certificate.not_after = NOW - issue::DAY),
    fault("FIPS", Code::CertificateNotFips, "public_certificate", "", |draft| {
        draft.policy = policy().with_fips();
        draft.certificate.signer.algorithm = issue::algorithm(SHA1);
    }),
    fault("hash", Code::HashNotSupported, "public_certificate", "", |draft| draft.certificate.signer.algorithm = issue::algorithm(SHA1)),
    fault("no subject", Code::CommonNameRequired, "common_name", "", |draft| draft.certificate.subject = sequence(&[])),
    fault("common name", Code::CommonNameInvalid, "public_certificate", "", |draft| {
        draft.certificate.subject = sequence(&[rdn("2.5.4.3", 0x0c, "a\nb")]);
    }),
    fault("no issuer", Code::IssuerUnusable, "public_certificate", "is empty", |draft| draft.certificate.issuer = sequence(&[])),
    fault("CA", Code::IssuerUnusable, "public_certificate", "basicConstraints", |draft| {
        draft.certificate = draft.certificate.clone().with(issue::basic_constraints(false, None));
    }),
];

/// Faults of which one takes the place of the other, or hides what the other is in.
const EXCLUSIVE: &[[&str; 2]] = &[
    ["no key", "key"],
    ["no key", "type of the key"],
    ["no key", "match"],
    ["no key", "short key"],
    ["key of the certificate", "short key"],
    ["key", "match"],
    ["type of the key", "match"],
    // A key as short as that is unlike what the certificate of the other faults has.
    ["match", "short key"],
    ["FIPS", "hash"],
];

/// A type of key that is not supported.
fn secp256k1() -> Key {
    let (_, der) = pem_rfc7468::decode_vec(vector("secp256k1.pem").as_bytes()).unwrap();
    let read = x509_cert::Certificate::from_der(&der).unwrap();
    let spki = read.tbs_certificate().subject_public_key_info();
    Key::public(spki.to_der().unwrap())
}

/// An RSA key that is too short, which is in the vectors.
fn rsa512() -> Key {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/rsa512.spki.der");
    Key::public(std::fs::read(path).unwrap())
}

#[track_caller]
fn check_codes_and_order(draft: &Draft, faults: &[Fault<Draft>]) {
    let names: Vec<_> = faults.iter().map(|fault| fault.name).collect();
    let exclusive = EXCLUSIVE.iter().copied();
    let exclusive: Vec<_> = exclusive
        .filter(|pair| pair.iter().all(|name| names.contains(name)))
        .collect();
    each_comes_first(draft, faults, &exclusive, |draft| {
        install(&draft.request(), &draft.policy).map(|_| ())
    });
}

#[test]
fn codes_of_a_server_and_their_order() {
    check_codes_and_order(&Draft::server(), SERVER_FAULTS);
    let client = Draft {
        r#type: "client",
        ..Draft::server()
    };
    check_codes_and_order(&client, SERVER_FAULTS);
}

#[test]
fn codes_of_a_ca_and_their_order() {
    check_codes_and_order(&Draft::server_ca(), CA_FAULTS);
    let client_ca = Draft {
        r#type: "client_ca",
        ..Draft::server_ca()
    };
    check_codes_and_order(&client_ca, CA_FAULTS);
}

#[test]
fn other_ways_to_the_codes() {
    let server = Draft::server();
    let with = |put: &dyn Fn(&mut Draft)| {
        let mut draft = server.clone();
        put(&mut draft);
        draft.refused().code()
    };
    assert_eq!(
        with(&|draft| draft.private_key = None),
        Code::PrivateKeyMissing
    );
    let encrypted = vector("root.encrypted.key");
    assert_eq!(
        with(&|draft| draft.private_key = Some(encrypted.clone())),
        Code::PrivateKeyUnreadable
    );
    let ed25519 = vector("ed25519.key");
    assert_eq!(
        with(&|draft| draft.private_key = Some(ed25519.clone())),
        Code::KeyTypeNotSupported
    );
    let huge = "x".repeat(1 << 21);
    assert_eq!(
        with(&|draft| draft.intermediates.push(huge.clone())),
        Code::OutOfMemory
    );
    let long = "x".repeat(254);
    let long_name = sequence(&[rdn("2.5.4.3", 0x0c, &long)]);
    assert_eq!(
        with(&|draft| draft.certificate.subject.clone_from(&long_name)),
        Code::CommonNameInvalid
    );
    each_row(["ed25519.pem", "secp256k1.pem"], |name| {
        let request = InstallRequest::server(vector(name), Key::p256(HOST).private_pem());
        let error = install(&request, &policy()).unwrap_err();
        assert_eq!(error.code(), Code::KeyTypeNotSupported);
    });
    let weak = InstallRequest::server(vector("rsa1024.pem"), vector("rsa1024.key").as_str());
    assert!(install(&weak, &policy()).is_ok());
    let error = install(&weak, &policy().with_fips()).unwrap_err();
    assert_eq!(error.code(), Code::CertificateNotFips);
    let two = Cert::root("a").pem() + &Cert::root("b").pem();
    let error = install(&InstallRequest::server_ca(two), &policy()).unwrap_err();
    assert_eq!(error.code(), Code::CertificateUnreadable);
}

/// The defect of a server with these certificates above it.
#[track_caller]
fn defect(server: &Cert, intermediates: &[&Cert]) -> (Code, ChainDefect) {
    let mut request = InstallRequest::server(server.pem(), server.key.private_pem());
    for certificate in intermediates {
        request = request.with_intermediate(certificate.pem());
    }
    let error = install(&request, &policy()).unwrap_err();
    let defect = error.source().unwrap().downcast_ref::<ChainDefect>();
    (error.code(), defect.unwrap().clone())
}

fn missing(issuer: &str, unrelated: &str) -> ChainRule {
    ChainRule::MissingIssuer {
        issuer: issuer.to_owned(),
        unrelated: unrelated.to_owned(),
    }
}

#[test]
fn intermediates_must_lead_upward() {
    let root = Cert::root("root");
    let ca = Cert::ca("CA", &root);
    let server = Cert::leaf(HOST, &ca);
    let stranger = Cert::ca("stranger", &root);
    let mut forged = ca.clone();
    forged.signer = stranger.key.clone();
    let mut same_name = ca.clone().with_key(Key::p256("other"));
    same_name.signer = root.key.clone();
    let no_ca = ca.clone().with(issue::basic_constraints(false, None));
    let no_signer = ca.clone().with(issue::key_usage(issue::DIGITAL_SIGNATURE));
    let short = Cert::ca("short", &root).with(issue::basic_constraints(true, Some(0)));
    let below_short = Cert::ca("CA", &short);
    let bounded = ca
        .clone()
        .with(issue::name_constraints(&[issue::dns("example.org")], &[]));
    let mut expired_root = root.clone();
    expired_root.not_after = NOW - 1;

    let rows = [
        (
            vec![&stranger],
            Leaf,
            missing(
                "O=Example,CN=CA",
                "intermediate certificate 0 \"O=Example,CN=stranger\"",
            ),
        ),
        (vec![&ca, &stranger], Intermediate(1), ChainRule::Unrelated),
        (
            vec![&stranger, &root, &ca],
            Intermediate(0),
            ChainRule::Unrelated,
        ),
        (
            vec![&root],
            Leaf,
            missing(
                "O=Example,CN=CA",
                "intermediate certificate 0 \"O=Example,CN=root\"",
            ),
        ),
        (vec![&forged, &root], Intermediate(0), ChainRule::Signature),
        (vec![&same_name], Leaf, ChainRule::Signature),
        (vec![&same_name, &ca], Intermediate(0), ChainRule::Unrelated),
        (vec![&no_ca], Intermediate(0), ChainRule::NotCa),
        (vec![&no_signer], Intermediate(0), ChainRule::NoKeyCertSign),
        (
            vec![&short, &below_short],
            Intermediate(0),
            ChainRule::PathLength(0),
        ),
        (
            vec![&bounded],
            Leaf,
            ChainRule::NameNotPermitted(HOST.to_owned()),
        ),
    ];
    each_named(rows.into_iter().enumerate(), |(intermediates, at, rule)| {
        let (code, defect) = defect(&server, &intermediates);
        assert_eq!((defect.certificate, &defect.rule), (at, &rule), "{defect}");
        assert_eq!(code, Code::IssuerUnusable);
    });
    let (code, defect) = defect(&server, &[&ca, &expired_root]);
    assert_eq!(code, Code::Expired);
    assert_eq!(defect.certificate, Intermediate(1));
    assert_eq!(defect.subject, "O=Example,CN=root");
}

#[test]
fn the_order_of_intermediates_does_not_matter() {
    let root = Cert::root("root");
    let upper = Cert::ca("upper", &root);
    let lower = Cert::ca("lower", &upper);
    let server = Cert::leaf(HOST, &lower);
    let above = [lower.pem(), upper.pem(), root.pem()];
    each_row([[0, 1, 2], [2, 1, 0], [1, 2, 0]], |order| {
        let mut request = InstallRequest::server(server.pem(), server.key.private_pem());
        for index in order {
            request = request.with_intermediate(above[index].as_str());
        }
        let installed = install(&request, &policy()).unwrap();
        // A root is of no use to those who check, and is not sent.
        assert_eq!(installed.intermediate_certificates, above[..2]);
    });
    // As one file, with a certificate that is there twice, and without the root.
    let fullchain = [server.pem(), upper.pem(), lower.pem(), lower.pem()].concat();
    let request = InstallRequest::server(fullchain, server.key.private_pem());
    let installed = install(&request, &policy()).unwrap();
    assert_eq!(installed.public_certificate, server.pem());
    assert_eq!(installed.intermediate_certificates, above[..2]);
}

#[test]
fn says_what_was_understood() {
    let root = Cert::root("root");
    let mut server = Cert::leaf(HOST, &root);
    server.serial = vec![0, 0x80, 1];
    let key = server.key.private_pem();
    let request = InstallRequest::server(server.pem(), key.as_str());
    let installed = install(&request, &policy()).unwrap();
    assert_eq!(installed.common_name, HOST);
    assert_eq!(installed.name, None);
    assert_eq!(installed.info.ca, "root");
    assert!(installed.intermediate_certificates.is_empty());

    server.subject = sequence(&[]);
    let request = InstallRequest::server(server.pem(), key.as_str()).with_common_name(" shown ");
    let installed = install(&request, &policy()).unwrap();
    assert_eq!(installed.common_name, "shown");
    let named = install(&request.with_name("mine"), &policy()).unwrap();
    assert_eq!(named.name.as_deref(), Some("mine"));

    let installed = install(&InstallRequest::client_ca(root.pem()), &policy()).unwrap();
    assert_eq!(installed.r#type, certwright::CertificateKind::ClientCa);
    assert!(installed.info.is_ca);
}

#[test]
fn the_hash_of_a_roots_own_signature_is_checked_in_fips_mode_alone() {
    let mut root = Cert::root("root");
    root.signer.algorithm = issue::algorithm(SHA1);
    let request = InstallRequest::server_ca(root.pem());
    assert!(install(&request, &policy()).is_ok());
    let error = install(&request, &policy().with_fips()).unwrap_err();
    assert_eq!(error.code(), Code::CertificateNotFips);

    let server = Cert::leaf(HOST, &Cert::root("root"));
    let request = InstallRequest::server(server.pem(), server.key.private_pem())
        .with_intermediate(root.pem());
    assert!(install(&request, &policy()).is_ok());
    let error = install(&request, &policy().with_fips()).unwrap_err();
    assert_eq!(error.code(), Code::CertificateNotFips);
    assert_eq!(error.target(), Some("intermediate_certificates"));
}

#[test]
fn what_cannot_be_read_is_reported_before_what_has_expired() {
    let root = Cert::root("root");
    let rubbish = issue::Extension::new(issue::NAME_CONSTRAINTS, vec![5, 0]);
    let mut ca = Cert::ca("CA", &root).with(rubbish);
    ca.not_after = NOW - 1;
    let mut server = Cert::leaf(HOST, &ca);
    let as_ca = install(&InstallRequest::server_ca(ca.pem()), &policy()).unwrap_err();
    assert_eq!(as_ca.code(), Code::CertificateUnreadable);
    server.not_after = NOW - 1;
    let (code, defect) = defect(&server, &[&ca]);
    assert_eq!(code, Code::CertificateUnreadable);
    assert_eq!(defect.certificate, Intermediate(0));
}

#[test]
fn a_broken_self_signature_is_found() {
    let mut root = Cert::root("root");
    root.signer = Key::p256("other");
    let error = install(&InstallRequest::server_ca(root.pem()), &policy()).unwrap_err();
    assert_eq!(error.code(), Code::IssuerUnusable);
    let defect = error.source().unwrap().downcast_ref::<ChainDefect>();
    assert_eq!(defect.unwrap().rule, ChainRule::Signature);
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn any_text_in_any_field_gets_a_code(
        kind in "server|client|server_ca|client_ca|.{0,3}", texts in vec(".{0,40}", 5), blanks: bool
    ) {
        let mut request = InstallRequest::server(texts[0].as_str(), texts[1].as_str());
        request.r#type = kind;
        request = request.with_intermediate(texts[2].as_str());
        request.common_name = (!blanks).then(|| texts[3].clone());
        request.name = Some(texts[4].clone());
        prop_assert!(install(&request, &policy()).is_err());
    }

    #[test]
    fn a_changed_octet_never_panics(place: prop::sample::Index, octet: u8, which in 0..3usize) {
        let root = Cert::root("root");
        let ca = Cert::ca("CA", &root);
        let mut ders = [Cert::leaf(HOST, &ca).der(), ca.der(), root.der()];
        let place = place.index(ders[which].len());
        ders[which][place] = octet;
        let pems = ders.map(|der| issue::pem(&der));
        let request = InstallRequest::server(pems[0].as_str(), Key::p256(HOST).private_pem())
            .with_intermediate(pems[1].as_str())
            .with_intermediate(pems[2].as_str());
        let _ = install(&request, &policy());
        for pem in pems {
            let _ = install(&InstallRequest::server_ca(pem), &policy());
        }
    }
}
