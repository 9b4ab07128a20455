//! How often signing one certificate asks the heap for memory.
//!
//! ```sh
//! cargo test --features hooks --test allocations -- --nocapture
//! ```

mod common;
#[path = "common/counting.rs"]
mod counting;

use certwright::hooks::{Stage, sign_batch};
use certwright::{Backend, SignRequest, backend};
use common::rows::each_row;
use common::{ca, policy, rng, vector};
use counting::{Counting, allocations, count};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The most that the engine may take for one certificate; what it does take is printed.
const MOST: usize = 24;

/// What a usage that is not granted takes on top, with its warning.
const DROPPED_USAGE: usize = 4;

/// The most with those of the arithmetic, in a batch.
const MOST_IN_A_BATCH: usize = 60;

/// What signing took from the heap.
struct Allocations {
    /// By the engine itself.
    engine: usize,
    /// By the arithmetic: the check of the request's signature, and the CA's signature.
    arithmetic: usize,
}

/// Signs `count` copies of a request.
fn sign(ca_name: &str, request: &str, copies: usize) -> Allocations {
    let ca = ca(ca_name);
    let requests = vec![SignRequest::new(vector(request)); copies];
    let (policy, mut rng) = (policy(), rng(1));
    // The first signature fills tables that stay.
    certwright::sign(&ca, &requests[0], &policy, &mut rng).unwrap();
    let (mut before, mut arithmetic) = (0, 0);
    let (answers, used) = count(|| {
        sign_batch(&ca, &requests, &policy, &mut rng, |stage| {
            let now = allocations();
            if matches!(stage, Stage::Verify | Stage::Sign) {
                arithmetic += now - before;
            }
            before = now;
        })
    });
    assert!(answers.iter().all(Result::is_ok));
    Allocations {
        engine: used.allocations - arithmetic,
        arithmetic,
    }
}

#[test]
fn a_certificate_takes_few_allocations() {
    let rows = [
        ("root", "server.csr", 0),
        ("root", "csr-p256-san.pem", 0),
        ("root", "csr-usages.pem", 1),
        ("ca-p256", "server.csr", 0),
        ("ca-p256", "csr-p256-san.pem", 0),
        ("ca-p256", "csr-sans.pem", 0),
        ("ca-p256", "csr-usages.pem", 1),
    ];
    each_row(rows, |(ca, request, dropped)| {
        let most = MOST + dropped * DROPPED_USAGE;
        for copies in [1, 64] {
            let Allocations { engine, arithmetic } = sign(ca, request, copies);
            println!(
                "{ca} {request}, batch of {copies}: {} per certificate by the engine, {} by the \
                 arithmetic",
                engine.div_ceil(copies),
                arithmetic.div_ceil(copies),
            );
            assert!(engine <= most * copies, "{copies}: {engine}");
            // The portable RSA takes more than a thousand in the `rsa` crate.
            if copies > 1 && backend() == Backend::Ifma {
                let all = engine + arithmetic;
                assert!(all <= MOST_IN_A_BATCH * copies, "{copies}: {all}");
            }
        }
    });
}
