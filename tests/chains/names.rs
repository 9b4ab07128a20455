//! Name constraints, on the CA and on the root.

use crate::case::{Case, GOOD, HOST, chain};
use crate::common::issue::{
    Cert, Extension, Key, NAME_CONSTRAINTS, alternative_names, directory, dns, email, ip, name,
    name_constraints, rdn, sequence, tlv, uri,
};

/// A list of names or bases.
type Names = Vec<Vec<u8>>;

pub(crate) fn add(cases: &mut Vec<Case>) {
    dns_names(cases);
    addresses(cases);
    mailboxes(cases);
    uris(cases);
    directory_names(cases);
    mixed(cases);
    of_cas(cases);
    malformed(cases);
}

/// A chain whose CA, or root, has these constraints, and whose leaf these names.
fn constrained(
    group: &str,
    on: usize,
    permitted: &Names,
    excluded: &Names,
    names: &Names,
    rule: &str,
) -> Case {
    let mut chain = chain(1);
    chain[on] = chain[on]
        .clone()
        .with(name_constraints(permitted, excluded));
    chain[2] = chain[2].clone().with(alternative_names(names));
    let expected = match rule {
        GOOD => GOOD.to_owned(),
        rule => format!("Leaf {rule}"),
    };
    let on = ["root", "ca"][on];
    Case::of(format!("{group}/{on}"), &chain, &expected)
}

/// One name against one base, permitted and excluded, on the root and on the CA.
fn pair(
    cases: &mut Vec<Case>,
    group: &str,
    base: Vec<u8>,
    san: Vec<u8>,
    shown: &str,
    within: bool,
) {
    let (bases, names) = (vec![base], vec![san]);
    let refused = format!("NameNotPermitted: {shown}");
    let rule = if within { GOOD } else { &refused };
    for on in 0..=1 {
        cases.push(constrained(
            &format!("permitted/{group}"),
            on,
            &bases,
            &vec![],
            &names,
            rule,
        ));
    }
    let refused = format!("NameExcluded: {shown}");
    let rule = if within { &refused } else { GOOD };
    cases.push(constrained(
        &format!("excluded/{group}"),
        1,
        &vec![],
        &bases,
        &names,
        rule,
    ));
}

fn dns_names(cases: &mut Vec<Case>) {
    for (group, base, host, within) in [
        ("dns-same", "example.com", "example.com", true),
        ("dns-below", "example.com", HOST, true),
        ("dns-case", "EXAMPLE.com", HOST, true),
        ("dns-other", "example.org", HOST, false),
        ("dns-above", HOST, "example.com", false),
        ("dns-part-of-a-label", "ample.com", "example.com", false),
        ("dns-all", "", HOST, true),
        ("dns-wildcard", "example.com", "*.example.com", true),
        ("dns-wildcard-other", "example.org", "*.example.com", false),
    ] {
        pair(cases, group, dns(base), dns(host), host, within);
    }
    // A wildcard stands for names that are within and for names that are not.
    let (base, wild) = (vec![dns(HOST)], vec![dns("*.example.com")]);
    cases.push(constrained(
        "permitted/dns-wildcard-above",
        1,
        &base,
        &vec![],
        &wild,
        "NameNotPermitted: *.example.com",
    ));
    cases.push(constrained(
        "excluded/dns-wildcard-above",
        1,
        &vec![],
        &base,
        &wild,
        "NameExcluded: *.example.com",
    ));
}

