//! Percent-encoding (RFC 3986 section 2.1).

/// The characters that stand for themselves beside letters and digits (section 2.3).
#[cfg(any(feature = "azure", test))]
pub(crate) const UNRESERVED: &[u8] = b"-._~";

/// The octets of `text` with all escaped but letters, digits and what is `plain`. They are handed out one
/// by one: a secret among them goes where its caller has room.
pub(crate) fn escaped<'a>(text: &'a str, plain: &'a [u8]) -> impl Iterator<Item = u8> + 'a {
    text.bytes().flat_map(|byte| {
        let digit = |nibble: u8| b"0123456789ABCDEF"[usize::from(nibble & 15)];
        let (octets, length) = if byte.is_ascii_alphanumeric() || plain.contains(&byte) {
            ([byte, 0, 0], 1)
        } else {
            ([b'%', digit(byte >> 4), digit(byte)], 3)
        };
        octets.into_iter().take(length)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_what_is_plain_is_escaped() {
        let rows: [(&str, &[u8], &str); 4] = [
            ("azAZ09-._~", UNRESERVED, "azAZ09-._~"),
            (" %+&=/,\0\n", UNRESERVED, "%20%25%2B%26%3D%2F%2C%00%0A"),
            ("a,b", b"-._~,", "a,b"),
            ("é😀", UNRESERVED, "%C3%A9%F0%9F%98%80"),
        ];
        for (text, plain, expected) in rows {
            let octets = escaped(text, plain).collect();
            assert_eq!(String::from_utf8(octets).as_deref(), Ok(expected));
        }
    }
}
