//! Tests of many rows.

use std::any::Any;
use std::fmt::{Debug, Display};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Tries every row of a table, and fails at the end, with the names of the rows that failed and
/// what each said. A row is named by how it is shown.
#[track_caller]
pub fn each_row<R: Debug>(rows: impl IntoIterator<Item = R>, check: impl Fn(R)) {
    let named = rows.into_iter().map(|row| {
        let name: String = format!("{row:?}").chars().take(100).collect();
        (name, row)
    });
    each_named(named, check);
}

/// As [`each_row`], for rows that come with a name.
#[track_caller]
pub fn each_named<N: Display, R>(rows: impl IntoIterator<Item = (N, R)>, check: impl Fn(R)) {
    let (mut count, mut failed) = (0, Vec::new());
    for (name, row) in rows {
        count += 1;
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| check(row))) {
            failed.push(format!("{name}: {}", message(&*payload)));
        }
    }
    assert!(count > 0, "a table without rows");
    let number = failed.len();
    assert!(
        failed.is_empty(),
        "{number} of {count} rows failed:\n{}",
        failed.join("\n")
    );
}

/// What a panic said.
fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words")
}
