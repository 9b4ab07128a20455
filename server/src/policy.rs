//! [`PolicySource`]: the time and the mode of every operation.

use certwright::Policy;
use certwright::catalog::CatalogPolicy;
use std::time::SystemTime;

/// What the configuration says of every operation; the time is added when one begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PolicySource {
    pub(crate) fips: bool,
    pub(crate) dcn: bool,
}

impl PolicySource {
    pub(crate) fn now(self) -> CatalogPolicy {
        let policy = Policy::at(SystemTime::now());
        let policy = CatalogPolicy::from(if self.fips {
            policy.with_fips()
        } else {
            policy
        });
        if self.dcn { policy.with_dcn() } else { policy }
    }
}
