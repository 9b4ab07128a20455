//! Arithmetic on 64-bit words, one number at a time, on any processor and without `unsafe`.

pub(super) mod ec;
pub(crate) mod rsa;
