//! Text in the form that names are compared in.

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
    use crate::base::hidden::is_hidden;
    use proptest::prelude::*;

    #[test]
    fn case_spaces_and_invisible_characters_do_not_count() {
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
    fn what_names_are_compared_without_is_hidden() {
        for character in ('\0'..=char::MAX).filter(|character| mapped(*character).is_none()) {
            assert!(is_hidden(character), "{character:?}");
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
    }
}
