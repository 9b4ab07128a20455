//! What a server needs of the types: they go to other threads, and are shared between them.

use certwright::{
    Backend, Certificate, CertificateAuthority, CertificateInfo, CertificateKind,
    CertificatePolicy, ChainCertificate, ChainDefect, ChainLink, ChainRequest, ChainRule,
    CreateRequest, CreateSpec, CreatedCertificate, Crl, CrlStore, CsrRequest, CsrSpec, Digest,
    Error, ErrorArgument, ErrorCode, ExtendedKeyUsage, FipsRule, GeneratedCsr, HashFunction,
    InstallRequest, InstallSpec, InstalledCertificate, KeySpec, KeyUsage, Limit, PathOptions,
    PeerIdentity, PeerName, PendingCertificate, Policy, PolicyIdError, Profile, PublicSuffixes,
    Purpose, RejectedAnchor, RejectedCrl, Revocation, RevocationReason, RevocationStatus,
    SecretDer, SecretPem, SignRequest, SignSpec, SignatureAlgorithm, SignedCertificate, Signer,
    SignerError, SigningRequest, SubjectAlternatives, Time, TimeError, TrustStore,
    UnknownErrorCode, ValidatedChain, Warning,
};
use std::panic::{RefUnwindSafe, UnwindSafe};

const fn shared<T: ?Sized + Send + Sync>() {}
const fn value<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + 'static>() {}

/// Checked when this file is compiled.
const _: () = {
    shared::<dyn Signer>();
    shared::<CertificateAuthority>();
    shared::<PendingCertificate<'_>>();
    // What is parsed once.
    shared::<TrustStore>();
    value::<Certificate>();
    value::<SigningRequest>();
    // Requests.
    value::<ChainRequest>();
    value::<CreateRequest>();
    value::<CreateSpec>();
    value::<CsrRequest>();
    value::<CsrSpec>();
    value::<InstallRequest>();
    value::<InstallSpec>();
    value::<PathOptions>();
    value::<PeerName>();
    value::<CertificatePolicy>();
    value::<Crl>();
    value::<CrlStore>();
    value::<PolicyIdError>();
    value::<PublicSuffixes>();
    value::<Revocation>();
    value::<RevocationReason>();
    value::<RevocationStatus>();
    shared::<RejectedCrl>();
    value::<Profile>();
    value::<Policy>();
    value::<SignRequest>();
    value::<SignSpec>();
    value::<SubjectAlternatives>();
    // Results.
    value::<CertificateInfo>();
    value::<ChainCertificate>();
    value::<ChainLink>();
    value::<CreatedCertificate>();
    value::<GeneratedCsr>();
    value::<InstalledCertificate>();
    value::<PeerIdentity>();
    value::<SecretDer>();
    value::<SecretPem>();
    value::<SignedCertificate>();
    value::<ValidatedChain>();
    value::<Warning>();
    // Small values.
    value::<Backend>();
    value::<CertificateKind>();
    value::<Digest>();
    value::<HashFunction>();
    value::<KeySpec>();
    value::<KeyUsage>();
    value::<Limit>();
    value::<Purpose>();
    value::<SignatureAlgorithm>();
    value::<Time>();
    // Errors. Their sources are `dyn Error`, so that no more can be said of an `Error`.
    shared::<Error>();
    shared::<SignerError>();
    shared::<RejectedAnchor>();
    value::<ChainDefect>();
    value::<ChainRule>();
    value::<ErrorArgument>();
    value::<ErrorCode>();
    value::<ExtendedKeyUsage>();
    value::<FipsRule>();
    value::<Backend>();
    value::<TimeError>();
    value::<UnknownErrorCode>();
};

/// An error goes through `?` into what programs return.
#[test]
fn an_error_is_one_that_any_program_can_return() {
    fn fails() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        certwright::check_fips("")?;
        Ok(())
    }
    let error = fails().unwrap_err();
    assert!(error.is::<Error>(), "{error}");
}
