//! [`Fault`]: why something was not done, and what that means for the next try.

use certwright::catalog::{CommitError, StoreError};
use std::fmt;
use tokio_postgres::error::SqlState;

/// Why something was not done.
#[derive(Debug)]
pub(super) enum Fault {
    /// The catalog's rules are against it. Nothing was written.
    Refused(CommitError),
    /// Another transaction was in the way. Nothing was written; it may go the next time.
    Again(Cause),
    /// A row with this key is there, or what is to be made.
    Taken { table: String, cause: Cause },
    /// The connection is of no use any more, and whether a commit was done is not known.
    Lost(Cause),
    /// The database does not answer.
    Unreachable(Cause),
    /// It answers that it has no time or no place for this now.
    Busy(Cause),
    /// Nothing was written, and it will not go the next time either.
    Failed(Cause),
}

/// What the database said, cut to a length that can be logged.
#[derive(Clone, Debug)]
pub(crate) struct Cause(String);

impl Cause {
    pub(super) fn new(cause: &(impl fmt::Display + ?Sized)) -> Self {
        let mut text = cause.to_string();
        if let Some((end, _)) = text.char_indices().nth(200) {
            text.truncate(end);
        }
        Self(text)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Cause {}

impl Fault {
    pub(super) fn failed(cause: &(impl fmt::Display + ?Sized)) -> Self {
        Self::Failed(Cause::new(cause))
    }

    pub(super) fn unreachable(cause: &(impl fmt::Display + ?Sized)) -> Self {
        Self::Unreachable(Cause::new(cause))
    }

    /// What the database, or the way to it, has to do with it.
    pub(super) fn cause(&self) -> Option<&Cause> {
        match self {
            Self::Refused(_) => None,
            Self::Again(cause)
            | Self::Taken { cause, .. }
            | Self::Lost(cause)
            | Self::Unreachable(cause)
            | Self::Busy(cause)
            | Self::Failed(cause) => Some(cause),
        }
    }

    /// Whether the connection may be used again.
    pub(super) fn is_clean(&self) -> bool {
        !matches!(self, Self::Lost(_) | Self::Unreachable(_))
    }
}

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(said) = error.as_db_error() else {
            let cause = Cause::new(&Chain(&error));
            // What is neither the database's word nor the connection's end is a value of the wrong type.
            let is_io = std::error::Error::source(&error)
                .is_some_and(<dyn std::error::Error>::is::<std::io::Error>);
            return if error.is_closed() || is_io {
                Self::Lost(cause)
            } else {
                Self::Failed(cause)
            };
        };
        let cause = Cause::new(&format_args!("{} ({})", said.message(), said.code().code()));
        match said.code() {
            code if [
                SqlState::UNIQUE_VIOLATION,
                SqlState::DUPLICATE_TABLE,
                SqlState::DUPLICATE_OBJECT,
            ]
            .contains(code) =>
            {
                Self::Taken {
                    table: said.table().unwrap_or_default().to_owned(),
                    cause,
                }
            }
            code if [
                SqlState::T_R_SERIALIZATION_FAILURE,
                SqlState::T_R_DEADLOCK_DETECTED,
                // What a row refers to went meanwhile.
                SqlState::FOREIGN_KEY_VIOLATION,
            ]
            .contains(code) =>
            {
                Self::Again(cause)
            }
            code if [
                SqlState::LOCK_NOT_AVAILABLE,
                SqlState::QUERY_CANCELED,
                SqlState::TOO_MANY_CONNECTIONS,
            ]
            .contains(code) =>
            {
                Self::Busy(cause)
            }
            // It stops or starts, is a standby now, or waited too long for the next statement.
            code if code.code().starts_with("57P")
                || code.code().starts_with("08")
                || [
                    SqlState::READ_ONLY_SQL_TRANSACTION,
                    SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
                ]
                .contains(code) =>
            {
                Self::Lost(cause)
            }
            _ => Self::Failed(cause),
        }
    }
}

impl From<CommitError> for Fault {
    fn from(error: CommitError) -> Self {
        Self::Refused(error)
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Lost(cause)
            | Fault::Unreachable(cause)
            | Fault::Busy(cause)
            | Fault::Again(cause) => Self::unreachable(cause),
            Fault::Failed(cause) | Fault::Taken { cause, .. } => Self::new(cause),
            Fault::Refused(CommitError::Failed(error)) => error,
            Fault::Refused(other) => Self::new(other),
        }
    }
}

impl From<Fault> for CommitError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Refused(error) => error,
            other => Self::Failed(other.into()),
        }
    }
}

/// An error and what it comes from.
struct Chain<'a>(&'a dyn std::error::Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}
