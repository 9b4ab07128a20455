//! A store in a file, as simple as one can be: the commits one after the other, written anew each
//! time into a second file that takes the first one's place.

use certwright::catalog::{
    Commit, CommitError, IssuedCertificate, Job, JobError, JobState, MemoryStore, Put, Record,
    RecordParts, Reservation, Scope, Snapshot, Store, StoreError, Uuid,
};
use certwright::{Certificate, CertificateKind, Error, ErrorCode, SecretDer, Time};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};

pub(super) struct FileStore {
    path: PathBuf,
    current: RwLock<Arc<MemoryStore>>,
    /// The commits as they stand in the file, and the steps of writing that may still be done.
    writer: Mutex<(Vec<u8>, usize)>,
}

impl FileStore {
    pub(super) fn open(path: &Path, steps: usize) -> Self {
        let bytes = fs::read(path).unwrap_or_default();
        Self {
            path: path.to_owned(),
            current: RwLock::new(Arc::new(replay(&bytes))),
            writer: Mutex::new((bytes, steps)),
        }
    }

    fn current(&self) -> Arc<MemoryStore> {
        Arc::clone(&self.current.read().unwrap())
    }

    fn write(&self, bytes: &[u8], steps: &mut usize) -> io::Result<()> {
        let mut step = || {
            *steps = steps
                .checked_sub(1)
                .ok_or_else(|| io::Error::other("power failed"))?;
            Ok::<_, io::Error>(())
        };
        let next = self.path.with_extension("next");
        step()?;
        let mut file = File::create(&next)?;
        let (first, second) = bytes.split_at(bytes.len() / 2);
        step()?;
        file.write_all(first)?;
        step()?;
        file.write_all(second)?;
        step()?;
        file.sync_all()?;
        step()?;
        fs::rename(&next, &self.path)?;
        // The answer is lost.
        step()
    }
}

fn replay(bytes: &[u8]) -> MemoryStore {
    let store = MemoryStore::new();
    let mut reader = Reader(bytes);
    while !reader.0.is_empty() {
        store.commit(reader.commit()).unwrap();
    }
    store
}

impl Store for FileStore {
    fn record(&self, uuid: Uuid) -> Result<Option<Arc<Record>>, StoreError> {
        self.current().record(uuid)
    }

    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        self.current().snapshot()
    }

    fn private_key(&self, uuid: Uuid) -> Result<Option<SecretDer>, StoreError> {
        self.current().private_key(uuid)
    }

    fn job(&self, uuid: Uuid) -> Result<Option<Job>, StoreError> {
        self.current().job(uuid)
    }

    fn jobs(&self) -> Result<Vec<Job>, StoreError> {
        self.current().jobs()
    }

    fn issued_by(&self, ca: Uuid) -> Result<Vec<Arc<IssuedCertificate>>, StoreError> {
        self.current().issued_by(ca)
    }

    fn revision(&self) -> Result<u64, StoreError> {
        self.current().revision()
    }

    fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        let mut writer = self.writer.lock().unwrap();
        let (bytes, steps) = &mut *writer;
        let next = replay(bytes);
        next.commit(commit.clone())?;
        let mut written = bytes.clone();
        write_commit(&commit, &mut written);
        self.write(&written, steps).map_err(StoreError::new)?;
        *bytes = written;
        *self.current.write().unwrap() = Arc::new(next);
        Ok(())
    }
}

