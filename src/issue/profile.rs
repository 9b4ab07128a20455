//! The extensions of each kind of certificate that the engine makes, as data.
//!
//! | | root CA | self-signed server | self-signed client | signed from a request |
//! |---|---|---|---|---|
//! | basicConstraints (critical) | CA:TRUE | CA:FALSE | CA:FALSE | CA:FALSE |
//! | keyUsage (critical) | keyCertSign, cRLSign | digitalSignature, keyEncipherment (RSA) | digitalSignature | as asked, less what a CA or another key type needs; else as server |
//! | extendedKeyUsage | – | serverAuth | clientAuth | what [`purposes`](super::purposes) grants |
//! | subjectAltName | as asked | as asked, else the common name | as asked | as asked, else the common name; critical if the subject is empty |
//! | subjectKeyIdentifier | yes | yes | yes | yes |
//! | authorityKeyIdentifier | own | own | own | the CA's |

use super::purposes::{CLIENT, SERVER};
use crate::crypto::PublicKey;
use crate::x509::der::oid::Oid;
use crate::x509::der::write::{OCTET_STRING, OID, SEQUENCE, nest, push};
use crate::x509::extension;
use crate::x509::key_id;
use crate::x509::usage;
use const_oid::db::rfc5280::{
    ID_CE_AUTHORITY_KEY_IDENTIFIER, ID_CE_BASIC_CONSTRAINTS, ID_CE_EXT_KEY_USAGE, ID_CE_KEY_USAGE,
    ID_CE_SUBJECT_ALT_NAME, ID_CE_SUBJECT_KEY_IDENTIFIER,
};
use der::flagset::FlagSet;
use x509_cert::ext::pkix::{KeyUsage, KeyUsages};

/// `SEQUENCE { cA TRUE }` and `SEQUENCE {}` (cA DEFAULT FALSE); no path length.
const CA: &[u8] = &[0x30, 0x03, 0x01, 0x01, 0xff];
const NOT_A_CA: &[u8] = &[0x30, 0x00];

/// What a certificate's extensions will say.
pub(crate) struct Profile<'a> {
    ca: bool,
    key_usage: FlagSet<KeyUsages>,
    extended_key_usage: &'a [Oid<'a>],
    /// DER of the SubjectAltName.
    pub(crate) alternatives: Option<&'a [u8]>,
    pub(crate) subject_is_empty: bool,
    /// The CA's key identifier; the subject's own if it signs itself.
    authority: Option<&'a [u8]>,
}

impl<'a> Profile<'a> {
    pub(crate) fn root_ca(alternatives: Option<&'a [u8]>) -> Self {
        Self {
            ca: true,
            key_usage: KeyUsages::KeyCertSign | KeyUsages::CRLSign,
            extended_key_usage: &[],
            alternatives,
            subject_is_empty: false,
            authority: None,
        }
    }

    pub(crate) fn server(key: &PublicKey<'_>, alternatives: Option<&'a [u8]>) -> Self {
        Self {
            ca: false,
            key_usage: server_key_usage(key),
            extended_key_usage: &[SERVER],
            alternatives,
            subject_is_empty: false,
            authority: None,
        }
    }

    pub(crate) fn client(alternatives: Option<&'a [u8]>) -> Self {
        Self {
            ca: false,
            key_usage: KeyUsages::DigitalSignature.into(),
            extended_key_usage: &[CLIENT],
            alternatives,
            subject_is_empty: false,
            authority: None,
        }
    }

    /// What a request is granted: the key usages of `asked` that it may have, and these purposes. To be
    /// a CA is not granted.
    pub(crate) fn signed(
        key: &PublicKey<'_>,
        asked: Option<KeyUsage>,
        purposes: &'a [Oid<'a>],
        authority: &'a [u8],
    ) -> Self {
        let key_usage = granted_key_usage(asked, key);
        Self {
            ca: false,
            key_usage: if key_usage.is_empty() {
                server_key_usage(key)
            } else {
                key_usage
            },
            extended_key_usage: purposes,
            alternatives: None,
            subject_is_empty: false,
            authority: Some(authority),
        }
    }

    /// About the most octets of the extensions.
    pub(crate) fn room(&self) -> usize {
        256 + self.alternatives.map_or(0, <[u8]>::len)
    }

    /// Appends the DER of `Extensions` for a certificate with this key.
    pub(crate) fn write(&self, key: &PublicKey<'_>, out: &mut Vec<u8>) {
        nest(out, SEQUENCE, |list| self.list(key, list));
    }

    fn list(&self, key: &PublicKey<'_>, list: &mut Vec<u8>) {
        let basic = if self.ca { CA } else { NOT_A_CA };
        extension::write(ID_CE_BASIC_CONSTRAINTS, true, basic, list);
        extension::write_with(ID_CE_KEY_USAGE, true, list, |value| {
            usage::write_key_usage(self.key_usage, value);
        });
        if !self.extended_key_usage.is_empty() {
            extension::write_with(ID_CE_EXT_KEY_USAGE, false, list, |value| {
                nest(value, SEQUENCE, |usages| {
                    for usage in self.extended_key_usage {
                        push(usages, OID, usage.as_bytes());
                    }
                });
            });
        }
        if let Some(names) = self.alternatives {
            // RFC 5280 section 4.2.1.6: critical where nothing else names the subject.
            extension::write(ID_CE_SUBJECT_ALT_NAME, self.subject_is_empty, names, list);
        }
        let own_id = key_id::of(key);
        extension::write_with(ID_CE_SUBJECT_KEY_IDENTIFIER, false, list, |value| {
            push(value, OCTET_STRING, &own_id);
        });
        extension::write_with(ID_CE_AUTHORITY_KEY_IDENTIFIER, false, list, |value| {
            // `keyIdentifier [0] IMPLICIT OCTET STRING`; issuer and serial number are left out.
            let identifier = self.authority.unwrap_or(&own_id);
            nest(value, SEQUENCE, |fields| push(fields, 0x80, identifier));
        });
    }
}

fn server_key_usage(key: &PublicKey<'_>) -> FlagSet<KeyUsages> {
    if key.kind.is_rsa() {
        KeyUsages::DigitalSignature | KeyUsages::KeyEncipherment
    } else {
        KeyUsages::DigitalSignature.into()
    }
}

/// The asked usages less those of a CA, and less those that the key's type cannot have: key
/// agreement is for EC (RFC 3279 section 2.3.1), encipherment for RSA (RFC 8813 section 3).
pub(crate) fn granted_key_usage(
    asked: Option<KeyUsage>,
    key: &PublicKey<'_>,
) -> FlagSet<KeyUsages> {
    let asked = asked.map_or(FlagSet::default(), |asked| asked.0);
    let common = KeyUsages::DigitalSignature | KeyUsages::NonRepudiation;
    if key.kind.is_rsa() {
        return asked & (common | KeyUsages::KeyEncipherment | KeyUsages::DataEncipherment);
    }
    let agreement = KeyUsages::KeyAgreement | KeyUsages::EncipherOnly | KeyUsages::DecipherOnly;
    // RFC 5280 section 4.2.1.3: the two `only` bits mean something beside keyAgreement alone.
    if asked.contains(KeyUsages::KeyAgreement) {
        asked & (common | agreement)
    } else {
        asked & common
    }
}
