//! What comes of each answer.

use crate::common::rows::each_row;
use crate::common::{policy, rng, vector};
use crate::world::{
    PEM, PKCS12, SECRET, TOKEN, base64, body, bomb, ended, failed, file, pair, pkcs12, secret,
    start, with, with_token,
};
use certwright::azure::{HttpResponse, Step};
use certwright::{CreateRequest, Error, KeyAndCertificates, SecretPem, create, install, match_key};
use serde_json::{Value, json};
use std::error::Error as _;
use std::fmt::Write as _;

/// What an error has as arguments.
type Arguments<'a> = &'a [(&'a str, &'a str)];

fn said(error: &Error) -> Vec<(&str, &str)> {
    let arguments = error.arguments().iter();
    arguments
        .map(|argument| (argument.code.as_str(), argument.message.as_str()))
        .collect()
}

/// What an HTTP client says in place of an answer.
fn none() -> Result<HttpResponse, Box<dyn std::error::Error + Send + Sync>> {
    Err(std::io::Error::other("no route to host").into())
}

#[test]
fn no_token() {
    let written = |value: Value| value.to_string().into_bytes();
    let taken = || json!({"token_type": "Bearer", "access_token": TOKEN});
    let refused = json!({
        "error": "invalid_client",
        "error_description": "AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1",
        "error_codes": [7_000_215],
        "trace_id": "1",
    });
    let in_words: Arguments<'_> = &[
        ("error", "invalid_client"),
        (
            "error_description",
            "AADSTS7000215: Invalid client secret provided.",
        ),
    ];
    let large = format!("{}{}", taken(), " ".repeat(1 << 20)).into_bytes();
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes();
    let rows: Vec<(u16, Vec<u8>, Arguments<'_>)> = vec![
        (401, written(refused.clone()), in_words),
        (400, written(refused.clone()), in_words),
        (200, written(refused), in_words),
        (400, written(json!({"error": "x"})), &[("error", "x")]),
        (400, written(json!({"error": {"code": "x"}})), &[]),
        (200, b"".to_vec(), &[]),
        (200, b"token".to_vec(), &[]),
        (200, b"[]".to_vec(), &[]),
        (200, b"\xff\xfe".to_vec(), &[]),
        (200, deep, &[]),
        (200, large, &[]),
        (200, written(with(taken(), "access_token", json!(""))), &[]),
        (
            200,
            written(with(taken(), "access_token", Value::Null)),
            &[],
        ),
        (200, written(with(taken(), "access_token", json!(7))), &[]),
        (
            200,
            written(with(taken(), "access_token", json!("a b"))),
            &[],
        ),
        (
            200,
            written(with(taken(), "access_token", json!("a\r\nX: y"))),
            &[],
        ),
        (200, written(with(taken(), "token_type", json!("mac"))), &[]),
        (200, written(with(taken(), "token_type", Value::Null)), &[]),
        (
            200,
            br#"{"token_type":"Bearer","access_token":"a","access_token":"b"}"#.to_vec(),
            &[],
        ),
        (201, written(taken()), &[]),
        (302, written(taken()), &[]),
        (500, written(taken()), &[]),
        (503, b"<html>".to_vec(), &[]),
    ];
    each_row(rows, |(status, answer, arguments)| {
        let error = failed(start(&body()).answer(Ok(HttpResponse::new(status, answer))));
        assert_eq!(
            (error.code().value(), error.http_status()),
            (3_735_751, 500)
        );
        assert_eq!(said(&error), arguments);
        assert!(error.message().contains(&status.to_string()), "{error}");
    });
    let error = failed(start(&body()).answer(none()));
    assert_eq!((error.code().value(), said(&error)), (3_735_751, vec![]));
    let message = "the Azure OAuth host gave no answer: no route to host";
    assert_eq!(error.message(), message);
    assert_eq!(error.source().unwrap().to_string(), "no route to host");
    for kind in ["bearer", "BEARER"] {
        let answer = written(with(taken(), "token_type", json!(kind)));
        let step = start(&body()).answer(Ok(HttpResponse::new(200, answer)));
        assert!(matches!(step, Step::Send(_)));
    }
}

/// Status and body; the code, and what the error has as arguments.
type Row<'a> = (u16, String, u32, Arguments<'a>);

