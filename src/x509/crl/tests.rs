use super::*;
use crate::x509::der::write::{INTEGER, OCTET_STRING, OID, SEQUENCE, element};
use crate::x509::name::tests::{CN, name};
use proptest::prelude::*;

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    element(SEQUENCE, &parts.concat())
}

fn extension(oid: ObjectIdentifier, critical: bool, value: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    crate::x509::extension::write(oid, critical, value, &mut out);
    out
}

fn entry(serial: &[u8], extensions: &[Vec<u8>]) -> Vec<u8> {
    let mut parts = vec![element(INTEGER, serial), element(0x17, b"260101000000Z")];
    if !extensions.is_empty() {
        parts.push(sequence(extensions));
    }
    sequence(&parts)
}

fn reason(number: u8) -> Vec<u8> {
    extension(oid::ID_CE_CRL_REASONS, false, &[10, 1, number])
}

fn issuer() -> Vec<u8> {
    name(&[&[(CN, 0x0c, b"ca")]])
}

fn crl(entries: &[Vec<u8>], extensions: &[Vec<u8>]) -> Vec<u8> {
    let algorithm = sequence(&[element(OID, b"\x2a\x86\x48\xce\x3d\x04\x03\x02")]);
    let mut fields = vec![
        element(INTEGER, &[1]),
        algorithm.clone(),
        issuer(),
        element(0x17, b"260101000000Z"),
        element(0x17, b"270101000000Z"),
    ];
    if !entries.is_empty() {
        fields.push(sequence(entries));
    }
    if !extensions.is_empty() {
        fields.push(element(0xa0, &sequence(extensions)));
    }
    sequence(&[sequence(&fields), algorithm, element(3, &[0, 1, 2])])
}

fn reason_of(der: &[u8], serial: &[u8]) -> Option<u8> {
    let layout = CrlLayout::read(der).unwrap();
    let own = layout.issuer_key.clone();
    layout.find(der, &own, serial).map(|entry| entry.reason)
}

#[test]
fn entries_are_found_whatever_their_order() {
    let der = crl(
        &[
            entry(&[9], &[reason(4)]),
            entry(&[1; 20], &[]),
            entry(&[1; 9], &[reason(1)]),
            entry(&[1, 1, 1, 1, 1, 1, 1, 1, 0], &[reason(5)]),
            entry(&[0, 0xff], &[reason(6)]),
        ],
        &[],
    );
    let found = |serial: &[u8]| reason_of(&der, serial);
    assert_eq!(
        (found(&[9]), found(&[1; 20]), found(&[1; 9])),
        (Some(4), Some(0), Some(1))
    );
    assert_eq!(found(&[1, 1, 1, 1, 1, 1, 1, 1, 0]), Some(5));
    assert_eq!((found(&[0, 0xff]), found(&[0xff])), (Some(6), None));
    assert_eq!(
        (found(&[1; 8]), found(&[]), found(&[0])),
        (None, None, None)
    );
}

#[test]
fn of_doubled_serials_the_one_that_revokes_counts() {
    let entries = [
        entry(&[5], &[reason(8)]),
        entry(&[5], &[reason(1)]),
        entry(&[6], &[reason(8)]),
    ];
    let der = crl(&entries, &[]);
    assert_eq!(
        (reason_of(&der, &[5]), reason_of(&der, &[6])),
        (Some(1), Some(8))
    );
}

#[test]
fn of_more_than_are_looked_at_one_may_revoke() {
    for (removed, found) in [
        (1, 1),
        (DOUBLES_MAX, 1),
        (DOUBLES_MAX + 1, 0),
        (2 * DOUBLES_MAX, 0),
    ] {
        let mut entries = vec![entry(&[9], &[reason(8)]); removed];
        entries.push(entry(&[9], &[reason(1)]));
        assert_eq!(
            reason_of(&crl(&entries, &[]), &[9]),
            Some(found),
            "{removed}"
        );
    }
    let removed = vec![entry(&[9], &[reason(8)]); DOUBLES_MAX];
    assert_eq!(reason_of(&crl(&removed, &[]), &[9]), Some(8));
}

