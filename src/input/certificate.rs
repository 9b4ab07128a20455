//! [`Certificate`]: a certificate that is parsed once and shared.

use super::read;
use super::wanted::Wanted;
use crate::base::error::quoted;
use crate::x509::certificate::{CertificateLayout, CertificateRef, Malformed};
use crate::x509::name::NameRef;
use crate::x509::{pem, serial};
use crate::{Error, Time};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// An X.509 certificate (RFC 5280 section 4.1), parsed once.
///
/// A clone shares the bytes and what was read of them. Structure and encoding are checked; whether
/// it is valid, and who signed it, is for [`TrustStore`](crate::TrustStore) to say. Two are equal if
/// their DER is.
///
/// ```
/// use certwright::Certificate;
///
/// let certificate = Certificate::from_pem(include_str!("../../vectors/server.pem"))?;
/// assert_eq!(certificate.subject(), "CN=server.example.com");
/// assert_eq!(Certificate::from_der(certificate.der())?, certificate);
/// # Ok::<(), certwright::Error>(())
/// ```
#[derive(Clone)]
pub struct Certificate(Arc<Inner>);

struct Inner {
    der: Vec<u8>,
    /// Read at once of what others made, and of what the engine made when somebody asks.
    layout: OnceLock<CertificateLayout>,
}

/// The field of request bodies that a certificate stands in.
pub(crate) const FIELD: &str = "public_certificate";

impl Certificate {
    /// Reads the DER of one certificate, of at most 1 MiB.
    ///
    /// # Errors
    ///
    /// [`CertificateUnreadable`](crate::ErrorCode::CertificateUnreadable), or
    /// [`OutOfMemory`](crate::ErrorCode::OutOfMemory) above the limit.
    ///
    /// ```
    /// let error = certwright::Certificate::from_der(b"\x30\x00").unwrap_err();
    /// assert_eq!(error.code(), certwright::ErrorCode::CertificateUnreadable);
    /// ```
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        read::check_size(der, FIELD)?;
        Self::read(der.to_vec(), FIELD)
    }

    /// Reads the first certificate of a PEM text of at most 1 MiB: of a bundle, the one that the
    /// others are for.
    ///
    /// # Errors
    ///
    /// As [`Certificate::from_der`].
    ///
    /// ```
    /// let text = include_str!("../../vectors/root.pem");
    /// assert_eq!(certwright::Certificate::from_pem(text)?.to_pem(), text);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        Self::read_pem(text, FIELD)
    }

    /// Reads every certificate of a PEM text, in order: at least one, at most 64 in 1 MiB.
    ///
    /// # Errors
    ///
    /// As [`Certificate::from_der`].
    ///
    /// ```
    /// let bundle = include_str!("../../vectors/server.pem").to_owned() + include_str!("../../vectors/root.pem");
    /// assert_eq!(certwright::Certificate::from_pem_bundle(&bundle)?.len(), 2);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn from_pem_bundle(text: &str) -> Result<Vec<Self>, Error> {
        Self::read_bundle(text, FIELD)
    }

    /// Reads what stands in the request field `target`.
    pub(crate) fn read(der: Vec<u8>, target: &'static str) -> Result<Self, Error> {
        match CertificateRef::parse(&der).map(CertificateLayout::of) {
            Ok(layout) => Ok(Self::new(der, layout)),
            Err(error) => Err(read::malformed(&der, &error, Wanted::Certificate, target)),
        }
    }

    /// For those who say themselves which certificate is not readable; it is given back.
    pub(crate) fn parse(der: Vec<u8>) -> Result<Self, (Malformed, Vec<u8>)> {
        match CertificateRef::parse(&der).map(CertificateLayout::of) {
            Ok(layout) => Ok(Self::new(der, layout)),
            Err(error) => Err((error, der)),
        }
    }

    fn new(der: Vec<u8>, layout: CertificateLayout) -> Self {
        Self(Arc::new(Inner {
            der,
            layout: layout.into(),
        }))
    }

    pub(crate) fn read_pem(text: &str, target: &'static str) -> Result<Self, Error> {
        Self::read(read::certificate(text, target)?, target)
    }

    pub(crate) fn read_bundle(text: &str, target: &'static str) -> Result<Vec<Self>, Error> {
        read::certificates(text, target)?
            .into_iter()
            .map(|der| Self::read(der, target))
            .collect()
    }

    /// The certificate that the engine put together itself.
    pub(crate) fn made(der: Vec<u8>) -> Self {
        Self(Arc::new(Inner {
            der,
            layout: OnceLock::new(),
        }))
    }

    /// What it says, borrowed.
    pub(crate) fn view(&self) -> CertificateRef<'_> {
        let Inner { der, layout } = &*self.0;
        let read = || match CertificateRef::parse(der) {
            Ok(certificate) => CertificateLayout::of(certificate),
            Err(error) => {
                unreachable!("the engine made a certificate that it cannot read: {error}")
            }
        };
        layout.get_or_init(read).view(der)
    }

    /// The DER.
    ///
    /// ```
    /// let certificate = certwright::Certificate::from_pem(include_str!("../../vectors/root.pem"))?;
    /// assert_eq!(certificate.der()[0], 0x30);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// The PEM: label `CERTIFICATE`, 64 columns, LF.
    ///
    /// ```
    /// let certificate = certwright::Certificate::from_pem(include_str!("../../vectors/root.pem"))?;
    /// assert!(certificate.to_pem().starts_with("-----BEGIN CERTIFICATE-----\n"));
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn to_pem(&self) -> String {
        pem::write_certificate(self.der())
    }

    /// The serial number: upper-case hex without leading zero octets.
    ///
    /// ```
    /// let certificate = certwright::Certificate::from_pem(include_str!("../../vectors/root.pem"))?;
    /// assert_eq!(certificate.serial_number(), certificate.info()?.serial_number);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn serial_number(&self) -> String {
        serial::display(self.view().serial)
    }

    /// The subject as a string like that of RFC 4514, `C=US,O=NTAP,CN=test.domain.com`; empty for an
    /// empty name and for one that is not readable.
    ///
    /// ```
    /// let certificate = certwright::Certificate::from_pem(include_str!("../../vectors/root.pem"))?;
    /// assert_eq!(certificate.subject(), "CN=certwright test root");
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn subject(&self) -> String {
        NameRef::parse(self.view().subject).map_or_else(|_| String::new(), |name| name.to_string())
    }

    /// The first instant of its validity.
    ///
    /// ```
    /// let certificate = certwright::Certificate::from_pem(include_str!("../../vectors/root.pem"))?;
    /// assert!(certificate.not_before() < certificate.not_after());
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn not_before(&self) -> Time {
        self.view().validity.not_before
    }

    /// The last instant of its validity.
    ///
    /// ```
    /// let certificate = certwright::Certificate::from_pem(include_str!("../../vectors/expired.pem"))?;
    /// assert!(certificate.not_after() < "2026-01-01T00:00:00Z".parse().unwrap());
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn not_after(&self) -> Time {
        self.view().validity.not_after
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.der() == other.der()
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("subject", &quoted(&self.subject()))
            .field("serial_number", &quoted(&self.serial_number()))
            .finish_non_exhaustive()
    }
}
