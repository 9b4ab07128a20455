//! What the tests share.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

pub mod hostile;
pub mod issue;
pub mod request;

use certwright::rand_core::{SeedableRng, UnwrapErr};
use certwright::{CertificateAuthority, Policy, Time};
use chacha20::ChaCha20Rng;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The instant at which the tests take place.
pub fn policy() -> Policy {
    Policy::at("2026-01-01T00:00:00Z".parse::<Time>().unwrap())
}

pub fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

pub fn system_rng() -> UnwrapErr<getrandom::SysRng> {
    UnwrapErr(getrandom::SysRng)
}

pub fn vector(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("vectors")
        .join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A CA of the vectors, by the stem of its files. `ca-pathlen0` shares the root's key.
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

fn skip(reason: &str) {
    assert!(
        std::env::var_os("CERTWRIGHT_REQUIRE_TOOLS").is_none(),
        "{reason}"
    );
    // Not by `println!`, which the test harness keeps to itself.
    let message = format!("SKIPPED: {reason}\n");
    let _ = std::io::stderr().write_all(message.as_bytes());
}

pub fn run(program: &str, args: &[&str]) -> Output {
    Command::new(program).args(args).output().unwrap()
}

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
