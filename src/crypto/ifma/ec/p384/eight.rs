//! Eight points at a time.

use super::{CONSTANTS, four};
use crate::crypto::ifma::ec::eight as instructions;
use crate::crypto::portable::ec::P384 as Curve;

/// Bits of the comb's window: 64 rows of 32 points, 192 KiB.
const WINDOW: usize = 6;

#[path = "../co_z.rs"]
mod co_z;
#[path = "../comb.rs"]
pub(in crate::crypto::ifma::ec) mod comb;
#[path = "../field.rs"]
pub(in crate::crypto::ifma::ec) mod field;
#[path = "../point.rs"]
pub(in crate::crypto::ifma::ec) mod point;
#[path = "reduction.rs"]
mod reduction;
#[path = "../scalars.rs"]
mod scalars;
#[path = "../spread.rs"]
pub(in crate::crypto::ifma::ec) mod spread;
#[path = "../squares.rs"]
mod squares;
#[path = "../sums.rs"]
pub(in crate::crypto::ifma::ec) mod sums;
#[path = "../words.rs"]
mod words;

#[cfg(test)]
#[path = "../tests/arithmetic.rs"]
mod tests;
