//! When a new certificate ends: `expiry_time`.

use crate::base::error::quoted;
use crate::{Error, ErrorCode, Time};
use jiff::Span;
use std::cmp::Ordering;

const TARGET: &str = "expiry_time";
const CODE: ErrorCode = ErrorCode::ExpiryOutOfRange;

const DEFAULT: &str = "P365D";
const DEFAULT_DAYS: i64 = 365;

const DAY: i64 = 86_400;

/// The accepted distance from now, in days; ten years of the calendar are never too far either.
const DAYS: std::ops::RangeInclusive<i64> = 1..=3652;
const YEARS: i64 = 10;

/// Reads an ISO 8601 duration (`P365D`, `P1DT2H3M4S`, `P1Y6M`, `P52W`, also `P365DT`), counted from
/// `now`, or a date and time as [`Time`] does. Without a text it is one year of 365 days.
///
/// Years and months are calendar ones and end no later than the last day of their month: a month
/// after 31 January is the end of February.
pub(crate) fn expiry(text: Option<&str>, now: Time) -> Result<Time, Error> {
    let by_default = Duration {
        days: DEFAULT_DAYS,
        ..Duration::default()
    };
    let (text, end) = match text.map(str::trim) {
        None => (DEFAULT, by_default.after(now)),
        Some(text) => {
            let end = match text.parse::<Time>() {
                Ok(time) => Some(time),
                Err(_) => Duration::parse(text)
                    .ok_or_else(|| unreadable(text))?
                    .after(now),
            };
            (text, end)
        }
    };
    // A sum outside the years that X.509 can name is out of range like any other.
    let Some(end) = end else {
        return Err(out_of_range(text, "after the year 9999"));
    };
    check_distance(end, now, text)?;
    Ok(end)
}

/// Checks an end that was not written as text.
pub(crate) fn check_range(end: Time, now: Time) -> Result<(), Error> {
    check_distance(end, now, &end.to_string())
}

fn check_distance(end: Time, now: Time, text: &str) -> Result<(), Error> {
    let distance = now.seconds_until(end);
    let most_years = || {
        let years = now.plus(Span::new().years(YEARS));
        years.map_or(0, |years| now.seconds_until(years))
    };
    let is_too_near = distance < DAYS.start() * DAY;
    if is_too_near || distance > DAYS.end() * DAY && distance > most_years() {
        return Err(out_of_range(text, &from_now(distance)));
    }
    Ok(())
}

fn unreadable(text: &str) -> Error {
    let accepted = "an ISO 8601 duration like P365D or P1DT2H3M4S, and a date and time like \
                    2030-01-25T11:20:13Z";
    Error::not_accepted(CODE, TARGET, text, "an expiration period", accepted)
}

fn out_of_range(text: &str, end: &str) -> Error {
    let message = format!(
        "\"{}\" ends {end}; accepted are {} to {} days, or {YEARS} years",
        quoted(text),
        DAYS.start(),
        DAYS.end()
    );
    Error::new(CODE, message)
        .with_target(TARGET)
        .with_argument("value", text)
}

fn from_now(seconds: i64) -> String {
    match seconds.cmp(&0) {
        Ordering::Less => format!("{} ago", length(-seconds)),
        Ordering::Equal => "now".to_owned(),
        Ordering::Greater => format!("{} from now", length(seconds)),
    }
}

fn length(seconds: i64) -> String {
    match (seconds / DAY, seconds % DAY) {
        (days, 0) => count(days, "day"),
        (0, seconds) => count(seconds, "second"),
        (days, seconds) => format!("{} and {}", count(days, "day"), count(seconds, "second")),
    }
}

fn count(number: i64, unit: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural}")
}

/// The numbers of an ISO 8601 duration. Those above `i64::MAX` are `i64::MAX`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Duration {
    years: i64,
    months: i64,
    weeks: i64,
    days: i64,
    hours: i64,
    minutes: i64,
    seconds: i64,
}

impl Duration {
    fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_uppercase();
        let text = text.strip_prefix('P')?;
        let (date, time) = text.split_once('T').unwrap_or((text, ""));
        // `P` and `PT` name no period; the odd `P365DT` of the reference does.
        if date.is_empty() && time.is_empty() {
            return None;
        }
        let [years, months, weeks, days] = numbers(date, ['Y', 'M', 'W', 'D'])?;
        let [hours, minutes, seconds] = numbers(time, ['H', 'M', 'S'])?;
        Some(Self {
            years,
            months,
            weeks,
            days,
            hours,
            minutes,
            seconds,
        })
    }

    fn after(self, start: Time) -> Option<Time> {
        let Self {
            years,
            months,
            weeks,
            days,
            hours,
            minutes,
            seconds,
        } = self;
        let span = Span::new().try_years(years).ok()?;
        let span = span.try_months(months).ok()?.try_weeks(weeks).ok()?;
        let span = span.try_days(days).ok()?.try_hours(hours).ok()?;
        let span = span.try_minutes(minutes).ok()?.try_seconds(seconds).ok()?;
        start.plus(span)
    }
}