#[test]
#[allow(clippy::too_many_lines, reason = "a table")]
fn no_secret() {
    let vault_error = |code: Value, message: Value| {
        json!({"error": {"code": code, "message": message}}).to_string()
    };
    let not_found = vault_error(
        json!("SecretNotFound"),
        json!("A secret with (name/id) www was not found."),
    );
    let in_words: Arguments<'_> = &[
        ("code", "SecretNotFound"),
        ("message", "A secret with (name/id) www was not found."),
    ];
    let good = secret_text(PEM, &pair("server"));
    let whole = |value: Value| value.to_string();
    let large = format!("{good}{}", " ".repeat(1 << 20));
    let deep = "[".repeat(100_000);
    let kind = |kind: Value| whole(json!({"value": "x", "contentType": kind}));
    let rows: Vec<Row<'_>> = vec![
        // A redirect, whatever it has.
        (301, good.clone(), 3_735_755, &[]),
        (302, String::new(), 3_735_755, &[]),
        (307, not_found.clone(), 3_735_755, &[]),
        (308, String::new(), 3_735_755, &[]),
        // An error without readable JSON.
        (404, String::new(), 3_735_755, &[]),
        (500, "<html>".to_owned(), 3_735_755, &[]),
        (403, r#"{"error":"#.to_owned(), 3_735_755, &[]),
        (403, whole(json!({"error": "x"})), 3_735_755, &[]),
        (403, whole(json!({"error": {"code": "x"}})), 3_735_755, &[]),
        (403, vault_error(json!(7), json!("x")), 3_735_755, &[]),
        (
            403,
            format!("{not_found}{}", " ".repeat(1 << 20)),
            3_735_755,
            &[],
        ),
        (204, String::new(), 3_735_755, &[]),
        (201, good, 3_735_755, &[]),
        // One with.
        (404, not_found.clone(), 3_735_764, in_words),
        (401, not_found.clone(), 3_735_764, in_words),
        (429, not_found.clone(), 3_735_764, in_words),
        (500, not_found.clone(), 3_735_764, in_words),
        (
            404,
            vault_error(json!(""), json!("")),
            3_735_764,
            &[("code", ""), ("message", "")],
        ),
        // Granted, and not readable.
        (200, large, 3_735_754, &[]),
        (200, String::new(), 3_735_754, &[]),
        (200, "<html>".to_owned(), 3_735_754, &[]),
        (200, "[]".to_owned(), 3_735_754, &[]),
        (200, deep, 3_735_754, &[]),
        (200, not_found, 3_735_754, &[]),
        (200, whole(json!({"contentType": PEM})), 3_735_754, &[]),
        (
            200,
            whole(json!({"value": null, "contentType": PEM})),
            3_735_754,
            &[],
        ),
        (
            200,
            whole(json!({"value": 7, "contentType": PEM})),
            3_735_754,
            &[],
        ),
        (
            200,
            whole(json!({"value": {}, "contentType": "text/plain"})),
            3_735_754,
            &[],
        ),
        (
            200,
            r#"{"value":"x","value":"y"}"#.to_owned(),
            3_735_754,
            &[],
        ),
        // The content type.
        (200, whole(json!({"value": "x"})), 3_735_753, &[]),
        (200, kind(Value::Null), 3_735_753, &[]),
        (200, kind(json!(7)), 3_735_753, &[]),
        (200, kind(json!("")), 3_735_753, &[("contentType", "")]),
        (
            200,
            kind(json!("text/plain")),
            3_735_753,
            &[("contentType", "text/plain")],
        ),
        (
            200,
            kind(json!("application/x-pkcs12x")),
            3_735_753,
            &[("contentType", "application/x-pkcs12x")],
        ),
    ];
    each_row(rows, |(status, answer, code, arguments)| {
        let answer = HttpResponse::new(status, answer);
        let error = ended(&body(), &policy(), answer).unwrap_err();
        assert_eq!(
            (error.code().value(), error.http_status()),
            (code, 500),
            "{error}"
        );
        assert_eq!(said(&error), arguments);
    });
    let error = failed(with_token(&body(), &policy()).answer(none()));
    assert_eq!((error.code().value(), said(&error)), (3_735_755, vec![]));
    assert_eq!(
        error.message(),
        "the key vault gave no answer: no route to host"
    );
    assert_eq!(error.source().unwrap().to_string(), "no route to host");
}

/// The body of an answer with a secret.
fn secret_text(content_type: &str, value: &str) -> String {
    json!({"value": value, "contentType": content_type}).to_string()
}

/// PKCS#12 of what the crate made.
fn container(key: &[u8], certificates: Vec<certwright::Certificate>) -> String {
    let both = KeyAndCertificates::new(key, certificates).unwrap();
    base64(&both.to_pkcs12("", &mut rng(9)))
}

