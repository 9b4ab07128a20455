//! [`Written`]: what is looked at where a value is compared as text.

use super::super::view::Item;
use crate::x509::pem;
use std::cmp::Ordering;
use std::io::Write as _;

/// What a PEM begins and ends with, without white space.
pub(super) const BEGIN: &str = "-----BEGINCERTIFICATE-----";
pub(super) const END: &str = "-----ENDCERTIFICATE-----";

/// The text of a value: of a certificate, its PEM without white space. It is written as far as somebody
/// looks.
#[derive(Debug, Default)]
pub(super) struct Written {
    text: Vec<u8>,
    is_whole: bool,
}

impl Written {
    /// For the next value.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.is_whole = false;
    }

    pub(super) fn whole<'a>(&'a mut self, item: Item<'a>) -> &'a [u8] {
        self.beginning(item, usize::MAX)
    }

    /// How the text of the value stands to another.
    pub(super) fn compare(&mut self, item: Item<'_>, other: &[u8]) -> Ordering {
        // One more tells whether it goes on.
        self.beginning(item, other.len() + 1).cmp(other)
    }

    /// At least so many octets of the text, or all.
    fn beginning<'a>(&'a mut self, item: Item<'a>, length: usize) -> &'a [u8] {
        if let Item::Text(text) = item {
            return text.as_bytes();
        }
        if !self.is_whole && self.text.len() < length {
            self.write(item, length);
        }
        &self.text
    }

    fn write(&mut self, item: Item<'_>, length: usize) {
        self.clear();
        self.is_whole = true;
        let text = &mut self.text;
        // Nothing that is written into memory fails.
        let _ = match item {
            Item::Text(own) => text.write_all(own.as_bytes()),
            Item::Number(number) => write!(text, "{number}"),
            Item::Instant(instant) => write!(text, "{instant}"),
            Item::Uuid(uuid) => write!(text, "{uuid}"),
            Item::Certificate(certificate) => {
                let groups = length.saturating_sub(BEGIN.len()).div_ceil(4);
                let part = certificate.der().get(..groups.saturating_mul(3));
                self.is_whole = part.is_none();
                text.extend_from_slice(BEGIN.as_bytes());
                pem::write_body(part.unwrap_or(certificate.der()), b"", text);
                let end = if self.is_whole { END } else { "" };
                text.write_all(end.as_bytes())
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Certificate;

    #[test]
    fn a_certificate_is_written_as_far_as_it_is_looked_at() {
        let certificate = include_str!("../../../vectors/server.pem");
        let certificate = Certificate::from_pem(certificate).unwrap();
        let item = Item::Certificate(&certificate);
        let whole: String = certificate.to_pem().split_ascii_whitespace().collect();
        let whole = whole.as_bytes();
        for length in 0..=whole.len() + 2 {
            let mut written = Written::default();
            let most = whole.len().min(length);
            assert_eq!(written.beginning(item, length)[..most], whole[..most]);
            assert!(length + 100 > whole.len() || written.text.len() < length + 30);
            assert_eq!(
                written.compare(item, &whole[..most]).is_eq(),
                most == whole.len()
            );
            for last in [b'!', b'~'] {
                let other = [&whole[..most], &[last]].concat();
                assert_eq!(Written::default().compare(item, &other), whole.cmp(&other));
                assert_eq!(written.compare(item, &other), whole.cmp(&other));
            }
            assert_eq!(written.whole(item), whole);
        }
    }
}
