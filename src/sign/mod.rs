//! [`sign`] and [`sign_batch`]: certificates from signing requests. The hot path.

mod pending;
mod rules;
mod spec;
pub(crate) mod stages;

pub use pending::PendingCertificate;
pub use spec::SignSpec;

use crate::request::{expiry, hash_function};
use crate::{Certificate, CertificateAuthority, Error, Policy, Warning};
use rand_core::CryptoRng;

/// What [`sign`] signs: the body of `POST /security/certificates/{ca.uuid}/sign`.
///
/// ```
/// use certwright::SignRequest;
///
/// let request = SignRequest::new("-----BEGIN CERTIFICATE REQUEST-----…").with_expiry("P90D");
/// assert_eq!(request.hash_function, None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Deserialize, serde::Serialize),
    serde(default)
)]
#[non_exhaustive]
pub struct SignRequest {
    /// PEM, label `CERTIFICATE REQUEST` or `NEW CERTIFICATE REQUEST`.
    #[cfg_attr(
        feature = "serde",
        serde(deserialize_with = "crate::base::null::or_default")
    )]
    pub signing_request: String,
    /// `sha224`, `sha256` (the default), `sha384` or `sha512`.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub hash_function: Option<String>,
    /// An ISO 8601 duration or a date and time, 1 to 3652 days from now; default `P365D`.
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

/// Signs a request with a CA, for a certificate valid from `policy.now` on.
///
/// What a request can ask for and what it gets stands in the crate's documentation; it never gets
/// to be a CA. Draws 32 bytes from `rng`, once all checks have passed; the same CA, request, policy
/// and bytes give the same certificate.
///
/// # Errors
///
/// In the order of the checks:
///
/// * [`HashNotFips`](crate::ErrorCode::HashNotFips), [`HashNotSupported`](crate::ErrorCode::HashNotSupported);
/// * [`ExpiryOutOfRange`](crate::ErrorCode::ExpiryOutOfRange);
/// * [`SigningFailed`](crate::ErrorCode::SigningFailed): the request is unreadable, signed with an
///   algorithm that is not supported, or its own signature does not verify;
///   [`KeyTypeNotSupported`](crate::ErrorCode::KeyTypeNotSupported): it has a key of a type that is not
///   supported; [`HashNotSupported`](crate::ErrorCode::HashNotSupported) (in FIPS mode
///   [`CertificateNotFips`](crate::ErrorCode::CertificateNotFips)): it is signed with md5 or sha1;
/// * [`CaCannotSign`](crate::ErrorCode::CaCannotSign): the CA certificate is not valid at `policy.now`;
/// * [`CommonNameMissing`](crate::ErrorCode::CommonNameMissing): it has neither a common name nor a
///   subject alternative name; [`CommonNameInvalid`](crate::ErrorCode::CommonNameInvalid);
/// * [`CertificateNotFips`](crate::ErrorCode::CertificateNotFips): FIPS mode, and the key of the request
///   or of the CA is not acceptable; [`CaCannotSign`](crate::ErrorCode::CaCannotSign): it asks to be a CA
///   and the CA's path length is 0;
/// * [`SameCommonNameAsCa`](crate::ErrorCode::SameCommonNameAsCa);
/// * [`OutlivesCa`](crate::ErrorCode::OutlivesCa);
/// * [`SigningFailed`](crate::ErrorCode::SigningFailed): a name or an extension that it asks for cannot go
///   into a certificate, or the signer failed.
///
/// ```
/// use certwright::{CertificateAuthority, Policy, SignRequest, Time};
/// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
///
/// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
/// let (root, key) = (include_str!("../../vectors/root.pem"), include_str!("../../vectors/root.key"));
/// let ca = CertificateAuthority::from_pem(root, key, &policy)?;
/// let request = SignRequest::new(include_str!("../../vectors/server.csr")).with_expiry("P90D");
/// let signed = certwright::sign(&ca, &request, &policy, &mut rng)?;
/// assert!(signed.public_certificate.starts_with("-----BEGIN CERTIFICATE-----\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn sign(
    ca: &CertificateAuthority,
    request: &SignRequest,
    policy: &Policy,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<SignedCertificate, Error> {
    let mut answers = sign_batch(ca, std::slice::from_ref(request), policy, rng);
    answers
        .pop()
        .unwrap_or_else(|| Err(rules::failed("there is no answer")))
}

/// Signs many requests: the same answers, byte for byte, as [`sign`] for one after the other with
/// the same `rng`. One that is refused does not disturb the others.
///
/// At most 1024 requests are worked on at a time. Each of these holds about 1.1 KB beside its answer,
/// which has about 1.2 KB itself; so a batch of any length needs its answers and about 1 MB
/// (`cargo bench --bench scale` measures it).
///
/// ```
/// use certwright::{CertificateAuthority, Policy, SignRequest, Time};
/// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
///
/// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
/// let (root, key) = (include_str!("../../vectors/root.pem"), include_str!("../../vectors/root.key"));
/// let ca = CertificateAuthority::from_pem(root, key, &policy)?;
/// let good = SignRequest::new(include_str!("../../vectors/server.csr"));
/// let answers = certwright::sign_batch(&ca, &[good.clone(), SignRequest::new(""), good], &policy, &mut rng);
/// assert!(answers[0].is_ok() && answers[1].is_err() && answers[2].is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn sign_batch(
    ca: &CertificateAuthority,
    requests: &[SignRequest],
    policy: &Policy,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Vec<Result<SignedCertificate, Error>> {
    stages::sign_in_stages(ca, requests, policy, rng, &mut |_| ())
}
