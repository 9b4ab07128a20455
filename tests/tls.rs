//! A server with an issued certificate completes a TLS handshake with a client that trusts the
//! root, both by rustls on a pure-Rust provider.

mod common;
#[path = "common/handshake.rs"]
mod handshake;

use certwright::{
    CertificateAuthority, CreateRequest, CsrRequest, SignRequest, SubjectAlternatives, create,
    generate_csr, sign,
};
use common::rows::each_row;
use common::{policy, rng};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

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

/// Shakes hands. The client presents `client`'s certificate, if there is one.
fn handshake(
    server: &Issued,
    server_name: &str,
    client: Option<&Issued>,
) -> Result<(), rustls::Error> {
    let root = |issued: &Issued| CertificateDer::from_pem_slice(issued.root.as_bytes()).unwrap();
    let identity = |issued: &Issued| {
        let chain = vec![CertificateDer::from_pem_slice(issued.certificate.as_bytes()).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(issued.key.as_bytes()).unwrap();
        (chain, key)
    };
    let (chain, key) = identity(server);
    let server_config = handshake::server(client.map(root))?.with_single_cert(chain, key)?;
    let builder = handshake::client(root(server))?;
    let client_config = match client {
        None => builder.with_no_client_auth(),
        Some(client) => {
            let (chain, key) = identity(client);
            builder.with_client_auth_cert(chain, key)?
        }
    };
    handshake::shake_hands(server_config, client_config, server_name)
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
