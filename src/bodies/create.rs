//! The body of [`create`](crate::create()).

use super::{FIXED, KEPT_BY_THE_HOST, alternatives, pass_over, readable};
use crate::json::Fields;
use crate::{CreateRequest, Error, ErrorCode};

const FIELDS: &[&str] = &[
    "type",
    "common_name",
    "algorithm",
    "key_size",
    "hash_function",
    "expiry_time",
    "serial_number",
    "name",
];

/// Fields of an installation. Passed over, a forgotten certificate would become a self-signed one.
const OF_AN_INSTALLATION: [&str; 3] = [
    "public_certificate",
    "private_key",
    "intermediate_certificates",
];

readable!(
    CreateRequest,
    r##"use certwright::{CreateRequest, ErrorCode};

let body = br#"{"type":"server","common_name":"www.example.com","key_size":"3072"}"#;
let request = CreateRequest::from_json(body)?;
assert_eq!(request, CreateRequest::server("www.example.com").with_key_size(3072));

let error = CreateRequest::from_json(br#"{"expiry_tme":"P90D"}"#).unwrap_err();
assert_eq!(error.code(), ErrorCode::UnexpectedArgument);
assert_eq!(error.target(), Some("expiry_tme"));"##
);

impl CreateRequest {
    /// `name`, `scope` and `svm` are for the host.
    fn from_fields(mut fields: Fields) -> Result<Self, Error> {
        let known = [
            FIELDS,
            KEPT_BY_THE_HOST,
            &alternatives::FIELDS,
            &OF_AN_INSTALLATION,
        ];
        fields.check_names(&known.concat(), FIXED)?;
        let request = Self {
            r#type: fields.text("type")?.unwrap_or_default(),
            common_name: fields.text("common_name")?,
            algorithm: fields.text("algorithm")?,
            key_size: fields.number("key_size")?,
            hash_function: fields.text("hash_function")?,
            expiry_time: fields.text("expiry_time")?,
            subject_alternatives: alternatives::take(&mut fields)?,
            serial_number: fields.text("serial_number")?,
        };
        pass_over(&mut fields, &["name"])?;
        pass_over(&mut fields, KEPT_BY_THE_HOST)?;
        match OF_AN_INSTALLATION.iter().find(|name| fields.has(name)) {
            Some(name) => {
                let message = format!(
                    "\"{name}\" is accepted with a certificate that is installed, not created"
                );
                Err(Error::new(ErrorCode::CreateFailed, message).with_target(*name))
            }
            None => Ok(request),
        }
    }
}
