//! Every failure of the engine: [`Error`].

use super::code::ErrorCode;
use super::hidden::is_hidden;
use super::secret::instead_of_key;
use std::borrow::Cow;
use std::fmt;

/// One of the `arguments` of an error body: a value that the message speaks of, for machines.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ErrorArgument {
    /// What the value is, e.g. `value`, or the number of an error further down.
    pub code: String,
    /// The value itself, shortened and with control characters escaped. Never secret.
    pub message: String,
}

/// The longest value that is quoted in a message or an argument, in characters and, escaped, in octets.
const QUOTED: usize = 64;
const QUOTED_OCTETS: usize = 256;

/// A refusal: the numeric code, a message in our own words, the request field it is about, and
/// the cause as [`source`](std::error::Error::source).
///
/// No message, argument or source contains key material.
///
/// ```
/// use certwright::{CreateRequest, ErrorCode, Policy, Time};
/// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
/// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
/// let request = CreateRequest::root_ca("ROOT").with_expiry("P11Y");
/// let error = certwright::create(&request, &policy, &mut rng).unwrap_err();
///
/// assert_eq!(error.code(), ErrorCode::ExpiryOutOfRange);
/// assert_eq!(error.target(), Some("expiry_time"));
/// assert_eq!(
///     error.to_string(),
///     "3735701: \"P11Y\" ends 4018 days from now; accepted are 1 to 3652 days, or 10 years (expiry_time)",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// With the `serde` feature an error serializes as the API's error body:
/// `{"error":{"code":"3735701","message":"…","target":"expiry_time","arguments":[…]}}`.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    code: ErrorCode,
    message: Cow<'static, str>,
    target: Option<Cow<'static, str>>,
    http_status: Option<u16>,
    arguments: Vec<ErrorArgument>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error of the host's own (its store, its catalog) in the engine's type.
    ///
    /// ```
    /// use certwright::{Error, ErrorCode};
    ///
    /// let error = Error::new(ErrorCode::StoreFailed, "the volume is read-only");
    /// assert_eq!(error.to_string(), "3735646: the volume is read-only");
    /// ```
    pub fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            code,
            message: bounded(message.into()),
            target: None,
            http_status: None,
            arguments: Vec::new(),
            source: None,
        }))
    }

    /// The refusal of a `value` that is none of those that are accepted: `"x" is not a y; accepted
    /// are z`.
    pub(crate) fn not_accepted(
        code: ErrorCode,
        target: &'static str,
        value: &str,
        noun: &str,
        accepted: &str,
    ) -> Self {
        let message = format!(
            "\"{}\" is not {noun}; accepted are {accepted}",
            quoted(value)
        );
        Self::new(code, message)
            .with_target(target)
            .with_argument("value", value)
    }

    /// The refusal of an input above a documented limit: the fault is the caller's, not that of a
    /// host short of memory, which has the same code.
    pub(crate) fn over_limit(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::OutOfMemory, message).with_http_status(400)
    }

    /// The same error under another code.
    pub(crate) fn with_code(mut self, code: ErrorCode) -> Self {
        self.0.code = code;
        self
    }

    /// Names the request field that the error is about. A path made at run time is shortened and
    /// escaped as values are.
    ///
    /// ```
    /// use certwright::{Error, ErrorCode};
    ///
    /// let error = Error::new(ErrorCode::EntryNotFound, "no such certificate").with_target("uuid");
    /// assert_eq!(error.target(), Some("uuid"));
    /// let error = error.with_target(format!("records[{}].type", 1));
    /// assert_eq!(error.target(), Some("records[1].type"));
    /// ```
    #[must_use]
    pub fn with_target(mut self, field: impl Into<Cow<'static, str>>) -> Self {
        self.0.target = Some(match field.into() {
            Cow::Owned(path) => quoted(&path).into(),
            fixed @ Cow::Borrowed(_) => fixed,
        });
        self
    }

    /// Sets the HTTP status of an answer with this error, where it is not that of the code.
    ///
    /// ```
    /// use certwright::{Error, ErrorCode};
    ///
    /// let error = Error::new(ErrorCode::StoreFailed, "the store is not reachable");
    /// assert_eq!(error.http_status(), 500);
    /// assert_eq!(error.with_http_status(503).http_status(), 503);
    /// ```
    #[must_use]
    pub fn with_http_status(mut self, status: u16) -> Self {
        self.0.http_status = Some(status);
        self
    }

    /// Attaches the cause.
    ///
    /// ```
    /// use certwright::{Error, ErrorCode};
    /// use std::error::Error as _;
    ///
    /// let cause = std::io::Error::other("disk full");
    /// let error = Error::new(ErrorCode::StoreFailed, "not stored").with_source(cause);
    /// assert_eq!(error.source().unwrap().to_string(), "disk full");
    /// ```
    #[must_use]
    pub fn with_source(
        mut self,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(cause.into());
        self
    }

    /// Adds an argument. The value is shortened and escaped.
    ///
    /// ```
    /// use certwright::{Error, ErrorCode};
    ///
    /// let error = Error::new(ErrorCode::InUse, "in use").with_argument("subsystem", "nfs");
    /// assert_eq!(error.arguments()[0].message, "nfs");
    /// ```
    #[must_use]
    pub fn with_argument(mut self, code: impl Into<String>, value: &str) -> Self {
        self.0.arguments.push(ErrorArgument {
            code: code.into(),
            message: quoted(value),
        });
        self
    }

    /// The numeric code.
    ///
    /// ```
    /// let error = certwright::inspect("").unwrap_err();
    /// assert_eq!(error.code(), certwright::ErrorCode::CertificateUnreadable);
    /// ```
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// What was wrong with which value, and what is accepted.
    ///
    /// ```
    /// let error = certwright::inspect("").unwrap_err();
    /// let message = "there is no certificate in the text: the text is empty; give its PEM, from the \
    ///                BEGIN line to the END line";
    /// assert_eq!(error.message(), message);
    /// ```
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The request field that the error is about, in the API's spelling.
    ///
    /// ```
    /// let error = certwright::inspect("").unwrap_err();
    /// assert_eq!(error.target(), Some("public_certificate"));
    /// ```
    pub fn target(&self) -> Option<&str> {
        self.0.target.as_deref()
    }

    /// The HTTP status of an answer with this error: the one it was raised with, else that of its
    /// [code](ErrorCode::http_status).
    ///
    /// ```
    /// let error = certwright::inspect("").unwrap_err();
    /// assert_eq!(error.http_status(), 400);
    /// ```
    pub fn http_status(&self) -> u16 {
        self.0.http_status.unwrap_or(self.0.code.http_status())
    }

    /// The values that the message speaks of.
    ///
    /// ```
    /// let error = certwright::inspect("").unwrap_err();
    /// assert!(error.arguments().is_empty());
    /// ```
    pub fn arguments(&self) -> &[ErrorArgument] {
        &self.0.arguments
    }
}

