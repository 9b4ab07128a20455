//! The query of a target: names and values as they come, decoded.

use super::refusals::{bad_value, invalid, unexpected};
use crate::base::escape::escaped;
use crate::{Error, ErrorCode};

/// A parameter of the query.
#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) name: String,
    /// `None` if what came cannot be decoded.
    value: Option<String>,
}

/// The longest query, in octets without escapes; the place where a page begins does not count.
const QUERY_MAX: usize = 4096;

impl Parameter {
    /// The decoded value.
    ///
    /// # Errors
    ///
    /// `ValueInvalid`: it is not percent-encoded UTF-8.
    pub(super) fn value(&self) -> Result<&str, Error> {
        let why = "it is not percent-encoded UTF-8";
        self.value
            .as_deref()
            .ok_or_else(|| bad_value(&self.name, "…", why))
    }

    pub(super) fn is_start(&self) -> bool {
        self.name.starts_with("start.")
    }

    /// In octets, decoded.
    fn length(&self) -> usize {
        self.name.len() + 1 + self.value.as_ref().map_or(0, String::len)
    }
}

/// The parameters of a query, in their order.
///
/// # Errors
///
/// `ValueInvalid`: it is too long.
pub(super) fn parameters(query: &str) -> Result<Vec<Parameter>, Error> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let parameter = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Parameter {
            name: decode(name).unwrap_or_else(|| name.to_owned()),
            value: decode(value),
        }
    };
    let parameters: Vec<_> = pairs.map(parameter).collect();
    // Without escapes: the link to the next page has more of them than the query that it goes on with.
    let counted = parameters.iter().filter(|parameter| !parameter.is_start());
    let length: usize = counted.map(|parameter| parameter.length() + 1).sum();
    if length > QUERY_MAX + 1 {
        let message = format!("the query is too long; accepted are up to {QUERY_MAX} octets");
        return Err(Error::new(ErrorCode::ValueInvalid, message));
    }
    Ok(parameters)
}

/// Refuses the first parameter that is not known, then the first that comes twice.
pub(super) fn check_names(
    parameters: &[Parameter],
    is_known: impl Fn(&str) -> bool,
) -> Result<(), Error> {
    if let Some(unknown) = parameters
        .iter()
        .find(|parameter| !is_known(&parameter.name))
    {
        return Err(unexpected(&unknown.name));
    }
    for (place, parameter) in parameters.iter().enumerate() {
        let mut before = parameters[..place].iter();
        if before.any(|other| other.name == parameter.name) {
            return Err(invalid("the parameter is given twice").with_target(parameter.name.clone()));
        }
    }
    Ok(())
}

/// The value of a parameter, if it is given.
pub(super) fn value<'a>(parameters: &'a [Parameter], name: &str) -> Result<Option<&'a str>, Error> {
    let found = parameters.iter().find(|parameter| parameter.name == name);
    found.map(Parameter::value).transpose()
}

/// A boolean parameter; `None` if it is not given.
pub(super) fn boolean(parameters: &[Parameter], name: &str) -> Result<Option<bool>, Error> {
    let Some(text) = value(parameters, name)? else {
        return Ok(None);
    };
    match &*text.to_ascii_lowercase() {
        "true" | "1" => Ok(Some(true)),
        "false" | "0" => Ok(Some(false)),
        _ => Err(bad_value(name, text, "accepted are true and false")),
    }
}

/// A number of a range; `None` if it is not given.
pub(super) fn number(
    parameters: &[Parameter],
    name: &str,
    range: std::ops::RangeInclusive<u16>,
) -> Result<Option<u16>, Error> {
    let Some(text) = value(parameters, name)? else {
        return Ok(None);
    };
    let number = text.parse().ok().filter(|number| range.contains(number));
    let (first, last) = range.into_inner();
    let accepted = || bad_value(name, text, &format!("accepted are {first} to {last}"));
    number
        .filter(|_| text.bytes().all(|octet| octet.is_ascii_digit()))
        .map(Some)
        .ok_or_else(accepted)
}

/// A segment of a path without escapes: an unreserved character is the same with and without (RFC 9110
/// section 4.2.3). `None` if an escape is not one or the octets are not UTF-8.
pub(super) fn decode_segment(text: &str) -> Option<String> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        octets.push(match octet {
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                let (high, low) = (digit()?, digit()?);
                u8::try_from(high << 4 | low).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(octets).ok()
}

/// The same of a name or value in a query, where `+` is a space.
fn decode(text: &str) -> Option<String> {
    decode_segment(&text.replace('+', " "))
}

/// The value as a query has it: what is not a letter, a digit or one of `-._~,` is escaped.
pub(super) fn encode(value: &str) -> String {
    escaped(value, b"-._~,").map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decodes_what_clients_write() {
        assert_eq!(decode("a+b%20c%C3%a9").as_deref(), Some("a b cé"));
        for text in ["%", "%4", "%zz", "%+1", "%ff", "%c3"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    #[test]
    fn names_and_values() {
        let list = parameters("a=1&&b&c=x=y&%61=2").unwrap();
        let pairs: Vec<_> = list
            .iter()
            .map(|one| (&*one.name, one.value().unwrap()))
            .collect();
        assert_eq!(pairs, [("a", "1"), ("b", ""), ("c", "x=y"), ("a", "2")]);
        let unknown = check_names(&list, |name| name != "c").unwrap_err();
        assert_eq!(unknown.message(), "Unexpected argument \"c\".");
        let twice = check_names(&list, |_| true).unwrap_err();
        assert_eq!(
            (twice.code(), twice.target()),
            (ErrorCode::RequestInvalid, Some("a"))
        );
        let bad = parameters("a=%zz").unwrap();
        assert_eq!(bad[0].value().unwrap_err().target(), Some("a"));
    }

    #[test]
    fn a_query_is_at_most_4_kib_long() {
        let query = |length: usize| format!("a={}", "x".repeat(length - 2));
        assert!(parameters(&query(4096)).is_ok());
        assert!(parameters(&query(4097)).is_err());
        let token = format!("{}&start.uuid={}", query(4096), "x".repeat(5000));
        assert!(parameters(&token).is_ok());
        // Whatever is escaped of it.
        let escaped = |length: usize| format!("%61={}", "%2A".repeat(length - 2));
        assert!(parameters(&escaped(4096)).is_ok());
        assert!(parameters(&escaped(4097)).is_err());
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(text in "\\PC{0,20}") {
            prop_assert_eq!(decode(&encode(&text)), Some(text));
        }
    }
}
