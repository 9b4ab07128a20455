//! The rules of signing and of loading a CA, on requests and certificates that other tools would
//! not make.

mod common;

use certwright::ErrorCode as Code;
use certwright::{
    CertificateAuthority, CertificateInfo, Error, Policy, SignRequest, SignatureAlgorithm, Signer,
    SignerError, Time, check_fips, inspect, sign,
};
use common::issue::{
    ALTERNATIVE_NAMES, BASIC_CONSTRAINTS, CLIENT_AUTH, Cert, EXTENDED_KEY_USAGE, Extension,
    KEY_USAGE, Key, SERVER_AUTH, SUBJECT_KEY, algorithm, alternative_names, basic_constraints, dns,
    email, extended_key_usage, ip, key_usage, sequence, subject_key, tlv, unix_now,
};
use common::request::{COMMON_NAME, Csr, ORGANIZATION, UTF8, name_of};
use common::{rng, vector};
use std::time::SystemTime;

const ECDSA_SHA1: &str = "1.2.840.10045.4.1";

fn policy() -> Policy {
    Policy::at(SystemTime::now())
}

fn load(certificate: &Cert, policy: &Policy) -> Result<CertificateAuthority, Error> {
    CertificateAuthority::from_pem(&certificate.pem(), &certificate.key.private_pem(), policy)
}

fn root() -> CertificateAuthority {
    load(&Cert::root("Root"), &policy()).unwrap()
}

fn signed_by(ca: &CertificateAuthority, csr: &Csr) -> Result<CertificateInfo, Error> {
    let request = csr.request().with_expiry("P30D");
    let signed = sign(ca, &request, &policy(), &mut rng(1))?;
    Ok(inspect(&signed.public_certificate).unwrap())
}

fn signed(csr: &Csr) -> CertificateInfo {
    signed_by(&root(), csr).unwrap()
}

fn refused(csr: &Csr) -> Error {
    signed_by(&root(), csr).unwrap_err()
}

fn nameless() -> Csr {
    Csr::new(name_of(ORGANIZATION, UTF8, "Example"))
}

#[test]
fn a_common_name_is_judged_as_it_will_be_issued() {
    let long = format!("  {}", "a".repeat(64));
    for name in ["host.example\n", "a\0b", &long, &"a".repeat(65), "\u{200b}"] {
        let error = refused(&Csr::named(name));
        assert_eq!(error.code(), Code::CommonNameInvalid, "{name:?}: {error}");
        assert_eq!(error.target(), Some("signing_request"));
    }
    let octets = Csr::new(name_of(COMMON_NAME, 0x04, "abc"));
    assert_eq!(refused(&octets).code(), Code::CommonNameInvalid);
    // One of blanks is none, and where one is needed that is what is wrong.
    let blank = Csr::named("  ");
    assert_eq!(refused(&blank).code(), Code::CommonNameMissing);
    let blank = blank.with(alternative_names(&[dns("a.example")]));
    assert_eq!(refused(&blank).code(), Code::CommonNameInvalid);
    let blanks = signed(&Csr::named(" a.example "));
    assert_eq!(blanks.common_name.as_deref(), Some(" a.example "));
    assert_eq!(blanks.subject_alternatives.dns, ["a.example"]);
}

#[test]
fn a_common_name_that_is_a_host_or_an_address_becomes_the_alternative_name() {
    for name in ["localhost", "MYHOST", "my.host", "*.my.host"] {
        let names = signed(&Csr::named(name)).subject_alternatives;
        assert_eq!(names.dns, [name]);
    }
    for address in ["10.0.0.1", "fe80::1"] {
        let names = signed(&Csr::named(address)).subject_alternatives;
        assert_eq!(
            (names.ip, names.dns),
            (vec![address.to_owned()], Vec::new())
        );
    }
    for other in ["Some Person", "a_b", "12345", "*"] {
        let names = signed(&Csr::named(other)).subject_alternatives;
        assert!(names.is_empty(), "{other}");
    }
}

#[test]
fn an_empty_list_of_names_counts_as_none() {
    let none = alternative_names(&[]);
    let error = refused(&nameless().with(none.clone()));
    assert_eq!(error.code(), Code::CommonNameMissing);
    let info = signed(&Csr::named("a.example").with(none));
    assert_eq!(info.subject_alternatives.dns, ["a.example"]);
}

#[test]
fn what_is_malformed_is_told_before_anything_is_judged() {
    let same_name = Csr::named("Root");
    assert_eq!(refused(&same_name).code(), Code::SameCommonNameAsCa);
    for kind in [
        BASIC_CONSTRAINTS,
        KEY_USAGE,
        EXTENDED_KEY_USAGE,
        ALTERNATIVE_NAMES,
    ] {
        let odd = Extension::new(kind, tlv(2, &[1]));
        let error = refused(&same_name.clone().with(odd));
        assert_eq!(error.code(), Code::SigningFailed, "{kind}");
        assert!(error.message().contains("is not readable"), "{error}");
    }
}

