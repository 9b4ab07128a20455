//! What the typed door refuses has the codes of the REST API.

use crate::common::issue::Cert;
use crate::common::request::Csr;
use crate::common::rows::each_named;
use crate::common::{ca, policy, rng, vector};
use crate::{certificate, der, in_days, signing_request};
use certwright::{
    Certificate, CertificateAuthority, CertificateKind as Kind, CreateSpec, CsrSpec, Error,
    ErrorCode as Code, InstallSpec, KeySpec, Policy, SignSpec, SigningRequest, SubjectAlternatives,
    Time,
};

/// What is refused, the code and the target.
type Row = (&'static str, Result<(), Error>, Code, Option<&'static str>);

#[track_caller]
fn refused(rows: Vec<Row>) {
    let rows = rows
        .into_iter()
        .map(|(name, answer, code, target)| (name, (answer, code, target)));
    each_named(rows, |(answer, code, target)| {
        let error = answer.unwrap_err();
        assert_eq!((error.code(), error.target()), (code, target), "{error}");
        assert_eq!(error.http_status(), 400);
    });
}

fn none<T>(answer: Result<T, Error>) -> Result<(), Error> {
    answer.map(|_| ())
}

#[test]
fn of_create() {
    let new = |kind, name: &str| none(CreateSpec::new(kind, name, in_days(90)));
    let ends = |end: Time| {
        let spec = CreateSpec::new(Kind::RootCa, "ROOT", end).unwrap();
        none(spec.with_key(KeySpec::P256).make(&policy(), &mut rng(1)))
    };
    let names = |names: &SubjectAlternatives| {
        let spec = CreateSpec::new(Kind::Server, "a.example", in_days(90)).unwrap();
        none(spec.with_subject_alternatives(names))
    };
    let bad_dns = SubjectAlternatives::new().with_dns("-");
    let mut many = SubjectAlternatives::new();
    many.dns = vec!["a.example".into(); 1001];
    let common_name = Some("common_name");
    refused(vec![
        (
            "server_ca",
            new(Kind::ServerCa, "a"),
            Code::TypeNotSupported,
            Some("type"),
        ),
        (
            "client_ca",
            new(Kind::ClientCa, "a"),
            Code::TypeNotSupported,
            Some("type"),
        ),
        (
            "no name",
            new(Kind::Server, ""),
            Code::CommonNameMissing,
            common_name,
        ),
        (
            "control",
            new(Kind::Server, "\u{7}"),
            Code::CommonNameInvalid,
            common_name,
        ),
        (
            "long",
            new(Kind::Server, &"a".repeat(65)),
            Code::CommonNameInvalid,
            common_name,
        ),
        (
            "today",
            ends(in_days(0)),
            Code::ExpiryOutOfRange,
            Some("expiry_time"),
        ),
        (
            "in the past",
            ends(in_days(-1)),
            Code::ExpiryOutOfRange,
            Some("expiry_time"),
        ),
        (
            "too far",
            ends(in_days(3653)),
            Code::ExpiryOutOfRange,
            Some("expiry_time"),
        ),
        (
            "never",
            ends(Time::MAX),
            Code::ExpiryOutOfRange,
            Some("expiry_time"),
        ),
        (
            "dns",
            names(&bad_dns),
            Code::CreateFailed,
            Some("subject_alternatives.dns"),
        ),
        (
            "many",
            names(&many),
            Code::OutOfMemory,
            Some("subject_alternatives"),
        ),
    ]);
    assert!(ends(in_days(1)).is_ok() && ends(in_days(3652)).is_ok());
}

#[test]
fn of_generate_csr() {
    let new = |subject: &str, names: &SubjectAlternatives| none(CsrSpec::new(subject, names));
    let no_names = SubjectAlternatives::new();
    let subject = Some("subject_name");
    let bad_ip = SubjectAlternatives::new().with_ip("10.0.0.0/8");
    refused(vec![
        (
            "nothing",
            new("", &no_names),
            Code::CommonNameMissing,
            subject,
        ),
        ("no pair", new("CN", &no_names), Code::CreateFailed, subject),
        (
            "control",
            new("CN=\u{7}", &no_names),
            Code::CommonNameInvalid,
            subject,
        ),
        (
            "ip",
            new("CN=a", &bad_ip),
            Code::CreateFailed,
            Some("subject_alternatives.ip"),
        ),
    ]);
}

#[test]
fn of_reading_a_signing_request() {
    let read = |name| none(SigningRequest::from_pem(&vector(name)));
    let pem = vector("csr-p256.pem");
    let own = |code| (code, Some("signing_request"));
    let row = |name, answer, (code, target)| (name, answer, code, target);
    refused(vec![
        row(
            "signature",
            read("csr-bad-signature.pem"),
            own(Code::SigningFailed),
        ),
        row(
            "ed25519",
            read("csr-ed25519.pem"),
            own(Code::KeyTypeNotSupported),
        ),
        row("dsa", read("csr-dsa.pem"), own(Code::KeyTypeNotSupported)),
        row("md5", read("csr-md5.pem"), own(Code::HashNotSupported)),
        row("sha1", read("csr-sha1.pem"), own(Code::HashNotSupported)),
        row("no request", read("root.pem"), own(Code::SigningFailed)),
        row(
            "two",
            none(SigningRequest::from_pem(&pem.repeat(2))),
            own(Code::SigningFailed),
        ),
        row(
            "empty",
            none(SigningRequest::from_der(&[])),
            own(Code::SigningFailed),
        ),
        row(
            "large",
            none(SigningRequest::from_der(&vec![0x30; (1 << 20) + 1])),
            own(Code::OutOfMemory),
        ),
    ]);
}

