//! [`create`]: self-signed server and client certificates, and root CAs.

use crate::base::secret::UnlessKey;
use crate::crypto::{HashFunction, KeySpec, Seed, Stream};
use crate::issue::alternatives::of_common_name;
use crate::issue::key_pair::KeyPair;
use crate::issue::profile::Profile;
use crate::request::kind::CertificateKind;
use crate::request::{alternatives, common_name, expiry, hash_function, key_size, serial_number};
use crate::x509::name::write::common_name_only;
use crate::x509::tbs::{self, TbsCertificate};
use crate::x509::validity::Validity;
use crate::{
    Certificate, Error, ErrorCode, Policy, SecretDer, SecretPem, SubjectAlternatives, Time, Warning,
};
use rand_core::CryptoRng;
use std::fmt;

/// What [`create`] makes: the body of `POST /security/certificates` without a
/// `public_certificate`.
///
/// ```
/// use certwright::CreateRequest;
///
/// let request = CreateRequest::server("www.example.com")
///     .with_key_size(3072)
///     .with_hash_function("sha384")
///     .with_expiry("P90D");
/// assert_eq!(request.r#type, "server");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CreateRequest {
    /// `server`, `client` or `root_ca`.
    pub r#type: String,
    /// The subject's common name, 1 to 64 characters; required. The name alone, `ROOT`, not `CN=ROOT`:
    /// the subject has nothing else.
    pub common_name: Option<String>,
    /// `rsa` (the default) or, beyond the API, `ec`.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub algorithm: Option<String>,
    /// In bits. RSA: 2048 (the default) or 3072. EC: 256 (the default), 384 or 521.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub key_size: Option<u32>,
    /// `sha224`, `sha256` (the default), `sha384` or `sha512`.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub hash_function: Option<String>,
    /// An ISO 8601 duration or a date and time, 1 to 3652 days or up to 10 years from now; default
    /// `P365D`.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub expiry_time: Option<String>,
    /// Further names of the subject. A server without any gets its common name, where that is a
    /// DNS name or an IP address.
    #[cfg_attr(
        feature = "serde",
        serde(skip_serializing_if = "SubjectAlternatives::is_empty")
    )]
    pub subject_alternatives: SubjectAlternatives,
    /// Must be absent: serial numbers are generated.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub serial_number: Option<String>,
}

impl fmt::Debug for CreateRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateRequest")
            .field("type", &UnlessKey(&self.r#type))
            .field("common_name", &self.common_name.as_deref().map(UnlessKey))
            .field("algorithm", &self.algorithm.as_deref().map(UnlessKey))
            .field("key_size", &self.key_size)
            .field(
                "hash_function",
                &self.hash_function.as_deref().map(UnlessKey),
            )
            .field("expiry_time", &self.expiry_time.as_deref().map(UnlessKey))
            .field("subject_alternatives", &self.subject_alternatives)
            .field(
                "serial_number",
                &self.serial_number.as_deref().map(UnlessKey),
            )
            .finish()
    }
}

impl CreateRequest {
    /// The kind that is asked for.
    pub(crate) fn kind(&self) -> Result<CertificateKind, Error> {
        CertificateKind::parse(&self.r#type, &KINDS, VERB)
    }
}

impl CreateRequest {
    fn new(r#type: &str, common_name: impl Into<String>) -> Self {
        Self {
            r#type: r#type.to_owned(),
            common_name: Some(common_name.into()),
            ..Self::default()
        }
    }

    /// A root CA with the API's defaults.
    ///
    /// ```
    /// assert_eq!(certwright::CreateRequest::root_ca("ROOT").r#type, "root_ca");
    /// ```
    pub fn root_ca(common_name: impl Into<String>) -> Self {
        Self::new("root_ca", common_name)
    }

    /// A self-signed server certificate with the API's defaults.
    ///
    /// ```
    /// assert_eq!(certwright::CreateRequest::server("host.example").r#type, "server");
    /// ```
    pub fn server(common_name: impl Into<String>) -> Self {
        Self::new("server", common_name)
    }

    /// A self-signed client certificate with the API's defaults.
    ///
    /// ```
    /// assert_eq!(certwright::CreateRequest::client("admin").r#type, "client");
    /// ```
    pub fn client(common_name: impl Into<String>) -> Self {
        Self::new("client", common_name)
    }

    /// Sets the algorithm: `rsa` or `ec`.
    ///
    /// ```
    /// let request = certwright::CreateRequest::root_ca("ROOT").with_algorithm("ec");
    /// assert_eq!(request.algorithm.as_deref(), Some("ec"));
    /// ```
    #[must_use]
    pub fn with_algorithm(mut self, algorithm: impl Into<String>) -> Self {
        self.algorithm = Some(algorithm.into());
        self
    }

