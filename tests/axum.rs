//! The example of a server answers as the API does, also when it refuses.

#[path = "../examples/axum_server.rs"]
#[allow(dead_code, reason = "its `main` is for the command line")]
mod axum_server;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use axum_server::{Service, router};
use certwright::{
    Certificate, CsrSpec, GeneratedCsr, KeySpec, PathOptions, Policy, SubjectAlternatives,
    TrustStore, rand_core::UnwrapErr,
};
use getrandom::SysRng;
use serde_json::{Value, json};
use std::time::{Duration, SystemTime};
use tower::ServiceExt;

const HOST: &str = "www.internal.example";

/// 2026-01-01T00:00:00Z.
fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_hours(490_896)
}

struct Answer {
    status: StatusCode,
    body: Value,
    /// The certificate of the service's CA.
    root: Certificate,
}

impl Answer {
    /// Status, code and target of a refusal.
    fn refusal(&self) -> (u16, &str, Option<&str>) {
        let error = &self.body["error"];
        assert!(error["message"].is_string(), "{}", self.body);
        (
            self.status.as_u16(),
            error["code"].as_str().unwrap(),
            error["target"].as_str(),
        )
    }
}

/// What a new service answers to this text of the content type JSON.
async fn post_text(text: impl Into<String>) -> Answer {
    let service = Service::set_up(now).unwrap();
    let root = service.ca.certificate().clone();
    let request = Request::post("/sign")
        .header("content-type", "application/json")
        .body(Body::from(text.into()))
        .unwrap();
    let response = router(service).oneshot(request).await.unwrap();
    let status = response.status();
    assert_eq!(response.headers()["content-type"], "application/json");
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    Answer {
        status,
        body: serde_json::from_slice(&body).unwrap(),
        root,
    }
}

async fn post(csr: &GeneratedCsr) -> Answer {
    post_text(json!({"signing_request": csr.csr, "expiry_time": "P30D"}).to_string()).await
}

fn csr(subject: &str, names: &SubjectAlternatives) -> GeneratedCsr {
    CsrSpec::new(subject, names)
        .unwrap()
        .with_key(KeySpec::P256)
        .make(&Policy::at(now()), &mut UnwrapErr(SysRng))
        .unwrap()
}

fn dns(names: &[&str]) -> SubjectAlternatives {
    let all = names.iter().copied();
    all.fold(SubjectAlternatives::new(), SubjectAlternatives::with_dns)
}

#[tokio::test]
async fn a_listed_host_gets_a_certificate_that_leads_to_the_root() {
    let asked_for = [
        dns(&[]),
        dns(&[HOST]),
        dns(&["WWW.internal.example", "db.internal.example"]),
    ];
    for names in asked_for {
        let answer = post(&csr(&format!("CN={HOST}"), &names)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        let pem = answer.body["public_certificate"].as_str().unwrap();
        let certificate = Certificate::from_pem(pem).unwrap();
        TrustStore::new([answer.root])
            .verify(
                &certificate,
                &[],
                &PathOptions::server(HOST),
                &Policy::at(now()),
            )
            .unwrap();
        let days = (certificate.not_after().unix() - certificate.not_before().unix()) / 86_400;
        assert_eq!(days, 30);
    }
}

#[tokio::test]
async fn names_that_are_not_listed_are_forbidden() {
    let subject = format!("CN={HOST}");
    let refused = [
        csr("CN=mail.internal.example", &dns(&[])),
        csr("CN=mail.internal.example", &dns(&[HOST])),
        csr(&format!("O=Example,CN={HOST}"), &dns(&[])),
        csr(&subject, &dns(&[HOST, "mail.internal.example"])),
        csr(&subject, &dns(&["*.internal.example"])),
        csr(&subject, &dns(&[HOST]).with_ip("10.0.0.1")),
        csr(&subject, &dns(&[HOST]).with_email("root@internal.example")),
        csr(&subject, &dns(&[HOST]).with_uri("urn:example:a")),
        csr("", &dns(&[HOST])),
    ];
    for (row, csr) in refused.iter().enumerate() {
        let answer = post(csr).await;
        assert_eq!(
            answer.refusal(),
            (403, "6", Some("signing_request")),
            "row {row}"
        );
    }
}

#[tokio::test]
async fn rubbish_is_refused_with_the_codes_of_the_api() {
    let good = csr(&format!("CN={HOST}"), &dns(&[])).csr;
    let body = |csr: &str, expiry: Value| {
        json!({"signing_request": csr, "expiry_time": expiry}).to_string()
    };
    let not_signed = good.replacen('A', "B", 3);
    let rows = [
        (
            body("rubbish", Value::Null),
            (400, "3735626", Some("signing_request")),
        ),
        (
            body(&not_signed, Value::Null),
            (400, "3735626", Some("signing_request")),
        ),
        (
            body(&good, json!("P11Y")),
            (400, "3735701", Some("expiry_time")),
        ),
        (
            body(&good, json!("soon")),
            (400, "3735701", Some("expiry_time")),
        ),
        // After the CA's own end.
        (
            body(&good, json!("P3652D")),
            (400, "3735630", Some("expiry_time")),
        ),
        ("{".to_owned(), (400, "2", None)),
        ("{}".to_owned(), (400, "3735626", Some("signing_request"))),
        (body(&good, json!(7)), (422, "2", None)),
        (" ".repeat(3 << 20), (413, "2", None)),
    ];
    for (row, (text, expected)) in rows.into_iter().enumerate() {
        let answer = post_text(text).await;
        assert_eq!(answer.refusal(), expected, "row {row}: {}", answer.body);
    }
}
