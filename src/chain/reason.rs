//! What is said of a certificate's revocation.

use std::fmt;

/// What was found of one certificate's revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RevocationStatus {
    /// It was not asked for, or the certificate is a trust anchor.
    NotAsked,
    /// Current lists cover every reason, and none of them has the certificate.
    Good,
    /// The lists that were given do not tell.
    Unknown,
}

/// Why a certificate was revoked (RFC 5280 section 5.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RevocationReason {
    /// None is given.
    Unspecified,
    /// Its key is, or may be, known to others.
    KeyCompromise,
    /// The key of the CA is, or may be, known to others.
    CaCompromise,
    /// What it says of its subject has changed.
    AffiliationChanged,
    /// Another certificate stands in its place.
    Superseded,
    /// It is no longer needed.
    CessationOfOperation,
    /// It does not count for the time being.
    CertificateHold,
    /// A privilege that it tells of was withdrawn.
    PrivilegeWithdrawn,
    /// The key of the attribute authority is, or may be, known to others.
    AaCompromise,
}

impl RevocationReason {
    /// The identifier of RFC 5280's ASN.1.
    ///
    /// ```
    /// assert_eq!(certwright::RevocationReason::KeyCompromise.name(), "keyCompromise");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::KeyCompromise => "keyCompromise",
            Self::CaCompromise => "cACompromise",
            Self::AffiliationChanged => "affiliationChanged",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessationOfOperation",
            Self::CertificateHold => "certificateHold",
            Self::PrivilegeWithdrawn => "privilegeWithdrawn",
            Self::AaCompromise => "aACompromise",
        }
    }

    /// That of a CRLReason.
    pub(super) const fn of(number: u8) -> Self {
        match number {
            1 => Self::KeyCompromise,
            2 => Self::CaCompromise,
            3 => Self::AffiliationChanged,
            4 => Self::Superseded,
            5 => Self::CessationOfOperation,
            6 => Self::CertificateHold,
            9 => Self::PrivilegeWithdrawn,
            10 => Self::AaCompromise,
            _ => Self::Unspecified,
        }
    }
}

impl fmt::Display for RevocationReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
