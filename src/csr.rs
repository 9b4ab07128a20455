//! [`generate_csr`]: a key and a signing request for it (RFC 2986).

use crate::base::secret::UnlessKey;
use crate::crypto::{HashFunction, KeySpec, Seed};
use crate::issue::key_pair::KeyPair;
use crate::request::{alternatives, hash_function, key_size, subject_name, usages};
use crate::x509::der::write::{OID, SEQUENCE, element, nest, push};
use crate::x509::extension;
use crate::x509::name::EMPTY_NAME;
use crate::x509::usage::{ExtendedKeyUsage, KeyUsage};
use crate::x509::{pem, tbs};
use crate::{Error, ErrorCode, Policy, SecretDer, SecretPem, SubjectAlternatives};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::{ID_CE_EXT_KEY_USAGE, ID_CE_KEY_USAGE, ID_CE_SUBJECT_ALT_NAME};
use der::Encode;
use rand_core::CryptoRng;
use std::fmt;
use x509_cert::ext::pkix;

/// What [`generate_csr`] makes: the body of `POST /security/certificate-signing-request`.
///
/// ```
/// use certwright::{CsrRequest, SubjectAlternatives};
///
/// let request = CsrRequest::new("C=US,O=NTAP,CN=test.domain.com")
///     .with_subject_alternatives(SubjectAlternatives::new().with_dns("*.example.com"))
///     .with_key_usages(["digitalSignature"])
///     .with_security_strength(128);
/// assert_eq!(request.security_strength.as_deref(), Some("128"));
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CsrRequest {
    /// `rsa` (the default) or `ec`.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub algorithm: Option<String>,
    /// In bits: 112 (the default), 128, 192 or 256. JSON may have a number or a string.
    ///
    /// | strength | rsa | ec |
    /// |---|---|---|
    /// | 112 | 2048 | P-256 (P-224 cannot be used in TLS 1.3) |
    /// | 128 | 3072 | P-256 |
    /// | 192 | 4096, as ONTAP has it; NIST would ask 7680 | P-384 |
    /// | 256 | not offered | P-521 |
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub security_strength: Option<String>,
    /// `sha224`, `sha256` (the default), `sha384` or `sha512`.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub hash_function: Option<String>,
    /// Comma separated `key=value`, e.g. `C=US,O=NTAP,CN=test.domain.com`. It or a subject
    /// alternative name is required. An e-mail address in it is not added to the alternative names: a CA
    /// does that ([`sign`](crate::sign()) does), and adds the common name too where none is asked for.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub subject_name: Option<String>,
    /// Names of the subject.
    #[cfg_attr(
        feature = "serde",
        serde(skip_serializing_if = "SubjectAlternatives::is_empty")
    )]
    pub subject_alternatives: SubjectAlternatives,
    /// Names of RFC 5280 section 4.2.1.3 in any case, e.g. `digitalSignature`. JSON may call it
    /// `key_usage`.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub key_usages: Vec<String>,
    /// Names of RFC 5280 section 4.2.1.12 in any case, e.g. `serverAuth`, or object identifiers,
    /// of at most 64 arcs below 2^128; at most 100.
    /// JSON may call it `extended_key_usage`.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub extended_key_usages: Vec<String>,
}

impl fmt::Debug for CsrRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let strength = self.security_strength.as_deref();
        f.debug_struct("CsrRequest")
            .field("algorithm", &self.algorithm.as_deref().map(UnlessKey))
            .field("security_strength", &strength.map(UnlessKey))
            .field(
                "hash_function",
                &self.hash_function.as_deref().map(UnlessKey),
            )
            .field("subject_name", &self.subject_name.as_deref().map(UnlessKey))
            .field("subject_alternatives", &self.subject_alternatives)
            .field("key_usages", &UnlessKey::list(&self.key_usages))
            .field(
                "extended_key_usages",
                &UnlessKey::list(&self.extended_key_usages),
            )
            .finish()
    }
}

