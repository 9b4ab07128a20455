//! Whether times tell secrets apart: each trial does the same work with one fixed secret and with
//! random ones, in random order, and compares the times with Welch's t-test. With equal
//! distributions |t| is below 4.5 but for one time in 100 000. Some trials have a second fixed secret, at
//! the edge of what is possible.
//!
//! ```text
//! cargo bench --features hooks --bench leak
//! cargo bench --features hooks --bench leak -- batch   # those with the word in their name
//! cargo bench --features hooks --bench leak -- --runs=1000000
//! ```
//!
//! With `--once=N` each trial is made once, with the secret of the number `N` (0 is the one at the
//! edge), and no clock is read: `.ci/traces` compares what the processor does for different numbers.
//!
//! Interruptions only make times longer: the slowest tenth of the samples is left out, by a bound
//! that both classes have in common. A machine that others use has slow moments that a bound does not
//! see; so a difference is measured again, in another order, and counts if it is there again.

mod timing;

use certwright::hooks::{Trial, trials};
use rand_core::{Rng as _, SeedableRng as _};
use std::hint::black_box;
use std::time::Instant;
use timing::{Options, figure};

/// The bound of |t|.
const BOUND: f64 = 4.5;

fn main() {
    let options = Options::from_args();
    let trials = trials(include_str!("../vectors/root.key"));
    assert!(!trials.is_empty(), "the portable ones at least");
    println!(
        "{:<64} {:>9} {:>11} {:>11} {:>8}",
        "trial", "runs", "mean ns", "apart ns", "t"
    );
    let word = std::env::args().skip(1).find(|it| !it.starts_with('-'));
    let number = |name: &str| {
        let mut arguments = std::env::args();
        let value = arguments.find_map(|it| Some(it.strip_prefix(name)?.to_owned()));
        value.map(|value| value.parse().expect("a number"))
    };
    let (runs, once) = (number("--runs="), number("--once="));
    let mut leaks = 0;
    for mut trial in trials {
        if word
            .as_deref()
            .is_some_and(|word| !trial.name.contains(word))
        {
            continue;
        }
        if let Some(seed) = once {
            make_once(&mut trial, seed);
            continue;
        }
        let runs = match (runs, options.quick) {
            (Some(runs), _) => usize::try_from(runs).expect("a number of samples"),
            (None, true) => trial.runs / 20,
            (None, false) => trial.runs,
        };
        let random = random(&mut chacha20::ChaCha20Rng::seed_from_u64(6), trial.words);
        let edge = trial.edge.clone().map(|edge| (" (edge)", edge));
        for (suffix, fixed) in [("", random)].into_iter().chain(edge) {
            let name = format!("{}{suffix}", trial.name);
            let first = measure(&mut trial, &name, &fixed, 7, runs);
            if first.abs() < BOUND {
                continue;
            }
            let again = measure(&mut trial, &format!("{name}, again"), &fixed, 8, 2 * runs);
            leaks += u32::from(again.abs() >= BOUND && (again > 0.0) == (first > 0.0));
        }
    }
    assert_eq!(leaks, 0, "times depend on secrets");
}

/// Sets a secret and makes the trial: what `.ci/traces` looks at, by the name of this function.
#[inline(never)]
fn make_once(trial: &mut Trial, seed: u64) {
    let drawn = random(&mut chacha20::ChaCha20Rng::seed_from_u64(seed), trial.words);
    let edge = trial.edge.clone().unwrap_or_else(|| drawn.clone());
    let mask = black_box(u64::from(seed == 0).wrapping_neg());
    let choose = |(edge, drawn): (&u64, &u64)| edge & mask | drawn & !mask;
    let secret: Vec<_> = edge.iter().zip(&drawn).map(choose).collect();
    trial.set(&secret);
    trial.run();
}

/// Times the trial, prints what came out, and gives Welch's t.
fn measure(trial: &mut Trial, name: &str, fixed: &[u64], seed: u64, runs: usize) -> f64 {
    let [mean, apart, t] = statistic(trial, fixed, seed, runs);
    println!("{name:<64} {runs:>9} {mean:>11.1} {apart:>11.3} {t:>8.2}");
    figure(
        &format!("leak_t_{}", name.replace([' ', ','], "_")),
        t.abs(),
        "t",
    );
    t
}

fn random(rng: &mut chacha20::ChaCha20Rng, words: usize) -> Vec<u64> {
    (0..words).map(|_| rng.next_u64()).collect()
}

/// The mean time of one class, how far the other one's is from it, and Welch's t.
fn statistic(trial: &mut Trial, fixed: &[u64], seed: u64, runs: usize) -> [f64; 3] {
    let mut rng = chacha20::ChaCha20Rng::seed_from_u64(seed);
    let mut samples = Vec::with_capacity(runs);
    let warm_up = runs / 100;
    for run in 0..runs + warm_up {
        let is_fixed = rng.next_u32() & 1 == 0;
        // Both classes draw, read and set alike, down to the addresses and the branches.
        let drawn = random(&mut rng, trial.words);
        let mask = black_box(u64::from(is_fixed).wrapping_neg());
        let choose = |(fixed, drawn): (&u64, &u64)| fixed & mask | drawn & !mask;
        let secret: Vec<_> = fixed.iter().zip(&drawn).map(choose).collect();
        trial.set(&secret);
        let start = Instant::now();
        trial.run();
        let time = start.elapsed().as_nanos();
        if run >= warm_up {
            samples.push((time, is_fixed));
        }
    }
    let mut times: Vec<_> = samples.iter().map(|&(time, _)| time).collect();
    times.sort_unstable();
    let bound = times[times.len() * 9 / 10];
    let [first, second] = [true, false].map(|class| {
        let mut moments = Moments::default();
        for &(time, is_fixed) in &samples {
            if is_fixed == class && time <= bound {
                #[allow(clippy::cast_precision_loss, reason = "nanoseconds, not years")]
                moments.add(time as f64);
            }
        }
        moments
    });
    let apart = first.mean - second.mean;
    let error = (first.error() + second.error()).sqrt();
    [second.mean, apart, apart / error]
}

/// Mean and variance by Welford's method.
#[derive(Default)]
struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    fn add(&mut self, value: f64) {
        self.count += 1.0;
        let difference = value - self.mean;
        self.mean += difference / self.count;
        self.squares += difference * (value - self.mean);
    }

    /// The square of the mean's standard error.
    fn error(&self) -> f64 {
        self.squares / (self.count - 1.0) / self.count
    }
}
