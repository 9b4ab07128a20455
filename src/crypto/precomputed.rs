//! [`PrecomputedKey`]: a public key that many signatures will be checked with, such as a CA's own.

use super::algorithm::SignatureScheme;
use super::ec::AnyPrecomputedPoint;
use super::error::BadSignature;
use super::public::VerifyingKey;

/// A [`VerifyingKey`] with what can be computed of it once.
pub(crate) enum PrecomputedKey {
    /// A key of another kind, or one that is not worth the preparation.
    Plain(VerifyingKey),
    Ec(AnyPrecomputedPoint),
}

impl PrecomputedKey {
    /// Takes as long as some ten checks do, or no time at all.
    pub(crate) fn new(key: VerifyingKey) -> Self {
        let precomputed = match &key {
            VerifyingKey::Rsa(_) => None,
            VerifyingKey::Ec(key) => AnyPrecomputedPoint::new(key),
        };
        precomputed.map_or(Self::Plain(key), Self::Ec)
    }

    /// As [`VerifyingKey::verify`].
    pub(crate) fn verify(
        &self,
        scheme: SignatureScheme,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        match (self, scheme) {
            (Self::Plain(key), _) => key.verify(scheme, message, signature),
            (Self::Ec(point), SignatureScheme::Ecdsa(hash)) => {
                point.verify(hash, message, signature)
            }
            (Self::Ec(_), _) => Err(BadSignature),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::hash::HashFunction;
    use crate::crypto::private::{KeySpec, PrivateKey};
    use crate::crypto::public::PublicKey;
    use chacha20::ChaCha20Rng;
    use proptest::prelude::*;
    use rand_core::SeedableRng;

    proptest! {
        #[test]
        fn agrees_with_the_plain_key(
            seed in any::<[u8; 32]>(),
            spec in prop::sample::select(vec![KeySpec::P256, KeySpec::P384, KeySpec::P521]),
            hash in prop::sample::select(HashFunction::ALL.to_vec()),
            at in any::<prop::sample::Index>(),
            flip in any::<u8>(),
        ) {
            let mut rng = ChaCha20Rng::from_seed(seed);
            let private = PrivateKey::generate(spec, &mut rng).unwrap();
            let spki = private.public_key().unwrap();
            let plain = PublicKey::from_spki(&spki).unwrap().prepare().unwrap();
            let fixed = PrecomputedKey::new(plain.clone());
            let mut signature = private.sign(hash, b"message", &mut rng).unwrap();
            let scheme = SignatureScheme::Ecdsa(hash);
            prop_assert_eq!(fixed.verify(scheme, b"message", &signature), Ok(()));
            prop_assert_eq!(fixed.verify(scheme, b"another", &signature), Err(BadSignature));
            prop_assert_eq!(
                fixed.verify(SignatureScheme::RsaPkcs1(hash), b"message", &signature),
                Err(BadSignature)
            );
            let at = at.index(signature.len());
            signature[at] ^= flip;
            prop_assert_eq!(
                fixed.verify(scheme, b"message", &signature),
                plain.verify(scheme, b"message", &signature)
            );
        }
    }
}
