//! The body of [`generate_csr`](crate::generate_csr).

use super::{alternatives, readable};
use crate::json::Fields;
use crate::{CsrRequest, Error, ErrorCode};

const FIELDS: &[&str] = &[
    "algorithm",
    "security_strength",
    "hash_function",
    "subject_name",
    "key_usages",
    "key_usage",
    "extended_key_usages",
    "extended_key_usage",
];

readable!(
    CsrRequest,
    r##"use certwright::{CsrRequest, ErrorCode};

let body = br#"{"subject_name":"CN=a","security_strength":128,"key_usage":"digitalSignature"}"#;
let request = CsrRequest::from_json(body)?;
assert_eq!(request.security_strength.as_deref(), Some("128"));
assert_eq!(request.key_usages, ["digitalSignature"]);

// The API's clients have two spellings; at once they are refused.
let error = CsrRequest::from_json(br#"{"key_usage":[],"key_usages":[]}"#).unwrap_err();
assert_eq!(error.code(), ErrorCode::RequestInvalid);"##
);

impl CsrRequest {
    fn from_fields(mut fields: Fields) -> Result<Self, Error> {
        fields.check_names(&[FIELDS, &alternatives::FIELDS].concat(), &[])?;
        Ok(Self {
            algorithm: fields.text("algorithm")?,
            security_strength: fields.number_or_text("security_strength")?,
            hash_function: fields.text("hash_function")?,
            subject_name: fields.text("subject_name")?,
            subject_alternatives: alternatives::take(&mut fields)?,
            key_usages: in_either_spelling(&mut fields, "key_usages", "key_usage")?,
            extended_key_usages: in_either_spelling(
                &mut fields,
                "extended_key_usages",
                "extended_key_usage",
            )?,
        })
    }
}

fn in_either_spelling(
    fields: &mut Fields,
    plural: &'static str,
    singular: &'static str,
) -> Result<Vec<String>, Error> {
    match (fields.list(plural)?, fields.list(singular)?) {
        (Some(_), Some(_)) => {
            let message = format!("\"{plural}\" is given twice: as \"{singular}\" too");
            Err(Error::new(ErrorCode::RequestInvalid, message).with_target(singular))
        }
        (names, None) | (None, names) => Ok(names.unwrap_or_default()),
    }
}