fn addresses(cases: &mut Vec<Case>) {
    let net = [192, 0, 2, 0, 255, 255, 255, 0];
    pair(
        cases,
        "ip4",
        ip(&net),
        ip(&[192, 0, 2, 7]),
        "192.0.2.7",
        true,
    );
    pair(
        cases,
        "ip4-other",
        ip(&net),
        ip(&[198, 51, 100, 7]),
        "198.51.100.7",
        false,
    );
    let host = [[192, 0, 2, 7], [255; 4]].concat();
    pair(
        cases,
        "ip4-host",
        ip(&host),
        ip(&[192, 0, 2, 7]),
        "192.0.2.7",
        true,
    );
    pair(
        cases,
        "ip4-all",
        ip(&[0; 8]),
        ip(&[192, 0, 2, 7]),
        "192.0.2.7",
        true,
    );
    let mut net = [0; 32];
    net[..4].copy_from_slice(&[0x20, 1, 0x0d, 0xb8]);
    net[16..20].fill(0xff);
    let mut address = [0; 16];
    address[..4].copy_from_slice(&[0x20, 1, 0x0d, 0xb8]);
    pair(cases, "ip6", ip(&net), ip(&address), "2001:db8::", true);
    address[3] = 0xb9;
    pair(
        cases,
        "ip6-other",
        ip(&net),
        ip(&address),
        "2001:db9::",
        false,
    );
    pair(
        cases,
        "ip6-of-ip4",
        ip(&net),
        ip(&[192, 0, 2, 7]),
        "192.0.2.7",
        false,
    );
}

fn mailboxes(cases: &mut Vec<Case>) {
    for (group, base, address, within) in [
        ("email-same", "a@example.com", "a@example.com", true),
        ("email-other-box", "a@example.com", "b@example.com", false),
        ("email-host", "example.com", "a@example.com", true),
        (
            "email-other-host",
            "example.com",
            "a@www.example.com",
            false,
        ),
        ("email-domain", ".example.com", "a@www.example.com", true),
        ("email-above-domain", ".example.com", "a@example.com", false),
    ] {
        pair(cases, group, email(base), email(address), address, within);
    }
}

fn uris(cases: &mut Vec<Case>) {
    for (group, base, text, within) in [
        (
            "uri-host",
            "www.example.com",
            "https://www.example.com/a",
            true,
        ),
        (
            "uri-port",
            "www.example.com",
            "https://www.example.com:8443/",
            true,
        ),
        (
            "uri-user",
            "www.example.com",
            "https://u@www.example.com/",
            true,
        ),
        (
            "uri-other",
            "www.example.com",
            "https://www.example.org/",
            false,
        ),
        (
            "uri-below-host",
            "example.com",
            "https://www.example.com/",
            false,
        ),
        (
            "uri-above-domain",
            ".example.com",
            "https://example.com/",
            false,
        ),
        (
            "uri-domain",
            ".example.com",
            "https://www.example.com/",
            true,
        ),
        (
            "uri-in-user",
            "example.com",
            "https://example.com@evil.org/",
            false,
        ),
    ] {
        pair(cases, group, uri(base), uri(text), text, within);
    }
    // Section 4.2.1.10: a URI without a host that is a DNS name is not acceptable.
    for (group, text) in [
        ("uri-address", "https://192.0.2.7/"),
        ("uri-no-host", "urn:example:a"),
    ] {
        let (bases, names) = (vec![uri("example.com")], vec![uri(text)]);
        let rule = format!("NameNotPermitted: {text}");
        cases.push(constrained(
            &format!("permitted/{group}"),
            1,
            &bases,
            &vec![],
            &names,
            &rule,
        ));
        let rule = format!("NameExcluded: {text}");
        cases.push(constrained(
            &format!("excluded/{group}"),
            1,
            &vec![],
            &bases,
            &names,
            &rule,
        ));
    }
}

fn directory_names(cases: &mut Vec<Case>) {
    let organization = |tag, text| sequence(&[rdn("2.5.4.10", tag, text)]);
    let shown = format!("O=Example,CN={HOST}");
    // The subject of the leaf and the alternative name are constrained alike.
    for (group, base, within) in [
        ("directory", organization(0x0c, "Example"), true),
        ("directory-case", organization(0x13, "EXAMPLE"), true),
        ("directory-other", organization(0x0c, "Other"), false),
        ("directory-longer", name("another host"), false),
        ("directory-all", sequence(&[]), true),
    ] {
        pair(cases, group, directory(&base), dns(HOST), &shown, within);
    }
    let (bases, other) = (
        vec![directory(&organization(0x0c, "Example"))],
        organization(0x0c, "Other"),
    );
    let names = vec![directory(&other)];
    cases.push(constrained(
        "permitted/directory-alternative",
        1,
        &bases,
        &vec![],
        &names,
        "NameNotPermitted: O=Other",
    ));
    let bases = vec![directory(&other)];
    cases.push(constrained(
        "excluded/directory-alternative",
        1,
        &vec![],
        &bases,
        &names,
        "NameExcluded: O=Other",
    ));
}

