//! OBJECT IDENTIFIERs as they stand in DER: of any length, which const-oid's type is not.

use crate::base::hex;
use const_oid::ObjectIdentifier;
use der::Tag;
use std::fmt;

/// The content of an OBJECT IDENTIFIER, borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Oid<'a>(&'a [u8]);

impl<'a> Oid<'a> {
    /// Refuses what is no list of arcs.
    pub(crate) fn read(content: &'a [u8]) -> der::Result<Self> {
        if !is_shortest(content) {
            return Err(Tag::ObjectIdentifier.non_canonical_error().into());
        }
        match content.last() {
            Some(last) if last & 0x80 == 0 => Ok(Self(content)),
            _ => Err(Tag::ObjectIdentifier.value_error().into()),
        }
    }

    /// One that was read before.
    pub(crate) const fn known(content: &'a [u8]) -> Self {
        Self(content)
    }

    pub(crate) const fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// `None` for one that is longer than any that has a meaning here.
    pub(crate) fn short(self) -> Option<ObjectIdentifier> {
        ObjectIdentifier::from_bytes(self.0).ok()
    }
}

/// Whether the content of an OBJECT IDENTIFIER is as short as DER requires it (X.690 section 8.19.2):
/// no arc starts with a zero digit. The `der` crate does not look; other readers refuse it.
pub(crate) fn is_shortest(content: &[u8]) -> bool {
    let mut at_start = true;
    content.iter().all(|&octet| {
        let good = !(at_start && octet == 0x80);
        at_start = octet & 0x80 == 0;
        good
    })
}

impl PartialEq<ObjectIdentifier> for Oid<'_> {
    fn eq(&self, other: &ObjectIdentifier) -> bool {
        self.0 == other.as_bytes()
    }
}

/// Dotted decimal; where an arc is longer than 128 bits, the hex of the content.
impl fmt::Display for Oid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(arcs) = arcs(self.0) else {
            f.write_str("#")?;
            return hex::write(self.0, f);
        };
        // X.690 section 8.19.4: the first two arcs share a number.
        let joint = arcs.first().copied().unwrap_or(0);
        let first = (joint / 40).min(2);
        write!(f, "{first}.{}", joint - 40 * first)?;
        arcs.iter().skip(1).try_for_each(|arc| write!(f, ".{arc}"))
    }
}

fn arcs(content: &[u8]) -> Option<Vec<u128>> {
    let mut arcs = Vec::new();
    let mut arc: u128 = 0;
    for octet in content {
        arc = arc.checked_mul(128)? | u128::from(octet & 0x7f);
        if octet & 0x80 == 0 {
            arcs.push(arc);
            arc = 0;
        }
    }
    Some(arcs)
}

/// The content of the OBJECT IDENTIFIER that dotted decimal says, of at most 64 arcs of 128 bits.
pub(crate) fn encode(text: &str) -> Option<Vec<u8>> {
    let arc = |digits: &str| {
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        let is_shortest = !digits.starts_with('0') || digits == "0";
        (is_number && is_shortest).then(|| digits.parse::<u128>().ok())?
    };
    let mut texts = text.split('.');
    let (first, second) = (arc(texts.next()?)?, arc(texts.next()?)?);
    // X.690 section 8.19.4: the first two arcs share a number.
    if first > 2 || first < 2 && second > 39 {
        return None;
    }
    let mut content = Vec::new();
    push_arc(second.checked_add(40 * first)?, &mut content);
    for (place, digits) in texts.enumerate() {
        if place == 62 {
            return None;
        }
        push_arc(arc(digits)?, &mut content);
    }
    Some(content)
}

fn push_arc(arc: u128, out: &mut Vec<u8>) {
    let digits = (128 - arc.leading_zeros()).div_ceil(7).max(1);
    for place in (0..digits).rev() {
        let digit = (arc >> (7 * place)).to_le_bytes()[0] & 0x7f;
        out.push(if place == 0 { digit } else { digit | 0x80 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn arcs_are_whole_and_as_short_as_can_be() {
        for good in [
            &b"\x2a"[..],
            b"\x55\x04\x03",
            b"\x2a\x86\x48\x86\xf7\x0d",
            b"\x2a\x81\x80\x00",
        ] {
            assert!(Oid::read(good).is_ok(), "{good:02x?}");
        }
        for bad in [
            &b"\x80\x2a"[..],
            b"\x55\x80\x03",
            b"\x55\x04\x80\x80\x03",
            b"\x55\x81",
            b"",
        ] {
            assert!(Oid::read(bad).is_err(), "{bad:02x?}");
        }
    }

    #[test]
    fn long_ones_are_read_and_shown() {
        // 2.25 is the arc of UUIDs (X.667).
        let mut uuid = vec![0x69, 0x83];
        uuid.extend([0xff; 17]);
        uuid.push(0x7f);
        let oid = Oid::read(&uuid).unwrap();
        assert_eq!(oid.to_string(), format!("2.25.{}", u128::MAX));
        assert_eq!(oid.short(), None);
        let longer = [&[0x69], &[0xff; 30][..], &[0x7f]].concat();
        assert!(Oid::read(&longer).unwrap().to_string().starts_with("#69FF"));
    }

    proptest! {
        #[test]
        fn shown_as_const_oid_does(first in 0u32..=2, second in 0u32..40, rest in prop::collection::vec(any::<u32>(), 1..5)) {
            let arcs: Vec<_> = [first, second].into_iter().chain(rest).collect();
            let known = ObjectIdentifier::from_arcs(arcs).unwrap();
            let oid = Oid::read(known.as_bytes()).unwrap();
            prop_assert_eq!(oid.to_string(), known.to_string());
            prop_assert_eq!(oid.short(), Some(known));
        }

        #[test]
        fn arbitrary_bytes_never_panic(content in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = Oid::read(&content).map(|oid| oid.to_string());
        }
    }
}
