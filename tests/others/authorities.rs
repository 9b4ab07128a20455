//! CAs as organizations have them, and the bundles of roots that systems come with.

use crate::common::issue::{
    BASIC_CONSTRAINTS, Cert, Extension, NAME_CONSTRAINTS, UNKNOWN, alternative_names, directory,
    dns, email, ip, name_constraints, rdn, sequence, tlv, uri,
};
use crate::common::policy;
use crate::common::request::{COMMON_NAME, Csr, ORGANIZATION, UTF8};
use crate::common::rows::{each_named, each_row};
use crate::{load, signed_by};
use certwright::{Certificate, CertificateAuthority, ErrorCode as Code, PathOptions, TrustStore};
use std::fmt::Write as _;

#[test]
fn the_cas_own_constraints() {
    let organization = |name| sequence(&[rdn(ORGANIZATION, UTF8, name)]);
    let named = |organization: &str, host: &str| {
        let rdns = [
            rdn(ORGANIZATION, UTF8, organization),
            rdn(COMMON_NAME, UTF8, host),
        ];
        Csr::new(sequence(&rdns))
    };
    let corp = "svm1.corp.example.com";
    let with = |names: &[Vec<u8>]| Csr::named(corp).with(alternative_names(names));
    let permitted = |base: Vec<u8>| name_constraints(&[base], &[]);
    let excluded = |base: Vec<u8>| name_constraints(&[], &[base]);
    let in_corp = || permitted(dns("corp.example.com"));
    // The constraints, a request that keeps them, one that does not, and the name that is refused.
    #[rustfmt::skip]
    let rows = [
        ("common name", in_corp(), Csr::named(corp), Csr::named("www.example.org"), "www.example.org"),
        ("one of two", in_corp(), with(&[dns(corp), dns("corp.example.com")]), with(&[dns(corp), dns("example.com")]), "example.com"),
        ("wildcard", in_corp(), with(&[dns("*.corp.example.com")]), with(&[dns("*.example.com")]), "*.example.com"),
        ("excluded", excluded(dns("secret.example.com")), with(&[dns(corp)]), with(&[dns("a.secret.example.com")]), "a.secret.example.com"),
        ("common name beside an e-mail address", in_corp(), with(&[email("a@b.example")]), Csr::named("www.example.org").with(alternative_names(&[email("a@b.example")])), "www.example.org"),
        ("address", permitted(ip(&[10, 0, 0, 0, 255, 0, 0, 0])), with(&[ip(&[10, 1, 2, 3])]), with(&[ip(&[192, 168, 0, 1])]), "192.168.0.1"),
        ("e-mail", permitted(email("example.com")), with(&[email("a@example.com")]), with(&[email("a@example.org")]), "a@example.org"),
        ("URI", permitted(uri(".example.com")), with(&[uri("https://a.example.com/")]), with(&[uri("https://a.example.org/")]), "https://a.example.org/"),
        ("directory name", permitted(directory(&organization("NTAP"))), named("ntap", corp), named("Other", corp), "O=Other,CN=svm1.corp.example.com"),
        ("excluded directory name", excluded(directory(&organization("Other"))), named("NTAP", corp), named("OTHER", corp), "O=OTHER,CN=svm1.corp.example.com"),
    ];
    let named =
        rows.map(|(row, constraints, good, bad, name)| (row, (constraints, good, bad, name)));
    each_named(named, |(constraints, good, bad, name)| {
        let ca = load(&Cert::root("Root").with(constraints));
        signed_by(&ca, &good).unwrap();
        let error = signed_by(&ca, &bad).unwrap_err();
        assert_eq!(error.code(), Code::SigningFailed);
        assert_eq!(error.target(), Some("signing_request"));
        assert!(error.message().contains(&format!("\"{name}\"")), "{error}");
        assert_eq!(error.arguments()[0].message, name);
    });
    // The e-mail address of a subject without alternative names.
    let ca = load(&Cert::root("Root").with(permitted(email("example.com"))));
    let address = |text| {
        let rdns = [
            rdn(COMMON_NAME, UTF8, "Some Person"),
            rdn("1.2.840.113549.1.9.1", 0x16, text),
        ];
        signed_by(&ca, &Csr::new(sequence(&rdns)))
    };
    assert!(address("a@example.com").is_ok());
    assert_eq!(
        address("a@example.org").unwrap_err().code(),
        Code::SigningFailed
    );
}

#[test]
fn constraints_that_are_not_readable() {
    let ca = load(&Cert::root("Root").with(Extension::new(NAME_CONSTRAINTS, vec![5, 0])));
    let error = signed_by(&ca, &Csr::named("svm1.example.com")).unwrap_err();
    assert_eq!(
        (error.code(), error.target()),
        (Code::CaCannotSign, Some("ca_certificate"))
    );
}

#[test]
fn unknown_critical_extensions() {
    each_row([UNKNOWN, "1.3.6.1.4.1.55555.1", "2.5.29.99"], |oid| {
        let authority = Cert::root("Root").with(Extension::critical(oid, vec![5, 0]));
        let key = authority.key.private_pem();
        let error = CertificateAuthority::from_pem(&authority.pem(), &key, &policy()).unwrap_err();
        assert_eq!(error.code(), Code::CaCannotSign);
        assert!(error.message().contains(oid), "{error}");
        let certificate = Certificate::from_der(&authority.der()).unwrap();
        assert!(CertificateAuthority::without_key(&certificate, &policy()).is_err());
        load(&Cert::root("Root").with(Extension::new(oid, vec![5, 0])));
    });
}

/// As `ca-certificates` has it, with comments between; and one root of which nothing can be made.
#[test]
fn a_whole_root_bundle() {
    let roots: Vec<_> = (0..150)
        .map(|number| Cert::root(&format!("root {number}")))
        .collect();
    let mut bundle = String::new();
    for (number, root) in roots.iter().enumerate() {
        writeln!(bundle, "# root {number}\n{}", root.pem()).unwrap();
    }
    let store = TrustStore::from_pem(&bundle).unwrap();
    assert_eq!((store.len(), store.rejected().len()), (150, 0));
    let leaf = Cert::leaf("svm1.example.com", &roots[149]);
    let leaf = Certificate::from_der(&leaf.der()).unwrap();
    let options = PathOptions::server("svm1.example.com");
    assert!(store.verify(&leaf, &[], &options, &policy()).is_ok());

    let bad = [
        roots[7]
            .clone()
            .with(Extension::new(NAME_CONSTRAINTS, vec![5, 0]))
            .pem(),
        roots[7]
            .clone()
            .with(Extension::new(BASIC_CONSTRAINTS, tlv(2, &[1])))
            .pem(),
        "-----BEGIN CERTIFICATE-----\nMAMCAQA=\n-----END CERTIFICATE-----\n".to_owned(),
    ];
    each_row(bad, |bad| {
        let bundle = bundle.replace(&roots[7].pem(), &bad);
        let store = TrustStore::from_pem(&bundle).unwrap();
        assert_eq!((store.len(), store.rejected()[0].index), (149, 7));
        assert!(store.verify(&leaf, &[], &options, &policy()).is_ok());
    });
}
