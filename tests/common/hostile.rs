//! Chains made to take long.

use super::issue::{
    Cert, Extension, Key, NAME_CONSTRAINTS, POLICIES, algorithm, algorithm_null, alternative_names,
    directory, dns, name, name_constraints, oid, pem, rdn, sequence, tlv,
};
use certwright::{ChainRequest, ErrorCode, Limit};
use sha2::{Digest, Sha512};

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

const HOST: &str = "www.example.com";

pub fn inputs() -> Vec<Hostile> {
    let mut inputs = Vec::new();
    inputs.extend(crowds());
    inputs.extend(mazes());
    inputs.extend(slow_keys());
    inputs.extend(many_names());
    inputs.extend(large());
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
        &[leaf.clone()],
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
        hostile("loop-of-100", &ring(100), NO_ISSUER),
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

/// Many issuers of one name, each with another key of which one signature takes long to check.
fn slow_keys() -> Vec<Hostile> {
    let crowd = |name: &'static str, keys: Vec<Key>, outcome| {
        let mut certs: Vec<_> = keys
            .into_iter()
            .map(|key| Cert::root("crowd").with_key(key))
            .collect();
        certs.insert(0, Cert::leaf(HOST, &certs[0]));
        hostile(name, &certs, outcome)
    };
    let rsa = |name, bits: usize, exponent: &[u8], count: u8, outcome| {
        let keys = (0..count).map(|number| rsa_key(bits, exponent, number));
        crowd(name, keys.collect(), outcome)
    };
    let usual = &[1, 0, 1][..];
    let longest = &[0xff; 32][..];
    let p384 = (0..200).map(|number| {
        let scalar = &Sha512::digest([number])[..48];
        let key = p384::ecdsa::SigningKey::from_slice(scalar).unwrap();
        let point = key.verifying_key().to_sec1_point(false);
        ec_key("1.3.132.0.34", point.as_bytes(), 48)
    });
    let p521 = (0..200).map(|number| {
        let scalar = [&[0, 0][..], &Sha512::digest([number])].concat();
        let key = p521::ecdsa::SigningKey::from_slice(&scalar).unwrap();
        let point = key.verifying_key().to_sec1_point(false);
        ec_key("1.3.132.0.35", point.as_bytes(), 66)
    });
    vec![
        rsa("rsa-1024", 1024, usual, 250, NO_ISSUER),
        rsa("rsa-2048", 2048, usual, 250, NO_ISSUER),
        rsa("rsa-4096", 4096, usual, 250, SIGNATURES),
        rsa("rsa-16384", 16_384, usual, 60, SIGNATURES),
        rsa("rsa-16384-exponent-3", 16_384, &[3], 60, SIGNATURES),
        rsa(
            "rsa-16384-exponent-of-256-bits",
            16_384,
            longest,
            60,
            SIGNATURES,
        ),
        rsa(
            "rsa-4096-exponent-of-256-bits",
            4096,
            longest,
            60,
            SIGNATURES,
        ),
        rsa(
            "rsa-2048-exponent-of-256-bits",
            2048,
            longest,
            250,
            SIGNATURES,
        ),
        rsa(
            "rsa-1024-exponent-of-256-bits",
            1024,
            longest,
            250,
            SIGNATURES,
        ),
        rsa(
            "rsa-2048-exponent-of-2048-bits",
            2048,
            &[0xff; 256],
            60,
            NO_ISSUER,
        ),
        crowd("p384", p384.collect(), SIGNATURES),
        crowd("p521", p521.collect(), SIGNATURES),
    ]
}

