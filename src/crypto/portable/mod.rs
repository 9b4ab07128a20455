//! Arithmetic on 64-bit words, one number at a time: for any processor, in safe Rust.

pub(super) mod ec;
