//! Dispatch on the 52-bit multipliers of AVX-512 (`vpmadd52luq`, `vpmadd52huq`), eight numbers at
//! a time: the only folder with `unsafe` in it.
//!
//! [`digits`] and [`unroll`] are what all of it is written in; [`rsa`] and [`ec`] say how numbers
//! are laid out, which bounds they keep, and why no secret shows.
#![allow(
    unsafe_code,
    reason = "the instructions may be used where the processor has them, and registers are made of plain numbers"
)]
#![allow(
    clippy::absurd_extreme_comparisons,
    reason = "in loops that are written out, the index is a constant"
)]
#![allow(
    clippy::unnecessary_box_returns,
    reason = "large numbers are made in frames of their own"
)]
#![allow(
    clippy::many_single_char_names,
    reason = "the numbers of RSA have names of one letter"
)]

mod digits;
mod ec;
mod rsa;
mod unroll;

pub(super) use ec::InLanes;
#[cfg(feature = "hooks")]
pub(crate) use ec::hooks as ec_hooks;
pub(super) use rsa::RsaKey;
#[cfg(feature = "hooks")]
pub(crate) use rsa::hooks;

/// Proof that the processor has the instructions (AVX-512 F, IFMA, DQ and VL): only
/// [`Ifma::detect`] makes one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ifma(());

impl Ifma {
    /// `None` where a test has forced portable arithmetic, too.
    pub(super) fn detect() -> Option<Self> {
        #[cfg(feature = "hooks")]
        if super::hooks::is_portable_forced() {
            return None;
        }
        let is_there = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512ifma")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl");
        is_there.then_some(Self(()))
    }
}
