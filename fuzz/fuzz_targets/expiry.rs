//! The end of a certificate as a duration or a date, and times alone.
#![no_main]

use certwright::{Policy, SignRequest, Time};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let policy = Policy::at(Time::from_unix(1_767_225_600).expect("it is a time"));
    if let Ok(spec) = SignRequest::new("").with_expiry(text).check(&policy) {
        assert!(spec.not_after() > policy.now);
    }
    if let Ok(time) = text.parse::<Time>() {
        assert_eq!(time.to_string().parse(), Ok(time));
    }
});
