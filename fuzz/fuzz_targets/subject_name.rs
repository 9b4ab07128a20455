//! The subject of a signing request as text.
#![no_main]

use certwright::{CsrSpec, SubjectAlternatives};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = CsrSpec::new(text, &SubjectAlternatives::new());
});