/// Reads numbers followed by their designators, each at most once and in this order.
fn numbers<const N: usize>(mut text: &str, designators: [char; N]) -> Option<[i64; N]> {
    let mut values = [0; N];
    for (value, designator) in values.iter_mut().zip(designators) {
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = text.split_at_checked(digits)?;
        if let (false, Some(rest)) = (number.is_empty(), rest.strip_prefix(designator)) {
            *value = number.bytes().fold(0, |sum: i64, digit| {
                sum.saturating_mul(10)
                    .saturating_add(i64::from(digit - b'0'))
            });
            text = rest;
        }
    }
    text.is_empty().then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn now() -> Time {
        "2026-01-31T12:00:00Z".parse().unwrap()
    }

    fn end(text: &str) -> String {
        expiry(Some(text), now()).unwrap().to_string()
    }

    fn message(text: &str) -> String {
        let error = expiry(Some(text), now()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::ExpiryOutOfRange, "{text}");
        assert_eq!(error.target(), Some("expiry_time"));
        error.message().to_owned()
    }

    #[test]
    fn reads_durations() {
        for (text, expected) in [
            ("P365D", "2027-01-31T12:00:00Z"),
            ("P365DT", "2027-01-31T12:00:00Z"),
            (" p365d\n", "2027-01-31T12:00:00Z"),
            ("P1M", "2026-02-28T12:00:00Z"),
            ("P2Y1M", "2028-02-29T12:00:00Z"),
            ("P1Y6M", "2027-07-31T12:00:00Z"),
            ("P52W", "2027-01-30T12:00:00Z"),
            ("P1W2D", "2026-02-09T12:00:00Z"),
            ("P1DT2H3M4S", "2026-02-01T14:03:04Z"),
            ("PT86400S", "2026-02-01T12:00:00Z"),
            ("P000000000000000000000000000001D", "2026-02-01T12:00:00Z"),
            ("P3652D", "2036-01-31T12:00:00Z"),
        ] {
            assert_eq!(end(text), expected, "{text}");
        }
        assert_eq!(expiry(None, now()).unwrap().to_string(), end("P365D"));
    }

    #[test]
    fn reads_dates_and_times() {
        assert_eq!(end("2030-01-25 11:20:13 +0000"), "2030-01-25T11:20:13Z");
        assert_eq!(end("2029-07-18T15:29:14-04:00"), "2029-07-18T19:29:14Z");
    }

    #[test]
    fn both_ends_of_the_range_are_inclusive() {
        assert_eq!(end("P1D"), "2026-02-01T12:00:00Z");
        assert_eq!(
            message("PT86399S"),
            "\"PT86399S\" ends 86399 seconds from now; accepted are 1 to 3652 days, or 10 years"
        );
        assert_eq!(
            message("P3652DT1S"),
            "\"P3652DT1S\" ends 3652 days and 1 second from now; accepted are 1 to 3652 days, or 10 years"
        );
        assert_eq!(
            message("P0D"),
            "\"P0D\" ends now; accepted are 1 to 3652 days, or 10 years"
        );
        assert_eq!(
            message("2026-01-30T12:00:00Z"),
            "\"2026-01-30T12:00:00Z\" ends 1 day ago; accepted are 1 to 3652 days, or 10 years"
        );
        assert!(message("P11Y").contains(" ends 4018 days from now; "));
        for text in ["P99999999999999D", "P99999999999999999999999999Y", "P9000Y"] {
            assert!(
                message(text).contains(" ends after the year 9999; "),
                "{text}"
            );
        }
    }

    #[test]
    fn ten_years_are_never_too_long() {
        // With two, three and (around 2100) no more than two leap days.
        for (now, last) in [
            ("2025-06-01T00:00:00Z", 3652),
            ("2026-11-26T00:00:00Z", 3653),
            ("2028-02-29T00:00:00Z", 3652),
            ("2096-03-01T00:00:00Z", 3652),
        ] {
            let now: Time = now.parse().unwrap();
            for text in ["P10Y", "P120M", "P9Y12M", "P3652D"] {
                let end = expiry(Some(text), now).unwrap();
                assert!(now.seconds_until(end) <= last * DAY, "{text} from {now}");
            }
            let longest = format!("P{last}D");
            assert!(expiry(Some(&longest), now).is_ok(), "{longest} from {now}");
            let longer = format!("P{last}DT1S");
            assert!(expiry(Some(&longer), now).is_err(), "{longer} from {now}");
            assert!(expiry(Some("P10Y1D"), now).is_err() || now.to_string().starts_with("2096"));
        }
    }

    #[test]
    fn refuses_what_is_not_a_period() {
        for text in [
            "",
            " ",
            "P",
            "PT",
            "365D",
            "P365",
            "P1.5D",
            "P1,5D",
            "-P1D",
            "+P1D",
            "P-1D",
            "P+1D",
            "P1D1Y",
            "P1D2D",
            "P1H",
            "PT1D",
            "P1DT1",
            "P1DTT1H",
            "P 1D",
            "PD",
            "P１D",
            "1 year",
            "2030-01-25",
            "P1D\0",
        ] {
            assert!(
                message(text).contains("is not an expiration period"),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in "\\PC{0,40}|P[0-9YMWDTHS]{0,40}") {
            let _ = expiry(Some(&text), now());
        }

        #[test]
        fn days_count_exactly(days in 0_i64..5000, seconds in 0_i64..86_400) {
            let text = format!("P{days}DT{seconds}S");
            let total = days * DAY + seconds;
            match expiry(Some(&text), now()) {
                Ok(end) => prop_assert_eq!(now().seconds_until(end), total),
                Err(_) => prop_assert!(!(DAY..=3652 * DAY).contains(&total)),
            }
        }
    }
}
