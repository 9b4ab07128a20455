//! `TrustStore`: many trust anchors, loaded once.

mod common;

use certwright::{
    Certificate, CertificateAuthority, CertificateKind, ChainCertificate, ChainRule, CreateSpec,
    CreatedCertificate, CsrSpec, Error, ErrorCode as Code, KeySpec, PathOptions, SignSpec,
    SigningRequest, SubjectAlternatives, Time, TrustStore, ValidatedChain,
};
use common::issue::{
    BASIC_CONSTRAINTS, Cert, Extension, Key, authority_key, sequence, subject_key, tlv,
};
use common::rows::each_row;
use common::{NOW, policy, rng};
use std::thread;

const HOST: &str = "www.example.com";

fn in_days(days: i64) -> Time {
    Time::from_unix(NOW + days * 86_400).unwrap()
}

fn root(name: &str, seed: u8) -> CreatedCertificate {
    CreateSpec::new(CertificateKind::RootCa, name, in_days(365))
        .unwrap()
        .with_key(KeySpec::P256)
        .make(&policy(), &mut rng(seed))
        .unwrap()
}

/// Roots of these names, which have nothing in common.
fn roots(name: impl Fn(u8) -> String) -> Vec<CreatedCertificate> {
    (0..120).map(|number| root(&name(number), number)).collect()
}

fn certificates(roots: &[CreatedCertificate]) -> Vec<Certificate> {
    roots.iter().map(|root| root.certificate.clone()).collect()
}

/// A server's certificate below a root.
fn leaf(root: &CreatedCertificate) -> Certificate {
    let names = SubjectAlternatives::new().with_dns(HOST);
    let csr = CsrSpec::new("CN=server", &names)
        .unwrap()
        .with_key(KeySpec::P256)
        .make(&policy(), &mut rng(200))
        .unwrap();
    let (certificate, key) = (root.certificate.der(), root.private_key_der.as_bytes());
    let ca = CertificateAuthority::from_der(certificate, key, &policy()).unwrap();
    let request = SigningRequest::from_der(&csr.csr_der).unwrap();
    let spec = SignSpec::new(in_days(90));
    let signed = ca.sign(&request, &spec, &policy(), &mut rng(201));
    signed.unwrap().certificate
}

fn verify(store: &TrustStore, leaf: &Certificate) -> Result<ValidatedChain, Error> {
    store.verify(leaf, &[], &PathOptions::server(HOST), &policy())
}

/// Where the path ends.
#[track_caller]
fn anchor(store: &TrustStore, leaf: &Certificate) -> ChainCertificate {
    let chain = verify(store, leaf).unwrap();
    assert_eq!(chain.path.len(), 2);
    chain.path[1].place
}

#[track_caller]
fn assert_no_issuer(store: &TrustStore, leaf: &Certificate) {
    let error = verify(store, leaf).unwrap_err();
    assert_eq!(error.code(), Code::IssuerUnusable);
    assert_eq!(error.chain_defect().unwrap().rule, ChainRule::NoIssuer);
}

#[test]
fn of_120_roots_the_one_above_the_leaf_is_found() {
    let roots = roots(|number| format!("Root {number}"));
    let bundle: String = roots.iter().map(|root| &*root.public_certificate).collect();
    let stores = [
        TrustStore::new(certificates(&roots)),
        TrustStore::from_pem(&bundle).unwrap(),
    ];
    for store in &stores {
        assert_eq!((store.len(), store.rejected().len()), (120, 0));
        each_row([0, 77, 119], |number| {
            let leaf = leaf(&roots[number]);
            let chain = verify(store, &leaf).unwrap();
            let path: Vec<_> = chain.path.iter().map(|link| link.place).collect();
            assert_eq!(
                path,
                [
                    ChainCertificate::Leaf,
                    ChainCertificate::TrustAnchor(number)
                ]
            );
            assert_eq!(chain.path[0].certificate, leaf);
            assert_eq!(chain.path[1].certificate, roots[number].certificate);
        });
        assert_no_issuer(store, &leaf(&root("Unknown", 150)));
    }
    assert_no_issuer(&TrustStore::new([]), &leaf(&roots[77]));
}

#[test]
fn of_120_roots_of_one_name_the_one_whose_key_signed_is_found() {
    let roots = roots(|_| "Root".to_owned());
    let store = TrustStore::new(certificates(&roots));
    assert_eq!(store.len(), 120);
    each_row([0, 77, 119], |number| {
        assert_eq!(
            anchor(&store, &leaf(&roots[number])),
            ChainCertificate::TrustAnchor(number)
        );
    });
    // One of that name, and of a key that is not among them.
    assert!(verify(&store, &leaf(&root("Root", 150))).is_err());
}

#[test]
fn duplicates_count_once_and_keep_their_first_place() {
    let (one, two) = (root("Root 1", 1), root("Root 2", 2));
    let again = Certificate::from_der(one.certificate.der()).unwrap();
    let given = [&one.certificate, &again, &two.certificate, &one.certificate];
    let store = TrustStore::new(given.map(Clone::clone));
    assert_eq!((store.len(), store.rejected().len()), (2, 0));
    assert_eq!(
        anchor(&store, &leaf(&one)),
        ChainCertificate::TrustAnchor(0)
    );
    assert_eq!(
        anchor(&store, &leaf(&two)),
        ChainCertificate::TrustAnchor(2)
    );
}

