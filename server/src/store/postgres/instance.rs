//! [`Heart`]: the database is told again and again that this server is there.
//!
//! The jobs of one that has not told it for a while are abandoned. Beside that, what is not asked for any
//! more is removed.

use super::fault::Fault;
use super::pool::Pool;
use super::session::{Session, WRITE};
use certwright::catalog::Uuid;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

const BEAT: Duration = Duration::from_secs(5);
/// In beats.
const SWEEP: u32 = 12;

/// Beats until it is dropped.
pub(super) struct Heart {
    /// Nothing is ever sent: that it is gone is the end.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Heart {
    pub(super) fn start(pool: Arc<Pool>, instance: Uuid) -> Result<Self, Fault> {
        beat(&pool, instance)?;
        let (stop, stopped) = channel::<()>();
        let work = move || {
            let mut beats = 0_u32;
            while stopped.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
                // If it fails, the next one may not; whoever asks for something is told.
                let _ = beat(&pool, instance);
                beats = beats.wrapping_add(1);
                if beats.is_multiple_of(SWEEP) {
                    let _ = sweep(&pool);
                }
            }
            // Its jobs are abandoned from now on, not only after a while.
            let _ = leave(&pool, instance);
        };
        let thread = thread::Builder::new()
            .name("postgres-beat".to_owned())
            .spawn(work)
            .map_err(|error| Fault::failed(&error))?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Heart {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Fails if the database cannot be written now.
pub(super) fn beat(pool: &Pool, instance: Uuid) -> Result<(), Fault> {
    pool.run(async |session: &Session| {
        session
            .execute(
                "INSERT INTO instances (id, seen) VALUES ($1, now()) \
                 ON CONFLICT (id) DO UPDATE SET seen = excluded.seen",
                &[&&instance.as_bytes()[..]],
            )
            .await?;
        Ok(())
    })
}

fn leave(pool: &Pool, instance: Uuid) -> Result<(), Fault> {
    pool.run(async |session: &Session| {
        session
            .execute(
                "DELETE FROM instances WHERE id = $1",
                &[&&instance.as_bytes()[..]],
            )
            .await?;
        Ok(())
    })
}

/// Whether the server that began this job, which has not ended, is another and was not seen for 30 s.
pub(super) fn is_abandoned(pool: &Pool, job: Uuid, own: Uuid) -> Result<bool, Fault> {
    pool.run(async |session: &Session| {
        let rows = session
            .query(
                "SELECT j.uuid FROM jobs j WHERE j.uuid = $1 AND j.instance <> $2 \
                 AND j.state IN ('queued', 'running') \
                 AND NOT EXISTS (SELECT 1 FROM instances i WHERE i.id = j.instance \
                 AND i.seen > now() - INTERVAL '30 seconds')",
                &[&&job.as_bytes()[..], &&own.as_bytes()[..]],
            )
            .await?;
        Ok(!rows.is_empty())
    })
}

/// Whether another server was seen in the last 30 s.
pub(super) fn are_others(pool: &Pool, own: Uuid) -> Result<bool, Fault> {
    pool.run(async |session: &Session| {
        let rows = session
            .query(
                "SELECT id FROM instances WHERE id <> $1 \
                 AND seen > now() - INTERVAL '30 seconds' LIMIT 1",
                &[&&own.as_bytes()[..]],
            )
            .await?;
        Ok(!rows.is_empty())
    })
}

/// Removes what says that commits were done, once nobody can try them again, or nobody has read last what
/// they made; servers that are gone; and what says that records were deleted. Who read nothing for so long
/// reads all.
pub(super) fn sweep(pool: &Pool) -> Result<(), Fault> {
    pool.run(async |session: &Session| {
        session
            .execute(
                "DELETE FROM commits WHERE at < now() - INTERVAL '10 minutes' \
                 AND (revision IS NULL OR at < now() - INTERVAL '1 day')",
                &[],
            )
            .await?;
        session
            .execute(
                "DELETE FROM instances WHERE seen < now() - INTERVAL '1 day'",
                &[],
            )
            .await?;
        let old = session
            .query(
                "SELECT revision FROM deleted WHERE at < now() - INTERVAL '1 day' \
                 ORDER BY revision DESC LIMIT 1",
                &[],
            )
            .await?;
        let Some(old) = old.first() else {
            return Ok(());
        };
        forget(session, super::session::column(old, 0)?).await
    })
}

/// Forgets what was deleted by the commits up to this one.
pub(super) async fn forget(session: &Session, revision: i64) -> Result<(), Fault> {
    session
        .transaction(WRITE, async |session: &Session| {
            session
                .execute(
                    "UPDATE meta SET forgotten = $1 WHERE id = 1 AND forgotten < $1",
                    &[&revision],
                )
                .await?;
            session
                .execute("DELETE FROM deleted WHERE revision <= $1", &[&revision])
                .await?;
            Ok(())
        })
        .await
}
