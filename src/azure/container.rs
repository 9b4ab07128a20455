//! PKCS#12 in base64, as vaults and clients of Azure have it.

use crate::crypto::PrivateKey;
use crate::match_key::{is_that, public_half};
use crate::x509::pkcs12::{self, ContainerError};
use crate::{Certificate, Time};
use base64ct::{Base64, Encoding as _};
use zeroize::Zeroizing;

pub(super) fn is_pem(text: &str) -> bool {
    text.contains("-----BEGIN")
}

/// Opens PKCS#12 in base64 under no password or an empty one.
pub(super) fn open(text: &str, fips: bool) -> Result<pkcs12::Contents, ContainerError> {
    let mut digits = Zeroizing::new(Vec::with_capacity(text.len()));
    digits.extend(text.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    let mut file = Zeroizing::new(vec![0; digits.len() / 4 * 3]);
    let file = Base64::decode(&*digits, &mut file).map_err(|_| ContainerError::NotOne)?;
    pkcs12::open(file, "", fips)
}

/// The place of the certificate that the key fits: of several, the first that is valid.
pub(super) fn leaf_of(key: &PrivateKey, certificates: &[Certificate], now: Time) -> Option<usize> {
    let own = public_half(key)?;
    let fits = |certificate: &Certificate| {
        let public = certificate.view().public_key();
        public.is_ok_and(|public| is_that(&own, &public))
    };
    let is_valid = |certificate: &Certificate| certificate.view().validity.check(now).is_ok();
    let mut places = certificates.iter();
    places
        .position(|certificate| is_valid(certificate) && fits(certificate))
        .or_else(|| certificates.iter().position(fits))
}
