//! Every failure of the engine: [`Error`] and its numeric [`ErrorCode`].

use std::borrow::Cow;
use std::fmt;

/// Builds [`ErrorCode`] from one table: variant, number of the API, the text of that number.
macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident = $value:literal, $summary:literal;)*) => {
        /// The numeric codes of the certificate API. The number is the contract; the text is ours.
        ///
        /// `Display` prints the number, [`ErrorCode::summary`] what it stands for.
        ///
        /// ```
        /// use certwright::ErrorCode;
        ///
        /// assert_eq!(ErrorCode::SameCommonNameAsCa.value(), 3_735_629);
        /// assert_eq!(ErrorCode::try_from(3_735_629), Ok(ErrorCode::SameCommonNameAsCa));
        /// assert_eq!(ErrorCode::SameCommonNameAsCa.to_string(), "3735629");
        /// assert!(ErrorCode::try_from(5).is_err());
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u32)]
        pub enum ErrorCode {
            $($(#[$doc])* $variant = $value,)*
        }

        impl ErrorCode {
            /// Every code, in the order of the API's tables.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The number of the API, e.g. `3735629`.
            ///
            /// ```
            /// assert_eq!(certwright::ErrorCode::Expired.value(), 52_559_973);
            /// ```
            pub const fn value(self) -> u32 {
                self as u32
            }

            /// What the number stands for, in one sentence without a full stop.
            ///
            /// ```
            /// assert_eq!(certwright::ErrorCode::Expired.summary(), "the certificate has expired");
            /// ```
            pub const fn summary(self) -> &'static str {
                match self {
                    $(Self::$variant => $summary,)*
                }
            }
        }

        impl TryFrom<u32> for ErrorCode {
            type Error = UnknownErrorCode;

            fn try_from(value: u32) -> Result<Self, UnknownErrorCode> {
                match value {
                    $($value => Ok(Self::$variant),)*
                    _ => Err(UnknownErrorCode(value)),
                }
            }
        }
    };
}

