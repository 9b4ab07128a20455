//! When a certificate is valid (RFC 5280 section 4.1.2.5).

use super::der::element::Elements;
use super::der::time;
use super::der::write::{SEQUENCE, nest};
use crate::Time;
use std::fmt;

/// Both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Validity {
    pub(crate) not_before: Time,
    pub(crate) not_after: Time,
}

/// Why an instant is outside a validity, with the end that it is beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutsideValidity {
    NotYetValid(Time),
    Expired(Time),
}

impl fmt::Display for OutsideValidity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotYetValid(not_before) => write!(f, "it is not valid before {not_before}"),
            Self::Expired(not_after) => write!(f, "it expired at {not_after}"),
        }
    }
}

impl std::error::Error for OutsideValidity {}

impl Validity {
    pub(crate) fn check(self, now: Time) -> Result<(), OutsideValidity> {
        if now < self.not_before {
            Err(OutsideValidity::NotYetValid(self.not_before))
        } else if now > self.not_after {
            Err(OutsideValidity::Expired(self.not_after))
        } else {
            Ok(())
        }
    }

    /// Reads the content of `Validity`.
    pub(super) fn read(content: &[u8]) -> der::Result<Self> {
        let mut times = Elements::of(content);
        let not_before = time::read(times.any()?)?;
        let not_after = time::read(times.any()?)?;
        times.finish()?;
        Ok(Self {
            not_before,
            not_after,
        })
    }

    /// Appends the DER of `Validity`.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        nest(out, SEQUENCE, |out| {
            time::write(self.not_before, out);
            time::write(self.not_after, out);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_belong_to_it() {
        let time = |text: &str| text.parse::<Time>().unwrap();
        let (not_before, not_after) = (time("2026-01-01T00:00:00Z"), time("2026-12-31T23:59:59Z"));
        let validity = Validity {
            not_before,
            not_after,
        };
        assert_eq!(validity.check(not_before), Ok(()));
        assert_eq!(validity.check(not_after), Ok(()));
        assert_eq!(
            validity.check(time("2025-12-31T23:59:59Z")),
            Err(OutsideValidity::NotYetValid(not_before))
        );
        assert_eq!(
            validity.check(time("2027-01-01T00:00:00Z")),
            Err(OutsideValidity::Expired(not_after))
        );
        let mut der = Vec::new();
        validity.write(&mut der);
        assert_eq!(Validity::read(&der[2..]), Ok(validity));
    }
}
