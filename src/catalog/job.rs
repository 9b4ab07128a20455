//! [`Job`]: work whose end is asked for later.

use super::scope::Scope;
use super::uuid::Uuid;
use crate::{Error, ErrorArgument, ErrorCode, Time};

/// How far a job is.
///
/// ```
/// use certwright::catalog::JobState;
///
/// assert_eq!(JobState::Success.name(), "success");
/// assert!(JobState::Failure.is_end() && !JobState::Running.is_end());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JobState {
    /// Nobody has begun.
    Queued,
    /// Somebody works on it.
    Running,
    /// Done.
    Success,
    /// It could not be done: see [`Job::error`].
    Failure,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Queued, Self::Running, Self::Success, Self::Failure];

    /// The name in the API's spelling.
    ///
    /// ```
    /// assert_eq!(certwright::catalog::JobState::Queued.name(), "queued");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }

    /// Whether nothing follows.
    ///
    /// ```
    /// assert!(!certwright::catalog::JobState::Queued.is_end());
    /// ```
    pub const fn is_end(self) -> bool {
        matches!(self, Self::Success | Self::Failure)
    }
}

/// What a job failed with: an [`Error`] less its cause.
///
/// ```
/// use certwright::catalog::JobError;
/// use certwright::{Error, ErrorCode};
///
/// let error = JobError::from(&Error::new(ErrorCode::StoreFailed, "the volume is full"));
/// assert_eq!(error.message, "the volume is full");
/// assert_eq!(error.to_error().code(), ErrorCode::StoreFailed);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobError {
    /// The number.
    pub code: ErrorCode,
    /// What was wrong.
    pub message: String,
    /// The field that it is about.
    pub target: Option<String>,
    /// The values that the message speaks of.
    pub arguments: Vec<ErrorArgument>,
    /// The status of an answer with it.
    pub http_status: u16,
}

impl JobError {
    /// The same as an [`Error`], for an answer to who waited for the job.
    ///
    /// ```
    /// use certwright::catalog::JobError;
    /// use certwright::{Error, ErrorCode};
    ///
    /// let error = Error::new(ErrorCode::EntryNotFound, "entry doesn't exist").with_target("uuid");
    /// assert_eq!(JobError::from(&error).to_error().target(), Some("uuid"));
    /// ```
    pub fn to_error(&self) -> Error {
        let error = Error::new(self.code, self.message.clone()).with_http_status(self.http_status);
        let error = match &self.target {
            Some(target) => error.with_target(target.clone()),
            None => error,
        };
        self.arguments.iter().fold(error, |error, argument| {
            error.with_argument(argument.code.clone(), &argument.message)
        })
    }
}

impl From<&Error> for JobError {
    fn from(error: &Error) -> Self {
        Self {
            code: error.code(),
            message: error.message().to_owned(),
            target: error.target().map(str::to_owned),
            arguments: error.arguments().to_vec(),
            http_status: error.http_status(),
        }
    }
}

/// Work whose end is asked for later. Its message is never empty, and nothing in it is secret.
///
/// ```
/// use certwright::catalog::{Job, JobState, Uuid};
///
/// let start = "2026-01-01T00:00:00Z".parse().unwrap();
/// let job = Job::new(Uuid::from_bytes([1; 16]), Uuid::from_bytes([2; 16]), "POST /api/x", start);
/// assert_eq!(job.state, JobState::Queued);
/// assert!(!job.message().is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Job {
    /// What it is known by.
    pub uuid: Uuid,
    /// The record that it makes or deletes.
    pub record: Uuid,
    /// Method and path of the request.
    pub description: String,
    /// How far it is.
    pub state: JobState,
    /// What it failed with.
    pub error: Option<JobError>,
    /// When it was asked for.
    pub start_time: Time,
    /// When it ended.
    pub end_time: Option<Time>,
    /// The name that nobody else may have until it ends.
    pub reservation: Option<Reservation>,
}

/// A name that a job holds until it ends.
///
/// ```
/// use certwright::catalog::{Reservation, Scope};
///
/// let reservation = Reservation { scope: Scope::Cluster, name: "ROOT".to_owned() };
/// assert_eq!(reservation.name, "ROOT");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// The scope of the name.
    pub scope: Scope,
    /// The name.
    pub name: String,
}

impl Job {
    /// A job that is queued.
    ///
    /// ```
    /// use certwright::catalog::{Job, Uuid};
    ///
    /// let start = "2026-01-01T00:00:00Z".parse().unwrap();
    /// let job = Job::new(Uuid::from_bytes([1; 16]), Uuid::from_bytes([2; 16]), "DELETE /api/x", start);
    /// assert_eq!(job.end_time, None);
    /// ```
    pub fn new(uuid: Uuid, record: Uuid, description: impl Into<String>, start_time: Time) -> Self {
        Self {
            uuid,
            record,
            description: description.into(),
            state: JobState::Queued,
            error: None,
            start_time,
            end_time: None,
            reservation: None,
        }
    }

    /// What is to be said of it.
    ///
    /// ```
    /// # use certwright::catalog::{Job, Uuid};
    /// # let start = "2026-01-01T00:00:00Z".parse().unwrap();
    /// let job = Job::new(Uuid::from_bytes([1; 16]), Uuid::from_bytes([2; 16]), "POST /api/x", start);
    /// assert_eq!(job.message(), "queued");
    /// ```
    pub fn message(&self) -> &str {
        match &self.error {
            Some(error) if !error.message.is_empty() => &error.message,
            _ => self.state.name(),
        }
    }

    /// The code: 0 unless it failed.
    ///
    /// ```
    /// # use certwright::catalog::{Job, Uuid};
    /// # let start = "2026-01-01T00:00:00Z".parse().unwrap();
    /// let job = Job::new(Uuid::from_bytes([1; 16]), Uuid::from_bytes([2; 16]), "POST /api/x", start);
    /// assert_eq!(job.code(), 0);
    /// ```
    pub fn code(&self) -> u32 {
        self.error.as_ref().map_or(0, |error| error.code.value())
    }

    /// The names that it holds.
    pub(super) fn held(&self) -> Option<&Reservation> {
        self.reservation.as_ref().filter(|_| !self.state.is_end())
    }

    pub(super) fn ended(mut self, outcome: Result<(), &Error>, now: Time) -> Self {
        self.state = if outcome.is_ok() {
            JobState::Success
        } else {
            JobState::Failure
        };
        self.error = outcome.err().map(JobError::from);
        self.end_time = Some(now);
        self.reservation = None;
        self
    }
}
