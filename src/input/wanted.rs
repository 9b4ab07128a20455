//! [`Wanted`]: what an input should be.

use crate::ErrorCode;

/// What an input should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Certificate,
    Request,
    Key,
    Crl,
}

impl Wanted {
    pub(super) const fn code(self) -> ErrorCode {
        match self {
            Self::Certificate | Self::Crl => ErrorCode::CertificateUnreadable,
            Self::Request => ErrorCode::SigningFailed,
            Self::Key => ErrorCode::PrivateKeyUnreadable,
        }
    }

    pub(super) const fn noun(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Request => "signing request",
            Self::Key => "private key",
            Self::Crl => "certificate revocation list",
        }
    }

    /// The usual label of its block.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Certificate => "CERTIFICATE",
            Self::Request => "CERTIFICATE REQUEST",
            Self::Key => "PRIVATE KEY",
            Self::Crl => "X509 CRL",
        }
    }

    pub(super) const fn itself(self) -> &'static str {
        match self {
            Self::Certificate => "give the certificate itself, as PEM",
            Self::Request => "give the signing request itself, as PEM",
            Self::Key => "give the private key itself, as PEM",
            Self::Crl => "give the certificate revocation list itself, as PEM",
        }
    }

    /// The usual command from DER to PEM.
    pub(super) const fn command_from_der(self) -> &'static str {
        match self {
            Self::Certificate => "openssl x509 -inform der -in FILE",
            Self::Request => "openssl req -inform der -in FILE",
            Self::Key => "openssl pkey -inform der -in FILE",
            Self::Crl => "openssl crl -inform der -in FILE",
        }
    }
}
