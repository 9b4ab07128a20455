//! Answers and bodies that nobody means well with: no panic, nothing that grows, nothing secret told.

use crate::common::{cases, policy};
use crate::world::{
    PEM, PKCS12, SECRET, TOKEN, base64, body, bomb, ended, file, pair, pkcs12, secret, start,
    token, with, with_token,
};
use certwright::azure::{DownloadRequest, HttpResponse, Step};
use certwright::{Error, install};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::error::Error as _;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// What an error may be: short, and without a secret.
fn is_harmless(error: &Error, secrets: &[&str]) -> Result<(), TestCaseError> {
    let body = serde_json::to_string(error).unwrap();
    prop_assert!(body.len() < 3000, "{}", body.len());
    let mut shown = format!("{body} {error:?}");
    let mut source = error.source();
    while let Some(cause) = source {
        write!(shown, "{cause}").unwrap();
        source = cause.source();
    }
    for secret in secrets {
        prop_assert!(!shown.contains(secret), "{shown}");
    }
    prop_assert!(!shown.contains("PRIVATE KEY-----"), "{shown}");
    Ok(())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,40}".prop_map(Value::from),
        "[a-z]{0,9}".prop_map(Value::from),
        Just(json!(PEM)),
        Just(json!(PKCS12)),
        Just(json!("Bearer")),
        Just(json!(format!("x{SECRET}"))),
        Just(json!(format!("{TOKEN}y"))),
        Just(json!(pkcs12("empty.p12"))),
        Just(json!(pair("server"))),
    ];
    let name = prop::sample::select(vec![
        "access_token",
        "token_type",
        "error",
        "error_description",
        "value",
        "contentType",
        "code",
        "message",
    ]);
    leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(name.clone(), inner, 0..6)
                .prop_map(|map| map
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect::<serde_json::Map<_, _>>())
                .prop_map(Value::from),
        ]
    })
}

/// Octets that may be JSON, and statuses that may be good.
fn answer() -> impl Strategy<Value = (u16, Vec<u8>)> {
    let status = prop_oneof![Just(200), Just(404), Just(302), any::<u16>()];
    let text = prop_oneof![
        value().prop_map(|value| value.to_string().into_bytes()),
        value().prop_map(|value| value.to_string().into_bytes()),
        prop::collection::vec(any::<u8>(), 0..200),
        "\\PC{0,100}".prop_map(String::into_bytes),
    ];
    (status, text)
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn any_answer_of_either_host((status, answer) in answer(), (other, second) in answer()) {
        match start(&body()).answer(Ok(HttpResponse::new(status, answer))) {
            Step::Failed(error) => {
                prop_assert_eq!(error.code().value(), 3_735_751);
                is_harmless(&error, &[SECRET])?;
            }
            Step::Send(next) => {
                let request = next.request();
                for (_, value) in request.headers() {
                    prop_assert!(value.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
                }
            }
            Step::Install(_) => prop_assert!(false, "there is no certificate yet"),
        }
        match with_token(&body(), &policy()).answer(Ok(HttpResponse::new(other, second))) {
            Step::Failed(error) => is_harmless(&error, &[SECRET, TOKEN])?,
            Step::Install(request) => prop_assert!(install(&request, &policy()).is_ok()),
            Step::Send(_) => prop_assert!(false, "nothing is asked twice"),
        }
    }

    #[test]
    fn a_container_with_a_fault(place: prop::sample::Index, octet: u8, end: prop::sample::Index, cut: bool) {
        for name in ["empty.p12", "empty-legacy.p12", "clear.p12"] {
            let mut file = file(name);
            if cut {
                file.truncate(end.index(file.len()));
            } else {
                let at = place.index(file.len());
                file[at] ^= octet;
            }
            for kind in ["server", "client_ca"] {
                let body = with(body(), "type", json!(kind));
                match ended(&body, &policy(), secret(PKCS12, &base64(&file))) {
                    Ok(request) => drop(install(&request, &policy())),
                    Err(error) => is_harmless(&error, &[SECRET, TOKEN])?,
                }
            }
        }
    }

    #[test]
    fn any_text_as_a_secret(text in "\\PC{0,200}", pem: bool) {
        let kind = if pem { PEM } else { PKCS12 };
        match ended(&body(), &policy(), secret(kind, &text)) {
            Ok(request) => drop(install(&request, &policy())),
            Err(error) => is_harmless(&error, &[SECRET, TOKEN])?,
        }
    }

    /// A value of any kind in any field, alone and in what is otherwise complete.
    #[test]
    fn any_value_in_any_field(
        field in prop::sample::select(vec![
            "type", "name", "common_name", "azure", "azure.key_vault", "azure.client_id", "azure.tenant_id",
            "azure.client_secret", "azure.client_certificate", "azure.oauth_host", "azure.timeout",
            "azure.verify_host", "azure.proxy", "azure.proxy.type", "azure.proxy.host", "azure.proxy.port",
        ]),
        value in value(),
        text in "\\PC{0,300}|[a-z.:/0-9\\[\\]@?#%-]{0,40}",
        as_text: bool,
    ) {
        let value = if as_text { json!(text) } else { value };
        let body = with(body(), field, value);
        let read = DownloadRequest::from_json(body.to_string().as_bytes());
        let checked = read.and_then(|request| request.check(&policy()));
        match checked {
            // Any text may stand in any field; what is given as a secret is none of them.
            Err(error) => is_harmless(&error, &[])?,
            Ok(configuration) => {
                let download = certwright::azure::Download::start(configuration, &policy(), &mut crate::common::rng(1));
                let download = download.unwrap();
                let url = download.request().url().to_owned();
                prop_assert!(url.starts_with("https://"));
                // What a URI is made of, and nothing that means something in it.
                prop_assert!(url.parse::<http::Uri>().is_ok(), "{url}");
                prop_assert_eq!(url.matches('/').count(), 6, "{}", url);
                let Step::Send(next) = download.answer(Ok(token())) else {
                    return Err(TestCaseError::fail("a token was given"));
                };
                let url = next.request().url();
                prop_assert!(url.parse::<http::Uri>().is_ok(), "{url}");
                prop_assert_eq!(url.matches('/').count(), 4, "{}", url);
                prop_assert!(url.ends_with("?api-version=7.4"));
            }
        }
    }
}

/// Work that is asked for without measure is refused at once.
#[test]
fn bombs_take_no_time() {
    let start = Instant::now();
    ended(&body(), &policy(), secret(PKCS12, &bomb())).unwrap_err();
    let nested = format!(
        r#"{{"value":{}1{}}}"#,
        "[".repeat(400_000),
        "]".repeat(400_000)
    );
    ended(&body(), &policy(), HttpResponse::new(200, nested)).unwrap_err();
    let names: Vec<_> = (0..60_000).map(|n| format!(r#""n{n}":1"#)).collect();
    let wide = format!("{{{}}}", names.join(","));
    ended(&body(), &policy(), HttpResponse::new(200, wide)).unwrap_err();
    // Searching one for the other, where nearly every place looks right.
    let long = "a".repeat(500_000);
    let body = with(body(), "azure.client_secret", json!(format!("{long}b")));
    let answer = json!({"error": {"code": "x", "message": long.repeat(2)}}).to_string();
    let error = ended(&body, &policy(), HttpResponse::new(400, answer)).unwrap_err();
    assert_eq!(error.code().value(), 3_735_764);
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "{:?}",
        start.elapsed()
    );
}
