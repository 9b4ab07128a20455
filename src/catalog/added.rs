//! [`Added`]: what came of an addition.

use super::record::{AddedRecord, Record};
use super::work::Work;
use std::sync::Arc;

/// What came of an [`Addition`](super::Addition).
#[derive(Debug)]
#[non_exhaustive]
#[allow(
    clippy::large_enum_variant,
    reason = "it is moved once, to whoever runs it"
)]
pub enum Added {
    /// The record that is there now.
    Record(AddedRecord),
    /// A job that somebody must [`run`](super::Catalog::run).
    Work(Work),
}

impl Added {
    /// The record, unless it is a job.
    ///
    /// ```
    /// # fn example(added: certwright::catalog::Added) {
    /// if let Some(record) = added.into_record() {
    ///     println!("{}", record.uuid);
    /// }
    /// # }
    /// ```
    pub fn into_record(self) -> Option<Arc<Record>> {
        match self {
            Self::Record(added) => Some(added.record),
            Self::Work(_) => None,
        }
    }
}
