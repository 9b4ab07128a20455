//! Chains made to take long: each is answered, with a code or a path, after a bounded amount of
//! work.

mod common;

use certwright::{ChainDefect, ChainRule, InstallRequest, install, validate_chain};
use common::hostile::{HOST, Outcome, inputs};
use common::issue::Key;
use common::policy;
use std::error::Error;
use std::time::{Duration, Instant};

/// The same certificates, brought along with one that is installed.
#[test]
fn each_is_answered_where_it_is_installed() {
    let policy = policy();
    let key = Key::p256(HOST).private_pem();
    for hostile in inputs() {
        let mut request = InstallRequest::server(hostile.request.public_certificate, &*key);
        request.intermediate_certificates = hostile.request.intermediate_certificates;
        let start = Instant::now();
        let answer = install(&request, &policy);
        let time = start.elapsed();
        let code = answer
            .as_ref()
            .map_or_else(|error| error.code().value(), |_| 0);
        println!("{:<40} {time:>12.1?} {code}", hostile.name);
        assert!(time < Duration::from_secs(10), "{}", hostile.name);
        if let Err(error) = answer {
            assert!(error.to_string().len() < 1000, "{}", hostile.name);
        }
    }
}

#[test]
fn each_is_answered() {
    let policy = policy();
    let mut wrong = Vec::new();
    for hostile in inputs() {
        let start = Instant::now();
        let answer = validate_chain(&hostile.request, &policy);
        let time = start.elapsed();
        let (outcome, said) = match answer {
            Ok(_) => (Outcome::Good, String::new()),
            Err(error) => {
                let source = error.source();
                let defect = source.and_then(|source| source.downcast_ref::<ChainDefect>());
                let outcome = match defect.map(|defect| &defect.rule) {
                    Some(&ChainRule::Limit(limit)) => Outcome::Over(limit),
                    _ => Outcome::Code(error.code()),
                };
                (outcome, error.to_string())
            }
        };
        println!("{:<40} {time:>12.1?} {outcome:?}", hostile.name);
        if outcome != hostile.outcome {
            wrong.push(format!("{}: {outcome:?} {said}", hostile.name));
        }
        // The bench measures; this only tells what has no end.
        assert!(time < Duration::from_secs(10), "{}", hostile.name);
        // A message may quote a name, but not a long one.
        assert!(said.len() < 1000, "{}: {}", hostile.name, said.len());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