#[test]
fn no_key() {
    let (server, key) = (vector("server.pem"), vector("server.key"));
    let certificates =
        KeyAndCertificates::from_pkcs12(&file("certificates.p12"), "certwright", &policy());
    let certificates = certificates.unwrap();
    let without_key = base64(&certificates.to_pkcs12("", &mut rng(9)));
    let rows = [
        (PKCS12, "x".to_owned()),
        (PKCS12, String::new()),
        (PKCS12, "-".repeat(100)),
        (PKCS12, base64(b"something else")),
        (PKCS12, pkcs12("empty.p12")[..1000].to_owned()),
        (PKCS12, pair("server")),
        (PKCS12, without_key),
        (PKCS12, bomb()),
        (PEM, String::new()),
        (PEM, server.clone()),
        (PEM, "x".to_owned()),
        (PEM, pkcs12("empty.p12")),
        (PEM, server.clone() + &key + &key),
        (PEM, server.clone() + &key.replace("MII", "MIJ")),
        (PEM, server + &vector("root.encrypted.key")),
    ];
    each_row(rows, |(content_type, value)| {
        for kind in ["server", "client"] {
            let body = with(body(), "type", json!(kind));
            let error = ended(&body, &policy(), secret(content_type, &value)).unwrap_err();
            let found = (error.code().value(), error.http_status());
            assert_eq!(found, (3_735_752, 500), "{error}");
            assert!(error.message().len() < 1000);
        }
    });
}

#[test]
fn containers_that_are_refused() {
    let rows = [
        (
            "under a password",
            "server",
            pkcs12("openssl.p12"),
            false,
            52_560_123,
            400,
        ),
        (
            "of a CA",
            "server_ca",
            pkcs12("openssl.p12"),
            false,
            52_560_123,
            400,
        ),
        (
            "FIPS: RC2",
            "server",
            pkcs12("empty-legacy.p12"),
            true,
            52_559_974,
            400,
        ),
        (
            "FIPS: of a CA",
            "client_ca",
            pkcs12("empty-legacy.p12"),
            true,
            52_559_974,
            400,
        ),
        (
            "not base64",
            "server_ca",
            "x".to_owned(),
            false,
            52_559_975,
            400,
        ),
        (
            "something else",
            "server_ca",
            base64(b"something else"),
            false,
            52_559_975,
            400,
        ),
        ("too much work", "client_ca", bomb(), false, 52_363_365, 400),
    ];
    each_row(rows, |(_, kind, value, fips, code, status)| {
        let policy = if fips { policy().with_fips() } else { policy() };
        let body = with(body(), "type", json!(kind));
        let error = ended(&body, &policy, secret(PKCS12, &value)).unwrap_err();
        assert_eq!(
            (error.code().value(), error.http_status()),
            (code, status),
            "{error}"
        );
    });
    // A key of a type that is not supported is readable.
    let ed25519 = vector("ed25519.pem") + &vector("ed25519.key");
    let error = ended(&body(), &policy(), secret(PEM, &ed25519)).unwrap_err();
    assert_eq!(error.code(), certwright::ErrorCode::KeyTypeNotSupported);
}

