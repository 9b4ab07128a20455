//! Arithmetic on 64-bit words, one number at a time, on any processor and without `unsafe`.

pub(crate) mod rsa;