/// An odd number as long as it should be, whose factors nobody needs to know.
fn rsa_key(bits: usize, exponent: &[u8], number: u8) -> Key {
    let mut modulus: Vec<u8> = (0u8..)
        .map_while(|block| Some(Sha512::digest([number, block])))
        .flatten()
        .take(bits / 8)
        .collect();
    modulus[0] |= 0x80;
    *modulus.last_mut().unwrap() |= 1;
    let unsigned = |bytes: &[u8]| {
        let sign = if bytes[0] < 0x80 { &[][..] } else { &[0] };
        tlv(2, &[sign, bytes].concat())
    };
    let key = sequence(&[unsigned(&modulus), unsigned(exponent)]);
    let spki = sequence(&[
        algorithm_null("1.2.840.113549.1.1.1"),
        tlv(3, &[&[0], key.as_slice()].concat()),
    ]);
    // Shorter than the modulus as a number, and as long in octets: nothing is told at a glance.
    let signature = [&[0][..], &modulus[1..]].concat();
    Key::forged(spki, algorithm_null("1.2.840.113549.1.1.11"), signature)
}

fn ec_key(curve: &str, point: &[u8], length: usize) -> Key {
    let spki = sequence(&[
        sequence(&[oid("1.2.840.10045.2.1"), oid(curve)]),
        tlv(3, &[&[0], point].concat()),
    ]);
    let number = tlv(2, &vec![1; length - 1]);
    let signature = sequence(&[number.clone(), number]);
    Key::forged(spki, algorithm("1.2.840.10045.4.3.4"), signature)
}

/// Name constraints and names.
fn many_names() -> Vec<Hostile> {
    let chain = |name, bases: &[Vec<u8>], names: &[Vec<u8>], outcome| {
        let root = Cert::root("root").with(name_constraints(&[], bases));
        let leaf = Cert::leaf(HOST, &root).with(alternative_names(names));
        anchored(name, &[leaf, root], outcome)
    };
    let list =
        |count: usize, make: &dyn Fn(usize) -> Vec<u8>| (0..count).map(make).collect::<Vec<_>>();
    let hosts = list(10_000, &|number| dns(&format!("host{number}.example.com")));
    let others = list(10_000, &|number| dns(&format!("host{number}.example.org")));
    let organization = |number: usize| {
        directory(&sequence(&[rdn(
            "2.5.4.10",
            0x0c,
            &format!("Organization {number}"),
        )]))
    };
    let organizations = list(10_000, &organization);
    let long = |number: usize| {
        let long = "x".repeat(1000);
        directory(&sequence(&[rdn(
            "2.5.4.10",
            0x0c,
            &format!("{long}{number}"),
        )]))
    };
    // The paths through the lattice compare the names of the leaf again and again.
    let reread = |name, names: &[Vec<u8>], base: Vec<u8>| {
        let mut certs = lattice(2, 20, |cert| {
            cert.with(name_constraints(&[], std::slice::from_ref(&base)))
        });
        certs[0] = certs[0].clone().with(alternative_names(names));
        hostile(name, &certs, COMPARISONS)
    };
    let addresses = list(10_000, &|number| {
        let number = u32::try_from(number).unwrap();
        tlv(0x87, &number.to_be_bytes())
    });
    vec![
        chain(
            "10000-names-10000-constraints",
            &others,
            &hosts,
            COMPARISONS,
        ),
        chain("10000-names", &[dns("example.org")], &hosts, Outcome::Good),
        chain(
            "10000-directory-names",
            &organizations,
            &list(10_000, &|number| organization(number + 10_000)),
            COMPARISONS,
        ),
        chain(
            "600-long-directory-names",
            &list(600, &long),
            &list(600, &|number| long(number + 600)),
            COMPARISONS,
        ),
        reread("names-read-again", &hosts, dns("example.org")),
        reread(
            "directory-names-read-again",
            &organizations,
            directory(&name("root")),
        ),
        reread("addresses-read-again", &addresses, tlv(0x87, &[255; 8])),
    ]
}

