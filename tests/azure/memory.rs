//! What a download gives back to the allocator, dropped at every state: nothing secret.

use crate::common::rows::each_row;
use crate::common::{policy, rng, vector};
use crate::watching::given_back;
use crate::world::{
    PEM, PKCS12, SECRET, TOKEN, base64, body, by_certificate, file, next, pair, secret, token,
};
use certwright::azure::{Download, DownloadRequest, HttpResponse, Step};
use certwright::{CreateRequest, KeyAndCertificates, create, install};
use serde_json::json;

/// How far a download goes before it is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Read,
    Checked,
    Started,
    NoToken,
    WithToken,
    NoSecret,
    NoCertificate,
    Installed,
}

const STATES: [State; 8] = [
    State::Read,
    State::Checked,
    State::Started,
    State::NoToken,
    State::WithToken,
    State::NoSecret,
    State::NoCertificate,
    State::Installed,
];

/// Goes up to `state`. What is given to it is made outside.
fn go(body: &[u8], to: State, content_type: &'static str, answers: [HttpResponse; 2]) {
    let request = DownloadRequest::from_json(body).unwrap();
    if to == State::Read {
        return;
    }
    let configuration = request.check(&policy()).unwrap();
    if to == State::Checked {
        return;
    }
    let download = Download::start(configuration, &policy(), &mut rng(1)).unwrap();
    let [with_token, with_secret] = answers;
    match to {
        State::Started => return,
        State::NoToken => {
            let step = download.answer(Ok(HttpResponse::new(400, r#"{"error":"x"}"#)));
            assert!(matches!(step, Step::Failed(_)));
            return;
        }
        _ => {}
    }
    let download = next(download.answer(Ok(with_token)));
    match to {
        State::WithToken => {}
        State::NoSecret => {
            let refusal = r#"{"error":{"code":"x","message":"y"}}"#;
            let step = download.answer(Ok(HttpResponse::new(403, refusal)));
            assert!(matches!(step, Step::Failed(_)));
        }
        State::NoCertificate => {
            let step = download.answer(Ok(secret(content_type, "x")));
            assert!(matches!(step, Step::Failed(_)));
        }
        _ => {
            let Step::Install(request) = download.answer(Ok(with_secret)) else {
                panic!("{content_type}");
            };
            install(&request, &policy()).unwrap();
        }
    }
}

#[test]
fn secrets_are_wiped_at_every_state() {
    let made = create(
        &CreateRequest::server("a.example").with_algorithm("ec"),
        &policy(),
        &mut rng(2),
    )
    .unwrap();
    let pem = made.public_certificate.clone() + made.private_key.as_str();
    let line = made.private_key.as_str().lines().nth(1).unwrap().as_bytes()[24..56].to_vec();
    let der = made.private_key_der.as_bytes();
    let number = der
        .windows(2)
        .position(|pair| pair == [0x04, 0x20])
        .unwrap()
        + 2;
    let number = der[number..number + 16].to_vec();
    let reversed: Vec<_> = number.iter().rev().copied().collect();
    let both = KeyAndCertificates::new(der, vec![made.certificate.clone()]).unwrap();
    let container = base64(&both.to_pkcs12("", &mut rng(3)));
    let body = body().to_string().into_bytes();
    let escaped = b"a~secret%2Bwith%2Fodd".to_vec();
    for state in STATES {
        for (content_type, value) in [(PEM, &pem), (PKCS12, &container)] {
            let needles = [
                SECRET.as_bytes().to_vec(),
                escaped.clone(),
                TOKEN.as_bytes().to_vec(),
                line.clone(),
                number.clone(),
                reversed.clone(),
            ];
            each_row(needles, |needle| {
                let answers = [token(), secret(content_type, value)];
                let found = given_back(&needle, || go(&body, state, content_type, answers));
                assert_eq!(found, 0, "{state:?} {content_type}");
            });
        }
    }
}

/// The assertion, and the password and key of the client's certificate as they were given. The `rsa`
/// crate leaves numbers behind while it loads a key, which `tests/secrets.rs` says.
#[test]
fn the_client_certificate_and_its_assertion_are_wiped() {
    let form_of = |certificate: &str| {
        let request = crate::world::read(&by_certificate(certificate));
        let configuration = request.check(&policy()).unwrap();
        let download = Download::start(configuration, &policy(), &mut rng(1)).unwrap();
        download.request().body().to_vec()
    };
    let key = vector("server.key");
    let line = key.lines().nth(5).unwrap().as_bytes()[..40].to_vec();
    let encoded = base64(&file("empty.p12"));
    for (certificate, needle) in [
        (pair("server"), line),
        (encoded.clone(), encoded.as_bytes()[600..640].to_vec()),
    ] {
        let form = form_of(&certificate);
        let signature = form[form.len() - 64..].to_vec();
        let body = by_certificate(&certificate).to_string().into_bytes();
        for state in STATES {
            for needle in [&needle, &signature] {
                let answers = [token(), secret(PEM, &pair("server"))];
                let found = given_back(needle, || go(&body, state, PEM, answers));
                // The vault's answer has the same key as the client in this test.
                assert_eq!(found, 0, "{state:?}");
            }
        }
    }
}

#[test]
fn a_proxys_password_is_wiped() {
    let proxy = json!({"type": "http", "host": "p", "port": 1, "username": "me", "password": "proxy-password"});
    let body = crate::world::with(body(), "azure.proxy", proxy);
    let body = body.to_string().into_bytes();
    for state in STATES {
        let answers = [token(), secret(PEM, &pair("server"))];
        let found = given_back(b"proxy-password", || go(&body, state, PEM, answers));
        assert_eq!(found, 0, "{state:?}");
    }
}
