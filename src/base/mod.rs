//! What every floor speaks of: errors and their codes, time, the policy, secrets, hex.

pub(crate) mod code;
pub(crate) mod error;
pub(crate) mod hex;
pub(crate) mod hidden;
pub(crate) mod policy;
pub(crate) mod secret;
pub(crate) mod time;
pub(crate) mod warning;