fn write_commit(commit: &Commit, out: &mut Vec<u8>) {
    list(out, &commit.puts, |out, put| {
        let record = &put.record;
        out.extend(record.uuid.as_bytes());
        text(out, &record.name);
        scope(out, record.scope);
        text(out, record.r#type.name());
        option(out, record.common_name.as_ref(), |out, name| {
            text(out, name);
        });
        octets(out, record.certificate.der());
        list(out, &record.intermediates, |out, one| {
            octets(out, one.der());
        });
        option(out, record.root.as_ref(), |out, root| {
            out.extend(root.as_bytes());
        });
        out.push(record.preinstalled.into());
        option(out, record.verify_host.as_ref(), |out, &verify| {
            out.push(verify.into());
        });
        option(out, put.private_key.as_ref(), |out, key| {
            octets(out, key.as_bytes());
        });
    });
    list(out, &commit.deletes, |out, uuid| {
        out.extend(uuid.as_bytes());
    });
    list(out, &commit.jobs, |out, job| {
        out.extend(job.uuid.as_bytes());
        out.extend(job.record.as_bytes());
        text(out, &job.description);
        text(out, job.state.name());
        option(out, job.error.as_ref(), |out, error| {
            out.extend(error.code.value().to_be_bytes());
            text(out, &error.message);
            option(out, error.target.as_ref(), |out, target| text(out, target));
            list(out, &error.arguments, |out, argument| {
                text(out, &argument.code);
                text(out, &argument.message);
            });
            out.extend(u32::from(error.http_status).to_be_bytes());
        });
        time(out, job.start_time);
        option(out, job.end_time.as_ref(), |out, &end| time(out, end));
        option(out, job.reservation.as_ref(), |out, held| {
            scope(out, held.scope);
            text(out, &held.name);
        });
    });
    list(out, &commit.forgotten_jobs, |out, uuid| {
        out.extend(uuid.as_bytes());
    });
    list(out, &commit.issued, |out, issued| {
        out.extend(issued.ca.as_bytes());
        octets(out, issued.certificate.der());
        time(out, issued.signed_at);
    });
}

fn octets(out: &mut Vec<u8>, octets: &[u8]) {
    out.extend(u32::try_from(octets.len()).unwrap().to_be_bytes());
    out.extend(octets);
}

fn text(out: &mut Vec<u8>, text: &str) {
    octets(out, text.as_bytes());
}

fn time(out: &mut Vec<u8>, time: Time) {
    out.extend(time.unix().to_be_bytes());
}

fn scope(out: &mut Vec<u8>, scope: Scope) {
    option(out, scope.svm().as_ref(), |out, svm| {
        out.extend(svm.as_bytes());
    });
}

fn option<T>(out: &mut Vec<u8>, value: Option<&T>, write: impl Fn(&mut Vec<u8>, &T)) {
    list(
        out,
        value.map(std::slice::from_ref).unwrap_or_default(),
        write,
    );
}

fn list<T>(out: &mut Vec<u8>, values: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
    out.extend(u32::try_from(values.len()).unwrap().to_be_bytes());
    values.iter().for_each(|value| write(out, value));
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count);
        self.0 = rest;
        taken
    }

    fn number(&mut self) -> usize {
        let number = u32::from_be_bytes(self.take(4).try_into().unwrap());
        usize::try_from(number).unwrap()
    }

    fn octets(&mut self) -> &'a [u8] {
        let count = self.number();
        self.take(count)
    }

    fn text(&mut self) -> String {
        String::from_utf8(self.octets().to_vec()).unwrap()
    }

    fn uuid(&mut self) -> Uuid {
        Uuid::from_bytes(self.take(16).try_into().unwrap())
    }

    fn flag(&mut self) -> bool {
        self.take(1) == [1]
    }

    fn time(&mut self) -> Time {
        Time::from_unix(i64::from_be_bytes(self.take(8).try_into().unwrap())).unwrap()
    }

    fn scope(&mut self) -> Scope {
        self.option(Self::uuid).map_or(Scope::Cluster, Scope::Svm)
    }

    fn certificate(&mut self) -> Certificate {
        Certificate::from_der(self.octets()).unwrap()
    }

    fn option<T>(&mut self, read: impl Fn(&mut Self) -> T) -> Option<T> {
        self.list(read).pop()
    }

    fn list<T>(&mut self, read: impl Fn(&mut Self) -> T) -> Vec<T> {
        (0..self.number()).map(|_| read(self)).collect()
    }

    fn commit(&mut self) -> Commit {
        let mut commit = Commit::default();
        commit.puts = self.list(Self::put);
        commit.deletes = self.list(Self::uuid);
        commit.jobs = self.list(Self::job);
        commit.forgotten_jobs = self.list(Self::uuid);
        commit.issued = self.list(|reader| {
            Arc::new(IssuedCertificate {
                ca: reader.uuid(),
                certificate: reader.certificate(),
                signed_at: reader.time(),
            })
        });
        commit
    }

    fn put(&mut self) -> Put {
        let (uuid, name, scope, kind) = (self.uuid(), self.text(), self.scope(), self.text());
        let common_name = self.option(Self::text);
        let mut parts = RecordParts::new(uuid, name, scope, kind_named(&kind), self.certificate());
        parts.common_name = common_name;
        parts.intermediates = self.list(Self::certificate);
        parts.root = self.option(Self::uuid);
        parts.preinstalled = self.flag();
        parts.verify_host = self.option(Self::flag);
        Put {
            record: Arc::new(Record::new(parts).unwrap()),
            private_key: self.option(|reader| SecretDer::from(reader.octets())),
        }
    }

    fn job(&mut self) -> Job {
        let (uuid, record, description, state) =
            (self.uuid(), self.uuid(), self.text(), self.text());
        let error = self.option(Self::error);
        let mut job = Job::new(uuid, record, description, self.time());
        job.state = JobState::ALL
            .into_iter()
            .find(|one| one.name() == state)
            .unwrap();
        job.error = error;
        job.end_time = self.option(Self::time);
        job.reservation = self.option(|reader| Reservation {
            scope: reader.scope(),
            name: reader.text(),
        });
        job
    }

    fn error(&mut self) -> JobError {
        let code = ErrorCode::try_from(u32::try_from(self.number()).unwrap()).unwrap();
        let mut error = Error::new(code, self.text());
        if let Some(target) = self.option(Self::text) {
            error = error.with_target(target);
        }
        for (code, message) in self.list(|reader| (reader.text(), reader.text())) {
            error = error.with_argument(code, &message);
        }
        let status = u16::try_from(self.number()).unwrap();
        JobError::from(&error.with_http_status(status))
    }
}

fn kind_named(name: &str) -> CertificateKind {
    use CertificateKind::{Client, ClientCa, RootCa, Server, ServerCa};
    let mut kinds = [Client, ClientCa, RootCa, Server, ServerCa].into_iter();
    kinds.find(|kind| kind.name() == name).unwrap()
}
