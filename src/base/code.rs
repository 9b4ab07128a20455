//! The numeric codes of the certificate API: [`ErrorCode`].

use std::fmt;

/// Builds [`ErrorCode`] from one table: variant, number of the API, HTTP status, text.
macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident = $value:literal, $status:literal, $summary:literal;)*) => {
        /// The numeric codes of the certificate API. The number is the contract; the text is ours.
        ///
        /// `Display` prints the number, [`ErrorCode::summary`] what it means.
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

            /// The HTTP status that goes with the code unless the error was raised with another:
            /// see [`Error::http_status`](crate::Error::http_status).
            ///
            /// ```
            /// assert_eq!(certwright::ErrorCode::Expired.http_status(), 400);
            /// assert_eq!(certwright::ErrorCode::EntryNotFound.http_status(), 404);
            /// ```
            pub const fn http_status(self) -> u16 {
                match self {
                    $(Self::$variant => $status,)*
                }
            }

            /// What the number means, in one sentence without a full stop.
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
    SerialNumberGiven = 3_735_645, 400, "a serial number cannot be given: it is generated";
    /// The certificate type is unknown or not allowed for the operation. Create, install.
    TypeNotSupported = 3_735_622, 400, "the certificate type is not supported";
    /// FIPS mode and a key size that exists but is too weak (512, 1024, 1536 bits). Create, CSR.
    KeySizeNotFips = 3_735_664, 400, "the key size is not supported in FIPS mode";
    /// Any other key size that is not offered; an RSA key below 1024 bits that is installed. Create, CSR,
    /// install.
    KeySizeNotSupported = 3_735_700, 400, "the key size is not supported";
    /// FIPS mode and md5 or sha1. Create, CSR, sign.
    HashNotFips = 3_735_665, 400, "the hash function is not supported in FIPS mode";
    /// The hash function is unknown, or md5/sha1 outside FIPS mode. Create, CSR, sign, CA load,
    /// install, chain validation.
    HashNotSupported = 52_560_173, 400, "the hash function is not supported for digital signatures";
    /// The expiry is unreadable, or not between 1 and 3652 days (or 10 years) from now. Create, sign.
    ExpiryOutOfRange = 3_735_701, 400, "the expiration period is not valid";
    /// The self-signed certificate, or a signing request of ours, could not be built for a reason
    /// without a code of its own; the error's target names the field. Create, CSR.
    CreateFailed = 3_735_553, 400, "the certificate or signing request could not be created";
    /// No common name where one is needed. Create, CSR, install, sign.
    CommonNameMissing = 3_735_558, 400, "there is no common name";
    /// A common name that is not 1 to 64 characters of text. Create, CSR, install, sign.
    CommonNameInvalid = 3_735_588, 400, "the common name is not valid";
    /// The certificate's subject is empty and the request gives no common name. Install.
    CommonNameRequired = 3_735_676, 400, "the subject is empty: a common name must be given";
    /// No usable issuer or authority information. Install, chain validation, CA load.
    IssuerUnusable = 3_735_632, 400, "the certificate authority information is not usable";
    /// A server or client certificate came without a private key. Install.
    PrivateKeyMissing = 3_735_693, 400, "the private key is missing";
    /// A private key came with a server_ca or client_ca certificate. Install.
    PrivateKeyNotAccepted = 3_735_618, 400, "a private key is not accepted for this certificate type";
    /// Intermediates came with a server_ca or client_ca certificate. Install.
    IntermediatesNotAccepted = 3_735_696, 400,
        "intermediate certificates are not accepted for this certificate type";
    /// The certificate is unreadable: PEM, base64, DER, trailing data, several where a CA is installed.
    /// Install, chain validation, match, inspect, FIPS check.
    CertificateUnreadable = 52_559_975, 400, "the certificate is not readable";
    /// The private key is unreadable: PEM, DER, encrypted, inconsistent numbers. Install, match.
    PrivateKeyUnreadable = 52_560_123, 400, "the private key is not readable";
    /// The key's type is not supported (DSA, an unknown curve, …). Install, match, sign, CA load.
    ///
    /// The API's reference lists this number a second time, as the logic error "use of a dead
    /// object". A Rust value cannot be in that state, so this one variant serves.
    KeyTypeNotSupported = 52_363_366, 400, "the key type is not supported";
    /// The certificate and the private key do not belong together. Install, match.
    KeyMismatch = 52_559_976, 400, "the certificate and the private key do not match";
    /// The certificate is not valid yet. Install, chain validation.
    NotYetValid = 52_559_972, 400, "the certificate is not valid yet";
    /// The certificate has expired. Install, chain validation.
    Expired = 52_559_973, 400, "the certificate has expired";
    /// A certificate, or the key of a signing request, is not acceptable in FIPS mode. Install,
    /// chain validation, sign, FIPS check.
    CertificateNotFips = 52_559_974, 400, "the certificate is not supported in FIPS mode";
    /// The CA cannot sign: unreadable, key does not match, not a CA, no keyCertSign, expired, not
    /// yet valid, or path length 0 for a CA request. CA load, sign.
    CaCannotSign = 3_735_628, 400, "the CA certificate cannot be used for signing";
    /// The signing request is unreadable, its own signature does not verify, or signing failed.
    /// Sign.
    SigningFailed = 3_735_626, 400, "the signed certificate could not be generated";
    /// The request's common name is that of the CA. Sign.
    SameCommonNameAsCa = 3_735_629, 400,
        "the common names of the signing request and of the CA certificate are the same";
    /// The new certificate would outlive the CA certificate. Sign.
    OutlivesCa = 3_735_630, 400, "the new certificate would outlive the CA certificate";
    /// The store failed, or cannot be reached (then the status is 503). Catalog, service.
    StoreFailed = 3_735_646, 500, "the certificate could not be stored";
    /// Out of memory: an input is larger than the documented limits, or (raised by the host) an
    /// allocation was refused. All operations.
    OutOfMemory = 52_363_365, 500, "the input is larger than the limits, or memory is short";
    /// A rule of deletion. Catalog.
    ServerChainInUse = 3_735_644, 409, "a server certificate needs this server-chain certificate";
    /// A rule of deletion. Catalog.
    PreinstalledNotThroughRest = 3_735_679, 400,
        "preinstalled server_ca certificates cannot be deleted through REST";
    /// A rule of deletion. Catalog.
    PreinstalledServerCa = 3_735_681, 400, "preinstalled server_ca certificates cannot be deleted";
    /// A rule of deletion. Catalog.
    ClientCaOfRoot = 3_735_650, 400, "delete the root_ca that this client_ca certificate belongs to";
    /// A rule of deletion. Catalog.
    ServerCaOfRoot = 3_735_627, 400, "delete the root_ca that this server_ca certificate belongs to";
    /// A rule of deletion. Catalog.
    DeleteFailed = 3_735_589, 500, "the certificate cannot be deleted";
    /// A rule of deletion. Catalog.
    SslConfigurationRemains = 3_735_590, 500,
        "the certificate cannot be deleted: its SSL configuration remains";
    /// A rule of deletion. Catalog.
    KeyManagerConfigured = 3_735_683, 409,
        "the certificate cannot be removed while an external key manager is configured";
    /// A rule of deletion. Catalog.
    InUse = 52_560_272, 409, "the certificate is in use by a subsystem";
    /// Another entry has the name or is the certificate. Catalog.
    DuplicateEntry = 1, 409, "duplicate entry";
    /// The request as a whole cannot be used: it is not JSON, something is given twice, or there is
    /// nothing to do. Service.
    RequestInvalid = 2, 400, "the request is not valid";
    /// There is no such path, or not with this method. Service.
    EndpointNotFound = 3, 404, "there is no such path or method";
    /// The entry that is asked for is not there. Catalog.
    EntryNotFound = 4, 404, "entry doesn't exist";
    /// The user is unknown or may not do this. Service.
    NotAuthorized = 6, 401, "the user is not authorized";
    /// A field or parameter that the API does not know. Service.
    UnexpectedArgument = 262_179, 400, "the argument is not expected";
    /// A field that a request cannot set. Catalog.
    FieldNotSettable = 262_196, 400, "the field cannot be set";
    /// A value of the wrong type or form. Catalog.
    ValueInvalid = 262_197, 400, "the value is not valid for its field or parameter";
    /// The SVM that is named is not there. Catalog.
    SvmNotFound = 2_621_462, 400, "the SVM does not exist";
    /// Name and UUID are those of different SVMs. Catalog.
    SvmMismatch = 2_621_706, 400, "the name and the UUID are of different SVMs";
    /// The scope is that of an SVM and none is named. Catalog.
    SvmMissing = 2_621_707, 400, "an SVM must be given";
    /// A rule of the download from an Azure Key Vault (feature `azure`).
    AzureAuthentication = 3_735_751, 500, "no access token from the Azure OAuth host";
    /// A rule of the download from an Azure Key Vault (feature `azure`).
    AzureKeyExtraction = 3_735_752, 500, "no private key in the Azure Key Vault certificate";
    /// A rule of the download from an Azure Key Vault (feature `azure`).
    AzureContentType = 3_735_753, 500, "unsupported content type in the Azure secrets response";
    /// A rule of the download from an Azure Key Vault (feature `azure`).
    AzureResponse = 3_735_754, 500, "the response of the Azure Key Vault is not readable";
    /// A rule of the download from an Azure Key Vault (feature `azure`).
    AzureCall = 3_735_755, 500, "the call to Azure failed";
    /// A rule of the download from an Azure Key Vault (feature `azure`).
    AzureClientCertificate = 3_735_756, 400, "the Azure client certificate is not valid";
    /// A rule of the download from an Azure Key Vault (feature `azure`).
    AzureClientAssertion = 3_735_757, 500, "the Azure client assertion could not be generated";
    /// A rule of the download from an Azure Key Vault (feature `azure`).
    AzureConfigurationIncorrect = 3_735_762, 400, "the Azure Key Vault configuration is incorrect";
    /// A rule of the download from an Azure Key Vault (feature `azure`).
    AzureConfigurationIncomplete = 3_735_763, 400, "the Azure Key Vault configuration is incomplete";
    /// An error of the vault itself. The reference lists the number without a text. Azure Key Vault.
    AzureOther = 3_735_764, 500, "the Azure Key Vault operation failed";
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
            assert!((400..600).contains(&code.http_status()));
        }
    }

    #[test]
    fn every_status_but_400_is_named_here() {
        let with = |status| {
            let codes = ErrorCode::ALL
                .iter()
                .map(|code| (code.value(), code.http_status()));
            let codes = codes
                .filter(move |&(_, own)| own == status)
                .map(|(code, _)| code);
            codes.collect::<Vec<_>>()
        };
        assert_eq!(with(401), [6]);
        assert_eq!(with(404), [3, 4]);
        assert_eq!(with(409), [3_735_644, 3_735_683, 52_560_272, 1]);
        assert_eq!(
            with(500),
            [
                3_735_646, 52_363_365, 3_735_589, 3_735_590, 3_735_751, 3_735_752, 3_735_753,
                3_735_754, 3_735_755, 3_735_757, 3_735_764
            ]
        );
        let others = [401, 404, 409, 500].map(|status| with(status).len());
        assert_eq!(
            with(400).len() + others.iter().sum::<usize>(),
            ErrorCode::ALL.len()
        );
    }
}
