//! [`PeerIdentity`]: who a peer is, by its certificate.

use super::peer_name::PeerName;
use crate::Certificate;
use crate::base::hex;
use crate::x509::der::element::Elements;
use crate::x509::key_id;
use crate::x509::name::NameRef;
use crate::x509::san::general_name::GeneralName;
use const_oid::db::rfc5280::ID_CE_SUBJECT_ALT_NAME;
use std::fmt;

/// Who the subject of a certificate is: what a server that asks its clients for certificates decides
/// by. It counts for what the path of the certificate counts.
///
/// ```
/// use certwright::{Certificate, PathOptions, PeerName, Policy, Time, TrustStore};
///
/// let store = TrustStore::from_pem(include_str!("../../vectors/root.pem"))?;
/// let leaf = Certificate::from_pem(include_str!("../../vectors/server.pem"))?;
/// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
/// let chain = store.verify(&leaf, &[], &PathOptions::any(), &policy)?;
/// let peer = chain.path[0].identity();
/// assert!(peer.names.contains(&PeerName::host("server.example.com")));
/// assert_eq!(peer.issuer, "CN=certwright test root");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PeerIdentity {
    /// The subject as a string like that of RFC 4514, `O=NTAP,CN=admin`; empty if there is none.
    pub subject: String,
    /// The subject alternative names of the four kinds, as they stand in the certificate. Those that
    /// are malformed, and so name nobody, are left out.
    pub names: Vec<PeerName>,
    /// The subjectKeyIdentifier, if there is one: upper-case hex pairs with colons.
    pub key_identifier: Option<String>,
    /// The issuer, as the subject.
    pub issuer: String,
    /// The serial number: upper-case hex without leading zero octets. With the issuer it is that of
    /// one certificate.
    pub serial_number: String,
}

impl PeerIdentity {
    pub(crate) fn of(certificate: &Certificate) -> Self {
        let view = certificate.view();
        let alternatives = view.extensions.find(ID_CE_SUBJECT_ALT_NAME);
        let names = alternatives.and_then(|names| Elements::of_sequence(names.value).ok());
        Self {
            subject: certificate.subject(),
            names: names
                .into_iter()
                .flatten()
                .filter_map(|name| PeerName::of(GeneralName::of(name.ok()?)?))
                .collect(),
            key_identifier: key_id::subject(&view.extensions).map(hex::with_colons),
            issuer: NameRef::parse(view.issuer)
                .map_or_else(|_| String::new(), |name| name.to_string()),
            serial_number: certificate.serial_number(),
        }
    }
}

/// For logs, of at most some hundred characters: subject, the first of the names, serial number and
/// issuer.
impl fmt::Display for PeerIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{:.100}\"", self.subject)?;
        if let Some(name) = self.names.first() {
            write!(f, " ({:.100})", name.to_string())?;
        }
        write!(
            f,
            ", serial number {:.40} of \"{:.100}\"",
            self.serial_number, self.issuer
        )
    }
}
