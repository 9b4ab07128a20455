//! RSA on 64-bit words, on any processor.

mod generate;
#[cfg(feature = "hooks")]
pub(crate) mod hooks;
mod key;
mod modulus;
mod power;
mod private;
mod product;
mod public;
mod words;

#[cfg(test)]
mod tests;

pub(in crate::crypto) use generate::generate;
pub(in crate::crypto) use key::RsaKey;
pub(in crate::crypto) use public::verify;
