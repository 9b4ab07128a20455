//! [`Record`]: a certificate that is kept, as it is shown.

use super::scope::Scope;
use super::uuid::Uuid;
use crate::{
    Certificate, CertificateKind, Error, SignatureHash, SubjectAlternatives, Time, Warning,
};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// A certificate that is kept. It never changes after it was made, and it has no private key.
///
/// ```
/// use certwright::catalog::{Record, RecordParts, Scope, Uuid};
/// use certwright::{Certificate, CertificateKind};
///
/// let certificate = Certificate::from_pem(include_str!("../../vectors/root.pem"))?;
/// let parts = RecordParts::new(
///     Uuid::from_bytes([1; 16]), "my_ca", Scope::Cluster, CertificateKind::ServerCa, certificate);
/// let record = Record::new(parts)?;
/// assert_eq!(record.common_name.as_deref(), Some("certwright test root"));
/// assert_eq!(record.key_size, Some(2048));
/// # Ok::<(), certwright::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// What it is known by.
    pub uuid: Uuid,
    /// Unique within the scope.
    pub name: String,
    /// The cluster or an SVM.
    pub scope: Scope,
    /// What it is kept for.
    pub r#type: CertificateKind,
    /// The one that was given on install, else the subject's.
    pub common_name: Option<String>,
    /// The issuer's common name, else its whole name, of at most 256 characters.
    pub ca: Option<String>,
    /// Upper-case hex; absent if it has more than 40 digits.
    pub serial_number: Option<String>,
    /// `md5`, `sha1` or one of the SHA-2 family; absent for any other.
    pub hash_function: Option<SignatureHash>,
    /// In bits.
    pub key_size: Option<u32>,
    /// The last instant of its validity.
    pub expiry_time: Time,
    /// The certificate: `public_certificate` is its PEM.
    pub certificate: Certificate,
    /// The names of its subjectAltName.
    pub subject_alternatives: SubjectAlternatives,
    /// Upper-case hex pairs with colons.
    pub subject_key_identifier: Option<String>,
    /// Upper-case hex pairs with colons.
    pub authority_key_identifier: Option<String>,
    /// What was installed with it. Never shown.
    pub intermediates: Vec<Certificate>,
    /// The root_ca that it is an entry of: it is deleted with it, and never alone.
    pub root: Option<Uuid>,
    /// Whether the host preloaded it.
    pub preinstalled: bool,
    /// `azure.verify_host` of a certificate that was downloaded.
    pub verify_host: Option<bool>,
}

/// What a store keeps of a [`Record`]: the rest is read from the certificate.
///
/// ```
/// use certwright::catalog::{RecordParts, Scope, Uuid};
/// use certwright::{Certificate, CertificateKind};
///
/// let certificate = Certificate::from_pem(include_str!("../../vectors/root.pem"))?;
/// let mut parts = RecordParts::new(
///     Uuid::from_bytes([1; 16]), "my_ca", Scope::Cluster, CertificateKind::ServerCa, certificate);
/// parts.preinstalled = true;
/// # Ok::<(), certwright::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordParts {
    /// See [`Record::uuid`].
    pub uuid: Uuid,
    /// See [`Record::name`].
    pub name: String,
    /// See [`Record::scope`].
    pub scope: Scope,
    /// See [`Record::type`](Record#structfield.type).
    pub r#type: CertificateKind,
    /// Takes the place of the subject's.
    pub common_name: Option<String>,
    /// See [`Record::certificate`].
    pub certificate: Certificate,
    /// See [`Record::intermediates`].
    pub intermediates: Vec<Certificate>,
    /// See [`Record::root`].
    pub root: Option<Uuid>,
    /// See [`Record::preinstalled`].
    pub preinstalled: bool,
    /// See [`Record::verify_host`].
    pub verify_host: Option<bool>,
}

impl RecordParts {
    /// The parts that every record has.
    ///
    /// ```
    /// use certwright::catalog::{RecordParts, Scope, Uuid};
    /// use certwright::{Certificate, CertificateKind};
    ///
    /// let certificate = Certificate::from_pem(include_str!("../../vectors/root.pem"))?;
    /// let parts = RecordParts::new(
    ///     Uuid::from_bytes([1; 16]), "my_ca", Scope::Cluster, CertificateKind::ServerCa, certificate);
    /// assert_eq!(parts.root, None);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn new(
        uuid: Uuid,
        name: impl Into<String>,
        scope: Scope,
        r#type: CertificateKind,
        certificate: Certificate,
    ) -> Self {
        Self {
            uuid,
            name: name.into(),
            scope,
            r#type,
            common_name: None,
            certificate,
            intermediates: Vec::new(),
            root: None,
            preinstalled: false,
            verify_host: None,
        }
    }
}

