//! Opening a folder.

use super::super::codec::{decode_job, decode_record};
use super::super::{KeyRing, KeyRingError};
use super::opened::Opened;
use super::tables::{
    ByUuid, FORMAT, FORMAT_VERSION, ISSUED, JOBS, KEYS, META, RECORDS, REVISION, SVMS,
};
use super::{Current, OpenDatabase, RedbStore};
use crate::private_file;
use certwright::catalog::{
    CommitError, Job, MemoryStore, Record, Store as _, StoreError, Svm, Uuid,
};
use redb::{
    Builder, Database, DatabaseError, ReadTransaction, ReadableDatabase as _, ReadableTable as _,
    WriteTransaction,
};
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
    /// Its private keys cannot be opened.
    Keys(KeyRingError),
}

impl RedbStore {
    /// Opens the store in this folder; folder and store are made if they are not there, for nobody but
    /// the user of this process.
    pub(crate) fn open(folder: &Path, ring: Arc<KeyRing>) -> Result<Self, OpenError> {
        let path = folder.join(FILE);
        private_file::make_folder(folder)?;
        if !path.exists() {
            make(&path)?;
        }
        Self::with(Box::new(move || builder().create(&path)), ring)
    }

    /// Whether there is a store in this folder.
    pub(crate) fn is_in(folder: &Path) -> bool {
        folder.join(FILE).exists()
    }

    /// Opens what `open` opens, now and after it failed.
    pub(super) fn with(open: Box<OpenDatabase>, ring: Arc<KeyRing>) -> Result<Self, OpenError> {
        let opened = Opened::new(open()?)?;
        if !opened.are_keys_of(&ring).map_err(failed)? {
            return Err(OpenError::Keys(KeyRingError::UnknownKey));
        }
        let jobs = opened.memory.jobs()?.into_iter();
        let open_jobs = jobs.filter(|job| !job.state.is_end());
        Ok(Self {
            ring,
            open,
            abandoned: open_jobs.map(|job| job.uuid).collect(),
            current: RwLock::new(Current {
                opened,
                tried: None,
            }),
        })
    }
}

impl Opened {
    /// Reads what is in the file, and makes the tables of a new one.
    pub(super) fn new(database: Database) -> Result<Self, OpenError> {
        prepare(&database)?;
        let Contents {
            revision,
            records,
            jobs,
            svms,
        } = read(&database)?;
        let records = records.into_iter().map(Arc::new);
        let memory = MemoryStore::restored(revision, records, jobs);
        let memory = memory.map_err(|error| match error {
            CommitError::Failed(error) => error,
            other => StoreError::new(other),
        })?;
        Ok(Self {
            database: Some(database),
            memory,
            svms: RwLock::new(svms),
            has_failed: AtomicBool::new(false),
        })
    }
}

pub(super) fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE);
    builder
}

/// Makes an empty store. It lies elsewhere until it is whole: redb refuses a file that it had only begun.
fn make(path: &Path) -> Result<(), OpenError> {
    let _lock = private_file::lock(path).map_err(|error| {
        if error.kind() == io::ErrorKind::WouldBlock {
            OpenError::InUse
        } else {
            error.into()
        }
    })?;
    // Another process may have made it just now.
    if path.exists() {
        return Ok(());
    }
    private_file::replace_with(path, |next| {
        let database = builder().create(next)?;
        prepare(&database)?;
        Ok(database.close()?)
    })
}

/// Makes what is not there of a new store, and refuses one of a newer version.
fn prepare(database: &Database) -> Result<(), OpenError> {
    let transaction = database.begin_write().map_err(failed)?;
    match format_of(&transaction).map_err(failed)? {
        Some(FORMAT_VERSION) => transaction.abort().map_err(failed),
        Some(_) => Err(OpenError::Newer),
        None => {
            make_tables(&transaction).map_err(failed)?;
            transaction.commit().map_err(failed)
        }
    }
}

fn format_of(transaction: &WriteTransaction) -> Result<Option<u64>, redb::Error> {
    let meta = transaction.open_table(META)?;
    Ok(meta.get(FORMAT)?.map(|format| format.value()))
}

fn make_tables(transaction: &WriteTransaction) -> Result<(), redb::Error> {
    let mut meta = transaction.open_table(META)?;
    meta.insert(FORMAT, FORMAT_VERSION)?;
    meta.insert(REVISION, 0)?;
    transaction.open_table(SVMS)?;
    transaction.open_table(ISSUED)?;
    for table in [RECORDS, KEYS, JOBS] {
        transaction.open_table(table)?;
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
    let transaction = database.begin_read().map_err(super::failed)?;
    let records = entries(&transaction, RECORDS, decode_record)?;
    let jobs = entries(&transaction, JOBS, decode_job)?;
    let (revision, svms) = read_others(&transaction).map_err(super::failed)?;
    Ok(Contents {
        revision,
        records,
        jobs,
        svms,
    })
}

fn entries<T>(
    transaction: &ReadTransaction,
    table: ByUuid,
    decode: impl Fn(Uuid, &[u8]) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let table = transaction.open_table(table).map_err(super::failed)?;
    let entries = table.iter().map_err(super::failed)?.map(|entry| {
        let (uuid, stored) = entry.map_err(super::failed)?;
        decode(Uuid::from_bytes(uuid.value()), stored.value())
    });
    entries.collect()
}

/// The revision, and SVMs in the order of their names.
fn read_others(transaction: &ReadTransaction) -> Result<(u64, Vec<Svm>), redb::Error> {
    let meta = transaction.open_table(META)?;
    let revision = meta.get(REVISION)?.map_or(0, |revision| revision.value());
    let table = transaction.open_table(SVMS)?;
    let svms = table.iter()?.map(|entry| {
        let (uuid, name) = entry?;
        Ok::<_, redb::Error>(Svm {
            uuid: Uuid::from_bytes(uuid.value()),
            name: name.value().to_owned(),
        })
    });
    let mut svms = svms.collect::<Result<Vec<_>, _>>()?;
    svms.sort_by(|one, other| one.name.cmp(&other.name));
    Ok((revision, svms))
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
            Self::Keys(_) => "the key that was given is not the store's",
        })
    }
}

impl std::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::InUse | Self::Newer => None,
            Self::Io(error) => Some(error),
            Self::Store(error) => Some(error),
            Self::Keys(error) => Some(error),
        }
    }
}
