//! SVMs that were made through the API.

use super::fault::Fault;
use super::pool::Pool;
use super::session::{Session, WRITE};
use super::write::next_revision;
use certwright::catalog::{Svm, Uuid};

pub(super) fn add(pool: &Pool, svm: &Svm) -> Result<bool, Fault> {
    change(pool, async |session: &Session| {
        let uuid = &svm.uuid.as_bytes()[..];
        let there = session
            .query(
                "SELECT uuid FROM svms WHERE uuid = $1 OR name = $2",
                &[&uuid, &svm.name],
            )
            .await?;
        if !there.is_empty() {
            return Ok(false);
        }
        session
            .execute(
                "INSERT INTO svms (uuid, name) VALUES ($1, $2)",
                &[&uuid, &svm.name],
            )
            .await?;
        Ok(true)
    })
}

pub(super) fn remove(pool: &Pool, uuid: Uuid) -> Result<bool, Fault> {
    change(pool, async |session: &Session| {
        let removed = session
            .execute("DELETE FROM svms WHERE uuid = $1", &[&&uuid.as_bytes()[..]])
            .await?;
        Ok(removed > 0)
    })
}

/// As a commit; `change` says whether there was something to change. One whose answer was lost is not
/// done a second time.
fn change(
    pool: &Pool,
    change: impl AsyncFn(&Session) -> Result<bool, Fault>,
) -> Result<bool, Fault> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|error| Fault::failed(&error))?;
    pool.run(async |session: &Session| {
        session
            .transaction(WRITE, async |session: &Session| {
                let revision = next_revision(session).await?;
                let done = session
                    .query("SELECT id FROM commits WHERE id = $1", &[&&id[..]])
                    .await?;
                if !done.is_empty() {
                    return Ok(true);
                }
                if !change(session).await? {
                    return Ok(false);
                }
                session
                    .execute(
                        "INSERT INTO commits (id, at) VALUES ($1, now())",
                        &[&&id[..]],
                    )
                    .await?;
                session
                    .execute("UPDATE meta SET svms = $1 WHERE id = 1", &[&revision])
                    .await?;
                Ok(true)
            })
            .await
    })
}
