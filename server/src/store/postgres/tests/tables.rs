//! Tables that are missing, newer or damaged, and how the connection is made.

use super::fixtures::{new_ring, open, put, puts};
use super::server::Postgres;
use crate::store::postgres::{OpenError, PostgresSettings, PostgresStore};
use certwright::catalog::Store as _;
use std::path::PathBuf;
use std::thread;

#[test]
fn servers_that_start_at_once_make_the_tables_once() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let ring = new_ring();
    for _ in 0..5 {
        let url = server.database();
        thread::scope(|scope| {
            for number in 0..4 {
                let (url, ring) = (&url, &ring);
                scope.spawn(move || {
                    let store = open(url, ring);
                    store.commit(puts([put(&format!("n{number}"))])).unwrap();
                });
            }
        });
        assert_eq!(open(&url, &ring).snapshot().unwrap().len(), 4);
    }
}

#[test]
fn newer_tables_and_other_encodings_are_refused() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let (url, ring) = (server.database(), new_ring());
    drop(open(&url, &ring));
    let database = url.rsplit('/').next().unwrap();
    server.sql(database, "UPDATE schema_version SET version = 1000");
    let refused = |url: &str| {
        let settings = PostgresSettings::new(url);
        PostgresStore::open(&settings, new_ring()).unwrap_err()
    };
    assert!(matches!(refused(&url), OpenError::Newer(1000)));
    let encoding = "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0";
    server.sql("postgres", encoding);
    let error = refused(&server.url("latin"));
    assert!(matches!(&error, OpenError::Encoding(name) if name == "LATIN1"));
    assert!(matches!(
        refused(&server.url("absent")),
        OpenError::Database(_)
    ));
}

#[test]
fn a_damaged_row_is_told_until_it_is_mended() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let (url, ring) = (server.database(), new_ring());
    let database = url.rsplit('/').next().unwrap();
    let (store, record) = (open(&url, &ring), put("a"));
    store.commit(puts([record.clone()])).unwrap();
    for (damage, mending) in [
        ("kind = 'RootCA'", "kind = 'root_ca'"),
        ("svm = '\\x01'", "svm = ''"),
        (
            "certificate = certificate || '\\x00'",
            "certificate = substring(certificate FOR length(certificate) - 1)",
        ),
    ] {
        let next =
            "; UPDATE records SET revision = revision + 1; UPDATE meta SET revision = revision + 1";
        server.sql(database, &format!("UPDATE records SET {damage}{next}"));
        for _ in 0..2 {
            let error = store.snapshot().err().expect(damage);
            assert!(!error.is_unreachable(), "{damage}: {error:?}");
        }
        server.sql(database, &format!("UPDATE records SET {mending}{next}"));
        assert_eq!(store.snapshot().unwrap().len(), 1, "{damage}");
    }
    server.sql(
        database,
        "UPDATE private_keys SET sealed = sealed || '\\x00'",
    );
    let error = store.private_key(record.record.uuid).unwrap_err();
    assert!(!error.is_unreachable());
}

#[test]
fn tls_is_verified() {
    let vectors = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../vectors"));
    let Some(mut server) = Postgres::start() else {
        return;
    };
    server.sql("postgres", "CREATE DATABASE d");
    let plain = server.url("d");
    let named = |host: &str, more: &str| {
        let address = plain.replace("@127.0.0.1", &format!("@{host}"));
        format!("{address}?hostaddr=127.0.0.1{more}")
    };
    let open = |url: String, root: Option<&str>| {
        let settings = PostgresSettings {
            root_certificate: root.map(|root| vectors.join(root)),
            ..PostgresSettings::new(url)
        };
        PostgresStore::open(&settings, new_ring()).map(drop)
    };
    let right = named("server.example.com", "");
    assert!(
        open(right.clone(), Some("root.pem")).is_err(),
        "without TLS"
    );
    server.stop();
    let tls = [
        "ALTER SYSTEM SET ssl = on",
        "ALTER SYSTEM SET ssl_cert_file = 'tls.pem'",
        "ALTER SYSTEM SET ssl_key_file = 'tls.key'",
    ];
    server.add_file("tls.pem", &vectors.join("server.pem"));
    server.add_file("tls.key", &vectors.join("server.key"));
    server.start_again();
    for setting in tls {
        server.sql("postgres", setting);
    }
    server.stop();
    server.start_again();
    open(right.clone(), Some("root.pem")).unwrap();
    open(right, None).unwrap();
    let direct = named("server.example.com", "&sslmode=require");
    open(direct, Some("root.pem")).unwrap();
    let refused = [
        (named("other.example.com", ""), "root.pem"),
        (named("server.example.com", ""), "ca-p256.pem"),
    ];
    for (url, root) in refused {
        let error = open(url.clone(), Some(root)).unwrap_err();
        let is_tls = error.to_string().contains("certificate");
        assert!(is_tls, "{url} {root}: {error}");
    }
}
