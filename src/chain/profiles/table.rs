//! The table of rules in the README, made from the rules.

use super::{Profile, added, web_pki};
use std::fmt::Write as _;

/// The rules of path validation itself, for every profile: what each says, its section, and whether
/// it holds for certificates that are installed.
const PATH: [(&str, &str, bool); 13] = [
    (
        "signatures, over the bytes as they stand: RSA PKCS#1 v1.5 and PSS, ECDSA on P-256, P-384, P-521, with sha224 to sha512; not md5 or sha1",
        "6.1.3 a 1",
        true,
    ),
    (
        "an issuer's RSA key has 1024 bits or more; in FIPS mode every key and signature is acceptable",
        "–",
        true,
    ),
    (
        "validity of every certificate, the trust anchor too",
        "6.1.3 a 2",
        true,
    ),
    (
        "subject and issuer are the same name: attributes of an RDN in any order, case and repeated spaces do not count",
        "6.1.3 a 4, 7.1",
        true,
    ),
    (
        "issuers are CAs (basicConstraints), their keyUsage has keyCertSign, their path length holds",
        "6.1.4 k–n, 4.2.1.9",
        true,
    ),
    (
        "name constraints on DNS names, IP addresses, e-mail addresses, URIs and directory names, wildcards included; those on other kinds refuse names of that kind",
        "6.1.3 b, c, 4.2.1.10",
        true,
    ),
    (
        "critical extensions are ones that are processed, and readable",
        "4.2",
        true,
    ),
    ("URIs have only characters of URIs", "RFC 3986", true),
    (
        "the purpose is in the extendedKeyUsage of every certificate that has one; the keyUsage of the leaf allows it",
        "4.2.1.3, 4.2.1.12",
        false,
    ),
    (
        "certificate policies: explicit ones where the caller or a certificate requires them, mappings, anyPolicy",
        "6.1.2–6.1.5, RFC 9618",
        false,
    ),
    (
        "revocation, if the caller asks for it and gives the lists: complete, delta and indirect ones, by distribution point and reason",
        "6.3",
        false,
    ),
    (
        "no more intermediate CAs than the caller allows",
        "–",
        false,
    ),
    (
        "one of the names that the peer may have, a DNS name, IP address, mailbox or URI, is among the subject alternative names (a wildcard stands for one label); the subject never counts",
        "RFC 9525",
        false,
    ),
];

fn table() -> String {
    let mut table = "| rule | section | `compatible` | `rfc5280` | `web_pki` | `install` |\n|---|---|---|---|---|---|\n".to_owned();
    let mut row = |says: &str, section: &str, from: Profile, is_installed: bool| {
        let word = |holds| if holds { "yes" } else { "–" };
        let profiles = Profile::ALL
            .map(|profile| word(from <= profile))
            .join(" | ");
        let installed = word(is_installed);
        writeln!(table, "| {says} | {section} | {profiles} | {installed} |").unwrap();
    };
    for (says, section, is_installed) in PATH {
        row(says, section, Profile::Compatible, is_installed);
    }
    for profile in Profile::ALL {
        for rule in added(profile) {
            row(rule.says, rule.section, profile, false);
        }
    }
    let (says, section) = web_pki::WILDCARDS;
    row(says, section, Profile::WebPki, false);
    table
}

#[test]
fn the_readme_has_the_table_of_rules() {
    let readme = include_str!("../../../README.md");
    let table = table();
    assert!(readme.contains(&table), "the README should have\n\n{table}");
}
