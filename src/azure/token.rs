//! The first exchange: an access token for the vault, by the client credentials grant of OAuth 2.0
//! (RFC 6749 section 4.4).

use super::configuration::{Configuration, Credential, Target};
use super::http::{ANSWER_MAX, HttpRequest, HttpResponse};
use super::{SecretText, configuration};
use crate::base::error::quoted;
use crate::base::escape::{UNRESERVED, escaped};
use crate::crypto::Seed;
use crate::json::Fields;
use crate::{Error, ErrorCode, Time};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const PUBLIC_SCOPE: &str = "https://vault.azure.net/.default";

/// The request, and the assertion in it, if there is one.
pub(super) fn request(
    configuration: &Configuration,
    now: Time,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<(HttpRequest, SecretText), Error> {
    let target = &configuration.target;
    let Target {
        oauth_host,
        tenant_id,
        client_id,
        ..
    } = target;
    let url = format!("https://{oauth_host}/{tenant_id}/oauth2/v2.0/token");
    let scope = scope(target);
    let mut fields = vec![
        ("grant_type", "client_credentials"),
        ("client_id", client_id),
        ("scope", &scope),
    ];
    let assertion = match &configuration.credential {
        Credential::Secret(_) => SecretText::default(),
        Credential::Certificate(key) => {
            let seed = Seed::draw(rng);
            key.assertion(client_id, &url, now, &seed)?.into()
        }
    };
    match &configuration.credential {
        Credential::Secret(secret) => fields.push(("client_secret", secret.as_str())),
        Credential::Certificate(_) => {
            fields.push(("client_assertion_type", ASSERTION_TYPE));
            fields.push(("client_assertion", assertion.as_str()));
        }
    }
    let request = HttpRequest::post(url, form(&fields), target);
    Ok((request, assertion))
}

/// The fields as `application/x-www-form-urlencoded`, in memory that does not move.
fn form(fields: &[(&str, &str)]) -> Zeroizing<Vec<u8>> {
    let length = |(name, value): &(&str, &str)| name.len() + 2 + 3 * value.len();
    let mut form = Zeroizing::new(Vec::with_capacity(fields.iter().map(length).sum()));
    for (name, value) in fields {
        if !form.is_empty() {
            form.push(b'&');
        }
        form.extend_from_slice(name.as_bytes());
        form.push(b'=');
        form.extend(escaped(value, UNRESERVED));
    }
    form
}

/// What the token is for: the vaults of the cloud that the host is in.
fn scope(target: &Target) -> String {
    let host = target.vault.host.to_ascii_lowercase();
    match host.split_once('.') {
        Some((_, cloud)) if cloud.starts_with("vault.") => format!("https://{cloud}/.default"),
        _ => PUBLIC_SCOPE.to_owned(),
    }
}

/// The token of an answer. `shown` withholds texts with a secret in them.
pub(super) fn read(
    answer: Result<HttpResponse, configuration::Failure>,
    shown: impl Fn(&str) -> String,
) -> Result<SecretText, Error> {
    let HttpResponse { status, body } = answer.map_err(|cause| {
        let why = quoted(&shown(&cause.to_string()));
        refused(format!("the Azure OAuth host gave no answer: {why}")).with_source(cause)
    })?;
    let fields = if body.len() > ANSWER_MAX {
        None
    } else {
        Fields::read(&body).ok()
    };
    let Some(mut fields) = fields else {
        return Err(refused(format!(
            "the Azure OAuth host answered {status}, and with something other than JSON"
        )));
    };
    if status == 200
        && let Some(token) = token(&mut fields)
    {
        return Ok(token);
    }
    let mut error = refused(format!(
        "the Azure OAuth host gave no access token; it answered {status}"
    ));
    for name in ["error", "error_description"] {
        if let Ok(Some(text)) = fields.secret::<SecretText>(name) {
            // The whole is looked at: a secret may have lines.
            let said = shown(text.as_str());
            error = error.with_argument(name, said.lines().next().unwrap_or_default());
        }
    }
    Err(error)
}

/// `access_token`, if it is one that a header can have (RFC 6750 section 2.1).
fn token(fields: &mut Fields) -> Option<SecretText> {
    let token_type = fields.text("token_type").ok()??;
    if !token_type.eq_ignore_ascii_case("Bearer") {
        return None;
    }
    let token = fields.secret::<SecretText>("access_token").ok()??;
    let is_in_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    let is_token = !token.as_str().is_empty() && token.as_str().bytes().all(is_in_token);
    is_token.then_some(token)
}

fn refused(message: String) -> Error {
    Error::new(ErrorCode::AzureAuthentication, message)
}
