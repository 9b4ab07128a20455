//! [`SecretText`]: passwords and tokens that do not leak by accident.

use super::secret::same_secret;
use std::fmt;
use zeroize::Zeroizing;

/// A secret that is a text, such as a password. As [`SecretPem`](crate::SecretPem), it is wiped from memory when it is
/// dropped, not shown by `Debug` and compared in constant time.
///
/// ```
/// use certwright::azure::SecretText;
///
/// let password = SecretText::from("correct horse");
/// assert_eq!(password.as_str(), "correct horse");
/// assert_eq!(format!("{password:?}"), "SecretText(…)");
/// ```
#[derive(Clone, Default)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// The text in the clear.
    ///
    /// ```
    /// assert_eq!(certwright::azure::SecretText::from("secret").as_str(), "secret");
    /// ```
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<&str> for SecretText {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<Zeroizing<String>> for SecretText {
    fn from(text: Zeroizing<String>) -> Self {
        Self(text)
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}

impl PartialEq for SecretText {
    fn eq(&self, other: &Self) -> bool {
        same_secret(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl Eq for SecretText {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_by_content() {
        assert_eq!(SecretText::from("a"), SecretText::from("a".to_owned()));
        assert_ne!(SecretText::from("a"), SecretText::from("b"));
        assert_ne!(SecretText::from("a"), SecretText::from("aa"));
    }
}
