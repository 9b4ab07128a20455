//! The names that records get where none was given.

use super::record::cut;
use crate::base::hidden::is_hidden;
use crate::{Error, ErrorCode};

/// The longest name, in characters.
const NAME_MAX: usize = 255;
/// What a generated name has of the common name, of the serial number and of the CA's name, in
/// characters.
const COMMON_NAME_MAX: usize = 128;
const SERIAL_MAX: usize = 40;
const CA_MAX: usize = 64;

/// What a name is generated from.
pub(super) struct NameSource<'a> {
    pub(super) common_name: &'a str,
    pub(super) serial_number: &'a str,
    pub(super) ca: &'a str,
    /// The name of the SVM or cluster that the record is in.
    pub(super) owner: &'a str,
}

impl NameSource<'_> {
    /// The names that are tried, in order, without an end.
    pub(super) fn candidates(&self) -> impl Iterator<Item = String> {
        let common_name = clean(self.common_name, COMMON_NAME_MAX);
        let serial = clean(self.serial_number, SERIAL_MAX);
        let ca = clean(self.ca, CA_MAX);
        let with_serial = format!("{common_name}_{serial}");
        let plain = Some(common_name).filter(|name| name != self.owner && !name.is_empty());
        let with_ca = format!("{with_serial}_{ca}");
        let numbered = {
            let with_serial = with_serial.clone();
            (2_u64..).map(move |number| format!("{with_serial}_{number}"))
        };
        plain
            .into_iter()
            .chain([with_serial, with_ca])
            .chain(numbered)
    }
}

/// The first `max` characters, with `_` for those that cannot be seen.
fn clean(text: &str, max: usize) -> String {
    let visible = |character: char| {
        if is_hidden(character) { '_' } else { character }
    };
    cut(text.chars().map(visible).take(max).collect(), max)
}

/// The name that was given, without outer spaces; `None` if it is blank.
pub(super) fn given(name: Option<&str>) -> Result<Option<String>, Error> {
    let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()) else {
        return Ok(None);
    };
    let refused = |why: String| Err(Error::new(ErrorCode::ValueInvalid, why).with_target("name"));
    if name.chars().any(char::is_control) {
        return refused("the name has a control character".to_owned());
    }
    let length = name.chars().count();
    if length > NAME_MAX {
        let message = format!("the name has {length} characters; accepted are 1 to {NAME_MAX}");
        return refused(message);
    }
    Ok(Some(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(source: &NameSource<'_>, count: usize) -> Vec<String> {
        source.candidates().take(count).collect()
    }

    #[test]
    fn tries_the_names_in_order() {
        let source = NameSource {
            common_name: "www",
            serial_number: "0A",
            ca: "ROOT",
            owner: "cluster1",
        };
        assert_eq!(
            first(&source, 5),
            ["www", "www_0A", "www_0A_ROOT", "www_0A_2", "www_0A_3"]
        );
        let own = NameSource {
            owner: "www",
            ..source
        };
        assert_eq!(first(&own, 2), ["www_0A", "www_0A_ROOT"]);
    }

    #[test]
    fn cuts_and_replaces() {
        let source = NameSource {
            common_name: &"é".repeat(129),
            serial_number: &"1".repeat(41),
            ca: &"a\tb\u{200b}".repeat(20),
            owner: "",
        };
        let names = first(&source, 3);
        assert_eq!(names[0], "é".repeat(128));
        assert_eq!(names[1], format!("{}_{}", "é".repeat(128), "1".repeat(40)));
        assert!(names[2].ends_with(&format!("_{}", "a_b_".repeat(16))));
        assert!(names.iter().all(|name| name.chars().count() <= NAME_MAX));
    }

    #[test]
    fn a_given_name_has_1_to_255_characters_and_no_control_character() {
        assert_eq!(given(None).unwrap(), None);
        assert_eq!(given(Some("  ")).unwrap(), None);
        assert_eq!(given(Some(" a b ")).unwrap().as_deref(), Some("a b"));
        assert!(given(Some(&"é".repeat(255))).is_ok());
        for name in ["é".repeat(256), "a\nb".to_owned(), "a\u{85}b".to_owned()] {
            let error = given(Some(&name)).unwrap_err();
            assert_eq!(error.code(), ErrorCode::ValueInvalid);
            assert_eq!(error.target(), Some("name"));
        }
    }
}
