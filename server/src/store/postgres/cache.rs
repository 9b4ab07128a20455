//! [`Cache`]: the records and SVMs in memory, as new as the database with every reading.
//!
//! A reading asks for the revision alone; only if that is another than the one in memory, what changed
//! between the two is read, in one transaction.

use super::fault::Fault;
use super::pool::Pool;
use super::rows::{RecordRow, record_columns, reservation, svm, uuid};
use super::session::{READ, Session, column};
use certwright::catalog::{
    Commit, CommitError, Job, MemoryStore, Put, Record, Reservation, Scope, Snapshot, Store as _,
    Svm, Uuid,
};
use certwright::{CertificateKind, Time};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

#[derive(Default)]
pub(super) struct Cache {
    /// What was read last.
    seen: RwLock<Option<Arc<Seen>>>,
    /// Held by who reads what changed.
    contents: Mutex<Option<Contents>>,
}

/// Which commit was the last one that changed records, jobs or SVMs.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Last {
    revision: i64,
    /// Its own number: a copy of the database that went another way may have the same revision.
    id: Vec<u8>,
}

/// The records and SVMs after one commit.
pub(super) struct Seen {
    last: Last,
    records: Arc<dyn Snapshot>,
    pub(super) svms: Arc<Vec<Svm>>,
}

/// What is in memory, where the next change is made.
struct Contents {
    last: Last,
    records: MemoryStore,
    /// By the jobs that hold them.
    held: BTreeMap<Uuid, Reservation>,
    svms: Arc<Vec<Svm>>,
    svms_revision: i64,
}

/// What there is now, and was not or was otherwise after the commit from which on it was read.
struct Change {
    last: Last,
    /// All there is, whatever there was.
    is_whole: bool,
    records: Vec<Arc<Record>>,
    deleted: Vec<Uuid>,
    held: BTreeMap<Uuid, Reservation>,
    /// If there are others.
    svms: Option<Vec<Svm>>,
    svms_revision: i64,
}

/// As many records as are read at once.
const PAGE: i64 = 1000;

