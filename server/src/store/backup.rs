//! All that a store has, in one file that a password seals.
//!
//! Inside are entries, each after its length in four octets: first the records with their keys, then
//! SVMs, then what CAs signed, and at last how many there were. Jobs are left out: those that ended are
//! history, and those that have not belong to a process.

use super::ServerStore;
use super::codec::{decode_issued, decode_record, encode_issued, encode_record};
use super::sealed_file::{SealedReader, SealedWriter};
use certwright::SecretDer;
use certwright::catalog::{
    Commit, CommitError, IssuedCertificate, Put, Record, Snapshot, StoreError, Svm, Uuid,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Read, Seek, Write};
use std::sync::Arc;
use zeroize::Zeroizing;

pub(crate) use super::sealed_file::Cost;

/// How many entries of a long list are in memory at once.
const AT_ONCE: usize = 1000;

/// One thing of a store. New ones are added at the end.
#[derive(Serialize, Deserialize)]
enum Entry<'a> {
    Record {
        uuid: [u8; 16],
        #[serde(borrow)]
        record: &'a [u8],
        #[serde(borrow)]
        key: Option<&'a [u8]>,
    },
    Svm {
        uuid: [u8; 16],
        name: &'a str,
    },
    Issued {
        ca: [u8; 16],
        #[serde(borrow)]
        issued: &'a [u8],
    },
    End(Counts),
}

/// How many of each kind are in a backup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// Records, with or without a key.
    pub(crate) records: u64,
    /// SVMs.
    pub(crate) svms: u64,
    /// What CAs signed.
    pub(crate) issued: u64,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} certificates, {} SVMs, and {} certificates that CAs signed",
            self.records, self.svms, self.issued
        )
    }
}

/// Why there is no backup, or why nothing or not all was read from one.
#[derive(Debug)]
pub(crate) enum BackupError {
    /// The file could not be read or written.
    Io(io::Error),
    /// The store could not be read or written.
    Store(StoreError),
    /// The file is no backup.
    NoBackup,
    /// A newer version of the server wrote it.
    Newer,
    /// The password is another, or the beginning of the file was altered.
    Password,
    /// The file was altered or cut off.
    Altered,
    /// What is in the file contradicts itself.
    Contradiction,
    /// Records were deleted while the store was read.
    Changed,
    /// The store that is to be filled is not empty.
    NotEmpty,
}

/// Writes all that the store has. A store that others use may grow meanwhile; if records are deleted,
/// this fails with [`BackupError::Changed`], and may go well when it is tried again.
pub(crate) fn export(
    store: &dyn ServerStore,
    output: impl Write,
    password: &[u8],
    cost: Cost,
) -> Result<Counts, BackupError> {
    let mut writer = SealedWriter::new(output, password, cost)?;
    let mut counts = Counts::default();
    let snapshot = store.snapshot()?;
    for record in snapshot.iter() {
        write_record(store, record, &mut writer)?;
        counts.records += 1;
    }
    // They are read after the records: the SVM of each is among them.
    for svm in store.svms()? {
        let entry = Entry::Svm {
            uuid: *svm.uuid.as_bytes(),
            name: &svm.name,
        };
        write(&entry, 64 + svm.name.len(), &mut writer)?;
        counts.svms += 1;
    }
    for record in snapshot.iter() {
        counts.issued += write_issued(store, record.uuid, &mut writer)?;
    }
    // Records never change: those that are still there had their keys and what they signed all the time.
    if !all_are_there(store, &*snapshot)? {
        return Err(BackupError::Changed);
    }
    write(&Entry::End(counts), 64, &mut writer)?;
    writer.finish()?;
    Ok(counts)
}

fn all_are_there(store: &dyn ServerStore, snapshot: &dyn Snapshot) -> Result<bool, StoreError> {
    let now = store.snapshot()?;
    Ok(snapshot.iter().all(|record| now.get(record.uuid).is_some()))
}

fn write_record<W: Write>(
    store: &dyn ServerStore,
    record: &Record,
    writer: &mut SealedWriter<W>,
) -> Result<(), BackupError> {
    let encoded = encode_record(record)?;
    let key = store.private_key(record.uuid)?;
    let key = key.as_ref().map(SecretDer::as_bytes);
    let entry = Entry::Record {
        uuid: *record.uuid.as_bytes(),
        record: &encoded,
        key,
    };
    write(
        &entry,
        64 + encoded.len() + key.map_or(0, <[u8]>::len),
        writer,
    )
}

