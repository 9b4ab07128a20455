//! [`Fields`]: the fields of a body, each taken by its dotted path.

use super::value::{Members, Value};
use crate::base::error::quoted;
use crate::{Error, ErrorCode};
use std::mem;
use zeroize::Zeroizing;

/// The fields of a body that were not taken yet. A field that is `null` is absent.
pub(crate) struct Fields(Members);

impl Fields {
    /// Reads a body; an empty one is an object without fields.
    #[cfg(feature = "json")]
    pub(crate) fn read(body: &[u8]) -> Result<Self, Error> {
        super::text::read(body).and_then(Self::of)
    }

    /// Refuses what is no object.
    pub(crate) fn of(value: Value) -> Result<Self, Error> {
        match value {
            Value::Object(mut members) => {
                drop_nulls(&mut members);
                Ok(Self(members))
            }
            other => {
                let message = format!("the body is {}; accepted is an object", other.noun());
                Err(Error::new(ErrorCode::RequestInvalid, message))
            }
        }
    }

    /// Refuses, of all names on every level, the first whose dotted path is not `known`, then the
    /// first that is `fixed`: known, but not for a request to set.
    pub(crate) fn check_names(&self, known: &[&str], fixed: &[&str]) -> Result<(), Error> {
        refuse_unknown(&self.0, "", known, fixed)?;
        let mut names = self.0.iter().map(|(name, _)| name);
        match names.find(|name| fixed.contains(&name.as_str())) {
            Some(name) => Err(Error::new(
                ErrorCode::FieldNotSettable,
                format!("\"{name}\" cannot be set; it is made by the system"),
            )
            .with_target(name.clone())),
            None => Ok(()),
        }
    }

    /// A string.
    pub(crate) fn text(&mut self, path: &'static str) -> Result<Option<String>, Error> {
        match self.take(path)? {
            None => Ok(None),
            Some(Value::Text(mut text)) => Ok(Some(mem::take(&mut *text))),
            Some(other) => Err(wrong_type(path, &other, "is a string")),
        }
    }

