//! JSON bodies, read strictly: every name and every type is checked, a name that is given twice is
//! refused, and no error has anything of a value in it, since any of them may be a key.
//!
//! The reader is the crate's own, because those of other crates unescape strings in buffers that
//! are not wiped. What `Deserialize` of the bodies accepts is decided here too: [`Value`] comes from
//! a text or from any other format that describes itself, and [`Fields`] does the rest.

mod fields;
#[cfg(feature = "json")]
mod text;
mod value;

pub(crate) use fields::Fields;
#[cfg(feature = "service")]
pub(crate) use text::check_size;
pub(crate) use value::Value;
