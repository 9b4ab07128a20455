//! Feature `rustls`: a server that asks its clients for certificates, with clients of rustls and of
//! OpenSSL, while its trust anchors and revocation lists are replaced.

mod common;
#[allow(dead_code, reason = "other test files use the rest")]
#[path = "common/handshake.rs"]
mod handshake;

use certwright::tls::{ClientVerifier, Refusal, ServerVerifier, SharedTrust, identity};
use certwright::{
    Certificate, ChainCertificate, ChainRule, Crl, CrlStore, Error, PathOptions, PeerName,
    Revocation, Time, TrustStore,
};
use common::issue::{
    AUTHORITY_KEY, CLIENT_AUTH, CRL_SIGN, Cert, DAY, Extension, Key, UNKNOWN, alternative_names,
    dns, extended_key_usage, ip, key_usage, uri,
};
use common::list::List;
use common::{Folder, NOW, tool};
use handshake::{Frozen, connect, provider, server_builder};
use rustls::internal::msgs::codec::{Codec, Reader};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::NoServerSessionStorage;
use rustls::server::danger::ClientCertVerifier;
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, HandshakeKind,
    ServerConfig, ServerConnection, SignatureScheme as S, SupportedProtocolVersion, version,
};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

const HOST: &str = "server.example.com";
const BOTH: [&SupportedProtocolVersion; 2] = [&version::TLS12, &version::TLS13];

fn parsed(cert: &Cert) -> Certificate {
    Certificate::from_der(&cert.der()).unwrap()
}

fn presented(cert: &Cert) -> Vec<CertificateDer<'static>> {
    vec![cert.der().into()]
}

fn key(cert: &Cert) -> PrivateKeyDer<'static> {
    PrivateKeyDer::from_pem_slice(cert.key.private_pem().as_bytes()).unwrap()
}

fn roots(roots: &[&Cert]) -> TrustStore {
    TrustStore::new(roots.iter().map(|root| parsed(root)))
}

fn crls(lists: &[List]) -> CrlStore {
    CrlStore::new(lists.iter().map(|list| Crl::from_der(list.der()).unwrap()))
}

/// What a client of this name has.
fn client_of(name: &str, root: &Cert) -> Cert {
    let names = [uri(&format!("spiffe://example.org/{name}"))];
    let usage = extended_key_usage(&[CLIENT_AUTH]);
    Cert::leaf(name, root)
        .with(usage)
        .with(alternative_names(&names))
}

/// The root of the server's certificate, and that.
fn server() -> (Cert, Cert) {
    let root = Cert::root("server root");
    let names = [dns(HOST), ip(&[127, 0, 0, 1])];
    let server = Cert::leaf(HOST, &root).with(alternative_names(&names));
    (root, server)
}

fn server_config(verifier: impl Into<Arc<ClientVerifier>>) -> ServerConfig {
    let (_, server) = server();
    let verifier: Arc<ClientVerifier> = verifier.into();
    server_builder()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(presented(&server), key(&server))
        .unwrap()
}

/// Every handshake is a full one.
fn without_resumption(mut config: ServerConfig) -> ServerConfig {
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config
}

