//! For the same values and the same random bytes, both doors give the same.

use crate::common::rows::{each_named, each_row};
use crate::common::{CAS, ca, policy, rng, vector};
use crate::{certificate, der, in_days, signing_request};
use certwright::{
    CertificateKind, CreateRequest, CreateSpec, CsrRequest, CsrSpec, HashFunction, InstallRequest,
    InstallSpec, KeySpec, KeyUsage, SignRequest, SignSpec, SubjectAlternatives, create,
    generate_csr, install, sign,
};

const SEEDS: u8 = 8;

fn names() -> SubjectAlternatives {
    SubjectAlternatives::new()
        .with_dns("b.example")
        .with_ip("10.0.0.1")
}

#[test]
fn create_and_its_spec() {
    let spec = |kind, name| CreateSpec::new(kind, name, in_days(90)).unwrap();
    let rows = [
        (
            "ec server",
            CreateRequest::server("a.example").with_algorithm("ec"),
            spec(CertificateKind::Server, "a.example").with_key(KeySpec::P256),
        ),
        (
            "ec server of other names",
            CreateRequest::server("a.example")
                .with_algorithm("ec")
                .with_key_size(384)
                .with_hash_function("sha384")
                .with_subject_alternatives(names()),
            spec(CertificateKind::Server, "a.example")
                .with_key(KeySpec::P384)
                .with_hash(HashFunction::Sha384)
                .with_subject_alternatives(&names())
                .unwrap(),
        ),
        (
            "ec client",
            CreateRequest::client("admin")
                .with_algorithm("ec")
                .with_key_size(521)
                .with_hash_function("sha512"),
            spec(CertificateKind::Client, "admin")
                .with_key(KeySpec::P521)
                .with_hash(HashFunction::Sha512),
        ),
        (
            "ec root",
            CreateRequest::root_ca("ROOT")
                .with_algorithm("ec")
                .with_hash_function("sha224"),
            spec(CertificateKind::RootCa, "ROOT")
                .with_key(KeySpec::P256)
                .with_hash(HashFunction::Sha224),
        ),
        (
            "rsa root",
            CreateRequest::root_ca("ROOT"),
            spec(CertificateKind::RootCa, "ROOT"),
        ),
    ];
    let rows = rows.map(|(name, request, spec)| (name, (name, request.with_expiry("P90D"), spec)));
    each_named(rows, |(name, request, spec)| {
        assert_eq!(request.check(&policy()).unwrap(), spec);
        // RSA keys take long to find.
        let seeds = if name.starts_with("rsa") { 1 } else { SEEDS };
        for seed in 0..seeds {
            let rest = create(&request, &policy(), &mut rng(seed)).unwrap();
            let typed = spec.make(&policy(), &mut rng(seed)).unwrap();
            assert_eq!(rest.public_certificate, typed.public_certificate);
            assert_eq!(rest.private_key, typed.private_key);
            assert_eq!(rest.private_key_der, typed.private_key_der);
            assert_eq!(rest.certificate, typed.certificate);
            assert_eq!(typed.certificate.to_pem(), typed.public_certificate);
        }
    });
}

#[test]
fn generate_csr_and_its_spec() {
    let none = SubjectAlternatives::new();
    let rows = [
        (
            CsrRequest::new("C=US,O=Example,CN=a.example").with_algorithm("ec"),
            CsrSpec::new("C=US,O=Example,CN=a.example", &none)
                .unwrap()
                .with_key(KeySpec::P256),
        ),
        (
            CsrRequest::for_names(names())
                .with_algorithm("ec")
                .with_security_strength(192)
                .with_hash_function("sha384"),
            CsrSpec::new("", &names())
                .unwrap()
                .with_key(KeySpec::P384)
                .with_hash(HashFunction::Sha384),
        ),
        (
            CsrRequest::new("CN=a")
                .with_algorithm("ec")
                .with_security_strength(256)
                .with_subject_alternatives(names()),
            CsrSpec::new("CN=a", &names())
                .unwrap()
                .with_key(KeySpec::P521),
        ),
        (
            CsrRequest::new("CN=a")
                .with_algorithm("ec")
                .with_key_usages(["key_encipherment", "digitalSignature"])
                .with_extended_key_usages(["serverAuth", "1.2.3"]),
            CsrSpec::new("CN=a", &none)
                .unwrap()
                .with_key(KeySpec::P256)
                .with_key_usages([KeyUsage::DigitalSignature, KeyUsage::KeyEncipherment])
                .with_extended_key_usages(&["serverAuth", "1.2.3"])
                .unwrap(),
        ),
    ];
    each_row(rows, |(request, spec)| {
        assert_eq!(request.check(&policy()).unwrap(), spec);
        for seed in 0..SEEDS {
            let rest = generate_csr(&request, &policy(), &mut rng(seed)).unwrap();
            let typed = spec.make(&policy(), &mut rng(seed)).unwrap();
            assert_eq!(rest.csr, typed.csr);
            assert_eq!(rest.csr_der, typed.csr_der);
            assert_eq!(rest.generated_private_key, typed.generated_private_key);
            assert_eq!(rest.private_key_der, typed.private_key_der);
        }
    });
}

#[test]
fn sign_and_its_spec() {
    let requests = ["server.csr", "csr-p256-san.pem", "csr-usages.pem"];
    let rows = CAS.iter().flat_map(|ca| requests.map(|csr| (*ca, csr)));
    each_row(rows, |(name, csr)| {
        let ca = ca(name);
        let request = SignRequest::new(vector(csr))
            .with_hash_function("sha384")
            .with_expiry("P90D");
        let spec = SignSpec::new(in_days(90)).with_hash(HashFunction::Sha384);
        assert_eq!(request.check(&policy()).unwrap(), spec);
        let parsed = signing_request(csr);
        for seed in 0..SEEDS {
            let rest = sign(&ca, &request, &policy(), &mut rng(seed)).unwrap();
            let typed = ca.sign(&parsed, &spec, &policy(), &mut rng(seed)).unwrap();
            assert_eq!(rest, typed);
            assert_eq!(typed.certificate.to_pem(), typed.public_certificate);
        }
    });
}

#[test]
fn install_and_its_spec() {
    let (server, key) = (vector("server.pem"), vector("server.key"));
    let spec = |kind, name| InstallSpec::new(kind, certificate(name)).unwrap();
    let with_key = |kind| {
        spec(kind, "server.pem")
            .with_private_key_der(&der("server.key"))
            .unwrap()
    };
    let rows = [
        (
            InstallRequest::server(&*server, &*key),
            with_key(CertificateKind::Server),
        ),
        (
            InstallRequest::client(&*server, &*key)
                .with_intermediate(vector("root.pem"))
                .with_common_name("b.example")
                .with_name("b"),
            with_key(CertificateKind::Client)
                .with_intermediates(&[certificate("root.pem")])
                .unwrap()
                .with_common_name("b.example")
                .unwrap()
                .with_name("b"),
        ),
        (
            InstallRequest::server_ca(vector("ca-p256.pem")),
            spec(CertificateKind::ServerCa, "ca-p256.pem"),
        ),
        (
            InstallRequest::client_ca(vector("root.pem")).with_name(" "),
            spec(CertificateKind::ClientCa, "root.pem").with_name(" "),
        ),
    ];
    let rows = rows.map(|(request, spec)| (request.r#type.clone(), (request, spec)));
    each_named(rows, |(request, spec)| {
        let rest = install(&request, &policy()).unwrap();
        assert_eq!(rest, spec.install(&policy()).unwrap());
    });
}
