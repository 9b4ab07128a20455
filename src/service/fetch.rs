//! Reading ahead: records lie all over the memory, and a pass over a hundred thousand of them waits
//! for it most of the time. What is read of several records at once is waited for once.

use super::field::{Field, FieldSet};
use super::view::{Item, Value, value};
use crate::catalog::Record;
use std::hint::black_box;

/// How many records are read at once: as many as the processor can wait for together.
pub(super) const BATCH: usize = 16;

/// How much of the memory comes at once, in octets.
const LINE: usize = 64;

/// Touches what the fields of these records have.
pub(super) fn fetch(records: &[&Record], fields: FieldSet) {
    for field in Field::ALL.into_iter().filter(|field| fields.has(*field)) {
        let touched = records.iter().map(|record| match value(record, field) {
            Value::One(Item::Text(text)) => touch(text.as_bytes()),
            Value::One(Item::Certificate(certificate)) => touch(certificate.der()),
            Value::List(list) => list.first().map_or(0, |first| touch(first.as_bytes())),
            Value::One(Item::Number(_) | Item::Instant(_) | Item::Uuid(_)) => 1,
            Value::Unset => 0,
        });
        // The sum keeps the compiler from leaving it out.
        black_box(touched.fold(0, u8::wrapping_add));
    }
}

fn touch(octets: &[u8]) -> u8 {
    let lines = octets.iter().step_by(LINE);
    lines.fold(0, |sum, octet| sum.wrapping_add(*octet))
}
