//! Arithmetic on 64-bit words, one number at a time, on any processor and without `unsafe`.
#![allow(
    clippy::inline_always,
    reason = "small steps of loops that are written out; the compiler leaves some as calls"
)]
#![allow(
    clippy::needless_bitwise_bool,
    reason = "what is secret is not branched on"
)]
#![allow(
    clippy::needless_range_loop,
    reason = "words of several numbers go together"
)]
#![allow(
    clippy::unnecessary_box_returns,
    clippy::large_stack_arrays,
    reason = "large numbers are made where they stay, tables by the compiler"
)]
#![allow(
    clippy::many_single_char_names,
    reason = "the numbers of RSA and of curves have names of one letter"
)]

pub(crate) mod ec;
pub(crate) mod rsa;
