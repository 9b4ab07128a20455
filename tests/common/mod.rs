//! What the tests share.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

pub mod documented;
pub mod hostile;
pub mod issue;
pub mod issued;
pub mod list;
pub mod order;
pub mod request;
pub mod rows;
pub mod signer;
pub mod suite;

use certwright::rand_core::{SeedableRng, UnwrapErr};
use certwright::{CertificateAuthority, Policy, Time};
use chacha20::ChaCha20Rng;
use proptest::test_runner::{Config, FileFailurePersistence};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The instant at which the tests take place: 2026-01-01.
pub const NOW: i64 = 1_767_225_600;

/// That of [`NOW`].
pub fn policy() -> Policy {
    at(NOW)
}

pub fn at(unix: i64) -> Policy {
    Policy::at(Time::from_unix(unix).unwrap())
}

/// So many cases for each property. What fails is kept in a file beside the test, to be committed.
pub fn cases(count: u32) -> Config {
    Config {
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource(
            "proptest-regressions",
        ))),
        ..Config::with_cases(count)
    }
}

pub fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

pub fn system_rng() -> UnwrapErr<getrandom::SysRng> {
    UnwrapErr(getrandom::SysRng)
}

#[track_caller]
pub fn vector(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("vectors")
        .join(name);
    match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => panic!("{}: {error}", path.display()),
    }
}

/// A CA of the vectors, by the stem of its files. `ca-pathlen0` shares the root's key.
#[track_caller]
pub fn ca(name: &str) -> CertificateAuthority {
    let certificate = vector(&format!("{name}.pem"));
    let stem = if name == "ca-pathlen0" { "root" } else { name };
    let key = vector(&format!("{stem}.key"));
    CertificateAuthority::from_pem(&certificate, &key, &policy()).unwrap()
}

/// The CAs that may sign.
pub const CAS: [&str; 6] = [
    "root",
    "ca-rsa3072",
    "ca-rsa4096",
    "ca-p256",
    "ca-p384",
    "ca-p521",
];

/// Whether a foreign tool is here. Where `CERTWRIGHT_REQUIRE_TOOLS` is set, it must be.
pub fn tool(name: &str) -> bool {
    let found = Command::new(name).arg("--help").output().is_ok();
    if !found {
        skip(&format!("{name} is not installed"));
    }
    found
}

/// [`tool`], if what it says to `argument` starts with `version`: other versions judge otherwise.
pub fn tool_of_version(name: &str, argument: &str, version: &str) -> bool {
    if !tool(name) {
        return false;
    }
    let output = run(name, &[argument]);
    let is_known = output.stdout.starts_with(version.as_bytes());
    if !is_known {
        skip(&format!("{name} is not {version}"));
    }
    is_known
}

/// Tells that a test was not run. Where `CERTWRIGHT_REQUIRE_TOOLS` is set, it fails.
pub fn skip(reason: &str) {
    skip_unless("CERTWRIGHT_REQUIRE_TOOLS", reason);
}

/// Tells that a test was not run. Where this variable is set, it fails.
#[track_caller]
pub fn skip_unless(required: &str, reason: &str) {
    assert!(std::env::var_os(required).is_none(), "{reason}");
    say(&format!("SKIPPED: {reason}"));
}

/// Prints a line that the test harness does not keep to itself.
pub fn say(line: &str) {
    let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}

#[track_caller]
pub fn run(program: &str, args: &[&str]) -> Output {
    Command::new(program).args(args).output().unwrap()
}

#[track_caller]
pub fn assert_runs(program: &str, args: &[&str]) -> String {
    let output = run(program, args);
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {args:?}: {text}");
    text
}

/// A folder that goes away with the test.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("certwright-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    pub fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
