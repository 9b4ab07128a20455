//! What every floor speaks of: errors and their codes, time, the policy, secrets, hex.

pub(crate) mod code;
pub(crate) mod error;
#[cfg(any(feature = "azure", feature = "service"))]
pub(crate) mod escape;
pub(crate) mod hex;
pub(crate) mod hidden;
pub(crate) mod policy;
pub(crate) mod secret;
#[cfg(feature = "azure")]
pub(crate) mod secret_text;
pub(crate) mod time;
#[cfg(any(feature = "azure", feature = "catalog"))]
pub(crate) mod uuid;
pub(crate) mod warning;
