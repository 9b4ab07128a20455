//! PEM in and out (RFC 7468), more tolerant than one strict block: text around the blocks, several
//! blocks, any line length and line end, spaces at the ends of lines.

mod error;
mod quoted_printable;

pub(crate) use error::{
    FROM_QUOTED_PRINTABLE, MAX_ANCHORS, MAX_CERTIFICATES, MAX_INPUT, PemError, QUOTED_PRINTABLE,
};
pub(crate) use quoted_printable::is_in_line as is_quoted_printable;

use super::base64;
use base64ct::{Base64, Encoding};
use error::{BadBase64, Base64Defect, MAX_ANCHORS_INPUT};
use pem_rfc7468::LineEnding;
use zeroize::Zeroizing;

/// A block whose base64 is not decoded yet.
struct Block<'a> {
    label: &'a str,
    body: &'a str,
}

const BEGIN: &str = "-----BEGIN ";

/// The blocks of `text`, in order. A block begins at the start of a line, or behind another.
struct Blocks<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Blocks<'a> {
    type Item = Result<Block<'a>, PemError>;

    fn next(&mut self) -> Option<Self::Item> {
        let block = block(begin(self.rest)?);
        self.rest = match &block {
            Ok((_, rest)) => rest,
            Err(_) => "",
        };
        Some(block.map(|(block, _)| block))
    }
}

/// What follows the first BEGIN that nothing but space stands before in its line.
fn begin(text: &str) -> Option<&str> {
    let (mut from, mut only_space) = (0, true);
    loop {
        let at = from + find(&text[from..], BEGIN)?;
        let before = &text[from..at];
        let in_line = before.rfind(['\n', '\r']).map(|end| &before[end + 1..]);
        only_space |= in_line.is_some();
        let is_space = |character: char| character.is_whitespace() || character == '\u{feff}';
        only_space &= in_line.unwrap_or(before).chars().all(is_space);
        from = at + BEGIN.len();
        if only_space {
            return Some(&text[from..]);
        }
    }
}

/// The labels of all blocks that begin in `text`.
pub(crate) fn labels(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let from_label = begin(rest)?;
        let line = from_label.lines().next().unwrap_or_default();
        rest = &from_label[line.len()..];
        Some(line.split_once("-----").map_or(line, |(label, _)| label))
    })
}

/// Where this first is, which begins with a dash. There is none in base64, so that to look for one at a time
/// is the quickest way through it; not through text that is full of them.
fn find(text: &str, marker: &str) -> Option<usize> {
    let mut from = 0;
    for _ in 0..100 {
        let at = from + text[from..].find('-')?;
        if text[at..].starts_with(marker) {
            return Some(at);
        }
        from = at + 1;
    }
    Some(from + text[from..].find(marker)?)
}

/// What stands before a marker and behind it.
fn split_once<'a>(text: &'a str, marker: &str) -> Option<(&'a str, &'a str)> {
    let at = find(text, marker)?;
    Some((&text[..at], &text[at + marker.len()..]))
}

/// Reads a block from its label on; gives the text behind it too.
fn block(from_label: &str) -> Result<(Block<'_>, &str), PemError> {
    let (label, rest) = split_once(from_label, "-----").ok_or(PemError::NoEnd)?;
    let (body, from_end) = split_once(rest, "-----END ").ok_or_else(|| {
        if is_quoted_printable(rest) {
            PemError::QuotedPrintable
        } else {
            PemError::NoEnd
        }
    })?;
    let rest = from_end
        .strip_prefix(label)
        .and_then(|rest| rest.strip_prefix("-----"))
        .ok_or(PemError::NoEnd)?;
    Ok((Block { label, body }, rest))
}

fn blocks(text: &str) -> Result<Blocks<'_>, PemError> {
    if text.len() > MAX_INPUT {
        return Err(PemError::TooLarge);
    }
    Ok(Blocks { rest: text })
}

/// The DER of every certificate in `text`, at least one. Blocks of other kinds are passed over.
pub(crate) fn certificates(text: &str) -> Result<Vec<Vec<u8>>, PemError> {
    certificates_of(text, blocks(text)?, MAX_CERTIFICATES)
}

/// As [`certificates`], for a whole bundle of roots.
pub(crate) fn anchors(text: &str) -> Result<Vec<Vec<u8>>, PemError> {
    if text.len() > MAX_ANCHORS_INPUT {
        return Err(PemError::TooManyAnchors);
    }
    match certificates_of(text, Blocks { rest: text }, MAX_ANCHORS) {
        Err(PemError::TooManyCertificates) => Err(PemError::TooManyAnchors),
        read => read,
    }
}

