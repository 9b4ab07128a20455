//! Walking over DER by slices: every element keeps the bytes that it was read from.

use super::oid::Oid;
use der::asn1::AnyRef;
use der::{Decode as _, Header, Reader, SliceReader, Tag, Tagged as _};

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

/// How many octets the first element of `der` has by its own header, if it is a SEQUENCE.
pub(crate) fn outer_length(der: &[u8]) -> Option<usize> {
    let mut reader = SliceReader::new(der).ok()?;
    let header = Header::decode(&mut reader).ok()?;
    let start = usize::try_from(reader.position()).ok()?;
    let content = usize::try_from(header.length()).ok()?;
    (header.tag() == Tag::Sequence).then_some(start + content)
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
            tag: element.tag(),
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
    pub(crate) fn oid(&mut self) -> der::Result<Oid<'a>> {
        Oid::read(self.expect(Tag::ObjectIdentifier)?.value)
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
