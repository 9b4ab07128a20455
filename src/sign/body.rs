//! [`SignRequest`] and [`SignedCertificate`]: the bodies of the operation.

use super::spec::SignSpec;
use crate::base::secret::{Pasted, UnlessKey};
use crate::request::{expiry, hash_function};
use crate::{Certificate, Error, Policy, Warning};
use std::fmt;

/// What [`sign`](crate::sign()) signs: the body of `POST /security/certificates/{ca.uuid}/sign`.
///
/// ```
/// use certwright::SignRequest;
///
/// let request = SignRequest::new("-----BEGIN CERTIFICATE REQUEST-----…").with_expiry("P90D");
/// assert_eq!(request.hash_function, None);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SignRequest {
    /// PEM, label `CERTIFICATE REQUEST` or `NEW CERTIFICATE REQUEST`.
    pub signing_request: String,
    /// `sha224`, `sha256` (the default), `sha384` or `sha512`.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub hash_function: Option<String>,
    /// As in [`CreateRequest::expiry_time`](crate::CreateRequest::expiry_time).
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub expiry_time: Option<String>,
}

impl SignRequest {
    /// Checks the fields beside the signing request, which is read by [`SigningRequest::from_pem`].
    ///
    /// # Errors
    ///
    /// [`HashNotFips`](crate::ErrorCode::HashNotFips), [`HashNotSupported`](crate::ErrorCode::HashNotSupported),
    /// [`ExpiryOutOfRange`](crate::ErrorCode::ExpiryOutOfRange).
    ///
    /// [`SigningRequest::from_pem`]: crate::SigningRequest::from_pem
    ///
    /// ```
    /// use certwright::{Policy, SignRequest, Time};
    ///
    /// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// let spec = SignRequest::new("CSR").with_expiry("P90D").check(&policy)?;
    /// assert_eq!(spec.not_after().to_string(), "2026-04-01T00:00:00Z");
    /// assert!(SignRequest::new("CSR").with_expiry("soon").check(&policy).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check(&self, policy: &Policy) -> Result<SignSpec, Error> {
        let Self {
            signing_request: _,
            hash_function,
            expiry_time,
        } = self;
        Ok(SignSpec {
            hash: hash_function::hash_function(hash_function.as_deref(), policy)?,
            not_after: expiry::expiry(expiry_time.as_deref(), policy.now)?,
        })
    }

    /// A request with the API's defaults.
    ///
    /// ```
    /// assert_eq!(certwright::SignRequest::new("CSR").signing_request, "CSR");
    /// ```
    pub fn new(signing_request: impl Into<String>) -> Self {
        Self {
            signing_request: signing_request.into(),
            ..Self::default()
        }
    }

    /// Sets the hash function.
    ///
    /// ```
    /// let request = certwright::SignRequest::new("CSR").with_hash_function("sha384");
    /// assert_eq!(request.hash_function.as_deref(), Some("sha384"));
    /// ```
    #[must_use]
    pub fn with_hash_function(mut self, name: impl Into<String>) -> Self {
        self.hash_function = Some(name.into());
        self
    }

    /// Sets the expiry: a duration like `P90D` or a date and time.
    ///
    /// ```
    /// let request = certwright::SignRequest::new("CSR").with_expiry("P90D");
    /// assert_eq!(request.expiry_time.as_deref(), Some("P90D"));
    /// ```
    #[must_use]
    pub fn with_expiry(mut self, expiry_time: impl Into<String>) -> Self {
        self.expiry_time = Some(expiry_time.into());
        self
    }
}

impl fmt::Debug for SignRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignRequest")
            .field("signing_request", &Pasted(&self.signing_request))
            .field(
                "hash_function",
                &self.hash_function.as_deref().map(UnlessKey),
            )
            .field("expiry_time", &self.expiry_time.as_deref().map(UnlessKey))
            .finish()
    }
}

/// A certificate signed by a CA.
///
/// With the `serde` feature it serializes as the API's answer: the PEM alone.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SignedCertificate {
    /// PEM, label `CERTIFICATE`.
    pub public_certificate: String,
    /// The same, to be looked at: serial number, subject, end.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub certificate: Certificate,
    /// What the caller should know of it.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub warnings: Vec<Warning>,
}
