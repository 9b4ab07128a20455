//! Certificates and texts as large as they may be, and deeply nested.

use super::{HOST, Hostile, NO_ISSUER, Outcome, UNREADABLE, anchored, hostile, of_ders};
use crate::common::issue::{
    ALTERNATIVE_NAMES, Cert, EXTENDED_KEY_USAGE, Extension, Key, NAME_CONSTRAINTS, POLICIES,
    UNKNOWN, oid, rdn, sequence, tlv,
};
use certwright::{ErrorCode, Limit};

pub fn inputs() -> Vec<Hostile> {
    let mut inputs = nested_ones();
    inputs.extend(long_lists());
    inputs.extend(texts());
    inputs
}

fn root() -> Cert {
    Cert::root("root")
}

fn leaf() -> Cert {
    Cert::leaf(HOST, &root())
}

/// A good chain whose leaf has this extension.
fn with_extension(
    name: &'static str,
    oid: &'static str,
    value: Vec<u8>,
    outcome: Outcome,
) -> Hostile {
    let leaf = leaf().with(Extension::new(oid, value));
    anchored(name, &[leaf, root()], outcome)
}

fn nested_ones() -> Vec<Hostile> {
    let nested = nested(5_000);
    let (mut subject, mut key) = (leaf(), leaf());
    subject.subject.clone_from(&nested);
    key.key = Key::public(nested.clone());
    let extension = |name, oid| with_extension(name, oid, nested.clone(), UNREADABLE);
    vec![
        hostile("nested-subject", &[subject], UNREADABLE),
        hostile("nested-key", &[key], NO_ISSUER),
        of_ders("nested-all", std::slice::from_ref(&nested), UNREADABLE),
        extension("nested-names", ALTERNATIVE_NAMES),
        extension("nested-constraints", NAME_CONSTRAINTS),
    ]
}

/// So many SEQUENCEs, each within the one before.
fn nested(depth: usize) -> Vec<u8> {
    let mut headers: Vec<Vec<u8>> = Vec::new();
    let mut length = 0;
    for _ in 0..depth {
        let mut header = tlv(0x30, &vec![0; length]);
        header.truncate(header.len() - length);
        length += header.len();
        headers.push(header);
    }
    headers.into_iter().rev().flatten().collect()
}

fn long_lists() -> Vec<Hostile> {
    let text = |number: usize| number.to_string();
    let rdns: Vec<_> = (0..20_000)
        .map(|number| rdn("2.5.4.11", 0x0c, &text(number)))
        .collect();
    let attributes: Vec<_> = (0..20_000)
        .rev()
        .map(|number| sequence(&[oid("2.5.4.11"), tlv(0x0c, text(number).as_bytes())]))
        .collect();
    let in_one = sequence(&[tlv(0x31, &attributes.concat())]);
    let policies: Vec<_> = (16_384..46_384u32)
        .map(|number| sequence(&[tlv(6, &[&[0x2a][..], &base_128(number)].concat())]))
        .collect();
    let usages = vec![oid("1.3.6.1.5.5.7.3.1"); 30_000];
    vec![
        with_extension(
            "30000-policies",
            POLICIES,
            sequence(&policies),
            Outcome::Good,
        ),
        with_extension(
            "30000-usages",
            EXTENDED_KEY_USAGE,
            sequence(&usages),
            Outcome::Good,
        ),
        named("4-of-20000-rdns", &sequence(&rdns), 4, NO_ISSUER),
        named("4-of-20000-attributes-in-an-rdn", &in_one, 4, NO_ISSUER),
        named(
            "30-of-20000-rdns",
            &sequence(&rdns),
            30,
            Outcome::Over(Limit::Octets),
        ),
    ]
}

/// So many CAs of one name, each with its own key, none of which signs.
fn named(name: &'static str, subject: &[u8], count: usize, outcome: Outcome) -> Hostile {
    let mut leaf = leaf();
    leaf.issuer = subject.to_vec();
    let mut certs = vec![leaf];
    certs.extend((0..count).map(|number| {
        let mut root = root().with_key(Key::p256(&format!("many {number}")));
        root.subject = subject.to_vec();
        root
    }));
    hostile(name, &certs, outcome)
}

fn texts() -> Vec<Hostile> {
    let junk = Extension::new(UNKNOWN, vec![0xa5; 750_000]);
    let big = [leaf(), root()].map(|cert| cert.with(junk.clone()));
    let followed_by = |name, text: &str, count, outcome| {
        let mut hostile = anchored(name, &[leaf(), root()], outcome);
        hostile.request.public_certificate += &text.repeat(count);
        hostile
    };
    let block = "-----BEGIN X-----\n-----END X-----\n";
    let too_large = Outcome::Code(ErrorCode::OutOfMemory);
    vec![
        anchored("1-mib-certificates", &big, Outcome::Good),
        followed_by(
            "1-mib-of-text",
            "----BEGIN -----END \n",
            50_000,
            Outcome::Good,
        ),
        followed_by("1-mib-of-blocks", block, 30_000, Outcome::Good),
        followed_by("more-than-1-mib", block, 40_000, too_large),
        followed_by("65-in-one-text", &root().pem(), 64, too_large),
    ]
}

/// A number as a component of an object identifier.
fn base_128(number: u32) -> Vec<u8> {
    let octet = |shift: u32| u8::try_from(number >> shift & 0x7f).unwrap();
    vec![octet(14) | 0x80, octet(7) | 0x80, octet(0)]
}