fn certificates_of(text: &str, blocks: Blocks<'_>, most: usize) -> Result<Vec<Vec<u8>>, PemError> {
    let mut found = Vec::new();
    for block in blocks {
        let block = block?;
        if is_certificate(block.label)? {
            if found.len() == most {
                return Err(PemError::TooManyCertificates);
            }
            found.push(decode(text, block.body)?);
        }
    }
    if found.is_empty() {
        return Err(PemError::NoBlock);
    }
    Ok(found)
}

fn is_certificate(label: &str) -> Result<bool, PemError> {
    match label {
        "CERTIFICATE" | "X509 CERTIFICATE" => Ok(true),
        "TRUSTED CERTIFICATE" => Err(PemError::TrustedCertificate),
        _ => Ok(false),
    }
}

/// The DER of every certificate revocation list in `text`, at least one. A text may be as long as
/// the PEM of the largest list.
pub(crate) fn crls(text: &str) -> Result<Vec<Vec<u8>>, PemError> {
    let mut found = Vec::new();
    for block in (Blocks { rest: text }) {
        let block = block?;
        if block.label == "X509 CRL" {
            found.push(decode(text, block.body)?);
        }
    }
    if found.is_empty() {
        return Err(PemError::NoBlock);
    }
    Ok(found)
}

/// The DER of the first certificate in `text`: the one that a bundle is for.
pub(crate) fn certificate(text: &str) -> Result<Vec<u8>, PemError> {
    for block in blocks(text)? {
        let block = block?;
        if is_certificate(block.label)? {
            return decode(text, block.body);
        }
    }
    Err(PemError::NoBlock)
}

/// The DER of the one signing request in `text`. Blocks of other kinds are passed over.
pub(crate) fn request(text: &str) -> Result<Vec<u8>, PemError> {
    let block = one(text, |label| {
        matches!(label, "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST")
    })?;
    decode(text, block.body)
}

/// The DER of the one private key in `text`, of whichever format: what the label says of it is not
/// looked at. Blocks of other kinds are passed over.
pub(crate) fn private_key(text: &str) -> Result<Zeroizing<Vec<u8>>, PemError> {
    let block = one(text, |label| {
        matches!(
            label,
            "PRIVATE KEY"
                | "RSA PRIVATE KEY"
                | "EC PRIVATE KEY"
                | "DSA PRIVATE KEY"
                | "ENCRYPTED PRIVATE KEY"
        )
    })?;
    if block.label.starts_with("ENCRYPTED") {
        return Err(PemError::EncryptedKey);
    }
    // RFC 1421 section 4.6.1.1: the headers of a PKCS#1 or SEC 1 key say that it is encrypted.
    if block.body.contains("Proc-Type:") {
        return Err(PemError::EncryptedByHeaders);
    }
    decode_secret(text, block.body)
}

/// The DER of the one private key in `text`, if it is encrypted and its label says so.
#[cfg(feature = "pkcs12")]
pub(crate) fn encrypted_private_key(text: &str) -> Result<Option<Vec<u8>>, PemError> {
    let block = one(text, |label| label.ends_with("PRIVATE KEY"))?;
    Some(block)
        .filter(|block| block.label == "ENCRYPTED PRIVATE KEY")
        .map(|block| decode(text, block.body))
        .transpose()
}

/// The DER of the one PKCS#7 bundle in `text`.
#[cfg(feature = "pkcs12")]
pub(crate) fn pkcs7(text: &str) -> Result<Vec<u8>, PemError> {
    let block = one(text, |label| {
        matches!(
            label,
            "PKCS7" | "PKCS #7 SIGNED DATA" | "CMS" | "CERTIFICATE"
        )
    })?;
    decode(text, block.body)
}

/// The one block whose label `is_required`.
fn one(text: &str, is_required: impl Fn(&str) -> bool) -> Result<Block<'_>, PemError> {
    let mut found = None;
    for block in blocks(text)? {
        let block = block?;
        if is_required(block.label) && found.replace(block).is_some() {
            return Err(PemError::MoreThanOne);
        }
    }
    found.ok_or(PemError::NoBlock)
}

fn decode(text: &str, body: &str) -> Result<Vec<u8>, PemError> {
    base64::decode(body.as_bytes())
        .filter(|der| !der.is_empty())
        .ok_or_else(|| bad_body(text, body))
}

