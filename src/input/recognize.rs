//! What an input is that is not what it should be: looked at before it is refused, and named, with
//! the way out of it.

use super::wanted::Wanted;
use crate::base::error::quoted;
use crate::x509::der::element::{Elements, Tlv};
use crate::x509::pem;
use base64ct::{Base64, Base64Unpadded, Encoding};
use der::Tag;
use std::borrow::Cow;
use zeroize::Zeroizing;

/// What is in a file, however it is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Certificate,
    Request,
    Crl,
    Pkcs7,
    /// Of another content than a bundle of certificates: encrypted, for one.
    Cms,
    Pkcs12,
    /// JKS or JCEKS.
    JavaKeystore,
    PrivateKey,
    EncryptedKey,
    OpenSshKey,
    PublicKey,
    Parameters,
}

impl Kind {
    const fn noun(self) -> &'static str {
        match self {
            Self::Certificate => "a certificate",
            Self::Request => "a signing request",
            Self::Crl => "a certificate revocation list",
            Self::Pkcs7 => "a PKCS#7 bundle",
            Self::Cms => "a CMS message",
            Self::Pkcs12 => "a PKCS#12 file",
            Self::JavaKeystore => "a Java keystore",
            Self::PrivateKey => "a private key",
            Self::EncryptedKey => "an encrypted private key",
            Self::OpenSshKey => "an OpenSSH private key",
            Self::PublicKey => "a public key",
            Self::Parameters => "parameters of a key",
        }
    }

    /// [`noun`](Self::noun) with its verb.
    fn was_found(self) -> String {
        let verb = if self == Self::Parameters {
            "were"
        } else {
            "was"
        };
        format!("{} {verb} found", self.noun())
    }

    /// Whether nothing but the encoding is wrong.
    pub(super) fn is(self, wanted: Wanted) -> bool {
        matches!(
            (self, wanted),
            (Self::Certificate, Wanted::Certificate)
                | (Self::Request, Wanted::Request)
                | (Self::PrivateKey, Wanted::Key)
                | (Self::Crl, Wanted::Crl)
        )
    }

    /// How to get at what is wanted, from this in PEM.
    const fn way_to(self, wanted: Wanted) -> &'static str {
        match (self, wanted) {
            (Self::Pkcs7 | Self::Cms, Wanted::Certificate) => {
                if cfg!(feature = "pkcs12") {
                    "take the certificates out with `Certificate::from_pkcs7`, or with \
                     `openssl pkcs7 -print_certs -in FILE`"
                } else {
                    "take the certificates out with `openssl pkcs7 -print_certs -in FILE`"
                }
            }
            (Self::Pkcs12, Wanted::Certificate) => {
                if cfg!(feature = "pkcs12") {
                    "take the certificates out with `KeyAndCertificates::from_pkcs12`, or with \
                     `openssl pkcs12 -nokeys -in FILE`"
                } else {
                    "take the certificates out with `openssl pkcs12 -nokeys -in FILE`"
                }
            }
            (Self::Pkcs12, Wanted::Key) => {
                if cfg!(feature = "pkcs12") {
                    "take the key out with `KeyAndCertificates::from_pkcs12`, or with \
                     `openssl pkcs12 -nocerts -noenc -in FILE`"
                } else {
                    "take the key out with `openssl pkcs12 -nocerts -noenc -in FILE`"
                }
            }
            (Self::JavaKeystore, Wanted::Certificate) => EXPORT_CERTIFICATE,
            (Self::JavaKeystore, Wanted::Key) => {
                "convert it with `keytool -importkeystore -srckeystore FILE -destkeystore P12 \
                 -deststoretype PKCS12`, then take the key out with `openssl pkcs12 -nocerts -noenc -in P12`"
            }
            (Self::OpenSshKey, Wanted::Key) => "convert it with `ssh-keygen -p -m PEM -f FILE`",
            (Self::EncryptedKey, Wanted::Key) => {
                "decrypt it with `openssl pkey -in FILE -out PLAIN`"
            }
            (Self::Request, Wanted::Certificate) => {
                "a CA signs it first, and what it returns is the certificate"
            }
            (Self::PrivateKey | Self::EncryptedKey, Wanted::Request) => {
                "make the request with `openssl req -new -key FILE`"
            }
            (_, Wanted::Certificate) => "give the certificate itself",
            (_, Wanted::Request) => "give the signing request itself",
            (_, Wanted::Key) => "give the private key itself",
            (_, Wanted::Crl) => "give the certificate revocation list itself",
        }
    }
}

