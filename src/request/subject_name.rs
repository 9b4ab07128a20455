//! The text form of a subject: `subject_name`.

use super::common_name;
use crate::base::error::quoted;
use crate::base::hidden::is_hidden;
use crate::x509::der::write::{SEQUENCE, SET, element, push};
use crate::x509::name::attribute::{self, AttributeType, COMMON_NAME, Syntax};
use crate::x509::name::write::attribute_and_value;
use crate::{Error, ErrorCode};
use std::borrow::Cow;
use std::iter::Peekable;
use std::str::Chars;

const TARGET: &str = "subject_name";

/// The longest text in bytes.
const TEXT_MAX: usize = 4096;

/// Reads `key=value` pairs separated by commas, at most 4,096 bytes, and gives the DER of the Name
/// with one RDN a pair, in the order written.
///
/// The escapes and quotes of RFC 4514 (and RFC 2253 for quotes) are honoured, spaces around keys
/// and values do not count unless they are escaped. RDNs of several attributes (`+`) and hexadecimal
/// values (`#`) are refused.
pub(crate) fn parse_subject_name(text: &str) -> Result<Vec<u8>, Error> {
    if text.len() > TEXT_MAX {
        let message = format!(
            "the subject name has {} bytes; accepted are at most {TEXT_MAX}",
            text.len()
        );
        return Err(Error::over_limit(message).with_target(TARGET));
    }
    if text.trim().is_empty() {
        return Err(refused(
            "the subject name is empty; accepted are pairs like CN=host,O=NTAP",
        ));
    }
    let mut rdns = Vec::with_capacity(text.len());
    let mut pairs = Pairs {
        rest: text.chars().peekable(),
    };
    loop {
        let (attribute, value) = pairs.next_pair()?;
        let value = checked(attribute, &value)?;
        let attribute = attribute_and_value(
            attribute.oid.as_bytes(),
            attribute.syntax.tag(),
            value.as_bytes(),
        );
        push(&mut rdns, SET, &attribute);
        if pairs.rest.next().is_none() {
            return Ok(element(SEQUENCE, &rdns));
        }
    }
}

fn refused(message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorCode::CreateFailed, message).with_target(TARGET)
}

struct Pairs<'a> {
    rest: Peekable<Chars<'a>>,
}

impl Pairs<'_> {
    /// Reads up to the comma or the end behind the value, which is left to be read.
    fn next_pair(&mut self) -> Result<(&'static AttributeType, String), Error> {
        let mut key = String::new();
        loop {
            match self.rest.next() {
                Some('=') => break,
                Some(character) if character != ',' => key.push(character),
                _ if key.trim().is_empty() => {
                    return Err(refused("there is a comma without a key=value behind it"));
                }
                _ => return Err(refused(format!("\"{}\" has no =value", quoted(key.trim())))),
            }
        }
        let attribute = attribute::by_key(key.trim()).ok_or_else(|| unknown(key.trim()))?;
        self.skip_spaces();
        let bytes = match self.rest.peek() {
            Some('"') => self.quoted_value(attribute)?,
            Some('#') => {
                let hint = "a hexadecimal value is not accepted; a # of the text is written \\#";
                return Err(defect(attribute, hint));
            }
            _ => self.plain_value(attribute)?,
        };
        let value = String::from_utf8(bytes)
            .map_err(|_| defect(attribute, "the escaped bytes are not UTF-8"))?;
        Ok((attribute, value))
    }

    fn skip_spaces(&mut self) {
        while self
            .rest
            .next_if(|character| character.is_whitespace())
            .is_some()
        {}
    }

    fn plain_value(&mut self, attribute: &AttributeType) -> Result<Vec<u8>, Error> {
        let mut value = Vec::new();
        let mut without_spaces = 0;
        while let Some(character) = self.rest.next_if(|&character| character != ',') {
            match character {
                '\\' => value.push(self.escaped(attribute)?),
                '+' => {
                    let hint = "several attributes in one RDN are not accepted; a + of the text is \
                                written \\+";
                    return Err(defect(attribute, hint));
                }
                '"' | ';' | '<' | '>' => {
                    return Err(defect(
                        attribute,
                        &format!("{character} is written \\{character}"),
                    ));
                }
                _ => {
                    push_char(&mut value, character);
                    if character.is_whitespace() {
                        continue;
                    }
                }
            }
            without_spaces = value.len();
        }
        value.truncate(without_spaces);
        Ok(value)
    }

    fn quoted_value(&mut self, attribute: &AttributeType) -> Result<Vec<u8>, Error> {
        let mut value = Vec::new();
        self.rest.next();
        loop {
            match self.rest.next() {
                None => return Err(defect(attribute, "the closing quote is missing")),
                Some('"') => break,
                Some('\\') => value.push(self.escaped(attribute)?),
                Some(character) => push_char(&mut value, character),
            }
        }
        self.skip_spaces();
        match self.rest.peek() {
            None | Some(',') => Ok(value),
            Some(_) => Err(defect(attribute, "there is text behind the closing quote")),
        }
    }

    /// What is behind a backslash (RFC 4514 section 3, `pair`): one byte.
    fn escaped(&mut self, attribute: &AttributeType) -> Result<u8, Error> {
        let first = self.rest.next();
        if let Some(special) = first
            && " \"#+,;<=>\\".contains(special)
        {
            return u8::try_from(special).map_err(|_| defect(attribute, ESCAPES));
        }
        let digit = |character: Option<char>| character?.to_digit(16);
        let high = digit(first);
        let low = high.and_then(|_| digit(self.rest.next()));
        high.zip(low)
            .and_then(|(high, low)| u8::try_from(high * 16 + low).ok())
            .ok_or_else(|| defect(attribute, ESCAPES))
    }
}