/// As [`decode`], in constant time for what the base64 says, in memory that is wiped.
fn decode_secret(text: &str, body: &str) -> Result<Zeroizing<Vec<u8>>, PemError> {
    let mut bytes = Zeroizing::new(body.as_bytes().to_vec());
    bytes.retain(|byte| !byte.is_ascii_whitespace());
    match Base64::decode_in_place(&mut bytes).map(<[u8]>::len) {
        Ok(length) if length > 0 => {
            bytes.truncate(length);
            Ok(bytes)
        }
        _ => Err(bad_body(text, body)),
    }
}

/// Why the body of a block is not base64; `text` is the whole that it stands in.
fn bad_body(text: &str, body: &str) -> PemError {
    if body.contains("\\n") {
        return PemError::LiteralNewlines;
    }
    if quoted_printable::is_base64_within(body) {
        return PemError::QuotedPrintable;
    }
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
    let is_space = |c: char| c.is_ascii_whitespace();
    let foreign = body
        .char_indices()
        .find(|&(_, c)| !is_base64(c) && !is_space(c) && c != '=');
    let behind_padding = || {
        let padding = body.find('=')?;
        let behind = body[padding..].find(is_base64)?;
        Some((padding + behind, Base64Defect::BehindPadding))
    };
    let (at, defect) = foreign
        .map(|(at, character)| (at, Base64Defect::Character(character)))
        .or_else(|| Some((space_inside(body)?, Base64Defect::SpaceInside)))
        .or_else(behind_padding)
        .unwrap_or_else(|| {
            let end = body.trim_end().len();
            match body.chars().filter(|c| !is_space(*c)).count() % 4 {
                0 if end > 0 => (end, Base64Defect::UnusedBits),
                _ => (end, Base64Defect::Incomplete),
            }
        });
    PemError::Base64(place(text, body, at, defect))
}

/// The first space between two characters of a line, where the body has several lines: one that was
/// folded into a single line has spaces for its line ends.
fn space_inside(body: &str) -> Option<usize> {
    let lines = || {
        body.split_inclusive('\n')
            .filter(|line| !line.trim().is_empty())
    };
    if lines().count() < 2 {
        return None;
    }
    let mut start = 0;
    for line in body.split_inclusive('\n') {
        let inner = line.trim_start();
        let from = start + line.len() - inner.len();
        if let Some(at) = inner.trim_end().find([' ', '\t']) {
            return Some(from + at);
        }
        start += line.len();
    }
    None
}

/// Where a line of base64 in `text` has a space inside: DER that is not readable may be so because
/// of it.
pub(crate) fn find_space(text: &str) -> Option<PemError> {
    let mut blocks = Blocks { rest: text }.flatten();
    blocks.find_map(|Block { body, .. }| {
        let at = space_inside(body)?;
        Some(PemError::Base64(place(
            text,
            body,
            at,
            Base64Defect::SpaceInside,
        )))
    })
}

/// The place in `text` of what stands at `at` in `body`, a part of it.
fn place(text: &str, body: &str, at: usize, defect: Base64Defect) -> BadBase64 {
    let at = at + (body.as_ptr().addr() - text.as_ptr().addr());
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    BadBase64 {
        defect,
        line: before.matches('\n').count() + 1,
        character: before[line_start..].chars().count() + 1,
    }
}

/// A certificate as PEM: 64 columns, LF, ending in LF.
pub(crate) fn write_certificate(der: &[u8]) -> String {
    write("CERTIFICATE", der)
}

/// A signing request as PEM.
pub(crate) fn write_request(der: &[u8]) -> String {
    write("CERTIFICATE REQUEST", der)
}

/// An encrypted private key as PEM.
#[cfg(feature = "pkcs12")]
pub(crate) fn write_encrypted_private_key(der: &[u8]) -> String {
    write("ENCRYPTED PRIVATE KEY", der)
}

/// Appends what stands between the BEGIN and END lines of a block: base64 in lines of 64 characters
/// that each end in `line_end`.
#[cfg(feature = "service")]
pub(crate) fn write_body<const N: usize>(der: &[u8], line_end: &[u8; N], out: &mut Vec<u8>) {
    base64::encode_lines(der, line_end, out);
}

fn write(label: &str, der: &[u8]) -> String {
    let mut text = Vec::with_capacity(der.len() / 48 * 65 + 128 + 2 * label.len());
    text.extend_from_slice(b"-----BEGIN ");
    text.extend_from_slice(label.as_bytes());
    text.extend_from_slice(b"-----\n");
    base64::encode_lines(der, b"\n", &mut text);
    text.extend_from_slice(b"-----END ");
    text.extend_from_slice(label.as_bytes());
    text.extend_from_slice(b"-----\n");
    String::from_utf8(text).unwrap_or_else(|_| unreachable!("base64 is ASCII"))
}

