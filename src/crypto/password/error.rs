//! [`PasswordError`], and the limits that it names.

use std::fmt;

/// Iterations of all key derivations of a file together. GnuTLS and NSS ask for 600,000 each: 1,800,000 for
/// a key, its certificate and the authentication. GnuTLS asks for 600,000 more for each certificate above
/// it: 3,600,000 for a chain of four.
pub(super) const ITERATIONS_MAX: u32 = 4_000_000;
/// Octets of memory of one scrypt, which passes over them twice.
pub(super) const MEMORY_MAX: u64 = 64 << 20;

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
                ITERATIONS_MAX,
                MEMORY_MAX >> 20
            ),
        }
    }
}

impl std::error::Error for PasswordError {}
