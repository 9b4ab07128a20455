//! [`InstallSpec`]: what was read, and whether it may be taken in.

#[cfg(feature = "catalog")]
use crate::SecretDer;
use crate::chain::{Above, CertificateBundle, Installation};
use crate::crypto::PrivateKey;
use crate::request::common_name;
use crate::x509::certificate::CertificateRef;
use crate::x509::name::{EMPTY_NAME, NameRef};
use crate::{
    Certificate, CertificateInfo, CertificateKind, Error, ErrorCode, Policy, Warning, input,
    match_key,
};
use std::borrow::Cow;

/// What was understood of a certificate that may be taken in.
///
/// With the `serde` feature, `certificate` is what [`inspect`](crate::inspect()) shows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct InstalledCertificate {
    /// As it was asked for.
    pub r#type: CertificateKind,
    /// The name that was given. A host that is given none makes one up that is free where it keeps the
    /// certificate; what stands in the certificate may be no name for a file.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub name: Option<String>,
    /// The one that was given, else that of the subject.
    pub common_name: String,
    /// PEM of the certificate alone.
    pub public_certificate: String,
    /// PEM of those above it, each signed by the next, without a root: what a TLS server sends behind it.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub intermediate_certificates: Vec<String>,
    /// What [`inspect`](crate::inspect()) shows of the certificate.
    #[cfg_attr(feature = "serde", serde(rename = "certificate"))]
    pub info: CertificateInfo,
    /// The certificate.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub certificate: Certificate,
    /// Those above it, each signed by the next, without a root.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub intermediates: Vec<Certificate>,
    /// What the caller should know of it.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub warnings: Vec<Warning>,
}

/// A certificate that is to be taken in, with its key and the certificates above it, all of them
/// read.
///
/// ```
/// use certwright::{Certificate, CertificateKind, InstallSpec, Policy, Time};
///
/// let root = Certificate::from_pem(include_str!("../../vectors/root.pem"))?;
/// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
/// let installed = InstallSpec::new(CertificateKind::ClientCa, root)?.install(&policy)?;
/// assert_eq!(installed.common_name, "certwright test root");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct InstallSpec {
    pub(super) kind: CertificateKind,
    pub(super) bundle: CertificateBundle,
    pub(super) private: Option<PrivateKey>,
    pub(super) common_name: Option<String>,
    pub(super) name: Option<String>,
}

impl InstallSpec {
    /// A certificate of this kind.
    ///
    /// # Errors
    ///
    /// [`TypeNotSupported`](ErrorCode::TypeNotSupported) for a root CA, which is created, not
    /// installed; [`CertificateUnreadable`](ErrorCode::CertificateUnreadable),
    /// [`KeyTypeNotSupported`](ErrorCode::KeyTypeNotSupported).
    ///
    /// ```
    /// use certwright::{Certificate, CertificateKind, InstallSpec};
    ///
    /// let root = Certificate::from_pem(include_str!("../../vectors/root.pem"))?;
    /// assert!(InstallSpec::new(CertificateKind::RootCa, root).is_err());
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn new(kind: CertificateKind, certificate: Certificate) -> Result<Self, Error> {
        kind.check(&KINDS, VERB)?;
        readable(&certificate)?;
        Ok(Self {
            kind,
            bundle: CertificateBundle::new(certificate, &[])?,
            private: None,
            common_name: None,
            name: None,
        })
    }

    /// Gives the private key: the DER of PKCS#8, PKCS#1 or SEC 1.
    ///
    /// # Errors
    ///
    /// [`PrivateKeyUnreadable`](ErrorCode::PrivateKeyUnreadable),
    /// [`KeyTypeNotSupported`](ErrorCode::KeyTypeNotSupported).
    ///
    /// ```
    /// use certwright::{Certificate, CertificateKind, InstallSpec};
    ///
    /// let server = Certificate::from_pem(include_str!("../../vectors/server.pem"))?;
    /// let spec = InstallSpec::new(CertificateKind::Server, server)?;
    /// assert!(spec.with_private_key_der(b"not a key").is_err());
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn with_private_key_der(mut self, der: &[u8]) -> Result<Self, Error> {
        self.private = Some(input::private_key_der(der, KEY)?);
        Ok(self)
    }

