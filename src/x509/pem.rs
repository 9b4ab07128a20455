//! PEM in and out (RFC 7468), more tolerant than one strict block: text around the blocks, several
//! blocks, any line length and line end, spaces at the ends of lines.

use super::base64;
use base64ct::{Base64, Encoding};
use pem_rfc7468::LineEnding;
use std::fmt;
use zeroize::Zeroizing;

/// The largest PEM input, in bytes.
pub(crate) const MAX_INPUT: usize = 1 << 20;
/// The most certificates in one input.
pub(crate) const MAX_CERTIFICATES: usize = 64;
/// The largest text of trust anchors, in bytes: those of an operating system have a quarter of it.
const MAX_ANCHORS_INPUT: usize = 2 << 20;
/// The most certificates in a text of trust anchors.
const MAX_ANCHORS: usize = 1000;

/// Why a PEM input is not what is required.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PemError {
    TooLarge,
    TooManyCertificates,
    TooManyAnchors,
    /// No block of the required kind; says which kinds are.
    NoBlock(&'static str),
    /// More than one block where one is required.
    MoreThanOne,
    NoEnd,
    Base64,
    LiteralNewlines,
    TrustedCertificate,
    EncryptedKey,
}

impl fmt::Display for PemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("the PEM text is larger than 1 MiB"),
            Self::TooManyCertificates => {
                write!(f, "there are more than {MAX_CERTIFICATES} certificates")
            }
            Self::TooManyAnchors => write!(
                f,
                "there are more than {MAX_ANCHORS} trust anchors, or more than 2 MiB of them"
            ),
            Self::NoBlock(required) => write!(f, "there is no PEM block with the label {required}"),
            Self::MoreThanOne => f.write_str("there is more than one PEM block; one is required"),
            Self::NoEnd => {
                f.write_str("a PEM block has no END line with the label of its BEGIN line")
            }
            Self::Base64 => f.write_str("a PEM block's body is not base64"),
            Self::LiteralNewlines => f.write_str(
                "the text has the two characters \\n where lines should end: \
                 it was escaped for JSON twice",
            ),
            Self::TrustedCertificate => f.write_str(
                "TRUSTED CERTIFICATE is a format of OpenSSL alone; \
                 convert it with `openssl x509` to CERTIFICATE",
            ),
            Self::EncryptedKey => {
                f.write_str("the private key is encrypted; decrypt it before it is given")
            }
        }
    }
}

impl std::error::Error for PemError {}

/// Which of the private key formats a block has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyFormat {
    Pkcs8,
    Pkcs1,
    Sec1,
}

/// A block whose base64 is not decoded yet.
struct Block<'a> {
    label: &'a str,
    body: &'a str,
}

/// The blocks of `text`, in order.
struct Blocks<'a>(&'a str);

impl<'a> Iterator for Blocks<'a> {
    type Item = Result<Block<'a>, PemError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (_, from_label) = self.0.split_once("-----BEGIN ")?;
        let block = block(from_label);
        self.0 = match &block {
            Ok((_, rest)) => rest,
            Err(_) => "",
        };
        Some(block.map(|(block, _)| block))
    }
}

/// Reads a block from its label on; gives the text behind it too.
fn block(from_label: &str) -> Result<(Block<'_>, &str), PemError> {
    let (label, rest) = from_label.split_once("-----").ok_or(PemError::NoEnd)?;
    let (body, from_end) = rest.split_once("-----END ").ok_or(PemError::NoEnd)?;
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
    Ok(Blocks(text))
}

/// The DER of every certificate in `text`, at least one. Blocks of other kinds are passed over.
pub(crate) fn certificates(text: &str) -> Result<Vec<Vec<u8>>, PemError> {
    certificates_of(blocks(text)?, MAX_CERTIFICATES)
}

/// As [`certificates`], for a whole bundle of roots.
pub(crate) fn anchors(text: &str) -> Result<Vec<Vec<u8>>, PemError> {
    if text.len() > MAX_ANCHORS_INPUT {
        return Err(PemError::TooManyAnchors);
    }
    match certificates_of(Blocks(text), MAX_ANCHORS) {
        Err(PemError::TooManyCertificates) => Err(PemError::TooManyAnchors),
        read => read,
    }
}

fn certificates_of(blocks: Blocks<'_>, most: usize) -> Result<Vec<Vec<u8>>, PemError> {
    let mut found = Vec::new();
    for block in blocks {
        let block = block?;
        match block.label {
            "CERTIFICATE" | "X509 CERTIFICATE" => {
                if found.len() == most {
                    return Err(PemError::TooManyCertificates);
                }
                found.push(decode(block.body)?);
            }
            "TRUSTED CERTIFICATE" => return Err(PemError::TrustedCertificate),
            _ => {}
        }
    }
    if found.is_empty() {
        return Err(PemError::NoBlock("CERTIFICATE"));
    }
    Ok(found)
}

/// The DER of the one certificate in `text`.
pub(crate) fn certificate(text: &str) -> Result<Vec<u8>, PemError> {
    match <[Vec<u8>; 1]>::try_from(certificates(text)?) {
        Ok([der]) => Ok(der),
        Err(_) => Err(PemError::MoreThanOne),
    }
}

/// The DER of every certificate revocation list in `text`, at least one. A text may be as long as
/// the PEM of the largest list.
pub(crate) fn crls(text: &str) -> Result<Vec<Vec<u8>>, PemError> {
    let mut found = Vec::new();
    for block in Blocks(text) {
        let block = block?;
        if block.label == "X509 CRL" {
            found.push(decode(block.body)?);
        }
    }
    if found.is_empty() {
        return Err(PemError::NoBlock("X509 CRL"));
    }
    Ok(found)
}

