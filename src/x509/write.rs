//! Writing DER: the few elements that certificates and requests are put together from.

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
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
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    out.push(tag);
    if let Ok(short @ 0..0x80) = u8::try_from(length) {
        out.push(short);
    } else {
        let bytes = length.to_be_bytes();
        let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
        let significant = &bytes[zeros..];
        out.push(0x80 | u8::try_from(significant.len()).unwrap_or(8));
        out.extend_from_slice(significant);
    }
    for part in parts {
        out.extend_from_slice(part);
    }
}

/// A BIT STRING without unused bits.
pub(crate) fn bit_string(octets: &[u8], out: &mut Vec<u8>) {
    push_all(out, 0x03, &[&[0], octets]);
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
            assert_eq!(out, OctetStringRef::new(&bytes).unwrap().to_der().unwrap());
        }
    }
}
