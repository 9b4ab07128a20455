//! Names in the form that they are compared in (RFC 5280 section 7.1).

use super::attribute::DOMAIN_COMPONENT;
use super::fold::fold_onto;
use super::{AttributeTypeAndValue, NameRef};

/// Equal for names that are the same: the same RDNs in the same order, each with the same
/// attributes in any order. Text is compared as [`fold_onto`] says, whatever its string type, domain
/// components by ASCII case, other values by their bytes.
///
/// Made once for each name, because names are compared often and may be huge.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NameKey(Vec<u8>);

impl NameKey {
    /// The key of the DER of a Name.
    pub(crate) fn of(der: &[u8]) -> der::Result<Self> {
        NameRef::parse(der).map(|name| Self::of_name(&name))
    }

    pub(crate) fn of_name(name: &NameRef<'_>) -> Self {
        let mut key = Vec::with_capacity(name.der.len());
        let mut attributes = Vec::new();
        for rdn in name.rdns() {
            with_length(&mut key, |key| {
                let start = key.len();
                attributes.clear();
                for attribute in rdn.attributes() {
                    let written = key.len();
                    with_length(key, |key| write_attribute(&attribute, key));
                    attributes.push(written - start..key.len() - start);
                }
                if attributes.len() > 1 {
                    let content = key.split_off(start);
                    attributes.sort_unstable_by_key(|attribute| &content[attribute.clone()]);
                    for attribute in &attributes {
                        key.extend_from_slice(&content[attribute.clone()]);
                    }
                }
            });
        }
        Self(key)
    }

    /// Whether the first RDNs of this name are those of `base` (RFC 5280 section 4.2.1.10).
    pub(crate) fn is_within(&self, base: &Self) -> bool {
        // Each RDN starts with its length, so bytes that agree are whole RDNs.
        self.0.starts_with(&base.0)
    }

    /// Whether the name is within `base`, or may be: values that are not text have no comparison
    /// that all agree on, so each may be that of the base.
    pub(crate) fn may_be_within(&self, base: &Self) -> bool {
        self.is_within(base)
            || parts(&base.0).zip(parts(&self.0)).all(|(base, rdn)| {
                let is_like = || parts(base).count() == parts(rdn).count();
                let is_raw = |attribute: &[u8]| attribute.first() != Some(&0);
                base == rdn || is_like() && parts(base).chain(parts(rdn)).any(is_raw)
            }) && parts(&base.0).count() <= parts(&self.0).count()
    }

    /// Whether the name has no RDN.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

/// What [`with_length`] wrote, one behind the other.
fn parts(mut key: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (length, rest) = key.split_first_chunk()?;
        let length = usize::try_from(u64::from_be_bytes(*length)).ok()?;
        let (part, rest) = rest.split_at_checked(length)?;
        key = rest;
        Some(part)
    })
}

/// Writes the length of what `write` writes before it.
fn with_length(key: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let start = key.len();
    key.extend_from_slice(&[0; 8]);
    write(key);
    let length = u64::try_from(key.len() - start - 8).unwrap_or(u64::MAX);
    key[start..start + 8].copy_from_slice(&length.to_be_bytes());
}

