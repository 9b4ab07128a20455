//! Base64 (RFC 4648 section 4) of public data, by table. Certificates and requests pass through
//! here on the hot path; private keys go through the constant-time `base64ct` instead.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// Not a character of the alphabet.
const BAD: u8 = 0x80;
/// Passed over: space, tab, line feed, form feed, carriage return.
const SPACE: u8 = 0x81;

/// The value of each character.
const VALUES: [u8; 256] = {
    let mut values = [BAD; 256];
    let mut i = 0;
    while i < 64 {
        values[ALPHABET[i as usize] as usize] = i;
        i += 1;
    }
    let spaces = b" \t\n\x0c\r";
    let mut i = 0;
    while i < spaces.len() {
        values[spaces[i] as usize] = SPACE;
        i += 1;
    }
    values
};

/// Decodes padded base64 with spaces and line ends anywhere. `None` for other characters, wrong
/// padding, and unused bits that are not zero.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let mut rest = text;
    loop {
        // Whole lines of the usual length.
        rest = behind_line_end(rest);
        while let Some((line, behind)) = rest.split_first_chunk()
            && let Some(bytes) = decode_line(line)
        {
            out.extend_from_slice(&bytes);
            rest = behind_line_end(behind);
        }
        // Whole groups of four, as long as no space, padding or bad character comes between.
        while let Some((&[a, b, c, d], behind)) = rest.split_first_chunk() {
            let [a, b, c, d] = [a, b, c, d].map(|byte| VALUES[usize::from(byte)]);
            if (a | b | c | d) & BAD != 0 {
                break;
            }
            out.extend_from_slice(&join([a, b, c, d]));
            rest = behind;
        }
        let (group, length, behind) = gather(rest)?;
        rest = behind;
        if length == 4 {
            out.extend_from_slice(&join(group));
            continue;
        }
        let [first, second, _] = join(group);
        match length {
            0 => {}
            2 if group[1].trailing_zeros() >= 4 => out.push(first),
            3 if group[2].trailing_zeros() >= 2 => out.extend_from_slice(&[first, second]),
            _ => return None,
        }
        return Some(out);
    }
}

fn behind_line_end(text: &[u8]) -> &[u8] {
    match text {
        [b'\n', rest @ ..] | [b'\r', b'\n', rest @ ..] => rest,
        _ => text,
    }
}

/// 64 characters of the alphabet, eight at once.
fn decode_line(line: &[u8; 64]) -> Option<[u8; 48]> {
    let values = line.map(value);
    if values.iter().fold(0, |all, value| all | value) & BAD != 0 {
        return None;
    }
    let mut bytes = [0; 48];
    let (eights, _) = values.as_chunks::<8>();
    let (sixes, _) = bytes.as_chunks_mut::<6>();
    for (six, &eight) in sixes.iter_mut().zip(eights) {
        // 6 bits of an octet to 12 of a quarter, then to 24 of a half.
        let word = u64::from_be_bytes(eight);
        let word = (word & 0x3f00_3f00_3f00_3f00) >> 2 | word & 0x003f_003f_003f_003f;
        let word = (word & 0x0fff_0000_0fff_0000) >> 4 | word & 0x0000_0fff_0000_0fff;
        let octets = word.to_be_bytes();
        six[..3].copy_from_slice(&octets[1..4]);
        six[3..].copy_from_slice(&octets[5..]);
    }
    Some(bytes)
}

/// The value of a character; [`BAD`] and more of what is none of the alphabet. Arithmetic instead of a table, as
/// in [`character`].
fn value(character: u8) -> u8 {
    let in_range = |first: u8, count: u8, value: u8| {
        let place = character.wrapping_sub(first);
        let mask = u8::from(place < count).wrapping_neg();
        (mask, mask & place.wrapping_add(value))
    };
    let ranges = [
        in_range(b'A', 26, 0),
        in_range(b'a', 26, 26),
        in_range(b'0', 10, 52),
        in_range(b'+', 1, 62),
        in_range(b'/', 1, 63),
    ];
    let (is_known, value) = ranges.iter().fold((0, 0), |(known, all), (mask, value)| {
        (known | mask, all | value)
    });
    value | !is_known
}

const fn join([a, b, c, d]: [u8; 4]) -> [u8; 3] {
    [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]
}

/// Up to four values, spaces passed over, and what follows them. With fewer than four values the
/// text ended there, correctly padded.
fn gather(text: &[u8]) -> Option<([u8; 4], usize, &[u8])> {
    let mut group = [0; 4];
    let mut length = 0;
    for (at, &byte) in text.iter().enumerate() {
        match VALUES[usize::from(byte)] {
            SPACE => {}
            BAD => return is_padding(&text[at..], length).then_some((group, length, &[])),
            value => {
                group[length] = value;
                length += 1;
                if length == 4 {
                    return Some((group, length, &text[at + 1..]));
                }
            }
        }
    }
    (length == 0).then_some((group, 0, &[]))
}

/// Whether `text` is the padding behind a last group of `length` values, and nothing else.
fn is_padding(text: &[u8], length: usize) -> bool {
    let mut pads = 0;
    for &byte in text {
        match byte {
            b'=' => pads += 1,
            other if VALUES[usize::from(other)] == SPACE => {}
            _ => return false,
        }
    }
    matches!((length, pads), (2, 2) | (3, 1))
}

