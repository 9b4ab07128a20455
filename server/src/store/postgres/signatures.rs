//! What CAs signed: much of it, written at once by many, and never held in memory.

use super::fault::Fault;
use super::pool::Pool;
use super::rows;
use super::session::Session;
use super::write::{octets, require};
use certwright::catalog::{Commit, CommitError, IssuedCertificate, Uuid};
use std::sync::Arc;

/// The gap between the numbers of two commits is below this, so that commits of one CA that do not see
/// each other hardly ever take the same; one that does is done again.
const GAP: u64 = 1 << 24;
/// As many as are read at once.
const PAGE: usize = 1000;

/// The CA, if this is all that a commit does: record what one CA signed, which must be there.
pub(super) fn of_one_ca(commit: &Commit) -> Option<Uuid> {
    let ca = commit.issued.first()?.ca;
    let is_all = commit.puts.is_empty()
        && commit.deletes.is_empty()
        && commit.jobs.is_empty()
        && commit.forgotten_jobs.is_empty()
        && commit.require_present.iter().all(|uuid| *uuid == ca)
        && commit.issued.iter().all(|issued| issued.ca == ca);
    is_all.then_some(ca)
}

/// Such a commit in one statement, which is a transaction by itself. It waits for no other such commit, as
/// the row of the CA is locked so that it stays, not so that it is changed: that, too, a delete waits for.
pub(super) async fn commit_of_one_ca(
    session: &Session,
    ca: Uuid,
    issued: &[Arc<IssuedCertificate>],
    id: &[u8; 16],
) -> Result<(), Fault> {
    let columns = Columns::of(issued)?;
    let outcome = session
        .execute(
            "WITH held AS (SELECT uuid FROM records WHERE uuid = $1), \
             done AS (INSERT INTO commits (id, at) SELECT $2, now() FROM held RETURNING id) \
             INSERT INTO issued (ca, number, certificate, signed_at) \
             SELECT held.uuid, \
             (SELECT COALESCE(MAX(number), 0) FROM issued WHERE ca = $1) + u.place, \
             u.certificate, u.signed_at \
             FROM held, done, unnest($3::INT8[], $4::BYTEA[], $5::INT8[]) \
             AS u (place, certificate, signed_at)",
            &[
                &&ca.as_bytes()[..],
                &&id[..],
                &columns.places,
                &columns.certificates,
                &columns.times,
            ],
        )
        .await;
    match outcome {
        Ok(0) => Err(CommitError::Gone(ca).into()),
        Ok(_) => Ok(()),
        // It was done before, and the answer was lost.
        Err(Fault::Taken { table, .. }) if table == "commits" => Ok(()),
        Err(fault) => Err(fault),
    }
}

/// The same as part of a transaction.
pub(super) async fn record(
    session: &Session,
    issued: &[Arc<IssuedCertificate>],
) -> Result<(), Fault> {
    let cas: Vec<_> = issued.iter().map(|issued| issued.ca).collect();
    require(session, &cas).await?;
    for issued in issued.chunk_by(|first, second| first.ca == second.ca) {
        let columns = Columns::of(issued)?;
        let Some(first) = issued.first() else {
            continue;
        };
        session
            .execute(
                "INSERT INTO issued (ca, number, certificate, signed_at) \
                 SELECT $1, (SELECT COALESCE(MAX(number), 0) FROM issued WHERE ca = $1) + u.place, \
                 u.certificate, u.signed_at \
                 FROM unnest($2::INT8[], $3::BYTEA[], $4::INT8[]) \
                 AS u (place, certificate, signed_at)",
                &[
                    &&first.ca.as_bytes()[..],
                    &columns.places,
                    &columns.certificates,
                    &columns.times,
                ],
            )
            .await?;
    }
    Ok(())
}

struct Columns<'a> {
    /// How far their numbers are above that of the last one.
    places: Vec<i64>,
    certificates: Vec<&'a [u8]>,
    times: Vec<i64>,
}

impl<'a> Columns<'a> {
    fn of(issued: &'a [Arc<IssuedCertificate>]) -> Result<Self, Fault> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(|error| Fault::failed(&error))?;
        let gap = u64::from_le_bytes(random) % GAP;
        let places = (gap.cast_signed() + 1..).take(issued.len());
        Ok(Self {
            places: places.collect(),
            certificates: issued
                .iter()
                .map(|issued| issued.certificate.der())
                .collect(),
            times: issued
                .iter()
                .map(|issued| issued.signed_at.unix())
                .collect(),
        })
    }
}

/// See `ServerStore::issued_after`.
pub(super) fn after(
    pool: &Pool,
    ca: Uuid,
    after: Option<u64>,
    limit: usize,
) -> Result<Vec<(u64, Arc<IssuedCertificate>)>, Fault> {
    // Numbers begin with 1.
    let Ok(after) = i64::try_from(after.unwrap_or(0)) else {
        return Ok(Vec::new());
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    pool.run(async |session: &Session| {
        let found = session
            .query(
                "SELECT number, certificate, signed_at FROM issued WHERE ca = $1 AND number > $2 \
                 ORDER BY number LIMIT $3",
                &[&&ca.as_bytes()[..], &after, &limit],
            )
            .await?;
        let issued = found.iter().map(|row| {
            let (number, issued) = rows::issued(ca, row)?;
            Ok((number, Arc::new(issued)))
        });
        issued.collect()
    })
}

/// All that a CA signed.
pub(super) fn all(pool: &Pool, ca: Uuid) -> Result<Vec<Arc<IssuedCertificate>>, Fault> {
    let mut all = Vec::new();
    let mut last = None;
    loop {
        let page = after(pool, ca, last, PAGE)?;
        let is_last = page.len() < PAGE;
        for (number, issued) in page {
            last = Some(number);
            all.push(issued);
        }
        if is_last {
            return Ok(all);
        }
    }
}

/// The private key of a record, sealed.
pub(super) fn sealed_key(pool: &Pool, record: Uuid) -> Result<Option<Vec<u8>>, Fault> {
    pool.run(async |session: &Session| {
        let rows = session
            .query(
                "SELECT sealed FROM private_keys WHERE record = ANY($1)",
                &[&octets(&[record])],
            )
            .await?;
        let first = rows.first();
        first.map(|row| super::session::column(row, 0)).transpose()
    })
}
