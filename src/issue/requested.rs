//! What a signing request asks for. What of it is granted is up to [`Profile`](super::profile).

use crate::x509::der::element::Elements;
use crate::x509::der::oid::Oid;
use crate::x509::extension::Extensions;
use crate::x509::usage::PURPOSES_MAX;
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::{
    ID_CE_AUTHORITY_KEY_IDENTIFIER, ID_CE_BASIC_CONSTRAINTS, ID_CE_EXT_KEY_USAGE, ID_CE_KEY_USAGE,
    ID_CE_SUBJECT_ALT_NAME, ID_CE_SUBJECT_KEY_IDENTIFIER,
};
use der::{Decode, Tag};
use std::fmt;
use x509_cert::ext::pkix::KeyUsage;

/// The extensions of a request that the engine knows; others are passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequestedExtensions<'a> {
    pub(crate) to_be_ca: bool,
    pub(crate) key_usage: Option<KeyUsage>,
    /// Each once.
    pub(crate) extended_key_usages: Vec<Oid<'a>>,
    /// DER of a SubjectAltName of at least one name, which is not checked.
    pub(crate) alternatives: Option<&'a [u8]>,
    /// Extensions that no certificate is granted, but for those that every certificate has anyway.
    pub(crate) others: Vec<Oid<'a>>,
}

/// Why the extensions of a request are not readable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestedExtensionsDefect {
    Unreadable(&'static str, der::Error),
    TooManyPurposes(usize),
}

impl fmt::Display for RequestedExtensionsDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(extension, error) => {
                write!(f, "its {extension} is not readable: {error}")
            }
            Self::TooManyPurposes(count) => write!(
                f,
                "it asks for {count} extended key usages; accepted are at most {PURPOSES_MAX}"
            ),
        }
    }
}

impl std::error::Error for RequestedExtensionsDefect {}

impl<'a> RequestedExtensions<'a> {
    /// Reads all of them, so that one that is malformed is reported before anything is checked.
    pub(crate) fn read(extensions: &Extensions<'a>) -> Result<Self, RequestedExtensionsDefect> {
        let find = |oid| extensions.find(oid).map(|extension| extension.value);
        let to_be_ca = find(ID_CE_BASIC_CONSTRAINTS)
            .map(to_be_ca)
            .transpose()
            .map_err(|error| RequestedExtensionsDefect::Unreadable("basicConstraints", error))?
            .unwrap_or(false);
        let key_usage = extensions
            .get()
            .transpose()
            .map_err(|error| RequestedExtensionsDefect::Unreadable("keyUsage", error))?;
        let extended_key_usages = find(ID_CE_EXT_KEY_USAGE)
            .map(purposes)
            .transpose()
            .map_err(|error| RequestedExtensionsDefect::Unreadable("extendedKeyUsage", error))?;
        let mut extended_key_usages = extended_key_usages.unwrap_or_default();
        if extended_key_usages.len() > PURPOSES_MAX {
            let count = extended_key_usages.len();
            return Err(RequestedExtensionsDefect::TooManyPurposes(count));
        }
        collapse(&mut extended_key_usages);
        let alternatives = find(ID_CE_SUBJECT_ALT_NAME)
            .map(some_names)
            .transpose()
            .map_err(|error| RequestedExtensionsDefect::Unreadable("subjectAltName", error))?
            .flatten();
        Ok(Self {
            to_be_ca,
            key_usage,
            extended_key_usages,
            alternatives,
            others: extensions
                .iter()
                .map(|extension| extension.oid)
                .filter(|oid| !KNOWN.iter().any(|known| *oid == *known))
                .collect(),
        })
    }
}

/// Extensions that are granted, or that a certificate has without being asked.
const KNOWN: [ObjectIdentifier; 6] = [
    ID_CE_BASIC_CONSTRAINTS,
    ID_CE_KEY_USAGE,
    ID_CE_EXT_KEY_USAGE,
    ID_CE_SUBJECT_ALT_NAME,
    ID_CE_SUBJECT_KEY_IDENTIFIER,
    ID_CE_AUTHORITY_KEY_IDENTIFIER,
];

/// The elements of an `ExtKeyUsageSyntax`; one without any, which DER does not have, asks for nothing.
fn purposes(value: &[u8]) -> der::Result<Vec<Oid<'_>>> {
    let mut list = Elements::of_sequence(value)?;
    let mut purposes = Vec::new();
    while !list.is_empty() {
        purposes.push(list.oid()?);
    }
    Ok(purposes)
}

