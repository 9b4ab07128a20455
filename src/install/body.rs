//! [`InstallRequest`]: the body, and its reading.

use super::spec::{
    CERTIFICATE, COMMON_NAME, InstallSpec, KEY, KINDS, VERB, check_shape, non_blank, readable,
    refused,
};
use crate::base::secret::{Pasted, UnlessKey, pasted};
use crate::chain::CertificateBundle;
use crate::request::{common_name, serial_number};
use crate::{CertificateKind, Error, ErrorCode, Policy, SecretPem, input};

/// What [`install`](crate::install()) takes in: the body of `POST /security/certificates` with a
/// `public_certificate`.
///
/// ```
/// use certwright::InstallRequest;
///
/// let request = InstallRequest::server("CERTIFICATE", "KEY").with_intermediate("CA");
/// assert_eq!(request.r#type, "server");
/// assert_eq!(InstallRequest::server_ca("CERTIFICATE").private_key, None);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct InstallRequest {
    /// `server`, `client`, `server_ca` or `client_ca`.
    pub r#type: String,
    /// PEM. For a server or client, further certificates count as intermediates, so that a
    /// `fullchain` file can be given as it is, in any order: the one that the key fits is installed.
    pub public_certificate: String,
    /// PEM, PKCS#8, PKCS#1 or SEC 1: required for a server or client, refused for a CA.
    #[cfg_attr(feature = "serde", serde(skip_serializing))]
    pub private_key: Option<SecretPem>,
    /// PEM, one or more certificates each, in any order; refused for a CA.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub intermediate_certificates: Vec<String>,
    /// Takes the place of the subject's common name; required where the subject is empty.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub common_name: Option<String>,
    /// The name under which the host keeps the certificate.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub name: Option<String>,
    /// Must be absent: it is that of the certificate.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub serial_number: Option<String>,
}

impl std::fmt::Debug for InstallRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let intermediates = pasted(&self.intermediate_certificates);
        f.debug_struct("InstallRequest")
            .field("type", &UnlessKey(&self.r#type))
            .field("public_certificate", &Pasted(&self.public_certificate))
            .field("private_key", &self.private_key)
            .field("intermediate_certificates", &intermediates)
            .field("common_name", &self.common_name.as_deref().map(UnlessKey))
            .field("name", &self.name.as_deref().map(UnlessKey))
            .field(
                "serial_number",
                &self.serial_number.as_deref().map(UnlessKey),
            )
            .finish()
    }
}

impl InstallRequest {
    /// The kind that is asked for.
    pub(crate) fn kind(&self) -> Result<CertificateKind, Error> {
        CertificateKind::parse(&self.r#type, &KINDS, VERB)
    }
}

impl InstallRequest {
    fn new(r#type: &str, public_certificate: impl Into<String>) -> Self {
        Self {
            r#type: r#type.to_owned(),
            public_certificate: public_certificate.into(),
            ..Self::default()
        }
    }

    /// Checks the fields of the request, and reads what they have.
    ///
    /// # Errors
    ///
    /// Those of [`install`](crate::install()) up to the reading of certificates and key.
    ///
    /// ```
    /// use certwright::{InstallRequest, Policy, Time};
    ///
    /// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// let request = InstallRequest::server_ca(include_str!("../../vectors/root.pem"));
    /// let installed = request.check(&policy)?.install(&policy)?;
    /// assert_eq!(installed.certificate.subject(), "CN=certwright test root");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check(&self, _policy: &Policy) -> Result<InstallSpec, Error> {
        let Self {
            r#type: _,
            public_certificate,
            private_key,
            intermediate_certificates,
            common_name,
            name,
            serial_number,
        } = self;
        let kind = self.kind()?;
        serial_number::refuse(serial_number.as_deref())?;
        let private_key = private_key
            .as_ref()
            .map(SecretPem::as_str)
            .and_then(non_blank);
        let intermediates = intermediate_certificates.iter();
        let intermediates: Vec<_> = intermediates
            .filter(|text| non_blank(text).is_some())
            .cloned()
            .collect();
        check_shape(kind, private_key.is_some(), !intermediates.is_empty())?;
        let common_name = common_name.as_deref().and_then(non_blank);
        let common_name = common_name
            .map(|name| common_name::check(name, COMMON_NAME))
            .transpose()?;

        let mut bundle = CertificateBundle::from_pem(public_certificate)?;
        if kind.is_for_verifying() && !bundle.is_single() {
            return Err(refused(
                ErrorCode::CertificateUnreadable,
                "there is more than one certificate; a CA is installed alone",
                CERTIFICATE,
            ));
        }
        if bundle.is_single() {
            readable(&bundle.leaf)?;
        }
        let private = private_key.map(|text| input::private_key(text, KEY));
        let private = private.transpose()?;
        bundle.add_intermediates(&intermediates)?;
        Ok(InstallSpec {
            kind,
            bundle,
            private,
            common_name: common_name.map(str::to_owned),
            name: name.as_deref().and_then(non_blank).map(str::to_owned),
        })
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
