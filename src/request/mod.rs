//! The text of REST bodies, read into typed values: each refusal with its code and its field.

pub(crate) mod alternatives;
pub(crate) mod common_name;
pub(crate) mod expiry;
pub(crate) mod hash_function;
pub(crate) mod key_size;
pub(crate) mod kind;
pub(crate) mod serial_number;
pub(crate) mod subject_name;
pub(crate) mod usages;