/// A PKCS#8 private key as PEM, encoded in constant time. `None` if it is too large to be one.
pub(crate) fn write_private_key(der: &[u8]) -> Option<Zeroizing<String>> {
    pem_rfc7468::encode_string("PRIVATE KEY", LineEnding::LF, der)
        .map(Zeroizing::new)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DER: &[u8] = &[0x30, 0x03, 0x02, 0x01, 0x05];

    fn pem(label: &str) -> String {
        write(label, DER)
    }

    #[test]
    fn markers_are_found_among_dashes() {
        for dashes in (0..8).chain([99, 100, 101, 1000]) {
            for before in ["-", "- ", "-----BEGI ", "ä-"] {
                let text = before.repeat(dashes);
                let whole = format!("{text}{BEGIN}X{BEGIN}");
                assert_eq!(find(&whole, BEGIN), whole.find(BEGIN));
                assert_eq!(find(&text, BEGIN), None);
            }
        }
        assert_eq!(split_once("a-----b-----c", "-----"), Some(("a", "b-----c")));
    }

    #[test]
    fn reads_what_people_paste() {
        let block = pem("CERTIFICATE");
        for text in [
            block.clone(),
            block.replace('\n', "\r\n"),
            block.replace('\n', " \n"),
            format!("\u{feff}Subject: CN=x\n{block}trailing words"),
            format!("{}{block}", pem("EC PARAMETERS")),
            pem("X509 CERTIFICATE"),
            block.trim_end().to_owned(),
            block.replace("MAMCAQU=", "MA\n\nMC\nAQU\n=\n"),
        ] {
            assert_eq!(certificate(&text), Ok(DER.to_vec()), "{text}");
        }
        assert_eq!(request(&pem("NEW CERTIFICATE REQUEST")), Ok(DER.to_vec()));
        for label in ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"] {
            assert_eq!(private_key(&pem(label)).unwrap().as_slice(), DER);
        }
    }

    #[test]
    fn refuses_with_the_reason() {
        let block = pem("CERTIFICATE");
        let cases = [
            (String::new(), PemError::NoBlock),
            (pem("PKCS7"), PemError::NoBlock),
            (pem("TRUSTED CERTIFICATE"), PemError::TrustedCertificate),
            (block.replace('\n', "\\n"), PemError::LiteralNewlines),
            (block.replace('=', "=3D"), PemError::QuotedPrintable),
            (
                block.replace("AQU=", "A=\nQU=3D"),
                PemError::QuotedPrintable,
            ),
            (
                block.replace("-----END", "=2D----END"),
                PemError::QuotedPrintable,
            ),
            (block.replace("END CERT", "END KERT"), PemError::NoEnd),
            (block.replace("-----END", "----END"), PemError::NoEnd),
            ("x".repeat(MAX_INPUT + 1), PemError::TooLarge),
        ];
        for (text, error) in cases {
            assert_eq!(certificate(&text), Err(error));
            assert_eq!(certificates(&text), Err(error));
        }
        let many = block.repeat(MAX_CERTIFICATES + 1);
        assert_eq!(certificates(&many), Err(PemError::TooManyCertificates));
        // Whatever is read.
        let printable = |label| pem(label).replace('=', "=3D");
        let request_of_mail = printable("CERTIFICATE REQUEST");
        assert_eq!(request(&request_of_mail), Err(PemError::QuotedPrintable));
        let key = printable("PRIVATE KEY");
        assert_eq!(private_key(&key), Err(PemError::QuotedPrintable));
        let list = printable("X509 CRL");
        assert_eq!(crls(&list), Err(PemError::QuotedPrintable));
        let anchor = printable("CERTIFICATE");
        assert_eq!(anchors(&anchor), Err(PemError::QuotedPrintable));
        let two = pem("CERTIFICATE REQUEST").repeat(2);
        assert_eq!(request(&two), Err(PemError::MoreThanOne));
        let headers = pem("RSA PRIVATE KEY").replacen('\n', "\nProc-Type: 4,ENCRYPTED\n", 1);
        let encrypted = pem("ENCRYPTED PRIVATE KEY");
        assert_eq!(private_key(&encrypted), Err(PemError::EncryptedKey));
        assert_eq!(private_key(&headers), Err(PemError::EncryptedByHeaders));
    }

    #[test]
    fn a_block_begins_where_a_line_does() {
        let block = pem("CERTIFICATE");
        for before in [
            "x",
            "> ",
            "# x ",
            "--",
            "a\n\n\u{a0}.",
            &format!("x{BEGIN}"),
        ] {
            assert_eq!(
                certificate(&format!("{before}{block}")),
                Err(PemError::NoBlock)
            );
            let other = format!("{before}{}{block}", block.replace("AQU=", "AQY="));
            assert_eq!(certificates(&other), Ok(vec![DER.to_vec()]), "{before}");
        }
        for before in ["", " \t", "x\n", "x\r", "\u{feff}", "\n  \u{a0}"] {
            assert_eq!(certificate(&format!("{before}{block}")), Ok(DER.to_vec()));
        }
        // A file without a line end at its end, and another behind it.
        let two = block.trim_end().repeat(2);
        assert_eq!(certificates(&two).unwrap().len(), 2);
        let text = format!("{}{block}-----BEGIN X", pem("A B"));
        let labels: Vec<_> = labels(&text).collect();
        assert_eq!(labels, ["A B", "CERTIFICATE", "X"]);
    }

    #[test]
    fn bad_base64_has_a_place() {
        let block = |body: &str| {
            format!("text\n-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
        };
        for (body, defect, line, character) in [
            ("MA-C\nAQU=", Base64Defect::Character('-'), 3, 3),
            ("MAMC\n \u{a0}AQU=", Base64Defect::Character('\u{a0}'), 4, 2),
            ("MAMC\nA U=", Base64Defect::SpaceInside, 4, 2),
            ("MAMC\r\nA\tU=\r", Base64Defect::SpaceInside, 4, 2),
            ("MAMC\nAQU=\nAQU=", Base64Defect::BehindPadding, 5, 1),
            ("MAMC\nAQU", Base64Defect::Incomplete, 4, 4),
            ("MAMC\nAQV=", Base64Defect::UnusedBits, 4, 5),
            ("", Base64Defect::Incomplete, 2, 28),
        ] {
            let bad = BadBase64 {
                defect,
                line,
                character,
            };
            assert_eq!(
                certificate(&block(body)),
                Err(PemError::Base64(bad)),
                "{body}"
            );
            let key = block(body).replace("CERTIFICATE", "PRIVATE KEY");
            match private_key(&key) {
                // The decoder of keys does not look at bits that stand for nothing.
                Ok(_) => assert_eq!(defect, Base64Defect::UnusedBits),
                Err(error) => assert_eq!(error, PemError::Base64(bad), "{body}"),
            }
        }
        let space = BadBase64 {
            defect: Base64Defect::SpaceInside,
            line: 4,
            character: 4,
        };
        assert_eq!(
            find_space(&block("MAMC\nAQU =")),
            Some(PemError::Base64(space))
        );
        for good in ["MAMC\n  AQU=  ", "MAMC AQU=", "MAMCAQU=\n\n"] {
            assert_eq!(find_space(&block(good)), None);
            assert_eq!(certificate(&block(good)), Ok(DER.to_vec()));
        }
    }

    #[test]
    fn many_begins_in_a_line_take_no_square_time() {
        let text = BEGIN.repeat(MAX_INPUT / BEGIN.len());
        assert_eq!(
            certificate(&format!("x{}", &text[..text.len() - 11])),
            Err(PemError::NoBlock)
        );
        let spaces = " ".repeat(MAX_INPUT / 2) + &BEGIN.repeat(40_000);
        assert_eq!(certificate(&format!("x{spaces}")), Err(PemError::NoBlock));
        assert!(labels(&text).count() < 2);
    }

    proptest! {
        #[test]
        fn written_blocks_read_back(der in prop::collection::vec(any::<u8>(), 1..500)) {
            prop_assert_eq!(certificate(&write_certificate(&der)), Ok(der.clone()));
            prop_assert_eq!(request(&write_request(&der)), Ok(der.clone()));
            let key = write_private_key(&der).unwrap();
            prop_assert_eq!(key.as_str(), write("PRIVATE KEY", &der));
            prop_assert_eq!(private_key(&key).unwrap().to_vec(), der);
        }

        #[test]
        fn mutilated_text_never_panics(
            text in "(-----BEGIN (CERTIFICATE|PRIVATE KEY)-----)?[-A-Za-z \n=]{0,80}(-----END CERTIFICATE-----)?.{0,9}",
        ) {
            let _ = certificates(&text);
            let _ = private_key(&text);
            let _ = request(&text);
        }
    }
}
