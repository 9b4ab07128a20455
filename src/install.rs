//! [`install`]: the checks before a certificate is taken in.

use crate::chain::{CertificateBundle, Installation};
use crate::input;
use crate::request::common_name;
use crate::x509::certificate::CertificateRef;
use crate::x509::name::{EMPTY_NAME, NameRef};
use crate::x509::pem;
use crate::{CertificateInfo, Error, ErrorCode, Policy, SecretPem, create, inspect, match_key};

/// What [`install`] takes in: the body of `POST /security/certificates` with a
/// `public_certificate`.
///
/// ```
/// use certwright::InstallRequest;
///
/// let request = InstallRequest::server("CERTIFICATE", "KEY").with_intermediate("CA");
/// assert_eq!(request.r#type, "server");
/// assert_eq!(InstallRequest::server_ca("CERTIFICATE").private_key, None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Deserialize, serde::Serialize),
    serde(default)
)]
#[non_exhaustive]
pub struct InstallRequest {
    /// `server`, `client`, `server_ca` or `client_ca`.
    #[cfg_attr(
        feature = "serde",
        serde(deserialize_with = "crate::request::null::or_default")
    )]
    pub r#type: String,
    /// PEM. For a server or client, further certificates behind it count as intermediates, so that
    /// a `fullchain` file can be given as it is.
    #[cfg_attr(
        feature = "serde",
        serde(deserialize_with = "crate::request::null::or_default")
    )]
    pub public_certificate: String,
    /// PEM, PKCS#8, PKCS#1 or SEC 1: required for a server or client, refused for a CA.
    #[cfg_attr(feature = "serde", serde(skip_serializing))]
    pub private_key: Option<SecretPem>,
    /// PEM, one or more certificates each, in any order; refused for a CA.
    #[cfg_attr(
        feature = "serde",
        serde(
            deserialize_with = "crate::request::null::or_default",
            skip_serializing_if = "Vec::is_empty"
        )
    )]
    pub intermediate_certificates: Vec<String>,
    /// Takes the place of the subject's common name; required where the subject is empty.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub common_name: Option<String>,
    /// The name under which the host keeps the certificate; by default its common name and serial
    /// number with an underscore between.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub name: Option<String>,
    /// Must be absent: it is that of the certificate.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub serial_number: Option<String>,
}

impl InstallRequest {
    fn new(r#type: &str, public_certificate: impl Into<String>) -> Self {
        Self {
            r#type: r#type.to_owned(),
            public_certificate: public_certificate.into(),
            ..Self::default()
        }
    }

    /// A server's certificate and key.
    ///
    /// ```
    /// assert_eq!(certwright::InstallRequest::server("CERTIFICATE", "KEY").r#type, "server");
    /// ```
    pub fn server(
        public_certificate: impl Into<String>,
        private_key: impl Into<SecretPem>,
    ) -> Self {
        Self {
            private_key: Some(private_key.into()),
            ..Self::new("server", public_certificate)
        }
    }

    /// A client's certificate and key.
    ///
    /// ```
    /// assert_eq!(certwright::InstallRequest::client("CERTIFICATE", "KEY").r#type, "client");
    /// ```
    pub fn client(
        public_certificate: impl Into<String>,
        private_key: impl Into<SecretPem>,
    ) -> Self {
        Self {
            private_key: Some(private_key.into()),
            ..Self::new("client", public_certificate)
        }
    }

    /// A CA that servers are verified with.
    ///
    /// ```
    /// assert_eq!(certwright::InstallRequest::server_ca("CERTIFICATE").r#type, "server_ca");
    /// ```
    pub fn server_ca(public_certificate: impl Into<String>) -> Self {
        Self::new("server_ca", public_certificate)
    }

    /// A CA that clients are verified with.
    ///
    /// ```
    /// assert_eq!(certwright::InstallRequest::client_ca("CERTIFICATE").r#type, "client_ca");
    /// ```
    pub fn client_ca(public_certificate: impl Into<String>) -> Self {
        Self::new("client_ca", public_certificate)
    }

    /// Adds intermediate certificates.
    ///
    /// ```
    /// let request = certwright::InstallRequest::server("CERTIFICATE", "KEY").with_intermediate("CA");
    /// assert_eq!(request.intermediate_certificates, ["CA"]);
    /// ```
    #[must_use]
    pub fn with_intermediate(mut self, pem: impl Into<String>) -> Self {
        self.intermediate_certificates.push(pem.into());
        self
    }

    /// Sets the common name.
    ///
    /// ```
    /// let request = certwright::InstallRequest::server_ca("CERTIFICATE").with_common_name("CA");
    /// assert_eq!(request.common_name.as_deref(), Some("CA"));
    /// ```
    #[must_use]
    pub fn with_common_name(mut self, common_name: impl Into<String>) -> Self {
        self.common_name = Some(common_name.into());
        self
    }

