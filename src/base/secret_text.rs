//! [`SecretText`]: passwords and tokens that do not leak by accident.

use super::secret::impl_secret;
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

impl_secret!(SecretText, String, str);

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
