//! Elliptic curves: keys and ECDSA (FIPS 186-5 section 6) on P-256, P-384 and P-521.
//!
//! What is done on one curve is written once, for any `C`: [`curve`] says what a curve has,
//! [`ecdsa`] makes keys and signatures and checks them, [`precomputed`] checks many with one key.
//! [`any`] holds what a key file turns out to be, and is the only place that tells the three curves
//! apart.

mod any;
mod curve;
mod ecdsa;
mod precomputed;

pub(crate) use any::{AnyPrecomputedPoint, AnyPrivateKey, AnyVerifyingKey};
pub(crate) use curve::Curve;
