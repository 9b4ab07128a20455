//! Whether the subject of a signing request can go into a certificate, and in which bytes.

use crate::base::hidden::is_hidden;
use crate::x509::der::write::{PRINTABLE_STRING, SEQUENCE, SET, element, push};
use crate::x509::name::attribute::{self, AttributeType, Syntax, is_printable};
use crate::x509::name::write::attribute_and_value;
use crate::x509::name::{AttributeTypeAndValue, NameRef, Rdn};
use const_oid::ObjectIdentifier;
use std::borrow::Cow;
use std::fmt;

/// The most attributes of one RDN; names in use have one, seldom two.
const ATTRIBUTES_MAX: usize = 16;

/// Why a name cannot go into a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NameDefect {
    /// `None` for one that is longer than any that is in use.
    pub(crate) attribute: Option<ObjectIdentifier>,
    pub(crate) rule: NameRule,
}

/// The rule that an attribute breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameRule {
    NotText,
    ControlCharacter,
    Invisible,
    TooLong { max: usize },
    NotACountry,
    NotPrintable,
    NotAscii,
    Repeated,
    TooMany,
    Order,
}

impl fmt::Display for NameDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.attribute {
            Some(oid) => match attribute::by_oid(oid.as_bytes()) {
                Some(known) => f.write_str(known.key)?,
                None => write!(f, "attribute {oid}")?,
            },
            None => f.write_str("an attribute")?,
        }
        match self.rule {
            NameRule::NotText => f.write_str(" is not valid text of a string type"),
            NameRule::ControlCharacter => f.write_str(" contains a control character"),
            NameRule::Invisible => f.write_str(
                " contains a character that is invisible or changes the direction of text",
            ),
            NameRule::TooLong { max } => write!(f, " is longer than {max} characters"),
            NameRule::NotACountry => f.write_str(" is not a country code of two letters"),
            NameRule::NotPrintable => {
                f.write_str(" has characters that a PrintableString cannot have")
            }
            NameRule::NotAscii => f.write_str(" has characters that are not ASCII"),
            NameRule::Repeated => f.write_str(" is there twice in one RDN"),
            NameRule::TooMany => {
                write!(f, " is in an RDN of more than {ATTRIBUTES_MAX} attributes")
            }
            NameRule::Order => f.write_str(" is in an RDN that is not in the order of DER"),
        }
    }
}

impl std::error::Error for NameDefect {}

/// The name without attributes that say nothing, `O=` for one, which tools write where a question was
/// left unanswered. Structures that are not those of a name stay for [`for_issuance`] to refuse.
pub(crate) fn without_empty(name: NameRef<'_>) -> Cow<'_, [u8]> {
    let is_empty = |attribute: &AttributeTypeAndValue<'_>| {
        attribute.value.value.is_empty() && attribute.text().is_ok()
    };
    if !name
        .rdns()
        .flat_map(Rdn::attributes)
        .any(|attribute| is_empty(&attribute))
    {
        return name.der.into();
    }
    let mut rdns = Vec::with_capacity(name.der.len());
    for rdn in name.rdns() {
        let kept = rdn.attributes().filter(|attribute| !is_empty(attribute));
        let kept: Vec<_> = kept.map(|attribute| attribute.raw).collect();
        if !kept.is_empty() {
            push(&mut rdns, SET, &kept.concat());
        }
    }
    element(SEQUENCE, &rdns).into()
}

/// Checks every attribute and gives the name as a certificate may have it: byte for byte, but for
/// values in another string type than RFC 5280 has for them (section 4.1.2.4, appendix A.1), e.g.
/// TeletexString, which are encoded anew. Allocates only for those.
pub(crate) fn for_issuance<'a>(name: &NameRef<'a>) -> Result<Cow<'a, [u8]>, NameDefect> {
    let mut needs_transcoding = false;
    for rdn in name.rdns() {
        check_rdn(rdn)?;
        for attribute in rdn.attributes() {
            needs_transcoding |= check_attribute(&attribute)? != attribute.tag();
        }
    }
    Ok(if needs_transcoding {
        transcoded(*name).into()
    } else {
        name.der.into()
    })
}

impl AttributeTypeAndValue<'_> {
    fn tag(&self) -> u8 {
        self.value.raw.first().copied().unwrap_or_default()
    }

    /// The tag that stays, where the type has it, or the one to encode the value anew with.
    fn tag_for_issuance(&self, known: Option<&AttributeType>) -> u8 {
        match (syntax(known), self.tag()) {
            // In use are PrintableStrings with characters like @ and *.
            (Syntax::Directory, PRINTABLE_STRING) if is_printable(self.value.value) => {
                PRINTABLE_STRING
            }
            // The types of attributes that the engine does not know may be IA5String.
            (Syntax::Directory, tag @ 0x16) if known.is_none() => tag,
            (syntax, _) => syntax.tag(),
        }
    }
}