fn write_attribute(attribute: &AttributeTypeAndValue<'_>, key: &mut Vec<u8>) {
    let Ok(text) = attribute.text() else {
        // The first octet of a raw attribute is that of a SEQUENCE, that of the others a zero.
        return key.extend_from_slice(attribute.raw);
    };
    key.push(0);
    with_length(key, |key| key.extend_from_slice(attribute.oid.as_bytes()));
    if attribute.oid == DOMAIN_COMPONENT {
        // RFC 5280 section 7.3.
        key.extend(text.bytes().map(|byte| byte.to_ascii_lowercase()));
    } else {
        fold_onto(&text, key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::name::fold::fold;
    use crate::x509::name::tests::{CN, name};
    use proptest::prelude::*;

    const O: &str = "2.5.4.10";
    const DC: &str = "0.9.2342.19200300.100.1.25";

    fn same(a: &[u8], b: &[u8]) -> bool {
        NameKey::of(a).unwrap() == NameKey::of(b).unwrap()
    }

    fn within(name: &[u8], base: &[u8]) -> bool {
        NameKey::of(name)
            .unwrap()
            .is_within(&NameKey::of(base).unwrap())
    }

    #[test]
    fn text_is_compared_whatever_its_type() {
        let printable = name(&[&[(O, 0x13, b"My  Org ")], &[(CN, 0x13, b"ROOT")]]);
        let utf8 = name(&[&[(O, 0x0C, b"my org")], &[(CN, 0x1E, b"\0r\0o\0o\0t")]]);
        assert!(same(&printable, &utf8));
        let swapped = name(&[&[(CN, 0x13, b"ROOT")], &[(O, 0x13, b"My Org")]]);
        assert!(!same(&printable, &swapped));
        let shorter = name(&[&[(O, 0x0C, b"my org")]]);
        assert!(!same(&printable, &shorter));
        let octets = |value| name(&[&[(CN, 0x04, value)]]);
        assert!(!same(&octets(b"a"), &octets(b"A")));
        assert!(NameKey::of(b"a").is_err());
    }

    #[test]
    fn domain_components_keep_their_spaces() {
        let dc = |value| name(&[&[(DC, 0x16, value)]]);
        assert!(same(&dc(b"Example"), &dc(b"example")));
        assert!(!same(&dc(b"a b"), &dc(b"a  b")));
    }

    #[test]
    fn attributes_of_one_rdn_are_a_set() {
        let (a, b, c) = (
            (O, 0x0C, &b"a"[..]),
            (CN, 0x0C, &b"b"[..]),
            (DC, 0x16, &b"c"[..]),
        );
        assert!(same(
            &name(&[&[a, b, c]]),
            &name(&[&[c, (CN, 0x13, b"B"), a]])
        ));
        assert!(!same(&name(&[&[a, b]]), &name(&[&[a, c]])));
        assert!(!same(&name(&[&[a, a, b]]), &name(&[&[a, b, b]])));
        assert!(!same(&name(&[&[a, b]]), &name(&[&[a], &[b]])));
        assert!(!same(&name(&[&[a, b]]), &name(&[&[a]])));
    }

    #[test]
    fn subtrees_are_first_rdns() {
        let base = name(&[&[(O, 0x0C, b"org")]]);
        let inside = name(&[&[(O, 0x13, b"ORG")], &[(CN, 0x0C, b"a")]]);
        assert!(within(&inside, &base) && within(&base, &base));
        assert!(!within(&base, &inside));
        assert!(within(&inside, &[0x30, 0]) && !within(&[0x30, 0], &base));
        let other = name(&[&[(CN, 0x0C, b"a")], &[(O, 0x0C, b"org")]]);
        assert!(!within(&other, &base));
        let longer = name(&[&[(O, 0x0C, b"organic")]]);
        assert!(!within(&longer, &base) && !within(&base, &longer));
    }

    #[test]
    fn what_is_no_text_may_be_within() {
        let may = |name: &[u8], base: &[u8]| {
            NameKey::of(name)
                .unwrap()
                .may_be_within(&NameKey::of(base).unwrap())
        };
        let base = name(&[&[(O, 0x0C, b"org")], &[(CN, 0x0C, b"a")]]);
        let octets = name(&[
            &[(O, 0x04, b"org")],
            &[(CN, 0x0C, b"A")],
            &[(CN, 0x0C, b"b")],
        ]);
        let not_utf8 = name(&[&[(O, 0x0C, b"org")], &[(CN, 0x0C, b"\xff")]]);
        assert!(may(&octets, &base) && may(&not_utf8, &base) && may(&base, &not_utf8));
        let others = [
            name(&[&[(O, 0x04, b"org")], &[(CN, 0x0C, b"b")]]),
            name(&[&[(O, 0x04, b"org")]]),
            name(&[&[(O, 0x04, b"org"), (CN, 0x0C, b"x")], &[(CN, 0x0C, b"a")]]),
            name(&[&[(O, 0x0C, b"other")], &[(CN, 0x0C, b"a")]]),
        ];
        for other in others {
            assert!(!may(&other, &base), "{other:02x?}");
        }
    }

    proptest! {
        #[test]
        fn the_same_in_another_type_and_case(text in "[a-zA-Z0-9 ]{0,20}", other in "[a-zA-Z ]{0,5}") {
            let upper = text.to_uppercase();
            let a = name(&[&[(CN, 0x13, text.as_bytes())]]);
            let b = name(&[&[(CN, 0x0C, upper.as_bytes())]]);
            let c = name(&[&[(CN, 0x0C, other.as_bytes())]]);
            prop_assert!(same(&a, &b) && within(&a, &b));
            prop_assert_eq!(same(&a, &c), fold(&text) == fold(&other));
        }

        #[test]
        fn arbitrary_bytes_never_panic(der in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = NameKey::of(&der);
            prop_assert!(NameKey::of(&name(&[&[(CN, 0x1E, &der)]])).is_ok());
        }
    }
}