impl CsrRequest {
    /// A request for this subject with the API's defaults.
    ///
    /// ```
    /// let request = certwright::CsrRequest::new("CN=host.example");
    /// assert_eq!(request.subject_name.as_deref(), Some("CN=host.example"));
    /// ```
    pub fn new(subject_name: impl Into<String>) -> Self {
        Self {
            subject_name: Some(subject_name.into()),
            ..Self::default()
        }
    }

    /// A request without a subject, for these names.
    ///
    /// ```
    /// use certwright::{CsrRequest, SubjectAlternatives};
    ///
    /// let request = CsrRequest::for_names(SubjectAlternatives::new().with_dns("host.example"));
    /// assert_eq!(request.subject_name, None);
    /// ```
    pub fn for_names(subject_alternatives: SubjectAlternatives) -> Self {
        Self {
            subject_alternatives,
            ..Self::default()
        }
    }

    /// Sets the algorithm: `rsa` or `ec`.
    ///
    /// ```
    /// let request = certwright::CsrRequest::new("CN=a").with_algorithm("ec");
    /// assert_eq!(request.algorithm.as_deref(), Some("ec"));
    /// ```
    #[must_use]
    pub fn with_algorithm(mut self, algorithm: impl Into<String>) -> Self {
        self.algorithm = Some(algorithm.into());
        self
    }

    /// Sets the security strength in bits.
    ///
    /// ```
    /// let request = certwright::CsrRequest::new("CN=a").with_security_strength(192);
    /// assert_eq!(request.security_strength.as_deref(), Some("192"));
    /// ```
    #[must_use]
    pub fn with_security_strength(mut self, bits: u16) -> Self {
        self.security_strength = Some(bits.to_string());
        self
    }

    /// Sets the hash function.
    ///
    /// ```
    /// let request = certwright::CsrRequest::new("CN=a").with_hash_function("sha384");
    /// assert_eq!(request.hash_function.as_deref(), Some("sha384"));
    /// ```
    #[must_use]
    pub fn with_hash_function(mut self, name: impl Into<String>) -> Self {
        self.hash_function = Some(name.into());
        self
    }

    /// Sets the subject alternative names.
    ///
    /// ```
    /// use certwright::{CsrRequest, SubjectAlternatives};
    ///
    /// let names = SubjectAlternatives::new().with_email("admin@example.com");
    /// let request = CsrRequest::new("CN=a").with_subject_alternatives(names.clone());
    /// assert_eq!(request.subject_alternatives, names);
    /// ```
    #[must_use]
    pub fn with_subject_alternatives(mut self, names: SubjectAlternatives) -> Self {
        self.subject_alternatives = names;
        self
    }

    /// Sets the key usages.
    ///
    /// ```
    /// let request = certwright::CsrRequest::new("CN=a").with_key_usages(["digitalSignature"]);
    /// assert_eq!(request.key_usages, ["digitalSignature"]);
    /// ```
    #[must_use]
    pub fn with_key_usages<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.key_usages = names.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the extended key usages.
    ///
    /// ```
    /// let request = certwright::CsrRequest::new("CN=a").with_extended_key_usages(["serverAuth"]);
    /// assert_eq!(request.extended_key_usages, ["serverAuth"]);
    /// ```
    #[must_use]
    pub fn with_extended_key_usages<S: Into<String>>(
        mut self,
        names: impl IntoIterator<Item = S>,
    ) -> Self {
        self.extended_key_usages = names.into_iter().map(Into::into).collect();
        self
    }
}

/// A signing request and its key.
///
/// With the `serde` feature it serializes as the API's answer, **with the key in the clear**: to
/// hand it out is what this operation is for.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct GeneratedCsr {
    /// PEM, label `CERTIFICATE REQUEST`.
    pub csr: String,
    /// PEM, label `PRIVATE KEY` (PKCS#8).
    #[cfg_attr(feature = "serde", serde(serialize_with = "in_the_clear"))]
    pub generated_private_key: SecretPem,
    /// The same request in DER.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub csr_der: Vec<u8>,
    /// The same key: PKCS#8 in DER.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub private_key_der: SecretDer,
}

