//! P-256 in lanes.

use super::constants::Constants;
use crate::crypto::portable::ec::{P256 as Curve, modulus};

#[path = "../arithmetic.rs"]
mod arithmetic;
pub(super) mod eight;
mod four;

const N: usize = 4;
const CONSTANTS: Constants<5> = Constants::new(modulus::<Curve, N>());
