//! The body of a download from a key vault.

use super::{FIXED, KEPT_BY_THE_HOST, pass_over, readable};
use crate::Error;
use crate::azure::{DownloadRequest, ProxyRequest};
use crate::json::Fields;

const FIELDS: &[&str] = &[
    "type",
    "common_name",
    "name",
    "serial_number",
    "azure.key_vault",
    "azure.client_id",
    "azure.tenant_id",
    "azure.client_secret",
    "azure.client_certificate",
    "azure.oauth_host",
    "azure.timeout",
    "azure.verify_host",
    "azure.proxy.type",
    "azure.proxy.host",
    "azure.proxy.port",
    "azure.proxy.username",
    "azure.proxy.password",
];

readable!(
    DownloadRequest,
    r##"use certwright::ErrorCode;
use certwright::azure::DownloadRequest;

let body = br#"{"type":"client","name":"me","azure":{"key_vault":"https://example.vault.azure.net","timeout":10}}"#;
let request = DownloadRequest::from_json(body)?;
assert_eq!(request.timeout.as_deref(), Some("10"));

let error = DownloadRequest::from_json(br#"{"azure":{"client_secret":7}}"#).unwrap_err();
assert_eq!(error.code(), ErrorCode::ValueInvalid);
assert_eq!(error.target(), Some("azure.client_secret"));"##
);

impl DownloadRequest {
    /// `scope` and `svm` are for the host.
    pub(crate) fn from_fields(mut fields: Fields) -> Result<Self, Error> {
        fields.check_names(&[FIELDS, KEPT_BY_THE_HOST].concat(), FIXED)?;
        fields.has_object("azure")?;
        let request = Self {
            r#type: fields.text("type")?.unwrap_or_default(),
            name: fields.text("name")?,
            common_name: fields.text("common_name")?,
            serial_number: fields.text("serial_number")?,
            key_vault: fields.text("azure.key_vault")?,
            client_id: fields.text("azure.client_id")?,
            tenant_id: fields.text("azure.tenant_id")?,
            client_secret: fields.secret("azure.client_secret")?,
            client_certificate: fields.secret("azure.client_certificate")?,
            oauth_host: fields.text("azure.oauth_host")?,
            timeout: fields.number_or_text("azure.timeout")?,
            verify_host: fields.boolean("azure.verify_host")?,
            proxy: if fields.has_object("azure.proxy")? {
                Some(ProxyRequest {
                    r#type: fields.text("azure.proxy.type")?,
                    host: fields.text("azure.proxy.host")?,
                    port: fields.number_or_text("azure.proxy.port")?,
                    username: fields.text("azure.proxy.username")?,
                    password: fields.secret("azure.proxy.password")?,
                })
            } else {
                None
            },
        };
        pass_over(&mut fields, KEPT_BY_THE_HOST)?;
        Ok(request)
    }
}
