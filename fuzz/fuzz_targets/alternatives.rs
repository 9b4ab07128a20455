//! Subject alternative names as text, each of them as every kind.
#![no_main]

use certwright::{CsrSpec, SubjectAlternatives};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for names in [
        SubjectAlternatives::new().with_dns(text),
        SubjectAlternatives::new().with_email(text),
        SubjectAlternatives::new().with_ip(text),
        SubjectAlternatives::new().with_uri(text),
    ] {
        let _ = CsrSpec::new("", &names);
    }
});