    /// A string that may be a key, a password or a token.
    pub(crate) fn secret<S: From<Zeroizing<String>>>(
        &mut self,
        path: &'static str,
    ) -> Result<Option<S>, Error> {
        match self.take(path)? {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text.into())),
            Some(other) => Err(wrong_type(path, &other, "is a string")),
        }
    }

    /// A list of strings; a string is a list of one.
    pub(crate) fn list(&mut self, path: &'static str) -> Result<Option<Vec<String>>, Error> {
        let accepted = "is a list of strings";
        let values = match self.take(path)? {
            None => return Ok(None),
            Some(Value::List(values)) => values,
            Some(text @ Value::Text(_)) => vec![text],
            Some(other) => return Err(wrong_type(path, &other, accepted)),
        };
        let texts = values.into_iter().map(|value| match value {
            Value::Text(mut text) => Ok(mem::take(&mut *text)),
            other => {
                let found = format!("has {} in its list", other.noun());
                Err(wrong(path, &found, accepted))
            }
        });
        texts.collect::<Result<_, _>>().map(Some)
    }

    /// A whole number, or its digits in a string.
    pub(crate) fn number(&mut self, path: &'static str) -> Result<Option<u32>, Error> {
        let accepted = "are a whole number below 4294967296 and its digits in a string";
        let Some(value) = self.take(path)? else {
            return Ok(None);
        };
        let read = match &value {
            Value::Number(number) => number.parse().ok(),
            Value::Text(text) => digits(text).and_then(|digits| digits.parse().ok()),
            other => return Err(wrong_type(path, other, accepted)),
        };
        match read {
            Some(number) => Ok(Some(number)),
            None => Err(wrong(path, "is no such number", accepted)),
        }
    }

    /// A number or a string, as text.
    pub(crate) fn number_or_text(&mut self, path: &'static str) -> Result<Option<String>, Error> {
        match self.take(path)? {
            None => Ok(None),
            Some(Value::Number(number)) => Ok(Some(number)),
            Some(Value::Text(mut text)) => Ok(Some(mem::take(&mut *text))),
            Some(other) => Err(wrong_type(path, &other, "are a number and a string")),
        }
    }

    #[cfg(feature = "azure")]
    pub(crate) fn boolean(&mut self, path: &'static str) -> Result<Option<bool>, Error> {
        match self.take(path)? {
            None => Ok(None),
            Some(Value::Boolean(value)) => Ok(Some(value)),
            Some(other) => Err(wrong_type(path, &other, "are true and false")),
        }
    }

    /// Whether there is an object at this path.
    #[cfg(feature = "azure")]
    pub(crate) fn has_object(&mut self, path: &'static str) -> Result<bool, Error> {
        match self.find(path)? {
            None => Ok(false),
            Some((members, at)) => match &members[at].1 {
                Value::Object(_) => Ok(true),
                other => Err(wrong_type(path, other, "is an object")),
            },
        }
    }

    /// A list of objects.
    #[cfg(feature = "service")]
    pub(crate) fn objects(&mut self, path: &'static str) -> Result<Option<Vec<Self>>, Error> {
        let accepted = "is a list of objects";
        let values = match self.take(path)? {
            None => return Ok(None),
            Some(Value::List(values)) => values,
            Some(other) => return Err(wrong_type(path, &other, accepted)),
        };
        let objects = values.into_iter().map(|value| match value {
            object @ Value::Object(_) => Self::of(object),
            other => {
                let found = format!("has {} in its list", other.noun());
                Err(wrong(path, &found, accepted))
            }
        });
        objects.collect::<Result<_, _>>().map(Some)
    }

    /// Whether there is one field on the first level, of this name.
    #[cfg(feature = "service")]
    pub(crate) fn is_only(&self, name: &str) -> bool {
        self.0.len() == 1 && self.has(name)
    }

    /// Whether there is a field of this name on the first level.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(own, _)| own == name)
    }

    /// Takes what is at this path, if anything.
    fn take(&mut self, path: &'static str) -> Result<Option<Value>, Error> {
        let found = self.find(path)?;
        Ok(found.map(|(members, at)| members.swap_remove(at).1))
    }

    /// The members that the last name of this path is one of, and its place, if there is anything.
    /// Something else where an object should be is of the wrong type.
    fn find(&mut self, path: &'static str) -> Result<Option<(&mut Members, usize)>, Error> {
        let mut members = &mut self.0;
        let mut rest = path;
        loop {
            let (name, below) = match rest.split_once('.') {
                Some((name, below)) => (name, Some(below)),
                None => (rest, None),
            };
            let Some(at) = members.iter().position(|(own, _)| own == name) else {
                return Ok(None);
            };
            let Some(below) = below else {
                return Ok(Some((members, at)));
            };
            match &mut members[at].1 {
                Value::Object(inner) => members = inner,
                other => {
                    let object = path.strip_suffix(below).unwrap_or(path);
                    let object = object.trim_end_matches('.');
                    return Err(wrong_type(object, other, "is an object"));
                }
            }
            rest = below;
        }
    }
}

/// The text without outer spaces, if it is digits and nothing else.
fn digits(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
}

fn drop_nulls(members: &mut Members) {
    members.retain_mut(|(_, value)| {
        if let Value::Object(inner) = value {
            drop_nulls(inner);
        }
        !matches!(value, Value::Null)
    });
}

fn refuse_unknown(
    members: &Members,
    above: &str,
    known: &[&str],
    fixed: &[&str],
) -> Result<(), Error> {
    for (name, value) in members {
        let path = format!("{above}{name}");
        let is_known = known.contains(&path.as_str()) || fixed.contains(&path.as_str());
        // A name with a dot in it is no path.
        if is_known && !name.contains('.') {
            continue;
        }
        let inner = format!("{path}.");
        if name.contains('.') || !known.iter().any(|known| known.starts_with(&inner)) {
            let message = format!("Unexpected argument \"{}\".", quoted(&path));
            return Err(Error::new(ErrorCode::UnexpectedArgument, message).with_target(path));
        }
        if let Value::Object(members) = value {
            refuse_unknown(members, &inner, known, fixed)?;
        }
    }
    Ok(())
}

fn wrong_type(path: &'static str, found: &Value, accepted: &str) -> Error {
    wrong(path, &format!("is {}", found.noun()), accepted)
}

fn wrong(path: &'static str, found: &str, accepted: &str) -> Error {
    let message = format!("\"{path}\" {found}; accepted {accepted}");
    Error::new(ErrorCode::ValueInvalid, message).with_target(path)
}

#[cfg(all(test, feature = "json"))]
mod tests {
    use super::*;
    use crate::SecretPem;

    const KNOWN: &[&str] = &["a", "list", "size", "in.ner.most", "in.other"];

    fn fields(body: &str) -> Fields {
        Fields::read(body.as_bytes()).unwrap()
    }

