//! [`CatalogPolicy`]: what the catalog may not read from its surroundings.

use crate::{Policy, Time};

/// What the catalog may not read from its surroundings.
///
/// ```
/// use certwright::catalog::CatalogPolicy;
///
/// let policy = CatalogPolicy::at(std::time::SystemTime::now()).with_dcn();
/// assert!(policy.dcn && policy.through_rest);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CatalogPolicy {
    /// The clock and the FIPS switch.
    pub policy: Policy,
    /// Whether adding and deleting a root_ca are jobs.
    pub dcn: bool,
    /// Whether the request came through REST, which refuses preinstalled certificates with a code
    /// of its own.
    pub through_rest: bool,
}

impl CatalogPolicy {
    /// The policy of this instant, FIPS mode and DCN off, through REST.
    ///
    /// ```
    /// let policy = certwright::catalog::CatalogPolicy::at(std::time::SystemTime::UNIX_EPOCH);
    /// assert_eq!(policy.policy.now.unix(), 0);
    /// ```
    pub fn at(now: impl Into<Time>) -> Self {
        Self::from(Policy::at(now))
    }

    /// The same with DCN on.
    ///
    /// ```
    /// assert!(certwright::catalog::CatalogPolicy::at(std::time::SystemTime::now()).with_dcn().dcn);
    /// ```
    #[must_use]
    pub fn with_dcn(mut self) -> Self {
        self.dcn = true;
        self
    }

    /// The same for a request that did not come through REST.
    ///
    /// ```
    /// let policy = certwright::catalog::CatalogPolicy::at(std::time::SystemTime::now());
    /// assert!(!policy.without_rest().through_rest);
    /// ```
    #[must_use]
    pub fn without_rest(mut self) -> Self {
        self.through_rest = false;
        self
    }
}

impl From<Policy> for CatalogPolicy {
    fn from(policy: Policy) -> Self {
        Self {
            policy,
            dcn: false,
            through_rest: true,
        }
    }
}
