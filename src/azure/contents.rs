//! What is installed of a secret of a vault.

use super::configuration::Configuration;
use super::container::{leaf_of, open};
use super::vault::{Secret, SecretFormat};
use crate::crypto::PrivateKey;
use crate::crypto::password::PasswordError;
use crate::x509::pkcs12::{self, ContainerError};
use crate::x509::written_key::WrittenKey;
use crate::{Certificate, Error, ErrorCode, InstallRequest, Policy, SecretPem, input};

const CERTIFICATE: &str = "public_certificate";
const KEY: &str = "private_key";

/// What is to be installed of a secret: the certificate that the key fits, with the others as
/// intermediates; as a CA, the certificate without its key.
pub(super) fn install_request(
    secret: &Secret,
    configuration: &Configuration,
    policy: &Policy,
) -> Result<InstallRequest, Error> {
    let kind = configuration.kind();
    let has_key = !kind.is_for_verifying();
    let (key, certificates) = match secret.format {
        SecretFormat::Pkcs12 => of_pkcs12(secret.value.as_str(), has_key, policy.fips)?,
        SecretFormat::Pem => of_pem(secret.value.as_str(), has_key)?,
    };
    let mut request = InstallRequest {
        r#type: kind.name().to_owned(),
        name: Some(configuration.name().to_owned()),
        common_name: configuration.common_name.clone(),
        ..InstallRequest::default()
    };
    let mut certificates = certificates
        .into_iter()
        .map(|der| Certificate::read(der, CERTIFICATE))
        .collect::<Result<Vec<_>, _>>()?;
    if let Some(key) = key {
        let place = leaf_of(&key, &certificates, policy.now).unwrap_or(0);
        if place < certificates.len() {
            let intermediates = certificates.split_off(0);
            for (other, certificate) in intermediates.into_iter().enumerate() {
                if other == place {
                    certificates.push(certificate);
                } else {
                    let pem = certificate.to_pem();
                    request.intermediate_certificates.push(pem);
                }
            }
        }
        request.private_key = Some(written(&key)?);
    }
    request.public_certificate = certificates.iter().map(Certificate::to_pem).collect();
    Ok(request)
}

/// The key, if it is asked for, and the DER of the certificates.
type KeyAndDer = (Option<PrivateKey>, Vec<Vec<u8>>);

fn of_pkcs12(text: &str, has_key: bool, fips: bool) -> Result<KeyAndDer, Error> {
    let pkcs12::Contents { keys, certificates } =
        open(text, fips).map_err(|error| unreadable(error, has_key))?;
    if !has_key {
        return Ok((None, certificates));
    }
    let [key] = keys.as_slice() else {
        let count = keys.len();
        return Err(no_key(&format!("it has {count} of them")));
    };
    let key = input::private_key_der(key, KEY).map_err(unreadable_key)?;
    Ok((Some(key), certificates))
}

fn of_pem(text: &str, has_key: bool) -> Result<KeyAndDer, Error> {
    let key = if has_key {
        Some(input::private_key(text, KEY).map_err(unreadable_key)?)
    } else {
        None
    };
    Ok((key, input::certificates(text, CERTIFICATE)?))
}

fn unreadable(error: ContainerError, has_key: bool) -> Error {
    let message = format!("the PKCS#12 file in the vault is not readable: {error}");
    let refusal = match error {
        ContainerError::Password(PasswordError::Wrong) => {
            Error::new(ErrorCode::PrivateKeyUnreadable, message)
        }
        ContainerError::NotFips(_) => Error::new(ErrorCode::CertificateNotFips, message),
        _ if has_key => return no_key(&error.to_string()).with_source(error),
        ContainerError::TooMany | ContainerError::Password(PasswordError::TooMuchWork) => {
            Error::over_limit(message)
        }
        _ => Error::new(ErrorCode::CertificateUnreadable, message),
    };
    refusal.with_source(error)
}

fn unreadable_key(error: Error) -> Error {
    match error.code() {
        ErrorCode::PrivateKeyUnreadable => no_key(error.message()).with_source(error),
        _ => error,
    }
}

fn no_key(why: &str) -> Error {
    let message = format!("there is no private key in the certificate of the vault: {why}");
    Error::new(ErrorCode::AzureKeyExtraction, message)
}

fn written(key: &PrivateKey) -> Result<SecretPem, Error> {
    match WrittenKey::of(key) {
        Ok(written) => Ok(written.pem),
        Err(error) => Err(no_key(error.reason()).with_source(error)),
    }
}
