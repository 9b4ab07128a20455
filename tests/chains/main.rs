//! Chains with one defect each, or none: the verdict of `validate_chain` on each is the one that
//! its table says, and those of OpenSSL, GnuTLS and rustls-webpki are the same, but for the
//! differences that `differences.txt` lists with their reasons. The profile `compatible` agrees with
//! OpenSSL and rustls-webpki wherever these agree, but for `compatible.txt`.

#[path = "../common/mod.rs"]
mod common;

mod case;
mod compatible;
mod differences;
mod fields;
mod issued;
mod keys;
mod modes;
mod names;
mod paths;
mod peers;
mod tools;

use case::Case;
use std::collections::HashSet;
use std::sync::LazyLock;

static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
    let mut cases = Vec::new();
    fields::add(&mut cases);
    paths::add(&mut cases);
    names::add(&mut cases);
    peers::add(&mut cases);
    keys::add(&mut cases);
    cases
});

#[test]
fn verdicts_are_those_of_the_table() {
    let cases = &*CASES;
    let names: HashSet<_> = cases.iter().map(|case| &case.name).collect();
    assert_eq!(names.len(), cases.len(), "two cases have the same name");
    let wrong: Vec<_> = cases
        .iter()
        .filter_map(|case| {
            let verdict = case.verdict();
            (verdict != case.expected)
                .then(|| format!("{}: {verdict}, not {}", case.name, case.expected))
        })
        .collect();
    println!("{} chains", cases.len());
    assert!(cases.len() >= 200);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_compatible_profile_accepts_what_tls_stacks_do() {
    compatible::check(&CASES);
}

#[test]
fn verdicts_are_those_of_other_validators() {
    differences::check(&CASES, &tools::available());
}