fn syntax(known: Option<&AttributeType>) -> Syntax {
    known.map_or(Syntax::Directory, |known| known.syntax)
}

/// One SET: each type once, in the order that DER has for it (X.690 section 11.6).
fn check_rdn(rdn: Rdn<'_>) -> Result<(), NameDefect> {
    for (index, attribute) in rdn.attributes().enumerate() {
        let broken = |rule| {
            Err(NameDefect {
                attribute: attribute.oid.short(),
                rule,
            })
        };
        if index == ATTRIBUTES_MAX {
            return broken(NameRule::TooMany);
        }
        if rdn
            .attributes()
            .take(index)
            .any(|before| before.oid == attribute.oid)
        {
            return broken(NameRule::Repeated);
        }
        if rdn
            .attributes()
            .take(index)
            .any(|before| before.raw > attribute.raw)
        {
            return broken(NameRule::Order);
        }
    }
    Ok(())
}

/// Checks an attribute; gives the tag that its value will have.
fn check_attribute(attribute: &AttributeTypeAndValue<'_>) -> Result<u8, NameDefect> {
    let known = attribute::by_oid(attribute.oid.as_bytes());
    let broken = |rule| {
        Err(NameDefect {
            attribute: attribute.oid.short(),
            rule,
        })
    };
    let Ok(text) = attribute.text() else {
        return broken(NameRule::NotText);
    };
    // What nearly all names are made of has neither.
    if !text.bytes().all(|octet| matches!(octet, b' '..=b'~')) {
        if text.chars().any(char::is_control) {
            return broken(NameRule::ControlCharacter);
        }
        if text.chars().any(is_hidden) {
            return broken(NameRule::Invisible);
        }
    }
    if let Some(known) = known
        && text.len() > known.length_max
        && text.chars().nth(known.length_max).is_some()
    {
        return broken(NameRule::TooLong {
            max: known.length_max,
        });
    }
    let syntax = syntax(known);
    if !syntax.holds(&text) {
        return broken(match syntax {
            Syntax::Country => NameRule::NotACountry,
            Syntax::Printable => NameRule::NotPrintable,
            Syntax::Ia5 => NameRule::NotAscii,
            Syntax::Directory => NameRule::NotText,
        });
    }
    Ok(attribute.tag_for_issuance(known))
}

fn transcoded(name: NameRef<'_>) -> Vec<u8> {
    let mut rdns = Vec::with_capacity(name.der.len());
    for rdn in name.rdns() {
        let mut attributes: Vec<Cow<'_, [u8]>> =
            rdn.attributes().map(transcoded_attribute).collect();
        attributes.sort_unstable();
        push(&mut rdns, SET, &attributes.concat());
    }
    element(SEQUENCE, &rdns)
}

