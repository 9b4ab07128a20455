//! What holds of `validate_chain` for whatever it is given.

mod common;

use certwright::{ChainDefect, ChainRequest, ErrorCode, validate_chain};
use common::issue::{Cert, DAY, Key, basic_constraints, dns, key_usage, name_constraints, pem};
use common::{NOW, cases, policy};
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use std::error::Error;
use std::sync::LazyLock;

const HOST: &str = "www.example.com";

/// Two roots, and the leaf of a chain below the first.
const ROOT: usize = 0;
const OTHER_ROOT: usize = 1;

/// Certificates that are each other's issuers in many ways, good and bad. DER.
static POOL: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let (a, b) = (Cert::root("a"), Cert::root("b"));
    let (by_a, by_b) = (Cert::ca("ca 1", &a), Cert::ca("ca 1", &b));
    let mut expired = by_a.clone();
    expired.not_after = NOW - DAY;
    let mut early = by_a.clone();
    early.not_before = NOW + DAY;
    let mut forged = by_a.clone();
    forged.signer = Key::p256("forger");
    let second = Cert::ca("ca 2", &by_a);
    let certs = [
        a.clone(),
        b.clone(),
        by_a.clone(),
        by_b.clone(),
        expired,
        early,
        forged,
        by_b.clone().with(key_usage(0x80)),
        by_a.clone().with(basic_constraints(true, Some(0))),
        by_a.clone().with(name_constraints(&[], &[dns(HOST)])),
        by_b.with_key(Key::p256("twin")),
        second.clone(),
        second
            .with(basic_constraints(false, None))
            .with(key_usage(0x80)),
        Cert::ca("a", &b),
        Cert::ca("b", &a),
        Cert::ca("ca 1", &Cert::root("ca 2")),
    ];
    certs.iter().map(Cert::der).collect()
});

/// The leaf and those above it, up to the root of the pool. DER.
static CHAIN: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let root = Cert::root("a");
    let first = Cert::ca("ca 1", &root);
    let second = Cert::ca("ca 2", &first);
    let leaf = Cert::leaf(HOST, &second);
    [leaf, second, first, root].iter().map(Cert::der).collect()
});

fn request(leaf: &[u8], intermediates: &[&[u8]], anchors: &[&[u8]]) -> ChainRequest {
    let mut request = ChainRequest::new(pem(leaf)).with_peer_name(HOST);
    request.intermediate_certificates = intermediates.iter().map(|der| pem(der)).collect();
    request.trust_anchors = anchors.iter().map(|der| pem(der)).collect();
    request
}

/// The code and the rule, without the place, which is another in another order.
fn verdict(request: &ChainRequest) -> Result<(), (ErrorCode, String)> {
    let Err(error) = validate_chain(request, &policy()) else {
        return Ok(());
    };
    let source = error.source();
    let defect = source.and_then(|source| source.downcast_ref::<ChainDefect>());
    let rule = defect.map_or_else(String::new, |defect| defect.rule.to_string());
    Err((error.code(), rule))
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 1..200)
}

/// A certificate of the pool with some octets changed, taken out or put in.
fn mutilated() -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<Index>(), any::<u8>(), 0..3);
    let changes = prop::collection::vec(change, 1..6);
    (any::<Index>(), changes).prop_map(|(which, changes)| {
        let mut der = which.get(&POOL).clone();
        for (place, octet, kind) in changes {
            let place = place.index(der.len());
            match kind {
                0 => der[place] = octet,
                1 => der.insert(place, octet),
                _ => drop(der.remove(place)),
            }
        }
        der
    })
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn no_flipped_bit_validates(which in 0usize..3, place: Index, bit in 0u8..8) {
        let mut chain = CHAIN.clone();
        let place = place.index(chain[which].len());
        chain[which][place] ^= 1 << bit;
        let flipped = request(&chain[0], &[&chain[1], &chain[2]], &[&chain[3]]);
        prop_assert!(validate_chain(&flipped, &policy()).is_err());
    }

    #[test]
    fn order_does_not_matter(
        chosen in subsequence((2..16).collect::<Vec<usize>>(), 0..14).prop_shuffle(),
        anchors in subsequence(vec![ROOT, OTHER_ROOT, 2], 0..=3).prop_shuffle(),
        below_first: bool,
    ) {
        let leaf = if below_first {
            Cert::leaf(HOST, &Cert::root("ca 1")).der()
        } else {
            CHAIN[0].clone()
        };
        let ders = |places: &[usize]| -> Vec<&[u8]> {
            places.iter().map(|&place| POOL[place].as_slice()).collect()
        };
        let shuffled = request(&leaf, &ders(&chosen), &ders(&anchors));
        let (mut chosen, mut anchors) = (chosen, anchors);
        chosen.sort_unstable();
        anchors.sort_unstable();
        let sorted = request(&leaf, &ders(&chosen), &ders(&anchors));
        prop_assert_eq!(verdict(&shuffled), verdict(&sorted));
    }

    #[test]
    fn others_do_not_hurt(
        given in subsequence(POOL.clone(), 0..16),
        trusted in subsequence(POOL.clone(), 0..16),
        first: bool,
    ) {
        let mut intermediates: Vec<&[u8]> = given.iter().map(Vec::as_slice).collect();
        let place = if first { 0 } else { intermediates.len() };
        intermediates.splice(place..place, [CHAIN[1].as_slice(), CHAIN[2].as_slice()]);
        let mut anchors: Vec<&[u8]> = trusted.iter().map(Vec::as_slice).collect();
        anchors.push(&CHAIN[3]);
        prop_assert_eq!(verdict(&request(&CHAIN[0], &intermediates, &anchors)), Ok(()));
    }

    #[test]
    fn arbitrary_certificates_never_panic(leaf in bytes(), intermediate in bytes(), anchor in bytes()) {
        for [leaf, intermediate, anchor] in [
            [&leaf, &CHAIN[1], &CHAIN[3]],
            [&CHAIN[0], &intermediate, &CHAIN[3]],
            [&CHAIN[0], &CHAIN[1], &anchor],
        ] {
            prop_assert!(verdict(&request(leaf, &[intermediate], &[anchor])).is_err());
        }
    }

    #[test]
    fn mutilated_certificates_never_panic(leaf in mutilated(), intermediate in mutilated(), anchor in mutilated()) {
        let _ = verdict(&request(&leaf, &[&intermediate, &CHAIN[2]], &[&anchor, &CHAIN[3]]));
        let _ = verdict(&request(&CHAIN[0], &[&intermediate, &CHAIN[1]], &[&anchor]));
        let _ = verdict(&request(&CHAIN[0], &[&CHAIN[1], &CHAIN[2]], &[&anchor]));
    }

    #[test]
    fn arbitrary_text_never_panics(
        before in ".{0,20}",
        body in "[A-Za-z0-9+/=\\n]{0,200}",
        peer in ".{0,30}",
        cut: Index,
    ) {
        let whole = format!("{before}-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n");
        let good = pem(&CHAIN[0]);
        let part = &good[..cut.index(good.len())];
        for text in [&whole, part, &before] {
            let mut request = ChainRequest::new(text).with_peer_name(&*peer);
            prop_assert!(validate_chain(&request, &policy()).is_err());
            request = ChainRequest::new(&*good).with_intermediate(text).with_trust_anchor(pem(&CHAIN[3]));
            prop_assert!(validate_chain(&request, &policy()).is_err());
            request = ChainRequest::new(&*good).with_trust_anchor(text).with_peer_name(&*peer);
            prop_assert!(validate_chain(&request, &policy()).is_err());
        }
    }
}
