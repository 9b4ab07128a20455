//! [`sign`] and [`sign_batch`]: certificates from signing requests. The hot path.
//!
//! The work is done in stages, each for all requests before the next begins, so that arithmetic
//! that works on many at once can: read, verify, decide, build, sign, encode. A request that is
//! refused in one stage takes no part in the later ones.

use crate::crypto::{
    HashFunction, PublicKey, Seed, SignJob, SignatureScheme, SignerError, Stream, Verified,
    VerifyError, VerifyJob, fips,
};
use crate::input;
use crate::issue::profile::Profile;
use crate::issue::requested::RequestedExtensions;
use crate::request::{alternatives, common_name, expiry, hash_function};
use crate::x509::name::NameRef;
use crate::x509::name::key::NameKey;
use crate::x509::pem;
use crate::x509::request::{Request, VerifiedRequest};
use crate::x509::san::extension;
use crate::x509::serial::SerialNumber;
use crate::x509::tbs::{self, TbsCertificate};
use crate::{CertificateAuthority, Error, ErrorCode, Policy, Time};
use rand_core::CryptoRng;
use std::borrow::Cow;

/// What [`sign`] signs: the body of `POST /security/certificates/{ca.uuid}/sign`.
///
/// ```
/// use certwright::SignRequest;
///
/// let request = SignRequest::new("-----BEGIN CERTIFICATE REQUEST-----…").with_expiry("P90D");
/// assert_eq!(request.hash_function, None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Deserialize, serde::Serialize),
    serde(default)
)]
#[non_exhaustive]
pub struct SignRequest {
    /// PEM, label `CERTIFICATE REQUEST` or `NEW CERTIFICATE REQUEST`.
    #[cfg_attr(
        feature = "serde",
        serde(deserialize_with = "crate::request::null::or_default")
    )]
    pub signing_request: String,
    /// `sha224`, `sha256` (the default), `sha384` or `sha512`.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub hash_function: Option<String>,
    /// An ISO 8601 duration or a date and time, 1 to 3652 days from now; default `P365D`.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub expiry_time: Option<String>,
}

impl SignRequest {
    /// A request with the API's defaults.
    ///
    /// ```
    /// assert_eq!(certwright::SignRequest::new("CSR").signing_request, "CSR");
    /// ```
    pub fn new(signing_request: impl Into<String>) -> Self {
        Self {
            signing_request: signing_request.into(),
            ..Self::default()
        }
    }

    /// Sets the hash function.
    ///
    /// ```
    /// let request = certwright::SignRequest::new("CSR").with_hash_function("sha384");
    /// assert_eq!(request.hash_function.as_deref(), Some("sha384"));
    /// ```
    #[must_use]
    pub fn with_hash_function(mut self, name: impl Into<String>) -> Self {
        self.hash_function = Some(name.into());
        self
    }

    /// Sets the expiry: a duration like `P90D` or a date and time.
    ///
    /// ```
    /// let request = certwright::SignRequest::new("CSR").with_expiry("P90D");
    /// assert_eq!(request.expiry_time.as_deref(), Some("P90D"));
    /// ```
    #[must_use]
    pub fn with_expiry(mut self, expiry_time: impl Into<String>) -> Self {
        self.expiry_time = Some(expiry_time.into());
        self
    }
}

/// A certificate signed by a CA.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SignedCertificate {
    /// PEM, label `CERTIFICATE`.
    pub public_certificate: String,
}

