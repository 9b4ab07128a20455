//! Reading the inputs of requests, PEM or DER. Each failure has its code and follows one pattern:
//! what is wrong, what was found, what to do.

use super::recognize::{self, Found};
use super::wanted::Wanted;
use crate::crypto::{KeyError, PrivateKey};
use crate::x509::certificate::{CertificateRef, Malformed};
use crate::x509::der::element::outer_length;
use crate::x509::pem::{self, PemError};
use crate::{Error, ErrorCode};

/// An error of a PEM input: the code of what is wanted, unless the input is over a limit.
fn pem_error(error: PemError, text: &str, wanted: Wanted, target: &'static str) -> Error {
    let refusal = match error {
        PemError::TooLarge | PemError::TooManyCertificates | PemError::TooManyAnchors => {
            Error::over_limit(error.to_string())
        }
        PemError::NoBlock => {
            let Found { what, way } = recognize::text(text, wanted);
            let noun = wanted.noun();
            Error::new(
                wanted.code(),
                format!("there is no {noun} in the text: {what}; {way}"),
            )
        }
        PemError::MoreThanOne => {
            let noun = wanted.noun();
            Error::new(
                wanted.code(),
                format!("there is more than one {noun}; give one"),
            )
        }
        PemError::Base64(place) => {
            let noun = wanted.noun();
            Error::new(
                wanted.code(),
                format!("the {noun} is not readable: {place}"),
            )
        }
        _ => Error::new(
            wanted.code(),
            format!("the {} is not readable: {error}", wanted.noun()),
        ),
    };
    refusal.with_target(target).with_source(error)
}

/// Refuses DER that is larger than a PEM text may be.
pub(crate) fn check_size(der: &[u8], target: &'static str) -> Result<(), Error> {
    if der.len() > pem::MAX_INPUT {
        let most = pem::MAX_INPUT >> 20;
        let message = format!("the DER is larger than {most} MiB");
        return Err(Error::over_limit(message).with_target(target));
    }
    Ok(())
}

/// The DER of the first certificate in `text`: the one that a bundle is for.
pub(crate) fn certificate(text: &str, target: &'static str) -> Result<Vec<u8>, Error> {
    let wanted = Wanted::Certificate;
    let der = pem::certificate(text).map_err(|error| pem_error(error, text, wanted, target))?;
    check_whole(Some(text), &der, wanted, target)?;
    Ok(der)
}

/// The DER of every certificate in `text`, at least one.
pub(crate) fn certificates(text: &str, target: &'static str) -> Result<Vec<Vec<u8>>, Error> {
    let wanted = Wanted::Certificate;
    let ders = pem::certificates(text).map_err(|error| pem_error(error, text, wanted, target))?;
    for der in &ders {
        check_whole(Some(text), der, wanted, target)?;
        if let Some(found) = recognize::instead(der, wanted) {
            return Err(something_else(&found, wanted, target));
        }
    }
    Ok(ders)
}

/// The DER of every certificate in a text of trust anchors, which may be longer than others, and
/// of which some may turn out to be unreadable.
pub(crate) fn anchors(text: &str, target: &'static str) -> Result<Vec<Vec<u8>>, Error> {
    pem::anchors(text).map_err(|error| pem_error(error, text, Wanted::Certificate, target))
}

/// The DER of every revocation list in `text`, at least one.
pub(crate) fn crls(text: &str, target: &'static str) -> Result<Vec<Vec<u8>>, Error> {
    pem::crls(text).map_err(|error| pem_error(error, text, Wanted::Crl, target))
}

/// The DER of the one signing request in `text`.
pub(crate) fn request(text: &str, target: &'static str) -> Result<Vec<u8>, Error> {
    let wanted = Wanted::Request;
    let der = pem::request(text).map_err(|error| pem_error(error, text, wanted, target))?;
    check_whole(Some(text), &der, wanted, target)?;
    Ok(der)
}

/// The certificate that `der` is.
pub(crate) fn parse_certificate<'a>(
    der: &'a [u8],
    target: &'static str,
) -> Result<CertificateRef<'a>, Error> {
    CertificateRef::parse(der).map_err(|error| malformed(der, &error, Wanted::Certificate, target))
}

/// An error for DER that is not what it should be.
pub(super) fn malformed(
    der: &[u8],
    error: &Malformed,
    wanted: Wanted,
    target: &'static str,
) -> Error {
    let refusal = match (
        recognize::instead(der, wanted),
        check_whole(None, der, wanted, target),
    ) {
        (Some(found), _) => something_else(&found, wanted, target),
        (None, Err(refusal)) => refusal,
        (None, Ok(())) => {
            let message = format!("the {} is not readable: {error}", wanted.noun());
            Error::new(wanted.code(), message).with_target(target)
        }
    };
    refusal.with_source(*error)
}

/// What stands in the place of a certificate, for those who say themselves which one is not readable;
/// `None` of what is a certificate, or nothing that is known.
pub(crate) fn instead_of_certificate(der: &[u8]) -> Option<String> {
    recognize::instead(der, Wanted::Certificate).map(|found| in_its_place(&found))
}

fn in_its_place(Found { what, way }: &Found) -> String {
    format!("{what} was found in its place; {way}")
}

fn something_else(found: &Found, wanted: Wanted, target: &'static str) -> Error {
    let message = format!(
        "the {} is not readable: {}",
        wanted.noun(),
        in_its_place(found)
    );
    Error::new(wanted.code(), message).with_target(target)
}

/// Refuses DER that has fewer or more octets than its own length says; `text` is what it was decoded
/// from.
fn check_whole(
    text: Option<&str>,
    der: &[u8],
    wanted: Wanted,
    target: &'static str,
) -> Result<(), Error> {
    let Some(length) = outer_length(der).filter(|length| *length != der.len()) else {
        return Ok(());
    };
    if let Some(error) = text.and_then(pem::find_space) {
        return Err(pem_error(error, text.unwrap_or_default(), wanted, target));
    }
    let noun = wanted.noun();
    let message = match der.len().checked_sub(length) {
        Some(1) => format!("1 octet stands behind the {noun}; take it away"),
        Some(behind) => format!("{behind} octets stand behind the {noun}; take them away"),
        None => format!(
            "the {noun} is cut off: it has {} octets of {length}; give the whole",
            der.len()
        ),
    };
    Err(Error::new(wanted.code(), message).with_target(target))
}

/// The private key in `text`, checked for consistency.
pub(crate) fn private_key(text: &str, target: &'static str) -> Result<PrivateKey, Error> {
    let wanted = Wanted::Key;
    let der = pem::private_key(text).map_err(|error| pem_error(error, text, wanted, target))?;
    read_key(Some(text), &der, target)
}

/// The private key in `der`, in any of the three formats.
pub(crate) fn private_key_der(der: &[u8], target: &'static str) -> Result<PrivateKey, Error> {
    check_size(der, target)?;
    read_key(None, der, target)
}

fn read_key(text: Option<&str>, der: &[u8], target: &'static str) -> Result<PrivateKey, Error> {
    let wanted = Wanted::Key;
    check_whole(text, der, wanted, target)?;
    PrivateKey::from_der(der).map_err(|error| match (error, recognize::instead(der, wanted)) {
        (KeyError::Malformed(_), Some(found)) => {
            something_else(&found, wanted, target).with_source(error)
        }
        _ => key_error(error, wanted.code(), target),
    })
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
