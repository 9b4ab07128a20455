//! Fields of JSON bodies that may be `null`, which says the same as leaving them out.

use serde::{Deserialize, Deserializer};

/// For `deserialize_with`.
pub(crate) fn or_default<'de, T, D>(input: D) -> Result<T, D::Error>
where
    T: Default + Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(input).map(Option::unwrap_or_default)
}