/// The longest `ca`, in characters; clients refuse a longer one.
const CA_MAX: usize = 256;
/// The longest `serial_number`, in digits.
const SERIAL_MAX: usize = 40;

impl Record {
    /// The record of these parts.
    ///
    /// # Errors
    ///
    /// [`CertificateUnreadable`](crate::ErrorCode::CertificateUnreadable): what is shown of the
    /// certificate cannot be read. One that [`install`](crate::install()) took in can.
    ///
    /// ```
    /// use certwright::catalog::{Record, RecordParts, Scope, Uuid};
    /// use certwright::{Certificate, CertificateKind};
    ///
    /// let certificate = Certificate::from_pem(include_str!("../../vectors/server.pem"))?;
    /// let parts = RecordParts::new(
    ///     Uuid::from_bytes([1; 16]), "www", Scope::Cluster, CertificateKind::Server, certificate);
    /// assert_eq!(Record::new(parts)?.ca.as_deref(), Some("certwright test root"));
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn new(parts: RecordParts) -> Result<Self, Error> {
        let info = parts.certificate.info()?;
        let RecordParts {
            uuid,
            name,
            scope,
            r#type,
            common_name,
            certificate,
            intermediates,
            root,
            preinstalled,
            verify_host,
        } = parts;
        Ok(Self {
            uuid,
            name,
            scope,
            r#type,
            common_name: common_name.or(info.common_name),
            ca: Some(cut(info.ca, CA_MAX)).filter(|ca| !ca.is_empty()),
            serial_number: Some(info.serial_number).filter(|number| number.len() <= SERIAL_MAX),
            hash_function: info.hash_function,
            key_size: info.key_size,
            expiry_time: info.expiry_time,
            certificate,
            subject_alternatives: info.subject_alternatives,
            subject_key_identifier: info.subject_key_identifier,
            authority_key_identifier: info.authority_key_identifier,
            intermediates,
            root,
            preinstalled,
            verify_host,
        })
    }

    /// SHA-256 of the certificate's DER: with scope and type, one of the keys that are unique.
    ///
    /// ```
    /// # use certwright::catalog::{Record, RecordParts, Scope, Uuid};
    /// # use certwright::{Certificate, CertificateKind, HashFunction};
    /// # let certificate = Certificate::from_pem(include_str!("../../vectors/root.pem"))?;
    /// # let parts = RecordParts::new(
    /// #     Uuid::from_bytes([1; 16]), "my_ca", Scope::Cluster, CertificateKind::ServerCa, certificate);
    /// # let record = Record::new(parts)?;
    /// let digest = HashFunction::Sha256.digest(record.certificate.der());
    /// assert_eq!(record.fingerprint()[..], digest[..]);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn fingerprint(&self) -> [u8; 32] {
        fingerprint(&self.certificate)
    }
}

/// SHA-256 of the DER.
pub(super) fn fingerprint(certificate: &Certificate) -> [u8; 32] {
    Sha256::digest(certificate.der()).into()
}

/// The first `max` characters.
pub(super) fn cut(mut text: String, max: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(max) {
        text.truncate(end);
    }
    text
}

/// A record that was added.
///
/// ```
/// # fn example(added: certwright::catalog::AddedRecord) {
/// for warning in &added.warnings {
///     eprintln!("{}: {warning}", added.record.uuid);
/// }
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AddedRecord {
    /// The record; of a root_ca, itself and not its entries.
    pub record: Arc<Record>,
    /// What the caller should know of it. No part of the record: nobody can ask for them later.
    pub warnings: Vec<Warning>,
}

/// A certificate that a CA of the catalog signed, kept with the CA and deleted with it: serial
/// number, subject, end and PEM are the certificate's.
///
/// ```
/// use certwright::Certificate;
/// use certwright::catalog::{IssuedCertificate, Uuid};
///
/// let issued = IssuedCertificate {
///     ca: Uuid::from_bytes([1; 16]),
///     certificate: Certificate::from_pem(include_str!("../../vectors/server.pem"))?,
///     signed_at: "2026-01-01T00:00:00Z".parse().unwrap(),
/// };
/// assert_eq!(issued.certificate.subject(), "CN=server.example.com");
/// # Ok::<(), certwright::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedCertificate {
    /// The root_ca that signed it.
    pub ca: Uuid,
    /// The certificate.
    pub certificate: Certificate,
    /// When.
    pub signed_at: Time,
}
