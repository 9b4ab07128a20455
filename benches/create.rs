//! The time of `create` and `generate_csr`. Finding the primes of an RSA key takes nearly all of it
//! and varies widely, so the median tells more than the least.
//!
//! ```sh
//! cargo bench --bench create
//! ```

mod fixtures;
mod timing;

use certwright::{CreateRequest, CsrRequest, create, generate_csr};
use fixtures::{policy, rng};
use std::hint::black_box;
use timing::{Case, Options, Samples, figure, print_table, processor, take_turns};

const COMMON_NAME: &str = "create.example.com";

fn main() {
    let options = Options::from_args();
    println!("on {}", processor());
    let kinds = [("ec", 256), ("ec", 384), ("rsa", 2048), ("rsa", 3072)];
    let kinds = &kinds[..if options.quick { 3 } else { 4 }];
    let mut cases = Vec::new();
    for &(algorithm, size) in kinds {
        let request = CreateRequest::server(COMMON_NAME)
            .with_algorithm(algorithm)
            .with_key_size(size);
        let (policy, mut rng) = (policy(), rng());
        cases.push(Case::new(
            format!("create/{algorithm}{size}"),
            1,
            move || {
                black_box(create(black_box(&request), &policy, &mut rng).expect("a certificate"));
            },
        ));
    }
    let strengths = [("ec", 256, 128), ("rsa", 2048, 112)];
    for (algorithm, size, strength) in strengths {
        let request = CsrRequest::new(format!("CN={COMMON_NAME}"))
            .with_algorithm(algorithm)
            .with_security_strength(strength);
        let (policy, mut rng) = (policy(), rng());
        cases.push(Case::new(format!("csr/{algorithm}{size}"), 1, move || {
            black_box(generate_csr(black_box(&request), &policy, &mut rng).expect("a request"));
        }));
    }
    take_turns(&mut cases, 4 * options.budget());
    let mut rows: Vec<(&str, &mut Samples)> = cases.iter_mut().map(Case::row).collect();
    let medians: Vec<_> = rows
        .iter_mut()
        .map(|(name, samples)| (format!("{name}/median"), samples.percentile(50)))
        .collect();
    print_table("a key and what is made with it", rows);
    for (name, median) in medians {
        figure(&name, median, "us");
    }
}
