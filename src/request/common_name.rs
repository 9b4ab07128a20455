//! Common names: which are valid, which are the same.

use crate::base::error::quoted;
use crate::{Error, ErrorCode};

/// The most characters of a common name (RFC 5280 appendix A.1, ub-common-name).
const LENGTH_MAX: usize = 64;

/// Checks a common name and gives it without outer spaces.
///
/// Valid are 1 to 64 characters, none of them a control character, at least one of them one that
/// counts in a comparison ([`fold`]). Nothing but spaces is no common name.
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
    let defect = if name.chars().any(char::is_control) {
        "contains a control character".to_owned()
    } else if name.chars().nth(LENGTH_MAX).is_some() {
        format!("has {} characters", name.chars().count())
    } else if folded(name).next().is_none() {
        "has no visible character".to_owned()
    } else {
        return Ok(());
    };
    let message = format!(
        "the common name \"{}\" {defect}; accepted are 1 to {LENGTH_MAX} characters without control \
         characters",
        quoted(name)
    );
    Err(Error::new(ErrorCode::CommonNameInvalid, message)
        .with_target(target)
        .with_argument("value", name))
}

/// Whether two names are the same for X.520's caseIgnoreMatch; see [`fold`].
pub(crate) fn case_ignore_match(a: &str, b: &str) -> bool {
    a == b || folded(a).eq(folded(b))
}

/// The form that names are compared in (X.520 caseIgnoreMatch, string preparation of RFC 4518).
///
/// Characters that RFC 4518 section 2.2 maps to nothing are dropped and its spaces become spaces,
/// outer spaces are dropped and inner runs of them become one, and case is folded (`ß` is `ss`).
/// Case folding is that of the standard library, by way of the upper case, which takes the dotless
/// i for an i.
///
/// The step that RFC 4518 section 2.3 takes with Unicode's tables, normalization to NFKC, is left
/// out: a full-width letter stays different from the plain one, an accent that is a character of
/// its own from the accented letter.
pub(crate) fn fold(name: &str) -> String {
    folded(name).collect()
}

/// Appends what [`fold`] gives.
pub(crate) fn fold_onto(name: &str, bytes: &mut Vec<u8>) {
    if !name.is_ascii() {
        for character in folded(name) {
            bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
        return;
    }
    // The same, for what nearly all names are made of.
    let start = bytes.len();
    let mut space = false;
    for byte in name.bytes() {
        match byte {
            b'\t'..=b'\r' | b' ' => space = true,
            0..b' ' | 0x7f.. => {}
            visible => {
                if space && bytes.len() > start {
                    bytes.push(b' ');
                }
                space = false;
                bytes.push(visible.to_ascii_lowercase());
            }
        }
    }
}

/// The characters of [`fold`], without allocating.
pub(crate) fn folded(name: &str) -> impl Iterator<Item = char> + '_ {
    let mut started = false;
    let mut space = false;
    name.chars().filter_map(mapped).flat_map(move |character| {
        let visible = (character != ' ').then_some(character);
        let separator = (visible.is_some() && space).then_some(' ');
        space = started && visible.is_none();
        started |= visible.is_some();
        let case_folded = visible
            .into_iter()
            .flat_map(char::to_lowercase)
            .flat_map(char::to_uppercase)
            .flat_map(char::to_lowercase);
        separator.into_iter().chain(case_folded)
    })
}

/// RFC 4518 section 2.2 without its case folding.
fn mapped(character: char) -> Option<char> {
    match character {
        ' '..='~' => Some(character),
        '\u{9}'..='\u{D}'
        | '\u{85}'
        | '\u{A0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200A}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{202F}'
        | '\u{205F}'
        | '\u{3000}' => Some(' '),
        '\u{AD}'
        | '\u{34F}'
        | '\u{6DD}'
        | '\u{70F}'
        | '\u{1806}'
        | '\u{180B}'..='\u{180E}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2063}'
        | '\u{206A}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFC}'
        | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0001}'
        | '\u{E0020}'..='\u{E007F}' => None,
        control if control.is_control() => None,
        other => Some(other),
    }
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
    fn outer_blanks_count_in_a_name_that_stays() {
        let code = |name: &str| {
            let result = check_as_it_stands(name, "signing_request");
            result.map_err(|error| error.code())
        };
        assert_eq!(code(" a "), Ok(()));
        for bad in ["a\n", "\ta", "  ", "", &format!(" {}", "a".repeat(64))] {
            assert_eq!(code(bad), Err(ErrorCode::CommonNameInvalid), "{bad:?}");
        }
    }

    #[test]
    fn case_blanks_and_invisible_characters_do_not_count() {
        for (a, b) in [
            ("ROOT", "root"),
            (" My  Root\u{3000}CA ", "my root ca"),
            ("ro\u{AD}ot", "ROOT"),
            ("\u{FEFF}root\u{200B}", "root"),
            ("a \u{200B} b", "a b"),
            ("STRASSE", "straße"),
            ("STRASSE", "STRAẞE"),
            ("ΣΑΣ", "σας"),
            ("ÄÖ", "äö"),
        ] {
            assert!(case_ignore_match(a, b), "{a:?} {b:?}");
            assert_eq!(fold(a), fold(b));
        }
        for (a, b) in [
            ("root", "root1"),
            ("a b", "ab"),
            ("ＲＯＯＴ", "ROOT"),
            ("a", "á"),
        ] {
            assert!(!case_ignore_match(a, b), "{a:?} {b:?}");
        }
    }

    #[test]
    fn folding_any_character_twice_is_folding_it_once() {
        for character in '\0'..=char::MAX {
            let once = fold(&character.to_string());
            assert_eq!(fold(&once), once, "{character:?}");
        }
    }

    proptest! {
        #[test]
        fn folding_is_idempotent_and_ignores_case(name in "\\PC{0,30}|[ a-zA-Z]{0,30}|[\\x00-\\x7f]{0,30}") {
            let once = fold(&name);
            prop_assert_eq!(fold(&once), once.clone());
            let mut bytes = Vec::new();
            fold_onto(&name, &mut bytes);
            prop_assert_eq!(bytes, once.as_bytes());
            prop_assert!(case_ignore_match(&name, &once));
            prop_assert!(!once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "));
            prop_assert!(name.is_ascii() <= case_ignore_match(&name, &name.to_uppercase()));
        }

        #[test]
        fn what_passes_is_valid(name in any::<String>()) {
            if let Ok(checked) = check(&name, "common_name") {
                prop_assert!((1..=64).contains(&checked.chars().count()));
                prop_assert!(!checked.chars().any(char::is_control));
            }
        }
    }
}
