//! From BER to DER: NSS and old versions of Windows write lengths that are not definite and strings in
//! pieces (X.690 sections 8.1.3.6 and 8.7.3).

use crate::x509::der::write::{OCTET_STRING, nest, push};
use zeroize::Zeroizing;

/// How deep elements may be within each other.
const DEPTH_MAX: u32 = 32;

/// The bit of a tag that says that the content is elements: of a string, its pieces.
const CONSTRUCTED: u8 = 0x20;

/// The one element that `ber` is, as DER writes lengths and OCTET STRINGs. A string under a tag of the
/// context cannot be told from a list, and stays in pieces: see [`joined`]. What is in the content of a
/// string is not looked at. It may be a secret.
pub(super) fn to_der(ber: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    // Growing would leave a copy of a secret behind. Room for it is there: a definite length has more
    // octets than an indefinite one and its end only where the content has 64 KiB.
    let mut out = Zeroizing::new(Vec::with_capacity(ber.len() + 4096));
    let mut rest = ber;
    element(&mut rest, &mut out, DEPTH_MAX)?;
    rest.is_empty().then_some(out)
}

/// The content of a string that is primitive or in pieces.
pub(super) fn joined(is_constructed: bool, content: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    if !is_constructed {
        return Some(Zeroizing::new(content.to_vec()));
    }
    let mut out = Zeroizing::new(Vec::with_capacity(content.len()));
    pieces(&mut &*content, Some(content.len()), &mut out, DEPTH_MAX)?;
    Some(out)
}

/// The header of an element: its tag, and how long the content is, where that is said.
struct Header<'a> {
    tag: &'a [u8],
    length: Option<usize>,
}

impl<'a> Header<'a> {
    fn read(input: &mut &'a [u8]) -> Option<Self> {
        let first = *input.first()?;
        let mut tag_octets = 1;
        if first & 0x1f == 0x1f {
            let long = input[1..].iter().take(4);
            tag_octets = 2 + long.take_while(|octet| **octet & 0x80 != 0).count();
        }
        let (tag, rest) = input.split_at_checked(tag_octets)?;
        let (&octet, rest) = rest.split_first()?;
        let (length, rest) = match octet {
            0x80 => (None, rest),
            ..0x80 => (Some(usize::from(octet)), rest),
            _ => {
                let (octets, rest) = rest.split_at_checked(usize::from(octet & 0x7f))?;
                let zeros = octets.iter().take_while(|octet| **octet == 0).count();
                let digits = Some(&octets[zeros..]).filter(|digits| digits.len() <= 4)?;
                let length = digits
                    .iter()
                    .fold(0, |length, octet| length << 8 | usize::from(*octet));
                (Some(length), rest)
            }
        };
        // A primitive element has no end but that of its length.
        if length.is_none() && first & CONSTRUCTED == 0 {
            return None;
        }
        *input = rest;
        Some(Self { tag, length })
    }

    fn is_end(&self) -> bool {
        self.tag == [0] && self.length == Some(0)
    }

    fn is_constructed(&self) -> bool {
        self.tag[0] & CONSTRUCTED != 0
    }
}

/// Takes `length` octets.
fn take<'a>(input: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (content, rest) = input.split_at_checked(length)?;
    *input = rest;
    Some(content)
}

/// Calls `each` with the header of each element in a content of this length, or up to its end.
fn contents<'a>(
    input: &mut &'a [u8],
    length: Option<usize>,
    each: &mut dyn FnMut(Header<'a>, &mut &'a [u8]) -> Option<()>,
) -> Option<()> {
    match length {
        Some(length) => {
            let mut content = take(input, length)?;
            while !content.is_empty() {
                let header = Header::read(&mut content)?;
                each(header, &mut content)?;
            }
        }
        None => loop {
            let header = Header::read(input)?;
            if header.is_end() {
                break;
            }
            each(header, input)?;
        },
    }
    Some(())
}

fn element(input: &mut &[u8], out: &mut Vec<u8>, depth: u32) -> Option<()> {
    let header = Header::read(input)?;
    write(&header, input, out, depth)
}

fn write<'a>(
    header: &Header<'a>,
    input: &mut &'a [u8],
    out: &mut Vec<u8>,
    depth: u32,
) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    let (tag, more) = header.tag.split_last()?;
    out.extend_from_slice(more);
    if !header.is_constructed() {
        push(out, *tag, take(input, header.length?)?);
        return Some(());
    }
    let mut read = None;
    if header.tag == [OCTET_STRING | CONSTRUCTED] {
        nest(out, OCTET_STRING, |out| {
            read = pieces(input, header.length, out, depth);
        });
    } else {
        nest(out, *tag, |out| {
            read = contents(input, header.length, &mut |inner, input| {
                write(&inner, input, out, depth)
            });
        });
    }
    read
}

/// Appends what the pieces of a string hold.
fn pieces(input: &mut &[u8], length: Option<usize>, out: &mut Vec<u8>, depth: u32) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    contents(input, length, &mut |piece, input| match piece.tag {
        [OCTET_STRING] => {
            out.extend_from_slice(take(input, piece.length?)?);
            Some(())
        }
        [tag] if *tag == OCTET_STRING | CONSTRUCTED => pieces(input, piece.length, out, depth),
        _ => None,
    })
}
