//! Serial numbers (RFC 5280 section 4.1.2.2).

use crate::base::hex;
use rand_core::Rng;

/// A generated serial number: 20 octets, positive, 158 bits of it random.
///
/// The top two bits are fixed to 01, so that whatever the generator gives, the number is positive,
/// not zero, and as long as its DER says.
#[derive(Clone, Copy)]
pub(crate) struct SerialNumber([u8; 20]);

impl SerialNumber {
    pub(crate) fn generate(rng: &mut impl Rng) -> Self {
        let mut octets = [0; 20];
        rng.fill_bytes(&mut octets);
        octets[0] = octets[0] & 0x3f | 0x40;
        Self(octets)
    }

    /// Content of the INTEGER.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
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
            let serial = SerialNumber::generate(&mut rng);
            assert!((0x40..0x80).contains(&serial.0[0]));
            assert!(seen.insert(serial.0));
        }
    }

    #[test]
    fn prints_as_the_api_does() {
        assert_eq!(display(&[0x00, 0xcf, 0x56]), "CF56");
        assert_eq!(display(&[0x05, 0x42]), "0542");
        assert_eq!(display(&[0]), "00");
    }
}