fn mixed(cases: &mut Vec<Case>) {
    let none = vec![];
    let names = vec![dns(HOST), dns("evil.org")];
    let bases = vec![dns("example.com")];
    cases.push(constrained(
        "mixed/second-name",
        1,
        &bases,
        &none,
        &names,
        "NameNotPermitted: evil.org",
    ));
    let bases = vec![dns("example.org"), dns("example.com")];
    cases.push(constrained(
        "mixed/second-base",
        1,
        &bases,
        &none,
        &vec![dns(HOST)],
        GOOD,
    ));
    let (permitted, excluded) = (vec![dns("example.com")], vec![dns(HOST)]);
    cases.push(constrained(
        "mixed/excluded-in-permitted",
        1,
        &permitted,
        &excluded,
        &vec![dns(HOST)],
        &format!("NameExcluded: {HOST}"),
    ));
    cases.push(constrained(
        "mixed/beside-excluded",
        1,
        &permitted,
        &excluded,
        &vec![dns("a.example.com")],
        GOOD,
    ));
    cases.push(constrained(
        "mixed/other-kind",
        1,
        &vec![email("example.com")],
        &none,
        &vec![dns(HOST)],
        GOOD,
    ));
    let registered = tlv(0x88, &[0x2a, 3]);
    cases.push(constrained(
        "mixed/unprocessed-kind",
        1,
        &vec![registered.clone()],
        &none,
        &vec![registered.clone()],
        "NameKind: registeredID",
    ));
    cases.push(constrained(
        "mixed/unprocessed-kind-unused",
        1,
        &vec![registered],
        &none,
        &vec![dns(HOST)],
        GOOD,
    ));

    // What one CA permits, the next may narrow but not widen.
    let mut both = chain(2);
    both[1] = both[1]
        .clone()
        .with(name_constraints(&[dns("example.com")], &[]));
    both[2] = both[2]
        .clone()
        .with(name_constraints(&[dns("com"), dns("org")], &[]));
    cases.push(Case::of("mixed/two-levels", &both, GOOD));
    both[3] = both[3].clone().with(alternative_names(&[dns("a.org")]));
    cases.push(Case::of(
        "mixed/two-levels-widened",
        &both,
        "Leaf NameNotPermitted: a.org",
    ));

    // The e-mail address of a subject without alternative names.
    let mut mail = chain(1);
    mail[1] = mail[1]
        .clone()
        .with(name_constraints(&[email("example.com")], &[]));
    mail[2].subject = sequence(&[rdn("1.2.840.113549.1.9.1", 0x16, "a@evil.org")]);
    cases.push(Case::of("mixed/subject-email-beside-names", &mail, GOOD));
    mail[2] = mail[2]
        .clone()
        .without(crate::common::issue::ALTERNATIVE_NAMES);
    cases.push(Case::of(
        "mixed/subject-email",
        &mail,
        "Leaf NameNotPermitted: a@evil.org",
    ));
}

/// A root, and a CA that permits these names.
fn named_ca(permitted: &[Vec<u8>]) -> [Cert; 2] {
    let root = Cert::root("root");
    let ca = Cert::ca("ca 1", &root).with(name_constraints(permitted, &[]));
    [root, ca]
}

