//! Names in the form that they are compared in (RFC 5280 section 7.1).

use super::attribute::DOMAIN_COMPONENT;
use super::common_name::fold;
use super::name::{Ava, NameRef};

/// Equal for names that are the same: the same RDNs in the same order, each with the same
/// attributes in any order. Text is compared as [`fold`] says, whatever its string type, domain
/// components by ASCII case, other values by their bytes.
///
/// Made once for each name, because names are compared often and may be huge.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NameKey(Vec<u8>);

impl NameKey {
    /// The key of the DER of a Name.
    pub(crate) fn of(der: &[u8]) -> der::Result<Self> {
        let mut key = Vec::with_capacity(der.len());
        for rdn in NameRef::parse(der)?.rdns() {
            let mut attributes: Vec<Vec<u8>> = rdn.avas().map(|ava| attribute_key(&ava)).collect();
            attributes.sort_unstable();
            let content: Vec<u8> = attributes.iter().flat_map(|key| prefixed(key)).collect();
            key.extend(prefixed(&content));
        }
        Ok(Self(key))
    }

    /// Whether the first RDNs of this name are those of `base` (RFC 5280 section 4.2.1.10).
    pub(crate) fn is_within(&self, base: &Self) -> bool {
        // Each RDN starts with its length, so bytes that agree are whole RDNs.
        self.0.starts_with(&base.0)
    }

    /// Whether the name has no RDN.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

/// The bytes behind their length.
fn prefixed(bytes: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    length
        .to_be_bytes()
        .into_iter()
        .chain(bytes.iter().copied())
}

fn attribute_key(ava: &Ava<'_>) -> Vec<u8> {
    let text = match ava.text() {
        // RFC 5280 section 7.3.
        Ok(text) if ava.oid == DOMAIN_COMPONENT => text.to_ascii_lowercase(),
        Ok(text) => fold(&text),
        // The first octet of a raw attribute is that of a SEQUENCE, that of the others a zero.
        Err(_) => return ava.raw.to_vec(),
    };
    std::iter::once(0)
        .chain(prefixed(ava.oid.as_bytes()))
        .chain(text.bytes())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
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
    fn domain_components_keep_their_blanks() {
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
