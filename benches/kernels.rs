//! The kernels against what the processor can do: how many vector operations each has, how long
//! it takes, and how much of that time that many multiplications take which do nothing else.
//!
//! That limit is one of registers of eight lanes. What is done alone (`alone`) is in four for the most
//! part, for which Intel's processors have one unit more: there the share may be above 100 %.
//!
//! ```text
//! cargo bench --features hooks --bench kernels
//! ```

mod timing;

use certwright::hooks::{Kernel, ec_kernels, kernels};
use std::cell::RefCell;
use timing::{Case, Options, figure, take_turns};

/// Operations in one sample, at least: a clock has to be read for each.
const SAMPLE: u64 = 20_000;

fn main() {
    let options = Options::from_args();
    println!(
        "on {}, {} arithmetic",
        timing::processor(),
        certwright::backend()
    );
    let of_keys = [
        include_str!("../vectors/root.key"),
        include_str!("../vectors/ca-rsa3072.key"),
        include_str!("../vectors/ca-rsa4096.key"),
    ]
    .map(kernels);
    for kernels in [ec_kernels()].into_iter().chain(of_keys) {
        let kernels: Vec<_> = kernels.into_iter().map(RefCell::new).collect();
        if kernels.is_empty() {
            println!("this build or this processor has no kernels");
            return;
        }
        let mut cases: Vec<_> = kernels.iter().map(case).collect();
        take_turns(&mut cases, options.budget());
        print(&kernels, &mut cases);
    }
}

fn case(kernel: &RefCell<Kernel>) -> Case<'_> {
    let operations = kernel.borrow().operations;
    let runs = SAMPLE.div_ceil(operations);
    let units = u32::try_from(runs).expect("a few runs");
    let name = kernel.borrow().name.clone();
    Case::new(name, units, move || {
        let mut kernel = kernel.borrow_mut();
        for _ in 0..runs {
            kernel.run();
        }
    })
}

#[allow(clippy::cast_precision_loss, reason = "the numbers are small")]
fn print(kernels: &[RefCell<Kernel>], cases: &mut [Case<'_>]) {
    println!(
        "\n{:<30} {:>10} {:>10} {:>14} {:>10}",
        "kernel", "operations", "min us", "us per result", "of limit"
    );
    let mut per_operation = f64::NAN;
    for (kernel, case) in kernels.iter().zip(cases) {
        let kernel = kernel.borrow();
        let (name, samples) = case.row();
        let min = samples.percentile(0);
        let operations = kernel.operations as f64;
        if name == "limit" {
            per_operation = min / operations;
        }
        let result = min / f64::from(kernel.units);
        let share = 100.0 * per_operation * operations / min;
        println!("{name:<30} {operations:>10} {min:>10.3} {result:>14.3} {share:>9.1}%");
        if name != "limit" {
            figure(&format!("kernel_{name}"), result, "us");
            figure(&format!("kernel_{name}_of_limit"), share, "percent");
        }
    }
}
