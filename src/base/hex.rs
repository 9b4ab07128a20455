//! Hexadecimal, upper-case as the API and RFC 4514 have it.

use std::fmt::{self, Write};

/// Appends two digits for each octet.
pub(crate) fn write(octets: &[u8], out: &mut impl Write) -> fmt::Result {
    octets
        .iter()
        .try_for_each(|octet| write!(out, "{octet:02X}"))
}

/// Two digits for each octet: `15428D45`.
pub(crate) fn plain(octets: &[u8]) -> String {
    let mut text = String::with_capacity(2 * octets.len());
    // Writing to a String cannot fail.
    let _ = write(octets, &mut text);
    text
}

/// Pairs of digits with colons between: `15:42:8D:45`.
pub(crate) fn with_colons(octets: &[u8]) -> String {
    let mut text = String::with_capacity(3 * octets.len());
    for (index, octet) in octets.iter().enumerate() {
        let colon = if index == 0 { "" } else { ":" };
        // Writing to a String cannot fail.
        let _ = write!(text, "{colon}{octet:02X}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_the_api_does() {
        assert_eq!(plain(&[0x05, 0xcf, 0x00]), "05CF00");
        assert_eq!(with_colons(&[0x26, 0x1f, 0xc5]), "26:1F:C5");
        assert_eq!(plain(&[]) + &with_colons(&[]), "");
    }
}
