//! P-256 and P-384 on 64-bit words.
mod comb;
mod curve;
mod ecdsa;
mod inverse;
mod multiples;
mod nonce;
mod p256;
mod p384;
mod point;
mod residue;
mod stack;
mod words;

#[cfg(test)]
mod tests;

pub(in crate::crypto) use curve::WordCurve;
pub(in crate::crypto) use ecdsa::{PrivateKey, PublicKey, Signature};
pub(in crate::crypto) use nonce::FRESH;
pub(in crate::crypto) use p256::P256;
pub(in crate::crypto) use p384::P384;
