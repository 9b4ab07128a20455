//! The refusals that are the catalog's own. Clients compare some of their texts.

use super::job::JobError;
use crate::{Error, ErrorCode};

/// Another record has the name or is the certificate.
pub(super) fn duplicate() -> Error {
    Error::new(ErrorCode::DuplicateEntry, "duplicate entry").with_target("uuid")
}

/// There is no such record, CA or job.
pub(crate) fn not_found(target: &'static str) -> Error {
    Error::new(ErrorCode::EntryNotFound, "entry doesn't exist").with_target(target)
}

/// The same error about an element of a list.
pub(crate) fn in_element(error: Error, index: usize) -> Error {
    let target = match error.target() {
        Some(field) => format!("records[{index}].{field}"),
        None => format!("records[{index}]"),
    };
    error.with_target(target)
}

/// One error for each of `count` requests: the cause stays with the first.
pub(super) fn for_each(error: Error, count: usize) -> impl Iterator<Item = Error> {
    let others = JobError::from(&error);
    std::iter::once(error)
        .chain(std::iter::repeat_with(move || others.to_error()))
        .take(count)
}

/// A store that says done and has nothing.
pub(super) fn no_record() -> Error {
    Error::new(ErrorCode::StoreFailed, "the record is not there")
}