    /// Sets the key size in bits.
    ///
    /// ```
    /// let request = certwright::CreateRequest::root_ca("ROOT").with_key_size(3072);
    /// assert_eq!(request.key_size, Some(3072));
    /// ```
    #[must_use]
    pub fn with_key_size(mut self, bits: u32) -> Self {
        self.key_size = Some(bits);
        self
    }

    /// Sets the hash function.
    ///
    /// ```
    /// let request = certwright::CreateRequest::root_ca("ROOT").with_hash_function("sha512");
    /// assert_eq!(request.hash_function.as_deref(), Some("sha512"));
    /// ```
    #[must_use]
    pub fn with_hash_function(mut self, name: impl Into<String>) -> Self {
        self.hash_function = Some(name.into());
        self
    }

    /// Sets the expiry: a duration like `P90D` or a date and time.
    ///
    /// ```
    /// let request = certwright::CreateRequest::root_ca("ROOT").with_expiry("P5Y");
    /// assert_eq!(request.expiry_time.as_deref(), Some("P5Y"));
    /// ```
    #[must_use]
    pub fn with_expiry(mut self, expiry_time: impl Into<String>) -> Self {
        self.expiry_time = Some(expiry_time.into());
        self
    }

    /// Sets the subject alternative names.
    ///
    /// ```
    /// use certwright::{CreateRequest, SubjectAlternatives};
    ///
    /// let names = SubjectAlternatives::new().with_dns("www.example.com").with_ip("10.0.0.1");
    /// let request = CreateRequest::server("www").with_subject_alternatives(names.clone());
    /// assert_eq!(request.subject_alternatives, names);
    /// ```
    #[must_use]
    pub fn with_subject_alternatives(mut self, names: SubjectAlternatives) -> Self {
        self.subject_alternatives = names;
        self
    }
}

/// A self-signed certificate and its key.
///
/// With the `serde` feature it serializes without the key, as the API's record.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CreatedCertificate {
    /// PEM, label `CERTIFICATE`.
    pub public_certificate: String,
    /// PEM, label `PRIVATE KEY` (PKCS#8).
    #[cfg_attr(feature = "serde", serde(skip))]
    pub private_key: SecretPem,
    /// The same key: PKCS#8 in DER.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub private_key_der: SecretDer,
    /// The certificate, to be looked at.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub certificate: Certificate,
    /// What the caller should know of it.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub warnings: Vec<Warning>,
}

/// Creates a key and a certificate signed by it, valid from `policy.now` on.
///
/// The profile of each type stands in the crate's documentation. Draws 32 bytes from `rng`, once
/// all checks have passed; the same request, policy and bytes give the same certificate and key.
///
/// # Errors
///
/// In the order of the checks:
/// [`TypeNotSupported`](ErrorCode::TypeNotSupported),
/// [`SerialNumberGiven`](ErrorCode::SerialNumberGiven),
/// [`CommonNameMissing`](ErrorCode::CommonNameMissing);
/// [`HashNotFips`](ErrorCode::HashNotFips) or [`HashNotSupported`](ErrorCode::HashNotSupported);
/// [`KeySizeNotFips`](ErrorCode::KeySizeNotFips) or
/// [`KeySizeNotSupported`](ErrorCode::KeySizeNotSupported) (an unknown `algorithm` is a
/// [`CreateFailed`](ErrorCode::CreateFailed) that names it);
/// [`ExpiryOutOfRange`](ErrorCode::ExpiryOutOfRange);
/// [`CommonNameInvalid`](ErrorCode::CommonNameInvalid);
/// [`OutOfMemory`](ErrorCode::OutOfMemory) for more than 1000 subject alternative names,
/// [`CreateFailed`](ErrorCode::CreateFailed) for one that is not valid.
///
/// ```
/// use certwright::{CreateRequest, Policy};
/// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
///
/// let policy = Policy::at(std::time::SystemTime::now());
/// let request = CreateRequest::root_ca("ROOT").with_algorithm("ec").with_expiry("P3650D");
/// let root = certwright::create(&request, &policy, &mut rng)?;
/// assert!(root.public_certificate.starts_with("-----BEGIN CERTIFICATE-----\n"));
/// certwright::match_key(&root.public_certificate, root.private_key.as_str())?;
/// # Ok::<(), certwright::Error>(())
/// ```
pub fn create(
    request: &CreateRequest,
    policy: &Policy,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<CreatedCertificate, Error> {
    request.check(policy)?.make(policy, rng)
}

/// A certificate that is to be created: every value is checked.
///
/// ```
/// use certwright::{CertificateKind, CreateSpec, HashFunction, Policy, SubjectAlternatives, Time};
/// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
///
/// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
/// let spec = CreateSpec::new(CertificateKind::Server, "www.example.com", "2027-01-01T00:00:00Z".parse()?)?
///     .with_key(certwright::KeySpec::P256)
///     .with_hash(HashFunction::Sha384)
///     .with_subject_alternatives(&SubjectAlternatives::new().with_dns("www.example.com"))?;
/// let created = spec.make(&policy, &mut rng)?;
/// assert_eq!(created.certificate.subject(), "CN=www.example.com");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateSpec {
    kind: CertificateKind,
    key: KeySpec,
    hash: HashFunction,
    not_after: Time,
    /// DER of the Name.
    subject: Vec<u8>,
    /// DER of the SubjectAltName.
    alternatives: Option<Vec<u8>>,
    /// What is wrong with the common name as long as there is no other name.
    warning: Option<Warning>,
    /// That it is written `CN=…`.
    is_assignment: Option<Warning>,
}

