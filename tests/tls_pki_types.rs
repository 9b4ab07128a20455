//! Feature `pki-types`: what the engine made goes into rustls, and comes out of it, without PEM in
//! between.

mod common;
#[path = "common/handshake.rs"]
mod handshake;

use certwright::{
    Certificate, CertificateAuthority, CertificateKind, CreateSpec, CreatedCertificate, CsrSpec,
    KeySpec, SignSpec, SigningRequest, SubjectAlternatives, Time,
};
use common::rows::each_row;
use common::{NOW, policy, rng};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

const HOST: &str = "server.example.com";

fn in_days(days: i64) -> Time {
    Time::from_unix(NOW + days * 86_400).unwrap()
}

fn create(kind: CertificateKind, name: &str, key: KeySpec) -> CreatedCertificate {
    CreateSpec::new(kind, name, in_days(365))
        .unwrap()
        .with_key(key)
        .make(&policy(), &mut rng(1))
        .unwrap()
}

/// A handshake of a server that has this certificate and key with a client that trusts `root`.
fn handshake(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    root: &Certificate,
    name: &str,
) -> Result<(), rustls::Error> {
    let server = handshake::server(None)?.with_single_cert(chain, key)?;
    let client = handshake::client(root.into())?.with_no_client_auth();
    handshake::shake_hands(server, client, name)
}

#[test]
fn a_created_certificate_serves_tls() {
    each_row([KeySpec::P256, KeySpec::P384, KeySpec::Rsa2048], |key| {
        let created = create(CertificateKind::Server, HOST, key);
        let shake = |root: &CreatedCertificate, name| {
            let chain = vec![created.certificate.clone().into()];
            handshake(
                chain,
                (&created.private_key_der).into(),
                &root.certificate,
                name,
            )
        };
        assert_eq!(shake(&created, HOST), Ok(()));
        assert!(shake(&created, "other.example.com").is_err());
        let other = create(CertificateKind::RootCa, "other", KeySpec::P256);
        assert!(shake(&other, HOST).is_err());
    });
}

#[test]
fn a_signed_certificate_serves_tls_below_its_root() {
    let root = create(CertificateKind::RootCa, "ROOT", KeySpec::P256);
    let ca = CertificateAuthority::from_der(
        root.certificate.der(),
        root.private_key_der.as_bytes(),
        &policy(),
    )
    .unwrap();
    let names = SubjectAlternatives::new().with_dns(HOST);
    let csr = CsrSpec::new("CN=server", &names)
        .unwrap()
        .with_key(KeySpec::P256)
        .make(&policy(), &mut rng(2))
        .unwrap();
    let request = SigningRequest::from_der(&csr.csr_der).unwrap();
    let spec = SignSpec::new(in_days(90));
    let signed = ca.sign(&request, &spec, &policy(), &mut rng(3)).unwrap();
    let key: PrivateKeyDer<'_> = (&csr.private_key_der).into();
    let chain = vec![signed.certificate.into()];
    let answer = handshake(chain, key.clone_key(), &root.certificate, HOST);
    assert_eq!(answer, Ok(()));
    // rustls has the key of another certificate refused.
    let chain = vec![root.certificate.clone().into()];
    assert!(handshake(chain, key, &root.certificate, HOST).is_err());
}

#[test]
fn what_a_peer_presented_can_be_read() {
    let created = create(CertificateKind::Client, "admin", KeySpec::P256);
    let presented: CertificateDer<'static> = created.certificate.clone().into();
    assert_eq!(
        Certificate::try_from(&presented).unwrap(),
        created.certificate
    );
    let error = Certificate::try_from(&CertificateDer::from(vec![0x30, 0])).unwrap_err();
    assert_eq!(error.code(), certwright::ErrorCode::CertificateUnreadable);
}
