//! The bodies of the operations in JSON: which fields each has, and of which type.
//!
//! Reading has one order of checks: not JSON, or a name twice (2); an unknown name, on any level
//! (262179); a name that a request cannot set (262196); a value of another type (262197). No message
//! has anything of a value in it.

mod alternatives;
mod create;
mod csr;
#[cfg(feature = "azure")]
mod download;
mod install;
mod sign;

/// `from_json` and `Deserialize`, by one function from [`Fields`](crate::json::Fields).
macro_rules! readable {
    ($body:ty, $example:literal) => {
        impl $body {
            /// Reads the body as JSON: at most 4 MiB of UTF-8; an empty one has no fields.
            ///
            /// A field that is `null` is absent, a string where a list of strings is meant is a
            /// list of one, and a number may also be given by its digits in a string. What the
            /// fields say is checked later.
            ///
            /// # Errors
            ///
            /// In the order of the checks:
            /// [`RequestInvalid`](crate::ErrorCode::RequestInvalid): it is not JSON, or a name is
            /// there twice ([`OutOfMemory`](crate::ErrorCode::OutOfMemory) above the limit);
            /// [`UnexpectedArgument`](crate::ErrorCode::UnexpectedArgument): a name that is no
            /// field, on any level;
            /// [`FieldNotSettable`](crate::ErrorCode::FieldNotSettable): a field that a request
            /// cannot set;
            /// [`ValueInvalid`](crate::ErrorCode::ValueInvalid): a value of another type. The
            /// target is the dotted path of the field; no message quotes a value.
            ///
            /// ```
            #[doc = $example]
            /// # Ok::<(), certwright::Error>(())
            /// ```
            #[cfg(feature = "json")]
            pub fn from_json(body: &[u8]) -> Result<Self, $crate::Error> {
                $crate::json::Fields::read(body).and_then(Self::from_fields)
            }
        }

        impl<'de> serde::Deserialize<'de> for $body {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                let value = $crate::json::Value::deserialize(input)?;
                $crate::json::Fields::of(value)
                    .and_then(Self::from_fields)
                    .map_err(serde::de::Error::custom)
            }
        }
    };
}
use readable;

/// Fields of `POST /security/certificates` that are for the layer that keeps certificates. They are
/// accepted, their types are checked, and they are passed over.
const KEPT_BY_THE_HOST: &[&str] = &["scope", "svm.name", "svm.uuid"];

/// Fields of a certificate's record that no request can set.
const FIXED: &[&str] = &[
    "uuid",
    "ca",
    "authority_key_identifier",
    "subject_key_identifier",
];

/// Checks the types of fields that are texts and are passed over.
fn pass_over(
    fields: &mut crate::json::Fields,
    names: &'static [&'static str],
) -> Result<(), crate::Error> {
    names
        .iter()
        .try_for_each(|name| fields.text(name).map(drop))
}