#[test]
fn what_is_installed() {
    let root = vector("root.pem");
    let rows = [
        ("PKCS#12", PKCS12, pkcs12("empty.p12")),
        ("of old schemes", PKCS12, pkcs12("empty-legacy.p12")),
        (
            "with parameters",
            "Application/X-PKCS12; charset=utf-8",
            pkcs12("empty.p12"),
        ),
        ("PEM", PEM, pair("server") + &root),
        (
            "the key first",
            PEM,
            vector("server.key") + &vector("server.pem") + &root,
        ),
        ("the root first", PEM, root.clone() + &pair("server")),
        (
            "an expired twin",
            PEM,
            vector("expired.pem") + &pair("server") + &root,
        ),
    ];
    each_row(rows, |(name, content_type, value)| {
        for (kind, common_name) in [("server", None), ("client", Some("another"))] {
            let body = with(body(), "type", json!(kind));
            let body = with(body, "common_name", json!(common_name));
            let request = ended(&body, &policy(), secret(content_type, &value)).unwrap();
            assert_eq!(
                (&*request.r#type, request.name.as_deref()),
                (kind, Some("www-example-com"))
            );
            assert_eq!(request.common_name.as_deref(), common_name);
            assert_eq!(
                request.public_certificate,
                vector("server.pem").replace("\r\n", "\n")
            );
            assert_eq!(
                request.private_key,
                Some(SecretPem::from(vector("server.key")))
            );
            let others = if name == "an expired twin" { 2 } else { 1 };
            assert_eq!(request.intermediate_certificates.len(), others);
            match_key(
                &request.public_certificate,
                request.private_key.as_ref().unwrap().as_str(),
            )
            .unwrap();
            install(&request, &policy()).unwrap();
        }
    });
    let request = ended(
        &body(),
        &policy().with_fips(),
        secret(PKCS12, &pkcs12("empty.p12")),
    )
    .unwrap();
    install(&request, &policy().with_fips()).unwrap();
}

#[test]
fn a_ca_comes_without_its_key() {
    let root = pair("root");
    let made = create(
        &CreateRequest::root_ca("CA").with_algorithm("ec"),
        &policy(),
        &mut rng(2),
    )
    .unwrap();
    let alone = container(made.private_key_der.as_bytes(), vec![made.certificate]);
    let rows = [
        (PEM, root.clone()),
        (PEM, vector("root.pem")),
        (
            PEM,
            vector("root.pem") + "-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----\n",
        ),
        (PKCS12, alone),
    ];
    each_row(rows, |(content_type, value)| {
        for kind in ["client_ca", "server_ca"] {
            let body = with(body(), "type", json!(kind));
            let request = ended(&body, &policy(), secret(content_type, &value)).unwrap();
            assert_eq!(request.private_key, None);
            assert!(request.intermediate_certificates.is_empty());
            assert!(!request.public_certificate.contains("KEY"));
            install(&request, &policy()).unwrap();
        }
    });
    // There must be one certificate.
    let body = with(body(), "type", json!("server_ca"));
    for (content_type, value) in [
        (PEM, root + &vector("ca-p256.pem")),
        (PKCS12, pkcs12("empty.p12")),
    ] {
        let request = ended(&body, &policy(), secret(content_type, &value)).unwrap();
        let error = install(&request, &policy()).unwrap_err();
        assert_eq!(error.code().value(), 52_559_975);
    }
    let error = ended(&body, &policy(), secret(PEM, &vector("root.key"))).unwrap_err();
    assert_eq!(error.code().value(), 52_559_975);
}

/// What is said of the key that fits no certificate is the installation's.
#[test]
fn the_installation_has_its_own_codes() {
    let rows = [
        (vector("root.pem") + &vector("server.key"), 52_559_976_u32),
        (vector("expired.pem") + &vector("server.key"), 52_559_973),
        (pair("server") + &vector("ca-p256.pem"), 3_735_632),
        (vector("server.key"), 52_559_975),
    ];
    each_row(rows, |(value, code)| {
        let request = ended(&body(), &policy(), secret(PEM, &value));
        let error = request
            .and_then(|request| install(&request, &policy()))
            .unwrap_err();
        assert_eq!(error.code().value(), code, "{error}");
    });
}

#[test]
fn an_answer_that_repeats_a_secret_is_not_quoted() {
    let escaped = "a~secret%2Bwith%2Fodd%3Dcharacters%26more";
    for repeated in [SECRET, escaped, TOKEN, "proxy-password"] {
        let proxy = json!({"type": "http", "host": "p", "port": 1, "username": "me", "password": "proxy-password"});
        let body = with(body(), "azure.proxy", proxy);
        let text = format!("you sent {repeated}!");
        let answer = json!({"error": text, "error_description": text}).to_string();
        let vault = json!({"error": {"code": text, "message": text}}).to_string();
        let refused = failed(start(&body).answer(Ok(HttpResponse::new(400, answer))));
        let error = ended(&body, &policy(), HttpResponse::new(400, vault)).unwrap_err();
        let kind = json!({"value": "x", "contentType": text}).to_string();
        let kind = ended(&body, &policy(), HttpResponse::new(200, kind)).unwrap_err();
        let errors = if repeated == TOKEN {
            vec![error, kind]
        } else {
            vec![refused, error, kind]
        };
        for error in errors {
            let shown = format!("{error} {error:?}");
            assert!(
                !shown.contains(repeated) && shown.contains("(a text with a secret in it)"),
                "{shown}"
            );
        }
    }
}

/// An HTTP client that says what it sent, at once or further down.
#[derive(Debug)]
struct Said(String, Option<Box<Said>>);

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.1.is_some() {
            "no answer"
        } else {
            &self.0
        })
    }
}