const ESCAPES: &str = "a backslash must be followed by one of the characters \" # + , ; < = > \\, a \
                       space or two hexadecimal digits";

fn push_char(bytes: &mut Vec<u8>, character: char) {
    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

fn unknown(key: &str) -> Error {
    let accepted = attribute::WRITABLE.map(|known| known.key).join(", ");
    let noun = "a key of a subject name";
    Error::not_accepted(ErrorCode::CreateFailed, TARGET, key, noun, &accepted)
}

fn defect(attribute: &AttributeType, what: &str) -> Error {
    refused(format!("{}: {what}", attribute.key))
}

/// The value as it is encoded, by the rules of its attribute.
fn checked<'a>(attribute: &AttributeType, value: &'a str) -> Result<Cow<'a, str>, Error> {
    if value.is_empty() {
        return Err(defect(attribute, "the value is empty"));
    }
    if attribute.oid == COMMON_NAME {
        return common_name::check(value, TARGET).map(Cow::Borrowed);
    }
    let what = if value.chars().any(char::is_control) {
        "contains a control character".to_owned()
    } else if value.chars().any(is_hidden) {
        "contains a character that is invisible or changes the direction of text".to_owned()
    } else if !attribute.syntax.holds(value) {
        match attribute.syntax {
            Syntax::Country => "is not a country code of two letters",
            Syntax::Printable => {
                "has other characters than letters, digits, spaces and '()+,-./:=?"
            }
            Syntax::Ia5 | Syntax::Directory => "has characters that are not ASCII",
        }
        .to_owned()
    } else if value.chars().nth(attribute.length_max).is_some() {
        format!("is longer than {} characters", attribute.length_max)
    } else if attribute.syntax == Syntax::Country {
        return Ok(value.to_ascii_uppercase().into());
    } else {
        return Ok(value.into());
    };
    Err(defect(attribute, &format!("\"{}\" {what}", quoted(value))).with_argument("value", value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::name::NameRef;
    use crate::x509::name::tests::name;
    use der::Decode;
    use proptest::prelude::*;
    use x509_cert::name::Name;

    fn shown(text: &str) -> String {
        let der = parse_subject_name(text).unwrap();
        assert!(Name::from_der(&der).is_ok());
        let name = NameRef::parse(&der).unwrap();
        name.to_string()
    }

    fn code(text: &str) -> ErrorCode {
        let error = parse_subject_name(text).unwrap_err();
        assert_eq!(error.target(), Some("subject_name"));
        error.code()
    }

    #[test]
    fn reads_the_name_of_the_reference() {
        let der = parse_subject_name("C=US,O=NTAP,CN=test.domain.com").unwrap();
        let expected = name(&[
            &[("2.5.4.6", 0x13, b"US")],
            &[("2.5.4.10", 0x0C, b"NTAP")],
            &[("2.5.4.3", 0x0C, b"test.domain.com")],
        ]);
        assert_eq!(der, expected);
    }

    #[test]
    fn every_key_in_any_case_in_the_order_written() {
        assert_eq!(
            shown(
                "cn=a, E = a@b.com ,uid=u,T=t,sn=s,gn=g,postalcode=1,street=x,serialnumber=2,dc=c,ou=o,\
                 O=p,l=q,s=r,c=us"
            ),
            "CN=a,emailAddress=a@b.com,UID=u,T=t,SN=s,GN=g,postalCode=1,STREET=x,SERIALNUMBER=2,\
             DC=c,OU=o,O=p,L=q,ST=r,C=US"
        );
    }

    #[test]
    fn escapes_stay_in_one_value() {
        let value = |text: &str| {
            let der = parse_subject_name(text).unwrap();
            let name = NameRef::parse(&der).unwrap();
            let attribute = name.rdns().next().unwrap().attributes().next().unwrap();
            assert_eq!(name.rdns().count(), 1);
            attribute.text().unwrap().into_owned()
        };
        for (text, expected) in [
            (r"O=a\,O=evil", "a,O=evil"),
            (r"O=a\\\,O=evil", r"a\,O=evil"),
            (r"O=a\2CO=evil", "a,O=evil"),
            (r"O=\c3\A4", "ä"),
            (r"O=ä\C3\A4ö", "ääö"),
            (r#"O="a, \"b\"; + c" "#, r#"a, "b"; + c"#),
            (r#"O=" a ""#, " a "),
            (r"O= \ a\  ", " a "),
            (r"O=\#a", "#a"),
            ("O=a/OU=b=c#", "a/OU=b=c#"),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }

    #[test]
    fn defects_are_refused() {
        let long = format!("O={}", "x".repeat(65));
        for text in [
            "",
            "  ",
            ",",
            "CN=a,",
            "CN=a,,O=b",
            ",CN=a",
            "a",
            "CN",
            "CN=a,O",
            "=a",
            "X=a",
            "/C=US/CN=a",
            "O=",
            "O= ,CN=a",
            "O=\"\"",
            "O=\"a",
            "O=\"a\"b",
            "O=a+OU=b",
            "O=a;OU=b",
            "O=<a>",
            "O=a\"b",
            "O=#0C0161",
            r"O=a\",
            r"O=a\x",
            r"O=\c",
            r"O=\c3",
            r"O=\FF",
            "O=a\nb",
            r"O=a\00",
            "O=\"a\0\"",
            "C=USA",
            "C=U",
            "C=U1",
            "C=Ä",
            "DC=ä",
            "E=ä@b",
            "SERIALNUMBER=a@b",
            "2.5.4.3=a",
            &long,
        ] {
            assert_eq!(code(text), ErrorCode::CreateFailed, "{text}");
        }
        for text in [
            r"CN=a\00b",
            r"O=b,CN=a\0Ab",
            &format!("CN={}", "x".repeat(65)),
        ] {
            assert_eq!(code(text), ErrorCode::CommonNameInvalid, "{text}");
        }
        assert_eq!(code(&"x".repeat(4097)), ErrorCode::OutOfMemory);
        assert_eq!(
            parse_subject_name("X=a").unwrap_err().message(),
            "\"X\" is not a key of a subject name; accepted are C, ST, L, O, OU, CN, DC, SERIALNUMBER, \
             emailAddress, STREET, postalCode, UID, GN, SN, T"
        );
        assert_eq!(
            parse_subject_name("O=a+OU=b").unwrap_err().message(),
            "O: several attributes in one RDN are not accepted; a + of the text is written \\+"
        );
    }

    proptest! {
        #[test]
        fn one_value_never_becomes_two_rdns(value in "\\PC{1,60}") {
            prop_assume!(!value.chars().any(is_hidden));
            let escaped: Vec<String> = value.bytes().map(|byte| format!("\\{byte:02x}")).collect();
            let der = parse_subject_name(&format!("O={},C=DE", escaped.concat())).unwrap();
            let name = NameRef::parse(&der).unwrap();
            prop_assert_eq!(name.rdns().count(), 2);
            let attribute = name.rdns().next().unwrap().attributes().next().unwrap();
            prop_assert_eq!(attribute.text().unwrap(), value);
        }

        #[test]
        fn what_is_shown_reads_back(text in "(O|CN|L|ST)=[ a-z\\\\,\"#+;äß=0-9]{1,12}(,OU=\\PC{0,9})?") {
            if let Ok(der) = parse_subject_name(&text) {
                let name = NameRef::parse(&der).unwrap();
                prop_assert_eq!(parse_subject_name(&name.to_string()).unwrap(), der);
            }
        }

        #[test]
        fn arbitrary_text_never_panics(text in "\\PC{0,60}|[COUN=,\\\\\"+ 0-9a-f]{0,40}") {
            if let Ok(der) = parse_subject_name(&text) {
                prop_assert!(Name::from_der(&der).is_ok());
            }
        }
    }
}