/// `value` as a message may have it: at most 64 characters, hidden ones escaped, and 256 octets. What may
/// be a key is not shown wherever it stands.
pub(crate) fn quoted(value: &str) -> String {
    if let Some(instead) = instead_of_key(value) {
        return instead.to_owned();
    }
    let mut text = String::new();
    for (place, character) in value.chars().enumerate() {
        let shown = text.len();
        if is_hidden(character) && !matches!(character, '\0' | '\t' | '\n' | '\r') {
            text.extend(character.escape_unicode());
        } else {
            text.extend(character.escape_debug());
        }
        if place == QUOTED || text.len() > QUOTED_OCTETS {
            text.truncate(shown);
            text.push('…');
            break;
        }
    }
    text
}

/// The longest message, in octets.
const MESSAGE_MAX: usize = 999;

/// A message that is never longer than [`MESSAGE_MAX`], whatever it was made of.
fn bounded(message: Cow<'static, str>) -> Cow<'static, str> {
    if message.len() <= MESSAGE_MAX {
        return message;
    }
    cut_to(&message, MESSAGE_MAX).into()
}

/// The beginning of a text that is longer than `most` octets.
fn cut_to(text: &str, most: usize) -> String {
    let end = text.floor_char_boundary(most.saturating_sub('…'.len_utf8()));
    format!("{}…", &text[..end])
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = format!("{}: ", self.code());
        let behind = match self.target() {
            Some(target) => format!(" ({target})"),
            None => String::new(),
        };
        // As long as a message may be, with its code and its field.
        let room = MESSAGE_MAX.saturating_sub(before.len() + behind.len());
        let message = self.message();
        if message.len() <= room {
            write!(f, "{before}{message}{behind}")
        } else {
            write!(f, "{before}{}{behind}", cut_to(message, room))
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|cause| cause as _)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Error {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Body<'a> {
            error: Fields<'a>,
        }
        #[derive(serde::Serialize)]
        struct Fields<'a> {
            code: String,
            message: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            target: Option<&'a str>,
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            arguments: &'a [ErrorArgument],
        }
        Body {
            error: Fields {
                code: self.code().to_string(),
                message: self.message(),
                target: self.target(),
                arguments: self.arguments(),
            },
        }
        .serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_values_are_short_and_printable() {
        assert_eq!(quoted("a\nb\0"), "a\\nb\\0");
        assert_eq!(
            quoted("\u{e0041}\u{fe0f}\u{202e}"),
            "\\u{e0041}\\u{fe0f}\\u{202e}"
        );
        for key in ["-----BEGIN PRIVATE KEY-----\nMIIE", "x PRIVATE KEY-----"] {
            assert_eq!(quoted(key), "(a PEM text)");
        }
        let key = "MHcCAQEEIBb/+f-_".repeat(3);
        for value in [&key, &format!("{}, {key}\n", "x".repeat(64)), &key[..43]] {
            assert_eq!(quoted(value), "(a text like base64)");
        }
        assert_eq!(quoted(&key[..42]), key[..42]);
        assert_eq!(quoted(&"ä".repeat(64)), "ä".repeat(64));
        assert_eq!(quoted(&"ä".repeat(65)), "ä".repeat(64) + "…");
        assert_eq!(quoted(&"\u{1f600}".repeat(64)), "\u{1f600}".repeat(64));
        assert_eq!(
            quoted(&"\u{e0041}".repeat(64)),
            "\\u{e0041}".repeat(28) + "…"
        );
    }

    #[test]
    fn nothing_grows_with_the_input() {
        for character in ["a", "ä", "\u{10ffff}", "\0", "\""] {
            let long = character.repeat(5000);
            let error = Error::not_accepted(ErrorCode::CreateFailed, "x", &long, "a y", "z")
                .with_target(long.clone());
            assert!(error.message().len() < 1000 && error.message().ends_with("accepted are z"));
            assert!(error.arguments()[0].message.len() < 1000);
            assert!(error.target().unwrap().len() < 300);
            assert!(error.to_string().len() < 1000);
            let error = Error::new(ErrorCode::CreateFailed, long.clone());
            assert!((990..1000).contains(&error.message().len()));
            let error = error.with_target(long);
            assert!((990..1000).contains(&error.to_string().len()));
        }
    }

    #[test]
    fn a_limit_is_the_callers_fault() {
        let error = Error::over_limit("too large");
        assert_eq!(
            (error.code(), error.http_status()),
            (ErrorCode::OutOfMemory, 400)
        );
        assert_eq!(ErrorCode::OutOfMemory.http_status(), 500);
    }

    #[test]
    fn display_names_code_message_and_field() {
        let error = Error::new(ErrorCode::Expired, "over").with_target("public_certificate");
        assert_eq!(error.to_string(), "52559973: over (public_certificate)");
    }

    #[cfg(feature = "serde")]
    #[test]
    fn serializes_as_the_error_body() {
        let error = Error::new(ErrorCode::SameCommonNameAsCa, "same name")
            .with_target("signing_request")
            .with_argument("common_name", "ROOT");
        assert_eq!(
            serde_json::to_string(&error).unwrap(),
            r#"{"error":{"code":"3735629","message":"same name","target":"signing_request","arguments":[{"code":"common_name","message":"ROOT"}]}}"#
        );
    }
}
