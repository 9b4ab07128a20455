//! [`Subject`]: what is tested.

use crate::catalog::Store;

/// Something that stores are opened on: a folder, a database. A new one is empty.
pub trait Subject {
    /// The store under test.
    type Store: Store + 'static;

    /// Opens what is there. Stores opened before are not used any more, or see the same.
    fn open(&self) -> Self::Store;

    /// As [`open`](Self::open), but after `steps` steps of its writing (a write, a flush, a rename)
    /// the store stops, as if power had failed: that commit and all that follow do nothing more.
    /// `None` for a store whose writing has no steps that could be told apart.
    fn open_crashing(&self, steps: usize) -> Option<Self::Store> {
        let _ = steps;
        None
    }
}