#[cfg(feature = "serde")]
fn in_the_clear<S: serde::Serializer>(key: &SecretPem, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(key.as_str())
}

/// Generates a key and a signing request for it.
///
/// Draws 32 bytes from `rng`, once all checks have passed; the same request, policy and bytes give
/// the same answer.
///
/// # Errors
///
/// In the order of the checks: [`CommonNameMissing`](ErrorCode::CommonNameMissing) if there is
/// neither a subject name nor a subject alternative name;
/// [`HashNotFips`](ErrorCode::HashNotFips) or [`HashNotSupported`](ErrorCode::HashNotSupported);
/// [`KeySizeNotFips`](ErrorCode::KeySizeNotFips) (in FIPS mode: a strength below 112, or the key
/// sizes 512, 1024 and 1536) or [`KeySizeNotSupported`](ErrorCode::KeySizeNotSupported);
/// [`CommonNameInvalid`](ErrorCode::CommonNameInvalid); and
/// [`CreateFailed`](ErrorCode::CreateFailed) for anything else, the target naming the field, or
/// [`OutOfMemory`](ErrorCode::OutOfMemory) where it is too long: a subject name of more than 4096 bytes,
/// more than 1000 subject alternative names, more than 100 extended key usages.
///
/// ```
/// use certwright::{CsrRequest, Policy};
/// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
///
/// let policy = Policy::at(std::time::SystemTime::now());
/// let request = CsrRequest::new("C=US,O=NTAP,CN=test.domain.com").with_algorithm("ec");
/// let answer = certwright::generate_csr(&request, &policy, &mut rng)?;
/// assert!(answer.csr.starts_with("-----BEGIN CERTIFICATE REQUEST-----\n"));
/// # Ok::<(), certwright::Error>(())
/// ```
pub fn generate_csr(
    request: &CsrRequest,
    policy: &Policy,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<GeneratedCsr, Error> {
    request.check(policy)?.make(policy, rng)
}

/// A signing request that is to be generated: every value is checked.
///
/// ```
/// use certwright::{CsrSpec, KeySpec, Policy, SubjectAlternatives, Time};
/// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
///
/// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
/// let names = SubjectAlternatives::new().with_dns("www.example.com");
/// let spec = CsrSpec::new("O=NTAP,CN=www.example.com", &names)?.with_key(KeySpec::P256);
/// let generated = spec.make(&policy, &mut rng)?;
/// certwright::SigningRequest::from_der(&generated.csr_der)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsrSpec {
    key: KeySpec,
    hash: HashFunction,
    /// DER of the Name.
    subject: Vec<u8>,
    /// DER of the SubjectAltName.
    alternatives: Option<Vec<u8>>,
    key_usage: Option<pkix::KeyUsage>,
    extended_key_usages: Vec<ExtendedKeyUsage>,
}

impl CsrRequest {
    /// Checks every field.
    ///
    /// # Errors
    ///
    /// Those of [`generate_csr`], in the same order.
    ///
    /// ```
    /// use certwright::{CsrRequest, Policy, Time};
    ///
    /// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// assert!(CsrRequest::new("CN=a").check(&policy).is_ok());
    /// assert!(CsrRequest::new("CN").check(&policy).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check(&self, policy: &Policy) -> Result<CsrSpec, Error> {
        let Self {
            algorithm,
            security_strength,
            hash_function,
            subject_name,
            subject_alternatives,
            key_usages,
            extended_key_usages,
        } = self;
        let subject_name = given_subject(subject_name.as_deref(), subject_alternatives)?;
        let hash = hash_function::hash_function(hash_function.as_deref(), policy)?;
        let key =
            key_size::of_strength(algorithm.as_deref(), security_strength.as_deref(), policy)?;
        let mut spec = CsrSpec::of(subject_name, subject_alternatives)?
            .with_hash(hash)
            .with_key(key);
        spec.key_usage = usages::key_usages(key_usages, "key_usages")?;
        spec.with_extended_key_usages(extended_key_usages)
    }
}

