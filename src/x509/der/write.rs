//! Writing DER: the few elements that certificates and requests are put together from.

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OID: u8 = 0x06;
pub(crate) const UTF8_STRING: u8 = 0x0c;
pub(crate) const PRINTABLE_STRING: u8 = 0x13;
pub(crate) const IA5_STRING: u8 = 0x16;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// One element.
pub(crate) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() + 6);
    push(&mut out, tag, content);
    out
}

/// Appends one element.
pub(crate) fn push(out: &mut Vec<u8>, tag: u8, content: &[u8]) {
    push_all(out, tag, &[content]);
}

/// Appends one element whose content is the concatenation of `parts`.
pub(crate) fn push_all(out: &mut Vec<u8>, tag: u8, parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    match length.to_be_bytes() {
        [.., short] if length < 0x80 => out.extend_from_slice(&[tag, short]),
        _ => {
            out.push(tag);
            let (octets, from) = length_octets(length);
            out.extend_from_slice(&octets[from..]);
        }
    }
    for part in parts {
        out.extend_from_slice(part);
    }
}

/// Appends one element whose content `write` appends, in place: for content that is made of
/// elements, which need no buffers of their own so.
pub(crate) fn nest(out: &mut Vec<u8>, tag: u8, write: impl FnOnce(&mut Vec<u8>)) {
    out.extend_from_slice(&[tag, 0]);
    let start = out.len();
    write(out);
    let end = out.len();
    let (octets, from) = length_octets(end - start);
    let [first, further @ ..] = &octets[from..] else {
        return;
    };
    out[start - 1] = *first;
    if !further.is_empty() {
        out.extend_from_slice(further);
        out.copy_within(start..end, start + further.len());
        out[start..start + further.len()].copy_from_slice(further);
    }
}

/// The octets of a length (X.690 section 8.1.3), at the end of the array, and where they begin.
fn length_octets(length: usize) -> ([u8; 9], usize) {
    let mut octets = [0; 9];
    octets[1..].copy_from_slice(&(length as u64).to_be_bytes());
    let (first, from) = match length {
        ..0x80 => return (octets, 8),
        0x80..0x100 => (0x81, 7),
        0x100..0x1_0000 => (0x82, 6),
        0x1_0000..0x100_0000 => (0x83, 5),
        _ => {
            let zeros = octets.iter().take_while(|&&octet| octet == 0).count();
            let significant = u8::try_from(octets.len() - zeros).unwrap_or(8);
            (0x80 | significant, zeros - 1)
        }
    };
    octets[from] = first;
    (octets, from)
}

/// A BIT STRING without unused bits.
pub(crate) fn bit_string(octets: &[u8], out: &mut Vec<u8>) {
    push_all(out, BIT_STRING, &[&[0], octets]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use der::Encode;
    use der::asn1::{BitStringRef, OctetStringRef};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_the_der_crate(bytes in prop::collection::vec(any::<u8>(), 0..400), cut in 0usize..400) {
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut out = Vec::new();
            push_all(&mut out, OCTET_STRING, &[head, tail]);
            prop_assert_eq!(&out, &OctetStringRef::new(&bytes).unwrap().to_der().unwrap());
            out.clear();
            out.push(7);
            nest(&mut out, OCTET_STRING, |out| out.extend_from_slice(&bytes));
            prop_assert_eq!(&out[1..], &OctetStringRef::new(&bytes).unwrap().to_der().unwrap());
            out.clear();
            bit_string(&bytes, &mut out);
            prop_assert_eq!(&out, &BitStringRef::from_bytes(&bytes).unwrap().to_der().unwrap());
        }
    }

    #[test]
    fn long_lengths() {
        for length in [0x7f, 0x80, 0xff, 0x100, 0xffff, 0x1_0000, 0x10_0000] {
            let bytes = vec![7; length];
            let mut out = Vec::new();
            push_all(&mut out, 0x04, &[&bytes]);
            let mut nested = Vec::new();
            nest(&mut nested, 0x04, |out| out.extend_from_slice(&bytes));
            let expected = OctetStringRef::new(&bytes).unwrap().to_der().unwrap();
            assert_eq!(out, expected);
            assert_eq!(nested, expected);
        }
    }
}