/// Signs a request with a CA, for a certificate valid from `policy.now` on.
///
/// What a request can ask for and what it gets stands in the crate's documentation; it never gets
/// to be a CA. Draws 32 bytes from `rng`, once all checks have passed; the same CA, request, policy
/// and bytes give the same certificate.
///
/// # Errors
///
/// In the order of the checks:
///
/// * [`HashNotFips`](ErrorCode::HashNotFips), [`HashNotSupported`](ErrorCode::HashNotSupported);
/// * [`ExpiryOutOfRange`](ErrorCode::ExpiryOutOfRange);
/// * [`SigningFailed`](ErrorCode::SigningFailed): the request is unreadable, signed with an
///   algorithm that is not supported, or its own signature does not verify;
///   [`KeyTypeNotSupported`](ErrorCode::KeyTypeNotSupported): it has a key of a type that is not
///   supported; [`HashNotSupported`](ErrorCode::HashNotSupported) (in FIPS mode
///   [`CertificateNotFips`](ErrorCode::CertificateNotFips)): it is signed with md5 or sha1;
/// * [`CaCannotSign`](ErrorCode::CaCannotSign): the CA certificate is not valid at `policy.now`;
/// * [`CommonNameMissing`](ErrorCode::CommonNameMissing): it has neither a common name nor a
///   subject alternative name; [`CommonNameInvalid`](ErrorCode::CommonNameInvalid);
/// * [`CertificateNotFips`](ErrorCode::CertificateNotFips): FIPS mode, and the key of the request
///   or of the CA is not acceptable; [`CaCannotSign`](ErrorCode::CaCannotSign): it asks to be a CA
///   and the CA's path length is 0;
/// * [`SameCommonNameAsCa`](ErrorCode::SameCommonNameAsCa);
/// * [`OutlivesCa`](ErrorCode::OutlivesCa);
/// * [`SigningFailed`](ErrorCode::SigningFailed): a name or an extension that it asks for cannot go
///   into a certificate, or the signer failed.
///
/// ```
/// use certwright::{CertificateAuthority, Policy, SignRequest, Time};
/// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
///
/// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
/// let (root, key) = (include_str!("../vectors/root.pem"), include_str!("../vectors/root.key"));
/// let ca = CertificateAuthority::from_pem(root, key, &policy)?;
/// let request = SignRequest::new(include_str!("../vectors/server.csr")).with_expiry("P90D");
/// let signed = certwright::sign(&ca, &request, &policy, &mut rng)?;
/// assert!(signed.public_certificate.starts_with("-----BEGIN CERTIFICATE-----\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn sign(
    ca: &CertificateAuthority,
    request: &SignRequest,
    policy: &Policy,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<SignedCertificate, Error> {
    let mut answers = sign_batch(ca, std::slice::from_ref(request), policy, rng);
    answers
        .pop()
        .unwrap_or_else(|| Err(failed("there is no answer")))
}

/// Signs many requests: the same answers, byte for byte, as [`sign`] for one after the other with
/// the same `rng`. One that is refused does not disturb the others.
///
/// At most 1024 requests are worked on at a time. Each of these holds about 1.1 KB beside its answer,
/// which has about 1.2 KB itself; so a batch of any length needs its answers and about 1 MB
/// (`cargo bench --bench scale` measures it).
///
/// ```
/// use certwright::{CertificateAuthority, Policy, SignRequest, Time};
/// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
///
/// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
/// let (root, key) = (include_str!("../vectors/root.pem"), include_str!("../vectors/root.key"));
/// let ca = CertificateAuthority::from_pem(root, key, &policy)?;
/// let good = SignRequest::new(include_str!("../vectors/server.csr"));
/// let answers = certwright::sign_batch(&ca, &[good.clone(), SignRequest::new(""), good], &policy, &mut rng);
/// assert!(answers[0].is_ok() && answers[1].is_err() && answers[2].is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn sign_batch(
    ca: &CertificateAuthority,
    requests: &[SignRequest],
    policy: &Policy,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Vec<Result<SignedCertificate, Error>> {
    in_stages(ca, requests, policy, rng, &mut |_| ())
}

/// A stage of [`sign_batch`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "hooks"), allow(unreachable_pub))]
pub enum Stage {
    /// The fields, and the base64 of the signing requests.
    Read,
    /// The DER of the signing requests.
    Parse,
    /// The signing requests' own signatures, with the preparation of their keys.
    Verify,
    /// The rules, and the certificates' bytes up to the signature.
    Build,
    /// The CA's signatures, with their digests and the check of each.
    Sign,
    /// The certificates' PEM.
    Encode,
}

/// The most requests that go through the stages together: more would not be faster, and what they
/// hold between the stages would no longer fit into the processor's caches.
const PART: usize = 1024;