const EXPORT_CERTIFICATE: &str =
    "take the certificate out with `keytool -exportcert -rfc -keystore FILE -alias ALIAS`";

/// What was found, in words, and what to do.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) what: Cow<'static, str>,
    pub(super) way: Cow<'static, str>,
}

impl Found {
    fn new(what: impl Into<Cow<'static, str>>, way: impl Into<Cow<'static, str>>) -> Self {
        Self {
            what: what.into(),
            way: way.into(),
        }
    }
}

/// What the content of a PEM block, or of a DER file, is beside what is wanted.
pub(super) fn instead(der: &[u8], wanted: Wanted) -> Option<Found> {
    if der.trim_ascii_start().starts_with(b"-----BEGIN") {
        return Some(Found::new("a PEM text", "decode the PEM to DER first"));
    }
    let kind = kind_of(der).filter(|kind| !kind.is(wanted))?;
    Some(Found::new(kind.noun(), kind.way_to(wanted)))
}

/// What a text is in which no block of what is wanted begins.
pub(super) fn text(text: &str, wanted: Wanted) -> Found {
    let plain = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if plain.is_empty() {
        let what = if text.is_empty() {
            "the text is empty"
        } else {
            "the text is nothing but space"
        };
        return Found::new(what, "give its PEM, from the BEGIN line to the END line");
    }
    if is_java_keystore(plain) {
        let kind = Kind::JavaKeystore;
        return Found::new(kind.was_found(), kind.way_to(wanted));
    }
    if is_utf16(plain) {
        let way = "convert it with `iconv -f UTF-16 -t UTF-8 FILE`";
        return Found::new("the text is UTF-16", way);
    }
    of_labels(text, wanted)
        .or_else(|| of_broken_lines(plain))
        .or_else(|| of_other_formats(plain, wanted))
        .or_else(|| of_binary(plain, wanted))
        .or_else(|| of_hex(plain, wanted))
        .or_else(|| of_base64(plain, wanted))
        .or_else(|| of_file_name(plain))
        .unwrap_or_else(|| {
            let way = "give its PEM, from the BEGIN line to the END line";
            Found::new("the text has no BEGIN line", way)
        })
}

/// The four octets that each begins with, read as Latin-1 or as what is no UTF-8.
fn is_java_keystore(text: &str) -> bool {
    let magic = [
        "\u{fe}\u{ed}\u{fe}\u{ed}",
        "\u{ce}\u{ce}\u{ce}\u{ce}\0",
        "\u{fffd}\u{fffd}\u{fffd}\u{fffd}\0\0\0",
    ];
    magic.iter().any(|magic| text.starts_with(magic))
}

/// ASCII in two octets for each character, read as anything else.
fn is_utf16(text: &str) -> bool {
    let start: Vec<char> = text.chars().take(64).collect();
    let zeros = start.iter().filter(|c| **c == '\0').count();
    let mark = ["\u{ff}\u{fe}", "\u{fe}\u{ff}", "\u{fffd}\u{fffd}"];
    zeros > 0 && (2 * zeros + 2 >= start.len() || mark.iter().any(|mark| text.starts_with(mark)))
}

/// By the label of the first block that says something.
fn of_labels(text: &str, wanted: Wanted) -> Option<Found> {
    let mut labels = pem::labels(text).map(|label| (label, kind_of_label(label)));
    let first = labels.next()?;
    let telling = |(_, kind): &(&str, Option<Kind>)| *kind != Some(Kind::Parameters);
    let (label, kind) = Some(first)
        .filter(telling)
        .or_else(|| labels.find(telling))
        .unwrap_or(first);
    let block = format!("a block {}", quoted(label));
    Some(match kind {
        Some(kind) => {
            let what = format!("{} ({block})", kind.was_found());
            Found::new(what, kind.way_to(wanted))
        }
        None => Found::new(format!("{block} was found"), wanted.itself()),
    })
}

