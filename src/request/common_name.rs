//! Common names as requests have them: each refusal with its code and its field.

use crate::base::error::quoted;
use crate::x509::name::common_name::{self, CommonNameDefect, LENGTH_MAX};
use crate::{Error, ErrorCode};

/// Checks a common name and gives it without outer spaces. Nothing but spaces is no common name.
pub(crate) fn check<'a>(common_name: &'a str, target: &'static str) -> Result<&'a str, Error> {
    let name = common_name.trim();
    if name.is_empty() {
        let message = "the common name is empty; accepted are 1 to 64 characters";
        return Err(Error::new(ErrorCode::CommonNameMissing, message).with_target(target));
    }
    check_as_it_stands(name, target)?;
    Ok(name)
}

/// [`check`] for a name that will stay as it is, outer spaces and all: they count.
pub(crate) fn check_as_it_stands(name: &str, target: &'static str) -> Result<(), Error> {
    common_name::check(name).map_err(|defect| refused(name, defect, target))
}

fn refused(name: &str, defect: CommonNameDefect, target: &'static str) -> Error {
    let message = format!(
        "the common name \"{}\" {defect}; accepted are 1 to {LENGTH_MAX} characters without control \
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
            &"a".repeat(65),
        ] {
            assert_eq!(code(bad), ErrorCode::CommonNameInvalid, "{bad:?}");
        }
        assert_eq!(
            check(&"a".repeat(65), "common_name").unwrap_err().message(),
            format!(
                "the common name \"{}…\" has 65 characters; accepted are 1 to 64 characters without \
                 control characters",
                "a".repeat(64)
            )
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
