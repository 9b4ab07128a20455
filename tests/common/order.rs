//! Of two faults, which one is reported: the order of the checks, as a table of faults.

use super::rows::each_named;
use certwright::{Error, ErrorCode};

/// A check, by a fault that it finds.
pub struct Fault<D> {
    /// For the table of what takes the place of what, and for messages.
    pub name: &'static str,
    pub code: ErrorCode,
    pub field: &'static str,
    /// A part of the message, where code and field are those of other faults too.
    pub says: &'static str,
    pub put: fn(&mut D),
}

pub const fn fault<D>(
    name: &'static str,
    code: ErrorCode,
    field: &'static str,
    says: &'static str,
    put: fn(&mut D),
) -> Fault<D> {
    Fault {
        name,
        code,
        field,
        says,
        put,
    }
}

/// Each fault alone, and before each that stands behind it in the table. `exclusive` has the names of
/// those that cannot be there together: one takes the place of the other, or hides it.
#[track_caller]
pub fn each_comes_first<D: Clone>(
    draft: &D,
    faults: &[Fault<D>],
    exclusive: &[[&str; 2]],
    answer: impl Fn(&D) -> Result<(), Error>,
) {
    if let Err(error) = answer(draft) {
        panic!("without a fault: {error}");
    }
    for name in exclusive.iter().flatten() {
        assert!(faults.iter().any(|fault| fault.name == *name), "no {name}");
    }
    let mut rows = Vec::new();
    for (index, first) in faults.iter().enumerate() {
        rows.push((first.name.to_owned(), (first, None)));
        for second in &faults[index + 1..] {
            if !exclusive.contains(&[first.name, second.name]) {
                let name = format!("{} before {}", first.name, second.name);
                rows.push((name, (first, Some(second))));
            }
        }
    }
    each_named(rows, |(first, second)| {
        let mut draft = draft.clone();
        if let Some(second) = second {
            (second.put)(&mut draft);
        }
        (first.put)(&mut draft);
        let error = answer(&draft).unwrap_err();
        let found = (error.code(), error.target());
        assert_eq!(found, (first.code, Some(first.field)), "{error}");
        assert!(error.message().contains(first.says), "{error}");
    });
}