/// The subject name that is not blank; `None` if there are alternatives in its stead.
fn given_subject<'a>(
    subject_name: Option<&'a str>,
    names: &SubjectAlternatives,
) -> Result<Option<&'a str>, Error> {
    let subject_name = subject_name.filter(|text| !text.trim().is_empty());
    if subject_name.is_none() && names.is_empty() {
        return Err(Error::new(
            ErrorCode::CommonNameMissing,
            "a subject name or a subject alternative name is required",
        )
        .with_target("subject_name"));
    }
    Ok(subject_name)
}

impl CsrSpec {
    /// A request for this subject, written as in [`CsrRequest::subject_name`], and these names; with
    /// an RSA key of 2048 bits and SHA-256. Either may be empty, not both.
    ///
    /// # Errors
    ///
    /// [`CommonNameMissing`](ErrorCode::CommonNameMissing),
    /// [`CommonNameInvalid`](ErrorCode::CommonNameInvalid),
    /// [`CreateFailed`](ErrorCode::CreateFailed).
    ///
    /// ```
    /// use certwright::{CsrSpec, SubjectAlternatives};
    ///
    /// assert!(CsrSpec::new("CN=a", &SubjectAlternatives::new()).is_ok());
    /// assert!(CsrSpec::new("", &SubjectAlternatives::new()).is_err());
    /// ```
    pub fn new(subject_name: &str, names: &SubjectAlternatives) -> Result<Self, Error> {
        Self::of(given_subject(Some(subject_name), names)?, names)
    }

    fn of(subject_name: Option<&str>, names: &SubjectAlternatives) -> Result<Self, Error> {
        let subject = match subject_name {
            Some(text) => subject_name::parse_subject_name(text)?,
            None => EMPTY_NAME.to_vec(),
        };
        Ok(Self {
            key: KeySpec::Rsa2048,
            hash: HashFunction::Sha256,
            subject,
            alternatives: alternatives::encode(names, ErrorCode::CreateFailed)?,
            key_usage: None,
            extended_key_usages: Vec::new(),
        })
    }

    /// Sets the kind of key.
    ///
    /// ```
    /// use certwright::{CsrSpec, KeySpec, SubjectAlternatives};
    ///
    /// CsrSpec::new("CN=a", &SubjectAlternatives::new())?.with_key(KeySpec::P521);
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
    /// use certwright::{CsrSpec, HashFunction, SubjectAlternatives};
    ///
    /// CsrSpec::new("CN=a", &SubjectAlternatives::new())?.with_hash(HashFunction::Sha512);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    #[must_use]
    pub fn with_hash(mut self, hash: HashFunction) -> Self {
        self.hash = hash;
        self
    }

    /// Asks for these key usages; for none if there are none.
    ///
    /// ```
    /// use certwright::{CsrSpec, KeyUsage, SubjectAlternatives};
    ///
    /// CsrSpec::new("CN=a", &SubjectAlternatives::new())?
    ///     .with_key_usages([KeyUsage::DigitalSignature, KeyUsage::KeyEncipherment]);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    #[must_use]
    pub fn with_key_usages(mut self, usages: impl IntoIterator<Item = KeyUsage>) -> Self {
        self.key_usage = KeyUsage::extension(usages);
        self
    }

