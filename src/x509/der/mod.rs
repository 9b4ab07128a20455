//! DER, read and written by elements.

pub(crate) mod element;
pub(crate) mod oid;
pub(crate) mod span;
pub(crate) mod time;
pub(crate) mod write;
