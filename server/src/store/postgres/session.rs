//! [`Session`]: one connection to the database, driven by the thread that uses it.

use super::fault::{Cause, Fault};
use super::settings::{Connector, PostgresSettings};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Row, Statement};

pub(super) type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A connection with a runtime of its own: no other thread is woken for a statement, and every wait has
/// an end.
pub(super) struct Connection {
    session: Session,
    /// Taken when it is dropped, which must not wait.
    runtime: Option<Runtime>,
    /// For a statement.
    limit: Duration,
}

/// What work on a connection sees of it.
pub(super) struct Session {
    client: Client,
    statements: RefCell<BTreeMap<&'static str, Statement>>,
    /// For a statement. The database itself has one that is never shorter.
    limit: Cell<Duration>,
    patience: Duration,
}

impl Connection {
    pub(super) fn open(connector: &Connector, settings: &PostgresSettings) -> Result<Self, Fault> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Fault::failed(&error))?;
        let opened = runtime.block_on(async {
            // The timeout of the settings is one host's and address's.
            let limit = settings.connect_timeout * 2;
            match tokio::time::timeout(limit, open(connector, settings)).await {
                Ok(opened) => opened,
                Err(_) => Err(Fault::unreachable("no connection within the time for it")),
            }
        });
        let limit = settings.read_timeout + settings.lock_timeout;
        match opened {
            Ok(client) => Ok(Self {
                session: Session {
                    client,
                    statements: RefCell::default(),
                    limit: Cell::new(limit),
                    patience: settings.write_timeout + limit,
                },
                runtime: Some(runtime),
                limit,
            }),
            Err(fault) => {
                runtime.shutdown_background();
                Err(fault)
            }
        }
    }

    /// Runs work on it; a fault that is not clean leaves a connection that must be dropped.
    pub(super) fn run<T>(
        &self,
        work: impl AsyncFnOnce(&Session) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let Some(runtime) = &self.runtime else {
            return Err(Fault::failed("the connection has no runtime"));
        };
        self.session.limit.set(self.limit);
        runtime.block_on(work(&self.session))
    }

    pub(super) fn is_closed(&self) -> bool {
        self.session.client.is_closed()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn open(connector: &Connector, settings: &PostgresSettings) -> Result<Client, Fault> {
    // Whatever stands against a connection now may not do so later: that the password is wrong, too.
    let refused = |error: tokio_postgres::Error| {
        let is_ended = error.code() == Some(&SqlState::ADMIN_SHUTDOWN);
        match Fault::from(error) {
            Fault::Lost(cause) if is_ended => Fault::Lost(cause),
            Fault::Failed(cause) | Fault::Lost(cause) => Fault::Unreachable(cause),
            other => other,
        }
    };
    let client = if let Some(tls) = &connector.tls {
        let (client, connection) = connector
            .config
            .connect(tls.clone())
            .await
            .map_err(refused)?;
        drive(connection);
        client
    } else {
        let (client, connection) = connector.config.connect(NoTls).await.map_err(refused)?;
        drive(connection);
        client
    };
    let setup = format!(
        // What is there already when tables are made is no news.
        "SET client_min_messages = warning; SET statement_timeout = {}; SET lock_timeout = {}; \
         SET idle_in_transaction_session_timeout = {}",
        settings.write_timeout.as_millis(),
        settings.lock_timeout.as_millis(),
        // Who stops within a commit lets the others go on.
        settings.lock_timeout.as_millis(),
    );
    client.batch_execute(&setup).await.map_err(refused)?;
    Ok(client)
}

/// The connection's end is told by the client.
fn drive(connection: impl Future<Output = Result<(), tokio_postgres::Error>> + Send + 'static) {
    tokio::spawn(async {
        let _ = connection.await;
    });
}

impl Session {
    pub(super) async fn query(
        &self,
        sql: &'static str,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>, Fault> {
        let statement = self.prepared(sql).await?;
        self.timed(self.client.query(&statement, parameters)).await
    }

    /// The one row that there always is.
    pub(super) async fn one(
        &self,
        sql: &'static str,
        parameters: Parameters<'_>,
    ) -> Result<Row, Fault> {
        let mut rows = self.query(sql, parameters).await?;
        rows.pop()
            .ok_or_else(|| Fault::failed("a row is missing that is always there"))
    }

    pub(super) async fn execute(
        &self,
        sql: &'static str,
        parameters: Parameters<'_>,
    ) -> Result<u64, Fault> {
        let statement = self.prepared(sql).await?;
        self.timed(self.client.execute(&statement, parameters))
            .await
    }

    /// Statements without parameters, one after the other.
    pub(super) async fn batch(&self, sql: &str) -> Result<(), Fault> {
        self.timed(self.client.batch_execute(sql)).await
    }

    /// Does work in a transaction that begins with `begin`: all or nothing.
    ///
    /// READ COMMITTED sees with each statement what is committed by then: what must not change meanwhile
    /// is locked by a statement of its own.
    pub(super) async fn transaction<T>(
        &self,
        begin: &'static str,
        work: impl AsyncFnOnce(&Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.batch(begin).await?;
        match work(self).await {
            Ok(done) => {
                self.batch("COMMIT").await?;
                Ok(done)
            }
            Err(fault) if fault.is_clean() => match self.batch("ROLLBACK").await {
                Ok(()) => Err(fault),
                // What was refused stays refused, but the connection is no more.
                Err(_) => Err(match fault {
                    Fault::Refused(_) | Fault::Failed(_) => fault,
                    Fault::Busy(cause)
                    | Fault::Again(cause)
                    | Fault::Taken { cause, .. }
                    | Fault::Lost(cause)
                    | Fault::Unreachable(cause) => Fault::Lost(cause),
                }),
            },
            Err(fault) => Err(fault),
        }
    }

    /// From here on statements may take as long as the database lets them: those that delete.
    pub(super) fn be_patient(&self) {
        self.limit.set(self.patience);
    }

    async fn prepared(&self, sql: &'static str) -> Result<Statement, Fault> {
        let known = self.statements.borrow().get(sql).cloned();
        if let Some(statement) = known {
            return Ok(statement);
        }
        let statement = self.timed(self.client.prepare(sql)).await?;
        self.statements.borrow_mut().insert(sql, statement.clone());
        Ok(statement)
    }

    async fn timed<T>(
        &self,
        statement: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, Fault> {
        match tokio::time::timeout(self.limit.get(), statement).await {
            Ok(outcome) => Ok(outcome?),
            Err(_) => Err(Fault::unreachable("no answer within the time for it")),
        }
    }
}

/// How a commit begins. See the module's documentation for why it is not SERIALIZABLE.
pub(super) const WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
/// How a reading of several statements begins.
pub(super) const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A value of a column.
pub(super) fn column<'a, T: tokio_postgres::types::FromSql<'a>>(
    row: &'a Row,
    index: usize,
) -> Result<T, Fault> {
    row.try_get(index)
        .map_err(|error| Fault::Failed(Cause::new(&error)))
}
