//! The other words of a body: types, algorithms, sizes, hash functions, usages.
#![no_main]

use certwright::{CreateRequest, CsrRequest, InstallRequest, Policy, Time};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let policy = Policy::at(Time::from_unix(1_767_225_600).expect("it is a time"));
    let mut request = CsrRequest::new("CN=a")
        .with_key_usages(text.split(','))
        .with_extended_key_usages(text.split(','));
    let _ = request.check(&policy);
    request = CsrRequest::new("CN=a")
        .with_algorithm(text)
        .with_hash_function(text);
    let _ = request.check(&policy);
    request = CsrRequest::new("CN=a");
    request.security_strength = Some(text.to_owned());
    let _ = request.check(&policy.with_fips());
    let mut create = CreateRequest::server(text);
    let _ = create.check(&policy);
    text.clone_into(&mut create.r#type);
    let _ = create.check(&policy);
    let _ = InstallRequest::server_ca("")
        .with_common_name(text)
        .check(&policy);
});
