//! The body of `csr` in JSON.
#![no_main]

use certwright::CsrRequest;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    if let Err(refusal) = CsrRequest::from_json(body) {
        assert!(refusal.message().len() < 1000);
        assert!(!refusal.message().contains(char::is_control));
    }
});
