//! What is wrong with a chain: which certificate, which rule, which code.

use super::reason::RevocationReason;
use crate::x509::validity::OutsideValidity;
use crate::{Error, ErrorCode, FipsRule, Time};
use std::fmt;

/// Why a chain was not accepted: the source of the error of [`validate_chain`] and, for what is
/// wrong with the certificates above the installed one, of [`install`].
///
/// Where several paths were tried, it is the most telling of their defects.
///
/// [`validate_chain`]: crate::validate_chain
/// [`install`]: crate::install
///
/// ```
/// use certwright::{ChainDefect, ChainRequest, ChainRule, Policy, Time};
///
/// let chain = ChainRequest::new(include_str!("../../vectors/server.pem"))
///     .with_trust_anchor(include_str!("../../vectors/ca-p256.pem"));
/// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
/// let error = certwright::validate_chain(&chain, &policy).unwrap_err();
/// let defect: &ChainDefect = error.chain_defect().unwrap();
/// assert_eq!(defect.rule, ChainRule::NoIssuer);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChainDefect {
    /// The certificate that breaks the rule.
    pub certificate: ChainCertificate,
    /// Its subject as a string like that of RFC 4514, shortened.
    pub subject: String,
    /// The one of its subject alternative names that breaks the rule, where it is a rule of their form;
    /// shortened.
    pub name: Option<String>,
    /// The rule.
    pub rule: ChainRule,
}

/// A certificate by the place where it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ChainCertificate {
    /// The certificate that the chain is for: the first of `public_certificate`.
    Leaf,
    /// The one with this index, counted from 0: first the further ones of `public_certificate`,
    /// then those of `intermediate_certificates`.
    Intermediate(usize),
    /// The trust anchor with this index, counted from 0.
    TrustAnchor(usize),
}

impl ChainCertificate {
    /// The request field that it was given in.
    pub(super) const fn field(self) -> &'static str {
        match self {
            Self::Leaf => "public_certificate",
            Self::Intermediate(_) => "intermediate_certificates",
            Self::TrustAnchor(_) => "trust_anchors",
        }
    }
}

impl fmt::Display for ChainCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leaf => f.write_str("the certificate"),
            Self::Intermediate(index) => write!(f, "intermediate certificate {index}"),
            Self::TrustAnchor(index) => write!(f, "trust anchor {index}"),
        }
    }
}

