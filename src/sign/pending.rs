//! [`PendingCertificate`]: a certificate that lacks its signature.

use super::body::SignedCertificate;
use super::rules::{self, Grant, failed};
use super::spec::SignSpec;
use crate::crypto::{PublicKey, Seed, SignJob, SignerError, Stream};
use crate::issue::profile::Profile;
use crate::x509::pem;
use crate::x509::request::VerifiedRequest;
use crate::x509::tbs::{self, TbsCertificate};
use crate::x509::validity::Validity;
use crate::{
    Certificate, CertificateAuthority, Digest, Error, HashFunction, Policy, SignatureAlgorithm,
    SigningRequest, Time, Warning,
};
use rand_core::CryptoRng;
use std::borrow::Cow;
use std::fmt;

/// A certificate that lacks its signature, for a key that is asked over a network or on another
/// thread: made by [`CertificateAuthority::prepare`], ended by [`finish`](Self::finish).
///
/// `examples/kms_signer.rs` awaits the signature in between.
pub struct PendingCertificate<'ca> {
    ca: &'ca CertificateAuthority,
    hash: HashFunction,
    tbs: Vec<u8>,
    warnings: Vec<Warning>,
}

impl CertificateAuthority {
    /// Decides what a request gets and puts its certificate together, up to the signature.
    ///
    /// Draws 32 bytes from `rng`, once all checks have passed.
    ///
    /// # Errors
    ///
    /// Those of [`sign`](crate::sign()) beyond the reading of the request, and
    /// [`ExpiryOutOfRange`](crate::ErrorCode::ExpiryOutOfRange).
    ///
    /// ```
    /// use certwright::{Certificate, CertificateAuthority, Policy, SignSpec, SigningRequest, Time};
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    ///
    /// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// let root = Certificate::from_pem(include_str!("../../vectors/root.pem"))?;
    /// let ca = CertificateAuthority::without_key(&root, &policy)?;
    /// let request = SigningRequest::from_pem(include_str!("../../vectors/server.csr"))?;
    /// let spec = SignSpec::new("2026-04-01T00:00:00Z".parse()?);
    /// let pending = ca.prepare(&request, &spec, &policy, &mut rng)?;
    /// assert_eq!(pending.digest().len(), 32);
    /// // What is no signature of the CA is refused.
    /// assert!(pending.finish(&[0; 256]).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn prepare(
        &self,
        request: &SigningRequest,
        spec: &SignSpec,
        policy: &Policy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<PendingCertificate<'_>, Error> {
        spec.check(policy)?;
        self.prepare_with_seed(request, spec, policy, &mut || Seed::draw(rng))
            .map(|(pending, _)| pending)
    }

    /// Signs a request: [`prepare`](Self::prepare), the CA's own key, and
    /// [`finish`](PendingCertificate::finish). The same bytes as [`sign`](crate::sign()).
    ///
    /// # Errors
    ///
    /// As [`prepare`](Self::prepare); [`SigningFailed`](crate::ErrorCode::SigningFailed) if the
    /// signer fails; [`CaCannotSign`](crate::ErrorCode::CaCannotSign) for a CA that was loaded
    /// [`without_key`](Self::without_key).
    ///
    /// ```
    /// use certwright::{CertificateAuthority, Policy, SignSpec, SigningRequest, Time};
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    ///
    /// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// let (root, key) = (include_str!("../../vectors/root.pem"), include_str!("../../vectors/root.key"));
    /// let ca = CertificateAuthority::from_pem(root, key, &policy)?;
    /// let request = SigningRequest::from_pem(include_str!("../../vectors/server.csr"))?;
    /// let spec = SignSpec::new("2026-04-01T00:00:00Z".parse()?);
    /// let signed = ca.sign(&request, &spec, &policy, &mut rng)?;
    /// assert_eq!(signed.certificate.subject(), "CN=server.example.com");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sign(
        &self,
        request: &SigningRequest,
        spec: &SignSpec,
        policy: &Policy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<SignedCertificate, Error> {
        self.check_has_key()?;
        let (pending, seed) =
            self.prepare_with_seed(request, spec, policy, &mut || Seed::draw(rng))?;
        let signature = self.sign_batch(&[pending.job(&seed)]).pop();
        pending.with_signature(signature)
    }

    fn prepare_with_seed(
        &self,
        request: &SigningRequest,
        spec: &SignSpec,
        policy: &Policy,
        draw: &mut dyn FnMut() -> Seed,
    ) -> Result<(PendingCertificate<'_>, Seed), Error> {
        spec.check(policy)?;
        let request = request.view()?;
        let grant = rules::decide(self, spec, &request, policy)?;
        let seed = draw();
        let pending = PendingCertificate::build(self, spec, &request, grant, policy.now, &seed)?;
        Ok((pending, seed))
    }
}

impl<'ca> PendingCertificate<'ca> {
    pub(super) fn build(
        ca: &'ca CertificateAuthority,
        spec: &SignSpec,
        request: &VerifiedRequest<'_>,
        grant: Grant<'_>,
        now: Time,
        seed: &Seed,
    ) -> Result<Self, Error> {
        let spki = request.key.normal_spki(request.spki);
        let spki = spki.ok_or_else(|| failed("its public key could not be encoded"))?;
        let public = match &spki {
            Cow::Borrowed(_) => request.key,
            Cow::Owned(der) => PublicKey::from_spki(der)
                .map_err(|error| failed("its public key is not readable").with_source(error))?,
        };
        let purposes = &grant.purposes.granted;
        let mut profile = Profile::signed(&public, grant.key_usage, purposes, &ca.key_identifier);
        profile.alternatives = grant.alternatives.as_deref();
        profile.subject_is_empty = grant.subject_is_empty;
        let tbs = TbsCertificate {
            algorithm: ca.algorithm(spec.hash),
            issuer: &ca.name,
            validity: Validity {
                not_before: now,
                not_after: spec.not_after,
            },
            subject: &grant.subject,
            spki: &spki,
        }
        .encode(
            &mut seed.generator(Stream::SerialNumber),
            profile.room(),
            |out| profile.write(&public, out),
        );
        Ok(Self {
            ca,
            hash: spec.hash,
            tbs,
            warnings: grant.warnings,
        })
    }

