//! The tables, and how older ones become newer.

use super::fault::Fault;
use super::pool::Pool;
use super::session::{Session, WRITE, column};

/// What makes each version of the schema from the one before it. Plain SQL: BYTEA, TEXT, INT8, BOOL and
/// TIMESTAMPTZ, no sequence, no extension, no lock but those of rows.
///
/// `svm` is empty for the cluster. UUIDs and fingerprints are octets, times are in seconds since 1970 but
/// those that only the database's own clock is compared with. `commits` has what was done lately; those
/// that made a revision have its number, and `meta` has the last of them.
const MIGRATIONS: [&str; 1] = ["
    CREATE TABLE meta (
        id INT8 PRIMARY KEY,
        revision INT8 NOT NULL,
        last BYTEA NOT NULL,
        svms INT8 NOT NULL,
        forgotten INT8 NOT NULL
    );
    INSERT INTO meta (id, revision, last, svms, forgotten) VALUES (1, 0, '', 0, 0);
    CREATE TABLE commits (
        id BYTEA PRIMARY KEY,
        revision INT8,
        at TIMESTAMPTZ NOT NULL
    );
    CREATE INDEX commits_at ON commits (at);
    CREATE TABLE records (
        uuid BYTEA PRIMARY KEY,
        svm BYTEA NOT NULL,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        fingerprint BYTEA NOT NULL,
        certificate BYTEA NOT NULL,
        common_name BYTEA,
        intermediates BYTEA NOT NULL,
        root BYTEA,
        preinstalled BOOL NOT NULL,
        verify_host BOOL,
        revision INT8 NOT NULL,
        UNIQUE (svm, kind, fingerprint)
    );
    CREATE INDEX records_revision ON records (revision, uuid);
    CREATE TABLE private_keys (
        record BYTEA PRIMARY KEY REFERENCES records (uuid) ON DELETE CASCADE,
        sealed BYTEA NOT NULL
    );
    CREATE TABLE names (
        svm BYTEA NOT NULL,
        name TEXT NOT NULL,
        holder BYTEA NOT NULL,
        is_job BOOL NOT NULL,
        PRIMARY KEY (svm, name)
    );
    CREATE INDEX names_holder ON names (holder);
    CREATE TABLE jobs (
        uuid BYTEA PRIMARY KEY,
        record BYTEA NOT NULL,
        description TEXT NOT NULL,
        state TEXT NOT NULL,
        error TEXT,
        started_at INT8 NOT NULL,
        ended_at INT8,
        reserved_svm BYTEA,
        reserved_name TEXT,
        instance BYTEA NOT NULL
    );
    CREATE TABLE issued (
        ca BYTEA NOT NULL REFERENCES records (uuid) ON DELETE CASCADE,
        number INT8 NOT NULL,
        certificate BYTEA NOT NULL,
        signed_at INT8 NOT NULL,
        PRIMARY KEY (ca, number)
    );
    CREATE TABLE svms (
        uuid BYTEA PRIMARY KEY,
        name TEXT NOT NULL UNIQUE
    );
    CREATE TABLE deleted (
        uuid BYTEA PRIMARY KEY,
        revision INT8 NOT NULL,
        at TIMESTAMPTZ NOT NULL
    );
    CREATE INDEX deleted_revision ON deleted (revision);
    CREATE TABLE instances (
        id BYTEA PRIMARY KEY,
        seen TIMESTAMPTZ NOT NULL
    );
"];

/// Makes the tables, or brings them to the newest version. Of servers that start at once, one does it.
///
/// Answers with the version if it is newer than this program knows.
pub(super) fn migrate(pool: &Pool) -> Result<Result<(), i64>, Fault> {
    // Two that make a table at once may both find that there is none; the second tries again.
    pool.run(async |session: &Session| {
        session
            .batch(
                "CREATE TABLE IF NOT EXISTS schema_version (id INT8 PRIMARY KEY, version INT8 NOT NULL)",
            )
            .await
    })?;
    pool.run(async |session: &Session| {
        session
            .execute(
                "INSERT INTO schema_version (id, version) VALUES (1, 0) ON CONFLICT (id) DO NOTHING",
                &[],
            )
            .await?;
        session.transaction(WRITE, bring_up).await
    })
}

async fn bring_up(session: &Session) -> Result<Result<(), i64>, Fault> {
    let row = session
        .one(
            "SELECT version FROM schema_version WHERE id = 1 FOR UPDATE",
            &[],
        )
        .await?;
    let version: i64 = column(&row, 0)?;
    let Some(missing) = usize::try_from(version)
        .ok()
        .and_then(|known| MIGRATIONS.get(known..))
    else {
        return Ok(Err(version));
    };
    session.be_patient();
    for migration in missing {
        session.batch(migration).await?;
    }
    if !missing.is_empty() {
        let newest = version + i64::try_from(missing.len()).unwrap_or_default();
        session
            .execute(
                "UPDATE schema_version SET version = $1 WHERE id = 1",
                &[&newest],
            )
            .await?;
    }
    Ok(Ok(()))
}

/// The encoding of the database's text, which must be able to hold every name.
pub(super) async fn encoding(session: &Session) -> Result<String, Fault> {
    let row = session.one("SHOW server_encoding", &[]).await?;
    column(&row, 0)
}
