//! A TLS server that asks its clients for certificates, and takes new roots and revocation lists while
//! it serves.
//!
//! ```sh
//! cargo run --example mutual_tls --features rustls
//! ```
//!
//! It makes two CAs and three clients, serves on loopback, and connects as each client. In between the
//! folder that it trusts by is changed, as an operator would: `roots.pem`, and `crls.pem` where there
//! is one, with the lists that the CAs publish. The pure-Rust provider of cryptography is for trying
//! things; a real server would take aws-lc-rs or ring.

use certwright::rand_core::UnwrapErr;
use certwright::tls::{ClientVerifier, ServerVerifier, SharedTrust, identity};
use certwright::{
    Certificate, CertificateAuthority, CertificateKind, CreateSpec, CreatedCertificate, CrlStore,
    CsrSpec, KeySpec, PathOptions, Policy, Revocation, SignSpec, SigningRequest,
    SubjectAlternatives, Time, TrustStore,
};
use getrandom::SysRng;
use rustls::pki_types::{PrivateKeyDer, ServerName};
use rustls::server::NoServerSessionStorage;
use rustls::{ClientConfig, ClientConnection, ServerConfig, ServerConnection, Stream};
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Result<()> {
    let folder = std::env::temp_dir().join(format!("mutual-tls-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let verdict = demonstrate(&folder);
    fs::remove_dir_all(&folder)?;
    verdict
}

fn demonstrate(folder: &Path) -> Result<()> {
    let (old, new) = (root("Old CA")?, root("New CA")?);
    fs::write(folder.join("roots.pem"), old.certificate.to_pem())?;
    // Where a list is given it counts; `RequiredForLeaf` would ask for one of every CA.
    let options =
        PathOptions::client().with_revocation(Revocation::WhereGiven, CrlStore::default());
    let trust = SharedTrust::new(TrustStore::new([]), options);
    reload(&trust, folder)?;

    let verifier =
        ClientVerifier::new(trust.clone()).with_log(|refusal| println!("  log: {refusal}"));
    let address = start(verifier, &issue(&old, "localhost", KeySpec::P256)?)?;

    let (alice, bob) = (
        issue(&old, "alice", KeySpec::P256)?,
        issue(&old, "bob", KeySpec::P384)?,
    );
    let carol = issue(&new, "carol", KeySpec::P256)?;
    let trusted = || TrustStore::new([old.certificate.clone()]);
    println!("the old CA is trusted");
    for client in [&alice, &bob, &carol] {
        call(address, client, trusted());
    }
    fs::write(folder.join("roots.pem"), new.certificate.to_pem())?;
    reload(&trust, folder)?;
    println!("the new CA is trusted in its place");
    for client in [&alice, &carol] {
        call(address, client, trusted());
    }
    Ok(())
}

/// Takes what is in the folder: to be called whenever a file there changes. Connections that are open
/// stay so; each handshake from now on is judged by these.
fn reload(trust: &SharedTrust, folder: &Path) -> Result<()> {
    let roots = TrustStore::from_pem(&fs::read_to_string(folder.join("roots.pem"))?)?;
    for rejected in roots.rejected() {
        println!("root {} is left out: {}", rejected.index, rejected.error);
    }
    let crls = match fs::read_to_string(folder.join("crls.pem")) {
        Ok(lists) => CrlStore::from_pem(&lists)?,
        Err(_) => CrlStore::default(),
    };
    // The lists first: a root is not trusted for a moment without its list.
    trust.set_crls(crls);
    trust.set_roots(roots);
    Ok(())
}

/// Serves in a thread, on a port that the system picks.
fn start(verifier: ClientVerifier, server: &Issued) -> Result<SocketAddr> {
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(Arc::new(verifier))
        .with_single_cert(
            vec![server.certificate.clone().into()],
            server.key.clone_key(),
        )?;
    // A session that is resumed skips the verifier: a client that is revoked would go on.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let config = Arc::clone(&config);
            // Who is refused is in the log already.
            thread::spawn(move || answer(socket, config).ok());
        }
    });
    Ok(address)
}

fn answer(mut socket: TcpStream, config: Arc<ServerConfig>) -> Result<()> {
    let mut connection = ServerConnection::new(config)?;
    while connection.is_handshaking() {
        connection.complete_io(&mut socket)?;
    }
    let peer = identity(connection.peer_certificates().unwrap_or_default());
    let peer = peer.ok_or("no certificate")?;
    let mut stream = Stream::new(&mut connection, &mut socket);
    write!(stream, "you are {peer}")?;
    stream.conn.send_close_notify();
    Ok(stream.flush()?)
}

/// Connects as a client, and prints what the server says.
fn call(address: SocketAddr, client: &Issued, roots: TrustStore) {
    match ask(address, client, roots) {
        Ok(answer) => println!("  the server says: {answer}"),
        Err(error) => println!("  {} hears: {error}", client.certificate.subject()),
    }
}

fn ask(address: SocketAddr, client: &Issued, roots: TrustStore) -> Result<String> {
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(ServerVerifier::new(roots)))
        .with_client_auth_cert(
            vec![client.certificate.clone().into()],
            client.key.clone_key(),
        )?;
    let mut socket = TcpStream::connect(address)?;
    let name = ServerName::try_from("localhost")?;
    let mut connection = ClientConnection::new(Arc::new(config), name)?;
    let mut answer = String::new();
    Stream::new(&mut connection, &mut socket).read_to_string(&mut answer)?;
    Ok(answer)
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls_rustcrypto::provider())
}

/// A certificate with its key, in the types of rustls.
struct Issued {
    certificate: Certificate,
    key: PrivateKeyDer<'static>,
}

fn in_days(days: u64) -> Time {
    (SystemTime::now() + Duration::from_secs(days * 86_400)).into()
}

fn root(name: &str) -> Result<CreatedCertificate> {
    let spec = CreateSpec::new(CertificateKind::RootCa, name, in_days(3650))?;
    let policy = Policy::at(SystemTime::now());
    Ok(spec
        .with_key(KeySpec::P256)
        .make(&policy, &mut UnwrapErr(SysRng))?)
}

/// A certificate of a CA for a DNS name, for servers and clients.
fn issue(root: &CreatedCertificate, name: &str, key: KeySpec) -> Result<Issued> {
    let (policy, mut rng) = (Policy::at(SystemTime::now()), UnwrapErr(SysRng));
    let (certificate, secret) = (root.certificate.der(), root.private_key_der.as_bytes());
    let ca = CertificateAuthority::from_der(certificate, secret, &policy)?;
    let names = SubjectAlternatives::new().with_dns(name);
    let csr = CsrSpec::new(&format!("CN={name}"), &names)?
        .with_key(key)
        .make(&policy, &mut rng)?;
    let request = SigningRequest::from_der(&csr.csr_der)?;
    let signed = ca.sign(&request, &SignSpec::new(in_days(90)), &policy, &mut rng)?;
    Ok(Issued {
        certificate: signed.certificate,
        key: (&csr.private_key_der).into(),
    })
}