fn client_config(
    client: Option<&Cert>,
    versions: &[&'static SupportedProtocolVersion],
    verifier: ServerVerifier,
) -> Arc<ClientConfig> {
    let builder = ClientConfig::builder_with_details(provider(), Arc::new(Frozen))
        .with_protocol_versions(versions)
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    Arc::new(match client {
        None => builder.with_no_client_auth(),
        Some(client) => builder
            .with_client_auth_cert(presented(client), key(client))
            .unwrap(),
    })
}

fn client(cert: Option<&Cert>) -> Arc<ClientConfig> {
    client_config(cert, &BOTH, ServerVerifier::new(roots(&[&server().0])))
}

/// Whether this is the word of rustls that is expected.
type Is = fn(&CertificateError) -> bool;

/// The lines of the log.
type Lines = Arc<Mutex<Vec<Refusal>>>;

fn logging(trust: SharedTrust) -> (ClientVerifier, Lines) {
    let lines = Lines::default();
    let log = Arc::clone(&lines);
    let verifier = ClientVerifier::new(trust)
        .with_log(move |refusal| log.lock().unwrap().push(refusal.clone()));
    (verifier, lines)
}

/// Sends a word each way.
fn talk(server: &mut ServerConnection, client: &mut ClientConnection) {
    let mut wire = Vec::new();
    client.writer().write_all(b"ping").unwrap();
    client.write_tls(&mut wire).unwrap();
    server.read_tls(&mut wire.as_slice()).unwrap();
    server.process_new_packets().unwrap();
    let mut word = [0; 4];
    server.reader().read_exact(&mut word).unwrap();
    server.writer().write_all(&word).unwrap();
    wire.clear();
    server.write_tls(&mut wire).unwrap();
    client.read_tls(&mut wire.as_slice()).unwrap();
    client.process_new_packets().unwrap();
    client.reader().read_exact(&mut word).unwrap();
    assert_eq!(&word, b"ping");
}

#[test]
fn the_server_knows_who_the_client_is() {
    let root = Cert::root("client root");
    let ca = Cert::ca("client CA", &root);
    let admin = client_of("admin", &ca);
    let config = Arc::new(server_config(ClientVerifier::new(roots(&[&root]))));
    for version in BOTH {
        let verifier = ServerVerifier::new(roots(&[&server().0]));
        let mut client = Arc::unwrap_or_clone(client_config(None, &[version], verifier));
        let chain = [presented(&admin), presented(&ca)].concat();
        let resolver = rustls::sign::SingleCertAndKey::from(
            rustls::sign::CertifiedKey::from_der(chain, key(&admin), &provider()).unwrap(),
        );
        client.client_auth_cert_resolver = Arc::new(resolver);
        let (mut server, mut client) = connect(&config, &Arc::new(client), HOST).unwrap();
        assert_eq!(server.protocol_version(), Some(version.version));
        let peer = identity(server.peer_certificates().unwrap()).unwrap();
        assert_eq!(peer.subject, "O=Example,CN=admin");
        assert_eq!(peer.issuer, "O=Example,CN=client CA");
        let name = PeerName::Uri("spiffe://example.org/admin".to_owned());
        assert_eq!(peer.names, [name]);
        let of_server = identity(client.peer_certificates().unwrap()).unwrap();
        assert!(of_server.names.contains(&PeerName::host(HOST)));
        talk(&mut server, &mut client);
    }
}

#[test]
fn a_certificate_may_be_optional() {
    let root = Cert::root("client root");
    let verifier = ClientVerifier::new(roots(&[&root]));
    let refused = connect(
        &Arc::new(server_config(verifier.clone())),
        &client(None),
        HOST,
    );
    assert!(matches!(
        refused,
        Err(rustls::Error::NoCertificatesPresented)
    ));
    let config = Arc::new(server_config(verifier.optional()));
    let (server, _) = connect(&config, &client(None), HOST).unwrap();
    assert!(identity(server.peer_certificates().unwrap_or_default()).is_none());
    // One that is presented must be valid all the same.
    let stranger = client_of("stranger", &Cert::root("another root"));
    assert!(connect(&config, &client(Some(&stranger)), HOST).is_err());
}

#[allow(clippy::too_many_lines, reason = "a table")]
#[test]
fn a_refusal_has_its_word_and_its_line() {
    let root = Cert::root("client root");
    let admin = client_of("admin", &root);
    let impostor = Cert {
        key: Key::p256("impostor"),
        ..root.clone()
    };
    let times = |not_before, not_after| Cert {
        not_before,
        not_after,
        ..admin.clone()
    };
    let unknown = Extension::critical(UNKNOWN, vec![5, 0]);
    let plain = PathOptions::client();
    let with = |revocation, lists: &[List]| plain.clone().with_revocation(revocation, crls(lists));
    let is_other = |error: &CertificateError| match error {
        CertificateError::Other(other) => {
            let ours: &Error = other.0.downcast_ref().unwrap();
            ours.chain_defect().is_some()
        }
        _ => false,
    };
    let revoking = List::of(&root).with(&admin, 1);
    let rows: Vec<(&str, Cert, PathOptions, Is, &str)> = vec![
        (
            "expired",
            times(NOW - 9 * DAY, NOW - DAY),
            plain.clone(),
            |error| matches!(error, CertificateError::ExpiredContext { not_after, .. } if not_after.as_secs() == (NOW - DAY).unsigned_abs()),
            "expired",
        ),
        (
            "not yet valid",
            times(NOW + DAY, NOW + 9 * DAY),
            plain.clone(),
            |error| matches!(error, CertificateError::NotValidYetContext { .. }),
            "valid",
        ),
        (
            "no issuer",
            client_of("admin", &Cert::root("another root")),
            plain.clone(),
            |error| matches!(error, CertificateError::UnknownIssuer),
            "issuer is not among",
        ),
        (
            "signature",
            client_of("admin", &impostor),
            plain.clone(),
            |error| matches!(error, CertificateError::BadSignature),
            "signature",
        ),
        (
            "purpose",
            Cert::leaf("admin", &root),
            plain.clone(),
            |error| matches!(error, CertificateError::InvalidPurpose),
            "extendedKeyUsage",
        ),
        (
            "usage",
            admin.clone().with(key_usage(CRL_SIGN)),
            plain.clone(),
            |error| matches!(error, CertificateError::InvalidPurpose),
            "keyUsage",
        ),
        (
            "extension",
            admin.clone().with(unknown),
            plain.clone(),
            |error| matches!(error, CertificateError::UnhandledCriticalExtension),
            UNKNOWN,
        ),
        (
            "revoked",
            admin.clone(),
            with(Revocation::WhereGiven, &[revoking]),
            |error| matches!(error, CertificateError::Revoked),
            "keyCompromise",
        ),
        (
            "unknown status",
            admin.clone(),
            with(Revocation::RequiredForLeaf, &[]),
            |error| matches!(error, CertificateError::UnknownRevocationStatus),
            "do not tell",
        ),
        (
            "another name",
            admin.clone(),
            plain
                .clone()
                .with_peer_names([PeerName::host("a.example.com")]),
            |error| matches!(error, CertificateError::ApplicationVerificationFailure),
            "none of its subject alternative names",
        ),
        (
            "a form that is not RFC 5280's",
            admin.clone().without(AUTHORITY_KEY),
            plain.clone(),
            is_other,
            "authorityKeyIdentifier",
        ),
    ];
    for (name, cert, options, is_expected, says) in rows {
        let (verifier, log) = logging(SharedTrust::new(roots(&[&root]), options));
        let verdict = connect(
            &Arc::new(server_config(verifier)),
            &client(Some(&cert)),
            HOST,
        );
        let Err(rustls::Error::InvalidCertificate(error)) = verdict else {
            panic!("{name}: {:?}", verdict.map(drop));
        };
        assert!(is_expected(&error), "{name}: {error:?}");
        let log = log.lock().unwrap();
        let [refusal] = &log[..] else {
            panic!("{name}: {log:?}")
        };
        let defect = refusal.error.chain_defect().unwrap();
        assert_eq!(defect.certificate, ChainCertificate::Leaf, "{name}");
        let line = refusal.to_string();
        for part in ["refused", "O=Example,CN=admin", says] {
            assert!(line.contains(part), "{name}: {line}");
        }
    }
}

#[test]
fn what_is_no_certificate_is_refused() {
    let root = Cert::root("client root");
    let (verifier, log) = logging(roots(&[&root]).into());
    let now = rustls::time_provider::TimeProvider::current_time(&Frozen).unwrap();
    let verify = |leaf: Vec<u8>, others: &[Vec<u8>]| {
        let others: Vec<_> = others
            .iter()
            .map(|der| CertificateDer::from(&**der))
            .collect();
        verifier
            .verify_client_cert(&leaf.into(), &others, now)
            .map(drop)
    };
    let good = client_of("admin", &root).der();
    assert_eq!(verify(good.clone(), &[]), Ok(()));
    let encoding = Err(CertificateError::BadEncoding.into());
    assert_eq!(verify(Vec::new(), &[]), encoding);
    assert_eq!(verify(vec![0x30, 0], &[]), encoding);
    assert_eq!(verify(good, &[vec![0xff; 9]]), encoding);
    let log = log.lock().unwrap();
    assert_eq!(log.len(), 3);
    assert!(log[1].identity.is_none());
    assert!(
        log[2].to_string().contains("intermediate certificate 0"),
        "{}",
        log[2]
    );
    assert!(verifier.verify(&[], Time::MIN).is_err());
}

#[test]
fn a_server_must_have_the_name_that_is_connected_to() {
    let root = Cert::root("client root");
    let config = Arc::new(server_config(
        ClientVerifier::new(roots(&[&root])).optional(),
    ));
    let shake = |trusted: &Cert, name| {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&lines);
        let verifier = ServerVerifier::new(roots(&[trusted]))
            .with_log(move |refusal| log.lock().unwrap().push(refusal.to_string()));
        let verdict = connect(&config, &client_config(None, &BOTH, verifier), name);
        let lines = lines.lock().unwrap().clone();
        (verdict.map(drop), lines)
    };
    let (server_root, _) = server();
    for name in [HOST, "127.0.0.1"] {
        assert_eq!(shake(&server_root, name), (Ok(()), vec![]));
    }
    for name in ["other.example.com", "127.0.0.2"] {
        let (verdict, lines) = shake(&server_root, name);
        let Err(rustls::Error::InvalidCertificate(CertificateError::NotValidForNameContext {
            expected,
            presented,
        })) = verdict
        else {
            panic!("{verdict:?}")
        };
        assert_eq!(expected, ServerName::try_from(name).unwrap());
        assert_eq!(presented, [HOST, "127.0.0.1"]);
        assert_eq!(lines.len(), 1);
    }
    let (verdict, lines) = shake(&root, HOST);
    assert_eq!(verdict, Err(CertificateError::UnknownIssuer.into()));
    assert!(lines[0].contains(HOST), "{lines:?}");
}

