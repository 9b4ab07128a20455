//! `EncryptedPrivateKeyInfo` (RFC 5958 section 3).

use super::ber;
use super::error::ContainerError;
use crate::crypto::password::{Budget, Encrypted, Password, PasswordError, Scheme};
use crate::x509::der::element::Elements;
use crate::x509::der::write::{OCTET_STRING, SEQUENCE, nest, push};
use der::{Decode as _, Tag};
use rand_core::CryptoRng;
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

const UNREADABLE: ContainerError = ContainerError::Part("encrypted private key");

/// The DER of the algorithm, and the data.
pub(super) fn parts(der: &[u8]) -> Result<(&[u8], &[u8]), ContainerError> {
    let read = || {
        let mut fields = Elements::of_sequence(der)?;
        let algorithm = fields.expect(Tag::Sequence)?.raw;
        let data = fields.expect(Tag::OctetString)?.value;
        fields.finish()?;
        Ok::<_, der::Error>((algorithm, data))
    };
    read().map_err(|_| UNREADABLE)
}

pub(super) fn decrypt_with(
    algorithm: &[u8],
    data: &[u8],
    password: &Password<'_>,
    fips: bool,
    budget: &mut Budget,
) -> Result<Zeroizing<Vec<u8>>, ContainerError> {
    let algorithm = AlgorithmIdentifierRef::from_der(algorithm)
        .map_err(|_| ContainerError::Password(PasswordError::Parameters))?;
    let scheme = Scheme::read(algorithm)?;
    if fips && !scheme.is_fips() {
        return Err(ContainerError::NotFips("encryption"));
    }
    Ok(scheme.decrypt(data, password, budget)?)
}

/// The DER of the key, PKCS#8. What it is read from may be BER.
pub(crate) fn decrypt(
    der: &[u8],
    password: &str,
    fips: bool,
) -> Result<Zeroizing<Vec<u8>>, ContainerError> {
    let der = ber::to_der(der).ok_or(UNREADABLE)?;
    let (algorithm, data) = parts(&der)?;
    let password = Password::new(password);
    decrypt_with(algorithm, data, &password, fips, &mut Budget::new())
}

/// The DER of a key, PKCS#8, encrypted by PBES2.
pub(crate) fn encrypt(key: &[u8], password: &str, rng: &mut (impl CryptoRng + ?Sized)) -> Vec<u8> {
    let Encrypted { algorithm, data } = Encrypted::new(key, &Password::new(password), rng);
    let mut out = Vec::new();
    nest(&mut out, SEQUENCE, |out| {
        out.extend_from_slice(&algorithm);
        push(out, OCTET_STRING, &data);
    });
    out
}
