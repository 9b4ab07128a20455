//! Chains made to take long.

mod keys;
mod large;
mod names;

use super::issue::{Cert, Key, directory, dns, name_constraints, pem, rdn, sequence};
use certwright::{ChainRequest, ErrorCode, Limit};

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Good,
    Code(ErrorCode),
    Over(Limit),
}

pub struct Hostile {
    pub name: &'static str,
    pub request: ChainRequest,
    pub outcome: Outcome,
}

pub const HOST: &str = "www.example.com";

pub fn inputs() -> Vec<Hostile> {
    let mut inputs = Vec::new();
    inputs.extend(crowds());
    inputs.extend(mazes());
    inputs.extend(keys::inputs());
    inputs.extend(names::inputs());
    inputs.extend(large::inputs());
    inputs
}

fn hostile(name: &'static str, certs: &[Cert], outcome: Outcome) -> Hostile {
    let ders: Vec<_> = certs.iter().map(Cert::der).collect();
    of_ders(name, &ders, outcome)
}

/// Of the leaf, then the intermediates.
fn of_ders(name: &'static str, ders: &[Vec<u8>], outcome: Outcome) -> Hostile {
    let stranger = Cert::root("stranger").pem();
    let mut request = ChainRequest::new(pem(&ders[0])).with_trust_anchor(stranger);
    request.intermediate_certificates = ders[1..].iter().map(|der| pem(der)).collect();
    Hostile {
        name,
        request,
        outcome,
    }
}

/// The same, with the last as the trust anchor.
fn anchored(name: &'static str, certs: &[Cert], outcome: Outcome) -> Hostile {
    let (anchor, others) = certs.split_last().unwrap();
    let mut hostile = hostile(name, others, outcome);
    hostile.request.trust_anchors.push(anchor.pem());
    hostile
}

const NO_ISSUER: Outcome = Outcome::Code(ErrorCode::IssuerUnusable);
const SIGNATURES: Outcome = Outcome::Over(Limit::Signatures);
const EDGES: Outcome = Outcome::Over(Limit::Edges);
const COMPARISONS: Outcome = Outcome::Over(Limit::Comparisons);
const UNREADABLE: Outcome = Outcome::Code(ErrorCode::CertificateUnreadable);

/// Many issuers of one name.
fn crowds() -> Vec<Hostile> {
    let crowd = Cert::root("crowd");
    let leaf = Cert::leaf(HOST, &crowd);
    let issuer = |number: usize| Cert::root(&format!("issuer {number}"));
    let cross_signed = |key: fn(usize) -> String, count: usize| {
        let certs = (0..count).map(|number| {
            let cert = Cert::ca("crowd", &issuer(number));
            cert.with_key(Key::p256(&key(number)))
        });
        [leaf.clone()].into_iter().chain(certs).collect::<Vec<_>>()
    };
    let one_key = cross_signed(|_| "crowd".to_owned(), 64);
    let keys = cross_signed(|number| format!("crowd {number}"), 64);
    // Each of them names itself, and each other, as its issuer.
    let all_ways = |count: usize| {
        let certs = (0..count).map(|number| {
            let key = |number: usize| Key::p256(&format!("crowd {}", number % count));
            let mut cert = crowd.clone().with_key(key(number));
            cert.signer = key(number + 1);
            cert
        });
        let mut certs: Vec<_> = certs.collect();
        certs.insert(0, Cert::leaf(HOST, &certs[0]));
        certs
    };
    let too_many = vec![crowd.pem().repeat(64); 16];
    let mut certificates = hostile(
        "1024-certificates",
        std::slice::from_ref(&leaf),
        Outcome::Over(Limit::Certificates),
    );
    certificates.request.intermediate_certificates = too_many;
    vec![
        hostile("64-of-one-key", &one_key, NO_ISSUER),
        hostile("64-of-one-name", &keys, NO_ISSUER),
        hostile("64-in-all-ways", &all_ways(64), SIGNATURES),
        hostile("998-in-all-ways", &all_ways(998), SIGNATURES),
        certificates,
    ]
}

/// Many paths, none of which ends at a trust anchor.
fn mazes() -> Vec<Hostile> {
    let ring = |length: usize| {
        let ca = |number: usize| Cert::root(&format!("ring {}", number % length));
        let certs = (0..length).map(|number| ca(number).below(&ca(number + 1)));
        let mut certs: Vec<_> = certs.collect();
        certs.insert(0, Cert::leaf(HOST, &ca(0)));
        certs
    };
    vec![
        hostile("loop-of-2", &ring(2), NO_ISSUER),
        hostile("loop-of-100", &ring(100), Outcome::Over(Limit::Depth)),
        hostile(
            "lattice-2-wide-20-high",
            &lattice(2, 20, |cert| cert),
            EDGES,
        ),
        hostile(
            "lattice-4-wide-12-high",
            &lattice(4, 12, |cert| cert),
            EDGES,
        ),
        hostile(
            "lattice-4-wide-60-high",
            &lattice(4, 60, |cert| cert),
            EDGES,
        ),
        // Every step compares the names of all below it.
        hostile(
            "lattice-with-constraints",
            &lattice(2, 20, |cert| {
                let base = directory(&sequence(&[rdn("2.5.4.10", 0x0c, "Example")]));
                cert.with(name_constraints(&[base, dns("example.com")], &[]))
            }),
            EDGES,
        ),
    ]
}

/// Levels of `width` CAs, each certified by every one of the level above.
fn lattice(width: usize, height: usize, change: impl Fn(Cert) -> Cert) -> Vec<Cert> {
    let ca = |level: usize, number: usize| Cert::root(&format!("ca {level} {number}"));
    let mut certs = vec![Cert::leaf(HOST, &ca(0, 0))];
    for level in 0..height {
        for number in 0..width {
            for above in 0..width {
                certs.push(change(ca(level, number).below(&ca(level + 1, above))));
            }
        }
    }
    certs
}
