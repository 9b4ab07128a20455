//! Files that hold keys and certificates together or under a password: PKCS#12, encrypted private
//! keys, PKCS#7.

mod encrypted_key;
mod key_and_certificates;
mod pkcs7;

pub use key_and_certificates::KeyAndCertificates;

use crate::crypto::PrivateKey;
use crate::crypto::password::PasswordError;
use crate::x509::pkcs12::ContainerError;
use crate::x509::written_key::WrittenKey;
use crate::{Error, ErrorCode, input};

/// The error of a container called `noun`, under `code` unless it has one of its own.
fn refused(noun: &str, error: ContainerError, code: ErrorCode, target: &'static str) -> Error {
    let message = format!("the {noun} is not readable: {error}");
    let refusal = match error {
        ContainerError::NotFips(_) => Error::new(ErrorCode::CertificateNotFips, message),
        ContainerError::TooMany | ContainerError::Password(PasswordError::TooMuchWork) => {
            Error::over_limit(message)
        }
        _ => Error::new(code, message),
    };
    refusal.with_target(target).with_source(error)
}

fn written(key: &PrivateKey, target: &'static str) -> Result<WrittenKey, Error> {
    WrittenKey::of(key)
        .map_err(|error| input::key_error(error, ErrorCode::PrivateKeyUnreadable, target))
}