error_codes! {
    /// A serial number was given; the engine generates it. Create, install.
    SerialNumberGiven = 3_735_645, "a serial number cannot be given: it is generated";
    /// The certificate type is unknown or not allowed for the operation. Create, install.
    TypeNotSupported = 3_735_622, "the certificate type is not supported";
    /// FIPS mode and a key size that exists but is too weak (512, 1024, 1536 bits). Create, CSR.
    KeySizeNotFips = 3_735_664, "the key size is not supported in FIPS mode";
    /// Any other key size that is not offered. Create, CSR.
    KeySizeNotSupported = 3_735_700, "the key size is not supported";
    /// FIPS mode and md5 or sha1. Create, CSR, sign.
    HashNotFips = 3_735_665, "the hash function is not supported in FIPS mode";
    /// The hash function is unknown, or md5/sha1 outside FIPS mode. Create, CSR, sign, install,
    /// chain validation.
    HashNotSupported = 52_560_173, "the hash function is not supported for digital signatures";
    /// The expiry is unreadable, or not between 1 and 3652 days from now. Create, sign.
    ExpiryOutOfRange = 3_735_701, "the expiration period is not valid";
    /// The self-signed certificate, or a signing request of ours, could not be built for a reason
    /// without a code of its own; the error's target names the field. Create, CSR.
    CreateFailed = 3_735_553, "the certificate or signing request could not be created";
    /// No common name where one is needed. Create, CSR, install, sign.
    CommonNameMissing = 3_735_558, "there is no common name";
    /// A common name that is not 1 to 64 characters of text. Create, CSR, install, sign.
    CommonNameInvalid = 3_735_588, "the common name is not valid";
    /// The certificate's subject is empty and the request gives no common name. Install.
    CommonNameRequired = 3_735_676, "the subject is empty: a common name must be given";
    /// No usable issuer or authority information. Install, chain validation, sign.
    IssuerUnusable = 3_735_632, "the certificate authority information is not usable";
    /// A server or client certificate came without a private key. Install.
    PrivateKeyMissing = 3_735_693, "the private key is missing";
    /// A private key came with a server_ca or client_ca certificate. Install.
    PrivateKeyNotAccepted = 3_735_618, "a private key is not accepted for this certificate type";
    /// Intermediates came with a server_ca or client_ca certificate. Install.
    IntermediatesNotAccepted = 3_735_696,
        "intermediate certificates are not accepted for this certificate type";
    /// The certificate is unreadable: PEM, base64, DER, trailing data, not one certificate.
    /// Install, chain validation, match, inspect, FIPS check.
    CertificateUnreadable = 52_559_975, "the certificate is not readable";
    /// The private key is unreadable: PEM, DER, encrypted, inconsistent numbers. Install, match.
    PrivateKeyUnreadable = 52_560_123, "the private key is not readable";
    /// The key's type is not supported (DSA, an unknown curve, …). Install, match, sign.
    ///
    /// The API's reference lists this number a second time, as the logic error "use of a dead
    /// object". A Rust value cannot be in that state, so this one variant serves.
    KeyTypeNotSupported = 52_363_366, "the key type is not supported";
    /// The certificate and the private key do not belong together. Install, match.
    KeyMismatch = 52_559_976, "the certificate and the private key do not match";
    /// The certificate is not valid yet. Install, chain validation.
    NotYetValid = 52_559_972, "the certificate is not valid yet";
    /// The certificate has expired. Install, chain validation.
    Expired = 52_559_973, "the certificate has expired";
    /// A certificate, or the key of a signing request, is not acceptable in FIPS mode. Install,
    /// chain validation, sign, FIPS check.
    CertificateNotFips = 52_559_974, "the certificate is not supported in FIPS mode";
    /// The CA cannot sign: unreadable, key does not match, not a CA, no keyCertSign, expired, not
    /// yet valid, or path length 0 for a CA request. CA load, sign.
    CaCannotSign = 3_735_628, "the CA certificate cannot be used for signing";
    /// The signing request is unreadable, its own signature does not verify, or signing failed.
    /// Sign.
    SigningFailed = 3_735_626, "the signed certificate could not be generated";
    /// The request's common name is that of the CA. Sign.
    SameCommonNameAsCa = 3_735_629,
        "the common names of the signing request and of the CA certificate are the same";
    /// The new certificate would outlive the CA certificate. Sign.
    OutlivesCa = 3_735_630, "the new certificate would outlive the CA certificate";
    /// Storing failed. Raised by the host's store through this type; the engine stores nothing.
    StoreFailed = 3_735_646, "the certificate could not be stored";
    /// Out of memory: an input is larger than the documented limits, or (raised by the host) an
    /// allocation was refused. All operations.
    OutOfMemory = 52_363_365, "the input is larger than the limits, or memory is short";
    /// Deletion rule of the host's catalog; no function of this crate returns it yet.
    ServerChainInUse = 3_735_644, "a server certificate needs this server-chain certificate";
    /// Deletion rule of the host's catalog; no function of this crate returns it yet.
    PreinstalledNotThroughRest = 3_735_679,
        "preinstalled server_ca certificates cannot be deleted through REST";
    /// Deletion rule of the host's catalog; no function of this crate returns it yet.
    PreinstalledServerCa = 3_735_681, "preinstalled server_ca certificates cannot be deleted";
    /// Deletion rule of the host's catalog; no function of this crate returns it yet.
    ClientCaOfRoot = 3_735_650, "delete the root_ca that this client_ca certificate belongs to";
    /// Deletion rule of the host's catalog; no function of this crate returns it yet.
    ServerCaOfRoot = 3_735_627, "delete the root_ca that this server_ca certificate belongs to";
    /// Deletion rule of the host's catalog; no function of this crate returns it yet.
    DeleteFailed = 3_735_589, "the certificate cannot be deleted";
    /// Deletion rule of the host's catalog; no function of this crate returns it yet.
    SslConfigurationRemains = 3_735_590,
        "the certificate cannot be deleted: its SSL configuration remains";
    /// Deletion rule of the host's catalog; no function of this crate returns it yet.
    KeyManagerConfigured = 3_735_683,
        "the certificate cannot be removed while an external key manager is configured";
    /// Deletion rule of the host's catalog; no function of this crate returns it yet.
    InUse = 52_560_272, "the certificate is in use by a subsystem";
    /// Lookup rule of the host's catalog; no function of this crate returns it yet.
    EntryNotFound = 4, "the entry does not exist";
    /// Azure Key Vault; raised by the host, no function of this crate returns it.
    AzureAuthentication = 3_735_751, "no access token from the Azure OAuth host";
    /// Azure Key Vault; raised by the host, no function of this crate returns it.
    AzureKeyExtraction = 3_735_752, "no private key in the Azure Key Vault certificate";
    /// Azure Key Vault; raised by the host, no function of this crate returns it.
    AzureContentType = 3_735_753, "unsupported content type in the Azure secrets response";
    /// Azure Key Vault; raised by the host, no function of this crate returns it.
    AzureResponse = 3_735_754, "the response of the Azure Key Vault is not readable";
    /// Azure Key Vault; raised by the host, no function of this crate returns it.
    AzureCall = 3_735_755, "the call to Azure failed";
    /// Azure Key Vault; raised by the host, no function of this crate returns it.
    AzureClientCertificate = 3_735_756, "the Azure client certificate is not valid";
    /// Azure Key Vault; raised by the host, no function of this crate returns it.
    AzureClientAssertion = 3_735_757, "the Azure client assertion could not be generated";
    /// Azure Key Vault; raised by the host, no function of this crate returns it.
    AzureConfigurationIncorrect = 3_735_762, "the Azure Key Vault configuration is incorrect";
    /// Azure Key Vault; raised by the host, no function of this crate returns it.
    AzureConfigurationIncomplete = 3_735_763, "the Azure Key Vault configuration is incomplete";
    /// Azure Key Vault; raised by the host, no function of this crate returns it. The reference
    /// lists the number without a text.
    AzureOther = 3_735_764, "the Azure Key Vault operation failed";
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.value())
    }
}

