//! [`Store`]: where records are kept.

use super::job::Job;
use super::record::{IssuedCertificate, Record};
use super::scope::Scope;
use super::uuid::Uuid;
use crate::{CertificateAuthority, CertificateKind, Error, ErrorCode, Policy, SecretDer};
use std::fmt;
use std::sync::Arc;

/// Where records, their keys, jobs and what CAs signed are kept.
///
/// Every method may block. All writing is [`commit`](Self::commit), which is all or nothing and
/// durable when it returns; `catalog::testing` (feature `testing`) shows whether a store keeps
/// these promises.
pub trait Store: Send + Sync {
    /// The record with this UUID.
    ///
    /// # Errors
    ///
    /// The store could not be read.
    fn record(&self, uuid: Uuid) -> Result<Option<Arc<Record>>, StoreError>;

    /// All records of all scopes as they are now, whatever is committed while they are looked at.
    ///
    /// # Errors
    ///
    /// The store could not be read.
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError>;

    /// The private key of the record with this UUID: PKCS#8 in DER.
    ///
    /// # Errors
    ///
    /// The store could not be read.
    fn private_key(&self, uuid: Uuid) -> Result<Option<SecretDer>, StoreError>;

    /// The CA of a root_ca, made ready to sign. The catalog asks once and keeps it until the record
    /// is deleted. A store whose keys are in a KMS or an HSM answers with
    /// [`CertificateAuthority::with_signer`].
    ///
    /// # Errors
    ///
    /// [`StoreFailed`](ErrorCode::StoreFailed); [`CaCannotSign`](ErrorCode::CaCannotSign) if there
    /// is no key, and whatever loading says.
    fn certificate_authority(
        &self,
        record: &Record,
        policy: &Policy,
    ) -> Result<CertificateAuthority, Error> {
        let Some(key) = self.private_key(record.uuid)? else {
            let message = "the CA certificate cannot be used for signing: its key is not here";
            return Err(Error::new(ErrorCode::CaCannotSign, message).with_target("ca.uuid"));
        };
        CertificateAuthority::from_der(record.certificate.der(), key.as_bytes(), policy)
    }

    /// The job with this UUID.
    ///
    /// # Errors
    ///
    /// The store could not be read.
    fn job(&self, uuid: Uuid) -> Result<Option<Job>, StoreError>;

    /// All jobs.
    ///
    /// # Errors
    ///
    /// The store could not be read.
    fn jobs(&self) -> Result<Vec<Job>, StoreError>;

    /// What a CA signed, in the order in which it was recorded.
    ///
    /// # Errors
    ///
    /// The store could not be read.
    fn issued_by(&self, ca: Uuid) -> Result<Vec<Arc<IssuedCertificate>>, StoreError>;

    /// A number that grows with every commit that changes what a [`snapshot`](Self::snapshot) shows.
    /// Whether it grows with others, such as those that only record what CAs signed, is the store's choice.
    ///
    /// # Errors
    ///
    /// The store could not be read.
    fn revision(&self) -> Result<u64, StoreError>;

    /// Writes all of it or nothing; durable when it returns. Of what is committed at the same time,
    /// one is first.
    ///
    /// In this order, each part sees what the ones before it did:
    ///
    /// 1. what is [required](Commit::require_present) must be there, or it is
    ///    [`Gone`](CommitError::Gone);
    /// 2. a [delete](Commit::deletes) takes the record with its key and what it signed; a record
    ///    that is not there is [`Gone`](CommitError::Gone);
    /// 3. a [job](Commit::jobs) takes the place of the one with its UUID; if that has ended, or if
    ///    this one is not the first state of a job and there is none, it is
    ///    [`Gone`](CommitError::Gone). A job that has not ended holds its
    ///    [reservation](Job::reservation);
    ///    [forgotten](Commit::forgotten_jobs) ones go, if they are there;
    /// 4. [puts](Commit::puts): no other record, and no job, may hold (scope, name), or it is
    ///    [`NameTaken`](CommitError::NameTaken); no other record may be (scope, type, SHA-256 of
    ///    the DER), or it is [`CertificateTaken`](CommitError::CertificateTaken). A reservation
    ///    needs its name free in the same way;
    /// 5. what was [issued](Commit::issued) needs its CA, or it is [`Gone`](CommitError::Gone).
    ///
    /// # Errors
    ///
    /// Why nothing was written.
    fn commit(&self, commit: Commit) -> Result<(), CommitError>;
}

/// The records of one moment.
pub trait Snapshot: Send + Sync {
    /// The store's revision at that moment.
    fn revision(&self) -> u64;

    /// How many there are.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The record with this UUID.
    fn get(&self, uuid: Uuid) -> Option<Arc<Record>>;

    /// All of them, in the order of their UUIDs.
    fn iter(&self) -> Box<dyn Iterator<Item = &Arc<Record>> + '_>;

    /// Whether a record or a job holds this name.
    fn is_name_taken(&self, scope: Scope, name: &str) -> bool;

