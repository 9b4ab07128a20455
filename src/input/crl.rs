//! [`Crl`]: a certificate revocation list that is parsed once and shared.

use super::read;
use crate::base::error::quoted;
use crate::x509::crl::{BadCrl, CrlLayout};
use crate::x509::name::NameRef;
use crate::{Error, ErrorCode, Time};
use std::fmt;
use std::sync::Arc;

/// The field that an error about a list names.
pub(crate) const CRLS: &str = "crls";

/// A certificate revocation list (RFC 5280 section 5), complete or delta, parsed once.
///
/// A clone shares the bytes. Structure and encoding are checked, and the entries are put in an order
/// to be searched in: 16 octets for each beside the DER. Who signed it, and whether it is current, is
/// checked where it is used, in a [`CrlStore`](crate::CrlStore).
///
/// ```
/// use certwright::Crl;
///
/// let crl = Crl::from_pem(include_str!("../../vectors/crl-root.pem"))?;
/// assert_eq!((crl.issuer(), crl.len()), ("CN=certwright test root".to_owned(), 2));
/// # Ok::<(), certwright::Error>(())
/// ```
#[derive(Clone)]
pub struct Crl(Arc<Inner>);

struct Inner {
    der: Vec<u8>,
    layout: CrlLayout,
}

impl Crl {
    /// Takes the DER of one list, of at most 64 MiB.
    ///
    /// # Errors
    ///
    /// [`CertificateUnreadable`](crate::ErrorCode::CertificateUnreadable): no DER of a list, or a
    /// critical extension of it or of an entry is not processed, so that nothing may be concluded
    /// from it; [`OutOfMemory`](crate::ErrorCode::OutOfMemory) above the limit.
    ///
    /// ```
    /// let error = certwright::Crl::from_der(vec![0x30, 0]).unwrap_err();
    /// assert_eq!(error.code(), certwright::ErrorCode::CertificateUnreadable);
    /// ```
    pub fn from_der(der: impl Into<Vec<u8>>) -> Result<Self, Error> {
        let der = der.into();
        let layout = CrlLayout::read(&der).map_err(|error| unusable(&error))?;
        Ok(Self(Arc::new(Inner { der, layout })))
    }

    /// Reads the PEM of one list: label `X509 CRL`.
    ///
    /// # Errors
    ///
    /// As [`Crl::from_der`].
    ///
    /// ```
    /// let error = certwright::Crl::from_pem("").unwrap_err();
    /// assert_eq!(error.code(), certwright::ErrorCode::CertificateUnreadable);
    /// ```
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        match <[Vec<u8>; 1]>::try_from(read::crls(text, CRLS)?) {
            Ok([der]) => Self::from_der(der),
            Err(_) => Err(Error::new(
                ErrorCode::CertificateUnreadable,
                "there is more than one revocation list; one is required",
            )
            .with_target(CRLS)),
        }
    }

    /// Its issuer as a string like that of RFC 4514.
    ///
    /// ```
    /// let crl = certwright::Crl::from_pem(include_str!("../../vectors/crl-root.pem"))?;
    /// assert!(crl.issuer().starts_with("CN="));
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn issuer(&self) -> String {
        let issuer = NameRef::parse(self.layout().issuer(self.der()));
        issuer.map_or_else(|_| String::new(), |name| name.to_string())
    }

    /// When it was issued.
    ///
    /// ```
    /// let crl = certwright::Crl::from_pem(include_str!("../../vectors/crl-root.pem"))?;
    /// assert!(Some(crl.this_update()) < crl.next_update());
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn this_update(&self) -> Time {
        self.layout().this_update
    }

    /// Until when it counts.
    ///
    /// ```
    /// let crl = certwright::Crl::from_pem(include_str!("../../vectors/crl-root.pem"))?;
    /// assert!(crl.next_update().is_some());
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn next_update(&self) -> Option<Time> {
        self.layout().next_update
    }

    /// How many entries it has.
    ///
    /// ```
    /// let crl = certwright::Crl::from_pem(include_str!("../../vectors/crl-root.pem"))?;
    /// assert_eq!(crl.len(), 2);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn len(&self) -> usize {
        self.layout().len()
    }

    /// Whether it has no entry.
    ///
    /// ```
    /// let crl = certwright::Crl::from_pem(include_str!("../../vectors/crl-root.pem"))?;
    /// assert!(!crl.is_empty());
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The DER.
    ///
    /// ```
    /// let crl = certwright::Crl::from_pem(include_str!("../../vectors/crl-root.pem"))?;
    /// assert_eq!(certwright::Crl::from_der(crl.der())?, crl);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    pub(crate) fn layout(&self) -> &CrlLayout {
        &self.0.layout
    }
}

fn unusable(error: &BadCrl) -> Error {
    let refusal = match error {
        BadCrl::TooLarge | BadCrl::TooManyIssuers => {
            Error::over_limit(format!("a revocation list cannot be used: {error}"))
        }
        BadCrl::Part(_) | BadCrl::CriticalExtension => Error::new(
            ErrorCode::CertificateUnreadable,
            format!("a revocation list cannot be used: {error}"),
        ),
    };
    refusal.with_target(CRLS).with_source(*error)
}

impl PartialEq for Crl {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.der() == other.der()
    }
}

impl Eq for Crl {}

impl fmt::Debug for Crl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crl")
            .field("issuer", &quoted(&self.issuer()))
            .field("entries", &self.len())
            .finish_non_exhaustive()
    }
}