/// The number is not one of the certificate API's codes.
///
/// ```
/// let unknown = certwright::ErrorCode::try_from(5).unwrap_err();
/// assert_eq!(unknown.to_string(), "5 is not a code of the certificate API");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownErrorCode(
    /// The number that was asked for.
    pub u32,
);

impl fmt::Display for UnknownErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not a code of the certificate API", self.0)
    }
}

impl std::error::Error for UnknownErrorCode {}

/// One of the `arguments` of an error body: a value that the message speaks of, for machines.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ErrorArgument {
    /// What the value is, e.g. `value`, or the number of an error further down.
    pub code: String,
    /// The value itself, shortened and with control characters escaped. Never secret.
    pub message: String,
}

/// The longest value that is quoted in a message or an argument, in characters.
const QUOTED: usize = 64;

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
///     "3735701: \"P11Y\" ends 4018 days from now; accepted are 1 to 3652 days (expiry_time)",
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
    target: Option<&'static str>,
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
            message: message.into(),
            target: None,
            arguments: Vec::new(),
            source: None,
        }))
    }

    /// The same error under another code.
    pub(crate) fn with_code(mut self, code: ErrorCode) -> Self {
        self.0.code = code;
        self
    }

    /// Names the request field that the error is about.
    ///
    /// ```
    /// use certwright::{Error, ErrorCode};
    ///
    /// let error = Error::new(ErrorCode::EntryNotFound, "no such certificate").with_target("uuid");
    /// assert_eq!(error.target(), Some("uuid"));
    /// ```
    #[must_use]
    pub fn with_target(mut self, field: &'static str) -> Self {
        self.0.target = Some(field);
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
    /// assert_eq!(error.message(), "there is no PEM block with the label CERTIFICATE");
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
    pub fn target(&self) -> Option<&'static str> {
        self.0.target
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

/// `value` as it may stand in a message: at most 64 characters, control characters escaped.
pub(crate) fn quoted(value: &str) -> String {
    let mut text: String = value
        .chars()
        .take(QUOTED)
        .flat_map(char::escape_debug)
        .collect();
    if value.chars().nth(QUOTED).is_some() {
        text.push('…');
    }
    text
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.message)?;
        match self.0.target {
            Some(target) => write!(f, " ({target})"),
            None => Ok(()),
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
            target: Option<&'static str>,
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
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_distinct_and_convert_both_ways() {
        let numbers: BTreeSet<u32> = ErrorCode::ALL.iter().map(|code| code.value()).collect();
        assert_eq!(numbers.len(), ErrorCode::ALL.len());
        for &code in ErrorCode::ALL {
            assert_eq!(ErrorCode::try_from(code.value()), Ok(code));
            assert_eq!(code.to_string(), code.value().to_string());
            assert!(!code.summary().is_empty() && !code.summary().ends_with('.'));
        }
    }

    #[test]
    fn quoted_values_are_short_and_printable() {
        assert_eq!(quoted("a\nb\0"), "a\\nb\\0");
        assert_eq!(quoted(&"ä".repeat(64)), "ä".repeat(64));
        assert_eq!(quoted(&"ä".repeat(65)), "ä".repeat(64) + "…");
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
