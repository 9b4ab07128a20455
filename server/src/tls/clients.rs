//! The certificates of clients: who is trusted, and whose they are.

use crate::auth::{Authenticator, Login};
use certwright::catalog::{Scope, Snapshot};
use certwright::{Certificate, CertificateKind, PeerName, tls};
use rustls::pki_types::CertificateDer;
use std::collections::BTreeSet;

/// The certificates that are trusted, by the SHA-256 of their DER.
pub(super) type Fingerprints = BTreeSet<[u8; 32]>;

/// The `client_ca` certificates of the cluster.
pub(super) fn trusted(snapshot: &dyn Snapshot) -> (Fingerprints, Vec<Certificate>) {
    let records = snapshot.iter().filter(|record| {
        record.r#type == CertificateKind::ClientCa && record.scope == Scope::Cluster
    });
    records
        .map(|record| (record.fingerprint(), record.certificate.clone()))
        .unzip()
}

/// The user that a certificate names: by the common name, or an alternative name.
pub(super) fn login(presented: &CertificateDer<'_>, users: &Authenticator) -> Option<Login> {
    let certificate = Certificate::try_from(presented).ok()?;
    let common_name = certificate.info().ok().and_then(|info| info.common_name);
    let peer = tls::identity(std::slice::from_ref(presented))?;
    let names: Vec<_> = common_name
        .into_iter()
        .chain(peer.names.iter().map(PeerName::to_string))
        .collect();
    users.by_certificate(names.iter().map(String::as_str))
}
