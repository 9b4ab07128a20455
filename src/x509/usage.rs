//! What a key may be used for: the names and bits of keyUsage, the names of extendedKeyUsage.

use super::der::element::Elements;
use super::der::oid::{self, Oid};
use super::der::write::{BIT_STRING, push_all};
use const_oid::ObjectIdentifier;
use der::flagset::FlagSet;
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use x509_cert::ext::pkix::{self, KeyUsages};

/// The most extended key usages of one request.
pub(crate) const PURPOSES_MAX: usize = 100;

/// A use of a key (RFC 5280 section 4.2.1.3).
///
/// ```
/// use certwright::KeyUsage;
///
/// assert_eq!(KeyUsage::CrlSign.to_string(), "cRLSign");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum KeyUsage {
    /// Signatures that are none of those below, as in a TLS handshake.
    DigitalSignature,
    /// Signatures that commit to a content; newer texts call it contentCommitment.
    NonRepudiation,
    /// Encrypting keys, as TLS does with RSA up to version 1.2.
    KeyEncipherment,
    /// Encrypting data itself.
    DataEncipherment,
    /// Agreeing on a key, as Diffie-Hellman does.
    KeyAgreement,
    /// Signing certificates: of a CA.
    KeyCertSign,
    /// Signing certificate revocation lists.
    CrlSign,
    /// With [`KeyAgreement`](Self::KeyAgreement): the agreed key is for encrypting alone.
    EncipherOnly,
    /// With [`KeyAgreement`](Self::KeyAgreement): the agreed key is for decrypting alone.
    DecipherOnly,
}

impl KeyUsage {
    /// Every one, in the order of RFC 5280.
    pub const ALL: [Self; 9] = [
        Self::DigitalSignature,
        Self::NonRepudiation,
        Self::KeyEncipherment,
        Self::DataEncipherment,
        Self::KeyAgreement,
        Self::KeyCertSign,
        Self::CrlSign,
        Self::EncipherOnly,
        Self::DecipherOnly,
    ];

    /// The name in RFC 5280's spelling.
    ///
    /// ```
    /// assert_eq!(certwright::KeyUsage::DigitalSignature.name(), "digitalSignature");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::DigitalSignature => "digitalSignature",
            Self::NonRepudiation => "nonRepudiation",
            Self::KeyEncipherment => "keyEncipherment",
            Self::DataEncipherment => "dataEncipherment",
            Self::KeyAgreement => "keyAgreement",
            Self::KeyCertSign => "keyCertSign",
            Self::CrlSign => "cRLSign",
            Self::EncipherOnly => "encipherOnly",
            Self::DecipherOnly => "decipherOnly",
        }
    }

    pub(crate) fn bit(self) -> FlagSet<KeyUsages> {
        let bit = match self {
            Self::DigitalSignature => KeyUsages::DigitalSignature,
            Self::NonRepudiation => KeyUsages::NonRepudiation,
            Self::KeyEncipherment => KeyUsages::KeyEncipherment,
            Self::DataEncipherment => KeyUsages::DataEncipherment,
            Self::KeyAgreement => KeyUsages::KeyAgreement,
            Self::KeyCertSign => KeyUsages::KeyCertSign,
            Self::CrlSign => KeyUsages::CRLSign,
            Self::EncipherOnly => KeyUsages::EncipherOnly,
            Self::DecipherOnly => KeyUsages::DecipherOnly,
        };
        bit.into()
    }

    /// The extension; `None` of no usages.
    pub(crate) fn extension(usages: impl IntoIterator<Item = Self>) -> Option<pkix::KeyUsage> {
        let bits = usages
            .into_iter()
            .fold(FlagSet::default(), |bits, usage| bits | usage.bit());
        (!bits.is_empty()).then_some(pkix::KeyUsage(bits))
    }

    /// Those whose bits are set, in the order of RFC 5280.
    pub(crate) fn all_of(extension: pkix::KeyUsage) -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(move |usage| extension.0.contains(usage.bit()))
    }
}

impl fmt::Display for KeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for KeyUsage {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A purpose that a certificate is for (RFC 5280 section 4.2.1.12), by its object identifier, of any
/// length.
///
/// Reads and shows the names of RFC 5280, and dotted decimal for others.
///
/// ```
/// use certwright::ExtendedKeyUsage;
///
/// assert_eq!("serverAuth".parse(), Ok(ExtendedKeyUsage::SERVER_AUTH));
/// let smart_card: ExtendedKeyUsage = "1.3.6.1.4.1.311.20.2.2".parse()?;
/// assert_eq!(smart_card.to_string(), "1.3.6.1.4.1.311.20.2.2");
/// assert!("server".parse::<ExtendedKeyUsage>().is_err());
/// # Ok::<(), certwright::UnknownUsage>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExtendedKeyUsage(Cow<'static, [u8]>);

/// A text is neither the name of an extended key usage nor an object identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownUsage;

impl ExtendedKeyUsage {
    /// Servers of TLS.
    pub const SERVER_AUTH: Self = Self::known(b"\x2b\x06\x01\x05\x05\x07\x03\x01");
    /// Clients of TLS.
    pub const CLIENT_AUTH: Self = Self::known(b"\x2b\x06\x01\x05\x05\x07\x03\x02");
    /// Signing programs.
    pub const CODE_SIGNING: Self = Self::known(b"\x2b\x06\x01\x05\x05\x07\x03\x03");
    /// Signing and encrypting e-mail.
    pub const EMAIL_PROTECTION: Self = Self::known(b"\x2b\x06\x01\x05\x05\x07\x03\x04");
    /// Signing the time.
    pub const TIME_STAMPING: Self = Self::known(b"\x2b\x06\x01\x05\x05\x07\x03\x08");
    /// Answering OCSP for the CA that issued the certificate.
    pub const OCSP_SIGNING: Self = Self::known(b"\x2b\x06\x01\x05\x05\x07\x03\x09");

