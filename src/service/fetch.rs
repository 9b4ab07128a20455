//! Reading ahead: records lie all over the memory, and a pass over a hundred thousand of them waits
//! for it most of the time. What is read of several records at once is waited for once.

use super::field::{Field, FieldSet};
use super::view::{Item, Value, value};
use crate::catalog::Record;
use std::hint::black_box;

/// How many records are read at once: as many as the processor can wait for together.
pub(super) const BATCH: usize = 32;

/// How much of the memory comes at once, in octets.
const LINE: usize = 64;

/// Touches these records, then what their fields have: one step of the way after the other, as none can
/// be made before the one before it.
pub(super) fn fetch(records: &[&Record], fields: FieldSet) {
    touch(records, |record| usize::from(record.scope.svm().is_some()));
    for step in [<[u8]>::len, each_line] {
        for field in Field::ALL.into_iter().filter(|field| fields.has(*field)) {
            touch(records, |record| step(octets(record, field)));
        }
    }
}

fn touch(records: &[&Record], read: impl Fn(&Record) -> usize) {
    let sum = records
        .iter()
        .fold(0_usize, |sum, record| sum.wrapping_add(read(record)));
    // The compiler must not leave out what nobody needs.
    black_box(sum);
}

fn each_line(octets: &[u8]) -> usize {
    let lines = octets.iter().step_by(LINE);
    lines.map(|octet| usize::from(*octet)).sum()
}

/// What the field has outside of the record itself.
fn octets(record: &Record, field: Field) -> &[u8] {
    match value(record, field) {
        Value::One(Item::Text(text)) => text.as_bytes(),
        Value::One(Item::Certificate(certificate)) => certificate.der(),
        Value::List([first, ..]) => first.as_bytes(),
        Value::One(Item::Number(_) | Item::Instant(_) | Item::Uuid(_))
        | Value::List([])
        | Value::Unset => &[],
    }
}
