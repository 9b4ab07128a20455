//! The REST API for certificates on loopback, with everything in memory: axum in front, the
//! library's service behind.
//!
//! ```sh
//! cargo run --example service --features service          # with `-- 127.0.0.1:8443 dcn` elsewhere, and with jobs
//! cargo run --example service --features service,azure -- 127.0.0.1:8080 azure     # with a key vault beside it
//! curl -u admin:x --json '{"type":"root_ca","common_name":"ROOT"}' http://127.0.0.1:8080/api/security/certificates
//! curl -u admin:x 'http://127.0.0.1:8080/api/security/certificates?fields=*'
//! ```
//!
//! Any name and password will do, and there is no TLS: a real server has both.

#[cfg(feature = "azure")]
#[path = "azure/client.rs"]
mod client;
#[cfg(feature = "azure")]
#[path = "azure/stand_in.rs"]
mod stand_in;

use axum::body::{Body, to_bytes};
use axum::extract::{RawQuery, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{Response, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::routing::get;
use axum::{Json, Router};
use certwright::catalog::{Catalog, CatalogPolicy, Host, MemoryStore, Svm, Uuid};
use certwright::rand_core::UnwrapErr;
use certwright::service::{self, Answer, PendingJob, Service, Warnings};
use certwright::{Error, ErrorCode};
use getrandom::SysRng;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// The largest request that is read; the service itself refuses bodies above 4 MiB.
const READ_MAX: usize = 5 << 20;
/// The longest that anybody waits for a job: NetApp's client gives up an answer after 45 seconds.
const WAIT_MAX: Duration = Duration::from_secs(40);
const CLUSTER: &str = "cluster1";
const CLUSTER_UUID: &str = "1cd8a442-86d1-11e0-ae1c-123478563412";

/// The machine around the certificates: a cluster with one data SVM.
struct Machine;

impl Machine {
    fn svm() -> Svm {
        Svm {
            name: "svm1".to_owned(),
            uuid: Uuid::from_bytes(
                *b"\x02\xc9\xe2\x52\x41\xbe\x41\xe9\x81\xd5\0\xa0\x98\x61\x38\xf7",
            ),
        }
    }
}

impl Host for Machine {
    fn cluster_name(&self) -> String {
        CLUSTER.to_owned()
    }

    fn svm_by_name(&self, name: &str) -> Option<Svm> {
        Some(Self::svm()).filter(|svm| svm.name == name)
    }

    fn svm_by_uuid(&self, uuid: Uuid) -> Option<Svm> {
        Some(Self::svm()).filter(|svm| svm.uuid == uuid)
    }
}

#[derive(Clone)]
struct Server {
    service: Service,
    with_jobs: bool,
    #[cfg(feature = "azure")]
    client: client::Client,
}

impl Server {
    fn policy(&self) -> CatalogPolicy {
        let policy = CatalogPolicy::at(SystemTime::now());
        if self.with_jobs {
            policy.with_dcn()
        } else {
            policy
        }
    }

    /// Does the work of a job; of a download, what it asks for first.
    fn end(&self, job: PendingJob) -> Response<Vec<u8>> {
        #[cfg(feature = "azure")]
        let job = self.downloaded(job);
        job.run(&self.policy(), &mut UnwrapErr(SysRng))
    }

    #[cfg(feature = "azure")]
    fn downloaded(&self, mut job: PendingJob) -> PendingJob {
        while let Some(request) = job.request() {
            let answer = self.client.send(request);
            job = job.answer(answer);
        }
        job
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments
        .next()
        .unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let options: Vec<_> = arguments.collect();
    let has = |option: &str| options.iter().any(|own| own == option);
    #[cfg(feature = "azure")]
    let vault = if has("azure") { Some(vault()?) } else { None };
    let server = Server {
        service: Service::new(Arc::new(Catalog::new(MemoryStore::new(), Machine))),
        with_jobs: has("dcn"),
        // A real server trusts the CAs of its system.
        #[cfg(feature = "azure")]
        client: client::Client::new(
            vault
                .as_ref()
                .map_or(&[], |(root, _)| std::slice::from_ref(root)),
        ),
    };
    let router = Router::new()
        .route("/api/cluster", get(cluster))
        .route("/api/svm/svms", get(svms))
        .route_layer(from_fn(authorized))
        .fallback(certificates)
        .with_state(server);
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}/api", listener.local_addr()?);
    #[cfg(feature = "azure")]
    if let Some((_, body)) = vault {
        println!("{body}");
    }
    axum::serve(listener, router).await?;
    Ok(())
}

/// A key vault on loopback with a certificate called `www`: the CA that verifies it, and the body of a
/// POST that downloads it.
#[cfg(feature = "azure")]
fn vault() -> client::Result<(certwright::Certificate, Value)> {
    use base64ct::{Base64, Encoding as _};
    use stand_in::{Authority, CLIENT, CLIENT_SECRET, Secrets, TENANT};

    let ca = Authority::new("Example CA")?;
    let www = ca.issue("www.example.com", certwright::KeySpec::P256)?;
    let value = Base64::encode_string(&www.to_pkcs12(ca.certificate())?);
    let secrets = Secrets::from([("www", ("application/x-pkcs12", value))]);
    let host = stand_in::start(&ca.issue("localhost", certwright::KeySpec::P256)?, secrets)?;
    let body = json!({"type": "server", "name": "www", "azure": {
        "key_vault": format!("https://{host}/"), "oauth_host": host, "client_id": CLIENT,
        "tenant_id": TENANT, "client_secret": CLIENT_SECRET}});
    Ok((ca.certificate().clone(), body))
}

/// What the service asks of a request before anything else, asked for the paths beside it.
async fn authorized(request: Request, next: Next) -> Response<Body> {
    if request.headers().contains_key(AUTHORIZATION) {
        return next.run(request).await;
    }
    let error = Error::new(ErrorCode::NotAuthorized, "User is not authorized.");
    service::refuse(&error).map(Body::from)
}

/// What every client asks first.
async fn cluster() -> Json<Value> {
    let version = json!({"full": "certwright", "generation": 9, "major": 16, "minor": 1});
    Json(json!({"name": CLUSTER, "uuid": CLUSTER_UUID, "version": version}))
}

/// What Ansible asks before it does anything in an SVM: `name=svm1&fields=uuid`.
async fn svms(RawQuery(query): RawQuery) -> Json<Value> {
    let Svm { name, uuid } = Machine::svm();
    let query = query.unwrap_or_default();
    let mut asked = query
        .split('&')
        .filter_map(|pair| pair.strip_prefix("name="));
    let records = if asked.all(|asked| asked == name || asked == "*") {
        vec![json!({"name": name, "uuid": uuid.to_string()})]
    } else {
        Vec::new()
    };
    Json(json!({"num_records": records.len(), "records": records}))
}

async fn certificates(State(server): State<Server>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, READ_MAX).await else {
        let error = Error::new(ErrorCode::OutOfMemory, "the request is too large");
        return service::refuse(&error.with_http_status(413)).map(Body::from);
    };
    let request = Request::from_parts(parts, body.to_vec());
    let rng = || UnwrapErr(SysRng);
    let asked = server.clone();
    let answer = spawn_blocking(move || asked.service.answer(request, &asked.policy(), &mut rng()));
    let response = match answer.await {
        Ok(Answer::Done(response)) => {
            log(&response);
            response
        }
        Ok(Answer::Work { job, wait }) => {
            let accepted = job.accepted();
            let end = spawn_blocking(move || {
                let end = server.end(job);
                // Also where nobody waits for it.
                log(&end);
                end
            });
            if wait.is_zero() {
                accepted
            } else {
                timeout(wait.min(WAIT_MAX), end)
                    .await
                    .map_or(accepted, Result::unwrap_or_default)
            }
        }
        _ => return with_status(StatusCode::INTERNAL_SERVER_ERROR),
    };
    response.map(Body::from)
}

/// What was granted and still is worth a word.
fn log(response: &Response<Vec<u8>>) {
    if let Some(Warnings(list)) = response.extensions().get() {
        for (uuid, warning) in list {
            eprintln!("{uuid} {}: {warning}", warning.name());
        }
    }
}

fn with_status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
