//! [`CertificateAuthority`]: a CA certificate and its key, checked and prepared once.

use crate::base::error::quoted;
use crate::crypto::{
    Backend, Dispatch, HashFunction, KeyError, PrecomputedKey, PrivateKey, PublicKey, SignJob,
    SignatureAlgorithm, SignatureScheme, Signer, SignerError, SigningKey, VerifyingKey, fips,
};
use crate::input;
use crate::issue::purposes;
use crate::x509::certificate::{CertificateRef, Version};
use crate::x509::issuer;
use crate::x509::key_id;
use crate::x509::name::NameRef;
use crate::x509::name::fold::fold;
use crate::x509::validity::Validity;
use crate::{Certificate, Error, ErrorCode, ExtendedKeyUsage, FipsRule, Policy, Time};
use std::fmt;
use x509_cert::ext::pkix::BasicConstraints;

/// A CA that may sign: loading one checks all that can be known before a request comes.
///
/// It is `Send + Sync` and signing takes `&self`, so threads share it without a lock.
pub struct CertificateAuthority {
    certificate: Certificate,
    key: Key,
    is_rsa: bool,
    pub(crate) dispatch: Dispatch,
    /// DER of the subject: the issuer of what it signs.
    pub(crate) name: Vec<u8>,
    /// The common name as [`fold`] has it.
    pub(crate) folded_common_name: Option<String>,
    /// What the authorityKeyIdentifier of its certificates says.
    pub(crate) key_identifier: Vec<u8>,
    pub(crate) validity: Validity,
    /// Whether its path length is 0: no CA may follow.
    pub(crate) path_len_is_zero: bool,
    pub(crate) fips: Result<(), FipsRule>,
    /// Those that a request is granted.
    pub(crate) extended_key_usages: Vec<ExtendedKeyUsage>,
}

enum Key {
    Local(Box<SigningKey>),
    Foreign {
        signer: Box<dyn Signer>,
        public: PrecomputedKey,
    },
    /// Held by whoever finishes a [`PendingCertificate`](crate::PendingCertificate).
    Absent(PrecomputedKey),
}

const CERTIFICATE: &str = "ca_certificate";
const KEY: &str = "ca_private_key";

