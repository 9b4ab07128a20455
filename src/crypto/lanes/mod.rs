//! RSA in lanes.
#![allow(unsafe_code)]

mod block;
mod check;
mod chunks;
mod digits;
mod key;
mod modular;
mod power;
mod private;
mod public;
mod shift;
mod single;
mod unroll;

#[cfg(test)]
mod tests;

pub(super) use key::RsaKey;

/// Proof that the processor has the instructions: only [`Ifma::detect`] makes one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ifma(());

impl Ifma {
    pub(super) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512ifma"))
            .then_some(Self(()))
    }
}
