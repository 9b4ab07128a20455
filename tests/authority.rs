//! Loading a CA, with its key or with a signer.

mod common;

use certwright::{
    CertificateAuthority, Error, ErrorCode as Code, Policy, check_fips, inspect, sign,
};
use common::issue::{
    Cert, Extension, Key, SUBJECT_KEY, algorithm, basic_constraints, sequence, subject_key,
};
use common::request::Csr;
use common::rows::{each_named, each_row};
use common::signer::Claims;
use common::{NOW, cases, policy, rng, vector};
use p256::pkcs8::{DecodePrivateKey, EncodePublicKey};
use proptest::prelude::*;

const ECDSA_SHA1: &str = "1.2.840.10045.4.1";

fn load(certificate: &Cert, policy: &Policy) -> Result<CertificateAuthority, Error> {
    CertificateAuthority::from_pem(&certificate.pem(), &certificate.key.private_pem(), policy)
}

/// The error of loading it.
#[track_caller]
fn not_loaded(certificate: &Cert) -> Error {
    load(certificate, &policy()).unwrap_err()
}

#[test]
fn a_ca_outside_its_validity_is_not_loaded_whatever_else_is_wrong_with_it() {
    let mut late = Cert::root("Root");
    late.not_after = NOW - 10;
    let mut early = Cert::root("Root");
    early.not_before = NOW + 100;
    let mut rows = Vec::new();
    for (certificate, why) in [(late, "it expired at"), (early, "it is not valid before")] {
        let mut nameless = certificate.clone();
        nameless.subject = sequence(&[]);
        let not_a_ca = certificate.clone().with(basic_constraints(false, None));
        let other = Key::p256("other").private_pem();
        let error = CertificateAuthority::from_pem(&certificate.pem(), &other, &policy());
        assert_eq!(error.unwrap_err().target(), Some("ca_private_key"));
        rows.push((format!("{why}, alone"), (certificate, why)));
        rows.push((format!("{why}, nameless"), (nameless, why)));
        rows.push((format!("{why}, not a CA"), (not_a_ca, why)));
    }
    each_named(rows, |(certificate, why)| {
        let error = not_loaded(&certificate);
        assert_eq!(error.code(), Code::CaCannotSign);
        assert_eq!(error.target(), Some("ca_certificate"));
        assert!(error.message().contains(why), "{error}");
    });
    let mut nameless = Cert::root("Root").with(basic_constraints(false, None));
    nameless.subject = sequence(&[]);
    assert_eq!(not_loaded(&nameless).code(), Code::CaCannotSign);
}

#[test]
fn of_an_unreadable_certificate_and_key_the_certificate_is_reported() {
    let error = CertificateAuthority::from_pem("", "", &policy()).unwrap_err();
    assert_eq!(error.target(), Some("ca_certificate"));
}

/// A CA that another one signed with SHA-1, as far as it says.
fn weakly_signed() -> Cert {
    let mut certificate = Cert::ca("Intermediate", &Cert::root("Top"));
    certificate.signer.algorithm = algorithm(ECDSA_SHA1);
    certificate
}

#[test]
fn a_ca_that_another_signed_with_sha1_is_refused() {
    let error = not_loaded(&weakly_signed());
    assert_eq!(error.code(), Code::HashNotSupported);
    assert_eq!(error.target(), Some("ca_certificate"));
    // Nobody relies on what a root says about itself.
    let mut own = Cert::root("Root");
    own.signer.algorithm = algorithm(ECDSA_SHA1);
    assert!(load(&own, &policy()).is_ok());
    // FIPS mode reports it when something is to be signed, before the names and the path length.
    let fips = policy().with_fips();
    let last = weakly_signed().with(basic_constraints(true, Some(0)));
    let ca = load(&last, &fips).unwrap();
    let to_be_ca = Csr::named("a.example").with(basic_constraints(true, None));
    let rows = [
        ("good", Csr::named("a.example")),
        ("same name", Csr::named("Intermediate")),
        ("path length", to_be_ca),
    ];
    each_named(rows, |csr| {
        let error = sign(&ca, &csr.request(), &fips, &mut rng(1)).unwrap_err();
        assert_eq!(error.code(), Code::CertificateNotFips);
        assert_eq!(error.target(), Some("ca_certificate"));
    });
}

#[test]
fn two_names_of_the_signature_algorithm_must_agree() {
    let mut odd = Cert::root("Root");
    odd.inner_algorithm = Some(algorithm(ECDSA_SHA1));
    assert_eq!(not_loaded(&odd).code(), Code::CaCannotSign);
    let error = check_fips(&odd.pem()).unwrap_err();
    assert_eq!(error.code(), Code::CertificateNotFips);
    assert!(inspect(&odd.pem()).is_ok());
}

#[test]
fn an_empty_key_identifier_is_none_and_an_unreadable_one_is_reported() {
    let request = Csr::named("a.example");
    let of = |certificate: &Cert| {
        let ca = load(certificate, &policy()).unwrap();
        let signed = sign(&ca, &request.request(), &policy(), &mut rng(1)).unwrap();
        inspect(&signed.public_certificate).unwrap()
    };
    let without = of(&Cert::root("Root").without(SUBJECT_KEY));
    let empty = Cert::root("Root").with(subject_key(&[]));
    let info = of(&empty);
    assert!(info.authority_key_identifier.is_some());
    assert_eq!(
        info.authority_key_identifier,
        without.authority_key_identifier
    );
    assert_eq!(inspect(&empty.pem()).unwrap().subject_key_identifier, None);
    let unreadable = Cert::root("Root").with(Extension::new(SUBJECT_KEY, vec![5, 0]));
    assert_eq!(not_loaded(&unreadable).code(), Code::CaCannotSign);
}

#[test]
fn a_signer_of_another_key_is_refused() {
    let root = Cert::root("Root");
    let load = |spki: &[u8]| {
        CertificateAuthority::with_signer(&root.pem(), Claims(spki.to_vec()), &policy())
    };
    assert!(load(&root.key.spki).is_ok());
    let other = Key::p256("other").spki;
    let rows: [&[u8]; 4] = [&other, b"", b"\x30\x00", &root.key.spki[1..]];
    each_row(rows, |spki| {
        let error = load(spki).unwrap_err();
        assert_eq!(error.code(), Code::CaCannotSign);
        assert_eq!(error.target(), Some("ca_private_key"));
    });
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn any_public_key_of_a_signer_is_answered(
        bytes in prop::collection::vec(any::<u8>(), 0..100),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let certificate = vector("ca-p256.pem");
        let load = |spki| CertificateAuthority::with_signer(&certificate, Claims(spki), &policy());
        prop_assert_eq!(load(bytes).unwrap_err().code(), Code::CaCannotSign);
        let key = p256::SecretKey::from_pkcs8_pem(&vector("ca-p256.key")).unwrap();
        let spki = key.public_key().to_public_key_der().unwrap().into_vec();
        let mut mutated = spki.clone();
        mutated[at.index(spki.len())] = byte;
        prop_assert_eq!(load(mutated.clone()).is_ok(), mutated == spki);
    }
}
