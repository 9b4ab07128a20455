//! [`Uuid`]: what records, SVMs and jobs are known by.

use crate::base::uuid;
use rand_core::CryptoRng;
use std::fmt;
use std::str::FromStr;

/// A UUID (RFC 9562), printed in lower case.
///
/// ```
/// use certwright::catalog::Uuid;
///
/// let uuid: Uuid = "1CD8A442-86D1-11E0-AE1C-123478563412".parse()?;
/// assert_eq!(uuid.to_string(), "1cd8a442-86d1-11e0-ae1c-123478563412");
/// # Ok::<(), certwright::catalog::UuidError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid([u8; 16]);

impl Uuid {
    /// A random one, of version 4.
    ///
    /// ```
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    /// let uuid = certwright::catalog::Uuid::random(&mut rng);
    /// assert_eq!(uuid.to_string().as_bytes()[14], b'4');
    /// ```
    pub fn random(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self(uuid::random(rng))
    }

    /// The UUID of these octets.
    ///
    /// ```
    /// use certwright::catalog::Uuid;
    ///
    /// assert_eq!(Uuid::from_bytes([0; 16]).to_string(), "00000000-0000-0000-0000-000000000000");
    /// ```
    pub const fn from_bytes(octets: [u8; 16]) -> Self {
        Self(octets)
    }

    /// Its octets.
    ///
    /// ```
    /// use certwright::catalog::Uuid;
    ///
    /// assert_eq!(Uuid::from_bytes([7; 16]).as_bytes(), &[7; 16]);
    /// ```
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// Where the hyphens stand.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

impl FromStr for Uuid {
    type Err = UuidError;

    /// Reads the 36 characters, in either case.
    fn from_str(text: &str) -> Result<Self, UuidError> {
        let text = text.as_bytes();
        if text.len() != 36 || HYPHENS.iter().any(|&place| text[place] != b'-') {
            return Err(UuidError);
        }
        let mut octets = [0; 16];
        let mut digits = (0..36)
            .filter(|place| !HYPHENS.contains(place))
            .map(|place| char::from(text[place]).to_digit(16).ok_or(UuidError));
        for octet in &mut octets {
            for _ in 0..2 {
                let digit = digits.next().ok_or(UuidError)??;
                *octet = *octet << 4 | u8::try_from(digit).map_err(|_| UuidError)?;
            }
        }
        Ok(Self(octets))
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = uuid::written(self.0);
        f.write_str(str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not a UUID.
///
/// ```
/// use certwright::catalog::{Uuid, UuidError};
///
/// assert_eq!("1cd8a442".parse::<Uuid>(), Err(UuidError));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UuidError;

impl fmt::Display for UuidError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a UUID like 1cd8a442-86d1-11e0-ae1c-123478563412")
    }
}

impl std::error::Error for UuidError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints_and_nothing_else() {
        let uuid =
            Uuid::from_bytes(*b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\xcd\xef\xfe\xff");
        assert_eq!(uuid.to_string(), "00010203-0405-0607-0809-0a0bcdeffeff");
        assert_eq!(uuid.to_string().parse(), Ok(uuid));
        assert_eq!(uuid.to_string().to_uppercase().parse(), Ok(uuid));
        for text in [
            "",
            "00010203-0405-0607-0809-0a0bcdeffef",
            "00010203-0405-0607-0809-0a0bcdeffefff",
            "00010203040506070809-0a0bcdeffeff----",
            "0001020304-05-0607-0809-0a0bcdeffeff",
            "0001020g-0405-0607-0809-0a0bcdeffeff",
            "+0010203-0405-0607-0809-0a0bcdeffeff",
            "é010203-0405-0607-0809-0a0bcdeffeff",
        ] {
            assert_eq!(text.parse::<Uuid>(), Err(UuidError), "{text}");
        }
    }
}