/// 200 connections are open and as many are opened, in four threads, while a fifth replaces the
/// trust anchors and the lists all the time.
#[test]
fn trust_is_replaced_while_connections_go_on() {
    const CONNECTIONS: usize = 200;
    let root = Cert::root("client root");
    let (admin, operator) = (client_of("admin", &root), client_of("operator", &root));
    let lists = |list: List| crls(&[list]);
    let options =
        PathOptions::client().with_revocation(Revocation::RequiredForLeaf, lists(List::of(&root)));
    let trust = SharedTrust::new(roots(&[&root]), options);
    let (verifier, log) = logging(trust.clone());
    let config = Arc::new(without_resumption(server_config(verifier)));
    let (of_admin, of_operator) = (client(Some(&admin)), client(Some(&operator)));
    let mut open: Vec<_> = (0..CONNECTIONS)
        .map(|_| connect(&config, &of_admin, HOST).unwrap())
        .collect();

    let is_done = AtomicBool::new(false);
    let replaced = thread::scope(|scope| {
        let replacing = scope.spawn(|| {
            let mut replaced = 0_usize;
            while !is_done.load(Ordering::Relaxed) {
                let other = Cert::root(&format!("root {}", replaced % 5));
                trust.set_roots(roots(&[&other, &root]));
                trust.set_crls(lists(List::of(&root).with(&other, 1)));
                replaced += 1;
            }
            replaced
        });
        let opening: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let one = |_| connect(&config, &of_admin, HOST).unwrap();
                    (0..CONNECTIONS / 4).map(one).collect::<Vec<_>>()
                })
            })
            .collect();
        open.extend(
            opening
                .into_iter()
                .flat_map(|thread| thread.join().unwrap()),
        );
        is_done.store(true, Ordering::Relaxed);
        replacing.join().unwrap()
    });
    assert!(replaced > 10, "{replaced}");
    assert!(log.lock().unwrap().is_empty());

    trust.set_crls(lists(List::of(&root).with(&admin, 1)));
    for (server, client) in &mut open {
        talk(server, client);
    }
    assert_eq!(open.len(), 2 * CONNECTIONS);
    let refused = connect(&config, &of_admin, HOST).map(drop);
    assert_eq!(refused, Err(CertificateError::Revoked.into()));
    connect(&config, &of_operator, HOST).unwrap();
    let lines: Vec<_> = log.lock().unwrap().iter().map(Refusal::to_string).collect();
    assert_eq!(lines.len(), 1);
    for part in [
        "CN=admin",
        "spiffe://example.org/admin",
        "is revoked since",
        "keyCompromise",
    ] {
        assert!(lines[0].contains(part), "{lines:?}");
    }

    // An anchor that is gone.
    trust.set_roots(roots(&[&Cert::root("another root")]));
    let refused = connect(&config, &of_operator, HOST).map(drop);
    assert_eq!(refused, Err(CertificateError::UnknownIssuer.into()));
    println!(
        "{replaced} times replaced under {} connections, none dropped",
        open.len()
    );
}