/// [`sign_batch`], which reports to `ended` when a stage is over.
pub(crate) fn in_stages(
    ca: &CertificateAuthority,
    requests: &[SignRequest],
    policy: &Policy,
    rng: &mut (impl CryptoRng + ?Sized),
    ended: &mut impl FnMut(Stage),
) -> Vec<Result<SignedCertificate, Error>> {
    let mut answers = Vec::with_capacity(requests.len());
    for part in requests.chunks(PART) {
        sign_part(ca, part, policy, rng, ended, &mut answers);
    }
    answers
}

fn sign_part(
    ca: &CertificateAuthority,
    requests: &[SignRequest],
    policy: &Policy,
    rng: &mut (impl CryptoRng + ?Sized),
    ended: &mut impl FnMut(Stage),
    answers: &mut Vec<Result<SignedCertificate, Error>>,
) {
    let mut bytes = Vec::with_capacity(requests.len());
    let terms: Vec<_> = requests
        .iter()
        .map(|request| {
            let (terms, der) = read(request, policy)?;
            bytes.push(der);
            Ok(terms)
        })
        .collect();
    ended(Stage::Read);
    let mut bytes = bytes.iter();
    let parsed: Vec<_> = terms
        .into_iter()
        .map(|terms| parse(terms?, bytes.next().map_or(&[], Vec::as_slice), policy))
        .collect();
    ended(Stage::Parse);
    let jobs: Vec<_> = parsed.iter().flatten().map(Parsed::job).collect();
    let mut verdicts = ca.dispatch.verify(&jobs).into_iter();
    ended(Stage::Verify);
    let drafts: Vec<_> = parsed
        .into_iter()
        .map(|parsed| {
            let (terms, request) = parsed?.verified(verdicts.next())?;
            let allowed = decide(ca, &terms, &request, policy)?;
            build(ca, &terms, &request, allowed, policy.now, Seed::draw(rng))
        })
        .collect();
    ended(Stage::Build);
    let messages: Vec<_> = drafts
        .iter()
        .flatten()
        .map(PendingCertificate::job)
        .collect();
    let mut signatures = ca.sign_batch(&messages).into_iter();
    ended(Stage::Sign);
    let encoded = drafts
        .into_iter()
        .map(|draft| encode(ca, &draft?, signatures.next()));
    answers.extend(encoded);
    ended(Stage::Encode);
}

/// What the fields of the request say, beside the signing request itself.
struct SignSpec {
    hash: HashFunction,
    not_after: Time,
}

/// First stage: the values of the request, and the bytes of the signing request.
fn read(request: &SignRequest, policy: &Policy) -> Result<(SignSpec, Vec<u8>), Error> {
    let SignRequest {
        signing_request,
        hash_function,
        expiry_time,
    } = request;
    let terms = SignSpec {
        hash: hash_function::hash_function(hash_function.as_deref(), policy)?,
        not_after: expiry::expiry(expiry_time.as_deref(), policy.now)?,
    };
    Ok((terms, input::request(signing_request, FIELD)?))
}

const FIELD: &str = "signing_request";

/// A request whose own signature is still to be checked.
struct Parsed<'a> {
    terms: SignSpec,
    request: Request<'a>,
    key: PublicKey<'a>,
}

fn parse<'a>(terms: SignSpec, der: &'a [u8], policy: &Policy) -> Result<Parsed<'a>, Error> {
    let request = Request::parse(der)
        .map_err(|error| input::malformed(&error, ErrorCode::SigningFailed, FIELD))?;
    let key = request
        .public_key()
        .map_err(|error| input::key_error(error, ErrorCode::SigningFailed, FIELD))?;
    check_scheme(request.scheme, &key, policy)?;
    Ok(Parsed {
        terms,
        request,
        key,
    })
}

/// Refuses a signature that is no longer secure, or that the engine cannot check.
fn check_scheme(
    scheme: SignatureScheme,
    key: &PublicKey<'_>,
    policy: &Policy,
) -> Result<(), Error> {
    match scheme {
        SignatureScheme::RsaPkcs1(_)
        | SignatureScheme::RsaPss { .. }
        | SignatureScheme::Ecdsa(_) => Ok(()),
        SignatureScheme::Weak(_) if policy.fips => {
            fips::signature_scheme(scheme).map_err(|rule| rule.into_error(FIELD))
        }
        SignatureScheme::Weak(hash) => Err(Error::new(
            ErrorCode::HashNotSupported,
            format!(
                "the request is signed with {}, which is no longer secure",
                hash.name()
            ),
        )
        .with_target(FIELD)),
        SignatureScheme::Ed25519 | SignatureScheme::Unknown => {
            // Where the key is of another type, that is what is wrong.
            key.prepare()
                .map_err(|error| input::key_error(error, ErrorCode::SigningFailed, FIELD))?;
            Err(failed(
                "the request is signed with an algorithm that is not supported; accepted are RSA \
                 (PKCS #1 v1.5, or PSS with one hash function) and ECDSA, with sha224 to sha512",
            ))
        }
    }
}

