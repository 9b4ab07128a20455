//! The attribute types of names that have rules of their own (RFC 5280 appendix A.1).

use crate::x509::der::write::{IA5_STRING, PRINTABLE_STRING, UTF8_STRING};
use const_oid::ObjectIdentifier;

/// The string type that an attribute's value has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// PrintableString or UTF8String (RFC 5280 section 4.1.2.4); the engine writes UTF8String.
    Directory,
    /// PrintableString alone.
    Printable,
    /// Two letters of ISO 3166, PrintableString.
    Country,
    /// IA5String alone.
    Ia5,
}

impl Syntax {
    /// The tag that the engine writes.
    pub(crate) const fn tag(self) -> u8 {
        match self {
            Self::Directory => UTF8_STRING,
            Self::Printable | Self::Country => PRINTABLE_STRING,
            Self::Ia5 => IA5_STRING,
        }
    }

    /// Whether a value of this type can say `text`.
    pub(crate) fn holds(self, text: &str) -> bool {
        match self {
            Self::Directory => true,
            Self::Printable => is_printable(text.as_bytes()),
            Self::Country => text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic()),
            Self::Ia5 => text.is_ascii(),
        }
    }
}

/// The characters of PrintableString (X.680 section 41.4).
pub(crate) fn is_printable(text: &[u8]) -> bool {
    text.iter()
        .all(|byte| byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(byte))
}

/// An attribute type.
#[derive(Debug)]
pub(crate) struct AttributeType {
    /// As names are shown and written.
    pub(crate) key: &'static str,
    pub(crate) oid: ObjectIdentifier,
    pub(crate) syntax: Syntax,
    /// The most characters of a value.
    pub(crate) length_max: usize,
}

const fn attribute(
    key: &'static str,
    oid: &'static str,
    syntax: Syntax,
    length_max: usize,
) -> AttributeType {
    AttributeType {
        key,
        oid: ObjectIdentifier::new_unwrap(oid),
        syntax,
        length_max,
    }
}

pub(crate) const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
pub(crate) const DOMAIN_COMPONENT: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.25");
pub(crate) const EMAIL_ADDRESS: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.1");

/// Those that a `subject_name` may have. Limits are the upper bounds of RFC 5280 appendix A.1;
/// without one there, of X.520 (street, postalCode), RFC 1274 (UID) and RFC 1034 (DC).
pub(crate) const WRITABLE: [AttributeType; 15] = [
    attribute("C", "2.5.4.6", Syntax::Country, 2),
    attribute("ST", "2.5.4.8", Syntax::Directory, 128),
    attribute("L", "2.5.4.7", Syntax::Directory, 128),
    attribute("O", "2.5.4.10", Syntax::Directory, 64),
    attribute("OU", "2.5.4.11", Syntax::Directory, 64),
    attribute("CN", "2.5.4.3", Syntax::Directory, 64),
    attribute("DC", "0.9.2342.19200300.100.1.25", Syntax::Ia5, 63),
    attribute("SERIALNUMBER", "2.5.4.5", Syntax::Printable, 64),
    attribute("emailAddress", "1.2.840.113549.1.9.1", Syntax::Ia5, 255),
    attribute("STREET", "2.5.4.9", Syntax::Directory, 128),
    attribute("postalCode", "2.5.4.17", Syntax::Directory, 40),
    attribute("UID", "0.9.2342.19200300.100.1.1", Syntax::Directory, 256),
    attribute("GN", "2.5.4.42", Syntax::Directory, 32_768),
    attribute("SN", "2.5.4.4", Syntax::Directory, 32_768),
    attribute("T", "2.5.4.12", Syntax::Directory, 64),
];

/// Others that RFC 5280 has rules for and names of signing requests and other CAs contain.
const READABLE: [AttributeType; 4] = [
    attribute("dnQualifier", "2.5.4.46", Syntax::Printable, 32_768),
    attribute("initials", "2.5.4.43", Syntax::Directory, 32_768),
    attribute("generationQualifier", "2.5.4.44", Syntax::Directory, 32_768),
    attribute("pseudonym", "2.5.4.65", Syntax::Directory, 128),
];

/// The attribute type of a key of `subject_name`, in any case.
pub(crate) fn by_key(key: &str) -> Option<&'static AttributeType> {
    let key = match key {
        "S" | "s" => "ST",
        "E" | "e" => "emailAddress",
        other => other,
    };
    WRITABLE
        .iter()
        .find(|known| known.key.eq_ignore_ascii_case(key))
}

/// What is known of an attribute type.
pub(crate) fn by_oid(oid: &[u8]) -> Option<&'static AttributeType> {
    WRITABLE
        .iter()
        .chain(&READABLE)
        .find(|known| known.oid.as_bytes() == oid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_in_any_case() {
        for known in &WRITABLE {
            for key in [known.key.to_lowercase(), known.key.to_uppercase()] {
                assert_eq!(by_key(&key).unwrap().oid, known.oid);
            }
            assert_eq!(by_oid(known.oid.as_bytes()).unwrap().key, known.key);
        }
        assert_eq!(by_key("s").unwrap().key, "ST");
        assert_eq!(by_key("e").unwrap().key, "emailAddress");
        assert!(by_key("").is_none() && by_key("CNN").is_none());
    }

    #[test]
    fn syntaxes_hold_their_characters() {
        assert!(Syntax::Country.holds("US") && !Syntax::Country.holds("U1"));
        assert!(!Syntax::Country.holds("USA") && !Syntax::Country.holds("Ä"));
        assert!(Syntax::Printable.holds("A-1 ('?)") && !Syntax::Printable.holds("a@b"));
        assert!(Syntax::Ia5.holds("a@b") && !Syntax::Ia5.holds("ä"));
    }
}
