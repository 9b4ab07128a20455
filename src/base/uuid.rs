//! UUIDs (RFC 9562) as octets: those of the catalog, and what tokens are known by.

use rand_core::CryptoRng;

/// A random one, of version 4.
pub(crate) fn random(rng: &mut (impl CryptoRng + ?Sized)) -> [u8; 16] {
    let mut octets = [0; 16];
    rng.fill_bytes(&mut octets);
    octets[6] = octets[6] & 0x0f | 0x40;
    octets[8] = octets[8] & 0x3f | 0x80;
    octets
}

/// Where the digits of each octet begin.
pub(crate) const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/// The 36 characters, in lower case. At once: a filter writes those of all records.
pub(crate) fn written(uuid: [u8; 16]) -> [u8; 36] {
    let mut text = [b'-'; 36];
    for (octet, place) in uuid.into_iter().zip(PLACES) {
        let digit = |nibble: u8| b"0123456789abcdef"[usize::from(nibble & 15)];
        text[place] = digit(octet >> 4);
        text[place + 1] = digit(octet);
    }
    text
}
