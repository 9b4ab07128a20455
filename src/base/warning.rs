//! [`Warning`]: what is granted or taken in, and still worth a word.

/// Something that a caller should know of a result: it was made, and may not do what was meant.
///
/// A REST host logs warnings; they are no part of the API's records.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {}