/// What a CA answers to a request.
fn sign(
    ca: &CertificateAuthority,
    request: &SigningRequest,
    not_after: Time,
    policy: &Policy,
) -> Result<(), Error> {
    none(ca.sign(request, &SignSpec::new(not_after), policy, &mut rng(1)))
}

#[test]
fn of_sign() {
    let fips = policy().with_fips();
    let mut sixty_days = Cert::root("Root");
    sixty_days.not_after = in_days(60).unix();
    let sixty_days =
        CertificateAuthority::from_pem(&sixty_days.pem(), &sixty_days.key.private_pem(), &policy())
            .unwrap();
    let until = |days| {
        let request = signing_request("server.csr");
        sign(&sixty_days, &request, in_days(days), &policy())
    };
    let of_ca = |name, csr, policy| sign(&ca(name), &signing_request(csr), in_days(90), &policy);
    let of = |csr| of_ca("root", csr, policy());
    let long = Csr::named(&"a".repeat(65)).pem();
    let long = SigningRequest::from_pem(&long).unwrap();
    let request = Some("signing_request");
    let expiry = Some("expiry_time");
    refused(vec![
        ("today", until(0), Code::ExpiryOutOfRange, expiry),
        ("too far", until(3653), Code::ExpiryOutOfRange, expiry),
        ("after the CA", until(61), Code::OutlivesCa, expiry),
        (
            "no name",
            of("csr-nothing.pem"),
            Code::CommonNameMissing,
            request,
        ),
        (
            "long name",
            sign(&ca("root"), &long, in_days(90), &policy()),
            Code::CommonNameInvalid,
            request,
        ),
        (
            "same name",
            of("csr-same-cn.pem"),
            Code::SameCommonNameAsCa,
            request,
        ),
        (
            "bad dns",
            of("csr-bad-dns.pem"),
            Code::SigningFailed,
            request,
        ),
        (
            "fips",
            of_ca("root", "csr-rsa1024.pem", fips),
            Code::CertificateNotFips,
            request,
        ),
        (
            "to be a CA",
            of_ca("ca-pathlen0", "csr-ca.pem", policy()),
            Code::CaCannotSign,
            request,
        ),
    ]);
    assert!(until(60).is_ok());
}

#[test]
fn of_install() {
    let spec = |kind, name| InstallSpec::new(kind, certificate(name));
    let key = |name| {
        let spec = spec(Kind::Server, "server.pem")?;
        spec.with_private_key_der(&der(name))?.install(&policy())
    };
    let ca = || spec(Kind::ServerCa, "root.pem");
    let ca_with_key = || {
        let spec = ca()?.with_private_key_der(&der("root.key"))?;
        spec.install(&policy())
    };
    let ca_with_intermediate = || {
        let spec = ca()?.with_intermediates(&[certificate("ca-p256.pem")])?;
        spec.install(&policy())
    };
    let key_field = Some("private_key");
    let many = vec![certificate("root.pem"); 1001];
    refused(vec![
        (
            "root",
            none(spec(Kind::RootCa, "root.pem")),
            Code::TypeNotSupported,
            Some("type"),
        ),
        (
            "ed25519",
            none(spec(Kind::Server, "ed25519.pem")),
            Code::KeyTypeNotSupported,
            Some("public_certificate"),
        ),
        (
            "no key",
            none(spec(Kind::Server, "server.pem").and_then(|spec| spec.install(&policy()))),
            Code::PrivateKeyMissing,
            key_field,
        ),
        (
            "key of another",
            none(key("root.key")),
            Code::KeyMismatch,
            key_field,
        ),
        (
            "no key at all",
            none(key("root.pem")),
            Code::PrivateKeyUnreadable,
            key_field,
        ),
        (
            "ed25519 key",
            none(key("ed25519.key")),
            Code::KeyTypeNotSupported,
            key_field,
        ),
        (
            "CA with key",
            none(ca_with_key()),
            Code::PrivateKeyNotAccepted,
            key_field,
        ),
        (
            "CA with another",
            none(ca_with_intermediate()),
            Code::IntermediatesNotAccepted,
            Some("intermediate_certificates"),
        ),
        (
            "no CA",
            none(spec(Kind::ClientCa, "server.pem").and_then(|spec| spec.install(&policy()))),
            Code::IssuerUnusable,
            Some("public_certificate"),
        ),
        (
            "no name",
            none(ca().and_then(|spec| spec.with_common_name(""))),
            Code::CommonNameMissing,
            Some("common_name"),
        ),
        (
            "many",
            none(ca().and_then(|spec| spec.with_intermediates(&many))),
            Code::OutOfMemory,
            Some("public_certificate"),
        ),
    ]);
}

#[test]
fn of_reading_a_certificate() {
    let field = Some("public_certificate");
    let root = vector("root.pem");
    refused(vec![
        (
            "empty",
            none(Certificate::from_der(&[])),
            Code::CertificateUnreadable,
            field,
        ),
        (
            "no PEM",
            none(Certificate::from_pem("")),
            Code::CertificateUnreadable,
            field,
        ),
        (
            "a request",
            none(Certificate::from_der(&der("server.csr"))),
            Code::CertificateUnreadable,
            field,
        ),
        (
            "large",
            none(Certificate::from_der(&vec![0x30; (1 << 20) + 1])),
            Code::OutOfMemory,
            field,
        ),
        (
            "65",
            none(Certificate::from_pem_bundle(&root.repeat(65))),
            Code::OutOfMemory,
            field,
        ),
    ]);
    let bundle = Certificate::from_pem_bundle(&root.repeat(64)).unwrap();
    assert_eq!(bundle, vec![certificate("root.pem"); 64]);
}