/// What is created.
const KINDS: [CertificateKind; 3] = [
    CertificateKind::Server,
    CertificateKind::Client,
    CertificateKind::RootCa,
];
const VERB: &str = "created";

impl CreateRequest {
    /// Checks every field.
    ///
    /// # Errors
    ///
    /// Those of [`create`], in the same order.
    ///
    /// ```
    /// use certwright::{CreateRequest, ErrorCode, Policy, Time};
    ///
    /// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// assert!(CreateRequest::root_ca("ROOT").check(&policy).is_ok());
    /// let error = CreateRequest::root_ca("").check(&policy).unwrap_err();
    /// assert_eq!(error.code(), ErrorCode::CommonNameMissing);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check(&self, policy: &Policy) -> Result<CreateSpec, Error> {
        let Self {
            r#type: _,
            common_name,
            algorithm,
            key_size,
            hash_function,
            expiry_time,
            subject_alternatives,
            serial_number,
        } = self;
        let kind = self.kind()?;
        serial_number::refuse(serial_number.as_deref())?;
        let common_name = required_common_name(common_name.as_deref())?;
        let hash = hash_function::hash_function(hash_function.as_deref(), policy)?;
        let key = key_size::of_size(algorithm.as_deref(), *key_size, policy)?;
        let not_after = expiry::expiry(expiry_time.as_deref(), policy.now)?;
        CreateSpec::new(kind, common_name, not_after)?
            .with_hash(hash)
            .with_key(key)
            .with_subject_alternatives(subject_alternatives)
    }
}

impl CreateSpec {
    /// A self-signed certificate of this kind for this common name, valid up to this instant: with
    /// an RSA key of 2048 bits and SHA-256. The common name is given alone, `www.example.com` and not
    /// `CN=www.example.com` ([`Warning::CommonNameHasKey`]). That the end is not too far from now (see
    /// [`CreateRequest::expiry_time`]) is checked when it is made. A server's common name that is a DNS
    /// name or an IP address is its subject alternative name too, as long as no others are given.
    ///
    /// # Errors
    ///
    /// [`TypeNotSupported`](ErrorCode::TypeNotSupported) for a server_ca or client_ca, which are
    /// installed; [`CommonNameMissing`](ErrorCode::CommonNameMissing),
    /// [`CommonNameInvalid`](ErrorCode::CommonNameInvalid).
    ///
    /// ```
    /// use certwright::{CertificateKind, CreateSpec, Time};
    ///
    /// assert!(CreateSpec::new(CertificateKind::RootCa, "ROOT", Time::MAX).is_ok());
    /// assert!(CreateSpec::new(CertificateKind::ServerCa, "ROOT", Time::MAX).is_err());
    /// ```
    pub fn new(kind: CertificateKind, common_name: &str, not_after: Time) -> Result<Self, Error> {
        kind.check(&KINDS, VERB)?;
        let common_name = common_name::check(common_name, "common_name")?;
        let alternatives = match kind {
            CertificateKind::Server => of_common_name(common_name),
            _ => None,
        };
        let is_server = kind == CertificateKind::Server;
        Ok(Self {
            kind,
            key: KeySpec::Rsa2048,
            hash: HashFunction::Sha256,
            not_after,
            subject: common_name_only(common_name),
            warning: (is_server && alternatives.is_none())
                .then(|| Warning::no_host_name(common_name)),
            is_assignment: Warning::of_key(common_name),
            alternatives,
        })
    }

