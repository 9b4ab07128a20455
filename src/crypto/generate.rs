//! New private keys.

use super::dispatch::Dispatch;
use super::ec::{AnyPrivateKey, Curve};
use super::error::KeyError;
use super::private::{KeySpec, PrivateKey};
use rand_core::CryptoRng;

impl PrivateKey {
    /// A key from a generator that is used for nothing else: how much of it is used depends on the
    /// processor, the key does not.
    pub(crate) fn generate(spec: KeySpec, rng: &mut impl CryptoRng) -> Result<Self, KeyError> {
        match spec {
            KeySpec::Rsa2048 => generate_rsa(2048, rng),
            KeySpec::Rsa3072 => generate_rsa(3072, rng),
            KeySpec::Rsa4096 => generate_rsa(4096, rng),
            KeySpec::P256 => Ok(AnyPrivateKey::generate(Curve::P256, rng).into()),
            KeySpec::P384 => Ok(AnyPrivateKey::generate(Curve::P384, rng).into()),
            KeySpec::P521 => Ok(AnyPrivateKey::generate(Curve::P521, rng).into()),
        }
    }
}

/// By FIPS 186-5 appendix A.1.3, with the public exponent 65537.
fn generate_rsa(bits: usize, rng: &mut impl CryptoRng) -> Result<PrivateKey, KeyError> {
    Dispatch::detect()
        .generate_rsa(bits, rng)
        .map(|key| PrivateKey::Rsa(Box::new(key)))
        .ok_or(KeyError::Malformed("no RSA key was found"))
}
