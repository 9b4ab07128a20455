//! The body of [`install`](crate::install()).

use super::{FIXED, KEPT_BY_THE_HOST, alternatives, pass_over, readable};
use crate::json::Fields;
use crate::{Error, InstallRequest};

const FIELDS: &[&str] = &[
    "type",
    "common_name",
    "name",
    "public_certificate",
    "private_key",
    "intermediate_certificates",
    "serial_number",
    "key_size",
];

/// Texts that are those of the certificate; clients forward what their user set for a creation.
const PASSED_OVER: &[&str] = &["expiry_time", "hash_function"];

readable!(
    InstallRequest,
    r##"use certwright::{ErrorCode, InstallRequest};

let body = br#"{"type":"server_ca","public_certificate":"-----BEGIN CERTIFICATE-----..."}"#;
assert_eq!(InstallRequest::from_json(body)?.r#type, "server_ca");

let error = InstallRequest::from_json(br#"{"private_key":["key"]}"#).unwrap_err();
assert_eq!(error.code(), ErrorCode::ValueInvalid);
assert_eq!(error.message(), "\"private_key\" is a list; accepted is a string");"##
);

impl InstallRequest {
    /// `scope` and `svm` are for the host.
    fn from_fields(mut fields: Fields) -> Result<Self, Error> {
        let known = [FIELDS, PASSED_OVER, KEPT_BY_THE_HOST, &alternatives::FIELDS];
        fields.check_names(&known.concat(), FIXED)?;
        let intermediates = fields.list("intermediate_certificates")?;
        let request = Self {
            r#type: fields.text("type")?.unwrap_or_default(),
            public_certificate: fields.text("public_certificate")?.unwrap_or_default(),
            private_key: fields.secret("private_key")?,
            intermediate_certificates: intermediates.unwrap_or_default(),
            common_name: fields.text("common_name")?,
            name: fields.text("name")?,
            serial_number: fields.text("serial_number")?,
        };
        fields.number("key_size")?;
        alternatives::take(&mut fields)?;
        pass_over(&mut fields, PASSED_OVER)?;
        pass_over(&mut fields, KEPT_BY_THE_HOST)?;
        Ok(request)
    }
}
