//! [`inspect`]: the fields that the API shows of a certificate.

use crate::base::hex;
use crate::base::hidden::shown;
use crate::input::signing_request;
use crate::issue::requested::RequestedExtensions;
use crate::x509::certificate::{CertificateRef, Version};
use crate::x509::name::NameRef;
use crate::x509::request::VerifiedRequest;
use crate::x509::san::extension;
use crate::x509::{issuer, key_id, serial, usage};
use crate::{
    Certificate, Error, ErrorCode, KeyAlgorithm, KeyUsage, SignatureHash, SigningRequest,
    SubjectAlternatives, Time,
};
use const_oid::db::rfc5280::{ID_CE_EXT_KEY_USAGE, ID_CE_SUBJECT_ALT_NAME};
use std::borrow::Cow;
use x509_cert::ext::pkix::{self, BasicConstraints};

/// What a certificate says, in the API's formats. Control characters, invisible ones and those that
/// change the direction of text are escaped: as `\XX` of their octets in names of RFC 4514, else as
/// `\u{…}`.
///
/// With the `serde` feature it serializes with the API's field names; what is absent is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CertificateInfo {
    /// The last (most specific) common name of the subject.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub common_name: Option<String>,
    /// The common name of the issuer; its whole name where it has none.
    pub ca: String,
    /// Upper-case hex without leading zero octets, e.g. `15428D45CF81CF56`.
    pub serial_number: String,
    /// That of its signature; absent for schemes without one that is known.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub hash_function: Option<SignatureHash>,
    /// In bits: of the RSA modulus, or of the curve's field.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub key_size: Option<u32>,
    /// The last instant of its validity.
    #[cfg_attr(feature = "serde", serde(serialize_with = "as_text"))]
    pub expiry_time: Time,
    /// The DNS names, e-mail addresses, IP addresses and URIs of its subjectAltName.
    #[cfg_attr(
        feature = "serde",
        serde(skip_serializing_if = "SubjectAlternatives::is_empty")
    )]
    pub subject_alternatives: SubjectAlternatives,
    /// Upper-case hex pairs with colons.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub subject_key_identifier: Option<String>,
    /// Upper-case hex pairs with colons.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub authority_key_identifier: Option<String>,
    /// The first instant of its validity. Beyond the API.
    #[cfg_attr(feature = "serde", serde(serialize_with = "as_text"))]
    pub start_time: Time,
    /// The subject as a string like that of RFC 4514. Beyond the API.
    pub subject: String,
    /// The issuer as a string like that of RFC 4514. Beyond the API.
    pub issuer: String,
    /// The kind of its key. Beyond the API.
    pub algorithm: KeyAlgorithm,
    /// Whether its basicConstraints say that it is a CA. Beyond the API.
    pub is_ca: bool,
    /// How many CAs may follow below it in a chain, where that is limited. Beyond the API.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub path_length: Option<u8>,
    /// Whether subject and issuer are the same name. Beyond the API.
    pub self_issued: bool,
    /// The names of RFC 5280 section 4.2.1.3. Beyond the API.
    pub key_usages: Vec<KeyUsage>,
    /// The names of RFC 5280 section 4.2.1.12, or object identifiers. Beyond the API.
    pub extended_key_usages: Vec<String>,
}

#[cfg(feature = "serde")]
fn as_text<S: serde::Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

/// Reads a certificate (PEM, of a bundle the first) for display. Nothing in it is checked, and its
/// signature is not checked.
///
/// # Errors
///
/// [`CertificateUnreadable`](ErrorCode::CertificateUnreadable), or
/// [`OutOfMemory`](ErrorCode::OutOfMemory) above 1 MiB.
///
/// ```
/// let info = certwright::inspect(include_str!("../vectors/server.pem"))?;
/// assert_eq!(info.common_name.as_deref(), Some("server.example.com"));
/// assert_eq!(info.ca, "certwright test root");
/// assert_eq!(info.key_size, Some(2048));
/// assert!(!info.is_ca);
/// # Ok::<(), certwright::Error>(())
/// ```
pub fn inspect(certificate: &str) -> Result<CertificateInfo, Error> {
    Certificate::from_pem(certificate)?.info()
}

const FIELD: &str = "public_certificate";

impl Certificate {
    /// What the certificate says, for display: see [`inspect`].
    ///
    /// # Errors
    ///
    /// [`CertificateUnreadable`](ErrorCode::CertificateUnreadable): a name, the key or an extension
    /// that is shown is not readable.
    ///
    /// ```
    /// let certificate = certwright::Certificate::from_pem(include_str!("../vectors/server.pem"))?;
    /// assert_eq!(certificate.info()?.key_size, Some(2048));
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn info(&self) -> Result<CertificateInfo, Error> {
        info(&self.view())
    }
}

