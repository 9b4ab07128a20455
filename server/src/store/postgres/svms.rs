//! SVMs that were made through the API.

use super::fault::Fault;
use super::pool::Pool;
use super::session::{Session, WRITE};
use super::write::begin;
use certwright::catalog::{CommitError, Svm, Uuid};

pub(super) fn add(pool: &Pool, svm: &Svm) -> Result<bool, Fault> {
    change(pool, svm.uuid, async |session: &Session| {
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
    change(pool, uuid, async |session: &Session| {
        let removed = session
            .execute("DELETE FROM svms WHERE uuid = $1", &[&&uuid.as_bytes()[..]])
            .await?;
        Ok(removed > 0)
    })
}

/// As a commit, if `change` says that there was something to change. One whose answer was lost is not done
/// a second time.
#[allow(
    clippy::needless_pass_by_value,
    reason = "the change is written where it is given"
)]
fn change(
    pool: &Pool,
    uuid: Uuid,
    change: impl AsyncFn(&Session) -> Result<bool, Fault>,
) -> Result<bool, Fault> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|error| Fault::failed(&error))?;
    let changed = pool.run(async |session: &Session| {
        session
            .transaction(WRITE, async |session: &Session| {
                let Some(revision) = begin(session, &id).await? else {
                    return Ok(());
                };
                if !change(session).await? {
                    return Err(CommitError::Gone(uuid).into());
                }
                session
                    .execute("UPDATE meta SET svms = $1 WHERE id = 1", &[&revision])
                    .await?;
                Ok(())
            })
            .await
    });
    match changed {
        Ok(()) => Ok(true),
        Err(Fault::Refused(_)) => Ok(false),
        Err(fault) => Err(fault),
    }
}