impl std::error::Error for Said {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.1.as_ref().map(|cause| &**cause as _)
    }
}

/// All that an error shows, with what caused it.
fn whole(error: &Error) -> String {
    let mut shown = format!(
        "{error} {error:?} {}",
        serde_json::to_string(error).unwrap()
    );
    let mut source = error.source();
    while let Some(cause) = source {
        write!(shown, "{cause} {cause:?}").unwrap();
        source = cause.source();
    }
    shown
}

#[test]
fn nor_is_a_failure_that_repeats_a_secret() {
    let quotes = "a\"secret\\with\u{7f}quotes";
    for secret_of_client in [SECRET, quotes] {
        let proxy = json!({"type": "http", "host": "p", "port": 1, "username": "me", "password": "proxy-password"});
        let body = with(body(), "azure.proxy", proxy);
        let body = with(body, "azure.client_secret", json!(secret_of_client));
        let in_quotes = format!("{secret_of_client:?}");
        for repeated in [
            secret_of_client,
            in_quotes.trim_matches('"'),
            "proxy-password",
            TOKEN,
        ] {
            let text = format!("could not send {repeated}!");
            let causes = [
                Said(text.clone(), None),
                Said(String::new(), Some(Box::new(Said(text.clone(), None)))),
                Said(text, Some(Box::new(Said(String::new(), None)))),
            ];
            for cause in causes {
                let again = Said(cause.0.clone(), None);
                let later = failed(with_token(&body, &policy()).answer(Err(cause.into())));
                let first = failed(start(&body).answer(Err(again.into())));
                let errors = if repeated == TOKEN {
                    vec![later]
                } else {
                    vec![later, first]
                };
                for error in errors {
                    let shown = whole(&error);
                    assert!(!shown.contains(repeated), "{shown}");
                }
            }
        }
    }
    let error = failed(start(&body()).answer(Err(Said("no route".to_owned(), None).into())));
    assert_eq!(error.source().unwrap().to_string(), "no route");
}

/// Of a text that is shown in part, each part counts.
#[test]
fn nor_is_a_part_of_a_secret() {
    let lines = "first line of it\nand the second";
    let body = with(body(), "azure.client_secret", json!(lines));
    let answer = json!({"error": "x", "error_description": format!("no: {lines}")}).to_string();
    let error = failed(start(&body).answer(Ok(HttpResponse::new(401, answer))));
    assert_eq!(said(&error)[1].1, "(a text with a secret in it)");
    // The label is cut off within the secret.
    let label = format!("{} {}", "X".repeat(50), "LONG SECRET ".repeat(4).trim());
    let pem = format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n");
    let body = with(
        body,
        "azure.client_secret",
        json!("LONG SECRET ".repeat(4).trim()),
    );
    for kind in ["server", "server_ca"] {
        let body = with(body.clone(), "type", json!(kind));
        let error = ended(&body, &policy(), secret(PEM, &pem)).unwrap_err();
        assert!(!whole(&error).contains("LONG"), "{error:?}");
    }
}

#[test]
fn nor_is_a_label_that_repeats_a_secret() {
    let pem = "-----BEGIN ODD LABEL-----\nAAAA\n-----END ODD LABEL-----\n";
    let shown = |secret_of_client: &str| {
        let body = with(body(), "azure.client_secret", json!(secret_of_client));
        let body = with(body, "type", json!("server_ca"));
        let error = ended(&body, &policy(), secret(PEM, pem)).unwrap_err();
        assert_eq!(error.code().value(), 52_559_975);
        format!("{error} {error:?}")
    };
    assert!(shown("another").contains("ODD LABEL"));
    assert!(!shown("ODD LABEL").contains("ODD LABEL"));
}

#[test]
fn errors_do_not_grow_with_what_is_answered() {
    let long = "x y".repeat(100_000);
    let answer = json!({"error": long, "error_description": long, "token_type": long}).to_string();
    let one = failed(start(&body()).answer(Ok(HttpResponse::new(400, answer))));
    let vault = json!({"error": {"code": long, "message": long}}).to_string();
    let other = ended(&body(), &policy(), HttpResponse::new(400, vault)).unwrap_err();
    let kind = json!({"value": "x", "contentType": long}).to_string();
    let third = ended(&body(), &policy(), HttpResponse::new(200, kind)).unwrap_err();
    for error in [one, other, third] {
        assert!(!error.arguments().is_empty());
        assert!(
            serde_json::to_string(&error).unwrap().len() < 1000,
            "{error:?}"
        );
    }
}