    /// Gives the certificates above it, in any order.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`](ErrorCode::OutOfMemory) above 1000 certificates or 2 MiB.
    ///
    /// ```
    /// use certwright::{Certificate, CertificateKind, InstallSpec};
    ///
    /// let server = Certificate::from_pem(include_str!("../../vectors/server.pem"))?;
    /// let root = Certificate::from_pem(include_str!("../../vectors/root.pem"))?;
    /// InstallSpec::new(CertificateKind::Server, server)?.with_intermediates(&[root])?;
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn with_intermediates(mut self, intermediates: &[Certificate]) -> Result<Self, Error> {
        self.bundle = CertificateBundle::new(self.bundle.leaf, intermediates)?;
        Ok(self)
    }

    /// Sets the common name that takes the place of the subject's.
    ///
    /// # Errors
    ///
    /// [`CommonNameMissing`](ErrorCode::CommonNameMissing),
    /// [`CommonNameInvalid`](ErrorCode::CommonNameInvalid).
    ///
    /// ```
    /// use certwright::{Certificate, CertificateKind, InstallSpec};
    ///
    /// let root = Certificate::from_pem(include_str!("../../vectors/root.pem"))?;
    /// let spec = InstallSpec::new(CertificateKind::ServerCa, root)?;
    /// assert!(spec.with_common_name("").is_err());
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn with_common_name(mut self, common_name: &str) -> Result<Self, Error> {
        self.common_name = Some(common_name::check(common_name, COMMON_NAME)?.to_owned());
        Ok(self)
    }

    /// Sets the name that it is kept under. A blank one counts as absent.
    ///
    /// ```
    /// use certwright::{Certificate, CertificateKind, InstallSpec, Policy, Time};
    ///
    /// let root = Certificate::from_pem(include_str!("../../vectors/root.pem"))?;
    /// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// let spec = InstallSpec::new(CertificateKind::ServerCa, root)?.with_name("my_ca");
    /// assert_eq!(spec.install(&policy)?.name.as_deref(), Some("my_ca"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        self.name = non_blank(name).map(str::to_owned);
        self
    }

    /// The private key that was given, as it is kept: PKCS#8 in DER.
    #[cfg(feature = "catalog")]
    pub(crate) fn private_key_der(&self) -> Result<Option<SecretDer>, Error> {
        let encoded = self.private.as_ref().map(PrivateKey::to_pkcs8).transpose();
        let encoded = encoded
            .map_err(|error| input::key_error(error, ErrorCode::PrivateKeyUnreadable, KEY))?;
        Ok(encoded.map(SecretDer::from))
    }

    /// Decides whether the certificate may be taken in.
    ///
    /// # Errors
    ///
    /// Those of [`install`](crate::install()) beyond the reading, and of the request's shape those that this spec may
    /// still have: a key or intermediates of a CA, no key of a server or client.
    ///
    /// ```
    /// use certwright::{Certificate, CertificateKind, ErrorCode, InstallSpec, Policy, Time};
    ///
    /// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// let server = Certificate::from_pem(include_str!("../../vectors/server.pem"))?;
    /// let error = InstallSpec::new(CertificateKind::Server, server)?.install(&policy).unwrap_err();
    /// assert_eq!(error.code(), ErrorCode::PrivateKeyMissing);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn install(self, policy: &Policy) -> Result<InstalledCertificate, Error> {
        let Self {
            kind,
            mut bundle,
            private,
            common_name,
            name,
        } = self;
        check_shape(
            kind,
            private.is_some(),
            !bundle.is_single() && kind.is_for_verifying(),
        )?;
        let is_found = private
            .as_ref()
            .is_none_or(|private| find_leaf(&mut bundle, private, policy));
        let installation = Installation::new(&bundle, policy)?;
        let info = readable(&bundle.leaf)?;
        if !is_found {
            return Err(no_match(bundle.len()));
        }
        let leaf = bundle.leaf.view();
        refuse_short_key(&leaf)?;
        installation.check_validity()?;
        installation.check_algorithms()?;
        let common_name = match common_name {
            Some(common_name) => common_name,
            None => own_common_name(&leaf)?,
        };
        if leaf.issuer == EMPTY_NAME {
            let message = "the issuer of the certificate is empty";
            return Err(refused(ErrorCode::IssuerUnusable, message, CERTIFICATE));
        }
        if kind.is_for_verifying() {
            installation.check_is_ca()?;
        }
        let Above {
            intermediates,
            mut warnings,
        } = installation.lead_upward()?;
        if kind == CertificateKind::Server && info.subject_alternatives.is_empty() {
            warnings.insert(0, Warning::NoSubjectAlternativeName);
        }
        Ok(InstalledCertificate {
            r#type: kind,
            name,
            common_name,
            public_certificate: bundle.leaf.to_pem(),
            intermediate_certificates: intermediates.iter().map(Certificate::to_pem).collect(),
            info,
            certificate: bundle.leaf.clone(),
            intermediates,
            warnings,
        })
    }
}

