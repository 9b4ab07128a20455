//! Timing on a machine that other programs use too.
//!
//! What is compared takes turns within one run, in many short samples, so that a slow moment hits
//! all alike. The figure is the least sample: noise only ever adds.
#![allow(dead_code, unreachable_pub, reason = "each bench uses its part")]

use std::time::{Duration, Instant};

/// What the command line asks for.
#[derive(Clone, Copy)]
pub struct Options {
    /// `--quick`: a tenth of the time, and the large cases left out.
    pub quick: bool,
}

impl Options {
    /// Reads the command line; `--bench`, which Cargo adds, and what else is there do not count.
    pub fn from_args() -> Self {
        Self {
            quick: std::env::args().any(|argument| argument == "--quick"),
        }
    }

    /// The time that one case may take.
    pub fn budget(self) -> Duration {
        Duration::from_millis(if self.quick { 50 } else { 500 })
    }
}

/// One thing to time.
pub struct Case<'a> {
    name: String,
    /// What one run makes: the figures are for one of them.
    units: u32,
    run: Box<dyn FnMut() + 'a>,
    samples: Samples,
    spent: Duration,
}

impl<'a> Case<'a> {
    pub fn new(name: impl Into<String>, units: u32, run: impl FnMut() + 'a) -> Self {
        Self {
            name: name.into(),
            units,
            run: Box::new(run),
            samples: Samples::default(),
            spent: Duration::ZERO,
        }
    }

    /// For [`print_table`].
    pub fn row(&mut self) -> (&str, &mut Samples) {
        (&self.name, &mut self.samples)
    }

    fn sample(&mut self) {
        let start = Instant::now();
        (self.run)();
        let time = start.elapsed();
        self.spent += time;
        self.samples.push(time / self.units);
    }
}

/// How long a case runs before it is the next one's turn.
const TURN: Duration = Duration::from_millis(10);

/// Runs the cases in turns until each has used its budget. The least that each gets is two runs.
pub fn take_turns(cases: &mut [Case<'_>], budget: Duration) {
    let mut open = true;
    while open {
        open = false;
        for case in cases.iter_mut() {
            if case.spent >= budget && case.samples.0.len() >= 2 {
                continue;
            }
            open = true;
            let end = case.spent + TURN;
            while case.spent < end {
                case.sample();
            }
        }
    }
}

/// Times of the same work.
#[derive(Default)]
pub struct Samples(Vec<Duration>);

impl Samples {
    pub fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// The time that `percent` of the samples do not exceed, in microseconds.
    pub fn percentile(&mut self, percent: usize) -> f64 {
        self.0.sort_unstable();
        let place = (self.0.len().saturating_sub(1)) * percent / 100;
        self.0
            .get(place)
            .map_or(f64::NAN, |time| time.as_secs_f64() * 1e6)
    }
}

/// Rows of times: a table for people, then the least of each row for machines.
pub fn print_table<'a>(title: &str, rows: impl IntoIterator<Item = (&'a str, &'a mut Samples)>) {
    println!(
        "\n{title:<36} {:>11} {:>11} {:>11}",
        "min us", "p10 us", "median us"
    );
    let mut least = Vec::new();
    for (name, samples) in rows {
        let [min, p10, median] = [0, 10, 50].map(|percent| samples.percentile(percent));
        println!("{name:<36} {min:>11.2} {p10:>11.2} {median:>11.2}");
        least.push((name, min));
    }
    for (name, min) in least {
        figure(name, min, "us");
    }
}

/// The name of the processor, which belongs to each figure.
pub fn processor() -> String {
    let told = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let mut fields = told.lines().filter_map(|line| line.split_once(':'));
    let name = fields.find(|(field, _)| field.trim() == "model name");
    name.map_or_else(
        || std::env::consts::ARCH.to_owned(),
        |(_, name)| name.trim().to_owned(),
    )
}

/// A line for machines.
pub fn figure(name: &str, value: f64, unit: &str) {
    println!("figure {name} {value:.3} {unit}");
}

/// Runs the cases in turns and prints their times; those alone that have the word of the command line
/// in their names, if there is one.
pub fn compare(title: &str, mut cases: Vec<Case<'_>>, budget: Duration) {
    let word = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    cases.retain(|case| word.as_ref().is_none_or(|word| case.name.contains(word)));
    take_turns(&mut cases, budget);
    print_table(title, cases.iter_mut().map(Case::row));
}
