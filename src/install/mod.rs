//! [`install()`]: the checks before a certificate is taken in.

mod body;
mod spec;

pub use body::InstallRequest;
pub use spec::{InstallSpec, InstalledCertificate};

use crate::{Error, Policy};

/// Checks a certificate that is to be taken in, and what comes with it.
///
/// Nothing is stored; that is the host's part. A path to a trust anchor is not asked for:
/// [`validate_chain`](crate::validate_chain()) does that. Every intermediate must be able to stand above
/// the certificate, on whichever way up; of several ways the result has one, always the same whatever the
/// order, that leads to the most certificates. A root is left out of it, and so, with a
/// [`Warning`](crate::Warning), is a certificate that has expired beside a valid one of the same name. Blank keys,
/// intermediates and names count as absent.
///
/// # Errors
///
/// In the order of the checks:
///
/// * [`TypeNotSupported`](crate::ErrorCode::TypeNotSupported);
///   [`SerialNumberGiven`](crate::ErrorCode::SerialNumberGiven);
///   [`PrivateKeyNotAccepted`](crate::ErrorCode::PrivateKeyNotAccepted) and
///   [`IntermediatesNotAccepted`](crate::ErrorCode::IntermediatesNotAccepted) for a CA;
///   [`PrivateKeyMissing`](crate::ErrorCode::PrivateKeyMissing) for a server or client;
/// * [`CommonNameInvalid`](crate::ErrorCode::CommonNameInvalid): the one that was given;
/// * [`CertificateUnreadable`](crate::ErrorCode::CertificateUnreadable),
///   [`PrivateKeyUnreadable`](crate::ErrorCode::PrivateKeyUnreadable),
///   [`KeyTypeNotSupported`](crate::ErrorCode::KeyTypeNotSupported), or
///   [`OutOfMemory`](crate::ErrorCode::OutOfMemory) above 1 MiB and 64 certificates a text;
/// * [`KeyMismatch`](crate::ErrorCode::KeyMismatch): the key fits none of the certificates;
///   [`KeySizeNotSupported`](crate::ErrorCode::KeySizeNotSupported): an RSA key of fewer than 1024 bits;
/// * [`NotYetValid`](crate::ErrorCode::NotYetValid), [`Expired`](crate::ErrorCode::Expired);
/// * [`CertificateNotFips`](crate::ErrorCode::CertificateNotFips): FIPS mode, and a key or signature of
///   the certificate or an intermediate is not acceptable;
///   [`HashNotSupported`](crate::ErrorCode::HashNotSupported): one is signed with md5 or sha1, unless it
///   is a root that signed itself, whose signature nobody relies on;
/// * [`CommonNameRequired`](crate::ErrorCode::CommonNameRequired): the subject is empty and no common name
///   was given; [`CommonNameMissing`](crate::ErrorCode::CommonNameMissing): the subject has none;
///   [`CommonNameInvalid`](crate::ErrorCode::CommonNameInvalid): that of the subject;
/// * [`IssuerUnusable`](crate::ErrorCode::IssuerUnusable): its issuer is empty, it is to be a CA and is
///   none (one that signed itself may be none: it verifies itself alone), or an intermediate does not lead upward from it. An intermediate that has expired or is
///   not valid yet is an [`Expired`](crate::ErrorCode::Expired) or
///   [`NotYetValid`](crate::ErrorCode::NotYetValid); a search for the way upward that takes too long is
///   an [`OutOfMemory`](crate::ErrorCode::OutOfMemory).
///
/// The source of an error about the chain is a [`ChainDefect`](crate::ChainDefect).
///
/// ```
/// use certwright::{InstallRequest, Policy, Time};
///
/// let certificate = include_str!("../../vectors/server.pem");
/// let request = InstallRequest::server(certificate, include_str!("../../vectors/server.key"))
///     .with_intermediate(include_str!("../../vectors/root.pem"));
/// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
/// let installed = certwright::install(&request, &policy)?;
/// assert_eq!(installed.common_name, "server.example.com");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn install(request: &InstallRequest, policy: &Policy) -> Result<InstalledCertificate, Error> {
    request.check(policy)?.install(policy)
}
