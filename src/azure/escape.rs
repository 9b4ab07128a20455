//! Percent-encoding of the values of a form (RFC 3986 section 2.1).

/// Appends `text`, all but unreserved characters escaped.
pub(super) fn escape(text: &str, out: &mut Vec<u8>) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte);
        } else {
            let digit = |nibble: u8| b"0123456789ABCDEF"[usize::from(nibble & 15)];
            out.extend([b'%', digit(byte >> 4), digit(byte)]);
        }
    }
}

/// The longest that `text` may become.
pub(super) fn escaped_max(text: &str) -> usize {
    3 * text.len()
}
