//! Characters that a reader does not see, or that change what is seen of others.

/// Whether the character is a control character, has no width, sets the direction of text, or is
/// ignored where text is shown (Default_Ignorable_Code_Point of Unicode) or names are compared (RFC 4518
/// section 2.2).
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{AD}'
                | '\u{34F}'
                | '\u{61C}'
                | '\u{6DD}'
                | '\u{70F}'
                | '\u{115F}'..='\u{1160}'
                | '\u{17B4}'..='\u{17B5}'
                | '\u{1806}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFC}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

/// The text itself, unless one of its characters is hidden: then these as `\u{…}`, and backslashes
/// as two, so that nothing else is shown the same.
pub(crate) fn shown(text: String) -> String {
    if !text.chars().any(is_hidden) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            _ if is_hidden(character) => out.extend(character.escape_unicode()),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_hidden() {
        for hidden in "\0\n\u{7f}\u{85}\u{AD}\u{61C}\u{200B}\u{200E}\u{202E}\u{2066}\u{3164}\u{FE0F}\u{FEFF}\u{E0041}".chars() {
            assert!(is_hidden(hidden), "{hidden:?}");
        }
        for seen in "a \u{A0}ä東א\u{301}😀\\".chars() {
            assert!(!is_hidden(seen), "{seen:?}");
        }
    }

    #[test]
    fn hidden_characters_are_shown() {
        assert_eq!(shown("a\\b".to_owned()), "a\\b");
        assert_eq!(shown("a\u{202e}\\\n".to_owned()), "a\\u{202e}\\\\\\u{a}");
    }
}
