//! An error as JSON.

use crate::{Error, ErrorArgument};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::borrow::Cow;

/// What stands below `error` in an error body, and in a job that failed.
pub(super) struct ErrorFields<'a>(pub(super) &'a Error);

impl Serialize for ErrorFields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let error = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("message", &harmless(error.message()))?;
        map.serialize_entry("code", &error.code().to_string())?;
        if let Some(target) = error.target() {
            map.serialize_entry("target", &harmless(target))?;
        }
        if !error.arguments().is_empty() {
            let arguments: Vec<_> = error.arguments().iter().map(Argument).collect();
            map.serialize_entry("arguments", &arguments)?;
        }
        map.end()
    }
}

struct Argument<'a>(&'a ErrorArgument);

impl Serialize for Argument<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ErrorArgument { code, message } = self.0;
        serializer.collect_map([("code", &**code), ("message", &*harmless(message))])
    }
}

/// A client that finds these two words in an error waits and sends the request again. A value that
/// is quoted may have them.
fn harmless(text: &str) -> Cow<'_, str> {
    const WORDS: &str = "temporarily locked";
    if text.contains(WORDS) {
        text.replace(WORDS, "temporarily_locked").into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;

    #[test]
    fn has_what_is_there() {
        let error = Error::new(ErrorCode::EntryNotFound, "entry doesn't exist");
        let json = |error: &Error| serde_json::to_string(&ErrorFields(error)).unwrap();
        assert_eq!(
            json(&error),
            r#"{"message":"entry doesn't exist","code":"4"}"#
        );
        let error = error.with_target("uuid").with_argument("value", "x");
        let whole = r#"{"message":"entry doesn't exist","code":"4","target":"uuid","arguments":[{"code":"value","message":"x"}]}"#;
        assert_eq!(json(&error), whole);
        let error = Error::new(ErrorCode::ValueInvalid, "\"temporarily locked\"")
            .with_argument("value", "temporarily locked");
        assert!(!json(&error).contains("temporarily locked"));
    }
}