impl CertificateAuthority {
    /// Loads a CA from the PEM of its certificate (of a bundle, the first) and of its private key
    /// (PKCS#8, PKCS#1 or SEC 1). RSA keys of 2048 to 16384 bits and EC keys on P-256, P-384 and P-521 can sign.
    ///
    /// # Errors
    ///
    /// In the order of the checks:
    ///
    /// * [`CaCannotSign`](ErrorCode::CaCannotSign): either is unreadable;
    ///   [`OutOfMemory`](ErrorCode::OutOfMemory): either is larger than 1 MiB;
    ///   [`KeyTypeNotSupported`](ErrorCode::KeyTypeNotSupported): a key of another kind;
    /// * [`CaCannotSign`](ErrorCode::CaCannotSign): they do not belong together, the certificate
    ///   is not valid at `policy.now`, it is not a CA's (basicConstraints, keyCertSign), or it has a
    ///   critical extension that is not understood;
    /// * [`HashNotSupported`](ErrorCode::HashNotSupported): another CA signed it with md5 or sha1.
    ///   (In FIPS mode such a CA loads and every request that it is to sign is refused, as with
    ///   any other rule of FIPS mode that the CA breaks.)
    /// * [`IssuerUnusable`](ErrorCode::IssuerUnusable): its subject is empty.
    ///
    /// ```
    /// use certwright::{CertificateAuthority, Policy, Time};
    ///
    /// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// let certificate = include_str!("../../vectors/root.pem");
    /// let ca = CertificateAuthority::from_pem(certificate, include_str!("../../vectors/root.key"), &policy)?;
    /// assert!(CertificateAuthority::from_pem(certificate, "", &policy).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_pem(certificate: &str, private_key: &str, policy: &Policy) -> Result<Self, Error> {
        let certificate = Certificate::read_pem(certificate, CERTIFICATE).map_err(cannot_sign)?;
        let private = input::private_key(private_key, KEY).map_err(cannot_sign)?;
        Self::with_key(certificate, private, policy)
    }

    /// Loads a CA from the DER of its certificate and of its private key (PKCS#8, PKCS#1 or SEC 1).
    ///
    /// # Errors
    ///
    /// As [`CertificateAuthority::from_pem`].
    ///
    /// ```
    /// use certwright::{CertificateAuthority, CreateRequest, Policy};
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    ///
    /// let policy = Policy::at(std::time::SystemTime::now());
    /// let root = certwright::create(&CreateRequest::root_ca("ROOT").with_algorithm("ec"), &policy, &mut rng)?;
    /// let ca = CertificateAuthority::from_der(root.certificate.der(), root.private_key_der.as_bytes(), &policy)?;
    /// assert_eq!(ca.certificate(), &root.certificate);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn from_der(
        certificate: &[u8],
        private_key: &[u8],
        policy: &Policy,
    ) -> Result<Self, Error> {
        input::check_size(certificate, CERTIFICATE)?;
        let certificate =
            Certificate::read(certificate.to_vec(), CERTIFICATE).map_err(cannot_sign)?;
        let private = input::private_key_der(private_key, KEY).map_err(cannot_sign)?;
        Self::with_key(certificate, private, policy)
    }

    fn with_key(
        certificate: Certificate,
        private: PrivateKey,
        policy: &Policy,
    ) -> Result<Self, Error> {
        let own = private
            .public_key()
            .map_err(|error| input::key_error(error, ErrorCode::CaCannotSign, KEY))?;
        let verifying = matching_key(&public_key(&certificate.view())?, &own)?;
        let key = SigningKey::new(private, PrecomputedKey::new(verifying));
        Self::new(certificate, Key::Local(Box::new(key)), policy)
    }

    /// Loads a CA whose key nobody here can ask: it prepares certificates, and takes their
    /// signatures from whoever has the key. [`sign`](crate::sign()) on it is refused with
    /// [`CaCannotSign`](ErrorCode::CaCannotSign).
    ///
    /// # Errors
    ///
    /// As [`CertificateAuthority::from_pem`], but for the key.
    ///
    /// ```
    /// use certwright::{Certificate, CertificateAuthority, Policy, Time};
    ///
    /// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// let root = Certificate::from_pem(include_str!("../../vectors/root.pem"))?;
    /// let ca = CertificateAuthority::without_key(&root, &policy)?;
    /// assert_eq!(ca.certificate(), &root);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn without_key(certificate: &Certificate, policy: &Policy) -> Result<Self, Error> {
        let public = signing_key(&public_key(&certificate.view())?)?;
        let key = Key::Absent(PrecomputedKey::new(public));
        Self::new(certificate.clone(), key, policy)
    }

    /// Loads a CA whose key is held elsewhere.
    ///
    /// # Errors
    ///
    /// As [`CertificateAuthority::from_pem`]; the key that must match is [`Signer::public_key`].
    ///
    /// ```
    /// use certwright::{CertificateAuthority, Policy, SignatureAlgorithm, Signer, SignerError, Time};
    ///
    /// struct LockedToken(Vec<u8>);
    ///
    /// impl Signer for LockedToken {
    ///     fn public_key(&self) -> Vec<u8> {
    ///         self.0.clone()
    ///     }
    ///     fn sign(&self, _: SignatureAlgorithm, _: &[u8]) -> Result<Vec<u8>, SignerError> {
    ///         Err(SignerError::new("the token is locked"))
    ///     }
    /// }
    ///
    /// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// let token = LockedToken(include_bytes!("../../vectors/root.spki.der").to_vec());
    /// CertificateAuthority::with_signer(include_str!("../../vectors/root.pem"), token, &policy)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_signer(
        certificate: &str,
        signer: impl Signer + 'static,
        policy: &Policy,
    ) -> Result<Self, Error> {
        let certificate = Certificate::read_pem(certificate, CERTIFICATE).map_err(cannot_sign)?;
        let verifying = matching_key(&public_key(&certificate.view())?, &signer.public_key())?;
        let key = Key::Foreign {
            public: PrecomputedKey::new(verifying),
            signer: Box::new(signer),
        };
        Self::new(certificate, key, policy)
    }

    /// `key` belongs to the certificate.
    fn new(owned: Certificate, key: Key, policy: &Policy) -> Result<Self, Error> {
        let certificate = &owned.view();
        let public = &public_key(certificate)?;
        let validity = certificate.validity;
        validity.check(policy.now).map_err(refusal)?;
        let path_len_is_zero = check_may_sign(certificate)?;
        // A root's own signature is not relied on; that on an intermediate is.
        let relied_on = (certificate.issuer != certificate.subject).then_some(certificate.scheme);
        if let Some(SignatureScheme::Weak(hash)) = relied_on
            && !policy.fips
        {
            let name = hash.name();
            return Err(refusal(format!(
                "it is signed with {name}, which is no longer secure"
            ))
            .with_code(ErrorCode::HashNotSupported));
        }
        let name = NameRef::parse(certificate.subject).map_err(|error| {
            refusal("its subject is not a distinguished name").with_source(error)
        })?;
        if name.is_empty() {
            return Err(Error::new(
                ErrorCode::IssuerUnusable,
                "the CA certificate has an empty subject; it cannot be named as the issuer",
            )
            .with_target(CERTIFICATE));
        }
        let key_identifier = match key_id::read_subject(&certificate.extensions) {
            Ok(Some(identifier)) => identifier.to_vec(),
            Ok(None) => key_id::of(public).to_vec(),
            Err(error) => {
                return Err(refusal("its subjectKeyIdentifier is not readable").with_source(error));
            }
        };
        let fips = fips::public_key(public)
            .and_then(|()| relied_on.map_or(Ok(()), fips::signature_scheme));
        let folded_common_name = name.common_name().ok().flatten().map(|name| fold(&name));
        Ok(Self {
            key,
            is_rsa: public.kind.is_rsa(),
            dispatch: Dispatch::detect(),
            name: certificate.subject.to_vec(),
            folded_common_name,
            key_identifier,
            validity,
            path_len_is_zero,
            fips,
            extended_key_usages: purposes::DEFAULT.to_vec(),
            certificate: owned,
        })
    }

    /// Sets the extended key usages that requests are granted, in place of the default: serverAuth,
    /// clientAuth and emailProtection. Others that a request asks for are dropped, with a
    /// [`Warning`](crate::Warning); a request of which none is left is refused. One that asks for none
    /// gets serverAuth and clientAuth, as far as they are in the list. anyExtendedKeyUsage is never
    /// granted.
    ///
    /// What a certificate may be used for is the CA's to say: a code signing or smart card certificate
    /// should not be had by asking for it.
    ///
    /// ```
    /// use certwright::{CertificateAuthority, ExtendedKeyUsage, Policy, Time};
    ///
    /// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// let (root, key) = (include_str!("../../vectors/root.pem"), include_str!("../../vectors/root.key"));
    /// let ca = CertificateAuthority::from_pem(root, key, &policy)?
    ///     .with_extended_key_usages([ExtendedKeyUsage::SERVER_AUTH, "1.3.6.1.4.1.311.20.2.2".parse()?]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_extended_key_usages(
        mut self,
        usages: impl IntoIterator<Item = ExtendedKeyUsage>,
    ) -> Self {
        self.extended_key_usages = usages.into_iter().collect();
        self
    }

    /// The CA's certificate.
    ///
    /// ```
    /// use certwright::{Certificate, CertificateAuthority, Policy, Time};
    ///
    /// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// let root = Certificate::from_pem(include_str!("../../vectors/root.pem"))?;
    /// let ca = CertificateAuthority::without_key(&root, &policy)?;
    /// assert_eq!(ca.certificate().subject(), "CN=certwright test root");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The same CA on the portable arithmetic, whatever the processor has, for its own signatures
    /// and for the check of requests. The bytes are the same; tests and benches compare the two.
    ///
    /// ```
    /// use certwright::{Backend, CertificateAuthority, Policy, Time};
    ///
    /// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// let (root, key) = (include_str!("../../vectors/root.pem"), include_str!("../../vectors/root.key"));
    /// let ca = CertificateAuthority::from_pem(root, key, &policy)?.with_portable_arithmetic();
    /// assert_eq!(ca.backend(), Backend::Portable);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_portable_arithmetic(mut self) -> Self {
        self.dispatch = Dispatch::PORTABLE;
        self
    }

    /// The arithmetic that this CA signs and checks requests with.
    ///
    /// ```
    /// use certwright::{CertificateAuthority, Policy, Time};
    ///
    /// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// let (root, key) = (include_str!("../../vectors/root.pem"), include_str!("../../vectors/root.key"));
    /// let ca = CertificateAuthority::from_pem(root, key, &policy)?;
    /// assert_eq!(ca.backend(), certwright::backend());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn backend(&self) -> Backend {
        self.dispatch.backend()
    }

    /// Refuses to sign outside the CA certificate's own validity.
    pub(crate) fn check_valid(&self, now: Time) -> Result<(), Error> {
        self.validity.check(now).map_err(refusal)
    }

    /// The algorithm of its signatures.
    pub(crate) fn algorithm(&self, hash: HashFunction) -> SignatureAlgorithm {
        if self.is_rsa {
            SignatureAlgorithm::RsaPkcs1(hash)
        } else {
            SignatureAlgorithm::Ecdsa(hash)
        }
    }

    /// Signs each message; one result for each, in order.
    pub(crate) fn sign_batch(&self, jobs: &[SignJob<'_>]) -> Vec<Result<Vec<u8>, SignerError>> {
        match &self.key {
            Key::Local(key) => key.sign_batch(self.dispatch, jobs),
            Key::Foreign { signer, public } => {
                let mut results: Vec<_> = jobs.iter().map(|_| Err(missing())).collect();
                for hash in HashFunction::ALL {
                    let (places, messages): (Vec<_>, Vec<_>) = jobs
                        .iter()
                        .enumerate()
                        .filter(|(_, job)| job.hash == hash)
                        .map(|(place, job)| (place, job.message))
                        .unzip();
                    if messages.is_empty() {
                        continue;
                    }
                    let algorithm = self.algorithm(hash);
                    let signatures = signer.sign_batch(algorithm, &messages);
                    for ((place, message), signature) in
                        places.into_iter().zip(messages).zip(signatures)
                    {
                        results[place] = signature.and_then(|signature| {
                            public
                                .verify(algorithm.into(), message, &signature)
                                .map_err(SignerError::new)?;
                            Ok(signature)
                        });
                    }
                }
                results
            }
            Key::Absent(_) => jobs.iter().map(|_| Err(missing())).collect(),
        }
    }

    /// Checks a signature that somebody else made with the CA's key.
    pub(crate) fn verify_own(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignerError> {
        match &self.key {
            Key::Local(key) => key.verify(algorithm, message, signature),
            Key::Foreign { public, .. } | Key::Absent(public) => {
                public.verify(algorithm.into(), message, signature)
            }
        }
        .map_err(SignerError::new)
    }

    /// Refuses to sign without a key.
    pub(crate) fn check_has_key(&self) -> Result<(), Error> {
        match self.key {
            Key::Absent(_) => Err(has_no_key()),
            Key::Local(_) | Key::Foreign { .. } => Ok(()),
        }
    }
}

/// The refusal of a CA that was loaded without a key.
pub(crate) fn has_no_key() -> Error {
    refusal(
        "it was loaded without a key; its certificates are prepared, and finished with a signature",
    )
    .with_target(KEY)
}

fn missing() -> SignerError {
    SignerError::new("the signer gave fewer signatures than it was asked for")
}

impl fmt::Debug for CertificateAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateAuthority")
            .field("common_name", &self.folded_common_name)
            .field("not_before", &self.validity.not_before)
            .field("not_after", &self.validity.not_after)
            .finish_non_exhaustive()
    }
}

