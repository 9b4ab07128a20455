//! What more threads and larger batches change: the rate of 1 to N threads that sign with one CA,
//! the time of a certificate and the memory of a request in batches of 10 to 10,000.
//!
//! ```sh
//! cargo bench --bench scale
//! ```

#[path = "../tests/common/counting.rs"]
mod counting;
mod fixtures;
mod timing;

use certwright::{CertificateAuthority, SignRequest, sign_batch};
use counting::{Counting, count};
use fixtures::{CSR_P256, CSR_RSA_2048, Ca, Csr, P256, RSA_2048, policy, rng};
use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};
use timing::{Case, Options, Samples, figure, print_table, take_turns};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What each thread signs at once.
const BATCH: u32 = 8;

/// The largest is compared with 100.
const BATCHES: [usize; 4] = [10, 100, 1_000, 10_000];

fn main() {
    let options = Options::from_args();
    threads(&RSA_2048, &CSR_RSA_2048, options);
    threads(&P256, &CSR_P256, options);
    batches(&P256, &CSR_RSA_2048, options);
    memory(&P256, &CSR_RSA_2048, options);
}

fn sign(ca: &CertificateAuthority, requests: &[SignRequest]) {
    let answers = sign_batch(ca, black_box(requests), &policy(), &mut rng());
    assert!(answers.iter().all(Result::is_ok), "certificates");
}

/// The rates of 1 to N threads, in turns; of each the best, because other programs only take away.
fn threads(ca: &Ca, csr: &Csr, options: Options) {
    let (loaded, requests) = (ca.load(), csr.requests(BATCH as usize));
    let most = thread::available_parallelism().map_or(1, usize::from);
    let mut best = vec![0.0_f64; most];
    for _ in 0..if options.quick { 5 } else { 50 } {
        for (count, best) in (1..).zip(&mut best) {
            *best = best.max(rate(&loaded, &requests, count));
        }
    }
    println!(
        "\n{} CA, {} request, certificates per second",
        ca.name, csr.name
    );
    let name = format!("threads/{}/{}", ca.name, csr.name);
    for (count, rate) in (1..).zip(&best) {
        println!("{count:>3} threads {rate:>12.0}   {:.3} x", rate / best[0]);
    }
    for (count, rate) in (1..).zip(&best) {
        figure(&format!("{name}/{count}"), *rate, "certificates/s");
        figure(&format!("{name}/{count}/speedup"), rate / best[0], "x");
    }
}

/// Certificates per second of `count` threads that sign with one CA.
fn rate(ca: &CertificateAuthority, requests: &[SignRequest], count: usize) -> f64 {
    const WINDOW: Duration = Duration::from_millis(30);
    let barrier = Barrier::new(count);
    let work = || {
        barrier.wait();
        let start = Instant::now();
        let mut signed = 0;
        while start.elapsed() < WINDOW {
            sign(ca, requests);
            signed += BATCH;
        }
        f64::from(signed) / start.elapsed().as_secs_f64()
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..count).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .filter_map(|thread| thread.join().ok())
            .sum()
    })
}

/// The time of a certificate in batches of each size. The batches of one round make the same number
/// of certificates, so that a least time says the same for each.
fn batches(ca: &Ca, csr: &Csr, options: Options) {
    let sizes = if options.quick {
        &BATCHES[..3]
    } else {
        &BATCHES
    };
    let (loaded, requests) = (ca.load(), csr.requests(sizes[sizes.len() - 1]));
    let mut cases: Vec<_> = sizes
        .iter()
        .map(|&size| {
            let (loaded, requests) = (&loaded, &requests);
            Case::new(
                format!("batches/{}/{}/{size}", ca.name, csr.name),
                u32::try_from(requests.len()).expect("a small number"),
                move || requests.chunks(size).for_each(|batch| sign(loaded, batch)),
            )
        })
        .collect();
    take_turns(&mut cases, 10 * options.budget());
    let mut rows: Vec<(&str, &mut Samples)> = cases.iter_mut().map(Case::row).collect();
    let of = rows.len();
    let ratio = rows[of - 1].1.percentile(0) / rows[1].1.percentile(0);
    print_table("per certificate", rows);
    let name = format!("batches/{}/{}/growth", ca.name, csr.name);
    println!("{} to 100: {ratio:.3} x", sizes[of - 1]);
    figure(&name, ratio, "x");
}

/// The memory of a request in batches of each size.
fn memory(ca: &Ca, csr: &Csr, options: Options) {
    let (loaded, sizes) = (
        ca.load(),
        if options.quick {
            &BATCHES[..3]
        } else {
            &BATCHES
        },
    );
    println!("\n{} CA, {} request, bytes per request", ca.name, csr.name);
    println!("{:>7} {:>12} {:>12}", "batch", "at most", "in the end");
    for &size in sizes {
        let requests = csr.requests(size);
        let (answers, used) = count(|| sign_batch(&loaded, &requests, &policy(), &mut rng()));
        drop(answers);
        let (peak, kept) = (used.peak / size, used.kept / size);
        println!("{size:>7} {peak:>12} {kept:>12}");
        for (what, bytes) in [("peak", peak), ("kept", kept)] {
            let name = format!("memory/{}/{}/{size}/{what}", ca.name, csr.name);
            figure(
                &name,
                u32::try_from(bytes).map_or(f64::NAN, f64::from),
                "bytes",
            );
        }
    }
}
