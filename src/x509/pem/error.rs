//! [`PemError`], and the limits that it names.

use std::fmt;

/// The largest PEM input, in bytes.
pub(crate) const MAX_INPUT: usize = 1 << 20;
/// The most certificates in one input.
pub(crate) const MAX_CERTIFICATES: usize = 64;
/// The largest text of trust anchors, in bytes: those of an operating system have a quarter of it.
pub(super) const MAX_ANCHORS_INPUT: usize = 2 << 20;
/// The most certificates in a text of trust anchors, and of one request.
pub(crate) const MAX_ANCHORS: usize = 1000;

/// Why a PEM input is not what is required.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PemError {
    TooLarge,
    TooManyCertificates,
    TooManyAnchors,
    /// No block of the required kind.
    NoBlock,
    /// More than one block where one is required.
    MoreThanOne,
    NoEnd,
    Base64(BadBase64),
    LiteralNewlines,
    QuotedPrintable,
    TrustedCertificate,
    EncryptedKey,
    /// By the headers of PEM (RFC 1421), of an old scheme.
    EncryptedByHeaders,
}

/// Where the base64 of a block is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadBase64 {
    pub(crate) defect: Base64Defect,
    /// In the whole text, from 1 on.
    pub(crate) line: usize,
    /// In the line, from 1 on.
    pub(crate) character: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base64Defect {
    Character(char),
    SpaceInside,
    /// Something behind the padding.
    BehindPadding,
    /// It ends within a group of four.
    Incomplete,
    /// Bits that stand for nothing are not zero.
    UnusedBits,
}

impl fmt::Display for BadBase64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            defect,
            line,
            character,
        } = self;
        match defect {
            Base64Defect::Character(other) => {
                let name = match other {
                    '\u{a0}' => ", a no-break space,",
                    '-' | '_' => ", of the base64 of URLs,",
                    _ => "",
                };
                write!(
                    f,
                    "its base64 has the foreign character U+{:04X}{name}",
                    u32::from(*other)
                )?;
            }
            Base64Defect::SpaceInside => {
                f.write_str("its base64 has a space inside a line: a + may have become a space,")?;
            }
            Base64Defect::BehindPadding => f.write_str("its base64 goes on behind the padding")?,
            Base64Defect::Incomplete => f.write_str(
                "its base64 lacks characters: its number is no multiple of four, and it ends",
            )?,
            Base64Defect::UnusedBits => f.write_str("its base64 has a wrong last character")?,
        }
        write!(f, " at line {line}, character {character}")
    }
}

/// What a text is, and what to do.
pub(crate) const QUOTED_PRINTABLE: &str =
    "the text is quoted-printable, as in the source of a mail";
pub(crate) const FROM_QUOTED_PRINTABLE: &str = "decode it with `python3 -m quopri -d FILE`";

impl fmt::Display for PemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(f, "the PEM text is larger than {} MiB", MAX_INPUT >> 20),
            Self::TooManyCertificates => {
                write!(f, "there are more than {MAX_CERTIFICATES} certificates")
            }
            Self::TooManyAnchors => write!(
                f,
                "there are more than {MAX_ANCHORS} trust anchors, or more than {} MiB of them",
                MAX_ANCHORS_INPUT >> 20
            ),
            Self::NoBlock => f.write_str("there is no PEM block of the kind that is required"),
            Self::MoreThanOne => f.write_str("there is more than one PEM block; one is required"),
            Self::NoEnd => f.write_str(
                "a PEM block has no END line with the label of its BEGIN line; it may be cut off",
            ),
            Self::Base64(bad) => write!(f, "a PEM block is not readable: {bad}"),
            Self::LiteralNewlines => f.write_str(
                "the text has the two characters \\n where lines should end: \
                 it was escaped for JSON twice",
            ),
            Self::QuotedPrintable => write!(f, "{QUOTED_PRINTABLE}; {FROM_QUOTED_PRINTABLE}"),
            Self::TrustedCertificate => f.write_str(
                "TRUSTED CERTIFICATE is a format of OpenSSL alone; \
                 convert it with `openssl x509` to CERTIFICATE",
            ),
            Self::EncryptedKey if cfg!(feature = "pkcs12") => f.write_str(
                "the private key is encrypted; decrypt it with `SecretPem::decrypt`, or with \
                 `openssl pkey -in KEY -out PLAIN`, before it is given",
            ),
            Self::EncryptedKey | Self::EncryptedByHeaders => f.write_str(
                "the private key is encrypted; decrypt it with `openssl pkey -in KEY -out PLAIN` \
                 before it is given",
            ),
        }
    }
}

impl std::error::Error for PemError {}