/// Resumed sessions skip the verifier, so that whoever resumes them verifies again.
#[test]
fn a_revoked_client_resumes_unless_that_is_off() {
    let root = Cert::root("client root");
    let admin = client_of("admin", &root);
    for version in BOTH {
        for resumes in [true, false] {
            let trust = SharedTrust::new(
                roots(&[&root]),
                PathOptions::client()
                    .with_revocation(Revocation::RequiredForLeaf, crls(&[List::of(&root)])),
            );
            let verifier = Arc::new(ClientVerifier::new(trust.clone()));
            let config = server_config(Arc::clone(&verifier));
            let config = Arc::new(if resumes {
                config
            } else {
                without_resumption(config)
            });
            let of_server = ServerVerifier::new(roots(&[&server().0]));
            let client = client_config(Some(&admin), &[version], of_server);
            connect(&config, &client, HOST).unwrap();
            trust.set_crls(crls(&[List::of(&root).with(&admin, 1)]));
            match connect(&config, &client, HOST) {
                Ok((server, _)) => {
                    assert!(resumes);
                    assert_eq!(server.handshake_kind(), Some(HandshakeKind::Resumed));
                    let presented = server.peer_certificates().unwrap();
                    let error = verifier.verify(presented, Time::from_unix(NOW).unwrap());
                    let rule = error.unwrap_err().chain_defect().unwrap().rule.clone();
                    assert!(matches!(rule, ChainRule::Revoked { .. }), "{rule:?}");
                }
                Err(error) => {
                    assert!(!resumes);
                    assert_eq!(error, CertificateError::Revoked.into());
                }
            }
        }
    }
}