    /// Sets the name under which the host keeps the certificate.
    ///
    /// ```
    /// let request = certwright::InstallRequest::server_ca("CERTIFICATE").with_name("my_ca");
    /// assert_eq!(request.name.as_deref(), Some("my_ca"));
    /// ```
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

/// What was understood of a certificate that may be taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct InstalledCertificate {
    /// As it was asked for.
    pub r#type: &'static str,
    /// The name that was given, or `<common name>_<serial number>`.
    pub name: String,
    /// The one that was given, else that of the subject.
    pub common_name: String,
    /// PEM of the certificate alone.
    pub public_certificate: String,
    /// PEM of those above it, each signed by the next.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub intermediate_certificates: Vec<String>,
    /// What [`inspect`](crate::inspect()) shows of the certificate.
    pub certificate: CertificateInfo,
}

/// Checks a certificate that is to be taken in, and what comes with it.
///
/// Nothing is stored; that is the host's part. A path to a trust anchor is not asked for:
/// [`validate_chain`](crate::validate_chain()) does that. The intermediates are one line upward: a
/// second certificate for one of its CAs, renewed or signed by another, is not part of it. Blank
/// keys, intermediates and names count as absent.
///
/// # Errors
///
/// In the order of the checks:
///
/// * [`TypeNotSupported`](ErrorCode::TypeNotSupported);
///   [`SerialNumberGiven`](ErrorCode::SerialNumberGiven);
///   [`PrivateKeyNotAccepted`](ErrorCode::PrivateKeyNotAccepted) and
///   [`IntermediatesNotAccepted`](ErrorCode::IntermediatesNotAccepted) for a CA;
///   [`PrivateKeyMissing`](ErrorCode::PrivateKeyMissing) for a server or client;
/// * [`CommonNameInvalid`](ErrorCode::CommonNameInvalid): the one that was given;
/// * [`CertificateUnreadable`](ErrorCode::CertificateUnreadable),
///   [`PrivateKeyUnreadable`](ErrorCode::PrivateKeyUnreadable),
///   [`KeyTypeNotSupported`](ErrorCode::KeyTypeNotSupported);
/// * [`KeyMismatch`](ErrorCode::KeyMismatch);
/// * [`NotYetValid`](ErrorCode::NotYetValid), [`Expired`](ErrorCode::Expired);
/// * [`CertificateNotFips`](ErrorCode::CertificateNotFips): FIPS mode, and a key or signature of
///   the certificate or an intermediate is not acceptable;
///   [`HashNotSupported`](ErrorCode::HashNotSupported): one is signed with md5 or sha1, unless it
///   is a root that signed itself, whose signature nobody relies on;
/// * [`CommonNameRequired`](ErrorCode::CommonNameRequired): the subject is empty and no common name
///   was given; [`CommonNameMissing`](ErrorCode::CommonNameMissing): the subject has none;
///   [`CommonNameInvalid`](ErrorCode::CommonNameInvalid): that of the subject;
/// * [`IssuerUnusable`](ErrorCode::IssuerUnusable): its issuer is empty, it is to be a CA and is
///   none, or an intermediate does not lead upward from it. An intermediate that has expired or is
///   not valid yet is an [`Expired`](ErrorCode::Expired) or
///   [`NotYetValid`](ErrorCode::NotYetValid).
///
/// The source of an error about the chain is a [`ChainDefect`](crate::ChainDefect).
///
/// ```
/// use certwright::{InstallRequest, Policy, Time};
///
/// let certificate = include_str!("../vectors/server.pem");
/// let request = InstallRequest::server(certificate, include_str!("../vectors/server.key"))
///     .with_intermediate(include_str!("../vectors/root.pem"));
/// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
/// let installed = certwright::install(&request, &policy)?;
/// assert!(installed.name.starts_with("server.example.com_"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn install(request: &InstallRequest, policy: &Policy) -> Result<InstalledCertificate, Error> {
    let asked = CheckedInstall::check(request)?;
    let mut ders = CertificateBundle::of_bundle(&request.public_certificate)?;
    if asked.kind.is_ca() && !ders.is_single() {
        return Err(refused(
            ErrorCode::CertificateUnreadable,
            "there is more than one certificate; a CA is installed alone",
            CERTIFICATE,
        ));
    }
    let leaf_der = ders.leaf.clone();
    let leaf = input::parse_certificate(&leaf_der, CERTIFICATE)?;
    let info = inspect::info(&leaf)?;
    let key_error = |error| input::key_error(error, ErrorCode::CertificateUnreadable, CERTIFICATE);
    let public = leaf.public_key().map_err(key_error)?;
    public.check_supported().map_err(key_error)?;
    let private = asked.private_key.map(|text| input::private_key(text, KEY));
    let private = private.transpose()?;
    ders.add_intermediates(&asked.intermediates)?;
    let installation = Installation::new(&ders, policy)?;

    if let Some(private) = private {
        match_key::check_match(&public, &private)?;
    }
    installation.check_validity()?;
    installation.check_algorithms()?;
    let common_name = match asked.common_name {
        Some(given) => given.to_owned(),
        None => own_common_name(&leaf)?,
    };
    if leaf.issuer == EMPTY_NAME {
        let message = "the issuer of the certificate is empty";
        return Err(refused(ErrorCode::IssuerUnusable, message, CERTIFICATE));
    }
    if asked.kind.is_ca() {
        installation.check_is_ca()?;
    }
    Ok(InstalledCertificate {
        r#type: asked.kind.name(),
        name: asked.name.map_or_else(
            || format!("{common_name}_{}", info.serial_number),
            str::to_owned,
        ),
        common_name,
        public_certificate: pem::write_certificate(leaf.der),
        intermediate_certificates: installation.lead_upward()?,
        certificate: info,
    })
}