impl Cache {
    /// The records and SVMs that are there now.
    pub(super) fn current(&self, pool: &Pool) -> Result<Arc<Seen>, Fault> {
        let before = self.seen();
        let now = last(pool)?;
        if let Some(seen) = before.clone().filter(|seen| seen.last == now) {
            return Ok(seen);
        }
        let mut contents = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        // Somebody read it meanwhile, or what came after it.
        let is_same = |seen: &Arc<Seen>| before.as_ref().is_some_and(|old| Arc::ptr_eq(old, seen));
        let after = self.seen().filter(|seen| !is_same(seen));
        if let Some(seen) = after.filter(|seen| seen.last.revision >= now.revision) {
            return Ok(seen);
        }
        // If this fails in the middle, all is read the next time.
        let known = contents.take();
        let from = known
            .as_ref()
            .map(|known| (&known.last, known.svms_revision));
        let change = pool.run(async |session: &Session| {
            session
                .transaction(READ, async |session: &Session| read(session, from).await)
                .await
        });
        let change = match change {
            Ok(change) => change,
            Err(fault) => {
                *contents = known;
                return Err(fault);
            }
        };
        let next = apply(known, change)?;
        let seen = Arc::new(Seen {
            last: next.last.clone(),
            records: next.records.snapshot().map_err(CommitError::from)?,
            svms: Arc::clone(&next.svms),
        });
        *contents = Some(next);
        *self.seen.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&seen));
        Ok(seen)
    }

    fn seen(&self) -> Option<Arc<Seen>> {
        self.seen
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// The number of the last commit that changed records, jobs or SVMs.
pub(super) fn revision(pool: &Pool) -> Result<u64, Fault> {
    Ok(last(pool)?.revision.cast_unsigned())
}

fn last(pool: &Pool) -> Result<Last, Fault> {
    pool.run(async |session: &Session| {
        let row = session
            .one("SELECT revision, last FROM meta WHERE id = 1", &[])
            .await?;
        Ok(Last {
            revision: column(&row, 0)?,
            id: column(&row, 1)?,
        })
    })
}

/// What changed since a commit, and the SVMs unless the last change of them is the known one; all there is
/// if that is not known any more.
async fn read(session: &Session, known: Option<(&Last, i64)>) -> Result<Change, Fault> {
    let meta = session
        .one(
            "SELECT revision, last, svms, forgotten FROM meta WHERE id = 1",
            &[],
        )
        .await?;
    let last = Last {
        revision: column(&meta, 0)?,
        id: column(&meta, 1)?,
    };
    let (svms_revision, forgotten): (i64, i64) = (column(&meta, 2)?, column(&meta, 3)?);
    let known = match known {
        Some((known, svms)) if is_past(session, known, &last, forgotten).await? => {
            Some((known.revision, svms))
        }
        _ => None,
    };
    let is_whole = known.is_none();
    let (known, known_svms) = known.unwrap_or((-1, -1));
    let deleted = if is_whole {
        Vec::new()
    } else {
        deleted_since(session, known).await?
    };
    Ok(Change {
        last,
        is_whole,
        records: records_since(session, known).await?,
        deleted,
        held: held_names(session).await?,
        svms: if svms_revision == known_svms {
            None
        } else {
            Some(all_svms(session).await?)
        },
        svms_revision,
    })
}

/// Whether this commit is one that led to the last one, and all that was deleted since is told.
async fn is_past(
    session: &Session,
    known: &Last,
    last: &Last,
    forgotten: i64,
) -> Result<bool, Fault> {
    if known.revision < forgotten || known.revision > last.revision {
        return Ok(false);
    }
    // Before the first there is nothing that could have been otherwise.
    if known.revision == 0 {
        return Ok(true);
    }
    let found = session
        .query("SELECT id FROM commits WHERE id = $1", &[&known.id])
        .await?;
    Ok(!found.is_empty())
}

async fn records_since(session: &Session, since: i64) -> Result<Vec<Arc<Record>>, Fault> {
    let mut records = Vec::new();
    // Behind every UUID of that revision.
    let mut last = (since, vec![0xff_u8; 17]);
    loop {
        let rows = session
            .query(
                concat!(
                    "SELECT ",
                    record_columns!(),
                    ", revision FROM records WHERE (revision, uuid) > ($1, $2) \
                     ORDER BY revision, uuid LIMIT $3"
                ),
                &[&last.0, &last.1, &PAGE],
            )
            .await?;
        for row in &rows {
            records.push(Arc::new(RecordRow::of(row)?.record()?));
        }
        match rows.last() {
            Some(row) => last = (column(row, 11)?, column(row, 0)?),
            None => return Ok(records),
        }
    }
}

async fn deleted_since(session: &Session, since: i64) -> Result<Vec<Uuid>, Fault> {
    let rows = session
        .query("SELECT uuid FROM deleted WHERE revision > $1", &[&since])
        .await?;
    rows.iter().map(|row| uuid(column(row, 0)?)).collect()
}

async fn held_names(session: &Session) -> Result<BTreeMap<Uuid, Reservation>, Fault> {
    let rows = session
        .query(
            "SELECT uuid, reserved_svm, reserved_name FROM jobs \
             WHERE reserved_name IS NOT NULL AND state IN ('queued', 'running')",
            &[],
        )
        .await?;
    let held = rows.iter().map(|row| {
        let job = uuid(column(row, 0)?)?;
        Ok((job, reservation(column(row, 1)?, column(row, 2)?)?))
    });
    held.collect()
}

async fn all_svms(session: &Session) -> Result<Vec<Svm>, Fault> {
    let rows = session.query("SELECT uuid, name FROM svms", &[]).await?;
    let mut svms: Vec<_> = rows.iter().map(svm).collect::<Result<_, _>>()?;
    svms.sort_by(|first, second| first.name.cmp(&second.name));
    Ok(svms)
}

fn apply(known: Option<Contents>, change: Change) -> Result<Contents, Fault> {
    let Some(mut contents) = known.filter(|_| !change.is_whole) else {
        let jobs = change.held.iter().map(holder);
        return Ok(Contents {
            last: change.last,
            records: MemoryStore::restored(0, change.records, jobs)
                .map_err(|error| contradiction(&error))?,
            held: change.held,
            svms: Arc::new(change.svms.unwrap_or_default()),
            svms_revision: change.svms_revision,
        });
    };
    update(&contents.records, &contents.held, &change).map_err(|error| contradiction(&error))?;
    contents.last = change.last;
    contents.held = change.held;
    if let Some(svms) = change.svms {
        contents.svms = Arc::new(svms);
        contents.svms_revision = change.svms_revision;
    }
    Ok(contents)
}

/// Two steps, as what goes must have gone before what comes; nobody sees the one between.
fn update(
    records: &MemoryStore,
    held: &BTreeMap<Uuid, Reservation>,
    change: &Change,
) -> Result<(), CommitError> {
    let mut going = Commit::default();
    // One that comes and is here was mended by hand, or went and came again.
    let coming = change.records.iter().map(|record| record.uuid);
    let gone: BTreeSet<_> = change.deleted.iter().copied().chain(coming).collect();
    for uuid in gone {
        if records.record(uuid)?.is_some() {
            going.deletes.push(uuid);
        }
    }
    let changed = held
        .iter()
        .filter(|(job, reservation)| change.held.get(job) != Some(reservation));
    going.forgotten_jobs = changed.map(|(job, _)| *job).collect();
    records.commit(going)?;
    let mut coming = Commit::default();
    coming.puts = change
        .records
        .iter()
        .map(|record| Put {
            record: Arc::clone(record),
            private_key: None,
        })
        .collect();
    let new = change
        .held
        .iter()
        .filter(|(job, reservation)| held.get(job) != Some(reservation));
    coming.jobs = new.map(holder).collect();
    records.commit(coming)
}

/// A job in memory that holds the name, and is nothing more.
fn holder((job, reservation): (&Uuid, &Reservation)) -> Job {
    let mut holder = Job::new(*job, *job, "", Time::MIN);
    holder.reservation = Some(reservation.clone());
    holder
}

fn contradiction(error: &CommitError) -> Fault {
    Fault::failed(&format_args!("the database contradicts itself: {error}"))
}

impl Snapshot for Seen {
    fn revision(&self) -> u64 {
        self.last.revision.cast_unsigned()
    }

    fn len(&self) -> usize {
        self.records.len()
    }

    fn get(&self, uuid: Uuid) -> Option<Arc<Record>> {
        self.records.get(uuid)
    }

    fn iter(&self) -> Box<dyn Iterator<Item = &Arc<Record>> + '_> {
        self.records.iter()
    }

    fn is_name_taken(&self, scope: Scope, name: &str) -> bool {
        self.records.is_name_taken(scope, name)
    }

    fn holder_of(
        &self,
        scope: Scope,
        kind: CertificateKind,
        fingerprint: &[u8; 32],
    ) -> Option<Uuid> {
        self.records.holder_of(scope, kind, fingerprint)
    }
}
