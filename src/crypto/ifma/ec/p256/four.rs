//! Four numbers at a time, for one job alone.

use super::CONSTANTS;
use crate::crypto::ifma::ec::four as instructions;
use crate::crypto::portable::ec::P256 as Curve;

#[path = "../alone.rs"]
pub(in crate::crypto::ifma::ec) mod alone;
#[path = "../field.rs"]
pub(in crate::crypto::ifma::ec) mod field;
#[path = "../jacobian.rs"]
pub(in crate::crypto::ifma::ec) mod jacobian;
#[path = "../odd.rs"]
mod odd;
#[path = "../quick.rs"]
mod quick;
#[path = "reduction.rs"]
mod reduction;
#[path = "../total.rs"]
pub(in crate::crypto::ifma::ec) mod total;
#[path = "../four_words.rs"]
pub(in crate::crypto::ifma::ec) mod words;
