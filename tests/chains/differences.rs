//! Where other validators come to another verdict, and why.

use crate::case::{Case, GOOD};
use crate::common::Folder;
use crate::tools::Tool;
use std::thread;

/// A line of `differences.txt`.
struct Difference {
    tool: &'static str,
    /// The name of a case; the part `*` stands for any.
    pattern: &'static str,
}

fn is_covered(pattern: &str, case: &str) -> bool {
    let (patterns, parts) = (pattern.split('/'), case.split('/'));
    patterns.clone().count() == parts.clone().count()
        && patterns
            .zip(parts)
            .all(|(pattern, part)| pattern == "*" || pattern == part)
}

fn listed() -> Vec<Difference> {
    include_str!("differences.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let mut words = line.splitn(3, ' ');
            let mut word = || words.next().expect("a tool, a case and a reason");
            let difference = Difference {
                tool: word(),
                pattern: word(),
            };
            assert!(!word().is_empty(), "{line}");
            difference
        })
        .collect()
}

/// Every difference is listed, and every one that is listed is there still.
pub(crate) fn check(cases: &[Case], tools: &[Tool]) {
    let listed = &listed();
    let wrong: Vec<String> = thread::scope(|scope| {
        let judges: Vec<_> = tools
            .iter()
            .map(|&tool| scope.spawn(move || judge(tool, cases, listed)))
            .collect();
        let found = judges.into_iter().map(|judge| judge.join().unwrap());
        found.flatten().collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Without OpenSSL some cases cannot be made.
    if tools.contains(&Tool::OpenSsl) {
        for Difference { tool, pattern } in listed {
            let is_case = cases.iter().any(|case| is_covered(pattern, &case.name));
            assert!(is_case, "{tool}: no case is {pattern}");
        }
    }
}

/// What is wrong with the list.
fn judge(tool: Tool, cases: &[Case], listed: &[Difference]) -> Vec<String> {
    let folder = Folder::new(tool.name());
    let (mut wrong, mut count) = (Vec::new(), 0);
    for case in cases {
        let verdict = tool.verdict(case, &folder);
        let agrees = verdict.is_ok() == (case.expected == GOOD);
        count += usize::from(agrees);
        let is_listed = listed.iter().any(|difference| {
            difference.tool == tool.name() && is_covered(difference.pattern, &case.name)
        });
        if agrees == is_listed {
            let said = verdict.err().unwrap_or_else(|| GOOD.to_owned());
            let what = if agrees { "agrees now" } else { "differs" };
            wrong.push(format!(
                "{} {} {what}: {said}; expected: {}",
                tool.name(),
                case.name,
                case.expected
            ));
        }
    }
    println!("{}: {count} of {} verdicts agree", tool.name(), cases.len());
    wrong
}
