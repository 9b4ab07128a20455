//! [`SecretPem`] and [`SecretDer`]: private keys that do not leak by accident.

use std::fmt;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// Whether two secrets are the same, in a time that depends on their lengths alone.
pub(crate) fn same_secret(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// What every secret is: made of what it wraps, not shown by `Debug`, compared in constant time. The type
/// is a tuple of a `Zeroizing` of `$owned`.
macro_rules! impl_secret {
    ($secret:ident, $owned:ty, $borrowed:ty) => {
        impl From<$owned> for $secret {
            fn from(owned: $owned) -> Self {
                Self(zeroize::Zeroizing::new(owned))
            }
        }

        impl From<&$borrowed> for $secret {
            fn from(borrowed: &$borrowed) -> Self {
                borrowed.to_owned().into()
            }
        }

        impl From<zeroize::Zeroizing<$owned>> for $secret {
            fn from(owned: zeroize::Zeroizing<$owned>) -> Self {
                Self(owned)
            }
        }

        impl std::fmt::Debug for $secret {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($secret), "(…)"))
            }
        }

        impl PartialEq for $secret {
            fn eq(&self, other: &Self) -> bool {
                let [own, other]: [&[u8]; 2] = [self, other].map(|secret| (*secret.0).as_ref());
                $crate::base::secret::same_secret(own, other)
            }
        }

        impl Eq for $secret {}
    };
}
#[cfg(feature = "azure")]
pub(super) use impl_secret;

/// The PEM of a private key. It is wiped from memory when it is dropped and `Debug` does not show
/// it; comparing two takes the same time wherever they differ.
///
/// It can be deserialized but not serialized, and it is no `str`: a host that stores or sends a key
/// does so on purpose, through [`SecretPem::as_str`].
///
/// ```
/// use certwright::SecretPem;
///
/// let key = SecretPem::from("-----BEGIN PRIVATE KEY-----\n…");
/// assert!(key.as_str().starts_with("-----BEGIN"));
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

impl_secret!(SecretPem, String, str);

/// How a text that should be a certificate or a request is shown by `Debug`: by its length, since
/// somebody may have pasted a key there.
pub(crate) struct Pasted<'a>(pub(crate) &'a str);

impl fmt::Debug for Pasted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({} octets)", self.0.len())
    }
}

/// Several of them, each a [`Pasted`].
pub(crate) fn pasted(texts: &[String]) -> Vec<Pasted<'_>> {
    texts.iter().map(|text| Pasted(text)).collect()
}

/// The characters of 32 octets in base64: a private number on P-256.
const SHORTEST_KEY: usize = 43;

/// What is shown of a value that may be a key: PEM, or a run of base64 as long as that of a private key.
pub(super) fn instead_of_key(value: &str) -> Option<&'static str> {
    if value.contains("-----BEGIN") || value.contains("PRIVATE KEY-----") {
        return Some("(a PEM text)");
    }
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte);
    let mut runs = value.as_bytes().split(|byte| !is_base64(byte));
    let is_long = runs.any(|run| run.len() >= SHORTEST_KEY);
    is_long.then_some("(a text like base64)")
}

/// The text of a field, for `Debug`: whole, unless it may be a key.
pub(crate) struct UnlessKey<'a>(pub(crate) &'a str);

impl UnlessKey<'_> {
    pub(crate) fn list(texts: &[String]) -> Vec<UnlessKey<'_>> {
        texts.iter().map(|text| UnlessKey(text)).collect()
    }
}

impl fmt::Debug for UnlessKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match instead_of_key(self.0) {
            Some(instead) => f.write_str(instead),
            None => self.0.fmt(f),
        }
    }
}

/// The DER of a private key, PKCS#8. As [`SecretPem`], it is wiped from memory when it is dropped,
/// not shown by `Debug` and compared in constant time.
///
/// ```
/// use certwright::SecretDer;
///
/// let key = SecretDer::from(vec![0x30, 0x00]);
/// assert_eq!(key.as_bytes(), [0x30, 0x00]);
/// assert_eq!(format!("{key:?}"), "SecretDer(…)");
/// ```
#[derive(Clone, Default)]
pub struct SecretDer(Zeroizing<Vec<u8>>);

impl SecretDer {
    /// The bytes in the clear.
    ///
    /// ```
    /// assert_eq!(certwright::SecretDer::from(vec![1]).as_bytes(), [1]);
    /// ```
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl_secret!(SecretDer, Vec<u8>, [u8]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_by_content() {
        assert_eq!(SecretPem::from("a"), SecretPem::from("a".to_owned()));
        assert_ne!(SecretPem::from("a"), SecretPem::from("b"));
        assert_ne!(SecretPem::from("a"), SecretPem::from("aa"));
        assert_eq!(SecretDer::from(vec![1]), SecretDer::from(&[1][..]));
        assert_ne!(SecretDer::from(vec![1]), SecretDer::from(vec![2]));
        assert_ne!(SecretDer::from(vec![1]), SecretDer::from(vec![1, 1]));
    }

    #[test]
    fn a_text_is_shown_unless_it_may_be_a_key() {
        let key = "MHcCAQEEIBb/+f-_".repeat(3);
        let keys = ["-----BEGIN EC PRIVATE KEY-----", &key];
        for text in ["", "a\nb", &"a b".repeat(100)] {
            assert_eq!(format!("{:?}", UnlessKey(text)), format!("{text:?}"));
        }
        let keys = keys.map(str::to_owned);
        assert_eq!(
            format!("{:?}", UnlessKey::list(&keys)),
            "[(a PEM text), (a text like base64)]"
        );
    }

    #[cfg(feature = "serde")]
    #[test]
    fn deserializes() {
        let key: SecretPem = serde_json::from_str("\"key\"").unwrap();
        assert_eq!(key.as_str(), "key");
    }
}
