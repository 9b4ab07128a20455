//! The bodies of requests, checked into what the catalog takes.

use super::headers::ScopeHeaders;
use super::refusals::invalid;
use crate::catalog::{Addition, ScopeRequest, Uuid, in_element};
use crate::json::Fields;
use crate::{CreateRequest, CsrRequest, Error, ErrorCode, InstallRequest, SignRequest};

/// Every field of a certificate that a POST may have.
const FIELDS: &[&str] = &[
    "type",
    "common_name",
    "name",
    "svm.name",
    "svm.uuid",
    "scope",
    "key_size",
    "hash_function",
    "expiry_time",
    "subject_alternatives.dns",
    "subject_alternatives.email",
    "subject_alternatives.ip",
    "subject_alternatives.uri",
    "public_certificate",
    "private_key",
    "intermediate_certificates",
    "serial_number",
    "algorithm",
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

/// Those that the system makes.
const FIXED: &[&str] = &[
    "uuid",
    "ca",
    "authority_key_identifier",
    "subject_key_identifier",
];

/// What a download from a key vault does not have.
const NOT_WITH_AZURE: &[&str] = &[
    "public_certificate",
    "private_key",
    "intermediate_certificates",
    "subject_alternatives",
    "key_size",
    "hash_function",
    "expiry_time",
];

/// A body of POST on the collection.
pub(super) enum Post {
    One(Box<Addition>),
    Many(Vec<Addition>),
}

/// # Errors
///
/// What `from_json` of the requests refuses, and in that order; then what the operation does not
/// take; then a scope that is not that of the headers.
pub(super) fn post(body: &[u8], scope: &ScopeHeaders) -> Result<Post, Error> {
    let mut fields = Fields::read(body)?;
    if !fields.is_only("records") {
        return addition(fields, scope).map(|addition| Post::One(Box::new(addition)));
    }
    let elements = fields.objects("records")?.unwrap_or_default();
    let additions = elements
        .into_iter()
        .enumerate()
        .map(|(index, fields)| addition(fields, scope).map_err(|error| in_element(error, index)));
    additions.collect::<Result<_, _>>().map(Post::Many)
}

fn addition(mut fields: Fields, scope: &ScopeHeaders) -> Result<Addition, Error> {
    fields.check_names(FIELDS, FIXED)?;
    if fields.has("azure") {
        refuse_beside_azure(&fields)?;
        return download(fields, scope);
    }
    let is_installed = fields.has("public_certificate");
    let request = scope_of(&mut fields)?;
    let name = fields.text("name")?;
    let mut addition = if is_installed {
        // A creation's.
        fields.text("algorithm")?;
        let mut request = InstallRequest::from_fields(fields)?;
        respell(&mut request.r#type);
        request.kind()?;
        Addition::from(request)
    } else {
        let mut request = CreateRequest::from_fields(fields)?;
        respell(&mut request.r#type);
        request.kind()?;
        Addition::from(request)
    };
    addition.name = name;
    Ok(addition.with_scope(scope.confine(request)?))
}

/// Some clients write the types with a hyphen.
fn respell(kind: &mut String) {
    let known = ["client-ca", "server-ca", "root-ca"];
    if known.contains(&kind.as_str()) {
        *kind = kind.replace('-', "_");
    }
}

fn refuse_beside_azure(fields: &Fields) -> Result<(), Error> {
    let Some(name) = NOT_WITH_AZURE.iter().find(|name| fields.has(name)) else {
        return Ok(());
    };
    let message = format!("\"{name}\" is not accepted where a certificate is downloaded");
    Err(Error::new(ErrorCode::AzureConfigurationIncorrect, message).with_target(*name))
}

/// A download from a key vault.
#[cfg(feature = "azure")]
fn download(mut fields: Fields, scope: &ScopeHeaders) -> Result<Addition, Error> {
    let request = scope_of(&mut fields)?;
    // A creation's.
    fields.text("algorithm")?;
    let mut download = crate::azure::DownloadRequest::from_fields(fields)?;
    respell(&mut download.r#type);
    download.kind()?;
    Ok(Addition::from(download).with_scope(scope.confine(request)?))
}

#[cfg(not(feature = "azure"))]
fn download(_: Fields, _: &ScopeHeaders) -> Result<Addition, Error> {
    let message = "this server does not download certificates from a key vault";
    Err(Error::new(ErrorCode::AzureConfigurationIncorrect, message).with_target("azure"))
}

fn scope_of(fields: &mut Fields) -> Result<ScopeRequest, Error> {
    Ok(ScopeRequest {
        svm_name: fields.text("svm.name")?,
        svm_uuid: fields.text("svm.uuid")?,
        scope: fields.text("scope")?,
    })
}

pub(super) fn sign(body: &[u8]) -> Result<SignRequest, Error> {
    SignRequest::from_json(body)
}

pub(super) fn csr(body: &[u8]) -> Result<CsrRequest, Error> {
    CsrRequest::from_json(body)
}

/// A body that has nothing to say.
pub(super) fn nothing(body: &[u8]) -> Result<(), Error> {
    Fields::read(body)?.check_names(&[], &[])
}

/// The records that a DELETE on the collection lists; `None` if it has no list.
pub(super) fn deletion(body: &[u8]) -> Result<Option<Vec<Uuid>>, Error> {
    let mut fields = Fields::read(body)?;
    fields.check_names(&["records"], &[])?;
    let Some(elements) = fields.objects("records")? else {
        return Ok(None);
    };
    if elements.is_empty() {
        return Err(invalid("the list of records is empty").with_target("records"));
    }
    let uuid = |mut fields: Fields| {
        fields.check_names(&["uuid"], &[])?;
        let text = fields
            .text("uuid")?
            .ok_or_else(|| invalid("a record of the list has no uuid").with_target("uuid"))?;
        let message = "the record of the list has a uuid that is none";
        text.parse()
            .map_err(|_| Error::new(ErrorCode::ValueInvalid, message).with_target("uuid"))
    };
    let uuids = elements
        .into_iter()
        .enumerate()
        .map(|(index, fields)| uuid(fields).map_err(|error| in_element(error, index)));
    uuids.collect::<Result<_, _>>().map(Some)
}