fn write_issued<W: Write>(
    store: &dyn ServerStore,
    ca: Uuid,
    writer: &mut SealedWriter<W>,
) -> Result<u64, BackupError> {
    let (mut after, mut count) = (None, 0);
    loop {
        let page = store.issued_after(ca, after, AT_ONCE)?;
        let Some(&(last, _)) = page.last() else {
            return Ok(count);
        };
        after = Some(last);
        for (_, issued) in page {
            let encoded = encode_issued(&issued)?;
            let entry = Entry::Issued {
                ca: *ca.as_bytes(),
                issued: &encoded,
            };
            write(&entry, 64 + encoded.len(), writer)?;
            count += 1;
        }
    }
}

/// `size` is enough for the entry, so that no part of a key is left behind when its buffer grows.
fn write<W: Write>(
    entry: &Entry<'_>,
    size: usize,
    writer: &mut SealedWriter<W>,
) -> Result<(), BackupError> {
    let encoded = postcard::to_extend(entry, Vec::with_capacity(size));
    let encoded = Zeroizing::new(encoded.map_err(StoreError::new)?);
    let length = u32::try_from(encoded.len()).map_err(StoreError::new)?;
    writer.write_all(&length.to_be_bytes())?;
    writer.write_all(&encoded)
}

/// Fills an empty store. The file is read twice: nothing is written before all of it is known to be as
/// it was written. All records are one commit; if it fails after that, the store is to be thrown away.
pub(crate) fn import(
    store: &dyn ServerStore,
    input: impl Read + Seek,
    password: &[u8],
) -> Result<Counts, BackupError> {
    let mut reader = SealedReader::new(input, password)?;
    let mut known = BTreeSet::new();
    for_each(&mut reader, |entry| check(&entry, &mut known))?;
    drop(known);
    if !is_empty(store)? {
        return Err(BackupError::NotEmpty);
    }
    reader.rewind()?;
    let mut filling = Filling {
        store,
        commit: Commit::default(),
    };
    let counts = for_each(&mut reader, |entry| filling.put(&entry))?;
    filling.write()?;
    Ok(counts)
}

fn is_empty(store: &dyn ServerStore) -> Result<bool, StoreError> {
    Ok(store.snapshot()?.is_empty() && store.svms()?.is_empty() && store.jobs()?.is_empty())
}

/// Reads all entries.
fn for_each<R: Read + Seek>(
    reader: &mut SealedReader<R>,
    mut visit: impl FnMut(Entry<'_>) -> Result<(), BackupError>,
) -> Result<Counts, BackupError> {
    let mut counts = Counts::default();
    let mut buffer = Zeroizing::new(Vec::new());
    loop {
        let mut length = Vec::with_capacity(4);
        reader.read_to(&mut length, 4)?;
        let length = length
            .iter()
            .fold(0, |length: usize, &octet| length << 8 | usize::from(octet));
        buffer.clear();
        reader.read_to(&mut buffer, length)?;
        let entry: Entry<'_> = postcard::from_bytes(&buffer).map_err(|_| BackupError::Newer)?;
        match &entry {
            Entry::Record { .. } => counts.records += 1,
            Entry::Svm { .. } => counts.svms += 1,
            Entry::Issued { .. } => counts.issued += 1,
            Entry::End(written) if *written == counts && reader.is_at_end() => return Ok(counts),
            Entry::End(_) => return Err(BackupError::Contradiction),
        }
        visit(entry)?;
    }
}

/// Whether it can be kept; `known` are the records before it.
fn check(entry: &Entry<'_>, known: &mut BTreeSet<Uuid>) -> Result<(), BackupError> {
    match *entry {
        Entry::Record { uuid, record, .. } => {
            let record = decode_record(Uuid::from_bytes(uuid), record)?;
            known.insert(record.uuid);
        }
        Entry::Issued { ca, issued } => {
            let issued = decode_issued(Uuid::from_bytes(ca), issued)?;
            if !known.contains(&issued.ca) {
                return Err(BackupError::Contradiction);
            }
        }
        Entry::Svm { .. } | Entry::End(_) => {}
    }
    Ok(())
}

/// A store that is being filled.
struct Filling<'a> {
    store: &'a dyn ServerStore,
    /// What is not written yet: either all records, or a part of what CAs signed.
    commit: Commit,
}

