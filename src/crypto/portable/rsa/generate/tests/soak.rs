//! Thousands of new keys with all their checks, by OpenSSL and `crypto-primes` too.
//!
//! ```sh
//! SOAK_FILE=/tmp/keys cargo test --release --lib soak_of_keys -- --ignored --nocapture
//! ```
//!
//! `SOAK_FILE` keeps a line for each key that was good. With it a soak that was ended goes on where it
//! was, and its primes are compared with those of all runs before. `SOAK_BITS` makes keys of one size
//! alone, `SOAK_KEYS` another number than 2,000 of each.

use super::{ChaCha20Rng, check, number};
use crate::crypto::dispatch::Dispatch;
use crate::crypto::portable::rsa::words::to_bytes;
use crate::crypto::rsa_numbers::RsaNumbers;
use rand_core::SeedableRng as _;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

/// The keys that were good, each from the seed that is its place among those of its size.
#[derive(Default)]
struct Record {
    file: Option<fs::File>,
    /// Seeds, by the size of the key.
    seeds: BTreeSet<(usize, u64)>,
    primes: BTreeSet<String>,
}

impl Record {
    /// What runs before have written to `SOAK_FILE`.
    fn open() -> Self {
        let mut record = Self::default();
        let Ok(path) = std::env::var("SOAK_FILE") else {
            return record;
        };
        let text = fs::read_to_string(&path).unwrap_or_default();
        for line in text.lines() {
            let [bits, seed, p, q] = line.split(' ').collect::<Vec<_>>()[..] else {
                panic!("not a line of a soak: {line}");
            };
            record
                .seeds
                .insert((bits.parse().unwrap(), seed.parse().unwrap()));
            for prime in [p, q] {
                assert!(record.primes.insert(prime.to_owned()), "a prime twice");
            }
        }
        let file = OpenOptions::new().create(true).append(true).open(path);
        record.file = Some(file.unwrap());
        record
    }

    fn keep(&mut self, bits: usize, seed: u64, primes: [String; 2]) {
        if let Some(file) = &mut self.file {
            let [p, q] = &primes;
            file.write_all(format!("{bits} {seed} {p} {q}\n").as_bytes())
                .unwrap();
        }
        self.seeds.insert((bits, seed));
        for prime in primes {
            assert!(self.primes.insert(prime), "a prime twice");
        }
    }
}

#[test]
#[ignore = "takes an hour"]
fn soak_of_keys() {
    let count: u64 = std::env::var("SOAK_KEYS").map_or(2000, |count| count.parse().unwrap());
    let sizes = std::env::var("SOAK_BITS").map_or(vec![2048, 3072, 4096], |bits| {
        vec![bits.parse::<usize>().unwrap()]
    });
    let start = Instant::now();
    let mut record = Record::open();
    for bits in sizes {
        let mut made = 0;
        for seed in 0..count {
            if record.seeds.contains(&(bits, seed)) {
                continue;
            }
            let mut rng = ChaCha20Rng::seed_from_u64(seed);
            let key = Dispatch::detect().generate_rsa(bits, &mut rng).unwrap();
            check(&key, u32::try_from(bits).unwrap());
            for prime in [&key.p, &key.q] {
                let prime = number(prime);
                assert!(crypto_primes::is_prime(crypto_primes::Flavor::Any, &prime));
            }
            let primes = [&key.p, &key.q].map(|prime| hexadecimal(prime));
            check_by_openssl(&key, &primes);
            record.keep(bits, seed, primes);
            made += 1;
            if made % 100 == 0 {
                let seconds = start.elapsed().as_secs();
                println!("{bits} bits: {made} keys, up to seed {seed}, after {seconds} s");
            }
        }
        let all = record.seeds.range((bits, 0)..(bits, count)).count();
        println!("{bits} bits: {all} keys from the seeds 0 to {count} are good, {made} made now");
    }
    println!("{} primes, none twice", record.primes.len());
}

fn hexadecimal(words: &[u64]) -> String {
    let mut text = String::new();
    for byte in to_bytes(words) {
        write!(text, "{byte:02X}").unwrap();
    }
    text
}

/// `openssl rsa -check` of the key, and `openssl prime` of each of its primes.
fn check_by_openssl(key: &RsaNumbers, primes: &[String; 2]) {
    let args = ["rsa", "-inform", "DER", "-check", "-noout"];
    let mut child = Command::new("openssl")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(&key.to_pkcs8().unwrap()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("RSA key ok"),
        "{text}"
    );
    let output = Command::new("openssl")
        .args(["prime", "-hex"])
        .args(primes)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(text.matches(" is prime").count(), 2, "{text}");
}
