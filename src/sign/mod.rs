//! [`sign`] and [`sign_batch`]: certificates from signing requests. The hot path.

mod body;
mod pending;
mod rules;
mod spec;
pub(crate) mod stages;
mod warnings;

pub use body::{SignRequest, SignedCertificate};
pub use pending::PendingCertificate;
pub use spec::SignSpec;

use crate::{CertificateAuthority, Error, Policy};
use rand_core::CryptoRng;

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
/// * [`HashNotFips`](crate::ErrorCode::HashNotFips), [`HashNotSupported`](crate::ErrorCode::HashNotSupported);
/// * [`ExpiryOutOfRange`](crate::ErrorCode::ExpiryOutOfRange);
/// * [`OutOfMemory`](crate::ErrorCode::OutOfMemory): the request is larger than 1 MiB;
/// * [`SigningFailed`](crate::ErrorCode::SigningFailed): the request is unreadable, signed with an
///   algorithm that is not supported, or its own signature does not verify;
///   [`KeyTypeNotSupported`](crate::ErrorCode::KeyTypeNotSupported): it has a key of a type that is not
///   supported; [`HashNotSupported`](crate::ErrorCode::HashNotSupported) (in FIPS mode
///   [`CertificateNotFips`](crate::ErrorCode::CertificateNotFips)): it is signed with md5 or sha1;
/// * [`CaCannotSign`](crate::ErrorCode::CaCannotSign): the CA certificate is not valid at `policy.now`;
/// * [`CommonNameMissing`](crate::ErrorCode::CommonNameMissing): it has neither a common name nor a
///   subject alternative name; [`CommonNameInvalid`](crate::ErrorCode::CommonNameInvalid);
/// * [`CertificateNotFips`](crate::ErrorCode::CertificateNotFips): FIPS mode, and the key of the request
///   or of the CA is not acceptable; [`SigningFailed`](crate::ErrorCode::SigningFailed): its RSA key has
///   fewer than 2048 bits; [`CaCannotSign`](crate::ErrorCode::CaCannotSign): it asks to be a CA
///   and the CA's path length is 0;
/// * [`SameCommonNameAsCa`](crate::ErrorCode::SameCommonNameAsCa);
/// * [`OutlivesCa`](crate::ErrorCode::OutlivesCa);
/// * [`SigningFailed`](crate::ErrorCode::SigningFailed): a name or an extension that it asks for cannot go
///   into a certificate, a name is outside the CA's name constraints or has characters that nobody
///   sees, the CA grants none of the extended key usages, or the signer failed;
///   [`CaCannotSign`](crate::ErrorCode::CaCannotSign): the CA's name constraints are not readable.
///
/// ```
/// use certwright::{CertificateAuthority, Policy, SignRequest, Time};
/// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
///
/// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
/// let (root, key) = (include_str!("../../vectors/root.pem"), include_str!("../../vectors/root.key"));
/// let ca = CertificateAuthority::from_pem(root, key, &policy)?;
/// let request = SignRequest::new(include_str!("../../vectors/server.csr")).with_expiry("P90D");
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
        .unwrap_or_else(|| Err(rules::failed("there is no answer")))
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
/// let (root, key) = (include_str!("../../vectors/root.pem"), include_str!("../../vectors/root.key"));
/// let ca = CertificateAuthority::from_pem(root, key, &policy)?;
/// let good = SignRequest::new(include_str!("../../vectors/server.csr"));
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
    stages::sign_in_stages(ca, requests, policy, rng, &mut |_| ())
}
