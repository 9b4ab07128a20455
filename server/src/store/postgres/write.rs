//! A commit of the catalog, as statements of one transaction.
//!
//! The first of them takes the lock of the one row that has the revision, and keeps it to the end: such
//! commits are done one after the other, whoever does them, and each sees all of those before it.

use super::fault::Fault;
use super::rows::{error_text, intermediates_octets, is_end, svm_octets};
use super::session::{Parameters, Session, column};
use super::signatures;
use crate::store::KeyRing;
use certwright::catalog::{
    Commit, CommitError, Job, JobState, Put, Record, Reservation, StoreError, Uuid,
};
use std::collections::BTreeSet;

/// A commit, and what is made of it only once however often it is tried.
pub(super) struct Prepared<'a> {
    pub(super) commit: &'a Commit,
    /// What says afterwards that it was done.
    pub(super) id: [u8; 16],
    instance: Uuid,
    /// The sealed private keys of the puts.
    sealed: Vec<Option<Vec<u8>>>,
}

/// As many rows as one statement writes.
const ROWS: usize = 1000;

impl<'a> Prepared<'a> {
    pub(super) fn new(commit: &'a Commit, ring: &KeyRing, instance: Uuid) -> Result<Self, Fault> {
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|error| Fault::failed(&error))?;
        let seal = |put: &Put| {
            let key = put.private_key.as_ref();
            key.map(|key| ring.seal(put.record.uuid, key)).transpose()
        };
        let sealed: Result<_, _> = commit.puts.iter().map(seal).collect();
        Ok(Self {
            commit,
            id,
            instance,
            sealed: sealed.map_err(|error| Fault::failed(&error))?,
        })
    }

    /// Does it, within a transaction; nothing if it was done before.
    pub(super) async fn write(&self, session: &Session) -> Result<(), Fault> {
        let Some(revision) = begin(session, &self.id).await? else {
            return Ok(());
        };
        let commit = self.commit;
        require(session, &commit.require_present).await?;
        delete(session, &commit.deletes, revision).await?;
        for job in &commit.jobs {
            self.put_job(session, job).await?;
        }
        forget_jobs(session, &commit.forgotten_jobs).await?;
        self.put(session, revision).await?;
        signatures::record(session, &commit.issued).await
    }

    async fn put_job(&self, session: &Session, job: &Job) -> Result<(), Fault> {
        let uuid = &job.uuid.as_bytes()[..];
        let last = session
            .query("SELECT state FROM jobs WHERE uuid = $1", &[&uuid])
            .await?;
        let may_follow = match last.first() {
            Some(last) => !is_end(column(last, 0)?)?,
            None => job.state == JobState::Queued,
        };
        if !may_follow {
            return Err(CommitError::Gone(job.uuid).into());
        }
        if !last.is_empty() {
            release_names(session, &[uuid]).await?;
        }
        let reservation = job.reservation.as_ref();
        if let Some(held) = reservation.filter(|_| !job.state.is_end()) {
            hold_name(session, uuid, held).await?;
        }
        let error = job.error.as_ref().map(error_text).transpose()?;
        session
            .execute(
                "INSERT INTO jobs (uuid, record, description, state, error, started_at, ended_at, \
                 reserved_svm, reserved_name, instance) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
                 ON CONFLICT (uuid) DO UPDATE SET record = excluded.record, \
                 description = excluded.description, state = excluded.state, \
                 error = excluded.error, started_at = excluded.started_at, \
                 ended_at = excluded.ended_at, reserved_svm = excluded.reserved_svm, \
                 reserved_name = excluded.reserved_name",
                &[
                    &uuid,
                    &&job.record.as_bytes()[..],
                    &job.description,
                    &job.state.name(),
                    &error,
                    &job.start_time.unix(),
                    &job.end_time.map(certwright::Time::unix),
                    &reservation.map(|held| svm_octets(&held.scope)),
                    &reservation.map(|held| held.name.as_str()),
                    &&self.instance.as_bytes()[..],
                ],
            )
            .await?;
        Ok(())
    }

    async fn put(&self, session: &Session, revision: i64) -> Result<(), Fault> {
        let puts: Vec<_> = self.commit.puts.iter().zip(&self.sealed).collect();
        for rows in puts.chunks(ROWS) {
            let columns = Columns::of(rows);
            check_puts(session, rows, &columns).await?;
            columns.insert(session, revision).await?;
        }
        Ok(())
    }
}

/// Takes the lock of commits, and answers with the revision that the one with this number makes; `None` if
/// it was done before.
pub(super) async fn begin(session: &Session, id: &[u8; 16]) -> Result<Option<i64>, Fault> {
    // A try whose answer was lost has ended by the time that the lock is ours.
    let new = session
        .query(
            "WITH next AS (UPDATE meta SET revision = revision + 1, last = $1 WHERE id = 1 \
             RETURNING revision) \
             INSERT INTO commits (id, revision, at) SELECT $1, next.revision, now() FROM next \
             ON CONFLICT (id) DO NOTHING RETURNING revision",
            &[&&id[..]],
        )
        .await?;
    new.first().map(|row| column(row, 0)).transpose()
}