fn public_key<'a>(certificate: &CertificateRef<'a>) -> Result<PublicKey<'a>, Error> {
    certificate.public_key().map_err(key_error)
}

fn key_error(error: KeyError) -> Error {
    input::key_error(error, ErrorCode::CaCannotSign, CERTIFICATE)
}

/// The certificate's key made ready, if it can sign.
fn signing_key(public: &PublicKey<'_>) -> Result<VerifyingKey, Error> {
    if let Some(bits @ ..2048) = public.kind.rsa_bits() {
        return Err(refusal(format!(
            "its RSA key has {bits} bits; at least 2048 are needed to sign"
        )));
    }
    public.prepare().map_err(key_error)
}

/// The certificate's key made ready, if it is the public key of the DER `own` and can sign.
fn matching_key(public: &PublicKey<'_>, own: &[u8]) -> Result<VerifyingKey, Error> {
    let public = signing_key(public)?;
    let own = PublicKey::from_spki(own).and_then(|key| key.prepare());
    if own.is_ok_and(|own| own == public) {
        Ok(public)
    } else {
        Err(refusal("the private key is not that of the CA certificate").with_target(KEY))
    }
}

/// Checks that the certificate is a CA's (RFC 5280 sections 4.2.1.3 and 4.2.1.9); says whether
/// its path length is 0.
fn check_may_sign(certificate: &CertificateRef<'_>) -> Result<bool, Error> {
    let unreadable = |error| refusal("its extensions are not readable").with_source(error);
    if certificate.version != Version::V3 {
        return Err(refusal("it is not an X.509 v3 certificate"));
    }
    if !certificate.algorithms_agree {
        return Err(refusal("it names two signature algorithms"));
    }
    if let Some(unknown) = certificate.extensions.unknown_critical() {
        let unknown = quoted(&unknown.to_string());
        return Err(refusal(format!(
            "its critical extension {unknown} is not understood"
        ))
        .with_argument("extension", &unknown));
    }
    let basic = certificate.extensions.get::<BasicConstraints>().transpose();
    let basic = basic.map_err(unreadable)?;
    let usage = certificate.extensions.get().transpose();
    issuer::check(basic.as_ref(), usage.map_err(unreadable)?).map_err(refusal)?;
    Ok(basic.is_some_and(|basic| basic.path_len_constraint == Some(0)))
}

/// The refusal of a CA certificate.
fn refusal(why: impl fmt::Display) -> Error {
    let message = format!("the CA certificate cannot be used for signing: {why}");
    Error::new(ErrorCode::CaCannotSign, message).with_target(CERTIFICATE)
}

/// Whatever is unreadable about a CA, it cannot sign.
fn cannot_sign(error: Error) -> Error {
    match error.code() {
        ErrorCode::KeyTypeNotSupported | ErrorCode::OutOfMemory => error,
        _ => error.with_code(ErrorCode::CaCannotSign),
    }
}