impl Filling<'_> {
    fn put(&mut self, entry: &Entry<'_>) -> Result<(), BackupError> {
        match *entry {
            Entry::Record { uuid, record, key } => {
                let record = decode_record(Uuid::from_bytes(uuid), record)?;
                self.commit.puts.push(Put {
                    record: Arc::new(record),
                    private_key: key.map(SecretDer::from),
                });
            }
            Entry::Svm { uuid, name } => {
                self.write()?;
                let svm = Svm {
                    uuid: Uuid::from_bytes(uuid),
                    name: name.to_owned(),
                };
                if !self.store.add_svm(&svm)? {
                    return Err(BackupError::Contradiction);
                }
            }
            Entry::Issued { ca, issued } => {
                let is_full = self.commit.issued.len() >= AT_ONCE;
                if is_full || !self.commit.puts.is_empty() {
                    self.write()?;
                }
                let issued: IssuedCertificate = decode_issued(Uuid::from_bytes(ca), issued)?;
                self.commit.issued.push(Arc::new(issued));
            }
            Entry::End(_) => {}
        }
        Ok(())
    }

    fn write(&mut self) -> Result<(), BackupError> {
        let commit = std::mem::take(&mut self.commit);
        if commit.puts.is_empty() && commit.issued.is_empty() {
            return Ok(());
        }
        self.store.commit(commit).map_err(|error| match error {
            CommitError::Failed(error) => error.into(),
            _ => BackupError::Contradiction,
        })
    }
}

impl From<io::Error> for BackupError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<StoreError> for BackupError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Io(_) => "the backup cannot be read or written",
            Self::Store(_) => "the store cannot be read or written",
            Self::NoBackup => "the file is no backup",
            Self::Newer => "a newer version of the server wrote the backup",
            Self::Password => "the password is not that of the backup, or the backup was altered",
            Self::Altered => "the backup was altered or cut off",
            Self::Contradiction => "what is in the backup contradicts itself",
            Self::Changed => "records were deleted while the store was read",
            Self::NotEmpty => "the store is not empty",
        })
    }
}

