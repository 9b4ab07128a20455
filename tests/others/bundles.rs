//! Certificates that are installed, in the files that they come in.

use crate::common::issue::{
    self, Cert, DAY, Key, basic_constraints, dns, key_usage, name_constraints, rdn, sequence,
};
use crate::common::rows::{each_named, each_row};
use crate::common::{NOW, policy};
use certwright::{
    Certificate, ChainRequest, Error, ErrorCode as Code, InstallRequest, InstalledCertificate,
    Purpose, Warning, install, validate_chain,
};

pub(crate) const HOST: &str = "svm1.example.com";

/// A bundle with the key of `server`.
pub(crate) fn install_all(server: &Cert, bundle: &[&Cert]) -> Result<InstalledCertificate, Error> {
    let text: String = bundle.iter().map(|certificate| certificate.pem()).collect();
    install(
        &InstallRequest::server(text, server.key.private_pem()),
        &policy(),
    )
}

/// Each order of these.
pub(crate) fn orders<'a>(bundle: &[&'a Cert]) -> Vec<Vec<&'a Cert>> {
    let Some((first, rest)) = bundle.split_first() else {
        return vec![Vec::new()];
    };
    let mut all = Vec::new();
    for order in orders(rest) {
        for place in 0..=order.len() {
            let mut order = order.clone();
            order.insert(place, *first);
            all.push(order);
        }
    }
    all
}

#[track_caller]
fn assert_installed(server: &Cert, bundle: &[&Cert], above: &[&Cert]) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for order in orders(bundle) {
        let installed = install_all(server, &order).unwrap();
        assert_eq!(installed.public_certificate, server.pem());
        let expected: Vec<_> = above.iter().map(|certificate| certificate.pem()).collect();
        assert_eq!(installed.intermediate_certificates, expected);
        warnings = installed.warnings;
        warnings.sort_unstable();
    }
    warnings
}

/// A CA's certificate from another time.
fn at_another_time(mut certificate: Cert, from: i64, to: i64) -> Cert {
    certificate.not_before = NOW + from * DAY;
    certificate.not_after = NOW + to * DAY;
    certificate.serial = vec![0x20, 1];
    certificate
}

fn left_out(subject: &str) -> Warning {
    Warning::ExpiredTwinLeftOut {
        subject: format!("O=Example,CN={subject}"),
        serial_number: "2001".to_owned(),
    }
}

#[test]
fn the_leaf_is_the_one_that_the_key_fits() {
    let root = Cert::root("root");
    let ca = Cert::ca("CA", &root);
    let server = Cert::leaf(HOST, &ca);
    assert!(assert_installed(&server, &[&server, &ca, &root], &[&ca]).is_empty());
    assert!(assert_installed(&server, &[&ca, &server], &[&ca]).is_empty());
    // Among the intermediates, with a CA where the certificate should be.
    let request = InstallRequest::server(ca.pem(), server.key.private_pem())
        .with_intermediate(root.pem() + &server.pem());
    let installed = install(&request, &policy()).unwrap();
    assert_eq!(installed.common_name, HOST);
    assert_eq!(installed.intermediate_certificates, [ca.pem()]);
    // By the typed door.
    let read = |cert: &Cert| Certificate::from_der(&cert.der()).unwrap();
    let spec =
        certwright::InstallSpec::new(certwright::CertificateKind::Server, read(&ca)).unwrap();
    let key = pem_rfc7468::decode_vec(server.key.private_pem().as_bytes())
        .unwrap()
        .1;
    let spec = spec.with_private_key_der(&key).unwrap();
    let spec = spec
        .with_intermediates(&[read(&root), read(&server)])
        .unwrap();
    let installed = spec.install(&policy()).unwrap();
    assert_eq!(installed.certificate, read(&server));
    // A CA's own key is that of a certificate too.
    let installed = install_all(&ca, &[&root, &ca]).unwrap();
    assert_eq!(installed.common_name, "CA");
}

#[test]
fn a_key_that_fits_nothing() {
    let root = Cert::root("root");
    let server = Cert::leaf(HOST, &root);
    let stranger = Cert::leaf("other.example", &root);
    let error = install_all(&stranger, &[&server]).unwrap_err();
    assert_eq!(
        error.message(),
        "the private key is not that of the certificate"
    );
    let error = install_all(&stranger, &[&root, &server]).unwrap_err();
    assert_eq!(
        (error.code(), error.target()),
        (Code::KeyMismatch, Some("private_key"))
    );
    assert_eq!(
        error.message(),
        "the private key is that of none of the 2 certificates"
    );
}