/// `cA` of BasicConstraints. The path length, which is not granted, may be any number.
fn to_be_ca(value: &[u8]) -> der::Result<bool> {
    let mut fields = Elements::of_sequence(value)?;
    let flag = fields.optional(Tag::Boolean)?;
    fields.optional(Tag::Integer)?;
    fields.finish()?;
    flag.map_or(Ok(false), |flag| bool::from_der(flag.raw))
}

/// Leaves of equal elements the first.
fn collapse<T: PartialEq>(list: &mut Vec<T>) {
    for index in (0..list.len()).rev() {
        if list[..index].contains(&list[index]) {
            list.remove(index);
        }
    }
}

/// The value, if it is a list of at least one element: an empty one asks for nothing.
fn some_names(value: &[u8]) -> der::Result<Option<&[u8]>> {
    let names = Elements::of_sequence(value)?;
    for name in names {
        name?;
    }
    Ok((!names.is_empty()).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::der::write::{BOOLEAN, INTEGER, OID, SEQUENCE, element};
    use crate::x509::extension;

    fn read(
        oid: ObjectIdentifier,
        value: &[u8],
    ) -> Result<RequestedExtensions<'static>, RequestedExtensionsDefect> {
        let mut list = Vec::new();
        extension::write(oid, false, value, &mut list);
        let der: &'static [u8] = element(SEQUENCE, &list).leak();
        RequestedExtensions::read(&Extensions::parse(der).unwrap())
    }

    fn nothing() -> RequestedExtensions<'static> {
        RequestedExtensions::read(&Extensions::default()).unwrap()
    }

    #[test]
    fn empty_lists_ask_for_nothing() {
        let empty = element(SEQUENCE, &[]);
        for oid in [ID_CE_BASIC_CONSTRAINTS, ID_CE_SUBJECT_ALT_NAME] {
            assert_eq!(read(oid, &empty), Ok(nothing()));
        }
        assert_eq!(read(ID_CE_EXT_KEY_USAGE, &empty), Ok(nothing()));
    }

    #[test]
    fn any_path_length_is_passed_over() {
        let ca = element(BOOLEAN, &[0xff]);
        for length in [&[0][..], &[1, 44], &[0xff], &[1; 40]] {
            let value = element(SEQUENCE, &[ca.clone(), element(INTEGER, length)].concat());
            assert!(read(ID_CE_BASIC_CONSTRAINTS, &value).unwrap().to_be_ca);
        }
        let not = element(SEQUENCE, &element(BOOLEAN, &[0]));
        assert!(!read(ID_CE_BASIC_CONSTRAINTS, &not).unwrap().to_be_ca);
    }

    #[test]
    fn malformed_extensions_are_named() {
        let odd = element(INTEGER, &[1]);
        for (oid, name) in [
            (ID_CE_BASIC_CONSTRAINTS, "basicConstraints"),
            (ID_CE_KEY_USAGE, "keyUsage"),
            (ID_CE_EXT_KEY_USAGE, "extendedKeyUsage"),
            (ID_CE_SUBJECT_ALT_NAME, "subjectAltName"),
        ] {
            let defect = read(oid, &odd).unwrap_err();
            assert!(
                matches!(defect, RequestedExtensionsDefect::Unreadable(part, _) if part == name)
            );
        }
        let padded = element(SEQUENCE, &element(OID, &[0x2a, 0x80, 0x03]));
        assert!(read(ID_CE_EXT_KEY_USAGE, &padded).is_err());
        let cut = element(SEQUENCE, &[0x82, 5, b'a']);
        assert!(read(ID_CE_SUBJECT_ALT_NAME, &cut).is_err());
    }

    #[test]
    fn what_is_never_granted_is_listed() {
        let oid = ObjectIdentifier::new_unwrap("1.2.3");
        let asked = read(oid, &[5, 0]).unwrap();
        assert_eq!(asked.others, [Oid::known(b"\x2a\x03")]);
        let identifier = read(ID_CE_SUBJECT_KEY_IDENTIFIER, &[4, 0]).unwrap();
        assert_eq!(identifier, nothing());
    }

    #[test]
    fn of_equal_elements_the_first_stays() {
        let mut list = vec![1, 2, 1, 3, 3, 2, 4];
        collapse(&mut list);
        assert_eq!(list, [1, 2, 3, 4]);
    }

    #[test]
    fn the_number_of_purposes_is_limited() {
        let list = |count| element(SEQUENCE, &element(OID, &[0x2a, 3]).repeat(count));
        assert!(read(ID_CE_EXT_KEY_USAGE, &list(PURPOSES_MAX)).is_ok());
        assert_eq!(
            read(ID_CE_EXT_KEY_USAGE, &list(101)),
            Err(RequestedExtensionsDefect::TooManyPurposes(101))
        );
    }
}