/// Certificates as large as they may be.
fn large() -> Vec<Hostile> {
    let root = Cert::root("root");
    let leaf = Cert::leaf(HOST, &root);
    let nested = |depth: usize| {
        let mut headers: Vec<Vec<u8>> = Vec::new();
        let mut length = 0;
        for _ in 0..depth {
            let header = tlv(0x30, &vec![0; length]);
            let header = header[..header.len() - length].to_vec();
            length += header.len();
            headers.push(header);
        }
        headers.into_iter().rev().flatten().collect::<Vec<u8>>()
    };
    let depth = 5_000;
    let rdns = |count: usize| -> Vec<Vec<u8>> {
        let rdn = |number: usize| rdn("2.5.4.11", 0x0c, &number.to_string());
        (0..count).map(rdn).collect()
    };
    let in_one = |count: usize| {
        let avas = (0..count)
            .rev()
            .map(|number| sequence(&[oid("2.5.4.11"), tlv(0x0c, number.to_string().as_bytes())]));
        sequence(&[tlv(0x31, &avas.collect::<Vec<_>>().concat())])
    };
    let named = |name, subject: Vec<u8>, outcome| {
        let mut root = root.clone();
        root.subject = subject;
        let mut leaf = leaf.clone();
        leaf.issuer.clone_from(&root.subject);
        let mut certs = vec![leaf];
        // Each with its own key, none of which signs.
        certs.extend(
            (0..20).map(|number| root.clone().with_key(Key::p256(&format!("many {number}")))),
        );
        hostile(name, &certs, outcome)
    };
    let with_value = |name, oid, value: Vec<u8>, outcome| {
        let leaf = leaf.clone().with(Extension::new(oid, value));
        anchored(name, &[leaf, root.clone()], outcome)
    };
    let mut nested_subject = leaf.clone();
    nested_subject.subject = nested(depth);
    let mut nested_key = leaf.clone();
    nested_key.key = Key::public(nested(depth));
    let policies: Vec<_> = (0..30_000u32)
        .map(|number| sequence(&[tlv(6, &[&[0x2a][..], &base_128(number)].concat())]))
        .collect();
    let usages: Vec<_> = (0..30_000).map(|_| oid("1.3.6.1.5.5.7.3.1")).collect();
    let junk = vec![0xa5; 750_000];
    let opaque = |cert: &Cert| {
        cert.clone()
            .with(Extension::new(super::issue::UNKNOWN, junk.clone()))
    };
    let big_root = opaque(&root);
    let big = [
        opaque(&leaf),
        opaque(&Cert::ca("ca 1", &root)),
        opaque(&Cert::ca("ca 2", &root)),
        big_root,
    ];
    let mut text = anchored(
        "1-mib-of-text",
        &[leaf.clone(), root.clone()],
        Outcome::Good,
    );
    let filler = "----BEGIN -----END \n".repeat(50_000);
    text.request.public_certificate = format!("{}{filler}", text.request.public_certificate);
    let mut blocks = anchored(
        "1-mib-of-blocks",
        &[leaf.clone(), root.clone()],
        Outcome::Good,
    );
    let block = "-----BEGIN X-----\n-----END X-----\n".repeat(30_000);
    blocks.request.public_certificate += &block;
    vec![
        hostile("nested-subject", &[nested_subject], UNREADABLE),
        hostile("nested-key", &[nested_key], NO_ISSUER),
        of_ders("nested-all", &[nested(depth)], UNREADABLE),
        with_value(
            "nested-names",
            super::issue::ALTERNATIVE_NAMES,
            nested(depth),
            UNREADABLE,
        ),
        with_value(
            "nested-constraints",
            NAME_CONSTRAINTS,
            nested(depth),
            UNREADABLE,
        ),
        with_value(
            "30000-policies",
            POLICIES,
            sequence(&policies),
            Outcome::Good,
        ),
        with_value(
            "30000-usages",
            super::issue::EXTENDED_KEY_USAGE,
            sequence(&usages),
            Outcome::Good,
        ),
        named("20000-rdns", sequence(&rdns(20_000)), NO_ISSUER),
        named("20000-attributes-in-an-rdn", in_one(20_000), NO_ISSUER),
        anchored("1-mib-certificates", &big, Outcome::Good),
        text,
        blocks,
    ]
}

/// A number as a component of an object identifier.
fn base_128(number: u32) -> Vec<u8> {
    let octet = |shift: u32| u8::try_from(number >> shift & 0x7f).unwrap();
    vec![octet(14) | 0x80, octet(7) | 0x80, octet(0)]
}