fn transcoded_attribute(attribute: AttributeTypeAndValue<'_>) -> Cow<'_, [u8]> {
    let tag = attribute.tag_for_issuance(attribute::by_oid(attribute.oid.as_bytes()));
    match attribute.text() {
        Ok(text) if tag != attribute.tag() => {
            attribute_and_value(attribute.oid.as_bytes(), tag, text.as_bytes()).into()
        }
        _ => attribute.raw.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::name::tests::{CN, name};
    use proptest::prelude::*;

    const C: &str = "2.5.4.6";
    const O: &str = "2.5.4.10";
    const EMAIL: &str = "1.2.840.113549.1.9.1";
    const SERIAL: &str = "2.5.4.5";

    fn issued(rdns: &[&[(&str, u8, &[u8])]]) -> Result<Vec<u8>, NameRule> {
        let der = name(rdns);
        let parsed = NameRef::parse(&der).unwrap();
        for_issuance(&parsed)
            .map(Cow::into_owned)
            .map_err(|defect| defect.rule)
    }

    #[test]
    fn good_names_stay_as_they_are() {
        let long = "x".repeat(64);
        for rdns in [
            &[
                &[(C, 0x13, &b"US"[..])][..],
                &[(O, 0x13, b"NTAP")],
                &[(CN, 0x0C, b"\xc3\xa4")],
            ][..],
            &[&[(CN, 0x0C, long.as_bytes())]],
            &[&[(CN, 0x0C, b"a"), (O, 0x0C, b"b")]],
            &[&[(EMAIL, 0x16, b"a@b.com")], &[("1.2.3.4", 0x16, b"x")]],
            &[],
        ] {
            let der = name(rdns);
            let parsed = NameRef::parse(&der).unwrap();
            assert!(matches!(for_issuance(&parsed), Ok(Cow::Borrowed(same)) if same == der));
        }
    }

    #[test]
    fn other_string_types_are_encoded_anew() {
        let got = issued(&[
            &[(C, 0x0C, b"US")],
            &[(O, 0x14, b"\xe4"), (CN, 0x1E, b"\0a")],
            &[(EMAIL, 0x0C, b"a@b")],
            &[(SERIAL, 0x0C, b"1")],
            &[("1.2.3.4", 0x1E, b"\0x")],
            &[("2.5.4.8", 0x13, b"ST")],
            &[(CN, 0x13, b"*.a@b")],
        ]);
        // The new encodings of the second RDN have another order.
        let expected = name(&[
            &[(C, 0x13, b"US")],
            &[(CN, 0x0C, b"a"), (O, 0x0C, b"\xc3\xa4")],
            &[(EMAIL, 0x16, b"a@b")],
            &[(SERIAL, 0x13, b"1")],
            &[("1.2.3.4", 0x0C, b"x")],
            &[("2.5.4.8", 0x13, b"ST")],
            &[(CN, 0x0C, b"*.a@b")],
        ]);
        assert_eq!(got, Ok(expected));
    }

    #[test]
    fn names_what_is_wrong() {
        let many: Vec<String> = (0..17).map(|n| format!("1.2.{n}")).collect();
        let many: Vec<_> = many
            .iter()
            .map(|oid| (oid.as_str(), 0x0C, &b"a"[..]))
            .collect();
        let a: (&str, u8, &[u8]) = (CN, 0x0C, b"a");
        for (rdn, rule) in [
            (&[(CN, 0x04, &b"a"[..])][..], NameRule::NotText),
            (&[(CN, 0x0C, b"\xff")], NameRule::NotText),
            (&[(CN, 0x0C, b"a\0")], NameRule::ControlCharacter),
            (&[(O, 0x0C, b"a\xe2\x80\x8bb")], NameRule::Invisible),
            (&[(O, 0x1E, b"\0a\x20\x2e\0b")], NameRule::Invisible),
            (&[("1.2.3", 0x0C, b"\xe2\x81\xa6")], NameRule::Invisible),
            (&[(CN, 0x0C, &[b'a'; 65])], NameRule::TooLong { max: 64 }),
            (&[(C, 0x13, b"U1")], NameRule::NotACountry),
            (&[(C, 0x0C, b"U")], NameRule::NotACountry),
            (&[(SERIAL, 0x0C, b"a@b")], NameRule::NotPrintable),
            (&[(EMAIL, 0x0C, b"\xc3\xa4")], NameRule::NotAscii),
            (&[a, (CN, 0x0C, b"b")], NameRule::Repeated),
            (&[(O, 0x0C, b"b"), a], NameRule::Order),
            (&many, NameRule::TooMany),
        ] {
            assert_eq!(issued(&[rdn]), Err(rule));
        }
    }

    #[test]
    fn empty_attributes_are_left_out() {
        let der = name(&[
            &[(C, 0x13, b"")],
            &[(O, 0x0C, b""), (CN, 0x0C, b"a")],
            &[(EMAIL, 0x16, b"")],
            &[(CN, 0x1E, b""), (O, 0x14, b"")],
            &[("1.2.3.4", 0x0C, b"")],
        ]);
        let cleaned = without_empty(NameRef::parse(&der).unwrap());
        assert_eq!(*cleaned, name(&[&[(CN, 0x0C, b"a")]]));
        let nothing = name(&[&[(CN, 0x0C, b"")]]);
        assert_eq!(*without_empty(NameRef::parse(&nothing).unwrap()), [0x30, 0]);
        let other = name(&[&[(CN, 0x04, b""), (O, 0x0C, b" ")]]);
        let kept = without_empty(NameRef::parse(&other).unwrap());
        assert!(matches!(kept, Cow::Borrowed(same) if same == other));
    }

    fn texts(der: &[u8]) -> Vec<String> {
        let attributes = NameRef::parse(der)
            .unwrap()
            .rdns()
            .flat_map(Rdn::attributes);
        attributes
            .map(|attribute| attribute.text().unwrap().into_owned())
            .collect()
    }

    proptest! {
        #[test]
        fn what_is_issued_is_the_same_name_and_stays(tag in prop::sample::select(vec![0x0C_u8, 0x13, 0x14, 0x16, 0x1A, 0x1E, 0x12]), bytes in prop::collection::vec(any::<u8>(), 0..12), known in any::<bool>()) {
            let oid = if known { O } else { "1.2.3.4" };
            let der = name(&[&[(oid, tag, &bytes)], &[(CN, 0x0C, b"a")]]);
            if let Ok(issued) = for_issuance(&NameRef::parse(&der).unwrap()) {
                prop_assert_eq!(texts(&issued), texts(&der));
                let again = for_issuance(&NameRef::parse(&issued).unwrap()).unwrap();
                prop_assert!(matches!(again, Cow::Borrowed(same) if *same == *issued));
            }
        }

        #[test]
        fn arbitrary_names_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..60), at in 0_usize..60) {
            let mut der = name(&[&[(CN, 0x0C, &bytes), (O, 0x1E, &bytes)]]);
            if let (Some(slot), Some(&byte)) = (der.get_mut(at), bytes.first()) {
                *slot = byte;
            }
            if let Ok(name) = NameRef::parse(&der) {
                let _ = for_issuance(&name);
            }
        }
    }
}
