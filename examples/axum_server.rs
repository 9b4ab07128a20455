//! A signing service over HTTP: axum in front, the CA's key in a key management service behind.
//!
//! ```sh
//! cargo run --example axum_server --features serde
//! openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout www.key \
//!     -subj /CN=www.internal.example -addext subjectAltName=DNS:www.internal.example |
//!     jq --raw-input --slurp '{signing_request: ., expiry_time: "P30D"}' |
//!     curl --json @- http://127.0.0.1:8080/sign
//! ```
//!
//! Whoever can reach it gets certificates: a real one would ask for the caller's credentials first,
//! and speak TLS.

mod kms;

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use certwright::rand_core::UnwrapErr;
use certwright::{
    CertificateAuthority, CertificateKind, CreateSpec, Error, ErrorCode, KeySpec, Policy,
    SignRequest, SigningRequest, Time,
};
use getrandom::SysRng;
use kms::Kms;
use p256::ecdsa::SigningKey;
use p256::pkcs8::DecodePrivateKey;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Who may get a certificate.
const HOSTS: [&str; 2] = ["www.internal.example", "db.internal.example"];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let service = Service::set_up(SystemTime::now)?;
    print!("{}", service.ca.certificate().to_pem());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    println!("POST http://{}/sign", listener.local_addr()?);
    axum::serve(listener, router(service)).await?;
    Ok(())
}

/// What every request needs: the CA's certificate, and who has its key.
pub(crate) struct Service {
    pub(crate) ca: CertificateAuthority,
    kms: Kms,
    /// The library has no clock of its own.
    clock: fn() -> SystemTime,
}

impl Service {
    /// Stands for a ceremony long ago, at which the root CA's key went into the KMS.
    pub(crate) fn set_up(clock: fn() -> SystemTime) -> Result<Self, Box<dyn std::error::Error>> {
        let now = clock();
        let policy = Policy::at(now);
        let end = Time::from(now + Duration::from_hours(3650 * 24));
        let root = CreateSpec::new(CertificateKind::RootCa, "Internal Root CA", end)?
            .with_key(KeySpec::P256)
            .make(&policy, &mut UnwrapErr(SysRng))?;
        Ok(Self {
            ca: CertificateAuthority::without_key(&root.certificate, &policy)?,
            kms: Kms::start(SigningKey::from_pkcs8_der(root.private_key_der.as_bytes())?),
            clock,
        })
    }
}

pub(crate) fn router(service: Service) -> Router {
    Router::new()
        .route("/sign", post(sign))
        .with_state(Arc::new(service))
}

async fn sign(
    State(service): State<Arc<Service>>,
    body: Result<Json<SignRequest>, JsonRejection>,
) -> Result<Response, Refusal> {
    let Json(order) = body.map_err(|rejection| not_the_body(&rejection))?;
    let policy = Policy::at((service.clock)());

    let spec = order.check(&policy)?;
    let request = SigningRequest::from_pem(&order.signing_request)?;
    check_names(&request)?;

    let pending = service
        .ca
        .prepare(&request, &spec, &policy, &mut UnwrapErr(SysRng))?;
    let digest = pending.digest();
    let signature = service.kms.sign(&digest).await.ok_or_else(|| {
        Error::new(ErrorCode::SigningFailed, "the KMS did not answer").with_http_status(503)
    })?;
    let signed = pending.finish(&signature)?;
    Ok((StatusCode::CREATED, Json(signed)).into_response())
}

/// The rule of this service: the subject is the common name of a host that is listed, and nothing
/// but DNS names of such hosts is asked for beside it.
fn check_names(request: &SigningRequest) -> Result<(), Error> {
    let subject = request.subject();
    let names = request.names()?;
    let is_listed = |name: &String| HOSTS.iter().any(|host| name.eq_ignore_ascii_case(host));
    let others = [names.ip, names.email, names.uri].concat();
    let is_allowed = HOSTS.iter().any(|host| subject == format!("CN={host}"))
        && names.dns.iter().all(is_listed)
        && others.is_empty();
    if is_allowed {
        return Ok(());
    }
    Err(Error::new(
        ErrorCode::NotAuthorized,
        "this service does not sign for these names",
    )
    .with_http_status(403)
    .with_target("signing_request")
    .with_argument("subject", &subject))
}

/// What is no JSON of this form, too large, or of another content type.
fn not_the_body(rejection: &JsonRejection) -> Error {
    Error::new(ErrorCode::RequestInvalid, rejection.body_text())
        .with_http_status(rejection.status().as_u16())
}

/// An error as the answer that the REST API gives.
struct Refusal(Error);

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.0.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(self.0)).into_response()
    }
}
