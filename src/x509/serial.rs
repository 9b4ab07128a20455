//! Serial numbers (RFC 5280 section 4.1.2.2).

use crate::base::hex;
use rand_core::Rng;
use sha2::{Digest, Sha256};

/// The octets of a generated serial number.
pub(super) const LENGTH: usize = 20;

/// A generated serial number, as the content of the INTEGER: 158 bits of SHA-256 over 256 random ones
/// and `certificate`, the rest of what is signed. So a machine that was copied with the state of its
/// generator gives no number to two certificates.
///
/// The top two bits are fixed to 01, so that whatever comes out, the number is positive, not zero, and
/// as long as its DER says.
pub(super) fn generate(rng: &mut impl Rng, certificate: &[u8]) -> [u8; LENGTH] {
    let mut random = [0; 32];
    rng.fill_bytes(&mut random);
    let digest = Sha256::new()
        .chain_update(random)
        .chain_update(certificate)
        .finalize();
    let mut octets = [0; LENGTH];
    octets.copy_from_slice(&digest[..LENGTH]);
    octets[0] = octets[0] & 0x3f | 0x40;
    octets
}

/// Upper-case hex without leading zero octets, the API's format. `integer` is the content of a
/// DER INTEGER; that of a negative one is shown as it stands.
pub(crate) fn display(integer: &[u8]) -> String {
    let octets = match integer {
        [0, rest @ ..] if !rest.is_empty() => rest,
        _ => integer,
    };
    hex::plain(octets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chacha20::ChaCha20Rng;
    use rand_core::SeedableRng;

    #[test]
    fn generated_numbers_are_positive_and_distinct() {
        let mut rng = ChaCha20Rng::from_seed([7; 32]);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..1000 {
            let serial = generate(&mut rng, b"certificate");
            assert!((0x40..0x80).contains(&serial[0]));
            assert!(seen.insert(serial));
        }
    }

    #[test]
    fn the_same_state_gives_another_certificate_another_number() {
        let of = |certificate: &[u8]| generate(&mut ChaCha20Rng::from_seed([7; 32]), certificate);
        assert_eq!(of(b"one"), of(b"one"));
        assert_ne!(of(b"one"), of(b"two"));
    }

    #[test]
    fn prints_as_the_api_does() {
        assert_eq!(display(&[0x00, 0xcf, 0x56]), "CF56");
        assert_eq!(display(&[0x05, 0x42]), "0542");
        assert_eq!(display(&[0]), "00");
    }
}