impl SigningRequest {
    /// The subject alternative names that it asks for. A request with names of other kinds than
    /// these four is refused when it is signed.
    ///
    /// # Errors
    ///
    /// [`SigningFailed`](ErrorCode::SigningFailed): an extension that it asks for is not readable.
    ///
    /// ```
    /// let request = certwright::SigningRequest::from_pem(include_str!("../vectors/csr-sans.pem"))?;
    /// assert_eq!(request.names()?.dns, ["sans.example.com", "*.sans.example.com"]);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn names(&self) -> Result<SubjectAlternatives, Error> {
        let request = self.view()?;
        let asked = requested(&request)?;
        match asked.alternatives {
            Some(names) => extension::from_extension(names)
                .map(shown_names)
                .map_err(|error| request_unreadable("its subjectAltName is not readable", error)),
            None => Ok(SubjectAlternatives::default()),
        }
    }

    /// The key usages that it asks for. Those of a CA are never granted.
    ///
    /// # Errors
    ///
    /// As [`SigningRequest::names`].
    ///
    /// ```
    /// let request = certwright::SigningRequest::from_pem(include_str!("../vectors/csr-plain.pem"))?;
    /// assert!(request.key_usages()?.is_empty());
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn key_usages(&self) -> Result<Vec<KeyUsage>, Error> {
        let usage = requested(&self.view()?)?.key_usage;
        Ok(usage.map_or_else(Vec::new, |usage| KeyUsage::all_of(usage).collect()))
    }

    /// The extended key usages that it asks for: the names of RFC 5280 section 4.2.1.12, or object
    /// identifiers.
    ///
    /// # Errors
    ///
    /// As [`SigningRequest::names`].
    ///
    /// ```
    /// let request = certwright::SigningRequest::from_pem(include_str!("../vectors/csr-plain.pem"))?;
    /// assert!(request.extended_key_usages()?.is_empty());
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn extended_key_usages(&self) -> Result<Vec<String>, Error> {
        let usages = requested(&self.view()?)?.extended_key_usages;
        let name = |oid| usage::shown_purpose(oid).into_owned();
        Ok(usages.into_iter().map(name).collect())
    }
}

fn requested<'a>(request: &VerifiedRequest<'a>) -> Result<RequestedExtensions<'a>, Error> {
    RequestedExtensions::read(&request.extensions)
        .map_err(|defect| request_unreadable(defect.to_string(), defect))
}

fn request_unreadable(
    message: impl Into<Cow<'static, str>>,
    cause: impl std::error::Error + Send + Sync + 'static,
) -> Error {
    Error::new(ErrorCode::SigningFailed, message)
        .with_target(signing_request::FIELD)
        .with_source(cause)
}

fn info(certificate: &CertificateRef<'_>) -> Result<CertificateInfo, Error> {
    let extensions = &certificate.extensions;
    let subject = name(certificate.subject, "subject")?;
    let issuer_name = name(certificate.issuer, "issuer")?;
    let key = certificate
        .public_key()
        .map_err(|error| unreadable("public key").with_source(error))?;
    let basic = readable(extensions.get::<BasicConstraints>(), "basicConstraints")?;
    let usage = readable(extensions.get::<pkix::KeyUsage>(), "keyUsage")?;
    let extended = extensions
        .find(ID_CE_EXT_KEY_USAGE)
        .map(|extension| usage::purposes_of(extension.value));
    let extended = readable(extended, "extendedKeyUsage")?;
    let alternatives = match extensions.find(ID_CE_SUBJECT_ALT_NAME) {
        Some(extension) => extension::from_extension(extension.value)
            .map(shown_names)
            .map_err(|error| unreadable("subjectAltName").with_source(error))?,
        None => SubjectAlternatives::default(),
    };
    let subject_text = subject.to_string();
    let issuer_text = issuer_name.to_string();
    Ok(CertificateInfo {
        common_name: common_name(&subject),
        ca: common_name(&issuer_name).unwrap_or_else(|| issuer_text.clone()),
        serial_number: serial::display(certificate.serial),
        hash_function: SignatureHash::of(certificate.scheme),
        key_size: key.kind.bits(),
        expiry_time: certificate.validity.not_after,
        subject_alternatives: alternatives,
        subject_key_identifier: key_id::subject(extensions).map(hex::with_colons),
        authority_key_identifier: key_id::authority(extensions)
            .as_deref()
            .map(hex::with_colons),
        start_time: certificate.validity.not_before,
        subject: subject_text,
        issuer: issuer_text,
        algorithm: KeyAlgorithm::of(key.kind),
        is_ca: certificate.version == Version::V3 && issuer::is_ca(basic.as_ref()),
        path_length: basic.and_then(|basic| basic.path_len_constraint),
        self_issued: certificate.subject == certificate.issuer,
        key_usages: usage.map_or_else(Vec::new, |usage| KeyUsage::all_of(usage).collect()),
        extended_key_usages: extended.map_or_else(Vec::new, |usages| {
            let name = |oid| usage::shown_purpose(oid).into_owned();
            usages.into_iter().map(name).collect()
        }),
    })
}

fn name<'a>(der: &'a [u8], part: &str) -> Result<NameRef<'a>, Error> {
    NameRef::parse(der).map_err(|error| unreadable(part).with_source(error))
}

fn common_name(name: &NameRef<'_>) -> Option<String> {
    name.common_name()
        .ok()
        .flatten()
        .map(|name| shown(name.into_owned()))
}

/// IA5String has control characters.
fn shown_names(names: SubjectAlternatives) -> SubjectAlternatives {
    let each = |names: Vec<String>| names.into_iter().map(shown).collect();
    SubjectAlternatives {
        dns: each(names.dns),
        email: each(names.email),
        ip: names.ip,
        uri: each(names.uri),
    }
}

fn readable<T>(extension: Option<der::Result<T>>, part: &str) -> Result<Option<T>, Error> {
    extension
        .transpose()
        .map_err(|error| unreadable(part).with_source(error))
}

fn unreadable(part: &str) -> Error {
    Error::new(
        ErrorCode::CertificateUnreadable,
        format!("the certificate's {part} is not readable"),
    )
    .with_target(FIELD)
}