    /// Asks for these extended key usages, named as in [`CsrRequest::extended_key_usages`]; for none
    /// if there are none.
    ///
    /// # Errors
    ///
    /// [`CreateFailed`](ErrorCode::CreateFailed) for a name that is none,
    /// [`OutOfMemory`](ErrorCode::OutOfMemory) for more than 100.
    ///
    /// ```
    /// use certwright::{CsrSpec, SubjectAlternatives};
    ///
    /// let spec = CsrSpec::new("CN=a", &SubjectAlternatives::new())?;
    /// assert!(spec.clone().with_extended_key_usages(&["serverAuth", "1.3.6.1.4.1.311.20.2.2"]).is_ok());
    /// assert!(spec.with_extended_key_usages(&["server"]).is_err());
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn with_extended_key_usages(mut self, names: &[impl AsRef<str>]) -> Result<Self, Error> {
        self.extended_key_usages = usages::extended_key_usages(names, "extended_key_usages")?;
        Ok(self)
    }

    /// Makes a key and the request. Draws 32 bytes from `rng`. Every key and hash function that can
    /// be named here is accepted in FIPS mode.
    ///
    /// # Errors
    ///
    /// [`CreateFailed`](ErrorCode::CreateFailed).
    ///
    /// ```
    /// use certwright::{CsrSpec, KeySpec, Policy, SubjectAlternatives, Time};
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    ///
    /// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// let spec = CsrSpec::new("CN=a", &SubjectAlternatives::new())?.with_key(KeySpec::P256);
    /// assert!(spec.make(&policy, &mut rng)?.csr.starts_with("-----BEGIN CERTIFICATE REQUEST-----"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn make(
        &self,
        _policy: &Policy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<GeneratedCsr, Error> {
        let seed = Seed::draw(rng);
        let pair = KeyPair::generate(self.key, &seed)?;
        let algorithm = pair.private.algorithm(self.hash);
        let extensions = self.extensions()?;
        let info = tbs::request_info(&self.subject, &pair.spki, extensions.as_deref());
        let (signature, key) = pair.sign(self.hash, &info, &seed)?;
        let csr_der = tbs::signed(&info, algorithm, &signature);
        Ok(GeneratedCsr {
            csr: pem::write_request(&csr_der),
            generated_private_key: key.pem,
            csr_der,
            private_key_der: key.der,
        })
    }

    /// The DER of the extensions that the request asks for; `None` if it asks for none.
    fn extensions(&self) -> Result<Option<Vec<u8>>, Error> {
        let failed = |error: der::Error| {
            Error::new(ErrorCode::CreateFailed, "an extension could not be encoded")
                .with_source(error)
        };
        let mut list = Vec::new();
        let mut add = |oid: ObjectIdentifier, critical, value: &[u8]| {
            extension::write(oid, critical, value, &mut list);
        };
        if let Some(names) = &self.alternatives {
            add(ID_CE_SUBJECT_ALT_NAME, self.subject == EMPTY_NAME, names);
        }
        if let Some(usage) = &self.key_usage {
            add(ID_CE_KEY_USAGE, true, &usage.to_der().map_err(failed)?);
        }
        if !self.extended_key_usages.is_empty() {
            let mut value = Vec::new();
            nest(&mut value, SEQUENCE, |list| {
                for usage in &self.extended_key_usages {
                    push(list, OID, usage.oid().as_bytes());
                }
            });
            add(ID_CE_EXT_KEY_USAGE, false, &value);
        }
        Ok((!list.is_empty()).then(|| element(SEQUENCE, &list)))
    }
}

#[cfg(test)]
mod tests {
    use crate::issue::subject::for_issuance;
    use crate::request::subject_name::parse_subject_name;
    use crate::x509::name::NameRef;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_subject_that_can_be_asked_for_can_be_issued(text in "(O|CN|L|ST|C|E|DC|SN)=[ a-z\\\\,\"#+;äß=0-9]{1,12}(,OU=\\PC{0,9})?") {
            if let Ok(der) = parse_subject_name(&text) {
                prop_assert!(for_issuance(&NameRef::parse(&der).unwrap()).is_ok());
            }
        }
    }
}