pub(super) fn octets(uuids: &[Uuid]) -> Vec<&[u8]> {
    uuids.iter().map(|uuid| &uuid.as_bytes()[..]).collect()
}

async fn present(session: &Session, uuids: &[&[u8]]) -> Result<BTreeSet<Vec<u8>>, Fault> {
    let rows = session
        .query("SELECT uuid FROM records WHERE uuid = ANY($1)", &[&uuids])
        .await?;
    rows.iter().map(|row| column(row, 0)).collect()
}

/// All of them are there, or the first that is not is gone.
pub(super) async fn require(session: &Session, uuids: &[Uuid]) -> Result<(), Fault> {
    if uuids.is_empty() {
        return Ok(());
    }
    let present = present(session, &octets(uuids)).await?;
    let mut uuids = uuids.iter();
    match uuids.find(|uuid| !present.contains(&uuid.as_bytes()[..])) {
        Some(&gone) => Err(CommitError::Gone(gone).into()),
        None => Ok(()),
    }
}

async fn delete(session: &Session, deletes: &[Uuid], revision: i64) -> Result<(), Fault> {
    if deletes.is_empty() {
        return Ok(());
    }
    session.be_patient();
    let uuids = octets(deletes);
    let mut present = present(session, &uuids).await?;
    // What is deleted twice is gone the second time.
    let mut in_order = deletes.iter();
    if let Some(&gone) = in_order.find(|uuid| !present.remove(&uuid.as_bytes()[..])) {
        return Err(CommitError::Gone(gone).into());
    }
    release_records(session, &uuids).await?;
    // Waits for who is just recording what one of them signed, and takes it along.
    session
        .execute("DELETE FROM records WHERE uuid = ANY($1)", &[&uuids])
        .await?;
    session
        .execute(
            "INSERT INTO deleted (uuid, revision, at) \
             SELECT u.uuid, $2, now() FROM unnest($1::BYTEA[]) AS u (uuid) \
             ON CONFLICT (uuid) DO UPDATE SET revision = excluded.revision, at = excluded.at",
            &[&uuids, &revision],
        )
        .await?;
    Ok(())
}

async fn release_records(session: &Session, uuids: &[&[u8]]) -> Result<(), Fault> {
    session
        .execute(
            "DELETE FROM names WHERE holder = ANY($1) AND NOT is_job",
            &[&uuids],
        )
        .await?;
    Ok(())
}

async fn release_names(session: &Session, jobs: &[&[u8]]) -> Result<(), Fault> {
    session
        .execute(
            "DELETE FROM names WHERE holder = ANY($1) AND is_job",
            &[&jobs],
        )
        .await?;
    Ok(())
}

async fn hold_name(session: &Session, job: &[u8], held: &Reservation) -> Result<(), Fault> {
    let new = session
        .execute(
            "INSERT INTO names (svm, name, holder, is_job) VALUES ($1, $2, $3, true) \
             ON CONFLICT (svm, name) DO NOTHING",
            &[&svm_octets(&held.scope), &held.name, &job],
        )
        .await?;
    if new == 0 {
        let (scope, name) = (held.scope, held.name.clone());
        return Err(CommitError::NameTaken { scope, name }.into());
    }
    Ok(())
}

async fn forget_jobs(session: &Session, jobs: &[Uuid]) -> Result<(), Fault> {
    if jobs.is_empty() {
        return Ok(());
    }
    let jobs = octets(jobs);
    release_names(session, &jobs).await?;
    session
        .execute("DELETE FROM jobs WHERE uuid = ANY($1)", &[&jobs])
        .await?;
    Ok(())
}

type Row<'a> = (&'a Put, &'a Option<Vec<u8>>);

