//! The subject alternative names that a request asks for: `subject_alternatives`.

use crate::base::error::quoted;
use crate::x509::san::encode::{AlternativesDefect, TextDefect};
use crate::x509::san::{ENTRIES_MAX, SubjectAlternatives};
use crate::{Error, ErrorCode};

/// The DER of the extension value; `None` if there are no names. A name that is not valid has
/// `code`.
pub(crate) fn encode(
    names: &SubjectAlternatives,
    code: ErrorCode,
) -> Result<Option<Vec<u8>>, Error> {
    names.encode().map_err(|defect| match defect {
        AlternativesDefect::TooMany(entries) => {
            let message =
                format!("{entries} alternative names; accepted are at most {ENTRIES_MAX}");
            Error::over_limit(message).with_target("subject_alternatives")
        }
        AlternativesDefect::Name { name, defect } => {
            let (target, noun) = kind(defect);
            let message = format!("\"{}\" is not {noun}: {defect}", quoted(&name));
            Error::new(code, message)
                .with_target(target)
                .with_argument("value", &name)
                .with_source(defect)
        }
    })
}

/// The field of a kind of name, and what one is called.
const fn kind(defect: TextDefect) -> (&'static str, &'static str) {
    match defect {
        TextDefect::Dns(_) => ("subject_alternatives.dns", "a DNS name"),
        TextDefect::Email(_) => ("subject_alternatives.email", "an e-mail address"),
        TextDefect::Ip => ("subject_alternatives.ip", "an IP address"),
        TextDefect::Uri(_) => ("subject_alternatives.uri", "an absolute URI"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_name_has_the_callers_code_and_its_field() {
        let bad = [
            (
                SubjectAlternatives::new().with_dns("a_b"),
                "subject_alternatives.dns",
            ),
            (
                SubjectAlternatives::new().with_email("a"),
                "subject_alternatives.email",
            ),
            (
                SubjectAlternatives::new().with_ip("10.0.0.0/8"),
                "subject_alternatives.ip",
            ),
            (
                SubjectAlternatives::new().with_ip("fe80::1%1"),
                "subject_alternatives.ip",
            ),
            (
                SubjectAlternatives::new().with_ip("010.0.0.1"),
                "subject_alternatives.ip",
            ),
            (
                SubjectAlternatives::new().with_ip(""),
                "subject_alternatives.ip",
            ),
            (
                SubjectAlternatives::new().with_uri("a/b"),
                "subject_alternatives.uri",
            ),
        ];
        for (names, target) in bad {
            let error = encode(&names, ErrorCode::CreateFailed).unwrap_err();
            assert_eq!(error.code(), ErrorCode::CreateFailed);
            assert_eq!(error.target(), Some(target));
        }
        let error = encode(
            &SubjectAlternatives::new().with_dns("münchen.de"),
            ErrorCode::CreateFailed,
        )
        .unwrap_err();
        assert_eq!(
            error.message(),
            "\"münchen.de\" is not a DNS name: write internationalized labels in their A-label form \
             (xn--…)"
        );
    }

    #[test]
    fn the_number_of_entries_is_limited() {
        let mut names = SubjectAlternatives::new();
        names.dns = vec!["a.com".to_owned(); ENTRIES_MAX + 1];
        let error = encode(&names, ErrorCode::CreateFailed).unwrap_err();
        assert_eq!(error.code(), ErrorCode::OutOfMemory);
        assert_eq!(error.target(), Some("subject_alternatives"));
    }
}