const CERTIFICATE: &str = "public_certificate";
const KEY: &str = "private_key";
const COMMON_NAME: &str = "common_name";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Server,
    Client,
    ServerCa,
    ClientCa,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Server, Self::Client, Self::ServerCa, Self::ClientCa];

    const fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
            Self::ServerCa => "server_ca",
            Self::ClientCa => "client_ca",
        }
    }

    const fn is_ca(self) -> bool {
        matches!(self, Self::ServerCa | Self::ClientCa)
    }

    fn parse(text: &str) -> Result<Self, Error> {
        let known = Self::ALL.into_iter().find(|kind| kind.name() == text);
        known.ok_or_else(|| {
            Error::new(
                ErrorCode::TypeNotSupported,
                "accepted types are server, client, server_ca and client_ca",
            )
            .with_target("type")
            .with_argument("value", text)
        })
    }
}

/// The fields of a request, each given or not; the certificates are not read yet.
struct CheckedInstall<'a> {
    kind: Kind,
    private_key: Option<&'a str>,
    intermediates: Vec<String>,
    common_name: Option<&'a str>,
    name: Option<&'a str>,
}

impl<'a> CheckedInstall<'a> {
    fn check(request: &'a InstallRequest) -> Result<Self, Error> {
        let InstallRequest {
            r#type,
            public_certificate: _,
            private_key,
            intermediate_certificates,
            common_name,
            name,
            serial_number,
        } = request;
        let kind = Kind::parse(r#type)?;
        create::refuse_serial_number(serial_number.as_deref())?;
        let private_key = private_key
            .as_ref()
            .map(SecretPem::as_str)
            .and_then(non_blank);
        let intermediates = intermediate_certificates.iter();
        let intermediates: Vec<_> = intermediates
            .filter(|text| non_blank(text).is_some())
            .cloned()
            .collect();
        match (kind.is_ca(), private_key, intermediates.as_slice()) {
            (true, Some(_), _) => Err(refused(
                ErrorCode::PrivateKeyNotAccepted,
                "a CA certificate is installed without a private key",
                KEY,
            )),
            (true, None, [_, ..]) => Err(refused(
                ErrorCode::IntermediatesNotAccepted,
                "a CA certificate is installed without intermediates",
                "intermediate_certificates",
            )),
            (false, None, _) => Err(refused(
                ErrorCode::PrivateKeyMissing,
                "a server or client certificate is installed with its private key",
                KEY,
            )),
            _ => Ok(()),
        }?;
        let common_name = common_name.as_deref().and_then(non_blank);
        Ok(Self {
            kind,
            private_key,
            intermediates,
            common_name: common_name
                .map(|name| common_name::check(name, COMMON_NAME))
                .transpose()?,
            name: name.as_deref().and_then(non_blank),
        })
    }
}

/// The text without outer spaces, unless there is nothing else.
fn non_blank(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// The common name of the subject, which must have one.
fn own_common_name(leaf: &CertificateRef<'_>) -> Result<String, Error> {
    if leaf.subject == EMPTY_NAME {
        return Err(refused(
            ErrorCode::CommonNameRequired,
            "the subject of the certificate is empty; give a common_name",
            COMMON_NAME,
        ));
    }
    match NameRef::parse(leaf.subject).map(|subject| subject.common_name()) {
        Ok(Ok(Some(name))) => common_name::check(&name, CERTIFICATE).map(str::to_owned),
        Ok(Ok(None)) => Err(refused(
            ErrorCode::CommonNameMissing,
            "the subject of the certificate has no common name; give a common_name",
            COMMON_NAME,
        )),
        Ok(Err(_)) | Err(_) => Err(refused(
            ErrorCode::CommonNameInvalid,
            "the common name of the certificate is not readable; give a common_name",
            CERTIFICATE,
        )),
    }
}

fn refused(code: ErrorCode, message: &'static str, field: &'static str) -> Error {
    Error::new(code, message).with_target(field)
}
