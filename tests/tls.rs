//! A server with an issued certificate completes a TLS handshake with a client that trusts the
//! root, both by rustls on a pure-Rust provider.

mod common;

use certwright::{
    CertificateAuthority, CreateRequest, CsrRequest, SignRequest, SubjectAlternatives, create,
    generate_csr, sign,
};
use common::rows::each_row;
use common::{NOW, policy, rng};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection};
use std::sync::Arc;
use std::time::Duration;

struct Issued {
    root: String,
    certificate: String,
    key: String,
}

fn issue(ca: &CreateRequest, csr: &CsrRequest) -> Issued {
    let (policy, mut rng) = (policy(), rng(1));
    let root = create(ca, &policy, &mut rng).unwrap();
    let request = generate_csr(csr, &policy, &mut rng).unwrap();
    let authority = CertificateAuthority::from_pem(
        &root.public_certificate,
        root.private_key.as_str(),
        &policy,
    )
    .unwrap();
    let order = SignRequest::new(&*request.csr).with_expiry("P90D");
    let signed = sign(&authority, &order, &policy, &mut rng).unwrap();
    Issued {
        root: root.public_certificate,
        certificate: signed.public_certificate,
        key: request.generated_private_key.as_str().to_owned(),
    }
}

/// The clock of the tests, for rustls.
#[derive(Debug)]
struct Frozen;

impl TimeProvider for Frozen {
    fn current_time(&self) -> Option<UnixTime> {
        let since = Duration::from_secs(NOW.unsigned_abs());
        Some(UnixTime::since_unix_epoch(since))
    }
}

/// Shakes hands in memory. The client presents `client`'s certificate, if there is one.
fn handshake(
    server: &Issued,
    server_name: &str,
    client: Option<&Issued>,
) -> Result<(), rustls::Error> {
    let provider = Arc::new(rustls_rustcrypto::provider());
    let trust = |root: &str| {
        let mut store = RootCertStore::empty();
        store
            .add(CertificateDer::from_pem_slice(root.as_bytes()).unwrap())
            .unwrap();
        store
    };
    let identity = |issued: &Issued| {
        let chain = vec![CertificateDer::from_pem_slice(issued.certificate.as_bytes()).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(issued.key.as_bytes()).unwrap();
        (chain, key)
    };

    let builder = ServerConfig::builder_with_details(provider.clone(), Arc::new(Frozen))
        .with_safe_default_protocol_versions()?;
    let builder = match client {
        None => builder.with_no_client_auth(),
        Some(client) => {
            let roots = Arc::new(trust(&client.root));
            let verifier = rustls::server::WebPkiClientVerifier::builder_with_provider(
                roots,
                provider.clone(),
            );
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let (chain, key) = identity(server);
    let server_config = builder.with_single_cert(chain, key)?;

    let builder = ClientConfig::builder_with_details(provider, Arc::new(Frozen))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(trust(&server.root));
    let client_config = match client {
        None => builder.with_no_client_auth(),
        Some(client) => {
            let (chain, key) = identity(client);
            builder.with_client_auth_cert(chain, key)?
        }
    };

    let name = ServerName::try_from(server_name.to_owned()).unwrap();
    let mut client = ClientConnection::new(Arc::new(client_config), name)?;
    let mut server = ServerConnection::new(Arc::new(server_config))?;
    while client.is_handshaking() || server.is_handshaking() {
        let mut wire = Vec::new();
        client.write_tls(&mut wire).unwrap();
        server.read_tls(&mut wire.as_slice()).unwrap();
        server.process_new_packets()?;
        let mut wire = Vec::new();
        server.write_tls(&mut wire).unwrap();
        client.read_tls(&mut wire.as_slice()).unwrap();
        client.process_new_packets()?;
    }
    Ok(())
}

fn server_names() -> SubjectAlternatives {
    SubjectAlternatives::new()
        .with_dns("server.example.com")
        .with_ip("127.0.0.1")
}

#[test]
fn server_below_an_ec_root() {
    each_row([256, 384], |key_size| {
        let root = CreateRequest::root_ca("EC root")
            .with_algorithm("ec")
            .with_key_size(key_size);
        let csr = CsrRequest::new("CN=server.example.com")
            .with_algorithm("ec")
            .with_subject_alternatives(server_names());
        let issued = issue(&root, &csr);
        assert_eq!(handshake(&issued, "server.example.com", None), Ok(()));
        assert_eq!(handshake(&issued, "127.0.0.1", None), Ok(()));
        assert!(handshake(&issued, "other.example.com", None).is_err());
    });
}

#[test]
fn server_and_client_below_an_rsa_root() {
    let root = CreateRequest::root_ca("RSA root");
    let server = issue(
        &root,
        &CsrRequest::new("CN=server.example.com").with_subject_alternatives(server_names()),
    );
    let client = issue(
        &CreateRequest::root_ca("client root").with_algorithm("ec"),
        &CsrRequest::new("CN=admin")
            .with_algorithm("ec")
            .with_extended_key_usages(["clientAuth"]),
    );
    assert_eq!(
        handshake(&server, "server.example.com", Some(&client)),
        Ok(())
    );
    // A client certificate is not one for servers.
    assert!(handshake(&client, "admin", None).is_err());
}