    /// The record of this scope and type that is this certificate, by the SHA-256 of its DER.
    fn holder_of(
        &self,
        scope: Scope,
        kind: CertificateKind,
        fingerprint: &[u8; 32],
    ) -> Option<Uuid>;
}

/// A record that is to be kept, and its private key.
///
/// It has no `Serialize`, and `Debug` does not show the key.
#[derive(Clone, Debug)]
pub struct Put {
    /// The record.
    pub record: Arc<Record>,
    /// PKCS#8 in DER.
    pub private_key: Option<SecretDer>,
}

/// What is written at once.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Commit {
    /// New records.
    pub puts: Vec<Put>,
    /// Records that go, with their keys and what they signed.
    pub deletes: Vec<Uuid>,
    /// Jobs that begin, go on or end.
    pub jobs: Vec<Job>,
    /// Jobs that nobody asks for any more.
    pub forgotten_jobs: Vec<Uuid>,
    /// What CAs signed.
    pub issued: Vec<Arc<IssuedCertificate>>,
    /// Records that must be there.
    pub require_present: Vec<Uuid>,
}

/// Why nothing was written.
#[derive(Debug)]
#[non_exhaustive]
pub enum CommitError {
    /// Another record or a job holds the name.
    NameTaken {
        /// The scope of the name.
        scope: Scope,
        /// The name.
        name: String,
    },
    /// Another record of this scope and type is the certificate.
    CertificateTaken {
        /// The record that could not be put.
        uuid: Uuid,
    },
    /// A record, or a job that has not ended, is not there any more.
    Gone(Uuid),
    /// The store could not be written.
    Failed(StoreError),
}

/// The store could not be read or written.
///
/// ```
/// use certwright::catalog::StoreError;
/// use certwright::Error;
///
/// let error = Error::from(StoreError::new(std::io::Error::other("disk full")));
/// assert_eq!((error.code().value(), error.http_status()), (3_735_646, 500));
/// let error = Error::from(StoreError::unreachable(std::io::Error::other("no route")));
/// assert_eq!((error.code().value(), error.http_status()), (3_735_646, 503));
/// ```
#[derive(Debug)]
pub struct StoreError {
    unreachable: bool,
    cause: Box<dyn std::error::Error + Send + Sync>,
}

impl StoreError {
    /// It failed.
    ///
    /// ```
    /// let error = certwright::catalog::StoreError::new("disk full");
    /// assert_eq!(error.to_string(), "the store failed");
    /// ```
    pub fn new(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            unreachable: false,
            cause: cause.into(),
        }
    }

    /// It cannot be reached now, and may be later.
    ///
    /// ```
    /// let error = certwright::catalog::StoreError::unreachable("no route");
    /// assert_eq!(error.to_string(), "the store cannot be reached");
    /// ```
    pub fn unreachable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            unreachable: true,
            cause: cause.into(),
        }
    }

    /// Whether it may go better later.
    ///
    /// ```
    /// assert!(!certwright::catalog::StoreError::new("disk full").is_unreachable());
    /// ```
    pub fn is_unreachable(&self) -> bool {
        self.unreachable
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.unreachable {
            "the store cannot be reached"
        } else {
            "the store failed"
        })
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.cause)
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let status = if error.unreachable { 503 } else { 500 };
        Self::new(ErrorCode::StoreFailed, error.to_string())
            .with_http_status(status)
            .with_source(error)
    }
}

impl From<StoreError> for CommitError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

impl fmt::Display for CommitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NameTaken { .. } => f.write_str("the name is taken"),
            Self::CertificateTaken { uuid } => write!(f, "the certificate of {uuid} is there"),
            Self::Gone(uuid) => write!(f, "{uuid} is gone"),
            Self::Failed(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl std::error::Error for CommitError {}

impl<T: Store + ?Sized> Store for Arc<T> {
    fn record(&self, uuid: Uuid) -> Result<Option<Arc<Record>>, StoreError> {
        (**self).record(uuid)
    }

    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        (**self).snapshot()
    }

    fn private_key(&self, uuid: Uuid) -> Result<Option<SecretDer>, StoreError> {
        (**self).private_key(uuid)
    }

    fn certificate_authority(
        &self,
        record: &Record,
        policy: &Policy,
    ) -> Result<CertificateAuthority, Error> {
        (**self).certificate_authority(record, policy)
    }

    fn job(&self, uuid: Uuid) -> Result<Option<Job>, StoreError> {
        (**self).job(uuid)
    }

    fn jobs(&self) -> Result<Vec<Job>, StoreError> {
        (**self).jobs()
    }

    fn issued_by(&self, ca: Uuid) -> Result<Vec<Arc<IssuedCertificate>>, StoreError> {
        (**self).issued_by(ca)
    }

    fn revision(&self) -> Result<u64, StoreError> {
        (**self).revision()
    }

    fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        (**self).commit(commit)
    }
}

impl From<CommitError> for Error {
    /// A conflict that nobody expected is a failure of the store.
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Failed(error) => error.into(),
            other => Self::new(ErrorCode::StoreFailed, other.to_string()),
        }
    }
}
