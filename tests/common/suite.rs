//! Conformance suites of others, and the verdicts of `validate_chain` on their cases.
//!
//! Their files are not part of this repository: a copy in `../shared/conformance` is taken, or the
//! file that `CERTWRIGHT_LIMBO` or `CERTWRIGHT_PKITS` names. Where there is none the tests are
//! skipped, or fail if `CERTWRIGHT_REQUIRE_CONFORMANCE` is set. A list of exceptions beside each
//! test has every case that ends otherwise than its suite expects, with the reason.

use certwright::{Error, ValidatedChain};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A case of a suite.
pub struct Case {
    pub id: String,
    pub is_valid: bool,
    pub verdict: Result<ValidatedChain, Error>,
}

/// A verdict that is not the suite's.
pub struct Difference {
    pub id: String,
    pub said: String,
}

/// The file of a suite, if it is here.
pub fn suite(variable: &str, name: &str) -> Option<Value> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/conformance")
        .join(name);
    let path = std::env::var_os(variable).map_or(beside, PathBuf::from);
    let Ok(text) = std::fs::read_to_string(&path) else {
        let reason = format!("no conformance cases at {}", path.display());
        super::skip_unless("CERTWRIGHT_REQUIRE_CONFORMANCE", &reason);
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

pub fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

/// Checks that the differences are those of the list: an id, a space and a reason a line.
#[track_caller]
pub fn compare(suite: &str, cases: &[Case], exceptions: &str) -> Vec<Difference> {
    let mut exceptions: BTreeMap<_, _> = exceptions
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once(' ').expect("an id and a reason"))
        .collect();
    let (mut differences, mut wrong) = (Vec::new(), Vec::new());
    for case in cases {
        let verdict = &case.verdict;
        let is_valid = verdict.is_ok();
        let said = verdict
            .as_ref()
            .map_or_else(Error::to_string, |_| "accepted".to_owned());
        let is_listed = exceptions.remove(&*case.id).is_some();
        if is_valid == case.is_valid {
            if is_listed {
                wrong.push(format!("{} is an exception no more: {said}", case.id));
            }
            continue;
        }
        if !is_listed {
            wrong.push(format!("{}: {said}", case.id));
        }
        let id = case.id.clone();
        differences.push(Difference { id, said });
    }
    let unknown = exceptions.into_keys().map(|id| format!("no case is {id}"));
    wrong.extend(unknown);
    let agreed = cases.len() - differences.len();
    println!("{suite}: {agreed} of {} cases agree", cases.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    differences
}