fn kind_of_label(label: &str) -> Option<Kind> {
    Some(match label {
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => Kind::Certificate,
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Kind::Request,
        "X509 CRL" => Kind::Crl,
        "PKCS7" | "PKCS #7 SIGNED DATA" => Kind::Pkcs7,
        "CMS" => Kind::Cms,
        "PKCS12" => Kind::Pkcs12,
        "OPENSSH PRIVATE KEY" => Kind::OpenSshKey,
        "ENCRYPTED PRIVATE KEY" => Kind::EncryptedKey,
        _ if label.ends_with("PRIVATE KEY") => Kind::PrivateKey,
        _ if label.ends_with("PUBLIC KEY") => Kind::PublicKey,
        _ if label.ends_with("PARAMETERS") => Kind::Parameters,
        _ => return None,
    })
}

/// A BEGIN line that is none: escaped, behind other text, or without its dashes.
fn of_broken_lines(text: &str) -> Option<Found> {
    let has_begin = text.contains("BEGIN ") && text.contains("--");
    if has_begin && (text.contains("\\n") || text.contains("\\r")) {
        return Some(Found::new(
            "the text has the two characters \\n where lines should end",
            "it was escaped for JSON twice: escape it once",
        ));
    }
    if text.starts_with("---- BEGIN SSH2") {
        return Some(Found::new(
            "a public key of SSH was found",
            "give the PEM itself",
        ));
    }
    if text.contains("-BEGIN%20") || text.contains("-BEGIN+") {
        return Some(Found::new(
            "the text is encoded for a URL",
            "decode it, so that lines and spaces are what they were",
        ));
    }
    if pem::is_quoted_printable(text) {
        return Some(Found::new(
            pem::QUOTED_PRINTABLE,
            pem::FROM_QUOTED_PRINTABLE,
        ));
    }
    let has_begin = has_begin
        || ["\u{2014}", "\u{2013}", "\u{2212}"]
            .iter()
            .any(|dash| text.contains(dash))
            && text.contains("BEGIN");
    has_begin.then(|| {
        Found::new(
            "its BEGIN line is not at the start of a line, or not between five hyphens each",
            "let each block begin with -----BEGIN at the start of a line",
        )
    })
}

fn of_other_formats(text: &str, wanted: Wanted) -> Option<Found> {
    let start = text.get(..64).unwrap_or(text).to_ascii_lowercase();
    let starts_with = |any: &[&str]| any.iter().any(|word| start.starts_with(word));
    let itself = wanted.itself();
    Some(if starts_with(&["<!doctype html", "<html"]) {
        let way = "download the file itself, perhaps after a login";
        Found::new("an HTML page was found", way)
    } else if starts_with(&["<"]) {
        Found::new("an XML text was found", itself)
    } else if starts_with(&["{", "["]) && text.contains("\"kty\"") {
        let way = "convert it to PEM with a tool for JSON Web Keys";
        Found::new("a JSON Web Key was found", way)
    } else if starts_with(&["{", "["]) {
        Found::new("a JSON text was found", itself)
    } else if starts_with(&["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"]) {
        Found::new("a public key of SSH was found", itself)
    } else if starts_with(&["putty-user-key-file"]) {
        let way = "export it with `puttygen FILE -O private-openssh`, then convert it with \
                   `ssh-keygen -p -m PEM -f FILE`";
        Found::new("a private key of PuTTY was found", way)
    } else if starts_with(&["certificate:", "certificate request:"]) {
        let way = "give the PEM itself, without -noout";
        Found::new("the output of `openssl -text` was found", way)
    } else if starts_with(&[
        "x.509 certificate information",
        "pkcs #10 certificate request information",
        "public key info",
    ]) {
        let way = "give the PEM itself, which `certtool` prints behind it";
        Found::new("the output of `certtool` was found", way)
    } else if starts_with(&["keystore type:", "alias name:"]) {
        Found::new(
            "the output of `keytool -list` was found",
            Kind::JavaKeystore.way_to(wanted),
        )
    } else {
        return None;
    })
}