/// Appends `bytes` as padded base64, in lines of 64 characters that each end in `line_end`.
pub(super) fn encode_lines<const N: usize>(bytes: &[u8], line_end: &[u8; N], out: &mut Vec<u8>) {
    let (lines, rest) = bytes.as_chunks::<48>();
    out.reserve((lines.len() + 1) * (64 + N));
    for line in lines {
        out.extend_from_slice(&encode_line(line));
        out.extend_from_slice(line_end);
    }
    if rest.is_empty() {
        return;
    }
    let mut line = [0; 48];
    line[..rest.len()].copy_from_slice(rest);
    let mut characters = encode_line(&line);
    // One octet has two characters, two have three.
    let meant = (rest.len() * 4).div_ceil(3);
    let whole = meant.next_multiple_of(4);
    characters[meant..whole].fill(b'=');
    out.extend_from_slice(&characters[..whole]);
    out.extend_from_slice(line_end);
}

/// A whole line, eight characters at once.
fn encode_line(bytes: &[u8; 48]) -> [u8; 64] {
    let mut values = [0; 64];
    let (eights, _) = values.as_chunks_mut::<8>();
    let (sixes, _) = bytes.as_chunks::<6>();
    for (eight, &[a, b, c, d, e, f]) in eights.iter_mut().zip(sixes) {
        // 24 bits to a half, then 12 to a quarter, then 6 to an octet.
        let word = u64::from_be_bytes([0, a, b, c, 0, d, e, f]);
        let word = (word & 0x00ff_f000_00ff_f000) << 4 | word & 0x0000_0fff_0000_0fff;
        let word = (word & 0x0fc0_0fc0_0fc0_0fc0) << 2 | word & 0x003f_003f_003f_003f;
        *eight = word.to_be_bytes();
    }
    values.map(character)
}

/// The character of six bits. Arithmetic instead of a table: the compiler does sixteen in one
/// instruction.
fn character(value: u8) -> u8 {
    let is_above = |least: u8| u8::from(value > least);
    value
        .wrapping_add(b'A')
        .wrapping_add(is_above(25).wrapping_mul(b'a' - b'Z' - 1))
        .wrapping_sub(is_above(51).wrapping_mul(b'z' - b'0' + 1))
        .wrapping_sub(is_above(61).wrapping_mul(b'9' - b'+' + 1))
        .wrapping_add(is_above(62).wrapping_mul(b'/' - b'+' - 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64ct::{Base64, Encoding};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_base64ct(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut lines = Vec::new();
            encode_lines(&bytes, b"\n", &mut lines);
            let text = String::from_utf8(lines.clone()).unwrap();
            prop_assert_eq!(text.replace('\n', ""), Base64::encode_string(&bytes));
            prop_assert!(text.lines().all(|line| line.len() <= 64));
            prop_assert_eq!(decode(&lines), Some(bytes));
        }

        #[test]
        fn refuses_what_base64ct_refuses(text in "[A-Ha-z0-9+/=]{0,20}") {
            prop_assert_eq!(decode(text.as_bytes()), Base64::decode_vec(&text).ok());
        }

        #[test]
        fn spaces_do_not_count(bytes in prop::collection::vec(any::<u8>(), 0..50), every in 1usize..7) {
            let text: Vec<u8> = Base64::encode_string(&bytes)
                .into_bytes()
                .chunks(every)
                .flat_map(|chunk| [chunk, b" \r\n\t"].concat())
                .collect();
            prop_assert_eq!(decode(&text), Some(bytes));
        }

        #[test]
        fn arbitrary_bytes_never_panic(text in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = decode(&text);
        }
    }

    #[test]
    fn every_value_has_its_character() {
        for (value, expected) in (0..).zip(ALPHABET) {
            assert_eq!(character(value), *expected);
        }
        for octet in 0..=u8::MAX {
            match VALUES[usize::from(octet)] {
                BAD | SPACE => assert!(value(octet) & BAD != 0, "{octet}"),
                known => assert_eq!(value(octet), known),
            }
        }
    }

    #[test]
    fn lines_of_every_length() {
        let bytes: Vec<u8> = (0..=255).cycle().take(1000).collect();
        let text = Base64::encode_string(&bytes);
        for width in 60..=68 {
            for line_end in ["\n", "\r\n", " \n", "\r"] {
                let mut lines = line_end.to_owned();
                for line in text.as_bytes().chunks(width) {
                    lines.push_str(str::from_utf8(line).unwrap());
                    lines.push_str(line_end);
                }
                assert_eq!(decode(lines.as_bytes()).as_ref(), Some(&bytes));
                let bad = lines.replacen('Q', "\u{e9}", 1);
                assert_eq!(decode(bad.as_bytes()), None);
            }
        }
    }

    #[test]
    fn refuses_wrong_padding_and_unused_bits() {
        for text in [
            "Q", "QQ", "QQ=", "QQ===", "QR==", "QUJ=", "=", "QQ==QQ==", "QQ==A", "Q\\n=",
        ] {
            assert_eq!(decode(text.as_bytes()), None, "{text}");
        }
        assert_eq!(decode(b"QQ = =\n"), Some(b"A".to_vec()));
        assert_eq!(decode(b" \n"), Some(Vec::new()));
    }
}
