//! Reading JSON (RFC 8259). Strings are unescaped into memory that is wiped and never moved.

use super::value::{Members, Value, given_twice, twice};
use crate::{Error, ErrorCode};
use zeroize::Zeroizing;

/// The largest body, in octets.
const BODY_MAX: usize = 4 << 20;
/// How deep lists and objects may stand in each other; those of the API need four levels.
const DEPTH_MAX: usize = 16;

/// Refuses a body that is too large to be read.
pub(crate) fn check_size(body: &[u8]) -> Result<(), Error> {
    if body.len() > BODY_MAX {
        let most = BODY_MAX >> 20;
        let message = format!("the body is larger than {most} MiB");
        return Err(Error::over_limit(message).with_http_status(413));
    }
    Ok(())
}

/// Reads a body; an empty one is an object without members.
pub(super) fn read(body: &[u8]) -> Result<Value, Error> {
    check_size(body)?;
    let Ok(text) = std::str::from_utf8(body) else {
        let message = if body.starts_with(b"\xff\xfe") || body.starts_with(b"\xfe\xff") {
            "the body is not JSON: it is UTF-16; send it as UTF-8"
        } else {
            "the body is not JSON: it is not UTF-8"
        };
        return Err(Error::new(ErrorCode::RequestInvalid, message));
    };
    // Some clients begin with a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { text, at: 0 };
    reader.skip_space();
    if reader.peek().is_none() {
        return Ok(Value::Object(Members::new()));
    }
    let value = reader.value(DEPTH_MAX)?;
    reader.skip_space();
    match reader.peek() {
        None => Ok(value),
        Some(_) => Err(reader.refused("something stands behind its end")),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over `byte` if it is next.
    fn skip(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// What is wrong here, without what stands here.
    fn refused(&self, why: &str) -> Error {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let character = before[start..].chars().count() + 1;
        let message = format!("the body is not JSON: {why} at line {line}, character {character}");
        Error::new(ErrorCode::RequestInvalid, message)
    }

    fn value(&mut self, depth: usize) -> Result<Value, Error> {
        match self.peek() {
            Some(b'{' | b'[') if depth == 0 => {
                Err(self.refused("it is nested more than 16 levels deep"))
            }
            Some(b'{') => self.object(depth - 1),
            Some(b'[') => self.list(depth - 1),
            Some(b'"') => self.string().map(Value::Text),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<Value, Error> {
        let rest = &self.text[self.at..];
        let words = [
            ("null", Value::Null),
            ("true", Value::Boolean(true)),
            ("false", Value::Boolean(false)),
        ];
        let found = words.into_iter().find(|(word, _)| rest.starts_with(word));
        let (word, value) = found.ok_or_else(|| self.refused("a value is missing"))?;
        self.at += word.len();
        Ok(value)
    }

    fn list(&mut self, depth: usize) -> Result<Value, Error> {
        let mut values = Vec::new();
        self.each(b']', |reader| {
            values.push(reader.value(depth)?);
            Ok(())
        })?;
        Ok(Value::List(values))
    }

    fn object(&mut self, depth: usize) -> Result<Value, Error> {
        let mut members = Members::new();
        self.each(b'}', |reader| {
            if reader.peek() != Some(b'"') {
                return Err(reader.refused("a name in quotation marks is missing"));
            }
            let name = reader.string()?.to_string();
            reader.skip_space();
            if !reader.skip(b':') {
                return Err(reader.refused("a colon is missing"));
            }
            reader.skip_space();
            members.push((name, reader.value(depth)?));
            Ok(())
        })?;
        match given_twice(&members) {
            Some(name) => {
                let error = Error::new(ErrorCode::RequestInvalid, twice(name));
                Err(error.with_target(name.to_owned()))
            }
            None => Ok(Value::Object(members)),
        }
    }

    /// Reads the elements up to `end`, with commas between.
    fn each(
        &mut self,
        end: u8,
        mut element: impl FnMut(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.at += 1;
        self.skip_space();
        if self.skip(end) {
            return Ok(());
        }
        loop {
            element(self)?;
            self.skip_space();
            if self.skip(end) {
                return Ok(());
            }
            if !self.skip(b',') {
                let why = format!("a comma or {} is missing", char::from(end));
                return Err(self.refused(&why));
            }
            self.skip_space();
        }
    }

    fn number(&mut self) -> Result<Value, Error> {
        let start = self.at;
        self.skip(b'-');
        if !self.skip(b'0') {
            self.digits()?;
        }
        if self.skip(b'.') {
            self.digits()?;
        }
        if self.skip(b'e') || self.skip(b'E') {
            let _ = self.skip(b'+') || self.skip(b'-');
            self.digits()?;
        }
        Ok(Value::Number(self.text[start..self.at].to_owned()))
    }

    fn digits(&mut self) -> Result<(), Error> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start {
            return Err(self.refused("a digit is missing"));
        }
        Ok(())
    }

    fn string(&mut self) -> Result<Zeroizing<String>, Error> {
        let length = self.raw_length()?;
        let end = self.at + 1 + length;
        self.at += 1;
        // What an escape stands for is never longer than the escape: the text does not grow.
        let mut text = Zeroizing::new(String::with_capacity(length));
        while self.at < end {
            let rest = &self.text[self.at..end];
            let plain = rest.find('\\').unwrap_or(rest.len());
            text.push_str(&rest[..plain]);
            self.at += plain;
            if self.at < end {
                text.push(self.escape()?);
            }
        }
        self.at = end + 1;
        Ok(text)
    }

    /// How many octets the string has between its quotation marks.
    fn raw_length(&mut self) -> Result<usize, Error> {
        let start = self.at + 1;
        let mut escaped = false;
        for (length, byte) in self.text.as_bytes()[start..].iter().enumerate() {
            match byte {
                0..0x20 => {
                    self.at = start + length;
                    return Err(self.refused(match byte {
                        b'\n' | b'\r' => "a line ends within a string, where \\n should stand",
                        _ => "a control character is not escaped",
                    }));
                }
                b'"' if !escaped => return Ok(length),
                _ => escaped = *byte == b'\\' && !escaped,
            }
        }
        Err(self.refused("the string that begins has no end"))
    }

    fn escape(&mut self) -> Result<char, Error> {
        self.at += 1;
        let escaped = match self.peek() {
            Some(letter @ (b'"' | b'\\' | b'/')) => char::from(letter),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.code_point();
            }
            _ => return Err(self.refused("there is no such escape")),
        };
        self.at += 1;
        Ok(escaped)
    }

    /// The character of `\uXXXX`, or of a pair of surrogates.
    fn code_point(&mut self) -> Result<char, Error> {
        let unpaired = "half of a surrogate pair";
        let first = self.hex()?;
        if let Some(character) = char::from_u32(first) {
            return Ok(character);
        }
        if first >= 0xdc00 || !(self.skip(b'\\') && self.skip(b'u')) {
            return Err(self.refused(unpaired));
        }
        let second = self.hex()?;
        char::decode_utf16([first, second].map(|unit| u16::try_from(unit).unwrap_or(0)))
            .next()
            .and_then(Result::ok)
            .ok_or_else(|| self.refused(unpaired))
    }

    fn hex(&mut self) -> Result<u32, Error> {
        let digits = self.text.get(self.at..self.at + 4);
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let unit = unit.ok_or_else(|| self.refused("four hexadecimal digits are missing"))?;
        self.at += 4;
        Ok(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::fmt::Write as _;

    /// Written again, in a way that tells all values apart.
    fn write(value: &Value, out: &mut String) {
        match value {
            Value::Null => out.push_str("null"),
            Value::Boolean(_) => out.push_str("bool"),
            Value::Number(number) => out.push_str(number),
            Value::Text(text) => write!(out, "{:?}", text.as_str()).unwrap(),
            Value::List(values) => {
                out.push('[');
                for value in values {
                    write(value, out);
                    out.push(',');
                }
                out.push(']');
            }
            Value::Object(members) => {
                out.push('{');
                for (name, value) in members {
                    write!(out, "{name:?}:").unwrap();
                    write(value, out);
                    out.push(',');
                }
                out.push('}');
            }
        }
    }

    fn read_again(body: &str) -> Result<String, String> {
        let value = read(body.as_bytes()).map_err(|error| error.to_string())?;
        let mut out = String::new();
        write(&value, &mut out);
        Ok(out)
    }

    #[test]
    fn reads_every_value() {
        for (body, expected) in [
            ("", "{}"),
            (" \r\n\t", "{}"),
            ("\u{feff}{}", "{}"),
            ("null", "null"),
            ("[true , false,null]", "[bool,bool,null,]"),
            ("-0.5e+10", "-0.5e+10"),
            (r#" { "a" : [ ] , "b" : { } } "#, r#"{"a":[],"b":{},}"#),
            (
                r#""\"\\\/\b\f\n\r\t\u00e4\uD83D\ude00ä""#,
                r#""\"\\/\u{8}\u{c}\n\r\tä😀ä""#,
            ),
            (r#"{"\u0061":1}"#, r#"{"a":1,}"#),
        ] {
            assert_eq!(read_again(body).as_deref(), Ok(expected), "{body}");
        }
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        for (body, why) in [
            (
                "{",
                "a name in quotation marks is missing at line 1, character 2",
            ),
            ("{\n \"a\" 1}", "a colon is missing at line 2, character 6"),
            (
                "{\"a\":1 \"b\":2}",
                "a comma or } is missing at line 1, character 8",
            ),
            ("[1,]", "a value is missing at line 1, character 4"),
            ("[01]", "a comma or ] is missing at line 1, character 3"),
            ("nul", "a value is missing at line 1, character 1"),
            ("[-]", "a digit is missing at line 1, character 3"),
            ("1.", "a digit is missing at line 1, character 3"),
            (
                "\"ää\n\"",
                "a line ends within a string, where \\n should stand at line 1, character 4",
            ),
            (
                "\"\t\"",
                "a control character is not escaped at line 1, character 2",
            ),
            (
                "\"a\\\"",
                "the string that begins has no end at line 1, character 1",
            ),
            (r#""\x""#, "there is no such escape at line 1, character 3"),
            (
                r#""\u12g4""#,
                "four hexadecimal digits are missing at line 1, character 4",
            ),
            (
                r#""\ud83d""#,
                "half of a surrogate pair at line 1, character 8",
            ),
            (
                r#""\ud83d\u0041""#,
                "half of a surrogate pair at line 1, character 14",
            ),
            (
                r#""\udc00""#,
                "half of a surrogate pair at line 1, character 8",
            ),
            (
                "{} {}",
                "something stands behind its end at line 1, character 4",
            ),
        ] {
            let expected = format!("2: the body is not JSON: {why}");
            assert_eq!(read_again(body), Err(expected), "{body}");
        }
        for (body, message) in [
            (
                &b"\xff\xfe{\0}\0"[..],
                "the body is not JSON: it is UTF-16; send it as UTF-8",
            ),
            (b"\xff", "the body is not JSON: it is not UTF-8"),
        ] {
            assert_eq!(read(body).err().unwrap().message(), message);
        }
    }

    #[test]
    fn a_name_stands_once() {
        for (body, target) in [
            (r#"{"a":1,"\u0061":1}"#, "a"),
            (r#"[{"b":{"c":1,"c":null}}]"#, "c"),
        ] {
            let error = read(body.as_bytes()).err().unwrap();
            assert_eq!(
                (error.code(), error.target()),
                (ErrorCode::RequestInvalid, Some(target))
            );
            assert_eq!(error.message(), format!("\"{target}\" is given twice"));
        }
    }

    #[test]
    fn depth_and_size_are_limited() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(read(nested(16).as_bytes()).is_ok());
        for depth in [17, 1 << 20] {
            let message = read_again(&nested(depth)).unwrap_err();
            assert!(message.contains("nested more than 16 levels"), "{message}");
        }
        assert!(read(" ".repeat(BODY_MAX).as_bytes()).is_ok());
        let error = read(" ".repeat(BODY_MAX + 1).as_bytes()).err().unwrap();
        assert_eq!(
            (error.code(), error.http_status()),
            (ErrorCode::OutOfMemory, 413)
        );
        // Finding out that no name is there twice takes no square time.
        let mut names = String::new();
        for name in 0..300_000 {
            write!(names, "\"{name}\":0,").unwrap();
        }
        assert!(read(format!("{{{names}\"\":0}}").as_bytes()).is_ok());
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 30, 5, |inner| {
            let members = prop::collection::vec((any::<String>(), inner.clone()), 0..5);
            prop_oneof![
                prop::collection::vec(inner, 0..5).prop_map(Into::into),
                members.prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn reads_as_serde_json_does(value in json(), pretty in any::<bool>()) {
            let text = if pretty {
                serde_json::to_string_pretty(&value).unwrap()
            } else {
                value.to_string()
            };
            let mut expected = String::new();
            write(&serde_json::from_str(&text).unwrap(), &mut expected);
            prop_assert_eq!(read_again(&text), Ok(expected));
        }

        /// Whatever serde_json refuses is refused here too, and the other way round.
        #[test]
        fn refuses_what_serde_json_refuses(text in "[\\[\\]{}\",:0-9aeltrufsn.+\\\\ -]{0,12}") {
            prop_assume!(!text.trim().is_empty());
            let other = serde_json::from_str::<Value>(&text);
            // The one difference: a number that is too large for a float.
            prop_assume!(!text.contains(['e', 'E']));
            prop_assert_eq!(read(text.as_bytes()).is_ok(), other.is_ok(), "{}", text);
        }

        #[test]
        fn arbitrary_bytes_never_panic(body in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = read(&body);
        }
    }
}
