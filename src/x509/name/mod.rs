//! Names: reading one (RFC 5280 section 4.1.2.4) from its DER.

pub(crate) mod attribute;
pub(crate) mod common_name;
pub(crate) mod fold;
pub(crate) mod key;
pub(crate) mod write;

use super::der::element::{Elements, Tlv};
use super::der::oid::Oid;
use crate::base::hex;
use crate::base::hidden::is_hidden;
use attribute::COMMON_NAME;
use der::Tag;
use std::borrow::Cow;
use std::fmt;

/// The DER of a Name without any RDN.
pub(crate) const EMPTY_NAME: &[u8] = &[0x30, 0x00];

/// A Name whose structure is checked; its values are not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NameRef<'a> {
    pub(crate) der: &'a [u8],
    rdns: Elements<'a>,
}

/// A RelativeDistinguishedName: a SET of one or more attributes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rdn<'a>(Elements<'a>);

/// An AttributeTypeAndValue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AttributeTypeAndValue<'a> {
    pub(crate) oid: Oid<'a>,
    pub(crate) value: Tlv<'a>,
    /// The whole as it stands in the name.
    pub(crate) raw: &'a [u8],
}

/// A value that is not text: not of a string type, or not valid in its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotText;

impl fmt::Display for NotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value is not readable as text")
    }
}

impl std::error::Error for NotText {}

impl<'a> NameRef<'a> {
    /// Checks that `der` is one Name and nothing else, with no empty RDN. The order within an RDN
    /// is not checked.
    pub(crate) fn parse(der: &'a [u8]) -> der::Result<Self> {
        let rdns = Elements::of_sequence(der)?;
        for rdn in rdns {
            let attributes = rdn?.open(Tag::Set)?;
            if attributes.is_empty() {
                return Err(Tag::Set.length_error().into());
            }
            for attribute in attributes {
                AttributeTypeAndValue::read(attribute?)?;
            }
        }
        Ok(Self { der, rdns })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rdns.is_empty()
    }

    /// From the least to the most specific.
    pub(crate) fn rdns(&self) -> impl Iterator<Item = Rdn<'a>> + use<'a> {
        self.rdns
            .map_while(|rdn| Some(Rdn(rdn.ok()?.open(Tag::Set).ok()?)))
    }

    /// The last, most specific common name.
    pub(crate) fn common_name(&self) -> Result<Option<Cow<'a, str>>, NotText> {
        self.rdns()
            .flat_map(Rdn::attributes)
            .filter(|attribute| attribute.oid == COMMON_NAME)
            .last()
            .map(|attribute| attribute.text())
            .transpose()
    }
}

impl<'a> Rdn<'a> {
    pub(crate) fn attributes(self) -> impl Iterator<Item = AttributeTypeAndValue<'a>> + use<'a> {
        self.0
            .map_while(|attribute| AttributeTypeAndValue::read(attribute.ok()?).ok())
    }
}

impl<'a> AttributeTypeAndValue<'a> {
    fn read(element: Tlv<'a>) -> der::Result<Self> {
        let mut fields = element.open(Tag::Sequence)?;
        let oid = fields.oid()?;
        let value = fields.any()?;
        fields.finish()?;
        Ok(Self {
            oid,
            value,
            raw: element.raw,
        })
    }

    /// The value decoded from its string type; PrintableString may have any ASCII character,
    /// TeletexString is taken for Latin-1, which is what it is used as.
    pub(crate) fn text(&self) -> Result<Cow<'a, str>, NotText> {
        let bytes = self.value.value;
        let utf8 = || std::str::from_utf8(bytes).map_err(|_| NotText);
        match self.value.tag {
            Tag::Utf8String => Ok(utf8()?.into()),
            Tag::PrintableString | Tag::Ia5String | Tag::VisibleString | Tag::NumericString
                if bytes.is_ascii() =>
            {
                Ok(utf8()?.into())
            }
            Tag::TeletexString if bytes.is_ascii() => Ok(utf8()?.into()),
            Tag::TeletexString => Ok(bytes.iter().copied().map(char::from).collect()),
            Tag::BmpString => {
                let (units, []) = bytes.as_chunks::<2>() else {
                    return Err(NotText);
                };
                char::decode_utf16(units.iter().copied().map(u16::from_be_bytes))
                    .collect::<Result<_, _>>()
                    .map_err(|_| NotText)
            }
            _ => Err(NotText),
        }
    }
}

/// The string form of RFC 4514 with the RDNs in the order of the name, as `subject_name` is
/// written: `C=US,O=NTAP,CN=test.domain.com`.
impl fmt::Display for NameRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, rdn) in self.rdns().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            for (index, attribute) in rdn.attributes().enumerate() {
                if index > 0 {
                    f.write_str("+")?;
                }
                write!(f, "{attribute}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for AttributeTypeAndValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // RFC 4514 section 2.4: values of types without a name are the hex of their DER.
        match (attribute::by_oid(self.oid.as_bytes()), self.text()) {
            (Some(known), Ok(text)) => {
                write!(f, "{}=", known.key)?;
                return write_escaped(f, &text);
            }
            (Some(known), Err(NotText)) => write!(f, "{}=#", known.key)?,
            (None, _) => write!(f, "{}=#", self.oid)?,
        }
        hex::write(self.value.raw, f)
    }
}