impl std::fmt::Debug for InstallSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InstallSpec")
            .field("kind", &self.kind)
            .field("certificate", &self.bundle.leaf)
            .finish_non_exhaustive()
    }
}

pub(super) const CERTIFICATE: &str = "public_certificate";
pub(super) const KEY: &str = "private_key";
pub(super) const COMMON_NAME: &str = "common_name";

/// What is installed.
pub(super) const KINDS: [CertificateKind; 4] = [
    CertificateKind::Server,
    CertificateKind::Client,
    CertificateKind::ServerCa,
    CertificateKind::ClientCa,
];
pub(super) const VERB: &str = "installed";

/// What comes with each kind of certificate.
pub(super) fn check_shape(
    kind: CertificateKind,
    has_key: bool,
    has_intermediates: bool,
) -> Result<(), Error> {
    match (kind.is_for_verifying(), has_key, has_intermediates) {
        (true, true, _) => Err(refused(
            ErrorCode::PrivateKeyNotAccepted,
            "a CA certificate is installed without a private key",
            KEY,
        )),
        (true, false, true) => Err(refused(
            ErrorCode::IntermediatesNotAccepted,
            "a CA certificate is installed without intermediates",
            "intermediate_certificates",
        )),
        (false, false, _) => Err(refused(
            ErrorCode::PrivateKeyMissing,
            "a server or client certificate is installed with its private key",
            KEY,
        )),
        _ => Ok(()),
    }
}

/// Makes the certificate that the key fits the leaf: of several, one that is valid now.
fn find_leaf(bundle: &mut CertificateBundle, private: &PrivateKey, policy: &Policy) -> bool {
    let Some(own) = match_key::public_half(private) else {
        return false;
    };
    let fits = |certificate: &Certificate| {
        let key = certificate.view().public_key();
        key.is_ok_and(|key| match_key::is_that(&own, &key))
    };
    let is_valid =
        |certificate: &Certificate| certificate.view().validity.check(policy.now).is_ok();
    bundle.choose_leaf(|certificate| is_valid(certificate) && fits(certificate))
        || bundle.choose_leaf(fits)
}

fn no_match(certificates: usize) -> Error {
    let message: Cow<'static, str> = match certificates {
        1 => "the private key is not that of the certificate".into(),
        count => format!("the private key is that of none of the {count} certificates").into(),
    };
    Error::new(ErrorCode::KeyMismatch, message).with_target(KEY)
}

/// The fewest bits of an RSA key: shorter ones have been factored.
const RSA_BITS_MIN: u32 = 1024;

fn refuse_short_key(certificate: &CertificateRef<'_>) -> Result<(), Error> {
    let key = certificate.public_key().map_err(key_error)?;
    match key.kind.rsa_bits() {
        Some(bits @ ..RSA_BITS_MIN) => Err(Error::new(
            ErrorCode::KeySizeNotSupported,
            format!("its RSA key has {bits} bits; accepted are at least {RSA_BITS_MIN}"),
        )
        .with_target(CERTIFICATE)
        .with_argument("key_size", &bits.to_string())),
        _ => Ok(()),
    }
}

/// What can be shown of a certificate whose key is supported.
pub(super) fn readable(certificate: &Certificate) -> Result<CertificateInfo, Error> {
    let info = certificate.info()?;
    certificate
        .view()
        .public_key()
        .and_then(|key| key.check_supported())
        .map_err(key_error)?;
    Ok(info)
}

fn key_error(error: crate::crypto::KeyError) -> Error {
    input::key_error(error, ErrorCode::CertificateUnreadable, CERTIFICATE)
}

/// The text without outer spaces, unless there is nothing else.
pub(super) fn non_blank(text: &str) -> Option<&str> {
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
        Ok(Ok(Some(name))) => common_name::check_of_others(&name, CERTIFICATE).map(str::to_owned),
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

pub(super) fn refused(code: ErrorCode, message: &'static str, field: &'static str) -> Error {
    Error::new(code, message).with_target(field)
}