impl<'a> Parsed<'a> {
    fn job(&self) -> VerifyJob<'a> {
        self.request.job(self.key)
    }

    fn verified(
        self,
        verdict: Option<Result<Verified, VerifyError>>,
    ) -> Result<(SignSpec, VerifiedRequest<'a>), Error> {
        match verdict {
            Some(Ok(proof)) => Ok((self.terms, self.request.into_verified(self.key, proof))),
            Some(Err(VerifyError::Key(error))) => {
                Err(input::key_error(error, ErrorCode::SigningFailed, FIELD))
            }
            Some(Err(VerifyError::Signature(error))) => Err(failed(
                "the request's own signature does not verify with the key in it",
            )
            .with_source(error)),
            None => Err(failed("the request's own signature was not checked")),
        }
    }
}

/// What a request that may be signed will have in its certificate.
struct Grant<'a> {
    /// DER of the Name.
    subject: Cow<'a, [u8]>,
    subject_is_empty: bool,
    /// DER of the SubjectAltName.
    alternatives: Option<Cow<'a, [u8]>>,
    /// Of which the profile grants the usages.
    asked: RequestedExtensions<'a>,
}

/// The rules, in the order of their codes. A request is granted nothing that is not named here.
fn decide<'a>(
    ca: &CertificateAuthority,
    terms: &SignSpec,
    request: &VerifiedRequest<'a>,
    policy: &Policy,
) -> Result<Grant<'a>, Error> {
    let name = NameRef::parse(request.subject)
        .map_err(|error| failed("its subject is not readable").with_source(error))?;
    let asked = RequestedExtensions::read(&request.extensions)
        .map_err(|defect| failed(defect.to_string()).with_source(defect))?;
    ca.check_valid(policy.now)?;
    let common_name = common_name(name, asked.alternatives.is_some())?;
    check_fips(ca, request, policy)?;
    refuse_ca_below_last(ca, &asked)?;
    refuse_name_of_ca(ca, request, common_name.as_deref())?;
    refuse_outliving(ca, terms.not_after)?;
    let alternatives = match asked.alternatives {
        Some(names) => Some(extension::for_issuance(names).map_err(|error| {
            failed(format!("its subjectAltName cannot be granted: {error}")).with_source(error)
        })?),
        None => common_name
            .as_deref()
            .and_then(alternatives::of_common_name)
            .map(|names| names.encode(ErrorCode::SigningFailed))
            .transpose()?
            .flatten()
            .map(Cow::Owned),
    };
    let subject = name.for_issuance().map_err(|error| {
        failed(format!("its subject cannot go into a certificate: {error}")).with_source(error)
    })?;
    Ok(Grant {
        subject,
        subject_is_empty: name.is_empty(),
        alternatives,
        asked,
    })
}

