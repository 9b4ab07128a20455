//! [`SecretPem`]: private key text that does not leak by accident.

use std::fmt;
use std::ops::Deref;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// Whether two secrets are the same, in a time that depends on their lengths alone.
pub(crate) fn same_secret(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// The PEM of a private key. It is wiped from memory when it is dropped and `Debug` does not show
/// it; comparing two takes the same time wherever they differ.
///
/// It dereferences to `str`. It can be deserialized but not serialized: a host that stores or
/// sends a key does so on purpose, through [`SecretPem::as_str`].
///
/// ```
/// use certwright::SecretPem;
///
/// let key = SecretPem::from("-----BEGIN PRIVATE KEY-----\n…");
/// assert!(key.starts_with("-----BEGIN"));
/// assert_eq!(format!("{key:?}"), "SecretPem(…)");
/// ```
#[derive(Clone, Default)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(from = "String"))]
pub struct SecretPem(Zeroizing<String>);

impl SecretPem {
    /// The text in the clear.
    ///
    /// ```
    /// assert_eq!(certwright::SecretPem::from("key").as_str(), "key");
    /// ```
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for SecretPem {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl From<String> for SecretPem {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<&str> for SecretPem {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<Zeroizing<String>> for SecretPem {
    fn from(text: Zeroizing<String>) -> Self {
        Self(text)
    }
}

impl fmt::Debug for SecretPem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretPem(…)")
    }
}

impl PartialEq for SecretPem {
    fn eq(&self, other: &Self) -> bool {
        same_secret(self.as_bytes(), other.as_bytes())
    }
}

impl Eq for SecretPem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_by_content() {
        assert_eq!(SecretPem::from("a"), SecretPem::from("a".to_owned()));
        assert_ne!(SecretPem::from("a"), SecretPem::from("b"));
        assert_ne!(SecretPem::from("a"), SecretPem::from("aa"));
    }

    #[cfg(feature = "serde")]
    #[test]
    fn deserializes() {
        let key: SecretPem = serde_json::from_str("\"key\"").unwrap();
        assert_eq!(key.as_str(), "key");
    }
}
