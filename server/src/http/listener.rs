//! Connections: accepted, handshaken, served, and ended when the server stops.

use super::app::App;
use super::handler;
use super::stalling::{Streams, Written};
use crate::auth::Login;
use http_body_util::BodyExt as _;
use hyper::rt::{Read, Write};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use rustls::pki_types::CertificateDer;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;

/// The most octets of the head of a request.
pub(super) const HEAD_MAX: usize = 64 << 10;
/// The most fields in it.
const FIELDS_MAX: usize = 100;
/// Until hands are shaken.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long a listener rests that could accept nothing: no file is left, mostly.
const REST: Duration = Duration::from_millis(100);

/// Where connections come from.
pub(crate) struct Listeners {
    pub(crate) https: TcpListener,
    pub(crate) http: Option<TcpListener>,
}

/// Who is at the other end of a connection.
pub(super) struct Peer {
    pub(super) address: SocketAddr,
    /// What it presented, its own certificate first; verified when hands were shaken.
    certificates: Vec<CertificateDer<'static>>,
    /// Whose certificate it is, by the trust and the users of that generation.
    login: Mutex<Option<(u64, Option<Login>)>>,
}

impl Peer {
    fn new(address: SocketAddr, certificates: Vec<CertificateDer<'static>>) -> Self {
        Self {
            address,
            certificates,
            login: Mutex::default(),
        }
    }

    /// Whose certificate it presented; asked again once other CAs are trusted, or the users change.
    pub(super) fn login(&self, app: &App) -> Option<Login> {
        if self.certificates.is_empty() {
            return None;
        }
        let generation = app.tls.generation();
        let mut known = self.login.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, login)) = &*known
            && *of == generation
        {
            return login.clone();
        }
        let login = app.tls.login(&self.certificates, &app.authenticator);
        *known = Some((generation, login.clone()));
        login
    }
}

/// Serves until `stop` says so; then the requests that were accepted are answered, for as long as
/// the limits allow.
pub(crate) async fn serve(app: Arc<App>, listeners: Listeners, stop: watch::Receiver<bool>) {
    let graceful = GracefulShutdown::new();
    let connections = Arc::new(Semaphore::new(app.limits.connections));
    let Listeners { https, http } = listeners;
    let acceptor = TlsAcceptor::from(app.tls.config());
    {
        let secure = accept(&app, &https, Some(&acceptor), &graceful, &connections);
        let plain = async {
            match &http {
                Some(http) => accept(&app, http, None, &graceful, &connections).await,
                None => std::future::pending().await,
            }
        };
        let mut stop = stop;
        tokio::select! {
            () = secure => {}
            () = plain => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }
    drop((https, http));
    tracing::info!("no more connections are accepted");
    if tokio::time::timeout(app.limits.stop_timeout, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("requests were dropped that took too long");
    }
}

async fn accept(
    app: &Arc<App>,
    listener: &TcpListener,
    acceptor: Option<&TlsAcceptor>,
    graceful: &GracefulShutdown,
    connections: &Arc<Semaphore>,
) {
    loop {
        let Ok(permit) = Arc::clone(connections).acquire_owned().await else {
            return;
        };
        let (stream, address) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(REST).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let app = Arc::clone(app);
        let acceptor = acceptor.cloned();
        let watcher = graceful.watcher();
        tokio::spawn(async move {
            let _open = (app.metrics.connection(), permit);
            if let Err(error) = connection(&app, stream, address, acceptor, watcher).await {
                tracing::debug!(%address, error = crate::log::chain(&*error), "connection ended");
            }
        });
    }
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

async fn connection(
    app: &Arc<App>,
    stream: TcpStream,
    address: SocketAddr,
    acceptor: Option<TlsAcceptor>,
    watcher: hyper_util::server::graceful::Watcher,
) -> Result<(), BoxError> {
    let stream = Written::new(stream, app.limits.body_timeout);
    let Some(acceptor) = acceptor else {
        let peer = Arc::new(Peer::new(address, Vec::new()));
        return http1(app, peer, TokioIo::new(stream), watcher).await;
    };
    let shaken = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await;
    let stream = shaken.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    let (_, tls) = stream.get_ref();
    let presented = tls.peer_certificates().unwrap_or_default();
    let peer = Arc::new(Peer::new(
        address,
        presented
            .iter()
            .cloned()
            .map(CertificateDer::into_owned)
            .collect(),
    ));
    if tls.alpn_protocol() == Some(b"h2") {
        http2(app, peer, TokioIo::new(stream), watcher).await
    } else {
        http1(app, peer, TokioIo::new(stream), watcher).await
    }
}

async fn http1<I>(
    app: &Arc<App>,
    peer: Arc<Peer>,
    io: I,
    watcher: hyper_util::server::graceful::Watcher,
) -> Result<(), BoxError>
where
    I: Read + Write + Unpin + Send + 'static,
{
    let app_ = Arc::clone(app);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(app.limits.head_timeout)
        .max_buf_size(HEAD_MAX)
        .max_headers(FIELDS_MAX)
        .serve_connection(
            io,
            service_fn(move |request| {
                let (app, peer) = (Arc::clone(&app_), Arc::clone(&peer));
                async move { Ok::<_, Infallible>(handler::respond(app, peer, request).await) }
            }),
        );
    Ok(watcher.watch(connection).await?)
}

async fn http2<I>(
    app: &Arc<App>,
    peer: Arc<Peer>,
    io: I,
    watcher: hyper_util::server::graceful::Watcher,
) -> Result<(), BoxError>
where
    I: Read + Write + Unpin + Send + 'static,
{
    let streams = Streams::new();
    let (app_, streams_) = (Arc::clone(app), streams.clone());
    let answer = move |request| {
        let (app, peer) = (Arc::clone(&app_), Arc::clone(&peer));
        // Until its answer is taken.
        let stream = streams_.open();
        async move {
            let response = handler::respond(app, peer, request).await;
            Ok::<_, Infallible>(response.map(|body| {
                body.map_frame(move |frame| {
                    let _ = &stream;
                    frame
                })
            }))
        }
    };
    let connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .keep_alive_interval(Some(app.limits.head_timeout))
        .keep_alive_timeout(app.limits.head_timeout)
        .max_concurrent_streams(100)
        .max_header_list_size(u32::try_from(HEAD_MAX)?)
        .serve_connection(io, service_fn(answer));
    tokio::select! {
        ended = watcher.watch(connection) => Ok(ended?),
        () = streams.idle(app.limits.head_timeout) => {
            Err(io::Error::from(io::ErrorKind::TimedOut).into())
        }
    }
}
