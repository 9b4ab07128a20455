//! Which common names a certificate may have.

use super::fold::folded;
use std::fmt;

/// The most characters of a common name (RFC 5280 appendix A.1, ub-common-name).
pub(crate) const LENGTH_MAX: usize = 64;

/// The most that are taken in: other CAs write host names of any length into it, which have up to 253.
pub(crate) const LENGTH_MAX_OF_OTHERS: usize = 253;

/// Why a text is not a common name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CommonNameDefect {
    ControlCharacter,
    /// How many characters it has.
    TooLong(usize),
    /// Nothing in it counts in a comparison.
    Invisible,
    /// A character in it is not seen, or changes the direction of the others.
    Hidden,
}

impl fmt::Display for CommonNameDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ControlCharacter => f.write_str("contains a control character"),
            Self::TooLong(characters) => write!(f, "has {characters} characters"),
            Self::Invisible => f.write_str("has no visible character"),
            Self::Hidden => f.write_str(
                "contains a character that is invisible or changes the direction of text",
            ),
        }
    }
}

impl std::error::Error for CommonNameDefect {}

/// Valid are 1 to `length_max` characters, none of them a control character, at least one of them one
/// that counts in a comparison (see [`fold`](super::fold::fold)).
pub(crate) fn check(name: &str, length_max: usize) -> Result<(), CommonNameDefect> {
    let is_usual = name.bytes().all(|octet| matches!(octet, b'!'..=b'~'));
    if is_usual && (1..=length_max).contains(&name.len()) {
        Ok(())
    } else if name.chars().any(char::is_control) {
        Err(CommonNameDefect::ControlCharacter)
    } else if name.len() > length_max && name.chars().nth(length_max).is_some() {
        Err(CommonNameDefect::TooLong(name.chars().count()))
    } else if folded(name).next().is_none() {
        Err(CommonNameDefect::Invisible)
    } else {
        Ok(())
    }
}