#[test]
fn what_cannot_be_used_is_named_and_the_others_are_taken() {
    let good = root("Root", 1);
    let malformed = Extension::critical(BASIC_CONSTRAINTS, vec![5, 0]);
    let malformed = Cert::root("malformed").with(malformed).pem();
    let unreadable = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    let bundle = [unreadable, &good.public_certificate, &malformed].concat();
    let store = TrustStore::from_pem(&bundle).unwrap();
    assert_eq!(store.len(), 1);
    assert_eq!(
        anchor(&store, &leaf(&good)),
        ChainCertificate::TrustAnchor(1)
    );
    let rejected: Vec<_> = store
        .rejected()
        .iter()
        .map(|rejected| (rejected.index, rejected.error.code()))
        .collect();
    assert_eq!(
        rejected,
        [
            (0, Code::CertificateUnreadable),
            (2, Code::CertificateUnreadable)
        ]
    );
    each_row(store.rejected(), |rejected| {
        assert_eq!(rejected.error.target(), Some("trust_anchors"));
    });
    let defect = store.rejected()[1].error.chain_defect().unwrap();
    assert_eq!(defect.certificate, ChainCertificate::TrustAnchor(2));
    assert!(matches!(defect.rule, ChainRule::Malformed(_)), "{defect}");
}

#[test]
fn what_is_above_the_limit_is_named() {
    let root = root("Root", 1);
    let store = TrustStore::new(vec![root.certificate.clone(); 1001]);
    assert_eq!(store.len(), 1);
    let rejected = store.rejected();
    assert_eq!((rejected.len(), rejected[0].index), (1, 1000));
    assert_eq!(rejected[0].error.code(), Code::OutOfMemory);
    let bundle = root.public_certificate.repeat(1001);
    let error = TrustStore::from_pem(&bundle).unwrap_err();
    assert_eq!(error.code(), Code::OutOfMemory);
    for nothing in ["", "rubbish"] {
        let error = TrustStore::from_pem(nothing).unwrap_err();
        assert_eq!(error.code(), Code::CertificateUnreadable);
    }
}

#[test]
fn threads_share_one() {
    let roots: Vec<_> = (0..4)
        .map(|number| root(&format!("Root {number}"), number))
        .collect();
    let leaves: Vec<_> = roots.iter().map(leaf).collect();
    let store = TrustStore::new(certificates(&roots));
    thread::scope(|scope| {
        for start in 0..4 {
            let (store, leaves) = (&store, &leaves);
            scope.spawn(move || {
                for number in (0..40).map(|turn| (start + turn) % 4) {
                    assert_eq!(
                        anchor(store, &leaves[number]),
                        ChainCertificate::TrustAnchor(number)
                    );
                }
            });
        }
    });
}

/// Nothing but the signatures tells which of them issued which.
#[test]
fn thirty_cas_of_one_name_and_one_key_identifier() {
    let same = |number: usize| {
        let cert = Cert::root("same").with_key(Key::p256(&format!("key {number}")));
        cert.with(subject_key(&[7; 20]))
            .with(authority_key(&[7; 20]))
    };
    let ca = |number: usize| {
        let mut cert = same(number);
        cert.signer = Key::p256(&format!("key {}", number.saturating_sub(1)));
        Certificate::from_der(&cert.der()).unwrap()
    };
    let leaf = Cert::leaf(HOST, &same(29)).with(authority_key(&[7; 20]));
    let leaf = Certificate::from_der(&leaf.der()).unwrap();
    let intermediates: Vec<_> = (1..30).map(ca).collect();
    let store = TrustStore::new([ca(0)]);
    let chain = store.verify(&leaf, &intermediates, &PathOptions::server(HOST), &policy());
    assert_eq!(chain.unwrap().path.len(), 31);
}

/// What is odd about a certificate that no path needs does not matter.
#[test]
fn odd_certificates_do_not_hurt() {
    let root = Cert::root("root");
    let ca = Cert::ca("ca", &root);
    let leaf = Cert::leaf(HOST, &ca);
    let mut no_octets = ca.der();
    // The signature is the last: one unused bit in it.
    let at = no_octets.len() - ca.signer.sign(&ca.tbs()).len() - 1;
    no_octets[at] = 1;
    let unknown = ca
        .clone()
        .with(Extension::critical("1.3.6.1.4.1.32473.1", vec![5, 0]));
    let mut bad_name = ca.clone();
    bad_name.subject = sequence(&[tlv(5, &[])]);
    let read = |der: Vec<u8>| Certificate::from_der(&der).unwrap();
    let odd = [read(no_octets), read(unknown.der()), read(bad_name.der())];
    let store = TrustStore::new([read(root.der())]);
    let verify = |above: &[Certificate]| {
        store.verify(
            &read(leaf.der()),
            above,
            &PathOptions::server(HOST),
            &policy(),
        )
    };
    assert!(verify(&odd).is_err());
    let [first, second, third] = odd;
    assert_eq!(
        verify(&[first, second, third, read(ca.der())])
            .unwrap()
            .path
            .len(),
        3
    );
}