#[test]
fn alternatives() {
    let old_root = Cert::root("old root");
    let root = Cert::root("root");
    let crossed = Cert::root("root").below(&old_root);
    let ca = Cert::ca("CA", &root);
    let server = Cert::leaf(HOST, &ca);
    // A root and its cross-certificate: the longer way serves those too who know the old root alone.
    assert!(
        assert_installed(&server, &[&server, &ca, &crossed, &root], &[&ca, &crossed]).is_empty()
    );
    assert!(
        assert_installed(
            &server,
            &[&server, &ca, &crossed, &old_root],
            &[&ca, &crossed]
        )
        .is_empty()
    );

    // An intermediate by two issuers.
    let other = Cert::ca("CA", &Cert::root("other root"));
    let both = [&server, &ca, &other];
    let warnings = assert_installed(
        &server,
        &both,
        &[if ca.der() < other.der() { &ca } else { &other }],
    );
    assert!(
        matches!(&warnings[..], [Warning::AlternativeLeftOut { .. }]),
        "{warnings:?}"
    );
    // With the root of one of them: as both ways are as long, it says nothing.
    let with_root = [&server, &ca, &other, &root];
    assert_eq!(
        assert_installed(
            &server,
            &with_root,
            &[if ca.der() < other.der() { &ca } else { &other }]
        )
        .len(),
        1
    );

    // A renewed one beside the old one, both valid: the one that is valid for longer.
    let renewed = at_another_time(ca.clone(), -1, 8000);
    let warnings = assert_installed(&server, &[&server, &ca, &renewed], &[&renewed]);
    assert_eq!(warnings.len(), 1);
}

#[test]
fn expired_twins() {
    let root = Cert::root("root");
    let ca = Cert::ca("CA", &root);
    let server = Cert::leaf(HOST, &ca);
    let old = at_another_time(ca.clone(), -2000, -1);
    assert_eq!(
        assert_installed(&server, &[&server, &old, &ca], &[&ca]),
        [left_out("CA")]
    );
    // With another key, which its successor did not keep.
    let other_key = old.clone().with_key(Key::p256("old CA"));
    assert_eq!(
        assert_installed(&server, &[&other_key, &server, &ca, &root], &[&ca]),
        [left_out("CA")]
    );
    // Signed with SHA-1, as was usual once.
    let mut sha1 = old.clone();
    sha1.signer.algorithm = issue::algorithm("1.2.840.10045.4.1");
    assert_eq!(
        assert_installed(&server, &[&server, &ca, &sha1], &[&ca]),
        [left_out("CA")]
    );
    // Of the root, and of the certificate itself.
    let old_root = at_another_time(root.clone(), -2000, -1);
    assert_eq!(
        assert_installed(&server, &[&server, &ca, &old_root, &root], &[&ca]),
        [left_out("root")]
    );
    let old_server = at_another_time(server.clone(), -400, -30);
    assert_eq!(
        assert_installed(&server, &[&old_server, &server, &ca], &[&ca]),
        [left_out(HOST)]
    );
    // One that has no valid twin is still refused.
    let error = install_all(&server, &[&server, &old]).unwrap_err();
    assert_eq!(error.code(), Code::Expired);
    let error = install_all(&server, &[&server, &ca, &old_root]).unwrap_err();
    assert_eq!(error.code(), Code::Expired);
    let error = install_all(&server, &[&old_server, &ca]).unwrap_err();
    assert_eq!(error.code(), Code::Expired);
}

#[test]
fn a_gap_names_the_missing_issuer() {
    let root = Cert::root("root");
    let upper = Cert::ca("upper", &root);
    let lower = Cert::ca("lower", &upper);
    let server = Cert::leaf(HOST, &lower);
    let rows = [
        (vec![&server, &root], "lower"),
        (vec![&server, &upper], "lower"),
        (vec![&root, &upper, &server], "lower"),
        (vec![&server, &lower, &root], "upper"),
    ];
    each_named(rows.into_iter().enumerate(), |(bundle, missing)| {
        let error = install_all(&server, &bundle).unwrap_err();
        assert_eq!(error.code(), Code::IssuerUnusable);
        let expected = format!("its issuer \"O=Example,CN={missing}\" is not among the given");
        assert!(error.message().contains(&expected), "{error}");
    });
}

#[test]
fn what_breaks_a_rule_on_every_way_is_refused() {
    let root = Cert::root("root");
    let ca = Cert::ca("CA", &root);
    let server = Cert::leaf(HOST, &ca);
    let bounded = ca
        .clone()
        .with(name_constraints(&[dns("example.org")], &[]));
    let stranger = Cert::ca("stranger", &root);
    let no_ca = ca.clone().with(basic_constraints(false, None));
    let rows = [
        vec![&server, &ca, &bounded],
        vec![&server, &ca, &root, &stranger],
        vec![&server, &ca, &no_ca],
    ];
    each_named(rows.into_iter().enumerate(), |bundle| {
        let error = install_all(&server, &bundle).unwrap_err();
        assert_eq!(error.code(), Code::IssuerUnusable, "{error}");
    });
}

