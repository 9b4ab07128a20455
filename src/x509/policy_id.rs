//! [`CertificatePolicy`]: the identifier of a certificate policy.

use super::der::oid::{self, Oid};
use const_oid::db::rfc5280::ANY_POLICY;
use std::fmt;
use std::str::FromStr;

/// The object identifier of a certificate policy (RFC 5280 section 4.2.1.4).
///
/// ```
/// use certwright::CertificatePolicy;
///
/// let policy: CertificatePolicy = "2.16.840.1.101.3.2.1.48.1".parse()?;
/// assert_eq!(policy.to_string(), "2.16.840.1.101.3.2.1.48.1");
/// assert_eq!(CertificatePolicy::any().to_string(), "2.5.29.32.0");
/// assert!("2.5.x".parse::<CertificatePolicy>().is_err());
/// # Ok::<(), certwright::PolicyIdError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CertificatePolicy(Box<[u8]>);

/// A text is not an object identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PolicyIdError;

impl CertificatePolicy {
    /// The special policy anyPolicy, 2.5.29.32.0.
    ///
    /// ```
    /// assert!(certwright::CertificatePolicy::any().is_any());
    /// ```
    pub fn any() -> Self {
        Self::known(ANY_POLICY.as_bytes())
    }

    /// Whether it is anyPolicy.
    ///
    /// ```
    /// assert!("2.5.29.32.0".parse::<certwright::CertificatePolicy>().unwrap().is_any());
    /// ```
    pub fn is_any(&self) -> bool {
        *self.0 == *ANY_POLICY.as_bytes()
    }

    /// That of the content of an OBJECT IDENTIFIER.
    pub(crate) fn known(content: &[u8]) -> Self {
        Self(content.into())
    }

    /// The content of its OBJECT IDENTIFIER.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for CertificatePolicy {
    type Err = PolicyIdError;

    /// Reads dotted decimal, of at most 64 arcs of 128 bits.
    fn from_str(text: &str) -> Result<Self, PolicyIdError> {
        oid::encode(text)
            .map(|content| Self(content.into()))
            .ok_or(PolicyIdError)
    }
}

impl fmt::Display for CertificatePolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Oid::known(&self.0).fmt(f)
    }
}

impl fmt::Debug for CertificatePolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificatePolicy({self})")
    }
}

impl fmt::Display for PolicyIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an object identifier in dotted decimal, such as 2.5.29.32.0")
    }
}

impl std::error::Error for PolicyIdError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_object_identifier() {
        for text in [
            "", ".", "1", "3.1", "1.40", "1.2.", ".1.2", "1..2", "1.+2", "1.02", "1.2 ", "1.-2",
            "a.b",
        ] {
            assert_eq!(
                text.parse::<CertificatePolicy>(),
                Err(PolicyIdError),
                "{text}"
            );
        }
        let long = vec!["1"; 65].join(".");
        assert!(long.parse::<CertificatePolicy>().is_err());
        let large = format!("2.25.{}", u128::MAX);
        assert_eq!(
            large.parse::<CertificatePolicy>().unwrap().to_string(),
            large
        );
        assert!(
            format!("2.25.{}0", u128::MAX)
                .parse::<CertificatePolicy>()
                .is_err()
        );
    }

    proptest! {
        #[test]
        fn arcs_survive(first in 0_u8..3, second in 0_u8..40, rest in prop::collection::vec(any::<u128>(), 0..6)) {
            let arcs: Vec<_> = [first.into(), second.into()].into_iter().chain(rest).map(|arc: u128| arc.to_string()).collect();
            let text = arcs.join(".");
            let policy: CertificatePolicy = text.parse().unwrap();
            prop_assert!(Oid::read(policy.as_bytes()).is_ok());
            prop_assert_eq!(policy.to_string(), text);
        }

        #[test]
        fn arbitrary_text_never_panics(text in "[0-9.]{0,60}|.{0,20}") {
            let _ = text.parse::<CertificatePolicy>();
        }
    }
}
