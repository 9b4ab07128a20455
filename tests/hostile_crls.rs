//! Revocation lists of a million entries, made to take long: the time and the memory that each takes is
//! printed, and bounded.

mod common;
#[path = "common/counting.rs"]
mod counting;

use certwright::{
    Certificate, Crl, CrlStore, ErrorCode, PathOptions, Revocation, RevocationStatus, TrustStore,
    hooks::is_listed,
};
use common::issue::{Cert, Extension, Key, UNKNOWN, directory, name, sequence, tlv};
use common::list::REASON;
use counting::{Counting, count};
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const MILLION: usize = 1_000_000;
const ISSUER: &str = "2.5.29.29";

/// A list with these entries.
fn list(entries: &[u8]) -> Vec<u8> {
    let root = Cert::root("root");
    let tbs = sequence(&[
        tlv(2, &[1]),
        root.key.algorithm.clone(),
        root.subject.clone(),
        tlv(0x17, b"251201000000Z"),
        tlv(0x17, b"401201000000Z"),
        tlv(0x30, entries),
    ]);
    let signature = [&[0][..], &root.key.sign(&tbs)].concat();
    sequence(&[tbs, root.key.algorithm.clone(), tlv(3, &signature)])
}

/// So many entries of these serial numbers, with these extensions.
fn entries(
    count: usize,
    serial: impl Fn(u32) -> Vec<u8>,
    extensions: impl Fn(u32) -> Vec<Extension>,
) -> Vec<u8> {
    let date = tlv(0x17, b"251201000000Z");
    (0..u32::try_from(count).unwrap())
        .flat_map(|number| {
            let extensions: Vec<_> = extensions(number).iter().map(Extension::der).collect();
            let extensions = if extensions.is_empty() {
                Vec::new()
            } else {
                sequence(&extensions)
            };
            sequence(&[tlv(2, &serial(number)), date.clone(), extensions])
        })
        .collect()
}

fn spread(number: u32) -> Vec<u8> {
    let octets = number.wrapping_mul(2_654_435_761).to_be_bytes();
    [&[0x11][..], &octets, &[7; 11]].concat()
}

/// Like those of a CA that counts: they differ only behind what is compared first.
fn alike(number: u32) -> Vec<u8> {
    [&[7; 16][..], &number.to_be_bytes()].concat()
}

fn reason(number: u8) -> Extension {
    Extension::new(REASON, tlv(10, &[number]))
}

#[test]
fn a_million_entries_take_bounded_time_and_memory() {
    let none = |_| Vec::new();
    let rows = [
        (
            "in no order",
            MILLION,
            entries(MILLION, spread, none),
            spread as fn(u32) -> Vec<u8>,
        ),
        (
            "downwards",
            MILLION,
            entries(MILLION, |number| alike(999_999 - number), none),
            alike,
        ),
        (
            "odd extensions",
            MILLION / 2,
            entries(MILLION / 2, spread, |number| {
                vec![
                    reason(1),
                    Extension::new(UNKNOWN, number.to_be_bytes().to_vec()),
                ]
            }),
            spread,
        ),
        (
            "one number, removed and revoked",
            MILLION,
            entries(
                MILLION,
                |_| alike(0),
                |number| vec![reason(if number == 0 { 1 } else { 8 })],
            ),
            |_| alike(0),
        ),
        (
            "numbers of 100 octets",
            MILLION / 2,
            entries(
                MILLION / 2,
                |number| [&[7; 96][..], &number.to_be_bytes()].concat(),
                none,
            ),
            |number| [&[7; 96][..], &number.to_be_bytes()].concat(),
        ),
    ];
    for (name, many, entries, serial) in rows {
        let der = list(&entries);
        let octets = der.len();
        let start = Instant::now();
        let (crl, used) = count(|| Crl::from_der(der).unwrap());
        let read = start.elapsed();
        assert_eq!(crl.len(), many);
        let wanted: Vec<_> = (0..1000).map(|number| serial(number * 7 % 1000)).collect();
        let start = Instant::now();
        let (found, looking) = count(|| wanted.iter().filter(|one| is_listed(&crl, one)).count());
        let look_up = start.elapsed() / 1000;
        let (read_ms, bytes) = (read.as_millis(), used.peak / many);
        println!(
            "{name}: {many} entries in {octets} octets are read in {read_ms} ms with {bytes} octets \
             each on the heap beside the DER; a look-up takes {look_up:?}"
        );
        assert_eq!(found, 1000, "{name}");
        assert!(read < Duration::from_secs(20), "{name}: {read:?}");
        assert!(
            used.peak < 60 * many && used.kept < 17 * many,
            "{name}: {used:?}"
        );
        assert!(look_up < Duration::from_millis(5), "{name}: {look_up:?}");
        assert!(looking.peak < 10_000, "{name}: {looking:?}");
    }
}

/// A peer whose CA issues any number of certificates to the name of the list's issuer.
#[test]
fn a_long_list_is_hashed_once_for_all_keys() {
    let top = Cert::root("top");
    let evil = Cert::ca("evil", &top);
    let of_issuer: Vec<_> = (0..150)
        .map(|number| Cert::ca("root", &evil).with_key(Key::p256(&format!("key {number}"))))
        .collect();
    let leaf = Cert::leaf("a.example", &of_issuer[0]);
    let parsed = |cert: &Cert| Certificate::from_der(&cert.der()).unwrap();
    let others: Vec<_> = of_issuer.iter().chain([&evil]).map(parsed).collect();
    let der = list(&entries(MILLION / 2, spread, |_| Vec::new()));
    let octets = der.len();
    let crls = CrlStore::new([Crl::from_der(der).unwrap()]);
    let options = PathOptions::any().with_revocation(Revocation::WhereGiven, crls);
    let start = Instant::now();
    let verdict = TrustStore::new([parsed(&top)]).verify(
        &parsed(&leaf),
        &others,
        &options,
        &common::policy(),
    );
    let time = start.elapsed();
    println!("150 keys for a list of {octets} octets: {time:?}");
    assert_eq!(
        verdict.unwrap().path[0].revocation,
        RevocationStatus::Unknown
    );
    assert!(time < Duration::from_secs(3), "{time:?}");
}

#[test]
fn more_issuers_than_any_list_has_are_refused_early() {
    let issuers = entries(MILLION / 10, spread, |number| {
        let issuer = directory(&name(&number.to_string()));
        vec![Extension::critical(ISSUER, sequence(&[issuer]))]
    });
    let der = list(&issuers);
    let start = Instant::now();
    let (verdict, used) = count(|| Crl::from_der(der));
    println!(
        "100000 issuers: refused in {:?}, {} octets on the heap",
        start.elapsed(),
        used.peak
    );
    assert_eq!(verdict.unwrap_err().code(), ErrorCode::OutOfMemory);
    assert!(used.peak < 10_000_000 && start.elapsed() < Duration::from_secs(5));
}
