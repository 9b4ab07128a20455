//! A TLS handshake in memory, by rustls on a pure-Rust provider, at the instant of the tests.

use crate::common::NOW;
use rustls::client::WantsClientCert;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::WantsServerCert;
use rustls::time_provider::TimeProvider;
use rustls::{
    ClientConfig, ClientConnection, ConfigBuilder, RootCertStore, ServerConfig, ServerConnection,
    WantsVerifier,
};
use std::sync::Arc;
use std::time::Duration;

/// The clock of the tests, for rustls.
#[derive(Debug)]
pub(crate) struct Frozen;

impl TimeProvider for Frozen {
    fn current_time(&self) -> Option<UnixTime> {
        let since = Duration::from_secs(NOW.unsigned_abs());
        Some(UnixTime::since_unix_epoch(since))
    }
}

pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls_rustcrypto::provider())
}

fn trust(root: CertificateDer<'_>) -> RootCertStore {
    let mut store = RootCertStore::empty();
    store.add(root.into_owned()).unwrap();
    store
}

/// A server, before it is said whom it asks for certificates.
pub(crate) fn server_builder() -> Result<ConfigBuilder<ServerConfig, WantsVerifier>, rustls::Error>
{
    ServerConfig::builder_with_details(provider(), Arc::new(Frozen))
        .with_safe_default_protocol_versions()
}

/// A server, which asks for a certificate below `client_root` if there is one.
pub(crate) fn server(
    client_root: Option<CertificateDer<'_>>,
) -> Result<ConfigBuilder<ServerConfig, WantsServerCert>, rustls::Error> {
    let builder = server_builder()?;
    Ok(match client_root {
        None => builder.with_no_client_auth(),
        Some(root) => {
            let verifier = rustls::server::WebPkiClientVerifier::builder_with_provider(
                Arc::new(trust(root)),
                provider(),
            );
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
    })
}

/// A client that trusts this root.
pub(crate) fn client(
    root: CertificateDer<'_>,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, rustls::Error> {
    let builder = ClientConfig::builder_with_details(provider(), Arc::new(Frozen))
        .with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(trust(root)))
}

/// Shakes hands until both are done, or one refuses.
pub(crate) fn shake_hands(
    server: ServerConfig,
    client: ClientConfig,
    server_name: &str,
) -> Result<(), rustls::Error> {
    connect(&Arc::new(server), &Arc::new(client), server_name).map(drop)
}

/// Both ends of a connection, once hands are shaken.
pub(crate) fn connect(
    server: &Arc<ServerConfig>,
    client: &Arc<ClientConfig>,
    server_name: &str,
) -> Result<(ServerConnection, ClientConnection), rustls::Error> {
    let name = ServerName::try_from(server_name.to_owned()).unwrap();
    let mut client = ClientConnection::new(Arc::clone(client), name)?;
    let mut server = ServerConnection::new(Arc::clone(server))?;
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
    Ok((server, client))
}
