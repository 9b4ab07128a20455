//! The time of one certificate, from the request's PEM to the certificate's: `sign` for one, and
//! `sign_batch` for 8, 64 and 1024.
//!
//! ```sh
//! cargo bench --bench sign
//! ```

mod fixtures;
mod timing;

use certwright::{CertificateAuthority, SignRequest, sign, sign_batch};
use fixtures::{CAS, CSRS, Ca, policy, rng};
use std::hint::black_box;
use timing::{Case, Options, compare};

const BATCHES: [u32; 3] = [8, 64, 1024];

fn main() {
    let options = Options::from_args();
    for ca in CAS.iter().filter(|ca| !options.quick || is_common(ca)) {
        let loaded = ca.load();
        let batches: Vec<_> = CSRS
            .iter()
            .flat_map(|csr| BATCHES.map(|count| (csr.name, count, csr.requests(count as usize))))
            .collect();
        let mut cases = Vec::new();
        for (csr, count, requests) in &batches {
            let name = format!("sign/{}/{csr}", ca.name);
            if *count == BATCHES[0] {
                cases.push(single(format!("{name}/single"), &loaded, &requests[0]));
            }
            if !options.quick || *count <= 64 {
                cases.push(batch(
                    format!("{name}/batch{count}"),
                    *count,
                    &loaded,
                    requests,
                ));
            }
        }
        compare(
            &format!("{} CA, per certificate", ca.name),
            cases,
            options.budget(),
        );
    }
}

/// The CAs of a quick run.
fn is_common(ca: &Ca) -> bool {
    matches!(ca.name, "rsa2048" | "p256")
}

fn single<'a>(name: String, ca: &'a CertificateAuthority, request: &'a SignRequest) -> Case<'a> {
    let (policy, mut rng) = (policy(), rng());
    Case::new(name, 1, move || {
        black_box(sign(ca, black_box(request), &policy, &mut rng).expect("a certificate"));
    })
}

fn batch<'a>(
    name: String,
    count: u32,
    ca: &'a CertificateAuthority,
    requests: &'a [SignRequest],
) -> Case<'a> {
    let (policy, mut rng) = (policy(), rng());
    Case::new(name, count, move || {
        let answers = sign_batch(ca, black_box(requests), &policy, &mut rng);
        assert!(answers.iter().all(Result::is_ok), "certificates");
        black_box(answers);
    })
}
