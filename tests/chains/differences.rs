//! Where other validators come to another verdict, and why.

use crate::case::{Case, GOOD};
use crate::common::Folder;
use crate::tools::Tool;

/// A line of `differences.txt`.
struct Difference {
    tool: &'static str,
    /// The name of a case; a `*` at its end stands for any rest.
    pattern: &'static str,
}

impl Difference {
    fn covers(&self, tool: Tool, case: &str) -> bool {
        self.tool == tool.name()
            && match self.pattern.strip_suffix('*') {
                Some(start) => case.starts_with(start),
                None => case == self.pattern,
            }
    }
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
    let listed = listed();
    let mut wrong: Vec<String> = Vec::new();
    for &tool in tools {
        let (found, agreed) = judge(tool, cases, &listed);
        println!(
            "{}: {agreed} of {} verdicts agree",
            tool.name(),
            cases.len()
        );
        wrong.extend(found);
        let unused = listed.iter().filter(|difference| {
            difference.tool == tool.name()
                && !cases.iter().any(|case| difference.covers(tool, &case.name))
        });
        wrong.extend(unused.map(|difference| format!("no case is {}", difference.pattern)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with the list, and how many verdicts agree.
fn judge(tool: Tool, cases: &[Case], listed: &[Difference]) -> (Vec<String>, usize) {
    let folder = Folder::new(tool.name());
    let (mut wrong, mut agreed) = (Vec::new(), 0);
    for case in cases {
        let verdict = tool.verdict(case, &folder);
        let agrees = verdict.is_ok() == (case.expected == GOOD);
        agreed += usize::from(agrees);
        let is_listed = listed
            .iter()
            .any(|difference| difference.covers(tool, &case.name));
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
    (wrong, agreed)
}
