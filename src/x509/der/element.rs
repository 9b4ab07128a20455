//! Walking over DER by slices: every element keeps the bytes that it was read from.

use super::oid::Oid;
use der::asn1::AnyRef;
use der::{Decode as _, Header, Reader, SliceReader, Tag, TagNumber, Tagged as _};

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
        if let Some(tag) = self.0.first().and_then(|&octet| usual_tag(octet)) {
            return Some(tag);
        }
        let reader = SliceReader::new(self.0).ok()?;
        Tag::peek(&reader).ok()
    }

    /// The next element, of any tag.
    pub(crate) fn any(&mut self) -> der::Result<Tlv<'a>> {
        if let Some((element, rest)) = usual(self.0) {
            self.0 = rest;
            return Ok(element);
        }
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
        if self.is_empty() {
            return Ok(());
        }
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

/// The first element and what is behind it, if its header is one of those that certificates are made
/// of, which costs a fraction of what the reader of the `der` crate does. All else, and all that is
/// wrong, is left to that.
fn usual(der: &[u8]) -> Option<(Tlv<'_>, &[u8])> {
    let (&[tag, first], rest) = der.split_first_chunk()?;
    let tag = usual_tag(tag)?;
    let (length, rest) = match first {
        ..=0x7f => (usize::from(first), rest),
        0x81 => {
            let (&[length], rest) = rest.split_first_chunk()?;
            (usize::from(length), rest)
        }
        0x82 => {
            let (&length, rest) = rest.split_first_chunk()?;
            (usize::from(u16::from_be_bytes(length)), rest)
        }
        _ => return None,
    };
    // Not as short as it can be (X.690 section 10.1): that, too, is the other reader's to refuse.
    if first == 0x81 && length < 0x80 || first == 0x82 && length < 0x100 {
        return None;
    }
    let (value, rest) = rest.split_at_checked(length)?;
    let raw = der.get(..der.len() - rest.len())?;
    Some((Tlv { tag, value, raw }, rest))
}

fn usual_tag(octet: u8) -> Option<Tag> {
    Some(match octet {
        0x01 => Tag::Boolean,
        0x02 => Tag::Integer,
        0x03 => Tag::BitString,
        0x04 => Tag::OctetString,
        0x05 => Tag::Null,
        0x06 => Tag::ObjectIdentifier,
        0x0c => Tag::Utf8String,
        0x13 => Tag::PrintableString,
        0x16 => Tag::Ia5String,
        0x17 => Tag::UtcTime,
        0x18 => Tag::GeneralizedTime,
        0x30 => Tag::Sequence,
        0x31 => Tag::Set,
        0x80..=0x9e | 0xa0..=0xbe => Tag::ContextSpecific {
            constructed: octet & 0x20 != 0,
            number: TagNumber(u32::from(octet & 0x1f)),
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The header of each tag and form of length, with content as long as it says, or not.
    fn elements() -> impl Strategy<Value = Vec<u8>> {
        let length = prop_oneof![
            (0u8..0x80).prop_map(|length| vec![length]),
            any::<u8>().prop_map(|length| vec![0x81, length]),
            (0u8..3, any::<u8>()).prop_map(|(high, low)| vec![0x82, high, low]),
            (0u8..2, any::<u8>(), any::<u8>()).prop_map(|(a, b, c)| vec![0x83, a, b, c]),
            prop::collection::vec(any::<u8>(), 0..4),
        ];
        (any::<u8>(), length, 0usize..800)
            .prop_map(|(tag, length, count)| [vec![tag], length, vec![7; count]].concat())
    }

    proptest! {
        #[test]
        fn usual_elements_are_read_as_the_der_crate_does(der in elements()) {
            if let Some((element, rest)) = usual(&der) {
                let mut reader = SliceReader::new(&der).unwrap();
                let known: der::asn1::AnyRef<'_> = reader.decode().unwrap();
                let length = usize::try_from(reader.position()).unwrap();
                prop_assert_eq!((element.tag, element.value), (known.tag(), known.value()));
                prop_assert_eq!((element.raw, rest), der.split_at(length));
            }
            if let Some(tag) = der.first().and_then(|&octet| usual_tag(octet)) {
                prop_assert_eq!(Tag::peek(&SliceReader::new(&der).unwrap()), Ok(tag));
            }
        }
    }

    #[test]
    fn nothing_that_certificates_have_is_left_to_the_slow_way() {
        let mut vector = include_bytes!("../../../vectors/root.spki.der").as_slice();
        let (whole, rest) = usual(vector).unwrap();
        assert!(rest.is_empty());
        vector = whole.value;
        while !vector.is_empty() {
            vector = usual(vector).unwrap().1;
        }
    }
}
