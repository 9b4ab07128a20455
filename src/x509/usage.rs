//! What a key may be used for: the names and bits of keyUsage, the names of extendedKeyUsage.

use super::der::element::Elements;
use super::der::oid::Oid;
use const_oid::ObjectIdentifier;
use der::flagset::FlagSet;
use std::fmt;
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

/// The purposes of an encoded `ExtKeyUsageSyntax` (RFC 5280 section 4.2.1.12), at least one.
pub(crate) fn purposes_of(der: &[u8]) -> der::Result<Vec<Oid<'_>>> {
    let mut list = Elements::of_sequence(der)?;
    let mut purposes = vec![list.oid()?];
    while !list.is_empty() {
        purposes.push(list.oid()?);
    }
    Ok(purposes)
}

/// The name of an extended key usage, if it has one here.
pub(crate) fn extended_key_usage_name(purpose: ObjectIdentifier) -> Option<&'static str> {
    PURPOSES
        .iter()
        .find(|(oid, _)| *oid == purpose)
        .map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_have_names() {
        for (oid, name) in PURPOSES {
            assert_eq!(extended_key_usage_name(oid), Some(name));
        }
        assert_eq!(extended_key_usage_name(oid("1.2.3")), None);
    }
}
