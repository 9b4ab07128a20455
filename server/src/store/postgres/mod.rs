//! [`PostgresStore`]: everything in a PostgreSQL database, which several servers may share.
//!
//! **Order.** A commit that changes records, jobs, names or SVMs first takes the lock of the one row that
//! has the revision, and keeps it to its end. All that it reads it reads after that, with the statements
//! of READ COMMITTED, which see what was committed before each; and nothing of it changes before the end,
//! as whoever would change it waits for the same lock. So such commits are done one after the other: what
//! comes of them is what SERIALIZABLE promises. With SERIALIZABLE itself all who wait for the row fail once
//! it has changed, and begin again, however many they are. Databases that know no other level may let a
//! commit fail all the same, and so may a deadlock: it is done again (40001, 40P01), a dozen times, each
//! after a longer wait.
//!
//! Three things are written without that lock, each with one statement. What one CA signed, of which there
//! is much: it holds the row of its CA, which a delete waits for. A key that is sealed again: only if it is
//! still the one that was opened. And that a server is there. So the revision says what snapshots are made
//! of, and grows with every commit but those.
//!
//! **Lost answers.** Each commit writes a row with a random number of its own, which can be written once.
//! One whose connection died is done again with the same number, and finds out whether it was done.
//!
//! **Reading.** Records are in memory; each reading asks for the revision, and reads what changed if that
//! is another. Keys, jobs and what CAs signed are read when they are asked for.

mod cache;
mod fault;
mod instance;
mod pool;
mod reseal;
mod rows;
mod schema;
mod session;
mod settings;
mod signatures;
mod svms;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use settings::{PostgresSettings, SettingsError};

use super::{KeyRing, KeyRingError, ServerStore};
use cache::{Cache, Seen};
use certwright::SecretDer;
use certwright::catalog::{
    Commit, CommitError, IssuedCertificate, Job, Record, Snapshot, Store, StoreError, Svm, Uuid,
};
use fault::Fault;
use instance::Heart;
use pool::Pool;
use rows::{JobRow, job_columns};
use session::{Session, WRITE};
use settings::Connector;
use std::fmt;
use std::sync::Arc;
use write::Prepared;

/// A store in a PostgreSQL database.
///
/// Its methods block, and must not be called on a thread that drives async tasks.
pub(crate) struct PostgresStore {
    // First, as it is dropped first.
    _heart: Heart,
    pool: Arc<Pool>,
    ring: Arc<KeyRing>,
    /// This process's, as jobs have it.
    instance: Uuid,
    cache: Cache,
}

/// Why there is no store.
#[derive(Debug)]
pub(crate) enum OpenError {
    /// The settings cannot be used.
    Settings(SettingsError),
    /// The tables have this version, which is newer than this program knows.
    Newer(i64),
    /// The database's text is in this encoding, not UTF8.
    Encoding(String),
    /// The database could not be reached, read or written.
    Database(StoreError),
    /// Its private keys cannot be opened.
    Keys(KeyRingError),
}

impl PostgresStore {
    /// Opens what is there, and makes the tables where there are none.
    pub(crate) fn open(settings: &PostgresSettings, ring: Arc<KeyRing>) -> Result<Self, OpenError> {
        let connector = Connector::new(settings).map_err(OpenError::Settings)?;
        let failed = |fault: Fault| OpenError::Database(fault.into());
        let pool = Arc::new(Pool::new(connector, settings.clone()));
        let encoding = pool.run(schema::encoding).map_err(failed)?;
        if encoding != "UTF8" {
            return Err(OpenError::Encoding(encoding));
        }
        schema::migrate(&pool)
            .map_err(failed)?
            .map_err(OpenError::Newer)?;
        if !reseal::are_keys_of(&pool, &ring).map_err(failed)? {
            return Err(OpenError::Keys(KeyRingError::UnknownKey));
        }
        let mut instance = [0; 16];
        getrandom::fill(&mut instance).map_err(|error| failed(Fault::failed(&error)))?;
        let instance = Uuid::from_bytes(instance);
        let store = Self {
            _heart: Heart::start(Arc::clone(&pool), instance).map_err(failed)?,
            pool,
            ring,
            instance,
            cache: Cache::default(),
        };
        store.current().map_err(OpenError::Database)?;
        Ok(store)
    }

    fn current(&self) -> Result<Arc<Seen>, StoreError> {
        Ok(self.cache.current(&self.pool)?)
    }

