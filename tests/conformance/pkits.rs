//! NIST's PKITS: all runs with the default settings of RFC 5280 section 6.1.1 (any policy, nothing
//! inhibited), without revocation.

use crate::{Case, compare, list, suite, text};
use certwright::{ChainRequest, Policy, Purpose, Time};
use serde_json::Value;

#[test]
fn verdicts_are_those_of_pkits() {
    let Some(file) = suite("CERTWRIGHT_PKITS", "pkits.json") else {
        return;
    };
    let pem = |name: &Value| text(&file["certificates"][text(name)]).to_owned();
    let now = text(&file["validation_time"]).parse::<Time>().unwrap();
    let cases: Vec<_> = list(&file["tests"])
        .iter()
        .filter(|run| run["default_settings"] == true)
        .map(|run| {
            let mut request = ChainRequest::new(pem(&run["leaf"]))
                .with_trust_anchor(pem(&run["anchor"]))
                .with_purpose(Purpose::Any);
            request.intermediate_certificates =
                list(&run["intermediates"]).iter().map(pem).collect();
            Case {
                id: text(&run["id"]).to_owned(),
                request,
                policy: Policy::at(now),
                is_valid: run["expected_without_crls"] == "valid",
            }
        })
        .collect();
    compare("pkits", &cases, include_str!("pkits_exceptions.txt"));
}
