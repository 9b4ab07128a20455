//! Whether the ring has the keys that private keys are sealed with, and sealing all with its first.

use super::fault::Fault;
use super::pool::Pool;
use super::rows::uuid;
use super::session::{Session, WRITE, column};
use crate::store::KeyRing;

/// As many keys as one transaction seals again.
const BATCH: i64 = 100;

/// Whether the ring opens every private key.
pub(super) fn are_keys_of(pool: &Pool, ring: &KeyRing) -> Result<bool, Fault> {
    pool.run(async |session: &Session| {
        // As much of each as names its key.
        let rows = session
            .query(
                "SELECT DISTINCT substring(sealed FROM 1 FOR 9) FROM private_keys",
                &[],
            )
            .await?;
        for row in &rows {
            if !ring.has_key_of(column(row, 0)?) {
                return Ok(false);
            }
        }
        Ok(true)
    })
}

/// Answers with how many were sealed again by this one: of two that do it at once, one does each.
pub(super) fn reseal(pool: &Pool, ring: &KeyRing) -> Result<usize, Fault> {
    let mut count = 0;
    let mut last = Some(Vec::new());
    while let Some(after) = last {
        let (resealed, end) = pool.run(async |session: &Session| {
            session
                .transaction(WRITE, async |session: &Session| {
                    batch(session, ring, &after).await
                })
                .await
        })?;
        count += resealed;
        last = end;
    }
    Ok(count)
}

/// Those behind this UUID; answers with how many, and with the last one's unless there was none.
async fn batch(
    session: &Session,
    ring: &KeyRing,
    after: &[u8],
) -> Result<(usize, Option<Vec<u8>>), Fault> {
    let rows = session
        .query(
            "SELECT record, sealed FROM private_keys WHERE record > $1 ORDER BY record LIMIT $2",
            &[&after, &BATCH],
        )
        .await?;
    let mut count = 0;
    for row in &rows {
        let (octets, sealed): (&[u8], &[u8]) = (column(row, 0)?, column(row, 1)?);
        if ring.is_current(sealed) {
            continue;
        }
        let record = uuid(octets)?;
        let key = ring
            .open(record, sealed)
            .map_err(|error| Fault::failed(&error))?;
        let again = ring
            .seal(record, &key)
            .map_err(|error| Fault::failed(&error))?;
        // Not if it was deleted or sealed again meanwhile.
        let changed = session
            .execute(
                "UPDATE private_keys SET sealed = $3 WHERE record = $1 AND sealed = $2",
                &[&octets, &sealed, &again],
            )
            .await?;
        count += usize::try_from(changed).unwrap_or_default();
    }
    let last = rows.last().map(|row| column(row, 0)).transpose()?;
    Ok((count, last))
}
