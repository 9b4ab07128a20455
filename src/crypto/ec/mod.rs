//! Elliptic curves: keys and ECDSA (FIPS 186-5 section 6) on P-256, P-384 and P-521.
//!
//! On P-256 and P-384 the arithmetic is that of [`portable`](super::portable), with points that are
//! multiplied in lanes ([`ifma`](super::ifma)) where there are any: [`words`] joins it to the encodings
//! of keys and signatures. P-521 has that of its crate, in code that is generic in the
//! curve: [`curve`] says what a curve has, [`ecdsa`] makes keys and signatures and checks them,
//! [`precomputed`] checks many with one key. [`any`] holds what a key file turns out to be, and is the
//! only place that tells the three curves apart.

mod any;
mod curve;
mod ecdsa;
mod precomputed;
mod words;

pub(crate) use any::{
    AnyPrecomputedPoint, AnyPrivateKey, AnyVerifyingKey, EcChecks, EcPlace, uncompressed,
};
pub(crate) use curve::Curve;
