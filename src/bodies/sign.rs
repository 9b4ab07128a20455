//! The body of [`sign`](crate::sign()).

use super::readable;
use crate::json::Fields;
use crate::{Error, SignRequest};

const FIELDS: &[&str] = &["signing_request", "hash_function", "expiry_time"];

readable!(
    SignRequest,
    r##"use certwright::SignRequest;

let request = SignRequest::from_json(br#"{"signing_request":"CSR","expiry_time":"P90D"}"#)?;
assert_eq!(request, SignRequest::new("CSR").with_expiry("P90D"));"##
);

impl SignRequest {
    fn from_fields(mut fields: Fields) -> Result<Self, Error> {
        fields.check_names(FIELDS, &[])?;
        Ok(Self {
            signing_request: fields.text("signing_request")?.unwrap_or_default(),
            hash_function: fields.text("hash_function")?,
            expiry_time: fields.text("expiry_time")?,
        })
    }
}