/// A rule of chain validation that a certificate breaks. Sections are those of RFC 5280.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChainRule {
    /// None of the given certificates is its issuer, and it is no trust anchor (6.1).
    NoIssuer,
    /// It is not part of the chain of the installed certificate.
    Unrelated,
    /// Its issuer is not among the given certificates, so that one that is may not stand above it.
    MissingIssuer {
        /// The name of the issuer as a string like that of RFC 4514, shortened.
        issuer: String,
        /// The one that may not: its place and its subject.
        unrelated: String,
    },
    /// Its signature is not one of the certificate that has the name of its issuer (6.1.3 a 1).
    Signature,
    /// The two fields that name its signature algorithm differ (4.1.1.2).
    AlgorithmsDiffer,
    /// It is signed with an algorithm that is not processed.
    SignatureAlgorithm,
    /// It is signed with `md5` or `sha1`.
    WeakHash(&'static str),
    /// Its validity begins at this later time (6.1.3 a 2).
    NotYetValid(Time),
    /// Its validity ended at this earlier time (6.1.3 a 2).
    Expired(Time),
    /// It is used as an issuer, or is to be installed as a CA, and is not a CA
    /// (6.1.4 k).
    NotCa,
    /// It is used as an issuer, and its key usage has no keyCertSign (6.1.4 n).
    NoKeyCertSign,
    /// More CAs follow below it than its path length of so many (6.1.4 m).
    PathLength(u8),
    /// With it there are more CAs between leaf and trust anchor than these, which the caller set.
    MaxIntermediates(usize),
    /// Its extended key usage does not include the purpose (4.2.1.12).
    ExtendedKeyUsage,
    /// Its key usage does not allow the purpose (4.2.1.3, 4.2.1.12).
    KeyUsage,
    /// It has this name, which a CA above it does not permit (6.1.3 b).
    NameNotPermitted(String),
    /// It has this name, which a CA above it excludes (6.1.3 c).
    NameExcluded(String),
    /// It has a name of this kind, on which a CA above it puts a constraint that is not processed
    /// (4.2.1.10).
    NameKind(&'static str),
    /// It is revoked (6.3).
    Revoked {
        /// Why.
        reason: RevocationReason,
        /// Since when, as the list has it.
        date: Time,
    },
    /// The revocation lists do not tell whether it is revoked, and that is required (6.3).
    RevocationUnknown,
    /// An explicit certificate policy is required, and with it none is left that holds for the whole
    /// path and that the caller takes (6.1.3 f, 6.1.5 g).
    ExplicitPolicy,
    /// Its policyMappings map a policy to or from anyPolicy (6.1.4 a).
    AnyPolicyMapped,
    /// It has this critical extension, which is not processed (4.2).
    CriticalExtension(String),
    /// An extension cannot be read.
    Malformed(&'static str),
    /// A URI among its names has characters that no URI has, such as a backslash (RFC 3986 section 2).
    NotAUri,
    /// It breaks what sections 4.1 and 4.2 ask of every certificate; says what. Not checked when
    /// certificates are installed.
    Profile(&'static str),
    /// Its key cannot be used to check signatures, or not be read.
    Key(&'static str),
    /// It is not acceptable in FIPS mode.
    Fips(FipsRule),
    /// None of its subject alternative names is the peer's.
    PeerName,
    /// The search was given up: this is more work than any chain in use needs.
    Limit(Limit),
}

/// What a chain search may not have too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// Certificates given in all.
    Certificates,
    /// Octets of the certificates together.
    Octets,
    /// Certificates of one path.
    Depth,
    /// Signatures to check.
    Signatures,
    /// Possible issuers to look at.
    Edges,
    /// Comparisons of names with name constraints.
    Comparisons,
    /// Certificate policies and their mappings.
    Policies,
    /// Revocation lists to look at.
    Crls,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Certificates => "certificates",
            Self::Octets => "octets of certificates",
            Self::Depth => "certificates in a path",
            Self::Signatures => "signatures",
            Self::Edges => "possible issuers",
            Self::Comparisons => "names and name constraints",
            Self::Policies => "certificate policies",
            Self::Crls => "revocation lists",
        })
    }
}

impl ChainRule {
    /// The code of an error for this rule.
    fn code(&self, fips: bool) -> ErrorCode {
        match self {
            Self::NotYetValid(_) => ErrorCode::NotYetValid,
            Self::Expired(_) => ErrorCode::Expired,
            Self::WeakHash(_) if fips => ErrorCode::CertificateNotFips,
            Self::WeakHash(_) => ErrorCode::HashNotSupported,
            Self::Fips(_) => ErrorCode::CertificateNotFips,
            Self::Malformed(_) => ErrorCode::CertificateUnreadable,
            Self::Limit(_) => ErrorCode::OutOfMemory,
            _ => ErrorCode::IssuerUnusable,
        }
    }

    /// How much a defect tells when several paths fail: a certificate that happens to have the
    /// right name tells less than one that is the issuer and may not be.
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Unrelated => 0,
            Self::NoIssuer => 1,
            Self::Signature => 2,
            _ => RULE_BROKEN,
        }
    }
}

/// The rank of a true issuer that may not be one.
pub(super) const RULE_BROKEN: u8 = 3;

