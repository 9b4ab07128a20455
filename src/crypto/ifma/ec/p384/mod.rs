//! P-384 in lanes.

use super::constants::Constants;
use crate::crypto::portable::ec::{P384 as Curve, modulus};

#[path = "../arithmetic.rs"]
mod arithmetic;
pub(super) mod eight;
mod four;

const N: usize = 6;
const CONSTANTS: Constants<8> = Constants::new(modulus::<Curve, N>());
