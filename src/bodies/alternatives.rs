//! `subject_alternatives`, part of several bodies.

use crate::json::{Fields, Value};
use crate::{Error, SubjectAlternatives};

/// The fields, where they stand in another body.
pub(super) const FIELDS: [&str; 4] = [
    "subject_alternatives.dns",
    "subject_alternatives.email",
    "subject_alternatives.ip",
    "subject_alternatives.uri",
];
const ALONE: [&str; 4] = ["dns", "email", "ip", "uri"];

/// Takes the names of a body.
pub(super) fn take(fields: &mut Fields) -> Result<SubjectAlternatives, Error> {
    read(fields, FIELDS)
}

fn read(fields: &mut Fields, paths: [&'static str; 4]) -> Result<SubjectAlternatives, Error> {
    let [dns, email, ip, uri] = paths;
    let mut names = |path| fields.list(path).map(Option::unwrap_or_default);
    Ok(SubjectAlternatives {
        dns: names(dns)?,
        email: names(email)?,
        ip: names(ip)?,
        uri: names(uri)?,
    })
}

impl<'de> serde::Deserialize<'de> for SubjectAlternatives {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(input)?;
        Fields::of(value)
            .and_then(|mut fields| {
                fields.check_names(&ALONE, &[])?;
                read(&mut fields, ALONE)
            })
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_the_body_of_the_api() {
        let read = serde_json::from_str::<SubjectAlternatives>;
        let names = read(r#"{"dns":["a.com"],"email":null,"ip":"10.0.0.1"}"#).unwrap();
        let expected = SubjectAlternatives::new()
            .with_dns("a.com")
            .with_ip("10.0.0.1");
        assert_eq!(names, expected);
        assert_eq!(
            serde_json::to_string(&names).unwrap(),
            r#"{"dns":["a.com"],"ip":["10.0.0.1"]}"#
        );
        let error = read(r#"{"DNS":["a.com"]}"#).unwrap_err().to_string();
        assert!(error.contains("Unexpected argument \"DNS\"."), "{error}");
    }
}
