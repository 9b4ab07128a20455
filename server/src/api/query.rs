//! The parameters of a query.

use certwright::{Error, ErrorCode};
use std::borrow::Cow;

/// Name and value of each, percent-decoded; `+` is a blank.
///
/// # Errors
///
/// A parameter that is not among `known`, or is there twice, or is no UTF-8, or has a value that it does
/// not have in the library's part of the API.
pub(super) fn parameters(
    query: Option<&str>,
    known: &[&'static str],
) -> Result<Vec<(&'static str, String)>, Error> {
    let mut parameters: Vec<(&'static str, String)> = Vec::new();
    for pair in query
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty())
    {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (Some(name), Some(value)) = (decoded(name), decoded(value)) else {
            let message = "the query is no percent-encoded text";
            return Err(Error::new(ErrorCode::RequestInvalid, message));
        };
        let Some(known) = known.iter().find(|known| **known == name) else {
            let name: String = name.chars().take(64).collect();
            let message = format!("Unexpected argument \"{}\".", name.escape_debug());
            return Err(Error::new(ErrorCode::UnexpectedArgument, message));
        };
        if parameters.iter().any(|(name, _)| name == known) {
            let message = "the parameter is there twice";
            return Err(Error::new(ErrorCode::RequestInvalid, message).with_target(*known));
        }
        check(known, &value)?;
        parameters.push((known, value));
    }
    Ok(parameters)
}

fn check(name: &'static str, value: &str) -> Result<(), Error> {
    let (is_good, accepted) = match name {
        "return_records" | "ignore_unknown_fields" => (boolean(value).is_some(), "true and false"),
        "return_timeout" => (is_number_up_to(120, value), "0 to 120"),
        _ => return Ok(()),
    };
    if is_good {
        return Ok(());
    }
    let message = format!("the value is none of {name}: accepted are {accepted}");
    Err(Error::new(ErrorCode::ValueInvalid, message).with_target(name))
}

/// A boolean as clients write it.
pub(super) fn boolean(value: &str) -> Option<bool> {
    match &*value.to_ascii_lowercase() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

fn is_number_up_to(most: u16, value: &str) -> bool {
    value.bytes().all(|octet| octet.is_ascii_digit())
        && value.parse().is_ok_and(|number: u16| number <= most)
}

fn decoded(text: &str) -> Option<String> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        octets.push(match octet {
            b'+' => b' ',
            b'%' => {
                let digit = |octet: Option<u8>| char::from(octet?).to_digit(16);
                let (high, low) = (digit(rest.next())?, digit(rest.next())?);
                u8::try_from(high * 16 + low).ok()?
            }
            octet => octet,
        });
    }
    String::from_utf8(octets).ok()
}

/// Whether a value of a filter is this text: one of several with `|`, each with `*` for any
/// characters.
pub(super) fn matches(filter: &str, text: &str) -> bool {
    filter.split('|').any(|pattern| is_like(pattern, text))
}

fn is_like(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<Cow<'_, str>> = rest.split('*').map(Cow::Borrowed).collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match text.find(&*part) {
            Some(at) => text = &text[at + part.len()..],
            None => return false,
        }
    }
    text.ends_with(&*last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn queries() {
        let known = ["name", "fields"];
        let read = |query| parameters(Some(query), &known);
        assert_eq!(read("").unwrap(), []);
        assert_eq!(
            read("name=a%20b+c&").unwrap(),
            [("name", "a b c".to_owned())]
        );
        assert_eq!(
            read("colour=1").unwrap_err().code(),
            ErrorCode::UnexpectedArgument
        );
        assert_eq!(
            read("name=1&name=2").unwrap_err().code(),
            ErrorCode::RequestInvalid
        );
        assert_eq!(
            read("name=%").unwrap_err().code(),
            ErrorCode::RequestInvalid
        );
        assert_eq!(
            read("name=%ff").unwrap_err().code(),
            ErrorCode::RequestInvalid
        );
    }

    #[test]
    fn values() {
        for (query, is_good) in [
            ("return_records=True", true),
            ("return_records=0", true),
            ("return_records=yes", false),
            ("ignore_unknown_fields=", false),
            ("return_timeout=120", true),
            ("return_timeout=121", false),
            ("return_timeout=+1", false),
        ] {
            let known = ["return_records", "ignore_unknown_fields", "return_timeout"];
            let read = parameters(Some(query), &known);
            assert_eq!(read.is_ok(), is_good, "{query}");
            let code = read.err().map(|error| error.code());
            assert_eq!(
                code,
                (!is_good).then_some(ErrorCode::ValueInvalid),
                "{query}"
            );
        }
    }

    #[test]
    fn filters() {
        for (filter, text, is_it) in [
            ("svm1", "svm1", true),
            ("svm1", "svm10", false),
            ("a|svm1", "svm1", true),
            ("*", "svm1", true),
            ("s*1", "svm1", true),
            ("s*m*", "svm1", true),
            ("*m1*1", "svm1", false),
            ("", "svm1", false),
        ] {
            assert_eq!(matches(filter, text), is_it, "{filter}");
        }
    }

    proptest! {
        #[test]
        fn anything_is_borne(query in ".{0,200}", text in ".{0,40}") {
            if let Err(error) = parameters(Some(&query), &["name"]) {
                prop_assert!(error.to_string().len() < 1000);
            }
            matches(&query, &text);
        }
    }
}
