//! Common names as requests have them: each refusal with its code and its field.

use crate::base::error::quoted;
use crate::base::hidden::is_hidden;
use crate::x509::name::common_name::{self, CommonNameDefect, LENGTH_MAX, LENGTH_MAX_OF_OTHERS};
use crate::{Error, ErrorCode};

/// Checks a common name and gives it without outer spaces. Nothing but spaces is no common name.
pub(crate) fn check<'a>(common_name: &'a str, target: &'static str) -> Result<&'a str, Error> {
    let name = trimmed(common_name, target, LENGTH_MAX)?;
    if name.chars().any(is_hidden) {
        return Err(refused(name, CommonNameDefect::Hidden, target, LENGTH_MAX));
    }
    Ok(name)
}

/// [`check`] for a certificate that somebody else made.
pub(crate) fn check_of_others<'a>(
    common_name: &'a str,
    target: &'static str,
) -> Result<&'a str, Error> {
    trimmed(common_name, target, LENGTH_MAX_OF_OTHERS)
}

fn trimmed<'a>(
    common_name: &'a str,
    target: &'static str,
    length_max: usize,
) -> Result<&'a str, Error> {
    let name = common_name.trim();
    if name.is_empty() {
        let message =
            format!("the common name is empty; accepted are 1 to {length_max} characters");
        return Err(Error::new(ErrorCode::CommonNameMissing, message).with_target(target));
    }
    common_name::check(name, length_max)
        .map_err(|defect| refused(name, defect, target, length_max))?;
    Ok(name)
}

/// [`check`] for a name that will stay as it is, outer spaces and all: they count.
pub(crate) fn check_as_it_stands(name: &str, target: &'static str) -> Result<(), Error> {
    common_name::check(name, LENGTH_MAX).map_err(|defect| refused(name, defect, target, LENGTH_MAX))
}

fn refused(name: &str, defect: CommonNameDefect, target: &'static str, length_max: usize) -> Error {
    let message = format!(
        "the common name \"{}\" {defect}; accepted are 1 to {length_max} characters without control \
         characters",
        quoted(name)
    );
    Error::new(ErrorCode::CommonNameInvalid, message)
        .with_target(target)
        .with_argument("value", name)
        .with_source(defect)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(name: &str) -> ErrorCode {
        let error = check(name, "common_name").unwrap_err();
        assert_eq!(error.target(), Some("common_name"));
        error.code()
    }

    #[test]
    fn valid_names_come_back_trimmed() {
        assert_eq!(
            check("  test.domain.com\n", "common_name").unwrap(),
            "test.domain.com"
        );
        let longest = "ä".repeat(64);
        assert_eq!(check(&longest, "common_name").unwrap(), longest);
    }

    #[test]
    fn defects_have_their_codes() {
        for space in ["", "  ", "\t\n", "\u{A0}"] {
            assert_eq!(code(space), ErrorCode::CommonNameMissing, "{space:?}");
        }
        for bad in [
            "a\0b",
            "a\nb",
            "a\u{7f}",
            "\u{85}a\u{9f}b",
            "\u{200B}",
            "a\u{202E}b",
            "a\u{2067}b",
            &"a".repeat(65),
        ] {
            assert_eq!(code(bad), ErrorCode::CommonNameInvalid, "{bad:?}");
        }
        assert_eq!(
            check(&"ä".repeat(65), "common_name").unwrap_err().message(),
            format!(
                "the common name \"{}…\" has 65 characters; accepted are 1 to 64 characters without \
                 control characters",
                "ä".repeat(64)
            )
        );
    }

    #[test]
    fn names_of_others_may_be_as_long_as_host_names() {
        let check = |name: &str| check_of_others(name, "public_certificate").map(str::len);
        assert_eq!(check(&"a".repeat(253)).unwrap(), 253);
        let error = check(&"a".repeat(254)).unwrap_err();
        assert_eq!(error.code(), ErrorCode::CommonNameInvalid);
        assert!(
            error
                .message()
                .ends_with("accepted are 1 to 253 characters without control characters")
        );
    }

    #[test]
    fn outer_spaces_count_in_a_name_that_stays() {
        let code = |name: &str| {
            let result = check_as_it_stands(name, "signing_request");
            result.map_err(|error| error.code())
        };
        assert_eq!(code(" a "), Ok(()));
        for bad in ["a\n", "\ta", "  ", "", &format!(" {}", "a".repeat(64))] {
            assert_eq!(code(bad), Err(ErrorCode::CommonNameInvalid), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn what_passes_is_valid(name in any::<String>()) {
            if let Ok(checked) = check(&name, "common_name") {
                prop_assert!((1..=64).contains(&checked.chars().count()));
                prop_assert!(!checked.chars().any(char::is_control));
            }
        }
    }
}
