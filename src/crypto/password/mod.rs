//! What is encrypted or authenticated under a password: PBES2 (RFC 8018) and the older schemes of
//! PKCS#12 (RFC 7292 appendices B and C).

mod budget;
mod derive;
mod mac;
mod scheme;

pub(crate) use budget::Budget;
pub(crate) use mac::{Mac, authenticate};
pub(crate) use scheme::{Encrypted, Scheme};

use std::fmt;
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

/// Why something is not decrypted, or not shown to be whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PasswordError {
    /// The password is wrong, or what it is for was changed.
    Wrong,
    /// The parameters of the scheme are not readable.
    Parameters,
    /// A scheme that is not supported, by its object identifier.
    Unsupported(String),
    /// More work than [`Budget`] allows.
    TooMuchWork,
}

impl fmt::Display for PasswordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong => f.write_str("the password is wrong, or the data was changed"),
            Self::Parameters => f.write_str("the parameters of its encryption are not readable"),
            Self::Unsupported(scheme) => write!(f, "its encryption {scheme} is not supported"),
            Self::TooMuchWork => write!(
                f,
                "its encryption asks for more than {} iterations, or {} MiB of memory",
                budget::ITERATIONS_MAX,
                budget::MEMORY_MAX >> 20
            ),
        }
    }
}

impl std::error::Error for PasswordError {}