/// Nothing stands against these records, nor they against each other.
async fn check_puts(
    session: &Session,
    rows: &[Row<'_>],
    columns: &Columns<'_>,
) -> Result<(), Fault> {
    let parameters: (Parameters<'_>, Parameters<'_>) = (
        &[&columns.svms, &columns.names],
        &[&columns.svms, &columns.kinds, &columns.fingerprints],
    );
    let (mut uuids, taken_names, taken_certificates) = tokio::try_join!(
        present(session, &columns.uuids),
        session.query(
            "SELECT n.svm, n.name FROM names n \
             JOIN unnest($1::BYTEA[], $2::TEXT[]) AS u (svm, name) \
             ON n.svm = u.svm AND n.name = u.name",
            parameters.0,
        ),
        session.query(
            "SELECT r.svm, r.kind, r.fingerprint FROM records r \
             JOIN unnest($1::BYTEA[], $2::TEXT[], $3::BYTEA[]) AS u (svm, kind, fingerprint) \
             ON r.svm = u.svm AND r.kind = u.kind AND r.fingerprint = u.fingerprint",
            parameters.1,
        ),
    )?;
    let mut names = BTreeSet::<(Vec<u8>, String)>::new();
    for row in &taken_names {
        names.insert((column(row, 0)?, column(row, 1)?));
    }
    let mut certificates = BTreeSet::<(Vec<u8>, String, Vec<u8>)>::new();
    for row in &taken_certificates {
        certificates.insert((column(row, 0)?, column(row, 1)?, column(row, 2)?));
    }
    for ((put, _), fingerprint) in rows.iter().zip(&columns.fingerprints) {
        let record: &Record = &put.record;
        let svm = svm_octets(&record.scope).to_vec();
        if !uuids.insert(record.uuid.as_bytes().to_vec()) {
            return Err(
                CommitError::from(StoreError::new("a record with this UUID is there")).into(),
            );
        }
        if !names.insert((svm.clone(), record.name.clone())) {
            let (scope, name) = (record.scope, record.name.clone());
            return Err(CommitError::NameTaken { scope, name }.into());
        }
        let kind = record.r#type.name().to_owned();
        if !certificates.insert((svm, kind, fingerprint.clone())) {
            return Err(CommitError::CertificateTaken { uuid: record.uuid }.into());
        }
    }
    Ok(())
}

/// Records, column by column.
#[derive(Default)]
struct Columns<'a> {
    uuids: Vec<&'a [u8]>,
    svms: Vec<&'a [u8]>,
    names: Vec<&'a str>,
    kinds: Vec<&'a str>,
    fingerprints: Vec<Vec<u8>>,
    certificates: Vec<&'a [u8]>,
    common_names: Vec<Option<&'a [u8]>>,
    intermediates: Vec<Vec<u8>>,
    roots: Vec<Option<&'a [u8]>>,
    preinstalled: Vec<bool>,
    verify_host: Vec<Option<bool>>,
    /// Of those that have a private key.
    with_key: Vec<&'a [u8]>,
    sealed: Vec<&'a [u8]>,
}

impl<'a> Columns<'a> {
    fn of(rows: &[Row<'a>]) -> Self {
        let mut columns = Self::default();
        for (put, sealed) in rows {
            let record: &Record = &put.record;
            let uuid = &record.uuid.as_bytes()[..];
            columns.uuids.push(uuid);
            columns.svms.push(svm_octets(&record.scope));
            columns.names.push(&record.name);
            columns.kinds.push(record.r#type.name());
            columns.fingerprints.push(record.fingerprint().to_vec());
            columns.certificates.push(record.certificate.der());
            columns
                .common_names
                .push(record.common_name.as_deref().map(str::as_bytes));
            columns
                .intermediates
                .push(intermediates_octets(&record.intermediates));
            columns
                .roots
                .push(record.root.as_ref().map(|root| &root.as_bytes()[..]));
            columns.preinstalled.push(record.preinstalled);
            columns.verify_host.push(record.verify_host);
            if let Some(sealed) = sealed {
                columns.with_key.push(uuid);
                columns.sealed.push(sealed);
            }
        }
        columns
    }

    async fn insert(&self, session: &Session, revision: i64) -> Result<(), Fault> {
        let records: Parameters<'_> = &[
            &self.uuids,
            &self.svms,
            &self.names,
            &self.kinds,
            &self.fingerprints,
            &self.certificates,
            &self.common_names,
            &self.intermediates,
            &self.roots,
            &self.preinstalled,
            &self.verify_host,
            &revision,
        ];
        let names: Parameters<'_> = &[&self.svms, &self.names, &self.uuids];
        tokio::try_join!(
            session.execute(
                "INSERT INTO records (uuid, svm, name, kind, fingerprint, certificate, common_name, \
                 intermediates, root, preinstalled, verify_host, revision) \
                 SELECT u.uuid, u.svm, u.name, u.kind, u.fingerprint, u.certificate, u.common_name, \
                 u.intermediates, u.root, u.preinstalled, u.verify_host, $12 \
                 FROM unnest($1::BYTEA[], $2::BYTEA[], $3::TEXT[], $4::TEXT[], $5::BYTEA[], \
                 $6::BYTEA[], $7::BYTEA[], $8::BYTEA[], $9::BYTEA[], $10::BOOL[], $11::BOOL[]) \
                 AS u (uuid, svm, name, kind, fingerprint, certificate, common_name, \
                 intermediates, root, preinstalled, verify_host)",
                records,
            ),
            session.execute(
                "INSERT INTO names (svm, name, holder, is_job) SELECT u.svm, u.name, u.holder, false \
                 FROM unnest($1::BYTEA[], $2::TEXT[], $3::BYTEA[]) AS u (svm, name, holder)",
                names,
            ),
        )?;
        if !self.sealed.is_empty() {
            session
                .execute(
                    "INSERT INTO private_keys (record, sealed) SELECT u.record, u.sealed \
                     FROM unnest($1::BYTEA[], $2::BYTEA[]) AS u (record, sealed)",
                    &[&self.with_key, &self.sealed],
                )
                .await?;
        }
        Ok(())
    }
}
