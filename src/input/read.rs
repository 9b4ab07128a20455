//! Reading the PEM inputs of requests, each failure with its code.

use crate::crypto::{KeyError, PrivateKey};
use crate::x509::certificate::{CertificateRef, Malformed};
use crate::x509::der::element::Elements;
use crate::x509::pem::{self, KeyFormat, PemError};
use crate::{Error, ErrorCode};
use der::Tag;

/// An error of a PEM input: `code`, unless the input is over a limit.
fn pem_error(error: PemError, code: ErrorCode, target: &'static str) -> Error {
    let refusal = match error {
        PemError::TooLarge | PemError::TooManyCertificates | PemError::TooManyAnchors => {
            Error::over_limit(error.to_string())
        }
        _ => Error::new(code, error.to_string()),
    };
    refusal.with_target(target).with_source(error)
}

/// Refuses DER that is larger than a PEM text may be.
pub(crate) fn check_size(der: &[u8], target: &'static str) -> Result<(), Error> {
    if der.len() > pem::MAX_INPUT {
        return Err(Error::over_limit("the DER is larger than 1 MiB").with_target(target));
    }
    Ok(())
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

/// The DER of every certificate in a text of trust anchors, which may be longer than others.
pub(crate) fn anchors(text: &str, target: &'static str) -> Result<Vec<Vec<u8>>, Error> {
    pem::anchors(text).map_err(|error| pem_error(error, ErrorCode::CertificateUnreadable, target))
}

/// The DER of every revocation list in `text`, at least one.
pub(crate) fn crls(text: &str, target: &'static str) -> Result<Vec<Vec<u8>>, Error> {
    pem::crls(text).map_err(|error| pem_error(error, ErrorCode::CertificateUnreadable, target))
}

/// The DER of the one signing request in `text`.
pub(crate) fn request(text: &str, target: &'static str) -> Result<Vec<u8>, Error> {
    pem::request(text).map_err(|error| pem_error(error, ErrorCode::SigningFailed, target))
}

/// The certificate that `der` is.
pub(crate) fn parse_certificate<'a>(
    der: &'a [u8],
    target: &'static str,
) -> Result<CertificateRef<'a>, Error> {
    CertificateRef::parse(der)
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
    read_key(format, &der).map_err(|error| key_error(error, code, target))
}

/// The private key in `der`, in any of the three formats.
pub(crate) fn private_key_der(der: &[u8], target: &'static str) -> Result<PrivateKey, Error> {
    check_size(der, target)?;
    let malformed = KeyError::Malformed("the private key is not PKCS#8, PKCS#1 or SEC 1");
    key_format(der)
        .ok_or(malformed)
        .and_then(|format| read_key(format, der))
        .map_err(|error| key_error(error, ErrorCode::PrivateKeyUnreadable, target))
}

/// What follows the version tells the formats apart: an algorithm, a modulus, a scalar.
fn key_format(der: &[u8]) -> Option<KeyFormat> {
    let mut fields = Elements::of_sequence(der).ok()?;
    fields.expect(Tag::Integer).ok()?;
    match fields.peek()? {
        Tag::Sequence => Some(KeyFormat::Pkcs8),
        Tag::Integer => Some(KeyFormat::Pkcs1),
        Tag::OctetString => Some(KeyFormat::Sec1),
        _ => None,
    }
}

fn read_key(format: KeyFormat, der: &[u8]) -> Result<PrivateKey, KeyError> {
    match format {
        KeyFormat::Pkcs8 => PrivateKey::from_pkcs8(der),
        KeyFormat::Pkcs1 => PrivateKey::from_pkcs1(der),
        KeyFormat::Sec1 => PrivateKey::from_sec1(der),
    }
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
