//! What is logged, and how.

use crate::cli::LogFormat;
use crate::config::Log;
use std::error::Error;
use std::fmt::Write as _;
use std::io;
use tracing_subscriber::EnvFilter;

/// Logs from now on to standard error.
///
/// # Errors
///
/// The filter is none.
pub(crate) fn start(log: &Log) -> Result<(), tracing_subscriber::filter::ParseError> {
    let filter = EnvFilter::try_new(&log.filter)?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    match log.format {
        LogFormat::Text => builder.with_ansi(false).init(),
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
    Ok(())
}

/// An error with its causes, on one line of at most some hundred characters.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause.filter(|_| text.len() < 1000) {
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text.chars()
        .take(1000)
        .map(|own| if own.is_control() { ' ' } else { own })
        .collect()
}
