//! Peer names, and what the subject and its alternative names look like.

use crate::case::{Case, GOOD, HOST, chain};
use crate::common::issue::{
    ALTERNATIVE_NAMES, Cert, Extension, alternative_names, directory, dns, email, ip, name,
    sequence, tlv, uri,
};

pub(crate) fn add(cases: &mut Vec<Case>) {
    peer_names(cases);
    alternatives(cases);
    subjects(cases);
}

fn changed(group: &str, expected: &str, change: impl Fn(Cert) -> Cert) -> Case {
    let mut chain = chain(1);
    chain[2] = change(chain[2].clone());
    Case::of(group, &chain, expected)
}

fn peer_names(cases: &mut Vec<Case>) {
    let v6 = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    for (group, san, peer, named) in [
        ("same", dns(HOST), HOST, true),
        ("case", dns("WWW.Example.COM"), HOST, true),
        ("other", dns(HOST), "www.example.org", false),
        ("below", dns("example.com"), HOST, false),
        ("above", dns(HOST), "example.com", false),
        ("wildcard", dns("*.example.com"), HOST, true),
        (
            "wildcard-itself",
            dns("*.example.com"),
            "example.com",
            false,
        ),
        (
            "wildcard-asked-for",
            dns("*.example.com"),
            "*.example.com",
            false,
        ),
        (
            "wildcard-two-labels",
            dns("*.example.com"),
            "a.www.example.com",
            false,
        ),
        ("address", ip(&[192, 0, 2, 7]), "192.0.2.7", true),
        ("address-other", ip(&[192, 0, 2, 7]), "192.0.2.8", false),
        ("address-6", ip(&v6), "2001:db8::1", true),
        ("address-6-long", ip(&v6), "2001:0db8:0:0:0:0:0:1", true),
        ("address-6-other", ip(&v6), "2001:db8::2", false),
        ("email", email("a@www.example.com"), HOST, false),
        ("uri", uri("https://www.example.com/"), HOST, false),
        ("directory", directory(&name(HOST)), HOST, false),
    ] {
        let expected = if named { GOOD } else { "Leaf PeerName" };
        let case = changed(&format!("peer/{group}"), expected, |mut cert| {
            cert.subject = name("subject");
            cert.with(alternative_names(std::slice::from_ref(&san)))
        });
        cases.push(case.for_peer(peer));
    }
    let second = alternative_names(&[dns("a.example.com"), dns(HOST)]);
    cases.push(changed("peer/second", GOOD, |cert| cert.with(second.clone())).for_peer(HOST));
    // RFC 9525: a common name is never one of the peer's.
    let without = changed("peer/common-name-alone", "Leaf PeerName", |cert| {
        cert.without(ALTERNATIVE_NAMES)
    });
    cases.push(without.for_peer(HOST));
    let beside = changed("peer/common-name-beside", "Leaf PeerName", |cert| {
        cert.with(alternative_names(&[dns("a.example.com")]))
    });
    cases.push(beside.for_peer(HOST));
    cases.push(changed("peer/not-asked", GOOD, |cert| {
        cert.without(ALTERNATIVE_NAMES)
    }));
}

fn alternatives(cases: &mut Vec<Case>) {
    let what = |kind: &str| format!("Leaf Profile: its subjectAltName has {kind}");
    let host = what("a dNSName that is not a host name");
    let mailbox = what("an rfc822Name that is not a mailbox");
    let address = what("an iPAddress of a wrong length");
    let absolute = what("a URI that is not absolute");
    for (group, san, expected) in [
        ("wildcard-inside", dns("www.*.com"), host.as_str()),
        ("wildcard-in-a-label", dns("w*.example.com"), &host),
        ("wildcard-alone", dns("*"), &host),
        ("wildcard-twice", dns("*.*.example.com"), &host),
        ("dns-empty", dns(""), &host),
        ("dns-dot-at-end", dns("www.example.com."), &host),
        ("dns-empty-label", dns("www..example.com"), &host),
        ("dns-underscore", dns("_a.example.com"), &host),
        ("dns-blank", dns("www example.com"), &host),
        ("dns-nul", dns("www.example.com\0.evil.org"), &host),
        ("dns-umlaut", dns("m\u{fc}nchen.de"), &host),
        ("dns-address", dns("192.0.2.7"), &host),
        ("email-no-at", email("example.com"), &mailbox),
        ("ip-5-octets", ip(&[1; 5]), &address),
        ("ip-with-mask", ip(&[1; 8]), &address),
        ("uri-relative", uri("/a/b"), &absolute),
        ("uri", uri("urn:example:a"), GOOD),
        ("email", email("a@example.com"), GOOD),
        ("registered-id", tlv(0x88, &[0x2a, 3]), GOOD),
    ] {
        let names = alternative_names(&[dns(HOST), san]);
        cases.push(changed(&format!("alternative/{group}"), expected, |cert| {
            cert.with(names.clone())
        }));
    }
    cases.push(changed(
        "alternative/empty",
        "Leaf Profile: its subjectAltName is empty",
        |cert| cert.with(alternative_names(&[])),
    ));
    let unreadable = "Leaf Malformed: its subjectAltName is not readable";
    cases.push(changed("alternative/no-such-kind", unreadable, |cert| {
        cert.with(alternative_names(&[dns(HOST), tlv(0x89, b"x")]))
    }));
    cases.push(changed("alternative/not-der", unreadable, |cert| {
        cert.with(Extension::new(ALTERNATIVE_NAMES, vec![0x30, 9, 0x82]))
    }));
    cases.push(changed(
        "alternative/twice",
        crate::case::UNREADABLE,
        |mut cert| {
            cert.extensions.push(alternative_names(&[dns("evil.org")]));
            cert
        },
    ));
}

fn subjects(cases: &mut Vec<Case>) {
    let nameless = |mut cert: Cert| {
        cert.subject = sequence(&[]);
        cert
    };
    let critical = Extension::critical(ALTERNATIVE_NAMES, alternative_names(&[dns(HOST)]).value);
    let case = changed("empty-subject/critical-names", GOOD, |cert| {
        nameless(cert).with(critical.clone())
    });
    cases.push(case.for_peer(HOST));
    cases.push(changed(
        "empty-subject/names-not-critical",
        "Leaf Profile: its subject is empty and its subjectAltName is not critical",
        nameless,
    ));
    cases.push(changed(
        "empty-subject/no-names",
        "Leaf Profile: its subject is empty and it has no subjectAltName",
        |cert| nameless(cert).without(ALTERNATIVE_NAMES),
    ));
    cases.push(changed("critical-names", GOOD, |cert| {
        cert.with(critical.clone())
    }));
}