    /// The algorithm that the CA's key is to sign with.
    ///
    /// ```
    /// # use certwright::{Certificate, CertificateAuthority, HashFunction, Policy, SignSpec, SigningRequest, SignatureAlgorithm, Time};
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    /// # let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// # let ca = CertificateAuthority::without_key(&Certificate::from_pem(include_str!("../../vectors/root.pem"))?, &policy)?;
    /// # let request = SigningRequest::from_pem(include_str!("../../vectors/server.csr"))?;
    /// # let spec = SignSpec::new("2026-04-01T00:00:00Z".parse()?);
    /// let pending = ca.prepare(&request, &spec, &policy, &mut rng)?;
    /// assert_eq!(pending.algorithm(), SignatureAlgorithm::RsaPkcs1(HashFunction::Sha256));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.ca.algorithm(self.hash)
    }

    /// What is to be signed: the DER of the `TBSCertificate`.
    ///
    /// ```
    /// # use certwright::{Certificate, CertificateAuthority, Policy, SignSpec, SigningRequest, Time};
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    /// # let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// # let ca = CertificateAuthority::without_key(&Certificate::from_pem(include_str!("../../vectors/root.pem"))?, &policy)?;
    /// # let request = SigningRequest::from_pem(include_str!("../../vectors/server.csr"))?;
    /// # let spec = SignSpec::new("2026-04-01T00:00:00Z".parse()?);
    /// let pending = ca.prepare(&request, &spec, &policy, &mut rng)?;
    /// assert_eq!(pending.message()[0], 0x30);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn message(&self) -> &[u8] {
        &self.tbs
    }

    /// The digest of [`message`](Self::message), for devices that sign digests.
    ///
    /// ```
    /// # use certwright::{Certificate, CertificateAuthority, Policy, SignSpec, SigningRequest, Time};
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    /// # let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// # let ca = CertificateAuthority::without_key(&Certificate::from_pem(include_str!("../../vectors/root.pem"))?, &policy)?;
    /// # let request = SigningRequest::from_pem(include_str!("../../vectors/server.csr"))?;
    /// # let spec = SignSpec::new("2026-04-01T00:00:00Z".parse()?);
    /// let pending = ca.prepare(&request, &spec, &policy, &mut rng)?;
    /// assert_eq!(pending.digest(), pending.algorithm().hash().digest(pending.message()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn digest(&self) -> Digest {
        self.hash.digest(&self.tbs)
    }

    /// The certificate with the CA's signature: for RSA as long as the modulus, for ECDSA the DER
    /// `Ecdsa-Sig-Value`. It is checked with the CA's public key.
    ///
    /// # Errors
    ///
    /// [`SigningFailed`](crate::ErrorCode::SigningFailed) if it does not verify.
    ///
    /// ```
    /// # use certwright::{Certificate, CertificateAuthority, ErrorCode, Policy, SignSpec, SigningRequest, Time};
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    /// # let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// # let ca = CertificateAuthority::without_key(&Certificate::from_pem(include_str!("../../vectors/root.pem"))?, &policy)?;
    /// # let request = SigningRequest::from_pem(include_str!("../../vectors/server.csr"))?;
    /// # let spec = SignSpec::new("2026-04-01T00:00:00Z".parse()?);
    /// let pending = ca.prepare(&request, &spec, &policy, &mut rng)?;
    /// let error = pending.finish(b"not a signature").unwrap_err();
    /// assert_eq!(error.code(), ErrorCode::SigningFailed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn finish(self, signature: &[u8]) -> Result<SignedCertificate, Error> {
        self.ca
            .verify_own(self.algorithm(), &self.tbs, signature)
            .map_err(|error| {
                failed("the signature is not one of the CA's key for this certificate")
                    .with_source(error)
            })?;
        self.with_signature(Some(Ok(signature.to_vec())))
    }

    /// What the CA's own key is to do.
    pub(super) fn job<'s>(&'s self, seed: &'s Seed) -> SignJob<'s> {
        SignJob {
            hash: self.hash,
            message: &self.tbs,
            seed,
        }
    }

    /// Takes a signature that was checked.
    pub(super) fn with_signature(
        self,
        signature: Option<Result<Vec<u8>, SignerError>>,
    ) -> Result<SignedCertificate, Error> {
        let signature = match signature {
            Some(Ok(signature)) => signature,
            Some(Err(error)) => return Err(failed("the CA's key did not sign").with_source(error)),
            None => return Err(failed("the CA's key gave no signature")),
        };
        let der = tbs::signed(&self.tbs, self.algorithm(), &signature);
        Ok(SignedCertificate {
            public_certificate: pem::write_certificate(&der),
            certificate: Certificate::made(der),
            warnings: self.warnings,
        })
    }
}

impl fmt::Debug for PendingCertificate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingCertificate")
            .field("algorithm", &self.algorithm())
            .finish_non_exhaustive()
    }
}