/// The common name, which may be missing only where subject alternative names are asked for.
fn common_name(name: NameRef<'_>, has_alternatives: bool) -> Result<Option<Cow<'_, str>>, Error> {
    let found = name.common_name().map_err(|error| {
        Error::new(ErrorCode::CommonNameInvalid, "the common name is not text")
            .with_target(FIELD)
            .with_source(error)
    })?;
    match found {
        None if has_alternatives => Ok(None),
        Some(found) if has_alternatives || !found.trim().is_empty() => {
            common_name::check_as_it_stands(&found, FIELD)?;
            Ok(Some(found))
        }
        _ => Err(Error::new(
            ErrorCode::CommonNameMissing,
            "the request has neither a common name nor a subject alternative name",
        )
        .with_target(FIELD)),
    }
}

fn check_fips(
    ca: &CertificateAuthority,
    request: &VerifiedRequest<'_>,
    policy: &Policy,
) -> Result<(), Error> {
    if !policy.fips {
        return Ok(());
    }
    fips::public_key(&request.key).map_err(|rule| rule.into_error(FIELD))?;
    ca.fips.map_err(|rule| rule.into_error("ca_certificate"))
}

/// A request to be a CA is granted nowhere; below a CA of path length 0 it could not even be.
fn refuse_ca_below_last(
    ca: &CertificateAuthority,
    asked: &RequestedExtensions<'_>,
) -> Result<(), Error> {
    if asked.to_be_ca && ca.path_len_is_zero {
        return Err(Error::new(
            ErrorCode::CaCannotSign,
            "the request asks to be a CA, and the CA certificate's path length is 0",
        )
        .with_target(FIELD));
    }
    Ok(())
}

/// Where neither has a common name, the whole names are compared: a certificate of the CA's name
/// would look self-issued.
fn refuse_name_of_ca(
    ca: &CertificateAuthority,
    request: &VerifiedRequest<'_>,
    common_name: Option<&str>,
) -> Result<(), Error> {
    match (&ca.folded_common_name, common_name) {
        (Some(own), Some(asked)) if common_name::case_ignore_match(own, asked) => Err(Error::new(
            ErrorCode::SameCommonNameAsCa,
            "the common name of the request is that of the CA certificate",
        )
        .with_target(FIELD)
        .with_argument("common_name", asked)),
        (None, None) if NameKey::of(request.subject) == NameKey::of(&ca.name) => Err(Error::new(
            ErrorCode::SameCommonNameAsCa,
            "the subject of the request is that of the CA certificate",
        )
        .with_target(FIELD)),
        _ => Ok(()),
    }
}

fn refuse_outliving(ca: &CertificateAuthority, not_after: Time) -> Result<(), Error> {
    if not_after > ca.not_after {
        return Err(Error::new(
            ErrorCode::OutlivesCa,
            format!(
                "the certificate would expire at {not_after}, after the CA certificate at {}",
                ca.not_after
            ),
        )
        .with_target("expiry_time"));
    }
    Ok(())
}

/// A certificate before it is signed.
struct PendingCertificate {
    hash: HashFunction,
    tbs: Vec<u8>,
    seed: Seed,
}

impl PendingCertificate {
    fn job(&self) -> SignJob<'_> {
        SignJob {
            hash: self.hash,
            message: &self.tbs,
            seed: &self.seed,
        }
    }
}

fn build(
    ca: &CertificateAuthority,
    terms: &SignSpec,
    request: &VerifiedRequest<'_>,
    allowed: Grant<'_>,
    now: Time,
    seed: Seed,
) -> Result<PendingCertificate, Error> {
    let mut profile = Profile::signed(&request.key, allowed.asked, &ca.key_identifier);
    profile.alternatives = allowed.alternatives.as_deref();
    profile.subject_is_empty = allowed.subject_is_empty;
    let extensions = profile
        .extensions(&request.key)
        .map_err(|error| failed("the extensions could not be encoded").with_source(error))?;
    let tbs = TbsCertificate {
        serial: SerialNumber::generate(&mut seed.generator(Stream::SerialNumber)),
        algorithm: ca.algorithm(terms.hash),
        issuer: &ca.name,
        not_before: now,
        not_after: terms.not_after,
        subject: &allowed.subject,
        spki: request.spki,
        extensions: &extensions,
    }
    .to_tbs();
    Ok(PendingCertificate {
        hash: terms.hash,
        tbs,
        seed,
    })
}

fn encode(
    ca: &CertificateAuthority,
    draft: &PendingCertificate,
    signature: Option<Result<Vec<u8>, SignerError>>,
) -> Result<SignedCertificate, Error> {
    let signature = match signature {
        Some(Ok(signature)) => signature,
        Some(Err(error)) => return Err(failed("the CA's key did not sign").with_source(error)),
        None => return Err(failed("the CA's key gave no signature")),
    };
    let der = tbs::signed(&draft.tbs, ca.algorithm(draft.hash), &signature);
    Ok(SignedCertificate {
        public_certificate: pem::write_certificate(&der),
    })
}

fn failed(message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorCode::SigningFailed, message).with_target(FIELD)
}