#[test]
fn a_path_length_that_is_not_granted_may_be_any() {
    let length = sequence(&[tlv(1, &[0xff]), tlv(2, &[1, 44])]);
    let info = signed(&Csr::named("a.example").with(Extension::new(BASIC_CONSTRAINTS, length)));
    assert_eq!((info.is_ca, info.path_length), (false, None));
}

#[test]
fn repeated_names_and_usages_collapse() {
    let csr = Csr::named("a.example")
        .with(extended_key_usage(&[CLIENT_AUTH, SERVER_AUTH, CLIENT_AUTH]))
        .with(alternative_names(&[
            dns("a.example"),
            dns("A.EXAMPLE"),
            email("a@b.example"),
            dns("b.example"),
            email("a@B.example"),
            ip(&[10, 0, 0, 1]),
            ip(&[10, 0, 0, 1]),
        ]));
    let info = signed(&csr);
    assert_eq!(info.extended_key_usages, ["clientAuth", "serverAuth"]);
    let names = info.subject_alternatives;
    assert_eq!(names.dns, ["a.example", "b.example"]);
    assert_eq!(names.email, ["a@b.example"]);
    assert_eq!(names.ip, ["10.0.0.1"]);
}

#[test]
fn a_request_has_the_limits_of_one_of_ours() {
    let usages: Vec<_> = (0..101).map(|arc| format!("1.2.3.{arc}")).collect();
    let usages: Vec<_> = usages.iter().map(String::as_str).collect();
    let csr = |count: usize| Csr::named("a.example").with(extended_key_usage(&usages[..count]));
    assert_eq!(signed(&csr(100)).extended_key_usages.len(), 100);
    assert_eq!(refused(&csr(101)).code(), Code::SigningFailed);
    let names: Vec<_> = (0..1001).map(|host| dns(&format!("h{host}.a"))).collect();
    let csr = |count: usize| Csr::named("a.example").with(alternative_names(&names[..count]));
    assert_eq!(signed(&csr(1000)).subject_alternatives.dns.len(), 1000);
    assert_eq!(refused(&csr(1001)).code(), Code::SigningFailed);
}

#[test]
fn a_printable_string_of_other_characters_is_encoded_anew() {
    let info = signed(&Csr::new(name_of(COMMON_NAME, 0x13, "*.a.example")));
    assert_eq!(info.common_name.as_deref(), Some("*.a.example"));
    assert_eq!(info.subject_alternatives.dns, ["*.a.example"]);
}

#[test]
fn a_subject_that_is_the_cas_whole_name_is_refused() {
    let mut authority = Cert::root("Root");
    authority.subject = name_of(ORGANIZATION, UTF8, "Foo");
    authority.issuer.clone_from(&authority.subject);
    let ca = load(&authority, &policy()).unwrap();
    let named = |organization| {
        let csr = Csr::new(name_of(ORGANIZATION, 0x13, organization));
        signed_by(&ca, &csr.with(alternative_names(&[dns("a.example")])))
    };
    assert_eq!(named(" FOO").unwrap_err().code(), Code::SameCommonNameAsCa);
    assert_eq!(named("Bar").unwrap().ca, "O=Foo");
    assert!(signed_by(&ca, &Csr::named("Foo")).is_ok());
}

/// The error of loading it.
fn not_loaded(certificate: &Cert) -> Error {
    load(certificate, &policy()).unwrap_err()
}

#[test]
fn a_ca_outside_its_validity_is_not_loaded_whatever_else_is_wrong_with_it() {
    let now = unix_now();
    let mut late = Cert::root("Root");
    late.not_after = now - 10;
    let mut early = Cert::root("Root");
    early.not_before = now + 100;
    for (certificate, why) in [(&late, "it expired at"), (&early, "it is not valid before")] {
        let mut nameless = certificate.clone();
        nameless.subject = sequence(&[]);
        let not_a_ca = certificate.clone().with(basic_constraints(false, None));
        for certificate in [certificate, &nameless, &not_a_ca] {
            let error = not_loaded(certificate);
            assert_eq!(error.code(), Code::CaCannotSign);
            assert_eq!(error.target(), Some("ca_certificate"));
            assert!(error.message().contains(why), "{error}");
        }
        let other = Key::p256("other").private_pem();
        let error = CertificateAuthority::from_pem(&certificate.pem(), &other, &policy());
        assert_eq!(error.unwrap_err().target(), Some("ca_private_key"));
    }
    let mut nameless = Cert::root("Root").with(basic_constraints(false, None));
    nameless.subject = sequence(&[]);
    assert_eq!(not_loaded(&nameless).code(), Code::CaCannotSign);
}

