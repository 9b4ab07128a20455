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
        // They would be told on standard error, which panics where that is what failed.
        .log_internal_errors(false)
        .with_writer(io::stderr);
    match log.format {
        LogFormat::Text => builder.with_ansi(false).init(),
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
    Ok(())
}

/// An error with its causes, on one line of at most some hundred characters; a cause that is in the text
/// already is not repeated.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause.filter(|_| text.len() < 1000) {
        let said = error.to_string();
        if !text.contains(&said) {
            let _ = write!(text, ": {said}");
        }
        cause = error.source();
    }
    text.chars()
        .take(1000)
        .map(|own| if own.is_control() { ' ' } else { own })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::chain;
    use certwright::{Error, ErrorCode};
    use std::io;

    #[test]
    fn a_chain_is_one_line_that_says_each_thing_once() {
        let inner = io::Error::other("inner\nline");
        assert_eq!(chain(&io::Error::other(inner)), "inner line");
        let long = io::Error::other("a".repeat(2000));
        assert_eq!(chain(&long).len(), 1000);
        let error = Error::new(ErrorCode::StoreFailed, "the store failed");
        assert_eq!(chain(&error).matches("the store failed").count(), 1);
    }
}
