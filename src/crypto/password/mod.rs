//! What is encrypted or authenticated under a password: PBES2 (RFC 8018) and the older schemes of
//! PKCS#12 (RFC 7292 appendices B and C).

mod budget;
mod derive;
mod error;
mod mac;
mod scheme;

pub(crate) use budget::Budget;
pub(crate) use derive::count_of;
pub(crate) use error::PasswordError;
pub(crate) use mac::{Mac, authenticate};
pub(crate) use scheme::{Encrypted, Scheme};

use zeroize::Zeroizing;

/// A password in the two forms that the schemes take it in.
pub(crate) struct Password<'a> {
    /// UTF-8, for PBES2.
    text: &'a str,
    /// For the schemes of PKCS#12.
    bmp: Zeroizing<Vec<u8>>,
}

impl<'a> Password<'a> {
    /// Big-endian UTF-16 with two zero octets behind it (RFC 7292 appendix B.1).
    pub(crate) fn new(text: &'a str) -> Self {
        let mut bmp = Zeroizing::new(Vec::with_capacity(2 * text.len() + 2));
        for unit in text.encode_utf16() {
            bmp.extend_from_slice(&unit.to_be_bytes());
        }
        bmp.extend_from_slice(&[0, 0]);
        Self { text, bmp }
    }

    /// No password, which some writers tell from an empty one.
    pub(crate) fn none() -> Self {
        Self {
            text: "",
            bmp: Zeroizing::default(),
        }
    }
}