    const fn known(content: &'static [u8]) -> Self {
        Self(Cow::Borrowed(content))
    }

    pub(crate) fn oid(&self) -> Oid<'_> {
        Oid::known(&self.0)
    }
}

impl FromStr for ExtendedKeyUsage {
    type Err = UnknownUsage;

    fn from_str(text: &str) -> Result<Self, UnknownUsage> {
        let text = text.trim();
        let named = PURPOSES
            .iter()
            .find(|(_, name)| name.eq_ignore_ascii_case(text));
        match named {
            Some((known, _)) => Ok(known.as_bytes().to_vec()),
            None => oid::encode(text).ok_or(UnknownUsage),
        }
        .map(|content| Self(content.into()))
    }
}

impl fmt::Display for ExtendedKeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown_purpose(self.oid()))
    }
}

impl fmt::Debug for ExtendedKeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExtendedKeyUsage({self})")
    }
}

impl fmt::Display for UnknownUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is neither the name of an extended key usage nor an object identifier")
    }
}

impl std::error::Error for UnknownUsage {}

const fn oid(text: &'static str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

/// The purposes of RFC 5280 section 4.2.1.12, RFC 4945 section 5.1.3.12 and the IPsec ones that
/// came before it, by their names.
pub(crate) const PURPOSES: [(ObjectIdentifier, &str); 11] = [
    (oid("1.3.6.1.5.5.7.3.1"), "serverAuth"),
    (oid("1.3.6.1.5.5.7.3.2"), "clientAuth"),
    (oid("1.3.6.1.5.5.7.3.3"), "codeSigning"),
    (oid("1.3.6.1.5.5.7.3.4"), "emailProtection"),
    (oid("1.3.6.1.5.5.7.3.5"), "ipsecEndSystem"),
    (oid("1.3.6.1.5.5.7.3.6"), "ipsecTunnel"),
    (oid("1.3.6.1.5.5.7.3.7"), "ipsecUser"),
    (oid("1.3.6.1.5.5.7.3.8"), "timeStamping"),
    (oid("1.3.6.1.5.5.7.3.9"), "OCSPSigning"),
    (oid("1.3.6.1.5.5.7.3.17"), "ipsecIKE"),
    (oid("2.5.29.37.0"), "anyExtendedKeyUsage"),
];

/// Appends the DER of `KeyUsage`: the named bits from the left, none of them behind the last that is set
/// (X.690 section 11.2.2).
pub(crate) fn write_key_usage(usages: FlagSet<pkix::KeyUsages>, out: &mut Vec<u8>) {
    let octets = usages.bits().reverse_bits().to_be_bytes();
    let octets = match octets {
        [0, 0] => &[][..],
        [_, 0] => &octets[..1],
        _ => &octets,
    };
    let unused = octets.last().map_or(0, |last| last.trailing_zeros());
    push_all(out, BIT_STRING, &[&unused.to_be_bytes()[3..], octets]);
}

/// The purposes of an encoded `ExtKeyUsageSyntax` (RFC 5280 section 4.2.1.12), at least one.
pub(crate) fn purposes_of(der: &[u8]) -> der::Result<Vec<Oid<'_>>> {
    let mut list = Elements::of_sequence(der)?;
    let mut purposes = vec![list.oid()?];
    while !list.is_empty() {
        purposes.push(list.oid()?);
    }
    Ok(purposes)
}

/// The name of an extended key usage, or its object identifier.
pub(crate) fn shown_purpose(purpose: Oid<'_>) -> Cow<'static, str> {
    let known = PURPOSES.iter().find(|(oid, _)| purpose == *oid);
    known.map_or_else(|| purpose.to_string().into(), |(_, name)| (*name).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use der::Encode;

    #[test]
    fn key_usages_are_written_as_the_der_crate_does() {
        for bits in 0..1u16 << 9 {
            let usages = FlagSet::new_truncated(bits);
            let mut out = Vec::new();
            write_key_usage(usages, &mut out);
            assert_eq!(out, pkix::KeyUsage(usages).to_der().unwrap(), "{bits:b}");
        }
    }

    #[test]
    fn purposes_have_names() {
        for (oid, name) in PURPOSES {
            assert_eq!(shown_purpose(Oid::known(oid.as_bytes())), name);
            let usage: ExtendedKeyUsage = name.to_uppercase().parse().unwrap();
            assert_eq!(usage.oid(), oid);
            assert_eq!(oid.to_string().parse(), Ok(usage));
        }
        for (usage, name) in [
            (ExtendedKeyUsage::SERVER_AUTH, "serverAuth"),
            (ExtendedKeyUsage::CLIENT_AUTH, "clientAuth"),
            (ExtendedKeyUsage::CODE_SIGNING, "codeSigning"),
            (ExtendedKeyUsage::EMAIL_PROTECTION, "emailProtection"),
            (ExtendedKeyUsage::TIME_STAMPING, "timeStamping"),
            (ExtendedKeyUsage::OCSP_SIGNING, "OCSPSigning"),
        ] {
            assert_eq!(usage.to_string(), name);
        }
        assert_eq!(shown_purpose(Oid::known(b"\x2a\x03")), "1.2.3");
        let uuid = "2.25.329800735698586629295641978511506172918";
        assert_eq!(uuid.parse::<ExtendedKeyUsage>().unwrap().to_string(), uuid);
        assert!("".parse::<ExtendedKeyUsage>().is_err());
    }
}
