//! The second exchange: the secret of the vault that holds the certificate with its key.

use super::SecretText;
use super::configuration::{Failure, Target};
use super::http::{ANSWER_MAX, HttpRequest, HttpResponse};
use crate::base::error::quoted;
use crate::json::Fields;
use crate::{Error, ErrorCode};
use zeroize::Zeroizing;

const API_VERSION: &str = "7.4";

/// A secret, as it is encoded.
pub(super) struct Secret {
    pub(super) format: SecretFormat,
    pub(super) value: SecretText,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SecretFormat {
    /// In base64.
    Pkcs12,
    Pem,
}

pub(super) fn request(token: &SecretText, target: &Target) -> HttpRequest {
    let Target { vault, name, .. } = target;
    let url = format!("https://{vault}/secrets/{name}?api-version={API_VERSION}");
    let token = token.as_str();
    let mut authorization = Zeroizing::new(String::with_capacity("Bearer ".len() + token.len()));
    authorization.push_str("Bearer ");
    authorization.push_str(token);
    HttpRequest::get(url, authorization.into(), target)
}

/// The secret of an answer. `shown` withholds texts with a secret in them.
pub(super) fn read(
    answer: Result<HttpResponse, Failure>,
    shown: impl Fn(&str) -> String,
) -> Result<Secret, Error> {
    let HttpResponse { status, body } = answer.map_err(|cause| {
        let why = quoted(&shown(&cause.to_string()));
        let message = format!("the key vault gave no answer: {why}");
        Error::new(ErrorCode::AzureCall, message).with_source(cause)
    })?;
    let is_short = body.len() <= ANSWER_MAX;
    match status {
        200 if is_short => secret(&body, shown),
        200 => Err(unreadable("it is larger than 1 MiB")),
        300..400 => {
            let message = format!(
                "the key vault answered {status} and leads elsewhere, where the token is not taken"
            );
            Err(Error::new(ErrorCode::AzureCall, message))
        }
        _ => {
            let message = format!("the key vault refused: it answered {status}");
            let said = is_short.then(|| refusal(&body)).flatten();
            Err(match said {
                Some((code, text)) => Error::new(ErrorCode::AzureOther, message)
                    .with_argument("code", &shown(code.as_str()))
                    .with_argument("message", &shown(text.as_str())),
                None => Error::new(ErrorCode::AzureCall, message),
            })
        }
    }
}

fn secret(body: &[u8], shown: impl Fn(&str) -> String) -> Result<Secret, Error> {
    let Ok(mut fields) = Fields::read(body) else {
        return Err(unreadable("it is not JSON"));
    };
    let Ok(Some(value)) = fields.secret::<SecretText>("value") else {
        return Err(unreadable("there is no text as its value"));
    };
    let content_type = fields.text("contentType").ok().flatten();
    let format = content_type.as_deref().and_then(SecretFormat::of);
    let Some(format) = format else {
        let message = "the secret in the key vault is of another content type; accepted are \
                       application/x-pkcs12 and application/x-pem-file";
        let error = Error::new(ErrorCode::AzureContentType, message);
        return Err(match content_type {
            Some(content_type) => error.with_argument("contentType", &shown(&content_type)),
            None => error,
        });
    };
    Ok(Secret { format, value })
}

impl SecretFormat {
    /// Parameters and case do not count.
    fn of(content_type: &str) -> Option<Self> {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        match essence.to_ascii_lowercase().as_str() {
            "application/x-pkcs12" => Some(Self::Pkcs12),
            "application/x-pem-file" => Some(Self::Pem),
            _ => None,
        }
    }
}

/// `error.code` and `error.message`.
fn refusal(body: &[u8]) -> Option<(SecretText, SecretText)> {
    let mut fields = Fields::read(body).ok()?;
    let code = fields.secret("error.code").ok()??;
    let message = fields.secret("error.message").ok()??;
    Some((code, message))
}

fn unreadable(why: &str) -> Error {
    let message = format!("the answer of the key vault is not readable: {why}");
    Error::new(ErrorCode::AzureResponse, message)
}
