//! The profile `compatible` beside two TLS stacks, wherever these agree.

use crate::case::Case;
use crate::common::{Folder, tool_of_version};
use crate::tools::Tool;
use std::collections::BTreeSet;

/// Every difference is listed in `compatible.txt`, and every one that is listed is there still: the
/// name of a case, a space, the reason.
pub(crate) fn check(cases: &[Case]) {
    if !tool_of_version("openssl", "version", "OpenSSL 3.0.") {
        return;
    }
    let mut listed: BTreeSet<_> = include_str!("compatible.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once(' ').expect("a case and a reason").0)
        .collect();
    let folder = Folder::new("compatible");
    let (mut wrong, mut asked) = (Vec::new(), 0);
    for case in cases {
        let stack = Tool::LaxOpenSsl.verdict(case, &folder);
        if stack.is_ok() != Tool::Webpki.verdict(case, &folder).is_ok() {
            continue;
        }
        asked += 1;
        let ours = case.compatible();
        let is_listed = listed.remove(&*case.name);
        if (ours.is_ok() == stack.is_ok()) == is_listed {
            wrong.push(format!("{}: {ours:?}, openssl {stack:?}", case.name));
        }
    }
    println!(
        "openssl and webpki agree on {asked} of {} chains",
        cases.len()
    );
    wrong.extend(
        listed
            .into_iter()
            .map(|name| format!("{name} is no difference")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