#[test]
fn signatures_are_of_schemes_that_were_offered() {
    let root = Cert::root("client root");
    let admin = client_of("admin", &root);
    let certificate = CertificateDer::from(admin.der());
    let verifier = ClientVerifier::new(roots(&[&root]));
    let good = admin.key.sign(b"transcript");
    let signed = |scheme: S, signature: &[u8]| {
        let length = u16::try_from(signature.len()).unwrap().to_be_bytes();
        let der = [&u16::from(scheme).to_be_bytes(), &length[..], signature].concat();
        DigitallySignedStruct::read(&mut Reader::init(&der)).unwrap()
    };
    let verdicts = |scheme, message: &[u8], signature: &[u8]| {
        let signed = signed(scheme, signature);
        [
            verifier
                .verify_tls12_signature(message, &certificate, &signed)
                .is_ok(),
            verifier
                .verify_tls13_signature(message, &certificate, &signed)
                .is_ok(),
        ]
    };
    assert_eq!(
        verdicts(S::ECDSA_NISTP256_SHA256, b"transcript", &good),
        [true; 2]
    );
    assert_eq!(
        verdicts(S::ECDSA_NISTP256_SHA256, b"another", &good),
        [false; 2]
    );
    assert_eq!(
        verdicts(S::ECDSA_NISTP256_SHA256, b"transcript", b""),
        [false; 2]
    );
    for other in [
        S::ECDSA_NISTP384_SHA384,
        S::RSA_PSS_SHA256,
        S::RSA_PKCS1_SHA256,
        S::ED25519,
        S::ECDSA_SHA1_Legacy,
        S::Unknown(0x0403 + 1),
    ] {
        assert_eq!(
            verdicts(other, b"transcript", &good),
            [false; 2],
            "{other:?}"
        );
    }
    assert!(!verifier.supported_verify_schemes().contains(&S::ED25519));
}

/// What the server of one connection finds: who the client is, and what it sent.
fn serve(listener: &TcpListener, config: &Arc<ServerConfig>) -> std::io::Result<(String, String)> {
    let (mut socket, _) = listener.accept()?;
    let mut connection = ServerConnection::new(Arc::clone(config)).unwrap();
    let mut stream = rustls::Stream::new(&mut connection, &mut socket);
    let mut line = String::new();
    BufReader::new(&mut stream).read_line(&mut line)?;
    let peer = identity(stream.conn.peer_certificates().unwrap_or_default());
    let name = peer.map_or_else(String::new, |peer| peer.subject);
    stream.write_all(format!("hello, {name}\n").as_bytes())?;
    stream.conn.send_close_notify();
    stream.flush()?;
    Ok((name, line))
}

