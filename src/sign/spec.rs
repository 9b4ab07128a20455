//! [`SignSpec`]: what is decided of a certificate beside the signing request.

use crate::request::expiry;
use crate::{Error, HashFunction, Policy, Time};

/// What a signing request is signed with, and until when its certificate is valid.
///
/// ```
/// use certwright::{HashFunction, SignSpec, Time};
///
/// let spec = SignSpec::new("2027-01-01T00:00:00Z".parse::<Time>()?).with_hash(HashFunction::Sha384);
/// assert_eq!(spec.hash(), HashFunction::Sha384);
/// # Ok::<(), certwright::TimeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignSpec {
    pub(super) hash: HashFunction,
    pub(super) not_after: Time,
}

impl SignSpec {
    /// A certificate that ends at this instant, signed with SHA-256. That it is not too far from now
    /// (see [`CreateRequest::expiry_time`](crate::CreateRequest::expiry_time)) is checked when it is signed.
    ///
    /// ```
    /// use certwright::{HashFunction, SignSpec, Time};
    /// use std::time::{Duration, SystemTime};
    ///
    /// let in_90_days = Time::from(SystemTime::now() + Duration::from_secs(90 * 86_400));
    /// assert_eq!(SignSpec::new(in_90_days).hash(), HashFunction::Sha256);
    /// ```
    pub fn new(not_after: Time) -> Self {
        Self {
            hash: HashFunction::Sha256,
            not_after,
        }
    }

    /// Sets the hash function of the CA's signature.
    ///
    /// ```
    /// use certwright::{HashFunction, SignSpec, Time};
    ///
    /// let spec = SignSpec::new(Time::MAX).with_hash(HashFunction::Sha512);
    /// assert_eq!(spec.hash(), HashFunction::Sha512);
    /// ```
    #[must_use]
    pub fn with_hash(mut self, hash: HashFunction) -> Self {
        self.hash = hash;
        self
    }

    /// The hash function of the CA's signature.
    ///
    /// ```
    /// use certwright::{HashFunction, SignSpec, Time};
    ///
    /// assert_eq!(SignSpec::new(Time::MAX).hash(), HashFunction::Sha256);
    /// ```
    pub fn hash(&self) -> HashFunction {
        self.hash
    }

    /// The last instant of the certificate's validity.
    ///
    /// ```
    /// use certwright::{SignSpec, Time};
    ///
    /// assert_eq!(SignSpec::new(Time::MAX).not_after(), Time::MAX);
    /// ```
    pub fn not_after(&self) -> Time {
        self.not_after
    }

    /// The range of the end, for a spec that no request was checked into.
    pub(super) fn check(&self, policy: &Policy) -> Result<(), Error> {
        expiry::check_range(self.not_after, policy.now)
    }
}