    #[track_caller]
    fn refused<T>(result: Result<T, Error>, code: ErrorCode, target: &str, message: &str) {
        let error = result.err().expect("it is refused");
        assert_eq!((error.code(), error.target()), (code, Some(target)));
        assert_eq!(error.message(), message);
    }

    #[test]
    fn unknown_names_are_refused_on_every_level_before_fixed_ones() {
        let check = |body| fields(body).check_names(KNOWN, &["uuid"]);
        for good in [
            "",
            "{}",
            r#"{"a":1,"in":{"ner":{"most":[]},"other":{"x":1}}}"#,
            r#"{"in":5,"b":null,"uuid":null,"list":[{"x":1}]}"#,
        ] {
            check(good).unwrap();
        }
        for (body, unknown) in [
            (r#"{"uuid":1,"A":1,"b":1}"#, "A"),
            (r#"{"uuid":1,"in":{"ner":{"mst":1}}}"#, "in.ner.mst"),
            (r#"{"in":{"x":1},"b":1}"#, "in.x"),
            (r#"{"in.other":1}"#, "in.other"),
            (r#"{"in":{"ner.most":1}}"#, "in.ner.most"),
            (r#"{"in":{"uuid":1}}"#, "in.uuid"),
            (r#"{"a.b":1}"#, "a.b"),
            (r#"{"":1}"#, ""),
        ] {
            let message = format!("Unexpected argument \"{unknown}\".");
            let code = ErrorCode::UnexpectedArgument;
            refused(check(body), code, unknown, &message);
        }
        let message = "\"uuid\" cannot be set; it is made by the system";
        let result = check(r#"{"a":1,"uuid":7}"#);
        refused(result, ErrorCode::FieldNotSettable, "uuid", message);
    }

    #[test]
    fn values_are_taken_by_their_paths() {
        let mut body = fields(
            r#"{"a":"x","list":["y","z"],"size":2048,"in":{"ner":{"most":"m"},"other":"007"}}"#,
        );
        assert_eq!(body.text("a").unwrap().as_deref(), Some("x"));
        assert_eq!(body.text("a").unwrap(), None);
        assert_eq!(body.list("list").unwrap().unwrap(), ["y", "z"]);
        assert_eq!(body.number("size").unwrap(), Some(2048));
        assert_eq!(body.list("in.ner.most").unwrap().unwrap(), ["m"]);
        assert_eq!(body.number("in.other").unwrap(), Some(7));
        assert_eq!(body.text("in.ner.x").unwrap(), None);
        let text = |body| fields(body).number_or_text("a").unwrap();
        assert_eq!(text(r#"{"a":112}"#).as_deref(), Some("112"));
        assert_eq!(text(r#"{"a":" 112"}"#).as_deref(), Some(" 112"));
        let key = fields(r#"{"a":"key"}"#).secret("a").unwrap();
        assert_eq!(key, Some(SecretPem::from("key")));
    }

    #[test]
    fn other_types_are_refused_and_not_quoted() {
        let code = ErrorCode::ValueInvalid;
        for (value, noun) in [
            ("true", "a boolean"),
            ("77", "a number"),
            ("[\"77\"]", "a list"),
            ("{\"a\":\"77\"}", "an object"),
        ] {
            let body = format!("{{\"a\":{value}}}");
            let message = format!("\"a\" is {noun}; accepted is a string");
            refused(fields(&body).text("a"), code, "a", &message);
            let secret = fields(&body).secret::<SecretPem>("a");
            refused(secret, code, "a", &message);
        }
        let message = "\"in\" is a string; accepted is an object";
        refused(
            fields(r#"{"in":"77"}"#).text("in.other"),
            code,
            "in",
            message,
        );
        let message = "\"in.ner\" is a list; accepted is an object";
        let result = fields(r#"{"in":{"ner":[]}}"#).text("in.ner.most");
        refused(result, code, "in.ner", message);
        for element in ["null", "7", "[]"] {
            let body = format!("{{\"a\":[\"b\",{element}]}}");
            assert_eq!(fields(&body).list("a").unwrap_err().code(), code);
        }
        for number in [
            "-1",
            "1.0",
            "1e3",
            "4294967296",
            "\"\"",
            "\"1x\"",
            "\"+1\"",
            "[]",
            "null1",
        ] {
            let body = format!("{{\"a\":{number}}}");
            if let Ok(mut fields) = Fields::read(body.as_bytes()) {
                assert_eq!(fields.number("a").unwrap_err().code(), code, "{number}");
            }
        }
        assert!(Fields::of(Value::List(Vec::new())).is_err());
    }
}
