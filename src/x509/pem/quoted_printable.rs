//! Quoted-printable (RFC 2045 section 6.7), in which the source of a mail has texts: an equals sign and
//! two digits for an octet, one at the end of a line that goes on in the next.

use base64ct::{Base64, Encoding as _};
use zeroize::Zeroizing;

/// Whether the body of a block, which is no base64, is some in quoted-printable. It may be a key.
pub(super) fn is_base64_within(body: &str) -> bool {
    let mut base64 = Zeroizing::new(Vec::with_capacity(body.len()));
    let mut rest = body.as_bytes();
    while let Some((&octet, behind)) = rest.split_first() {
        rest = behind;
        let octet = if octet == b'=' {
            match escape(&mut rest) {
                Some(Escape::Octet(octet)) => octet,
                Some(Escape::LineEnd) => continue,
                None => return false,
            }
        } else {
            octet
        };
        if !octet.is_ascii_whitespace() {
            base64.push(octet);
        }
    }
    Base64::decode_in_place(&mut base64).is_ok_and(|der| !der.is_empty())
}

enum Escape {
    Octet(u8),
    LineEnd,
}

/// What follows an equals sign.
fn escape(rest: &mut &[u8]) -> Option<Escape> {
    if let Some((&[high, low], behind)) = rest.split_first_chunk() {
        let digit = |octet| char::from(octet).to_digit(16);
        if let (Some(high), Some(low)) = (digit(high), digit(low)) {
            *rest = behind;
            return u8::try_from(high << 4 | low).ok().map(Escape::Octet);
        }
    }
    let line = rest.iter().position(|octet| *octet == b'\n')?;
    let (end, behind) = rest.split_at(line);
    *rest = behind;
    // The END line is no part of the last line of base64: that ends in padding.
    let goes_on = end.trim_ascii().is_empty() && !behind.trim_ascii().is_empty();
    goes_on.then_some(Escape::LineEnd)
}

/// Whether the hyphens of a BEGIN or END line, or its space, are escaped.
pub(crate) fn is_in_line(text: &str) -> bool {
    let is_line = ["BEGIN", "END"].iter().any(|word| text.contains(word));
    is_line
        && ["=2D", "BEGIN=20", "END=20"]
            .iter()
            .any(|escape| text.contains(escape))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_mail_makes_of_base64() {
        for body in [
            "MAMCAQU=3D\n",
            "MAMCAQU=3d\r\n",
            "MAMCAQ=3D=3D",
            "MAMC=\nAQU=3D\n",
            "MAMC= \r\nAQUF\r\n",
            "=20\nMAMCAQU=3D=0D=0A",
            "=4DAMCAQUF",
        ] {
            assert!(is_base64_within(body), "{body}");
        }
        for body in [
            "",
            "=",
            "=3",
            "=0A",
            "=\n",
            "MAMC\nAQU=\nAQU=\n",
            "AQU=\nAQU=\nAQU=\nAQU=\n",
            "MA==\nMAMC\n",
            "MAMCAQU=3D=3D",
            "MAMC=2AQU",
            "MAMC=E9",
            "MAMC%3D",
        ] {
            assert!(!is_base64_within(body), "{body}");
        }
        assert!(is_in_line("=2D----BEGIN CERTIFICATE-----"));
        assert!(is_in_line("-----BEGIN=20CERTIFICATE-----"));
        assert!(!is_in_line("-----BEGIN CERTIFICATE-----\nMAMCAQU=\n"));
    }
}
