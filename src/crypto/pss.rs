//! Signing by RSASSA-PSS (RFC 8017 section 8.1) with SHA-256, MGF1 of SHA-256 and a salt of 32
//! octets: PS256 of RFC 7518. Certificates are not signed so.

use super::algorithm::SignatureScheme;
use super::dispatch::{Dispatch, SigningKey};
use super::hash::HashFunction;
use super::private::PrivateKey;
use super::seed::{Seed, Stream};
use super::signer::SignerError;
use rand_core::Rng as _;
use rsa::Pss;
use sha2::Sha256;

const HASH: HashFunction = HashFunction::Sha256;
/// Octets of the digest, and of the salt.
const DIGEST: usize = 32;
const SALT: u16 = 32;

/// Signs `message` with an RSA key. The salt comes from the seed. The signature was verified with the
/// public key.
pub(crate) fn sign_pss(
    key: &SigningKey,
    dispatch: Dispatch,
    message: &[u8],
    seed: &Seed,
) -> Result<Vec<u8>, SignerError> {
    let mut rng = seed.generator(Stream::Signature);
    let mut salt = [0; DIGEST];
    rng.fill_bytes(&mut salt);
    let own = key.sign_encoded(dispatch, |length| encode(message, salt, length));
    let signature = match (own, key.key()) {
        (Some(signed), _) => signed?,
        (None, PrivateKey::OddRsa(odd)) => odd
            .sign_with_rng(
                &mut rng,
                Pss::<Sha256>::new_blinded(),
                &HASH.digest(message),
            )
            .map_err(|_| SignerError::new("the RSA private operation failed"))?,
        (None, _) => return Err(SignerError::new("it is not an RSA key")),
    };
    let scheme = SignatureScheme::RsaPss {
        hash: HASH,
        salt: SALT,
    };
    key.check_made(scheme, message, &signature)?;
    Ok(signature)
}

