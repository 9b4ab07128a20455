//! Reading the PEM inputs of requests, each failure with its code.

use crate::crypto::{KeyError, PrivateKey};
use crate::x509::certificate::{Certificate, Malformed};
use crate::x509::pem::{self, KeyFormat, PemError};
use crate::{Error, ErrorCode};

/// An error of a PEM input: `code`, unless the input is over a limit.
fn pem_error(error: PemError, code: ErrorCode, target: &'static str) -> Error {
    let code = match error {
        PemError::TooLarge | PemError::TooManyCertificates => ErrorCode::OutOfMemory,
        _ => code,
    };
    Error::new(code, error.to_string())
        .with_target(target)
        .with_source(error)
}

/// The DER of the one certificate in `text`.
pub(crate) fn certificate(text: &str, target: &'static str) -> Result<Vec<u8>, Error> {
    pem::certificate(text)
        .map_err(|error| pem_error(error, ErrorCode::CertificateUnreadable, target))
}

/// The DER of every certificate in `text`, at least one.
pub(crate) fn certificates(text: &str, target: &'static str) -> Result<Vec<Vec<u8>>, Error> {
    pem::certificates(text)
        .map_err(|error| pem_error(error, ErrorCode::CertificateUnreadable, target))
}

/// The DER of the one signing request in `text`.
pub(crate) fn request(text: &str, target: &'static str) -> Result<Vec<u8>, Error> {
    pem::request(text).map_err(|error| pem_error(error, ErrorCode::SigningFailed, target))
}

/// The certificate that `der` is.
pub(crate) fn parse_certificate<'a>(
    der: &'a [u8],
    target: &'static str,
) -> Result<Certificate<'a>, Error> {
    Certificate::parse(der)
        .map_err(|error| malformed(&error, ErrorCode::CertificateUnreadable, target))
}

/// An error for DER that is not what it should be.
pub(crate) fn malformed(error: &Malformed, code: ErrorCode, target: &'static str) -> Error {
    Error::new(code, format!("it is not readable: {error}"))
        .with_target(target)
        .with_source(*error)
}

/// The private key in `text`, checked for consistency.
pub(crate) fn private_key(text: &str, target: &'static str) -> Result<PrivateKey, Error> {
    let code = ErrorCode::PrivateKeyUnreadable;
    let (format, der) = pem::private_key(text).map_err(|error| pem_error(error, code, target))?;
    match format {
        KeyFormat::Pkcs8 => PrivateKey::from_pkcs8(&der),
        KeyFormat::Pkcs1 => PrivateKey::from_pkcs1(&der),
        KeyFormat::Sec1 => PrivateKey::from_sec1(&der),
    }
    .map_err(|error| key_error(error, code, target))
}

/// An error of a key: `malformed_code`, unless keys of its type are not supported at all.
pub(crate) fn key_error(error: KeyError, malformed_code: ErrorCode, target: &'static str) -> Error {
    let code = match error {
        KeyError::Malformed(_) => malformed_code,
        KeyError::Unsupported(_) => ErrorCode::KeyTypeNotSupported,
    };
    Error::new(code, error.to_string())
        .with_target(target)
        .with_source(error)
}
