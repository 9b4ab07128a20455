//! From a request to its answer: who sends it, whether they may, and who answers.

use super::app::App;
use super::body::{self, BodyError};
use super::listener::{HEAD_MAX, Peer};
use super::replies::{self, Reply};
use crate::api::{self, Endpoint};
use crate::auth::{Denial, Login};
use crate::config::Role;
use crate::metrics::{Operation, Reason};
use bytes::Bytes;
use certwright::rand_core::UnwrapErr;
use certwright::service::{Answer, Authenticated, Warnings};
use getrandom::SysRng;
use http::header::AUTHORIZATION;
use http::{Method, Request, Response, StatusCode, Version, header};
use http_body_util::Full;
use hyper::body::Incoming;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The longest that anybody waits for a job: NetApp's client gives up an answer after 45 seconds.
const WAIT_MAX: Duration = Duration::from_secs(40);

/// The longest body of a request for a signature that is read where it arrives, in octets.
const LIGHT: usize = 64 << 10;

/// Answers a request.
pub(super) async fn respond(
    app: Arc<App>,
    peer: Arc<Peer>,
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    let begun = Instant::now();
    let method = shown(request.method().as_str());
    let endpoint = Endpoint::of(request.uri().path());
    let operation = endpoint.operation(request.method(), request.uri().path());
    let path = shown(request.uri().path());
    let (user, reply) = answer(&app, &peer, endpoint, operation, request).await;
    let took = begun.elapsed();
    let status = reply.status();
    app.metrics.answered(operation, status.as_u16(), took);
    tracing::info!(
        address = %peer.address,
        user = user.as_ref().map(|user| &*user.name),
        %method,
        path,
        status = status.as_u16(),
        milliseconds = took.as_secs_f64() * 1e3,
        "request"
    );
    about(&reply);
    let mut response = reply.map(|body| Full::new(Bytes::from(body)));
    if status == StatusCode::REQUEST_TIMEOUT || status == StatusCode::PAYLOAD_TOO_LARGE {
        // The rest of the body is not waited for.
        let close = header::HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}

async fn answer(
    app: &Arc<App>,
    peer: &Peer,
    endpoint: Endpoint,
    operation: Operation,
    request: Request<Incoming>,
) -> (Option<Login>, Reply) {
    if has_large_head(&request) {
        return (None, replies::large_head());
    }
    // RFC 9112 section 3.2.
    if request.version() == Version::HTTP_11
        && request.headers().get_all(header::HOST).iter().count() != 1
    {
        return (None, replies::no_host());
    }
    if let Some(reply) = api::public(app, endpoint, request.method()).await {
        return (None, reply);
    }
    let login = match login(app, peer, &request).await {
        Ok(login) => login,
        Err(reply) => return (None, reply),
    };
    let changes_nothing = [Method::GET, Method::HEAD, Method::OPTIONS];
    if login.role == Role::ReadOnly && !changes_nothing.contains(request.method()) {
        app.metrics.denied(Reason::Role);
        return (Some(login), replies::forbidden());
    }
    let (mut parts, incoming) = request.into_parts();
    // The service takes it from here that somebody knows who this is.
    parts.headers.remove(AUTHORIZATION);
    parts.extensions.insert(Authenticated);
    let body = match body::read(incoming, app.limits.body_timeout).await {
        Ok(body) => body,
        Err(BodyError::Refused(error)) => {
            return (Some(login), certwright::service::refuse(&error));
        }
        Err(BodyError::Broken) => {
            let message = "the body of the request is not whole";
            let error = certwright::Error::new(certwright::ErrorCode::RequestInvalid, message);
            return (Some(login), certwright::service::refuse(&error));
        }
    };
    let request = Request::from_parts(parts, body);
    let reply = match endpoint {
        Endpoint::Certificates => certificates(app, operation, request).await,
        own => blocking(app, move |app| api::answer(app, own, &request)).await,
    };
    (Some(login), reply)
}

/// hyper reads somewhat more than it is told to before it refuses a head.
fn has_large_head(request: &Request<Incoming>) -> bool {
    let fields = request.headers().iter();
    let fields = fields.map(|(name, value)| name.as_str().len() + value.len() + 4);
    let target = request.uri().path_and_query();
    fields.sum::<usize>() + target.map_or(0, |target| target.as_str().len()) > HEAD_MAX
}

async fn login(app: &App, peer: &Peer, request: &Request<Incoming>) -> Result<Login, Reply> {
    if !request.headers().contains_key(AUTHORIZATION)
        && let Some(login) = peer.login(app)
    {
        return Ok(login);
    }
    let by_header = app
        .authenticator
        .by_header(request.headers(), peer.address.ip());
    by_header.await.map_err(|denial| match denial {
        Denial::Unknown => {
            app.metrics.denied(Reason::Login);
            replies::not_authorized()
        }
        Denial::TooMany(wait) => {
            app.metrics.denied(Reason::TooMany);
            replies::too_many(wait)
        }
    })
}

/// The library's part of the API.
async fn certificates(app: &Arc<App>, operation: Operation, request: Request<Vec<u8>>) -> Reply {
    let changes = request.method() == Method::POST || request.method() == Method::DELETE;
    // Of a request for a signature only the body is read here, which takes less than another thread
    // would take to wake up; it is signed elsewhere.
    let is_light = operation == Operation::Sign && request.body().len() <= LIGHT;
    let answer = {
        let app = Arc::clone(app);
        let answer = move || {
            let policy = app.policy.now();
            app.service.answer(request, &policy, &mut UnwrapErr(SysRng))
        };
        if is_light {
            Ok(answer())
        } else {
            tokio::task::spawn_blocking(answer).await
        }
    };
    match answer {
        Ok(Answer::Done(reply)) => {
            if changes && reply.status().is_success() {
                // What is trusted follows before the answer leaves.
                let _ = blocking(app, |app| {
                    app.tls.follow(app);
                    Reply::default()
                })
                .await;
            }
            reply
        }
        Ok(Answer::Sign(pending)) => {
            let outcome = app.signers.sign(&pending).await;
            if outcome.is_ok() {
                app.metrics.signed.inc();
            }
            pending.response(outcome)
        }
        Ok(Answer::Work { job, wait }) => {
            let accepted = job.accepted();
            let end = app.jobs.begin(Arc::clone(app), job);
            if wait.is_zero() {
                return accepted;
            }
            match tokio::time::timeout(wait.min(WAIT_MAX), end).await {
                Ok(Ok(reply)) => reply,
                Ok(Err(_)) => replies::broken(),
                Err(_) => accepted,
            }
        }
        _ => replies::broken(),
    }
}

/// Work that may block, off the threads that serve connections.
pub(crate) async fn blocking(
    app: &Arc<App>,
    work: impl FnOnce(&Arc<App>) -> Reply + Send + 'static,
) -> Reply {
    let app = Arc::clone(app);
    tokio::task::spawn_blocking(move || work(&app))
        .await
        .unwrap_or_else(|_| replies::broken())
}

/// What was granted and still is worth a word.
fn about(reply: &Reply) {
    if let Some(Warnings(list)) = reply.extensions().get() {
        for (uuid, warning) in list {
            tracing::warn!(%uuid, warning = warning.name(), "{warning}");
        }
    }
}

/// A method, or a path without its query, as it stands in the log: strangers choose how long they are.
fn shown(text: &str) -> String {
    text.chars().take(200).collect()
}
