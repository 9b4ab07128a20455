//! Walking over DER by slices: every element keeps the bytes that it was read from.

use const_oid::ObjectIdentifier;
use der::asn1::AnyRef;
use der::{Reader, SliceReader, Tag};

/// One DER element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tlv<'a> {
    pub(crate) tag: Tag,
    pub(crate) value: &'a [u8],
    /// Header and value as they stand in the input.
    pub(crate) raw: &'a [u8],
}

impl<'a> Tlv<'a> {
    /// The elements inside, if this is one of tag `tag`.
    pub(crate) fn open(self, tag: Tag) -> der::Result<Elements<'a>> {
        self.tag.assert_eq(tag)?;
        Ok(Elements(self.value))
    }
}

/// Whether the content of an OBJECT IDENTIFIER is as short as DER wants it (X.690 section 8.19.2):
/// no arc starts with a zero digit. The `der` crate does not look; other readers refuse it.
pub(crate) fn is_shortest_oid(content: &[u8]) -> bool {
    let mut at_start = true;
    content.iter().all(|&octet| {
        let good = !(at_start && octet == 0x80);
        at_start = octet & 0x80 == 0;
        good
    })
}

/// The DER elements of a slice, one behind the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Elements<'a>(&'a [u8]);

impl<'a> Elements<'a> {
    pub(crate) fn of(der: &'a [u8]) -> Self {
        Self(der)
    }

    /// The content of a slice that is exactly one SEQUENCE.
    pub(crate) fn of_sequence(der: &'a [u8]) -> der::Result<Self> {
        let mut outer = Self(der);
        let sequence = outer.expect(Tag::Sequence)?;
        outer.finish()?;
        Ok(Self(sequence.value))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn peek(&self) -> Option<Tag> {
        let reader = SliceReader::new(self.0).ok()?;
        Tag::peek(&reader).ok()
    }

    /// The next element, of any tag.
    pub(crate) fn any(&mut self) -> der::Result<Tlv<'a>> {
        let mut reader = SliceReader::new(self.0)?;
        let element: AnyRef<'a> = reader.decode()?;
        let length = usize::try_from(reader.position())?;
        let (raw, rest) = self.0.split_at_checked(length).unwrap_or((self.0, &[]));
        self.0 = rest;
        Ok(Tlv {
            tag: der::Tagged::tag(&element),
            value: element.value(),
            raw,
        })
    }

    /// The next element, which must have this tag.
    pub(crate) fn expect(&mut self, tag: Tag) -> der::Result<Tlv<'a>> {
        let element = self.any()?;
        element.tag.assert_eq(tag)?;
        Ok(element)
    }

    /// The next element if it has this tag; otherwise nothing is consumed.
    pub(crate) fn optional(&mut self, tag: Tag) -> der::Result<Option<Tlv<'a>>> {
        if self.peek() == Some(tag) {
            self.any().map(Some)
        } else {
            Ok(None)
        }
    }

    /// The next element, which must be an OBJECT IDENTIFIER.
    pub(crate) fn oid(&mut self) -> der::Result<ObjectIdentifier> {
        let element = self.expect(Tag::ObjectIdentifier)?;
        if !is_shortest_oid(element.value) {
            return Err(Tag::ObjectIdentifier.non_canonical_error().into());
        }
        ObjectIdentifier::from_bytes(element.value)
            .map_err(|_| Tag::ObjectIdentifier.value_error().into())
    }

    /// The content of a BIT STRING without unused bits.
    pub(crate) fn octets_of_bit_string(&mut self) -> der::Result<&'a [u8]> {
        match self.expect(Tag::BitString)?.value {
            [0, octets @ ..] => Ok(octets),
            _ => Err(Tag::BitString.value_error().into()),
        }
    }

    /// Refuses anything that is left.
    pub(crate) fn finish(self) -> der::Result<()> {
        SliceReader::new(self.0)?.finish()
    }
}

// A copy that is iterated leaves the original where it was: several passes over one name.
#[allow(clippy::copy_iterator)]
impl<'a> Iterator for Elements<'a> {
    type Item = der::Result<Tlv<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_empty() {
            return None;
        }
        let next = self.any();
        if next.is_err() {
            self.0 = &[];
        }
        Some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::write::{OID, element};

    #[test]
    fn arcs_are_as_short_as_can_be() {
        for good in [
            &b"\x2a"[..],
            b"\x55\x04\x03",
            b"\x2a\x86\x48\x86\xf7\x0d",
            b"\x2a\x81\x80\x00",
        ] {
            let der = element(OID, good);
            assert!(Elements::of(&der).oid().is_ok(), "{good:02x?}");
        }
        for bad in [
            &b"\x80\x2a"[..],
            b"\x55\x80\x03",
            b"\x55\x04\x80\x80\x03",
            b"\x55\x81",
            b"",
        ] {
            let der = element(OID, bad);
            assert!(Elements::of(&der).oid().is_err(), "{bad:02x?}");
        }
    }
}
