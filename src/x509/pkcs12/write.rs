//! Writing PKCS#12 files that every reader of today takes.

use super::encrypted_key::encrypt;
use super::read::{X509_CERTIFICATE, bag};
use crate::crypto::password::{Password, authenticate};
use crate::x509::der::write::{INTEGER, OCTET_STRING, OID, SEQUENCE, SET, nest, push};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc2985::PKCS_9_AT_LOCAL_KEY_ID;
use const_oid::db::rfc5911::ID_DATA;
use rand_core::CryptoRng;
use sha1::{Digest as _, Sha1};

/// DER of the `AlgorithmIdentifier` of SHA-256.
const SHA_256: &[u8] = b"\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00";
const SALT_OCTETS: usize = 16;
/// As many as for the encryption: whoever guesses passwords tries them where it costs least.
const MAC_ITERATIONS: u32 = 600_000;

/// A key, PKCS#8, and certificates, of which the first is the key's, if there is a key. The key is
/// encrypted; certificates are in the clear, and all is authenticated.
pub(crate) fn write(
    key: Option<&[u8]>,
    certificates: &[&[u8]],
    password: &str,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Vec<u8> {
    // What ties the two together for readers that look at it, Java's among them.
    let identifier = key.and(certificates.first()).map(Sha1::digest);
    let mut bags = Vec::new();
    nest(&mut bags, SEQUENCE, |bags| {
        for (index, certificate) in certificates.iter().enumerate() {
            let identifier = identifier.as_deref().filter(|_| index == 0);
            push_bag(bags, bag(3), identifier, |bag| {
                nest(bag, SEQUENCE, |bag| {
                    push(bag, OID, X509_CERTIFICATE.as_bytes());
                    nest(bag, 0xa0, |value| push(value, OCTET_STRING, certificate));
                });
            });
        }
        if let Some(key) = key {
            let shrouded = encrypt(key, password, rng);
            push_bag(bags, bag(2), identifier.as_deref(), |bag| {
                bag.extend_from_slice(&shrouded);
            });
        }
    });
    let mut safes = Vec::new();
    nest(&mut safes, SEQUENCE, |safes| push_data(safes, &bags));
    let mut salt = [0; SALT_OCTETS];
    rng.fill_bytes(&mut salt);
    let tag = authenticate(&safes, &Password::new(password), &salt, MAC_ITERATIONS);
    let mut out = Vec::new();
    nest(&mut out, SEQUENCE, |out| {
        push(out, INTEGER, &[3]);
        push_data(out, &safes);
        nest(out, SEQUENCE, |mac| {
            nest(mac, SEQUENCE, |digest| {
                digest.extend_from_slice(SHA_256);
                push(digest, OCTET_STRING, &tag);
            });
            push(mac, OCTET_STRING, &salt);
            push(mac, INTEGER, &MAC_ITERATIONS.to_be_bytes()[1..]);
        });
    });
    out
}

/// A `ContentInfo` of type data.
fn push_data(out: &mut Vec<u8>, content: &[u8]) {
    nest(out, SEQUENCE, |info| {
        push(info, OID, ID_DATA.as_bytes());
        nest(info, 0xa0, |outer| push(outer, OCTET_STRING, content));
    });
}

/// A `SafeBag`, with the attribute localKeyId (RFC 2985 section 5.5.2) where there is one.
fn push_bag(
    out: &mut Vec<u8>,
    kind: ObjectIdentifier,
    identifier: Option<&[u8]>,
    value: impl FnOnce(&mut Vec<u8>),
) {
    nest(out, SEQUENCE, |bag| {
        push(bag, OID, kind.as_bytes());
        nest(bag, 0xa0, value);
        if let Some(identifier) = identifier {
            nest(bag, SET, |attributes| {
                nest(attributes, SEQUENCE, |attribute| {
                    push(attribute, OID, PKCS_9_AT_LOCAL_KEY_ID.as_bytes());
                    nest(attribute, SET, |values| {
                        push(values, OCTET_STRING, identifier);
                    });
                });
            });
        }
    });
}