#[test]
fn an_entry_names_the_issuer_of_those_behind_it_too() {
    let of = |common_name: &[u8]| {
        let names = sequence(&[element(0xa4, &name(&[&[(CN, 0x0c, common_name)]]))]);
        extension(oid::ID_CE_CERTIFICATE_ISSUER, true, &names)
    };
    let der = crl(
        &[
            entry(&[1], &[]),
            entry(&[2], &[of(b"other")]),
            entry(&[3], &[]),
            entry(&[4], &[of(b"ca")]),
        ],
        &[],
    );
    let layout = CrlLayout::read(&der).unwrap();
    let other = NameKey::of(&name(&[&[(CN, 0x0c, b"Other")]])).unwrap();
    let is_there = |issuer: &NameKey, serial: u8| layout.find(&der, issuer, &[serial]).is_some();
    let found = |issuer: &NameKey| {
        (1..=4)
            .filter(|serial| is_there(issuer, *serial))
            .collect::<Vec<u8>>()
    };
    assert_eq!(
        (found(&layout.issuer_key), found(&other)),
        (vec![1, 4], vec![2, 3])
    );
    assert_eq!(layout.len(), 4);
}

#[test]
fn what_cannot_be_used() {
    let unknown = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.1");
    let refused = |entries: &[Vec<u8>], extensions: &[Vec<u8>]| {
        CrlLayout::read(&crl(entries, extensions)).err()
    };
    assert_eq!(refused(&[], &[extension(unknown, false, &[5, 0])]), None);
    let critical = extension(unknown, true, &[5, 0]);
    assert_eq!(
        refused(&[], std::slice::from_ref(&critical)),
        Some(BadCrl::CriticalExtension)
    );
    assert_eq!(
        refused(&[entry(&[1], &[critical])], &[]),
        Some(BadCrl::CriticalExtension)
    );
    assert_eq!(refused(&[entry(&[0, 1], &[])], &[]), Some(ENTRY));
    assert_eq!(refused(&[entry(&[1], &[reason(7)])], &[]), Some(ENTRY));
    assert_eq!(refused(&[element(OCTET_STRING, &[])], &[]), Some(ENTRY));
    let number = extension(oid::ID_CE_CRL_NUMBER, false, &[2, 1, 0xff]);
    assert_eq!(refused(&[], &[number]), Some(BadCrl::Part("cRLNumber")));
    assert!(CrlLayout::read(&[]).is_err());
}

#[test]
fn numbers_compare_by_size() {
    let numbered = |content: &[u8]| {
        crl(
            &[],
            &[extension(
                oid::ID_CE_CRL_NUMBER,
                false,
                &element(INTEGER, content),
            )],
        )
    };
    let (small, large) = (numbered(&[0x7f]), numbered(&[1, 0]));
    let read = |der| CrlLayout::read(der).unwrap();
    assert!(read(&small).number(&small) < read(&large).number(&large));
    assert_eq!(read(&small).base(&small), None);
}

proptest! {
    #[test]
    fn every_entry_is_found(serials in prop::collection::btree_set(prop::collection::vec(1_u8..0x80, 1..12), 1..40), other in prop::collection::vec(1_u8..0x80, 1..12), rotation in 0_usize..40) {
        let mut list: Vec<_> = serials.iter().map(|serial| entry(serial, &[])).collect();
        let middle = rotation % list.len();
        list.rotate_left(middle);
        let der = crl(&list, &[]);
        for serial in &serials {
            prop_assert_eq!(reason_of(&der, serial), Some(0));
        }
        prop_assert_eq!(reason_of(&der, &other).is_some(), serials.contains(&other));
    }

    #[test]
    fn arbitrary_bytes_never_panic(mut der in prop::collection::vec(any::<u8>(), 0..80), at in 0_usize..200, octet in any::<u8>()) {
        let _ = CrlLayout::read(&der);
        let _ = CrlLayout::read(&crl(&[der.clone()], &[]));
        der = crl(&[entry(&[1], &[reason(1)])], &[extension(oid::ID_CE_CRL_NUMBER, false, &[2, 1, 1])]);
        let at = at % der.len();
        der[at] = octet;
        if let Ok(layout) = CrlLayout::read(&der) {
            let _ = layout.find(&der, &layout.issuer_key, &[1]);
        }
    }
}