impl std::error::Error for BackupError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::RedbStore;
    use super::super::fixtures::{KEY, deletes, issued, job, puts, ring, svm, uuid};
    use super::*;
    use certwright::catalog::Store as _;
    use std::io::Cursor;
    use tempfile::TempDir;

    const CHEAP: Cost = Cost {
        memory: 8,
        passes: 1,
        lanes: 1,
    };

    fn store() -> (TempDir, RedbStore) {
        let folder = tempfile::tempdir().unwrap();
        let store = RedbStore::open(folder.path(), ring()).unwrap();
        (folder, store)
    }

    fn filled() -> (TempDir, RedbStore) {
        let (folder, store) = store();
        let mut commit = puts(1..=5);
        commit.puts[4].private_key = None;
        store.commit(commit).unwrap();
        for (ca, count) in [(1, AT_ONCE + 1), (3, 2)] {
            store.commit(issued(ca, count)).unwrap();
        }
        store.add_svm(&svm(1, "svm1")).unwrap();
        store.commit(job(7)).unwrap();
        (folder, store)
    }

    fn exported(store: &RedbStore) -> (Vec<u8>, Counts) {
        let mut file = Vec::new();
        let counts = export(store, &mut file, b"secret", CHEAP).unwrap();
        (file, counts)
    }

    #[test]
    fn another_store_has_all_but_the_jobs() {
        let (_folder, one) = filled();
        let (file, counts) = exported(&one);
        let expected = Counts {
            records: 5,
            svms: 1,
            issued: 1003,
        };
        assert_eq!(counts, expected);
        assert!(!file.windows(KEY.len()).any(|part| part == KEY));
        // It has another ring, as another server has.
        let (folder, ring) = (tempfile::tempdir().unwrap(), ring());
        let other = RedbStore::open(folder.path(), Arc::clone(&ring)).unwrap();
        let counts = import(&other, Cursor::new(&file), b"secret").unwrap();
        assert_eq!(counts, expected);
        drop(other);
        // What was imported is on the disk.
        let other = RedbStore::open(folder.path(), ring).unwrap();
        for record in one.snapshot().unwrap().iter() {
            assert_eq!(other.record(record.uuid).unwrap().as_ref(), Some(record));
            let signed = one.issued_by(record.uuid).unwrap();
            assert_eq!(other.issued_by(record.uuid).unwrap(), signed);
        }
        assert_eq!(other.snapshot().unwrap().len(), 5);
        assert_eq!(other.svms().unwrap(), [svm(1, "svm1")]);
        assert!(other.jobs().unwrap().is_empty());
    }

    #[test]
    fn keys_come_back_under_the_ring_of_the_other_store() {
        let (_folder, one) = filled();
        let (_other_folder, other) = store();
        import(&other, Cursor::new(exported(&one).0), b"secret").unwrap();
        let key = other.private_key(uuid(1)).unwrap().unwrap();
        assert_eq!(key.as_bytes(), KEY);
        assert_eq!(other.private_key(uuid(5)).unwrap(), None);
    }

    #[test]
    fn nothing_is_written_of_a_file_that_was_altered_or_cut_off() {
        let (_folder, one) = filled();
        let (file, _) = exported(&one);
        let (_other_folder, other) = store();
        let is_refused = |file: &[u8], password: &[u8]| {
            let answer = import(&other, Cursor::new(file), password);
            answer.is_err() && is_empty(&other).unwrap()
        };
        assert!(is_refused(&file, b"another"));
        for at in (0..file.len()).step_by(file.len() / 50) {
            let mut altered = file.clone();
            altered[at] ^= 0x80;
            assert!(is_refused(&altered, b"secret"), "octet {at}");
            assert!(is_refused(&file[..at], b"secret"), "octet {at}");
        }
        import(&other, Cursor::new(&file), b"secret").unwrap();
        let answer = import(&other, Cursor::new(&file), b"secret");
        assert!(matches!(answer, Err(BackupError::NotEmpty)), "{answer:?}");
    }

    /// The file as somebody with the password may write it.
    fn written(entries: &[Entry<'_>]) -> Vec<u8> {
        let mut writer = SealedWriter::new(Vec::new(), b"secret", CHEAP).unwrap();
        for entry in entries {
            write(entry, 0, &mut writer).unwrap();
        }
        writer.finish().unwrap()
    }

    #[test]
    fn what_contradicts_itself_is_refused_before_anything_is_written() {
        let commit = issued(1, 1);
        let signed = encode_issued(&commit.issued[0]).unwrap();
        let counts = |issued| {
            Entry::End(Counts {
                issued,
                ..Counts::default()
            })
        };
        let orphan = || Entry::Issued {
            ca: [1; 16],
            issued: &signed,
        };
        let (_folder, store) = store();
        for entries in [
            vec![],
            vec![counts(1)],
            vec![counts(0), counts(0)],
            vec![orphan(), counts(1)],
        ] {
            let answer = import(&store, Cursor::new(written(&entries)), b"secret");
            assert!(answer.is_err(), "{answer:?}");
            assert!(is_empty(&store).unwrap());
        }
        import(&store, Cursor::new(written(&[counts(0)])), b"secret").unwrap();
    }

    /// What the first version wrote is read by every later one.
    #[test]
    fn a_backup_of_the_first_version_is_read() {
        let file = include_bytes!("../../tests/files/backup-1");
        let (_folder, store) = store();
        let counts = import(&store, Cursor::new(file), b"secret").unwrap();
        assert_eq!((counts.records, counts.svms, counts.issued), (2, 1, 3));
        let key = store.private_key(uuid(1)).unwrap().unwrap();
        assert_eq!(key.as_bytes(), KEY);
        assert_eq!(store.private_key(uuid(2)).unwrap(), None);
        assert_eq!(store.issued_by(uuid(1)).unwrap().len(), 3);
        assert_eq!(store.svms().unwrap(), [svm(1, "svm1")]);
    }

    /// Deletes a record when the first octets are written.
    struct Deleting<'a>(&'a RedbStore, bool);

    impl Write for Deleting<'_> {
        fn write(&mut self, data: &[u8]) -> io::Result<usize> {
            if !self.1 {
                self.1 = true;
                return Ok(data.len());
            }
            if self.0.record(uuid(1)).unwrap().is_some() {
                self.0.commit(deletes([1])).unwrap();
            }
            Ok(data.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_record_that_goes_meanwhile_is_noticed() {
        let (_folder, one) = filled();
        let answer = export(&one, Deleting(&one, false), b"secret", CHEAP);
        assert!(matches!(answer, Err(BackupError::Changed)), "{answer:?}");
    }
}
