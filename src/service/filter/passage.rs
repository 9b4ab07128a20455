//! [`Passage`]: characters of base64 that are sought, as the octets of what has them.

use super::pattern::Pattern;
use super::written::{BEGIN, END};
use base64ct::{Base64, Encoding as _};
use memchr::memmem::Finder;

/// Fewer characters have an octet or none for certain.
const LEAST: usize = 4;

/// A part of a pattern that can only be in the base64 of a PEM. That its octets are not in the DER is
/// seen without encoding it.
#[derive(Debug)]
pub(super) struct Passage {
    /// The octets which the characters determine, for each place in a group of four where they may begin.
    octets: [Finder<'static>; 4],
}

impl Passage {
    /// The longest passage of the pattern that tells something.
    pub(super) fn of(pattern: &Pattern) -> Option<Self> {
        let is_in_base64_alone = |part: &&[u8]| {
            let has = |line: &str| line.as_bytes().windows(part.len()).any(|own| own == *part);
            part.len() >= LEAST && !has(BEGIN) && !has(END)
        };
        let parts = pattern.middle().filter(is_in_base64_alone);
        let part = parts.max_by_key(|part| part.len())?;
        Some(Self {
            octets: [
                octets(0, part)?,
                octets(1, part)?,
                octets(2, part)?,
                octets(3, part)?,
            ],
        })
    }

    /// Whether the base64 of the DER may have the passage; `false` is certain.
    pub(super) fn may_be_in(&self, der: &[u8]) -> bool {
        self.octets.iter().any(|octets| octets.find(der).is_some())
    }
}

/// The octets of which all bits are in the characters, of which the first is at this place of its group.
/// `None` if one is none of base64.
fn octets(place: usize, characters: &[u8]) -> Option<Finder<'static>> {
    let end = place + characters.len();
    let mut groups = vec![b'A'; end.next_multiple_of(4)];
    groups[place..end].copy_from_slice(characters);
    let groups = Base64::decode_vec(std::str::from_utf8(&groups).ok()?).ok()?;
    let whole = (place * 6).div_ceil(8)..end * 6 / 8;
    Some(Finder::new(groups.get(whole)?).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn never_misses_one(
            der in proptest::collection::vec(any::<u8>(), 6..60), start in 0_usize..80, length in 4_usize..20,
        ) {
            let text = Base64::encode_string(&der);
            let text = text.trim_end_matches('=');
            let start = start.min(text.len() - LEAST);
            let part = &text[start..text.len().min(start + length)];
            let passage = Passage::of(&Pattern::new(&format!("*{part}*"))).unwrap();
            prop_assert!(passage.may_be_in(&der));
            let mut other = der.clone();
            other.fill(der[0] ^ 0xff);
            let has = Base64::encode_string(&other).contains(part);
            prop_assert!(passage.may_be_in(&other) || !has);
        }
    }

    #[test]
    fn some_parts_tell_nothing() {
        let of = |text: &str| Passage::of(&Pattern::new(text)).is_some();
        for text in [
            "*abc*",
            "*CERT*",
            "*NCERTI*",
            "*ab-cd*",
            "*abc=*",
            "abcd*",
            "*abcd",
            "*ab\u{e9}d*",
        ] {
            assert!(!of(text), "{text}");
        }
        assert!(of("*abc*abcd*CERTIFICATE*") && of("*CERTI/*") && of("*ABCD*"));
        let found =
            |text: &str, der: &[u8]| Passage::of(&Pattern::new(text)).unwrap().may_be_in(der);
        assert!(found("*bm9uZQ*", b"none") && !found("*bm9uZQ*", b"some"));
        assert!(found("*ub25l*", b"anonenone") && !found("*ub25l*", b"\0\0\0\0"));
    }
}