#[test]
fn of_an_unreadable_certificate_and_key_the_certificate_is_told() {
    let error = CertificateAuthority::from_pem("", "", &policy()).unwrap_err();
    assert_eq!(error.target(), Some("ca_certificate"));
    let error = certwright::match_key("", "").unwrap_err();
    assert_eq!(error.code(), Code::CertificateUnreadable);
    let error = certwright::match_key(&vector("ed25519.pem"), "").unwrap_err();
    assert_eq!(error.code(), Code::PrivateKeyUnreadable);
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
    // FIPS mode tells it when something is to be signed, before the names and the path length.
    let fips = policy().with_fips();
    let last = weakly_signed().with(basic_constraints(true, Some(0)));
    let ca = load(&last, &fips).unwrap();
    for csr in [
        Csr::named("a.example"),
        Csr::named("Intermediate"),
        Csr::named("a.example").with(basic_constraints(true, None)),
    ] {
        let error = sign(&ca, &csr.request(), &fips, &mut rng(1)).unwrap_err();
        assert_eq!(error.code(), Code::CertificateNotFips);
        assert_eq!(error.target(), Some("ca_certificate"));
    }
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
fn an_empty_key_identifier_is_none_and_an_unreadable_one_is_told() {
    let request = Csr::named("a.example");
    let of = |certificate: &Cert| signed_by(&load(certificate, &policy()).unwrap(), &request);
    let without = of(&Cert::root("Root").without(SUBJECT_KEY)).unwrap();
    let empty = Cert::root("Root").with(subject_key(&[]));
    let info = of(&empty).unwrap();
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
fn of_two_faults_the_first_is_told_with_a_ca_that_has_expired_meanwhile() {
    let ca = root();
    let later = Policy::at(Time::from_unix(unix_now() + 4000 * 86_400).unwrap());
    let good = Csr::named("a.example");
    let code = |request: SignRequest| {
        let error = sign(&ca, &request, &later, &mut rng(1)).unwrap_err();
        error.code()
    };
    let request = good.request();
    assert_eq!(
        code(request.clone().with_hash_function("x")),
        Code::HashNotSupported
    );
    assert_eq!(code(request.with_expiry("x")), Code::ExpiryOutOfRange);
    assert_eq!(code(SignRequest::new("x")), Code::SigningFailed);
    assert_eq!(code(good.clone().forged().request()), Code::SigningFailed);
    let odd = Extension::new(KEY_USAGE, tlv(2, &[1]));
    assert_eq!(code(good.clone().with(odd).request()), Code::SigningFailed);
    assert_eq!(code(nameless().request()), Code::CaCannotSign);
    assert_eq!(code(good.request()), Code::CaCannotSign);
}

#[test]
fn of_two_faults_in_a_request_the_first_is_told() {
    let malformed = Csr::named("a\0").with(Extension::new(KEY_USAGE, tlv(2, &[1])));
    let error = refused(&malformed.clone().forged());
    assert!(error.message().contains("does not verify"), "{error}");
    assert_eq!(refused(&malformed).code(), Code::SigningFailed);
    assert_eq!(refused(&nameless().forged()).code(), Code::SigningFailed);
    // Its line end would not count in the comparison with the CA's name.
    assert_eq!(
        refused(&Csr::named("ROOT\n")).code(),
        Code::CommonNameInvalid
    );
    // Names are compared before anything that is asked for is weighed.
    let bad_name = alternative_names(&[dns("a_b")]);
    assert_eq!(
        refused(&Csr::named("root").with(bad_name)).code(),
        Code::SameCommonNameAsCa
    );
    let last = Cert::root("Root").with(basic_constraints(true, Some(0)));
    let last = load(&last, &policy()).unwrap();
    let to_be_ca = Csr::named("root").with(basic_constraints(true, None));
    let error = signed_by(&last, &to_be_ca).unwrap_err();
    assert_eq!(error.code(), Code::CaCannotSign);
    let usage = signed(&Csr::named("a.example").with(key_usage(0x06)));
    assert_eq!(usage.key_usages, ["digitalSignature"]);
}

/// A device that says it has this key.
struct Claims(Vec<u8>);

impl Signer for Claims {
    fn public_key(&self) -> Vec<u8> {
        self.0.clone()
    }

    fn sign(&self, _: SignatureAlgorithm, _: &[u8]) -> Result<Vec<u8>, SignerError> {
        Err(SignerError::new("it has none"))
    }
}

#[test]
fn a_signer_of_another_key_is_refused() {
    let root = Cert::root("Root");
    let load = |spki: &[u8]| {
        CertificateAuthority::with_signer(&root.pem(), Claims(spki.to_vec()), &policy())
    };
    assert!(load(&root.key.spki).is_ok());
    for spki in [
        &Key::p256("other").spki[..],
        b"",
        b"\x30\x00",
        &root.key.spki[1..],
    ] {
        let error = load(spki).unwrap_err();
        assert_eq!(error.code(), Code::CaCannotSign);
        assert_eq!(error.target(), Some("ca_private_key"));
    }
}
