//! What the OAuth host and the vault answer to a download: the file is the first answer and, behind
//! `\n%%\n`, the second. Each begins with a line of its status; without one it is 200.
#![no_main]

use certwright::azure::{Download, DownloadRequest, HttpResponse, Step};
use certwright::{Error, Policy, Time, install};
use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng;
use libfuzzer_sys::fuzz_target;

const SECRET: &str = "a~secret that nobody may see";
const TOKEN: &str = "a-token-that-nobody-may-see";

fn response(answer: &[u8]) -> HttpResponse {
    let end = answer.iter().position(|octet| *octet == b'\n');
    let line = end.and_then(|end| std::str::from_utf8(&answer[..end]).ok());
    match line.and_then(|line| line.parse().ok()) {
        Some(status) => HttpResponse::new(status, &answer[end.unwrap_or(0) + 1..]),
        None => HttpResponse::new(200, answer),
    }
}

fn is_harmless(error: &Error) {
    let shown = format!("{error} {error:?}");
    assert!(error.message().len() < 1000 && shown.len() < 8000);
    assert!(!shown.contains(SECRET) && !shown.contains(TOKEN));
}

fuzz_target!(|file: &[u8]| {
    let place = file.windows(4).position(|window| window == b"\n%%\n");
    let (first, second) = match place {
        Some(place) => (&file[..place], &file[place + 4..]),
        None => (file, file),
    };
    let policy = Policy::at(
        "2026-01-01T00:00:00Z"
            .parse::<Time>()
            .expect("it is a time"),
    );
    for kind in ["server", "client_ca"] {
        let mut request = DownloadRequest::server("www", "https://example.vault.azure.net")
            .with_client("application", "tenant")
            .with_client_secret(SECRET);
        request.r#type = kind.to_owned();
        let start = || {
            let configuration = request.check(&policy).expect("it is correct");
            let mut rng = ChaCha20Rng::from_seed([1; 32]);
            Download::start(configuration, &policy, &mut rng).expect("nothing is signed")
        };
        if let Step::Failed(error) = start().answer(Ok(response(first))) {
            // Of what comes before the token, no part can be it.
            assert!(!format!("{error} {error:?}").contains(SECRET));
        }
        let granted = format!(r#"{{"token_type":"Bearer","access_token":"{TOKEN}"}}"#);
        let Step::Send(next) = start().answer(Ok(HttpResponse::new(200, granted))) else {
            panic!("a token was given");
        };
        match next.answer(Ok(response(second))) {
            Step::Failed(error) => is_harmless(&error),
            Step::Install(request) => drop(install(&request, &policy)),
            Step::Send(_) => panic!("nothing is asked twice"),
        }
    }
});
