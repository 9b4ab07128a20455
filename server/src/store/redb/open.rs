//! Opening a folder.

use super::super::KeyRing;
use super::super::codec::{decode_job, decode_record};
use super::RedbStore;
use super::tables::{FORMAT, FORMAT_VERSION, ISSUED, JOBS, KEYS, META, RECORDS, REVISION, SVMS};
use crate::private_file;
use certwright::catalog::{CommitError, Job, MemoryStore, Record, StoreError, Svm, Uuid};
#[cfg(test)]
use redb::StorageBackend;
use redb::{Builder, Database, DatabaseError, ReadableTable as _};
use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, RwLock};

/// The file in the folder.
const FILE: &str = "store.redb";

/// What the database may keep of the file in memory, in octets.
const CACHE: usize = 64 << 20;

/// Why a folder could not be opened.
#[derive(Debug)]
pub(crate) enum OpenError {
    /// Another process has it open.
    InUse,
    /// A newer version of the server wrote it.
    Newer,
    /// The folder or the file could not be made or opened.
    Io(io::Error),
    /// It could not be read, or what is in it contradicts itself.
    Store(StoreError),
}

impl RedbStore {
    /// Opens the store in this folder; folder and store are made if they are not there, for nobody but
    /// the user of this process.
    pub(crate) fn open(folder: &Path, ring: Arc<KeyRing>) -> Result<Self, OpenError> {
        let path = folder.join(FILE);
        private_file::make_folder(folder)?;
        match private_file::create(&path) {
            // What is new is there only when its folder is written too.
            Ok(_) => private_file::sync_folder_of(&path)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
        let database = builder().create(&path)?;
        Self::from_database(database, ring)
    }

    /// Opens a store that is elsewhere than in a file.
    #[cfg(test)]
    pub(super) fn open_backend(
        backend: impl StorageBackend,
        ring: Arc<KeyRing>,
    ) -> Result<Self, OpenError> {
        Self::from_database(builder().create_with_backend(backend)?, ring)
    }

    fn from_database(database: Database, ring: Arc<KeyRing>) -> Result<Self, OpenError> {
        prepare(&database)?;
        let Contents {
            revision,
            records,
            jobs,
            svms,
        } = read(&database)?;
        let open_jobs = jobs.iter().filter(|job| !job.state.is_end());
        let abandoned: BTreeSet<_> = open_jobs.map(|job| job.uuid).collect();
        let records = records.into_iter().map(Arc::new);
        let memory =
            MemoryStore::restored(revision, records, jobs).map_err(|error| match error {
                CommitError::Failed(error) => error,
                other => StoreError::new(other),
            })?;
        Ok(Self {
            database,
            memory,
            ring,
            svms: RwLock::new(svms),
            abandoned,
            has_failed: AtomicBool::new(false),
        })
    }
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE);
    builder
}

/// Makes what is not there of a new store, and refuses one of a newer version.
fn prepare(database: &Database) -> Result<(), OpenError> {
    let transaction = database.begin_write().map_err(failed)?;
    let is_new = {
        let mut meta = transaction.open_table(META).map_err(failed)?;
        let format = meta
            .get(FORMAT)
            .map_err(failed)?
            .map(|format| format.value());
        match format {
            Some(FORMAT_VERSION) => false,
            Some(_) => return Err(OpenError::Newer),
            None => {
                meta.insert(FORMAT, FORMAT_VERSION).map_err(failed)?;
                meta.insert(REVISION, 0).map_err(failed)?;
                transaction.open_table(SVMS).map_err(failed)?;
                transaction.open_table(ISSUED).map_err(failed)?;
                for table in [RECORDS, KEYS, JOBS] {
                    transaction.open_table(table).map_err(failed)?;
                }
                true
            }
        }
    };
    if is_new {
        transaction.commit().map_err(failed)?;
    } else {
        transaction.abort().map_err(failed)?;
    }
    Ok(())
}

/// What is held in memory.
struct Contents {
    revision: u64,
    records: Vec<Record>,
    jobs: Vec<Job>,
    svms: Vec<Svm>,
}

fn read(database: &Database) -> Result<Contents, StoreError> {
    use redb::ReadableDatabase as _;
    let transaction = database.begin_read().map_err(super::failed)?;
    let meta = transaction.open_table(META).map_err(super::failed)?;
    let revision = meta.get(REVISION).map_err(super::failed)?;
    let mut contents = Contents {
        revision: revision.map_or(0, |revision| revision.value()),
        records: Vec::new(),
        jobs: Vec::new(),
        svms: Vec::new(),
    };
    let records = transaction.open_table(RECORDS).map_err(super::failed)?;
    for entry in records.iter().map_err(super::failed)? {
        let (uuid, record) = entry.map_err(super::failed)?;
        let uuid = Uuid::from_bytes(uuid.value());
        contents.records.push(decode_record(uuid, record.value())?);
    }
    let jobs = transaction.open_table(JOBS).map_err(super::failed)?;
    for entry in jobs.iter().map_err(super::failed)? {
        let (uuid, job) = entry.map_err(super::failed)?;
        let uuid = Uuid::from_bytes(uuid.value());
        contents.jobs.push(decode_job(uuid, job.value())?);
    }
    let svms = transaction.open_table(SVMS).map_err(super::failed)?;
    for entry in svms.iter().map_err(super::failed)? {
        let (uuid, name) = entry.map_err(super::failed)?;
        contents.svms.push(Svm {
            uuid: Uuid::from_bytes(uuid.value()),
            name: name.value().to_owned(),
        });
    }
    contents
        .svms
        .sort_by(|one, other| one.name.cmp(&other.name));
    Ok(contents)
}

fn failed(error: impl Into<redb::Error>) -> OpenError {
    OpenError::Store(super::failed(error.into()))
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<DatabaseError> for OpenError {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::DatabaseAlreadyOpen => Self::InUse,
            DatabaseError::Storage(redb::StorageError::Io(error)) => Self::Io(error),
            other => Self::Store(super::failed(other)),
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InUse => "another process has the store open",
            Self::Newer => "a newer version of the server wrote the store",
            Self::Io(_) => "the store's file cannot be opened",
            Self::Store(_) => "the store's file cannot be read",
        })
    }
}

impl std::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::InUse | Self::Newer => None,
            Self::Io(error) => Some(error),
            Self::Store(error) => Some(error),
        }
    }
}
