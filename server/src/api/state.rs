//! How the server is.

use crate::http::{App, Reply, broken, text};
use certwright::Error;
use http::StatusCode;
use std::sync::Arc;
use std::time::Duration;

/// It is there.
pub(super) fn health() -> Reply {
    text(StatusCode::OK, "text/plain; charset=utf-8", "ok\n")
}

/// How long the store may take to say that it is there.
const STORE: Duration = Duration::from_secs(5);

/// Its store is there too.
pub(super) async fn ready(app: &Arc<App>) -> Reply {
    let store = Arc::clone(&app.store);
    let checked = tokio::task::spawn_blocking(move || store.check());
    match tokio::time::timeout(STORE, checked).await {
        Ok(Ok(Ok(()))) => text(StatusCode::OK, "text/plain; charset=utf-8", "ready\n"),
        Ok(Ok(Err(error))) => {
            tracing::warn!(error = crate::log::chain(&error), "not ready");
            let why = format!("{error}\n");
            text(
                StatusCode::SERVICE_UNAVAILABLE,
                "text/plain; charset=utf-8",
                why,
            )
        }
        _ => {
            let why = "the store does not answer\n";
            text(
                StatusCode::SERVICE_UNAVAILABLE,
                "text/plain; charset=utf-8",
                why,
            )
        }
    }
}

/// What it counted.
#[allow(clippy::unnecessary_wraps, reason = "as the other endpoints")]
pub(super) fn metrics(app: &App) -> Result<Reply, Error> {
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(match app.metrics.text() {
        Ok(metrics) => text(StatusCode::OK, content_type, metrics),
        Err(_) => broken(),
    })
}