fn of_cas(cases: &mut Vec<Case>) {
    // The names of CAs count too, but not those of a self-issued one.
    let mut of_ca = chain(2);
    of_ca[1] = of_ca[1]
        .clone()
        .with(name_constraints(&[dns("example.com")], &[]));
    of_ca[2] = of_ca[2].clone().with(alternative_names(&[dns("ca.org")]));
    cases.push(Case::of(
        "mixed/name-of-a-ca",
        &of_ca,
        "Intermediate(0) NameNotPermitted: ca.org",
    ));

    // A self-issued one is judged where it is the last of the path alone.
    let limited = named_ca(&[dns("example.com")]);
    let next = Cert::ca("ca 1", &limited[1]).with_key(Key::p256("next"));
    let next = next.with(alternative_names(&[dns("ca.org")]));
    let [root, ca] = limited;
    let below = [
        root.clone(),
        ca.clone(),
        next.clone(),
        Cert::leaf(HOST, &next),
    ];
    cases.push(Case::of("mixed/name-of-a-self-issued-ca", &below, GOOD));
    let mut last = Cert::leaf("ca.org", &ca);
    last.subject.clone_from(&last.issuer);
    let refused = "Leaf NameNotPermitted: ca.org";
    cases.push(Case::of(
        "mixed/name-of-a-self-issued-leaf",
        &[root, ca, last],
        refused,
    ));
}

fn malformed(cases: &mut Vec<Case>) {
    let bases: [(&str, Vec<u8>, &str); 8] = [
        ("dns-dot", dns(".example.com"), "have a malformed DNS name"),
        (
            "dns-wildcard",
            dns("*.example.com"),
            "have a malformed DNS name",
        ),
        (
            "email-two-ats",
            email("a@b@example.com"),
            "have a malformed e-mail address",
        ),
        (
            "uri-scheme",
            uri("https://example.com"),
            "have a malformed URI host",
        ),
        ("ip-7-octets", ip(&[0; 7]), "have a malformed network"),
        (
            "ip-mask-with-holes",
            ip(&[192, 0, 2, 0, 255, 0, 255, 0]),
            "have a malformed network",
        ),
        (
            "directory-unreadable",
            directory(&[0x30, 2, 0x31, 5]),
            "have a malformed directory name",
        ),
        (
            "no-such-kind",
            tlv(0x89, b"x"),
            "have a subtree that is not readable",
        ),
    ];
    let mut add = |group: &str, extension: Extension, what: &str| {
        let mut chain = chain(1);
        chain[1] = chain[1].clone().with(extension);
        let expected = format!("Intermediate(0) Malformed: its nameConstraints {what}");
        cases.push(Case::of(
            format!("malformed-constraints/{group}"),
            &chain,
            &expected,
        ));
    };
    for (group, base, what) in bases {
        add(group, name_constraints(&[], &[base]), what);
    }
    add("empty", name_constraints(&[], &[]), "are empty");
    let list =
        |tag, content: &[u8]| Extension::critical(NAME_CONSTRAINTS, sequence(&[tlv(tag, content)]));
    add(
        "empty-list",
        list(0xa0, &[]),
        "have an empty list of subtrees",
    );
    let with_minimum = sequence(&[dns("example.com"), tlv(0x80, &[1])]);
    add(
        "minimum",
        list(0xa0, &with_minimum),
        "have a subtree that is not readable",
    );
    let with_maximum = sequence(&[dns("example.com"), tlv(0x81, &[1])]);
    add(
        "maximum",
        list(0xa0, &with_maximum),
        "have a subtree that is not readable",
    );
    add(
        "not-der",
        Extension::critical(NAME_CONSTRAINTS, vec![0x30, 5, 0]),
        "are not DER",
    );

    let mut chain = chain(1);
    chain[2] = chain[2]
        .clone()
        .with(name_constraints(&[dns("example.com")], &[]));
    cases.push(Case::of(
        "constraints-of-a-leaf",
        &chain,
        "Leaf Profile: it has nameConstraints and is not a CA",
    ));
    // Section 4.2.1.10: an anchor's own name is not below its constraints.
    let root = Cert::root("root").with(name_constraints(&[], &[directory(&name("root"))]));
    let leaf = Cert::leaf(HOST, &root);
    cases.push(Case::of("constraints-on-its-own-name", &[root, leaf], GOOD));
}
