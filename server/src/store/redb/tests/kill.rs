//! A process that is killed while it writes.

use super::super::RedbStore;
use crate::store::KeyRing;
use crate::store::fixtures::{issued, put};
use certwright::CertificateKind;
use certwright::catalog::testing::assert_whole;
use certwright::catalog::{Commit, Put, Record, RecordParts, Scope, Store as _, Uuid};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use std::{env, thread};

/// The variables by which the process that is killed knows what it is.
const FOLDER: &str = "CERTWRIGHT_TEST_KILLED_IN";
const RING: &str = "CERTWRIGHT_TEST_KILLED_WITH";
const ROUNDS: usize = 100;
/// As many root_ca as there are at most.
const MOST: usize = 8;

/// Knuth's generator: any chance will do.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        let next = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = next.wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

fn random() -> [u8; 16] {
    let mut octets = [0; 16];
    getrandom::fill(&mut octets).unwrap();
    octets
}

fn open(folder: &Path, ring: &str) -> RedbStore {
    RedbStore::open(folder, Arc::new(KeyRing::parse(ring).unwrap())).unwrap()
}

/// A root_ca and its entries, in a scope of their own.
fn creation(root: Uuid) -> Commit {
    let (first, key) = {
        let Put {
            record,
            private_key,
        } = put(1);
        (record, private_key)
    };
    let part = |uuid, kind: CertificateKind, root| {
        let mut parts = RecordParts::new(
            uuid,
            kind.name(),
            Scope::Svm(root),
            kind,
            first.certificate.clone(),
        );
        parts.root = (uuid != root).then_some(root);
        Arc::new(Record::new(parts).unwrap())
    };
    let entries = [CertificateKind::ServerCa, CertificateKind::ClientCa];
    let entries = entries.map(|kind| Put {
        record: part(Uuid::from_bytes(random()), kind, root),
        private_key: None,
    });
    let mut commit = Commit::default();
    commit.puts.push(Put {
        record: part(root, CertificateKind::RootCa, root),
        private_key: key,
    });
    commit.puts.extend(entries);
    commit
}

fn signature(root: Uuid) -> Commit {
    let mut commit = issued(1, 1);
    let mut signed = (*commit.issued[0]).clone();
    signed.ca = root;
    commit.issued = vec![Arc::new(signed)];
    commit
}

fn deletion(store: &RedbStore, root: Uuid) -> Commit {
    let snapshot = store.snapshot().unwrap();
    let group = snapshot
        .iter()
        .filter(|record| record.uuid == root || record.root == Some(root));
    let mut commit = Commit::default();
    commit.deletes = group.map(|record| record.uuid).collect();
    commit
}

/// The root_ca that are there, and how many certificates each signed.
fn roots(store: &RedbStore) -> BTreeMap<Uuid, usize> {
    let snapshot = store.snapshot().unwrap();
    let roots = snapshot.iter().filter(|record| record.root.is_none());
    roots
        .map(|root| (root.uuid, store.issued_by(root.uuid).unwrap().len()))
        .collect()
}

/// Creates, signs and deletes until it is killed. Says what it begins and, each time, that it is done.
fn work(folder: &Path, ring: &str) -> ! {
    let store = open(folder, ring);
    let mut chance = Chance(u64::from_le_bytes(random()[..8].try_into().unwrap()));
    let mut output = std::io::stdout();
    loop {
        let there: Vec<_> = roots(&store).into_keys().collect();
        let choice = if there.is_empty() { 0 } else { chance.below(6) };
        let (action, root) = match choice {
            0 | 1 if there.len() < MOST => ("create", Uuid::from_bytes(random())),
            0 | 1 => ("delete", there[chance.below(there.len())]),
            _ => ("sign", there[chance.below(there.len())]),
        };
        let commit = match action {
            "create" => creation(root),
            "delete" => deletion(&store, root),
            _ => signature(root),
        };
        // In one piece each: the harness writes to the same output.
        output
            .write_all(format!("\n{action} {root}\n").as_bytes())
            .unwrap();
        output.flush().unwrap();
        store.commit(commit).unwrap();
        output.write_all(b"\ndone\n").unwrap();
        output.flush().unwrap();
    }
}

/// What the process said that it began and, if it said so, did.
fn said(lines: &[String]) -> Vec<(String, Uuid, bool)> {
    let mut said: Vec<(String, Uuid, bool)> = Vec::new();
    for line in lines {
        match line.split_once(' ') {
            Some((action @ ("create" | "sign" | "delete"), root)) => {
                said.push((action.to_owned(), root.parse().unwrap(), false));
            }
            _ if line == "done" => said.last_mut().unwrap().2 = true,
            _ => {}
        }
    }
    said
}

/// Whether what is there is what was said; what was only begun may be there or not.
fn assert_is_there(
    mut expected: BTreeMap<Uuid, usize>,
    said: &[(String, Uuid, bool)],
    there: &BTreeMap<Uuid, usize>,
) {
    let mut begun = None;
    for (action, root, is_done) in said {
        let before = expected.clone();
        match &**action {
            "create" => _ = expected.insert(*root, 0),
            "delete" => _ = expected.remove(root),
            _ => *expected.get_mut(root).unwrap() += 1,
        }
        begun = (!is_done).then_some(before);
    }
    assert!(
        *there == expected || begun.as_ref() == Some(there),
        "{there:?} is there; it should be {expected:?}, or {begun:?}"
    );
}

#[test]
fn what_was_acknowledged_survives_a_kill_at_any_moment() {
    if let (Some(folder), Ok(ring)) = (env::var_os(FOLDER), env::var(RING)) {
        work(Path::new(&folder), &ring);
    }
    let folder = tempfile::tempdir().unwrap();
    let ring = KeyRing::generate().unwrap();
    let mut chance = Chance(1);
    let mut expected = BTreeMap::new();
    let (mut actions, mut cut_off) = (0, 0);
    for round in 0..ROUNDS {
        let name = thread::current().name().unwrap().to_owned();
        let mut child = Command::new(env::current_exe().unwrap())
            .args([&*name, "--exact", "--nocapture"])
            .env(FOLDER, folder.path())
            .env(RING, &*ring)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut text = String::new();
        // Some rounds end while the store is opened.
        for _ in 0..chance.below(120) {
            assert_ne!(lines.read_line(&mut text).unwrap(), 0, "{text}");
        }
        thread::sleep(Duration::from_micros(
            chance.below(20_000).try_into().unwrap(),
        ));
        child.kill().unwrap();
        child.wait().unwrap();
        while lines.read_line(&mut text).unwrap() > 0 {}
        let lines: Vec<_> = text
            .split_inclusive('\n')
            .filter_map(|line| line.strip_suffix('\n'))
            .map(str::to_owned)
            .collect();
        let said = said(&lines);
        actions += said.len();
        cut_off += usize::from(said.last().is_some_and(|(_, _, is_done)| !is_done));
        let store = open(folder.path(), &ring);
        let there = roots(&store);
        assert_is_there(expected, &said, &there);
        assert_whole(&store, &format!("round {round}"));
        expected = there;
    }
    assert!(actions > ROUNDS, "it did {actions} things only");
    eprintln!("{ROUNDS} processes were killed, {cut_off} during one of {actions} commits");
}
