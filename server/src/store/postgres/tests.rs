//! Against a PostgreSQL server of the tests' own.

mod away;
mod fixtures;
mod instances;
#[path = "../../../tests/common/postgres.rs"]
mod server;
mod sharing;
mod tables;
mod traffic;

use super::*;
use certwright::catalog::testing::{Subject, check};
use fixtures::{new_ring, open};
use server::Postgres;

struct Database {
    url: String,
    ring: Arc<KeyRing>,
}

impl Subject for Database {
    type Store = PostgresStore;

    fn open(&self) -> PostgresStore {
        open(&self.url, &self.ring)
    }
}

#[test]
fn keeps_every_promise_of_a_store() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    check(|| Database {
        url: server.database(),
        ring: new_ring(),
    });
}