/// DER that something took for text.
fn of_binary(text: &str, wanted: Wanted) -> Option<Found> {
    let mut start = text.chars();
    let header = (start.next()?, start.next()?);
    matches!(header, ('0', '\u{80}'..='\u{84}' | '\u{fffd}')).then(|| {
        // The version 3, and what it is the version of.
        if text
            .chars()
            .take(10)
            .collect::<String>()
            .contains("\u{2}\u{1}\u{3}0")
        {
            let kind = Kind::Pkcs12;
            return Found::new(kind.was_found(), kind.way_to(wanted));
        }
        let way = format!("convert it to PEM with `{}`", wanted.command_from_der());
        Found::new("binary DER was found, taken for text", way)
    })
}

fn of_base64(text: &str, wanted: Wanted) -> Option<Found> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let plain = Zeroizing::new(plain);
    let unpadded = plain.trim_end_matches('=');
    // Shorter ones may be words.
    if unpadded.len() < 40 {
        return None;
    }
    let decoded = Base64::decode_vec(&plain).or_else(|_| Base64Unpadded::decode_vec(unpadded));
    let decoded = Zeroizing::new(decoded.ok()?);
    if decoded.trim_ascii_start().starts_with(b"-----BEGIN") {
        let inner = std::str::from_utf8(&decoded).ok();
        let kind = inner.and_then(|inner| kind_of_label(pem::labels(inner).next()?));
        let (noun, way) = match kind {
            Some(kind) if !kind.is(wanted) => (kind.noun(), kind.way_to(wanted)),
            _ => ("", ""),
        };
        let and = if noun.is_empty() {
            ("", "")
        } else {
            (", of ", "; then ")
        };
        let what = format!("base64 of a PEM text was found{}{noun}", and.0);
        return Some(Found::new(
            what,
            format!("decode it with `base64 -d`{}{way}", and.1),
        ));
    }
    Some(match kind_of(&decoded) {
        Some(kind) if kind.is(wanted) => {
            let label = wanted.label();
            let what = format!(
                "base64 of {} was found, without BEGIN and END lines",
                kind.noun()
            );
            let way = format!("put it between -----BEGIN {label}----- and -----END {label}-----");
            Found::new(what, way)
        }
        Some(kind) => {
            let what = format!("base64 of {} was found", kind.noun());
            let way = format!("decode it with `base64 -d`; then {}", kind.way_to(wanted));
            Found::new(what, way)
        }
        None => Found::new(
            "base64 was found, without BEGIN and END lines",
            wanted.itself(),
        ),
    })
}

/// DER as hexadecimal digits: a SEQUENCE has `30` first.
fn of_hex(text: &str, wanted: Wanted) -> Option<Found> {
    let start: String = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(64)
        .collect();
    let is_hex = start.len() == 64 && start.bytes().all(|digit| digit.is_ascii_hexdigit());
    (is_hex && start.starts_with("30")).then(|| {
        let way = format!(
            "convert it with `xxd -r -p`, then with `{}`",
            wanted.command_from_der()
        );
        Found::new("hexadecimal digits of DER were found", way)
    })
}

fn of_file_name(text: &str) -> Option<Found> {
    let path = std::path::Path::new(text);
    let is_file = path.extension().is_some_and(|extension| {
        [
            "pem", "crt", "cer", "der", "key", "csr", "req", "p7b", "p12", "pfx",
        ]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
    });
    (is_file && !text.contains('\n')).then(|| {
        Found::new(
            "the name of a file was found",
            "give what the file has in it",
        )
    })
}

/// The OBJECT IDENTIFIERs of PKCS#7 begin so.
const PKCS7: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07";

