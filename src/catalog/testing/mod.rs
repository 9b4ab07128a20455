//! What shows that a [`Store`](super::Store) keeps its promises (feature `testing`).
//!
//! ```
//! use certwright::catalog::MemoryStore;
//! use certwright::catalog::testing::{Subject, check};
//! use std::sync::Arc;
//!
//! #[derive(Default)]
//! struct InMemory(Arc<MemoryStore>);
//!
//! impl Subject for InMemory {
//!     type Store = Arc<MemoryStore>;
//!     fn open(&self) -> Self::Store {
//!         Arc::clone(&self.0)
//!     }
//! }
//!
//! check(InMemory::default);
//! ```

mod conflicts;
mod contents;
mod crashes;
mod fixtures;
mod jobs;
mod keeping;
mod operations;
mod subject;
mod whole;

pub use subject::Subject;
pub use whole::assert_whole;

use fixtures::Fixtures;

/// Runs every check. `new` gives an empty subject each time.
///
/// # Panics
///
/// If the store breaks a promise; the message says which one.
pub fn check<S: Subject>(new: impl Fn() -> S) {
    let fixtures = Fixtures::new();
    keeping::reads_what_was_committed(&new(), &fixtures);
    conflicts::refuses_conflicts_as_a_whole(&new(), &fixtures);
    jobs::holds_names_for_jobs(&new(), &fixtures);
    keeping::records_what_cas_signed(&new(), &fixtures);
    conflicts::lets_one_of_two_writers_have_a_name(&new(), &fixtures);
    crashes::a_crash_leaves_all_or_nothing(&new, &fixtures);
    operations::a_crash_between_commits_leaves_nothing_half_done(&new, &fixtures);
}
