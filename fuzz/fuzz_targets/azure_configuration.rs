//! The body of a download in JSON: what is granted makes a request whose URL is what it should be.
#![no_main]

use certwright::azure::{Download, DownloadRequest};
use certwright::{Error, Policy, Time};
use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng;
use libfuzzer_sys::fuzz_target;

fn is_short(error: &Error) {
    assert!(error.message().len() < 1000);
    assert!(!error.message().contains(char::is_control));
}

fuzz_target!(|body: &[u8]| {
    let policy = Policy::at(
        "2026-01-01T00:00:00Z"
            .parse::<Time>()
            .expect("it is a time"),
    );
    let request = match DownloadRequest::from_json(body) {
        Ok(request) => request,
        Err(error) => return is_short(&error),
    };
    let configuration = match request.check(&policy) {
        Ok(configuration) => configuration,
        Err(error) => return is_short(&error),
    };
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    let download = Download::start(configuration, &policy, &mut rng).expect("the key signs");
    let request = download.request();
    let url: http::Uri = request.url().parse().expect("it is a URL");
    assert_eq!(url.scheme_str(), Some("https"));
    assert!(url.path().ends_with("/oauth2/v2.0/token") && url.query().is_none());
    assert!(
        url.authority()
            .is_some_and(|authority| !authority.as_str().contains('@'))
    );
    let form = std::str::from_utf8(request.body()).expect("it is text");
    assert!(form.starts_with("grant_type=client_credentials&client_id="));
    assert_eq!(form.matches('=').count(), form.matches('&').count() + 1);
});
