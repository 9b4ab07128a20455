//! [`Policy`]: everything ambient, as a value.

use crate::Time;

/// What an operation may not read from its surroundings: the clock and the FIPS switch.
///
/// ```
/// use certwright::Policy;
/// use std::time::SystemTime;
///
/// let policy = Policy::at(SystemTime::now());
/// assert!(!policy.fips);
/// assert!(policy.with_fips().fips);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// The present, UTC, one-second resolution.
    pub now: Time,
    /// Whether only the algorithms and parameters of FIPS 186-5 and 180-4 are accepted. This is an
    /// algorithm and parameter policy, not a validated cryptographic module.
    pub fips: bool,
}

impl Policy {
    /// The policy of this instant, FIPS mode off.
    ///
    /// ```
    /// let policy = certwright::Policy::at(std::time::SystemTime::UNIX_EPOCH);
    /// assert_eq!(policy.now.unix(), 0);
    /// ```
    pub fn at(now: impl Into<Time>) -> Self {
        Self {
            now: now.into(),
            fips: false,
        }
    }

    /// The same with FIPS mode on.
    ///
    /// ```
    /// let policy = certwright::Policy::at(std::time::SystemTime::now()).with_fips();
    /// assert!(policy.fips);
    /// ```
    #[must_use]
    pub fn with_fips(mut self) -> Self {
        self.fips = true;
        self
    }
}