/// As `openssl req -x509` makes one with the extensions `usr_cert`.
fn self_signed(common_name: &str) -> Cert {
    let mut certificate = Cert::root(common_name);
    certificate.extensions.clear();
    certificate.with(basic_constraints(false, None))
}

#[test]
fn a_self_signed_certificate_verifies_itself() {
    let harvest = self_signed("harvest");
    let with_usage = self_signed("trident").with(key_usage(issue::DIGITAL_SIGNATURE));
    let mut without = self_signed("v1");
    without.extensions.clear();
    without.version = 0;
    each_named(
        [
            ("basic", &harvest),
            ("usage", &with_usage),
            ("v1", &without),
        ],
        |certificate| {
            for request in [
                InstallRequest::client_ca(certificate.pem()),
                InstallRequest::server_ca(certificate.pem()),
            ] {
                assert!(
                    install(&request, &policy())
                        .unwrap()
                        .intermediates
                        .is_empty()
                );
            }
            let itself = ChainRequest::new(certificate.pem())
                .with_trust_anchor(certificate.pem())
                .with_purpose(Purpose::Any);
            assert!(validate_chain(&itself, &policy()).is_ok());
            // And nothing else.
            let below = Cert::leaf(HOST, certificate);
            let below = ChainRequest::new(below.pem()).with_trust_anchor(certificate.pem());
            let error = validate_chain(&below, &policy()).unwrap_err();
            assert_eq!(error.code(), Code::IssuerUnusable);
        },
    );
    let mut forged = self_signed("forged");
    forged.signer = Key::p256("another");
    let issued = self_signed("issued").below(&Cert::root("root"));
    each_named([("forged", forged), ("issued", issued)], |certificate| {
        let error = install(&InstallRequest::client_ca(certificate.pem()), &policy()).unwrap_err();
        assert_eq!(error.code(), Code::IssuerUnusable);
    });
    let issued = self_signed("issued").below(&Cert::root("root"));
    let error = install(&InstallRequest::server_ca(issued.pem()), &policy()).unwrap_err();
    assert!(
        error
            .message()
            .contains("basicConstraints do not say CA:TRUE"),
        "{error}"
    );
}

#[test]
fn long_common_names() {
    let root = Cert::root("root");
    each_row([65, 70, 253], |length| {
        let mut server = Cert::leaf(HOST, &root);
        let name = "a".repeat(length);
        server.subject = sequence(&[rdn("2.5.4.3", 0x0c, &name)]);
        let installed = install_all(&server, &[&server]).unwrap();
        assert_eq!(installed.common_name, name);
        assert_eq!(
            certwright::inspect(&server.pem()).unwrap().common_name,
            Some(name)
        );
    });
    let mut server = Cert::leaf(HOST, &root);
    server.subject = sequence(&[rdn("2.5.4.3", 0x0c, &"a".repeat(254))]);
    let error = install_all(&server, &[&server]).unwrap_err();
    assert_eq!(error.code(), Code::CommonNameInvalid);
}

#[test]
fn no_name_is_made_up() {
    each_row(["../../etc/passwd", "C:\\Windows", "a\u{202e}b"], |name| {
        let mut server = Cert::leaf(HOST, &Cert::root("root"));
        server.subject = sequence(&[rdn("2.5.4.3", 0x0c, name)]);
        assert_eq!(install_all(&server, &[&server]).unwrap().name, None);
    });
}

#[test]
fn a_server_without_alternative_names_is_reported() {
    let server = Cert::leaf(HOST, &Cert::root("root")).without(issue::ALTERNATIVE_NAMES);
    let installed = install_all(&server, &[&server]).unwrap();
    assert_eq!(installed.warnings, [Warning::NoSubjectAlternativeName]);
    let client = InstallRequest::client(server.pem(), server.key.private_pem());
    assert!(install(&client, &policy()).unwrap().warnings.is_empty());
}

/// Every CA certified by every other: more ways up than anybody could go.
#[test]
fn a_mesh_of_cross_certificates_ends() {
    let roots: Vec<_> = (0..10)
        .map(|number| Cert::root(&format!("root {number}")))
        .collect();
    let server = Cert::leaf(HOST, &roots[0]);
    let mut request = InstallRequest::server(server.pem(), server.key.private_pem());
    for root in &roots {
        let by_others = roots.iter().filter(|other| other.subject != root.subject);
        let by_others = by_others.map(|other| root.clone().below(other).pem());
        request = request.with_intermediate(by_others.collect::<String>());
    }
    let error = install(&request, &policy()).unwrap_err();
    assert_eq!(error.code(), Code::OutOfMemory);
    assert_eq!(error.http_status(), 400);
}
