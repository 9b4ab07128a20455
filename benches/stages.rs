//! Where the time of one certificate goes: `sign_batch` of 64, stage by stage.
//!
//! `overhead` is the engine's own part: all but `verify` (the signing request's own signature, with
//! the preparation of its key) and `sign` (the CA's signature, with its digest and its check).
//!
//! ```sh
//! cargo bench --features hooks --bench stages
//! ```

mod fixtures;
mod timing;

use certwright::hooks::{Stage, sign_batch};
use certwright::{CertificateAuthority, SignRequest};
use fixtures::{CSR_P256, CSR_RSA_2048, P256, P384, RSA_2048, RSA_3072, RSA_4096, policy, rng};
use std::hint::black_box;
use std::time::{Duration, Instant};
use timing::{Options, Samples, print_table};

const COUNT: u32 = 64;

const STAGES: [(Stage, &str); 6] = [
    (Stage::Read, "read"),
    (Stage::Parse, "parse"),
    (Stage::Verify, "verify"),
    (Stage::Build, "build"),
    (Stage::Sign, "sign"),
    (Stage::Encode, "encode"),
];

fn main() {
    let options = Options::from_args();
    let pairs = [
        (RSA_2048, CSR_RSA_2048),
        (P256, CSR_P256),
        (P256, CSR_RSA_2048),
        (RSA_2048, CSR_P256),
        (RSA_3072, CSR_RSA_2048),
        (RSA_4096, CSR_RSA_2048),
        (P384, CSR_P256),
    ];
    for (ca, csr) in &pairs[..if options.quick { 2 } else { pairs.len() }] {
        let (loaded, requests) = (ca.load(), csr.requests(COUNT as usize));
        let pair = format!("{}/{}", ca.name, csr.name);
        let mut times = Times::measure(&loaded, &requests, 2 * options.budget());
        let names = STAGES.map(|(_, stage)| format!("stages/{pair}/{stage}"));
        let overhead = format!("overhead/{pair}");
        let rows = names.iter().map(String::as_str).zip(&mut times.stages);
        print_table(
            &format!("{} CA, {} request", ca.name, csr.name),
            rows.chain([(overhead.as_str(), &mut times.overhead)]),
        );
    }
}

/// The times of each stage, per certificate.
#[derive(Default)]
struct Times {
    stages: [Samples; STAGES.len()],
    overhead: Samples,
}

impl Times {
    fn measure(ca: &CertificateAuthority, requests: &[SignRequest], budget: Duration) -> Self {
        let mut times = Self::default();
        let end = Instant::now() + budget;
        // The first run warms up: it finds caches, tables and the allocator cold.
        times.run(ca, requests);
        times = Self::default();
        for _ in 0..3 {
            times.run(ca, requests);
        }
        while Instant::now() < end {
            times.run(ca, requests);
        }
        times
    }

    fn run(&mut self, ca: &CertificateAuthority, requests: &[SignRequest]) {
        let mut spent = [Duration::ZERO; STAGES.len()];
        let mut start = Instant::now();
        let answers = sign_batch(ca, black_box(requests), &policy(), &mut rng(), |stage| {
            let now = Instant::now();
            spent[stage as usize] += now - start;
            start = now;
        });
        assert!(answers.iter().all(Result::is_ok), "certificates");
        let mut overhead = Duration::ZERO;
        for ((time, samples), (stage, _)) in spent.into_iter().zip(&mut self.stages).zip(STAGES) {
            samples.push(time / COUNT);
            if !matches!(stage, Stage::Verify | Stage::Sign) {
                overhead += time;
            }
        }
        self.overhead.push(overhead / COUNT);
    }
}
