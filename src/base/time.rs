//! [`Time`]: a UTC instant with a resolution of one second.

use jiff::SignedDuration;
use jiff::civil::DateTime;
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A UTC instant, one-second resolution, years 0 to 9999.
///
/// Prints and parses as RFC 3339.
///
/// ```
/// use certwright::Time;
///
/// let time: Time = "2030-01-25T11:20:13Z".parse()?;
/// assert_eq!(time, "2030-01-25 06:20:13 -0500".parse()?);
/// assert_eq!(time.to_string(), "2030-01-25T11:20:13Z");
/// assert!(time > Time::from_unix(0).unwrap());
/// # Ok::<(), certwright::TimeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(DateTime);

impl Time {
    /// The first second of 1970.
    const EPOCH: DateTime = date_time(1970, 1, 1);

    /// The first instant that X.509 can name: 0000-01-01T00:00:00Z.
    pub const MIN: Self = Self(date_time(0, 1, 1));

    /// The last instant that X.509 can name, also its "no well-defined expiration" (RFC 5280
    /// section 4.1.2.5): 9999-12-31T23:59:59Z.
    pub const MAX: Self = Self(DateTime::constant(9999, 12, 31, 23, 59, 59, 0));

    /// The instant `seconds` after 1970-01-01T00:00:00Z (before, if negative); `None` outside the
    /// years 0 to 9999.
    ///
    /// ```
    /// use certwright::Time;
    ///
    /// assert_eq!(Time::from_unix(-1).unwrap().to_string(), "1969-12-31T23:59:59Z");
    /// assert_eq!(Time::from_unix(i64::MAX), None);
    /// ```
    pub fn from_unix(seconds: i64) -> Option<Self> {
        Self(Self::EPOCH).plus_seconds(seconds)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    ///
    /// ```
    /// let time: certwright::Time = "1970-01-02T00:00:01Z".parse().unwrap();
    /// assert_eq!(time.unix(), 86_401);
    /// ```
    pub fn unix(self) -> i64 {
        Self::EPOCH.duration_until(self.0).as_secs()
    }

    /// The calendar instant, if it exists (`None` for 30 February, 24:00:00, second 60, …).
    pub(crate) fn from_civil(fields: [i16; 6]) -> Option<Self> {
        let [year, month, day, hour, minute, second] = fields;
        let small = |n: i16| i8::try_from(n).ok();
        DateTime::new(
            year,
            small(month)?,
            small(day)?,
            small(hour)?,
            small(minute)?,
            small(second)?,
            0,
        )
        .ok()
        .map(Self)
        .filter(|time| (Self::MIN..=Self::MAX).contains(time))
    }

    pub(crate) fn civil(self) -> DateTime {
        self.0
    }

    pub(crate) fn plus_seconds(self, seconds: i64) -> Option<Self> {
        self.plus(SignedDuration::from_secs(seconds))
    }

    /// Adds a duration; years and months are those of the calendar, starting here.
    pub(crate) fn plus(self, amount: impl Into<jiff::civil::DateTimeArithmetic>) -> Option<Self> {
        let sum = self.0.checked_add(amount).ok().map(Self)?;
        (Self::MIN..=Self::MAX).contains(&sum).then_some(sum)
    }

    pub(crate) fn seconds_until(self, later: Self) -> i64 {
        self.0.duration_until(later.0).as_secs()
    }
}

const fn date_time(year: i16, month: i8, day: i8) -> DateTime {
    DateTime::constant(year, month, day, 0, 0, 0, 0)
}

impl From<SystemTime> for Time {
    /// Whole seconds, rounded down; instants outside the years 0 to 9999 become
    /// [`Time::MIN`] or [`Time::MAX`].
    fn from(time: SystemTime) -> Self {
        let seconds = |d: Duration| i64::try_from(d.as_secs()).unwrap_or(i64::MAX);
        match time.duration_since(UNIX_EPOCH) {
            Ok(after) => Self::from_unix(seconds(after)).unwrap_or(Self::MAX),
            Err(before) => {
                let before = before.duration();
                let whole = seconds(before).saturating_add(i64::from(before.subsec_nanos() > 0));
                Self::from_unix(-whole).unwrap_or(Self::MIN)
            }
        }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let t = self.0;
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
            t.year(),
            t.month(),
            t.day(),
            t.hour(),
            t.minute(),
            t.second()
        )
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not a date and time with an offset, or names an instant that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeError;

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a date and time like 2030-01-25T11:20:13Z or 2030-01-25 11:20:13 +0000")
    }
}

