//! Signs the same requests with the same CA keys as other libraries do, in turns within one run.
//!
//! Each does the same work: reads the request's PEM, checks its signature, copies its subject and
//! subject alternative names, sets key usages, basic constraints, key identifiers and a random
//! serial number, signs, and writes PEM.
//!
//! New RSA keys are made in turns, too: see [`keys`]; and chains validated: see [`chains`].
//!
//! ```sh
//! cargo run --release
//! cargo run --release chains       # chains alone
//! cargo run --release p256/p256    # pairs of CA and request with this in their name
//! cargo run --release keys         # new keys alone
//! cargo run --release keys 4096    # of one size
//! ```

mod chains;
#[path = "../../fixtures/mod.rs"]
mod fixtures;
mod keys;
mod openssl;
mod ours;
mod rcgen_aws_lc_rs;
mod rcgen_ring;
mod same;
#[path = "../../timing/mod.rs"]
mod timing;

use fixtures::{
    CSR_P256, CSR_P384, CSR_RSA_2048, Ca, Csr, P256, P384, RSA_2048, RSA_3072, RSA_4096,
};
use std::hint::black_box;
use timing::{Case, Options, Samples, print_table, processor, take_turns};

const BATCH: usize = 64;

/// A library, with a CA loaded.
trait Peer {
    fn name(&self) -> &'static str;

    /// The PEM of a certificate for the request's PEM.
    fn sign(&self, request: &str) -> String;

    /// As many certificates as there are requests; a loop, unless the library has better.
    fn sign_batch(&self, requests: &[&str]) -> Vec<String> {
        requests.iter().map(|request| self.sign(request)).collect()
    }
}

/// The first is the one that the others are compared with.
fn peers(ca: &Ca) -> Vec<Box<dyn Peer>> {
    vec![
        Box::new(ours::Ours::load(ca)),
        Box::new(rcgen_aws_lc_rs::Rcgen::load(ca)),
        Box::new(rcgen_ring::Rcgen::load(ca)),
        Box::new(openssl::OpenSsl::load(ca)),
    ]
}

/// 20 octets, positive.
fn serial_number() -> [u8; 20] {
    let mut octets = [0; 20];
    getrandom::fill(&mut octets).expect("random numbers");
    octets[0] = octets[0] & 0x3f | 0x40;
    octets
}

fn main() {
    let options = Options::from_args();
    println!("on {}, {} arithmetic", processor(), certwright::backend());
    if keys::is_argument("keys") {
        keys::compare(options);
        return;
    }
    if keys::is_argument("chains") {
        chains::compare(options);
        return;
    }
    let pairs = [
        (RSA_2048, CSR_RSA_2048),
        (RSA_3072, CSR_RSA_2048),
        (RSA_4096, CSR_RSA_2048),
        (P256, CSR_P256),
        (P256, CSR_RSA_2048),
        (P384, CSR_P384),
        (RSA_2048, CSR_P256),
    ];
    let word = std::env::args().skip(1).find(|word| word.contains('/'));
    for (ca, csr) in &pairs {
        let name = format!("{}/{}", ca.name, csr.name);
        if word.as_ref().is_some_and(|word| !name.contains(word)) {
            continue;
        }
        let peers = peers(ca);
        same::check(&peers, ca, csr);
        compare(&peers, ca, csr, 1, options);
        compare(&peers, ca, csr, BATCH, options);
    }
    if word.is_none() {
        chains::compare(options);
        keys::compare(options);
    }
}

fn compare(peers: &[Box<dyn Peer>], ca: &Ca, csr: &Csr, count: usize, options: Options) {
    let requests = vec![csr.pem; count];
    let kind = if count == 1 {
        "single".to_owned()
    } else {
        format!("batch{count}")
    };
    let pair = format!("{}/{}/{kind}", ca.name, csr.name);
    let cases = peers
        .iter()
        .map(|peer| {
            let requests = &requests;
            let units = u32::try_from(count).expect("a small number");
            Case::new(peer.name(), units, move || {
                if let [request] = requests[..] {
                    black_box(peer.sign(black_box(request)));
                } else {
                    black_box(peer.sign_batch(black_box(requests)));
                }
            })
        })
        .collect();
    race(&pair, cases, options);
}

/// Runs the cases in turns; prints their times, and the ratio of each to the first.
fn race(title: &str, mut cases: Vec<Case<'_>>, options: Options) {
    take_turns(&mut cases, 2 * options.budget());
    let mut rows: Vec<(&str, &mut Samples)> = cases.iter_mut().map(Case::row).collect();
    let least: Vec<_> = rows
        .iter_mut()
        .map(|(name, samples)| (*name, samples.percentile(0)))
        .collect();
    print_table(title, rows);
    for (peer, time) in &least[1..] {
        println!("ratio {title} {peer} {:.2}", time / least[0].1);
    }
}