/// EMSA-PSS (RFC 8017 section 9.1.1) for a modulus of `length` octets that has all its bits. `None` if
/// that is too short. Nothing in it is secret: who has the signature can compute it.
fn encode(message: &[u8], salt: [u8; DIGEST], length: usize) -> Option<Vec<u8>> {
    let zeros = length.checked_sub(2 * DIGEST + 2)?;
    let digest = HASH.digest(message);
    let seed = HASH.digest(&[&[0; 8], &*digest, &salt].concat());
    let mut encoded = vec![0; zeros];
    encoded.push(1);
    encoded.extend(salt);
    let mask = (0_u32..).flat_map(|counter| {
        let block = HASH.digest(&[&*seed, &counter.to_be_bytes()].concat());
        <[u8; DIGEST]>::try_from(&*block).unwrap_or_default()
    });
    encoded
        .iter_mut()
        .zip(mask)
        .for_each(|(octet, mask)| *octet ^= mask);
    // One bit less than the modulus, so that it is less than that.
    encoded[0] &= 0x7f;
    encoded.extend(&*seed);
    encoded.push(0xbc);
    Some(encoded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::portable::rsa::fault;
    use crate::crypto::{PrecomputedKey, PublicKey};
    use proptest::prelude::*;
    use rand_core::SeedableRng as _;
    use rsa::pkcs8::DecodePrivateKey as _;

    fn key_of(name: &str) -> rsa::PrivateKey {
        let path = format!("{}/vectors/{name}.key", env!("CARGO_MANIFEST_DIR"));
        rsa::PrivateKey::from_pkcs8_pem(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    fn signing(key: impl Into<PrivateKey>) -> SigningKey {
        let key = key.into();
        let spki = key.public_key().unwrap();
        let public = PublicKey::from_spki(&spki).unwrap().prepare().unwrap();
        SigningKey::new(key, PrecomputedKey::new(public))
    }

    fn seed(of: [u8; 32]) -> Seed {
        Seed::draw(&mut chacha20::ChaCha20Rng::from_seed(of))
    }

    /// The verifier of the `rsa` crate.
    fn is_good(key: &rsa::PrivateKey, message: &[u8], signature: &[u8]) -> bool {
        let scheme = Pss::<Sha256>::new_with_salt(DIGEST);
        key.as_public_key()
            .verify(scheme, &HASH.digest(message), signature)
            .is_ok()
    }

    #[test]
    fn verify_with_the_rsa_crate_and_are_the_same_on_each_backend() {
        for name in ["root", "ca-e3", "ca-rsa3072", "ca-rsa4096"] {
            let numbers = key_of(name);
            let key = signing(numbers.clone());
            for number in 0..3 {
                let (message, seed) = (&[number; 3][..], seed([number; 32]));
                let signature = sign_pss(&key, Dispatch::PORTABLE, message, &seed).unwrap();
                assert!(is_good(&numbers, message, &signature), "{name}");
                assert!(!is_good(&numbers, b"another", &signature), "{name}");
                let fastest = sign_pss(&key, Dispatch::detect(), message, &seed).unwrap();
                assert_eq!(fastest, signature, "{name}");
            }
            let [one, other] = [1, 2].map(|number| {
                sign_pss(&key, Dispatch::PORTABLE, b"message", &seed([number; 32])).unwrap()
            });
            assert_ne!(one, other, "{name}: the salt is drawn");
        }
    }

    #[test]
    fn keys_of_other_kinds_sign_by_the_rsa_crate() {
        let mut rng = chacha20::ChaCha20Rng::from_seed([1; 32]);
        let odd = rsa::PrivateKey::new(&mut rng, 1040).unwrap();
        let key = signing(odd.clone());
        let signature = sign_pss(&key, Dispatch::detect(), b"message", &seed([1; 32])).unwrap();
        assert!(is_good(&odd, b"message", &signature));
        // A modulus of one bit more than whole octets, which no encoding fills.
        let odd = rsa::PrivateKey::new(&mut rng, 1033).unwrap();
        let key = signing(odd.clone());
        let signature = sign_pss(&key, Dispatch::detect(), b"message", &seed([1; 32])).unwrap();
        assert!(is_good(&odd, b"message", &signature));
    }

    #[test]
    fn other_keys_are_refused() {
        let mut rng = chacha20::ChaCha20Rng::from_seed([1; 32]);
        let ec = PrivateKey::generate(crate::KeySpec::P256, &mut rng).unwrap();
        let error = sign_pss(&signing(ec), Dispatch::detect(), b"message", &seed([1; 32]));
        assert!(error.is_err());
        let short = rsa::PrivateKey::new_unchecked(&mut rng, 512).unwrap();
        let error = sign_pss(
            &signing(short),
            Dispatch::detect(),
            b"message",
            &seed([1; 32]),
        );
        assert!(error.is_err());
        assert_eq!(encode(b"message", [0; 32], 65), None);
        assert_eq!(encode(b"message", [0; 32], 66).unwrap().len(), 66);
    }

    #[test]
    fn a_wrong_half_is_not_given_out() {
        let (key, seed) = (signing(key_of("root")), seed([1; 32]));
        fault::plant();
        let error = sign_pss(&key, Dispatch::PORTABLE, b"message", &seed).unwrap_err();
        assert!(error.to_string().contains("is at fault"), "{error}");
        assert!(sign_pss(&key, Dispatch::PORTABLE, b"message", &seed).is_ok());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn every_message_and_salt(message: Vec<u8>, of: [u8; 32], place: prop::sample::Index, bit in 0..8_u32) {
            let numbers = key_of("root");
            let key = signing(numbers.clone());
            let mut signature = sign_pss(&key, Dispatch::detect(), &message, &seed(of)).unwrap();
            prop_assert!(is_good(&numbers, &message, &signature));
            let at = place.index(signature.len());
            signature[at] ^= 1 << bit;
            prop_assert!(!is_good(&numbers, &message, &signature));
        }
    }
}