/// What `openssl s_client` prints, and what the server finds.
fn s_client(
    config: &Arc<ServerConfig>,
    arguments: &[&str],
) -> (String, std::io::Result<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let mut child = Command::new("openssl")
        .args(["s_client", "-verify_return_error", "-connect", &address])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It stays open, or the client would leave before it has the answer.
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"good day\n").unwrap();
    let found = serve(&listener, config);
    let output = child.wait_with_output().unwrap();
    drop(input);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (text + &String::from_utf8_lossy(&output.stderr), found)
}

#[test]
fn clients_of_openssl() {
    if !tool("openssl") {
        return;
    }
    let folder = Folder::new("mutual-tls");
    let root = Cert::root("client root");
    let trust = SharedTrust::new(
        roots(&[&root]),
        PathOptions::client()
            .with_revocation(Revocation::RequiredForLeaf, crls(&[List::of(&root)])),
    );
    let (verifier, log) = logging(trust.clone());
    let config = Arc::new(without_resumption(server_config(verifier)));
    let server_root = folder.write("server-root.pem", &server().0.pem());
    let keys = [
        ("p256", "EC", "ec_paramgen_curve:P-256"),
        ("p384", "EC", "ec_paramgen_curve:P-384"),
        ("p521", "EC", "ec_paramgen_curve:P-521"),
        ("rsa", "RSA", "rsa_keygen_bits:2048"),
    ];
    let mut revoked = List::of(&root);
    let mut rows = Vec::new();
    for (name, kind, option) in keys {
        let key = folder.path(&format!("{name}.key"));
        let args = [
            "genpkey",
            "-algorithm",
            kind,
            "-pkeyopt",
            option,
            "-out",
            &key,
        ];
        common::assert_runs("openssl", &args);
        let spki = common::run(
            "openssl",
            &["pkey", "-in", &key, "-pubout", "-outform", "DER"],
        );
        let cert = client_of(name, &root).with_key(Key::public(spki.stdout));
        revoked = revoked.with(&cert, 4);
        let cert = folder.write(&format!("{name}.pem"), &cert.pem());
        rows.push((name, cert, key));
    }
    let arguments = |(_, cert, key): &(&str, String, String), more: &[&str]| {
        let fixed = ["-CAfile", &server_root, "-cert", cert, "-key", key];
        fixed
            .iter()
            .chain(more)
            .map(|&word| word.to_owned())
            .collect::<Vec<_>>()
    };
    let shake = |row: &(&str, String, String), more: &[&str]| {
        let arguments = arguments(row, more);
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        s_client(&config, &arguments)
    };
    for row in &rows {
        for version in ["-tls1_2", "-tls1_3"] {
            let (text, found) = shake(row, &[version]);
            let name = format!("O=Example,CN={}", row.0);
            let (subject, line) = found.unwrap_or_else(|error| panic!("{error}: {text}"));
            assert_eq!((&*subject, &*line), (&*name, "good day\n"));
            assert!(text.contains(&format!("hello, {name}")), "{text}");
            assert!(
                text.contains("CN = client root") || text.contains("CN=client root"),
                "{text}"
            );
        }
    }
    // PKCS#1 v1.5, which TLS 1.2 has still.
    for hash in ["SHA256", "SHA384", "SHA512"] {
        let (text, found) = shake(
            &rows[3],
            &["-tls1_2", "-client_sigalgs", &format!("RSA+{hash}")],
        );
        assert!(found.is_ok(), "{hash}: {text}");
    }
    assert!(log.lock().unwrap().is_empty());

    trust.set_crls(crls(&[revoked]));
    for row in &rows {
        for version in ["-tls1_2", "-tls1_3"] {
            let (text, found) = shake(row, &[version]);
            assert!(text.contains("certificate revoked"), "{text}");
            assert!(found.is_err());
        }
    }
    let log = log.lock().unwrap();
    let lines: Vec<_> = log.iter().map(Refusal::to_string).collect();
    assert_eq!(lines.len(), 8);
    assert!(
        lines[0].contains("CN=p256") && lines[0].contains("superseded"),
        "{lines:?}"
    );
}
