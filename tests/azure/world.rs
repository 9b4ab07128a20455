//! A configuration, and what the two hosts answer to it.

use crate::common::{policy, rng, vector};
use base64ct::{Base64, Encoding as _};
use certwright::azure::{Download, DownloadRequest, HttpResponse, Step};
use certwright::{Error, InstallRequest, KeyAndCertificates, Policy};
use serde_json::{Value, json};

pub(crate) const SECRET: &str = "a~secret+with/odd=characters&more";
pub(crate) const TOKEN: &str = "eyJ0eXAi.the-token_that~opens.a+vault/x==";

pub(crate) const PKCS12: &str = "application/x-pkcs12";
pub(crate) const PEM: &str = "application/x-pem-file";

/// A body that is granted, of a server.
pub(crate) fn body() -> Value {
    json!({
        "type": "server",
        "name": "www-example-com",
        "azure": {
            "key_vault": "https://example.vault.azure.net/",
            "client_id": "12345678-abcd-1234-12ad-dfa5dffafdaa",
            "tenant_id": "87654321-abcd-abcd-1234-720ef604b100",
            "client_secret": SECRET,
        },
    })
}

/// The body with a value at a dotted path; `null` takes it away.
pub(crate) fn with(mut body: Value, path: &str, value: Value) -> Value {
    let mut place = &mut body;
    for name in path.split('.') {
        if !place[name].is_object() && name != path.rsplit('.').next().unwrap() {
            place[name] = json!({});
        }
        place = &mut place[name];
    }
    *place = value;
    body
}

/// The body with a client certificate in place of the secret.
pub(crate) fn by_certificate(certificate: &str) -> Value {
    let body = with(body(), "azure.client_secret", Value::Null);
    with(body, "azure.client_certificate", json!(certificate))
}

/// A certificate of the vectors with its key, both PEM.
pub(crate) fn pair(name: &str) -> String {
    vector(&format!("{name}.pem")) + &vector(&format!("{name}.key"))
}

pub(crate) fn read(body: &Value) -> DownloadRequest {
    DownloadRequest::from_json(body.to_string().as_bytes()).unwrap()
}

/// What refuses the body before anything is sent.
pub(crate) fn refused(body: &Value, policy: &Policy) -> Option<Error> {
    let request = match DownloadRequest::from_json(body.to_string().as_bytes()) {
        Ok(request) => request,
        Err(error) => return Some(error),
    };
    request.check(policy).err()
}

pub(crate) fn start(body: &Value) -> Download {
    start_under(body, &policy())
}

pub(crate) fn start_under(body: &Value, policy: &Policy) -> Download {
    let configuration = read(body).check(policy).unwrap();
    Download::start(configuration, policy, &mut rng(1)).unwrap()
}

/// An answer with a token.
pub(crate) fn token() -> HttpResponse {
    let body = json!({"token_type": "Bearer", "expires_in": 3599, "access_token": TOKEN});
    HttpResponse::new(200, body.to_string())
}

/// An answer with a secret.
pub(crate) fn secret(content_type: &str, value: &str) -> HttpResponse {
    let id = "https://example.vault.azure.net/secrets/www-example-com/0123456789abcdef";
    let body = json!({"value": value, "contentType": content_type, "id": id, "managed": true,
        "attributes": {"enabled": true, "created": 1_493_938_410}, "tags": {}});
    HttpResponse::new(200, body.to_string())
}

#[track_caller]
pub(crate) fn next(step: Step) -> Download {
    match step {
        Step::Send(next) => next,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
pub(crate) fn failed(step: Step) -> Error {
    match step {
        Step::Failed(error) => error,
        other => panic!("{other:?}"),
    }
}

/// A download that waits for the secret.
pub(crate) fn with_token(body: &Value, policy: &Policy) -> Download {
    next(start_under(body, policy).answer(Ok(token())))
}

/// What comes of this answer of the vault.
pub(crate) fn ended(
    body: &Value,
    policy: &Policy,
    answer: HttpResponse,
) -> Result<InstallRequest, Error> {
    match with_token(body, policy).answer(Ok(answer)) {
        Step::Install(request) => Ok(*request),
        Step::Failed(error) => Err(error),
        Step::Send(_) => panic!("nothing more is sent"),
    }
}

pub(crate) fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/vectors/pkcs12/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).unwrap()
}

pub(crate) fn base64(octets: &[u8]) -> String {
    Base64::encode_string(octets)
}

/// A PKCS#12 file of the vectors, as a vault has it.
pub(crate) fn pkcs12(name: &str) -> String {
    base64(&file(name))
}

/// PKCS#12 without a password that asks for more than eight million iterations.
pub(crate) fn bomb() -> String {
    let certificates =
        KeyAndCertificates::from_pkcs12(&file("openssl.p12"), "certwright", &policy()).unwrap();
    let mut file = certificates.to_pkcs12("", &mut rng(9));
    // INTEGER 600,000.
    let asked = [2, 3, 0x09, 0x27, 0xc0];
    let mut count = 0;
    while let Some(at) = file.windows(5).position(|window| window == asked) {
        file[at..at + 5].copy_from_slice(&[2, 3, 0x7f, 0xff, 0xff]);
        count += 1;
    }
    assert!(count > 0);
    base64(&file)
}
