//! Comparing names (RFC 5280 section 7.1).

use super::attribute::DOMAIN_COMPONENT;
use super::common_name::{case_ignore_match, fold};
use super::name::{Ava, NameRef, Rdn};

/// Whether two DER names are the same: the same RDNs in the same order, each with the same
/// attributes in any order. Text is compared as [`fold`] says, whatever its string types, domain
/// components by ASCII case, other values by their bytes.
///
/// A name that is not readable is the same as its own bytes only.
pub(crate) fn same_name(a: &[u8], b: &[u8]) -> bool {
    if a == b {
        return true;
    }
    let (Ok(a), Ok(b)) = (NameRef::parse(a), NameRef::parse(b)) else {
        return false;
    };
    a.rdns().count() == b.rdns().count() && a.rdns().zip(b.rdns()).all(|(a, b)| same_rdn(a, b))
}

/// Whether `name` lies in the subtree of `base`: its first RDNs are those of `base` (RFC 5280
/// section 4.2.1.10). Callers read both names first: one that is not readable is in no subtree.
pub(crate) fn within(name: &[u8], base: &[u8]) -> bool {
    let (Ok(name), Ok(base)) = (NameRef::parse(name), NameRef::parse(base)) else {
        return false;
    };
    base.rdns().count() <= name.rdns().count()
        && name.rdns().zip(base.rdns()).all(|(a, b)| same_rdn(a, b))
}

fn same_rdn(a: Rdn<'_>, b: Rdn<'_>) -> bool {
    match (a.single(), b.single()) {
        (Some(a), Some(b)) => same_ava(&a, &b),
        // Sorted, because comparing each with each would let a huge SET take quadratic time.
        (None, None) => sorted_keys(a) == sorted_keys(b),
        _ => false,
    }
}

fn same_ava(a: &Ava<'_>, b: &Ava<'_>) -> bool {
    if a.raw == b.raw {
        return true;
    }
    if a.oid != b.oid {
        return false;
    }
    let (Ok(text_a), Ok(text_b)) = (a.text(), b.text()) else {
        return false;
    };
    if a.oid == DOMAIN_COMPONENT {
        // RFC 5280 section 7.3.
        text_a.eq_ignore_ascii_case(&text_b)
    } else {
        case_ignore_match(&text_a, &text_b)
    }
}

fn sorted_keys(rdn: Rdn<'_>) -> Vec<Vec<u8>> {
    let mut keys: Vec<Vec<u8>> = rdn.avas().map(|ava| key(&ava)).collect();
    keys.sort_unstable();
    keys
}

/// Equal for attributes that [`same_ava`] holds for the same.
fn key(ava: &Ava<'_>) -> Vec<u8> {
    let Ok(text) = ava.text() else {
        return ava.raw.to_vec();
    };
    let text = if ava.oid == DOMAIN_COMPONENT {
        text.to_ascii_lowercase()
    } else {
        fold(&text)
    };
    let oid = ava.oid.as_bytes();
    // The first octet of a raw attribute is that of a SEQUENCE; that of a key is none.
    [
        &[0, u8::try_from(oid.len()).unwrap_or(u8::MAX)],
        oid,
        text.as_bytes(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::name::tests::{CN, name};
    use proptest::prelude::*;
    use std::time::Instant;

    const O: &str = "2.5.4.10";
    const DC: &str = "0.9.2342.19200300.100.1.25";

    #[test]
    fn text_is_compared_whatever_its_type() {
        let printable = name(&[&[(O, 0x13, b"My  Org ")], &[(CN, 0x13, b"ROOT")]]);
        let utf8 = name(&[&[(O, 0x0C, b"my org")], &[(CN, 0x1E, b"\0r\0o\0o\0t")]]);
        assert!(same_name(&printable, &utf8));
        let swapped = name(&[&[(CN, 0x13, b"ROOT")], &[(O, 0x13, b"My Org")]]);
        assert!(!same_name(&printable, &swapped));
        let shorter = name(&[&[(O, 0x0C, b"my org")]]);
        assert!(!same_name(&printable, &shorter));
        let octets = |value| name(&[&[(CN, 0x04, value)]]);
        assert!(!same_name(&octets(b"a"), &octets(b"A")));
        assert!(!same_name(b"a", b"b") && same_name(b"a", b"a"));
    }

    #[test]
    fn domain_components_keep_their_blanks() {
        let dc = |value| name(&[&[(DC, 0x16, value)]]);
        assert!(same_name(&dc(b"Example"), &dc(b"example")));
        assert!(!same_name(&dc(b"a b"), &dc(b"a  b")));
    }

    #[test]
    fn attributes_of_one_rdn_are_a_set() {
        let (a, b, c) = (
            (O, 0x0C, &b"a"[..]),
            (CN, 0x0C, &b"b"[..]),
            (DC, 0x16, &b"c"[..]),
        );
        assert!(same_name(
            &name(&[&[a, b, c]]),
            &name(&[&[c, (CN, 0x13, b"B"), a]])
        ));
        assert!(!same_name(&name(&[&[a, b]]), &name(&[&[a, c]])));
        assert!(!same_name(&name(&[&[a, a, b]]), &name(&[&[a, b, b]])));
        assert!(!same_name(&name(&[&[a, b]]), &name(&[&[a], &[b]])));
        assert!(!same_name(&name(&[&[a, b]]), &name(&[&[a]])));
    }

    #[test]
    fn a_huge_rdn_takes_no_quadratic_time() {
        let values: Vec<[u8; 4]> = (0..50_000_u32)
            .map(|n| (n | 0x4040_4040).to_be_bytes())
            .collect();
        let forward: Vec<_> = values.iter().map(|value| (CN, 0x13, &value[..])).collect();
        let backward: Vec<_> = forward.iter().rev().copied().collect();
        let start = Instant::now();
        assert!(same_name(&name(&[&forward]), &name(&[&backward])));
        assert!(start.elapsed().as_secs() < 10);
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
        assert!(!within(b"a", b"a"));
    }

    proptest! {
        #[test]
        fn the_same_in_another_type_and_case(text in "[a-zA-Z0-9 ]{0,20}", other in "[a-zA-Z ]{0,5}") {
            let upper = text.to_uppercase();
            let a = name(&[&[(CN, 0x13, text.as_bytes())]]);
            let b = name(&[&[(CN, 0x0C, upper.as_bytes())]]);
            let c = name(&[&[(CN, 0x0C, other.as_bytes())]]);
            prop_assert!(same_name(&a, &b) && within(&a, &b));
            prop_assert_eq!(same_name(&a, &c), fold(&text) == fold(&other));
        }

        #[test]
        fn arbitrary_bytes_never_panic(a in prop::collection::vec(any::<u8>(), 0..40), b in prop::collection::vec(any::<u8>(), 0..40)) {
            let (name_a, name_b) = (name(&[&[(CN, 0x0C, &a)]]), name(&[&[(CN, 0x1E, &b)]]));
            let _ = (same_name(&a, &b), within(&a, &b), same_name(&name_a, &name_b));
        }
    }
}
