//! Many names, and many constraints on them.

use super::{COMPARISONS, HOST, Hostile, Outcome, anchored, hostile, lattice};
use crate::common::issue::{
    Cert, alternative_names, directory, dns, name, name_constraints, rdn, sequence, tlv, uri,
};

pub fn inputs() -> Vec<Hostile> {
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
        reread(
            "a-long-uri-read-again",
            &[uri(&format!("s://{}@example.com", "a".repeat(700_000)))],
            uri("example.org"),
        ),
        chain(
            "20000-other-names-20000-constraints",
            &vec![tlv(0xa0, &[]); 20_000],
            &vec![tlv(0x88, &[]); 20_000],
            Outcome::Good,
        ),
    ]
}
