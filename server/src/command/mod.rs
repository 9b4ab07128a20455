//! What the program does beside serving.

mod error;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod rotate_key;

pub(crate) use error::CommandError;