/// What some DER is, by its structure alone.
pub(super) fn kind_of(der: &[u8]) -> Option<Kind> {
    // Some writers of PKCS#7 and PKCS#12 leave lengths open, which DER has not.
    match der {
        [0x30, 0x80, 0x06, _, oid @ ..] if oid.starts_with(PKCS7) => return Some(Kind::Pkcs7),
        [0x30, 0x80, 0x02, 0x01, 0x03, ..] => return Some(Kind::Pkcs12),
        [0xfe, 0xed, 0xfe, 0xed, ..] | [0xce, 0xce, 0xce, 0xce, ..] => {
            return Some(Kind::JavaKeystore);
        }
        _ => {}
    }
    let outer = Elements::of(der).expect(Tag::Sequence).ok()?;
    let fields = first_of(outer);
    match *fields.as_slice() {
        [(Tag::ObjectIdentifier, oid), ..] if oid.value.starts_with(PKCS7) => {
            Some(match oid.value.last() {
                // Signed data, of which a bundle has nothing but the certificates.
                Some(2) => Kind::Pkcs7,
                _ => Kind::Cms,
            })
        }
        [(Tag::Integer, _), (Tag::Sequence, second), ..] => match first_of(second).first() {
            Some((Tag::ObjectIdentifier, oid)) if oid.value.starts_with(PKCS7) => {
                Some(Kind::Pkcs12)
            }
            _ => Some(Kind::PrivateKey),
        },
        [(Tag::Integer, _), (Tag::Integer, _)] | [(Tag::Sequence, _), (Tag::BitString, _)] => {
            Some(Kind::PublicKey)
        }
        [(Tag::Integer, _), (Tag::Integer | Tag::OctetString, _), ..] => Some(Kind::PrivateKey),
        [(Tag::Sequence, _), (Tag::OctetString, _)] => Some(Kind::EncryptedKey),
        [
            (Tag::Sequence, first),
            (Tag::Sequence, _),
            (Tag::BitString, _),
        ] => kind_of_signed(first),
        _ => None,
    }
}

/// What is signed, and in three parts.
fn kind_of_signed(first: Tlv<'_>) -> Option<Kind> {
    let fields = first_of(first);
    let is_key = |spki: Tlv<'_>| {
        matches!(
            first_of(spki)[..],
            [(Tag::Sequence, _), (Tag::BitString, _)]
        )
    };
    let is_time = |tag: Tag| matches!(tag, Tag::UtcTime | Tag::GeneralizedTime);
    Some(match *fields.as_slice() {
        [
            (Tag::Integer, _),
            (Tag::Sequence, _),
            (Tag::Sequence, spki),
            ..,
        ] if is_key(spki) => Kind::Request,
        [_, (Tag::Sequence, _), (tag, _), ..] if is_time(tag) => Kind::Crl,
        [_, (Tag::Sequence, _), (Tag::Sequence, _), (tag, _), ..] if is_time(tag) => Kind::Crl,
        [(Tag::Integer | Tag::ContextSpecific { .. }, _), ..] => Kind::Certificate,
        _ => return None,
    })
}

/// The first elements inside, with their tags.
fn first_of(outer: Tlv<'_>) -> Vec<(Tag, Tlv<'_>)> {
    Elements::of(outer.value)
        .map_while(Result::ok)
        .map(|element| (element.tag, element))
        .take(10)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Wanted; 3] = [Wanted::Certificate, Wanted::Request, Wanted::Key];

    #[test]
    fn lengths_that_are_left_open_are_recognised() {
        let pkcs7 = b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80";
        assert_eq!(kind_of(pkcs7), Some(Kind::Pkcs7));
        assert_eq!(kind_of(b"\x30\x80\x02\x01\x03\x30\x80"), Some(Kind::Pkcs12));
        assert_eq!(kind_of(b"\x30\x80\x02\x01\x04"), None);
    }

    #[test]
    fn pem_where_der_should_be_is_named() {
        let found = instead(b"\n-----BEGIN CERTIFICATE-----\n", Wanted::Certificate).unwrap();
        assert_eq!(found.what, "a PEM text");
    }

    proptest! {
        #[test]
        fn anything_is_named_in_few_words(text in "\\PC{0,80}|[A-Za-z0-9+/=\n]{0,200}|-----BEGIN \\PC{0,200}") {
            for wanted in ALL {
                let Found { what, way } = super::text(&text, wanted);
                prop_assert!((10..600).contains(&what.len()) && (10..300).contains(&way.len()));
            }
        }

        #[test]
        fn arbitrary_der_never_panics(der in prop::collection::vec(any::<u8>(), 0..80), tag in 0_u8..8) {
            let der = [&[0x30, u8::try_from(der.len()).unwrap()], &der[..]].concat();
            let nested = [&[0x30, u8::try_from(der.len()).unwrap(), tag][..], &der].concat();
            for bytes in [&der, &nested] {
                let _ = kind_of(bytes);
            }
        }
    }
}