/// RFC 4514 section 2.4; hidden characters as hex pairs too.
fn write_escaped(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let last = text.chars().count().saturating_sub(1);
    for (index, character) in text.chars().enumerate() {
        let outer = index == 0 || index == last;
        match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => write!(f, "\\{character}")?,
            '#' if index == 0 => f.write_str("\\#")?,
            ' ' if outer => f.write_str("\\ ")?,
            _ if is_hidden(character) || outer && character.is_whitespace() => {
                let mut utf8 = [0; 4];
                for byte in character.encode_utf8(&mut utf8).bytes() {
                    write!(f, "\\{byte:02X}")?;
                }
            }
            _ => write!(f, "{character}")?,
        }
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::x509::der::write::{OID, SEQUENCE, SET, element};
    use const_oid::ObjectIdentifier;
    use proptest::prelude::*;

    /// A name with values of any tag; one inner list is one RDN, in the order given.
    pub(crate) fn name(rdns: &[&[(&str, u8, &[u8])]]) -> Vec<u8> {
        let mut content = Vec::new();
        for rdn in rdns {
            let mut attributes = Vec::new();
            for (oid, tag, value) in *rdn {
                let oid = ObjectIdentifier::new(oid).unwrap();
                let fields = [element(OID, oid.as_bytes()), element(*tag, value)].concat();
                attributes.extend(element(SEQUENCE, &fields));
            }
            content.extend(element(SET, &attributes));
        }
        element(SEQUENCE, &content)
    }

    pub(crate) const CN: &str = "2.5.4.3";

    fn common_name(tag: u8, value: &[u8]) -> Result<Option<String>, NotText> {
        let der = name(&[&[(CN, tag, value)]]);
        let cn = NameRef::parse(&der).unwrap().common_name()?;
        Ok(cn.map(Cow::into_owned))
    }

    #[test]
    fn common_names_of_every_string_type() {
        for (tag, value, text) in [
            (0x0C, &b"\xc3\xa4"[..], "ä"),
            (0x13, b"a*b", "a*b"),
            (0x16, b"a@b", "a@b"),
            (0x1A, b"ab", "ab"),
            (0x14, b"\xe4b", "äb"),
            (0x1E, b"\0a\x20\xac", "a€"),
        ] {
            assert_eq!(common_name(tag, value), Ok(Some(text.to_owned())));
        }
        for (tag, value) in [
            (0x0C, &b"\xff"[..]),
            (0x13, b"\xe4"),
            (0x16, b"\xe4"),
            (0x1E, b"abc"),
            (0x1E, b"\xd8\0"),
            (0x04, b"abc"),
        ] {
            assert_eq!(common_name(tag, value), Err(NotText), "{tag:x} {value:x?}");
        }
    }

    #[test]
    fn the_last_common_name_counts() {
        let der = name(&[
            &[(CN, 0x0C, b"a")],
            &[(CN, 0x0C, b"b"), ("2.5.4.10", 0x0C, b"c")],
        ]);
        let parsed = NameRef::parse(&der).unwrap();
        assert_eq!(parsed.common_name(), Ok(Some("b".into())));
        let empty = NameRef::parse(&[0x30, 0]).unwrap();
        assert!(empty.is_empty() && !parsed.is_empty());
        assert_eq!(empty.common_name(), Ok(None));
        assert_eq!(empty.to_string(), "");
    }

    #[test]
    fn displays_what_can_be_written() {
        let der = name(&[
            &[("2.5.4.6", 0x13, b"US")],
            &[
                ("2.5.4.10", 0x0C, b" a,\"b\" "),
                ("2.5.4.11", 0x0C, b"#x\0"),
            ],
            &[("1.2.3", 0x0C, b"a")],
            &[(CN, 0x0C, b"\xff")],
        ]);
        let shown = NameRef::parse(&der).unwrap().to_string();
        assert_eq!(
            shown,
            r#"C=US,O=\ a\,\"b\"\ +OU=\#x\00,1.2.3=#0C0161,CN=#0C01FF"#
        );
    }

    #[test]
    fn shows_what_hides() {
        let der = name(&[&[(CN, 0x0C, "a\u{202e}b\u{200b}\n".as_bytes())]]);
        let shown = NameRef::parse(&der).unwrap().to_string();
        assert_eq!(shown, r"CN=a\E2\80\AEb\E2\80\8B\0A");
    }

    #[test]
    fn refuses_what_is_not_a_name() {
        let good = name(&[&[(CN, 0x0C, b"a")]]);
        let trailing = [&good[..], &[0]].concat();
        for bad in [
            &[][..],
            &[0x31, 0],
            &[0x30, 0x80, 0, 0],
            &[0x30, 2, 0x31, 0],
            &[0x30, 2, 0x30, 0],
            &[0x30, 4, 0x31, 2, 0x30, 0],
            &good[..good.len() - 1],
            &trailing,
        ] {
            assert!(NameRef::parse(bad).is_err(), "{bad:02x?}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..60), at in 0_usize..60) {
            let mut der = name(&[&[(CN, 0x0C, &bytes)], &[("2.5.4.10", 0x1E, &bytes)]]);
            if let (Some(slot), Some(&byte)) = (der.get_mut(at), bytes.first()) {
                *slot = byte;
            }
            for input in [&bytes, &der] {
                if let Ok(name) = NameRef::parse(input) {
                    let _ = (name.common_name(), name.to_string());
                }
            }
        }
    }
}