impl std::error::Error for TimeError {}

impl FromStr for Time {
    type Err = TimeError;

    /// Reads `2030-01-25T11:20:13Z`, `2030-01-25 11:20:13 +0000`, `2019-07-18T15:29:14-04:00`.
    ///
    /// The offset is required. A fraction of the second is accepted when it is zero.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        parse(text.as_bytes()).ok_or(TimeError)
    }
}

fn parse(text: &[u8]) -> Option<Time> {
    let (local, rest) = text.split_at_checked(19)?;
    let separators = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
    if separators.iter().any(|&(at, byte)| local[at] != byte) || !b"Tt ".contains(&local[10]) {
        return None;
    }
    let number = |from: usize, to: usize| digits(&local[from..to]);
    let civil = Time::from_civil([
        number(0, 4)?,
        number(5, 7)?,
        number(8, 10)?,
        number(11, 13)?,
        number(14, 16)?,
        number(17, 19)?,
    ])?;
    civil.plus_seconds(-offset_seconds(without_zero_fraction(rest)?)?)
}

fn without_zero_fraction(rest: &[u8]) -> Option<&[u8]> {
    let Some(fraction) = rest.strip_prefix(b".") else {
        return Some(rest);
    };
    let zeros = fraction.iter().take_while(|&&byte| byte == b'0').count();
    (1..=9).contains(&zeros).then(|| &fraction[zeros..])
}

fn offset_seconds(text: &[u8]) -> Option<i64> {
    let text = text.strip_prefix(b" ").unwrap_or(text);
    let (sign, hours, minutes) = match text {
        b"Z" | b"z" => return Some(0),
        [sign, h1, h2, b':', m1, m2] | [sign, h1, h2, m1, m2] => (sign, [*h1, *h2], [*m1, *m2]),
        _ => return None,
    };
    let (hours, minutes) = (digits(&hours)?, digits(&minutes)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let seconds = i64::from(hours) * 3600 + i64::from(minutes) * 60;
    match sign {
        b'+' => Some(seconds),
        b'-' => Some(-seconds),
        _ => None,
    }
}

/// The value of at most four ASCII digits.
pub(crate) fn digits(text: &[u8]) -> Option<i16> {
    text.iter().try_fold(0, |value: i16, byte| {
        byte.is_ascii_digit()
            .then(|| value * 10 + i16::from(byte - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_the_forms_of_the_reference() {
        let noon: Time = "2030-01-25T11:20:13Z".parse().unwrap();
        for same in [
            "2030-01-25 11:20:13 +0000",
            "2030-01-25T07:20:13-04:00",
            "2030-01-25T11:20:13.000Z",
            "2030-01-25t11:20:13z",
            "2030-01-26T00:50:13+13:30",
        ] {
            assert_eq!(same.parse(), Ok(noon), "{same}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_date_and_time() {
        for text in [
            "",
            "2030-01-25",
            "2030-01-25T11:20:13",
            "2030-02-29T00:00:00Z",
            "2030-01-25T24:00:00Z",
            "2030-01-25T23:59:60Z",
            "2030-1-25T11:20:13Z",
            "2030-01-25T11:20:13.5Z",
            "2030-01-25T11:20:13.Z",
            "2030-01-25T11:20:13+24:00",
            "2030-01-25T11:20:13+00:60",
            "2030-01-25T11:20:13Z ",
            "2030-01-25T11:20:13Z[UTC]",
            "+030-01-25T11:20:13Z",
            "0000-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
            "２030-01-25T11:20:13Z",
        ] {
            assert_eq!(text.parse::<Time>(), Err(TimeError), "{text}");
        }
    }

    #[test]
    fn system_time_rounds_down_and_saturates() {
        let before = UNIX_EPOCH - Duration::from_millis(1500);
        assert_eq!(Time::from(before).unix(), -2);
        let far = UNIX_EPOCH + Duration::from_secs(1 << 50);
        assert_eq!(Time::from(far), Time::MAX);
    }

    proptest! {
        #[test]
        fn unix_seconds_and_text_round_trip(seconds in Time::MIN.unix()..=Time::MAX.unix()) {
            let time = Time::from_unix(seconds).unwrap();
            prop_assert_eq!(time.unix(), seconds);
            prop_assert_eq!(time.to_string().parse(), Ok(time));
        }

        #[test]
        fn arbitrary_text_never_panics(text in ".{0,40}") {
            let _ = text.parse::<Time>();
        }
    }
}
