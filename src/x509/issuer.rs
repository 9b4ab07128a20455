//! Whether a certificate says that others may be signed with its key.

use std::fmt;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};

/// Why a certificate is not one to issue others with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotAnIssuer {
    NotCa,
    NoKeyCertSign,
}

impl fmt::Display for NotAnIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotCa => "its basicConstraints do not say that it is a CA",
            Self::NoKeyCertSign => "its keyUsage does not have keyCertSign",
        })
    }
}

impl std::error::Error for NotAnIssuer {}

/// RFC 5280 section 4.2.1.9: a CA's basicConstraints have cA.
pub(crate) fn is_ca(basic: Option<&BasicConstraints>) -> bool {
    basic.is_some_and(|basic| basic.ca)
}

/// RFC 5280 sections 6.1.4 (k) and (n): it is a CA, and its key usage, if there is one, has
/// keyCertSign.
pub(crate) fn check(
    basic: Option<&BasicConstraints>,
    usage: Option<KeyUsage>,
) -> Result<(), NotAnIssuer> {
    if !is_ca(basic) {
        return Err(NotAnIssuer::NotCa);
    }
    match usage {
        Some(usage) if !usage.key_cert_sign() => Err(NotAnIssuer::NoKeyCertSign),
        _ => Ok(()),
    }
}
