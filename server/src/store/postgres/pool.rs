//! [`Pool`]: the connections, of which there are never more than a number.
//!
//! When the database cannot be reached, requests fail at once for a short while, then one of them tries
//! again: so that not everybody waits for a database that is away, and it is found when it is back.

use super::fault::{Cause, Fault};
use super::session::{Connection, Session};
use super::settings::{Connector, PostgresSettings};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

pub(super) struct Pool {
    connector: Connector,
    settings: PostgresSettings,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Connection>,
    /// Those that are idle, in use or being made.
    open: usize,
    down: Option<Down>,
}

/// The database could not be reached.
#[derive(Clone, Copy)]
enum Down {
    Until(Instant),
    /// Somebody tries.
    Probed,
}

/// For so long nobody tries to reach a database that could not be reached.
const PAUSE: Duration = Duration::from_secs(1);
/// So often something is tried that others were in the way of.
const TRIES: u32 = 12;
/// So often something is done again whose connection died.
const CONNECTIONS: u32 = 4;

impl Pool {
    pub(super) fn new(connector: Connector, settings: PostgresSettings) -> Self {
        Self {
            connector,
            settings,
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Does work on a connection, and does it again where others were in the way or the connection died,
    /// also if that was at the very end: work that writes must find out by itself that it was done before.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "work is written where it is given"
    )]
    pub(super) fn run<T>(
        &self,
        work: impl AsyncFn(&Session) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let outcome = self.run_silently(&work);
        // Whoever asked is told that the store failed, and no more.
        if let Some(cause) = outcome.as_ref().err().and_then(Fault::cause) {
            tracing::warn!(%cause, "the database failed");
        }
        outcome
    }

    fn run_silently<T>(
        &self,
        work: &impl AsyncFn(&Session) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let (mut tries, mut connections) = (0, 0);
        loop {
            let connection = match self.take() {
                Err(Fault::Lost(_)) if connections < CONNECTIONS => {
                    connections += 1;
                    continue;
                }
                taken => taken?,
            };
            let outcome = connection.run(work);
            let may_go_on = outcome.as_ref().err().is_none_or(Fault::is_clean);
            if may_go_on && !connection.is_closed() {
                self.give_back(connection);
            } else {
                self.give_up(connection, matches!(outcome, Err(Fault::Unreachable(_))));
            }
            match outcome {
                Err(Fault::Again(_) | Fault::Taken { .. }) if tries < TRIES => {
                    tries += 1;
                    thread::sleep(wait(tries));
                }
                Err(Fault::Lost(_)) if connections < CONNECTIONS => connections += 1,
                outcome => return outcome,
            }
        }
    }

    fn take(&self) -> Result<Connection, Fault> {
        let until = Instant::now() + self.settings.connect_timeout;
        let mut state = self.lock();
        loop {
            while let Some(connection) = state.idle.pop() {
                if !connection.is_closed() {
                    return Ok(connection);
                }
                state.open -= 1;
            }
            match state.down {
                Some(Down::Until(end)) if end > Instant::now() => return Err(away()),
                Some(Down::Probed) => return Err(away()),
                _ => {}
            }
            if state.open < self.settings.connections.max(1) {
                break;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Fault::Busy(Cause::new("all connections are in use")));
            }
            (state, _) = self
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.open += 1;
        if state.down.is_some() {
            state.down = Some(Down::Probed);
        }
        drop(state);
        let opened = Connection::open(&self.connector, &self.settings);
        let mut state = self.lock();
        state.open -= usize::from(opened.is_err());
        match opened {
            Ok(_) => state.down = None,
            // Others have the connections that the database has, or somebody ended this one.
            Err(Fault::Busy(_) | Fault::Lost(_)) if state.down.is_none() => {}
            Err(_) => state.down = Some(Down::Until(Instant::now() + PAUSE)),
        }
        drop(state);
        self.changed.notify_all();
        opened
    }

    fn give_back(&self, connection: Connection) {
        self.lock().idle.push(connection);
        self.changed.notify_one();
    }

    /// Drops a connection that died, and those that have been idle: they died with it, most likely.
    fn give_up(&self, connection: Connection, is_away: bool) {
        let mut state = self.lock();
        let idle = std::mem::take(&mut state.idle);
        state.open -= idle.len() + 1;
        if is_away {
            state.down = Some(Down::Until(Instant::now() + PAUSE));
        }
        drop(state);
        self.changed.notify_all();
        drop((connection, idle));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn away() -> Fault {
    Fault::unreachable("the database could not be reached a moment ago")
}

/// Longer with each try, and never the same for two that are in each other's way.
fn wait(tries: u32) -> Duration {
    let most = 2_u64 << tries.min(6);
    let mut octets = [0; 8];
    // Without randomness it is the longest.
    let random = getrandom::fill(&mut octets).map_or(u64::MAX, |()| u64::from_le_bytes(octets));
    Duration::from_micros(500 + random % (most * 1000))
}