    /// What is made.
    #[cfg(feature = "catalog")]
    pub(crate) const fn kind(&self) -> CertificateKind {
        self.kind
    }

    /// Sets the kind of key.
    ///
    /// ```
    /// use certwright::{CertificateKind, CreateSpec, KeySpec, Time};
    ///
    /// CreateSpec::new(CertificateKind::RootCa, "ROOT", Time::MAX)?.with_key(KeySpec::P384);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    #[must_use]
    pub fn with_key(mut self, key: KeySpec) -> Self {
        self.key = key;
        self
    }

    /// Sets the hash function of the signature.
    ///
    /// ```
    /// use certwright::{CertificateKind, CreateSpec, HashFunction, Time};
    ///
    /// CreateSpec::new(CertificateKind::RootCa, "ROOT", Time::MAX)?.with_hash(HashFunction::Sha512);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    #[must_use]
    pub fn with_hash(mut self, hash: HashFunction) -> Self {
        self.hash = hash;
        self
    }

    /// Sets the subject alternative names; none leave what the common name gives.
    ///
    /// # Errors
    ///
    /// [`CreateFailed`](ErrorCode::CreateFailed) for a name that is not valid,
    /// [`OutOfMemory`](ErrorCode::OutOfMemory) above 1000.
    ///
    /// ```
    /// use certwright::{CertificateKind, CreateSpec, SubjectAlternatives, Time};
    ///
    /// let spec = CreateSpec::new(CertificateKind::Server, "www", Time::MAX)?;
    /// assert!(spec.with_subject_alternatives(&SubjectAlternatives::new().with_ip("10.0.0.0/8")).is_err());
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn with_subject_alternatives(mut self, names: &SubjectAlternatives) -> Result<Self, Error> {
        if let Some(encoded) = alternatives::encode(names, ErrorCode::CreateFailed)? {
            self.alternatives = Some(encoded);
            self.warning = None;
        }
        Ok(self)
    }

    /// Makes a key and the certificate, valid from `policy.now` on. Draws 32 bytes from `rng`.
    ///
    /// # Errors
    ///
    /// [`ExpiryOutOfRange`](ErrorCode::ExpiryOutOfRange);
    /// [`CreateFailed`](ErrorCode::CreateFailed).
    ///
    /// ```
    /// use certwright::{CertificateKind, CreateSpec, ErrorCode, Policy, Time};
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    ///
    /// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// let spec = CreateSpec::new(CertificateKind::RootCa, "ROOT", Time::MAX)?;
    /// assert_eq!(spec.make(&policy, &mut rng).unwrap_err().code(), ErrorCode::ExpiryOutOfRange);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn make(
        &self,
        policy: &Policy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<CreatedCertificate, Error> {
        expiry::check_range(self.not_after, policy.now)?;
        let seed = Seed::draw(rng);
        let pair = KeyPair::generate(self.key, &seed)?;
        let public = pair.public()?;
        let alternatives = self.alternatives.as_deref();
        let profile = match self.kind {
            CertificateKind::Server => Profile::server(&public, alternatives),
            CertificateKind::RootCa => Profile::root_ca(alternatives),
            _ => Profile::client(alternatives),
        };
        let algorithm = pair.private.algorithm(self.hash);
        let tbs = TbsCertificate {
            algorithm,
            issuer: &self.subject,
            validity: Validity {
                not_before: policy.now,
                not_after: self.not_after,
            },
            subject: &self.subject,
            spki: &pair.spki,
        }
        .encode(
            &mut seed.generator(Stream::SerialNumber),
            profile.room(),
            |out| profile.write(&public, out),
        );
        let (signature, key) = pair.sign(self.hash, &tbs, &seed)?;
        let certificate = Certificate::made(tbs::signed(&tbs, algorithm, &signature));
        Ok(CreatedCertificate {
            public_certificate: certificate.to_pem(),
            private_key: key.pem,
            private_key_der: key.der,
            certificate,
            warnings: self
                .warning
                .iter()
                .flat_map(|warning| [Warning::NoSubjectAlternativeName, warning.clone()])
                .chain(self.is_assignment.clone())
                .collect(),
        })
    }
}

fn required_common_name(common_name: Option<&str>) -> Result<&str, Error> {
    common_name
        .filter(|name| !name.trim().is_empty())
        .ok_or_else(|| {
            Error::new(ErrorCode::CommonNameMissing, "a common name is required")
                .with_target("common_name")
        })
}