    fn write(&self, commit: &Commit) -> Result<(), Fault> {
        let prepared = Prepared::new(commit, &self.ring, self.instance)?;
        let ca = signatures::of_one_ca(commit);
        self.pool.run(async |session: &Session| match ca {
            Some(ca) => {
                signatures::commit_of_one_ca(session, ca, &commit.issued, &prepared.id).await
            }
            None => {
                session
                    .transaction(WRITE, async |session: &Session| {
                        prepared.write(session).await
                    })
                    .await
            }
        })
    }
}

impl Store for PostgresStore {
    fn record(&self, uuid: Uuid) -> Result<Option<Arc<Record>>, StoreError> {
        Ok(self.current()?.get(uuid))
    }

    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        Ok(self.current()?)
    }

    fn private_key(&self, uuid: Uuid) -> Result<Option<SecretDer>, StoreError> {
        let sealed = signatures::sealed_key(&self.pool, uuid)?;
        let opened = sealed.map(|sealed| self.ring.open(uuid, &sealed));
        opened.transpose().map_err(StoreError::new)
    }

    fn job(&self, uuid: Uuid) -> Result<Option<Job>, StoreError> {
        let found = self.pool.run(async |session: &Session| {
            let rows = session
                .query(
                    concat!("SELECT ", job_columns!(), " FROM jobs WHERE uuid = $1"),
                    &[&&uuid.as_bytes()[..]],
                )
                .await?;
            let first = rows.first();
            first.map(|row| JobRow::of(row)?.job()).transpose()
        });
        Ok(found?)
    }

    fn jobs(&self) -> Result<Vec<Job>, StoreError> {
        let found = self.pool.run(async |session: &Session| {
            let rows = session
                .query(
                    concat!("SELECT ", job_columns!(), " FROM jobs ORDER BY uuid"),
                    &[],
                )
                .await?;
            rows.iter().map(|row| JobRow::of(row)?.job()).collect()
        });
        Ok(found?)
    }

    fn issued_by(&self, ca: Uuid) -> Result<Vec<Arc<IssuedCertificate>>, StoreError> {
        Ok(signatures::all(&self.pool, ca)?)
    }

    fn revision(&self) -> Result<u64, StoreError> {
        Ok(cache::revision(&self.pool)?)
    }

    fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        Ok(self.write(&commit)?)
    }
}

impl ServerStore for PostgresStore {
    fn svms(&self) -> Result<Vec<Svm>, StoreError> {
        Ok((*self.current()?.svms).clone())
    }

    fn add_svm(&self, svm: &Svm) -> Result<bool, StoreError> {
        Ok(svms::add(&self.pool, svm)?)
    }

    fn remove_svm(&self, uuid: Uuid) -> Result<bool, StoreError> {
        Ok(svms::remove(&self.pool, uuid)?)
    }

    fn issued_after(
        &self,
        ca: Uuid,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<(u64, Arc<IssuedCertificate>)>, StoreError> {
        Ok(signatures::after(&self.pool, ca, after, limit)?)
    }

    fn is_abandoned(&self, job: Uuid) -> Result<bool, StoreError> {
        Ok(instance::is_abandoned(&self.pool, job, self.instance)?)
    }

    fn is_shared(&self) -> Result<bool, StoreError> {
        Ok(instance::are_others(&self.pool, self.instance)?)
    }

    fn check(&self) -> Result<(), StoreError> {
        // Writes, so that a database that can only be read is found out.
        instance::beat(&self.pool, self.instance)?;
        self.revision().map(drop)
    }

    fn reseal(&self) -> Result<usize, StoreError> {
        Ok(reseal::reseal(&self.pool, &self.ring)?)
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore")
            .field("instance", &self.instance)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings(error) => error.fmt(f),
            Self::Newer(version) => write!(
                f,
                "the database's tables have version {version}, which is newer than this program"
            ),
            Self::Encoding(encoding) => {
                write!(f, "the database's encoding is {encoding}; it must be UTF8")
            }
            Self::Database(error) => {
                // The error itself does not say what the database said.
                write!(f, "{error}")?;
                match std::error::Error::source(error) {
                    Some(cause) => write!(f, ": {cause}"),
                    None => Ok(()),
                }
            }
            Self::Keys(error) => {
                write!(f, "the key that was given is not the store's: {error}")
            }
        }
    }
}

impl std::error::Error for OpenError {}