impl fmt::Display for ChainRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::NoIssuer => "its issuer is not among the given certificates",
            Self::Unrelated => "it is not part of the certificate's chain",
            Self::Signature => "its signature is not one of the certificate named as its issuer",
            Self::AlgorithmsDiffer => "its two fields for the signature algorithm differ",
            Self::SignatureAlgorithm => "it is signed with an algorithm that is not supported",
            Self::WeakHash(hash) => {
                return write!(f, "it is signed with {hash}, which is no longer secure");
            }
            Self::NotYetValid(time) => return OutsideValidity::NotYetValid(*time).fmt(f),
            Self::Expired(time) => return OutsideValidity::Expired(*time).fmt(f),
            Self::MissingIssuer { issuer, unrelated } => {
                return write!(
                    f,
                    "its issuer \"{issuer}\" is not among the given certificates, so that {unrelated} \
                     has no place above it"
                );
            }
            Self::NotCa => "it is not a CA: its basicConstraints do not say CA:TRUE",
            Self::NoKeyCertSign => "it is used as an issuer but its keyUsage has no keyCertSign",
            Self::PathLength(length) => {
                return write!(
                    f,
                    "more CAs follow below it than its path length of {length}"
                );
            }
            Self::MaxIntermediates(most) => {
                return write!(f, "with it there are more than {most} intermediate CAs");
            }
            Self::ExtendedKeyUsage => "its extendedKeyUsage does not include the purpose",
            Self::KeyUsage => "its keyUsage does not allow the purpose",
            Self::NameNotPermitted(name) => {
                return write!(f, "a CA above it does not permit the name \"{name}\"");
            }
            Self::NameExcluded(name) => {
                return write!(f, "a CA above it excludes the name \"{name}\"");
            }
            Self::NameKind(kind) => {
                return write!(
                    f,
                    "a CA above it puts a constraint on names of the kind {kind}, which is not processed"
                );
            }
            Self::Revoked { reason, date } => {
                return write!(f, "it is revoked since {date}, reason {reason}");
            }
            Self::RevocationUnknown => {
                "the revocation lists do not tell whether it is revoked, and that is required"
            }
            Self::ExplicitPolicy => "no certificate policy holds for the path, and one is required",
            Self::AnyPolicyMapped => "its policyMappings map anyPolicy",
            Self::CriticalExtension(oid) => {
                return write!(f, "its critical extension {oid} is not processed");
            }
            Self::NotAUri => "its subjectAltName has a URI with characters that no URI has",
            Self::Malformed(what) | Self::Profile(what) | Self::Key(what) => what,
            Self::Fips(rule) => return write!(f, "{rule}"),
            Self::PeerName => "none of its subject alternative names is the peer's",
            Self::Limit(what) => {
                return write!(f, "the search was given up: there are too many {what}");
            }
        };
        f.write_str(text)
    }
}

impl ChainDefect {
    /// The coded error with this defect as its source.
    pub(super) fn into_error(self, fips: bool) -> Error {
        let error = Error::new(self.rule.code(fips), self.to_string())
            // A limit too: the fault is in the request.
            .with_http_status(400)
            .with_target(self.certificate.field())
            .with_argument("subject", &self.subject);
        let error = match &self.name {
            Some(name) => error.with_argument("name", name),
            None => error,
        };
        error.with_source(self)
    }
}

impl fmt::Display for ChainDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} \"{}\": {}",
            self.certificate, self.subject, self.rule
        )?;
        match &self.name {
            Some(name) => write!(f, ": \"{name}\""),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ChainDefect {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.rule {
            ChainRule::Fips(rule) => Some(rule),
            _ => None,
        }
    }
}

impl Error {
    /// Which certificate of a chain breaks which rule, where that is the cause.
    ///
    /// ```
    /// use certwright::{ChainRequest, ChainRule, Policy, Time};
    ///
    /// let chain = ChainRequest::new(include_str!("../../vectors/server.pem"));
    /// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// let error = certwright::validate_chain(&chain, &policy).unwrap_err();
    /// assert_eq!(error.chain_defect().unwrap().rule, ChainRule::NoIssuer);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn chain_defect(&self) -> Option<&ChainDefect> {
        std::error::Error::source(self)?.downcast_ref()
    }
}
