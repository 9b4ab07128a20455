//! `Time` of RFC 5280 section 4.1.2.5: UTCTime until 2049, GeneralizedTime from 2050 on.

use super::element::Tlv;
use crate::Time;
use crate::base::time::digits;
use der::{ErrorKind, Tag};

/// Reads either form, whatever the year. RFC 5280: Zulu, seconds present, no fraction.
pub(crate) fn read(element: Tlv<'_>) -> der::Result<Time> {
    let text = element.value;
    let (year, rest) = match element.tag {
        Tag::UtcTime => {
            let (year, rest) = text.split_at_checked(2).unwrap_or_default();
            let century = |year| if year >= 50 { 1900 } else { 2000 };
            (digits(year).map(|year| year + century(year)), rest)
        }
        Tag::GeneralizedTime => {
            let (year, rest) = text.split_at_checked(4).unwrap_or_default();
            (digits(year), rest)
        }
        tag => return Err(tag.unexpected_error(None).into()),
    };
    year.zip(<&[u8; 11]>::try_from(rest).ok())
        .and_then(|(year, rest)| civil(year, rest))
        .ok_or_else(|| ErrorKind::DateTime.into())
}

fn civil(year: i16, rest: &[u8; 11]) -> Option<Time> {
    let pair = |at: usize| digits(&rest[at..at + 2]);
    if rest[10] != b'Z' {
        return None;
    }
    Time::from_civil([year, pair(0)?, pair(2)?, pair(4)?, pair(6)?, pair(8)?])
}

/// Appends the DER of `time`.
pub(crate) fn write(time: Time, out: &mut Vec<u8>) {
    let civil = time.civil();
    let year = civil.year().unsigned_abs();
    let two = |out: &mut Vec<u8>, value: u16| {
        out.extend([value / 10, value % 10].map(|digit| b'0' + u8::try_from(digit).unwrap_or(0)));
    };
    if (1950..2050).contains(&year) {
        out.extend_from_slice(&[0x17, 13]);
    } else {
        out.extend_from_slice(&[0x18, 15]);
        two(out, year / 100);
    }
    two(out, year % 100);
    let fields = [
        civil.month(),
        civil.day(),
        civil.hour(),
        civil.minute(),
        civil.second(),
    ];
    for field in fields {
        two(out, u16::from(field.unsigned_abs()));
    }
    out.push(b'Z');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::der::element::Elements;
    use der::asn1::{GeneralizedTime, UtcTime};
    use der::{DateTime, Encode};
    use proptest::prelude::*;

    fn parse(der: &[u8]) -> der::Result<Time> {
        read(Elements::of(der).any()?)
    }

    #[test]
    fn the_encoding_switches_in_2050() {
        for (text, der) in [
            ("2049-12-31T23:59:59Z", &b"\x17\x0d491231235959Z"[..]),
            ("2050-01-01T00:00:00Z", b"\x18\x0f20500101000000Z"),
            ("1950-01-01T00:00:00Z", b"\x17\x0d500101000000Z"),
            ("1949-12-31T23:59:59Z", b"\x18\x0f19491231235959Z"),
            ("9999-12-31T23:59:59Z", b"\x18\x0f99991231235959Z"),
        ] {
            let time: Time = text.parse().unwrap();
            let mut out = Vec::new();
            write(time, &mut out);
            assert_eq!(out, der);
            assert_eq!(parse(der).unwrap(), time);
        }
    }

    #[test]
    fn refuses_other_forms() {
        for der in [
            &b"\x17\x0b4912312359Z"[..],
            b"\x17\x0d491231235960Z",
            b"\x17\x0d490229000000Z",
            b"\x17\x11491231235959+0100",
            b"\x18\x1120491231235959.5Z",
            b"\x18\x0e20491231235959",
            b"\x17\x0d4912312359 9Z",
            b"\x17\x00",
            b"\x04\x01Z",
        ] {
            assert!(parse(der).is_err(), "{der:?}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_der_crate(seconds in 0u64..253_402_300_800) {
            let time = Time::from_unix(i64::try_from(seconds).unwrap()).unwrap();
            let mut out = Vec::new();
            write(time, &mut out);
            let duration = std::time::Duration::from_secs(seconds);
            let expected = if DateTime::from_unix_duration(duration).unwrap().year() < 2050 {
                UtcTime::from_unix_duration(duration).unwrap().to_der().unwrap()
            } else {
                GeneralizedTime::from_unix_duration(duration).unwrap().to_der().unwrap()
            };
            prop_assert_eq!(&out, &expected);
            prop_assert_eq!(parse(&out).unwrap(), time);
        }
    }
}