/// The DER of the one signing request in `text`. Blocks of other kinds are passed over.
pub(crate) fn request(text: &str) -> Result<Vec<u8>, PemError> {
    one(text, "CERTIFICATE REQUEST", |label| {
        matches!(label, "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST").then_some(())
    })
    .and_then(|((), block)| decode(block.body))
}

/// The DER of the one private key in `text`. Blocks of other kinds are passed over.
pub(crate) fn private_key(text: &str) -> Result<(KeyFormat, Zeroizing<Vec<u8>>), PemError> {
    let required = "PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY";
    let (format, block) = one(text, required, |label| match label {
        "PRIVATE KEY" => Some(Some(KeyFormat::Pkcs8)),
        "RSA PRIVATE KEY" => Some(Some(KeyFormat::Pkcs1)),
        "EC PRIVATE KEY" => Some(Some(KeyFormat::Sec1)),
        "ENCRYPTED PRIVATE KEY" => Some(None),
        _ => None,
    })?;
    match format {
        // RFC 1421 section 4.6.1.1: the headers of a PKCS#1 or SEC 1 key say that it is encrypted.
        Some(format) if !block.body.contains("Proc-Type:") => {
            Ok((format, decode_secret(block.body)?))
        }
        _ => Err(PemError::EncryptedKey),
    }
}

/// The one block whose label `kind` knows.
fn one<'a, K>(
    text: &'a str,
    required: &'static str,
    kind: impl Fn(&str) -> Option<K>,
) -> Result<(K, Block<'a>), PemError> {
    let mut found = None;
    for block in blocks(text)? {
        let block = block?;
        if let Some(kind) = kind(block.label)
            && found.replace((kind, block)).is_some()
        {
            return Err(PemError::MoreThanOne);
        }
    }
    found.ok_or(PemError::NoBlock(required))
}

fn decode(body: &str) -> Result<Vec<u8>, PemError> {
    base64::decode(body.as_bytes())
        .filter(|der| !der.is_empty())
        .ok_or_else(|| bad_body(body))
}

/// As [`decode`], in constant time for what the base64 says, in memory that is wiped.
fn decode_secret(body: &str) -> Result<Zeroizing<Vec<u8>>, PemError> {
    let mut bytes = Zeroizing::new(body.as_bytes().to_vec());
    bytes.retain(|byte| !byte.is_ascii_whitespace());
    match Base64::decode_in_place(&mut bytes).map(<[u8]>::len) {
        Ok(length) if length > 0 => {
            bytes.truncate(length);
            Ok(bytes)
        }
        _ => Err(bad_body(body)),
    }
}

fn bad_body(body: &str) -> PemError {
    if body.contains("\\n") {
        PemError::LiteralNewlines
    } else {
        PemError::Base64
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

fn write(label: &str, der: &[u8]) -> String {
    let mut text = Vec::with_capacity(der.len() / 48 * 65 + 128 + 2 * label.len());
    text.extend_from_slice(b"-----BEGIN ");
    text.extend_from_slice(label.as_bytes());
    text.extend_from_slice(b"-----\n");
    base64::encode_lines(der, &mut text);
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
        let (format, der) = private_key(&pem("EC PRIVATE KEY")).unwrap();
        assert_eq!((format, der.as_slice()), (KeyFormat::Sec1, DER));
    }

    #[test]
    fn refuses_with_the_reason() {
        let block = pem("CERTIFICATE");
        let two = block.repeat(2);
        let cases = [
            (String::new(), PemError::NoBlock("CERTIFICATE")),
            (pem("PKCS7"), PemError::NoBlock("CERTIFICATE")),
            (two, PemError::MoreThanOne),
            (pem("TRUSTED CERTIFICATE"), PemError::TrustedCertificate),
            (block.replace('\n', "\\n"), PemError::LiteralNewlines),
            (block.replace("END CERT", "END KERT"), PemError::NoEnd),
            (block.replace("-----END", "----END"), PemError::NoEnd),
            (block.replace("MAMC", "MA-C"), PemError::Base64),
            (block.replace("MAMCAQU=", ""), PemError::Base64),
            ("x".repeat(MAX_INPUT + 1), PemError::TooLarge),
            (
                block.repeat(MAX_CERTIFICATES + 1),
                PemError::TooManyCertificates,
            ),
        ];
        for (text, error) in cases {
            assert_eq!(certificate(&text), Err(error));
        }
        let headers = pem("RSA PRIVATE KEY").replacen('\n', "\nProc-Type: 4,ENCRYPTED\n", 1);
        for key in [headers, pem("ENCRYPTED PRIVATE KEY")] {
            assert_eq!(private_key(&key).unwrap_err(), PemError::EncryptedKey);
        }
    }

    proptest! {
        #[test]
        fn written_blocks_read_back(der in prop::collection::vec(any::<u8>(), 1..500)) {
            prop_assert_eq!(certificate(&write_certificate(&der)), Ok(der.clone()));
            prop_assert_eq!(request(&write_request(&der)), Ok(der.clone()));
            let key = write_private_key(&der).unwrap();
            prop_assert_eq!(key.as_str(), write("PRIVATE KEY", &der));
            let (_, read) = private_key(&key).unwrap();
            prop_assert_eq!(read.as_slice(), der);
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
