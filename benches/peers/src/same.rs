//! Whether all libraries do the same work: their certificates must say the same.

use crate::Peer;
use crate::fixtures::{Ca, Csr};
use std::collections::BTreeMap;
use x509_parser::parse_x509_certificate;
use x509_parser::pem::parse_x509_pem;

/// What a certificate says, but for the serial number and the subject's key identifier, which each
/// library makes in its own way.
#[derive(Debug, PartialEq)]
struct Facts {
    subject: Vec<u8>,
    issuer: Vec<u8>,
    key: Vec<u8>,
    validity: String,
    serial_octets: usize,
    /// By object identifier: whether critical, and the value.
    extensions: BTreeMap<String, (bool, Vec<u8>)>,
}

const SUBJECT_KEY_IDENTIFIER: &str = "2.5.29.14";
const KEY_USAGE: &str = "2.5.29.15";
const BASIC_CONSTRAINTS: &str = "2.5.29.19";

impl Facts {
    fn of(pem: &str) -> Self {
        let (_, pem) = parse_x509_pem(pem.as_bytes()).expect("PEM");
        let (_, certificate) = parse_x509_certificate(&pem.contents).expect("a certificate");
        let extensions = certificate.extensions().iter().map(|extension| {
            let oid = extension.oid.to_id_string();
            let value = match oid.as_str() {
                SUBJECT_KEY_IDENTIFIER => Vec::new(),
                // rcgen writes the default value out, and before 0.14 the zero bits at the end.
                BASIC_CONSTRAINTS if extension.value == [0x30, 3, 1, 1, 0] => vec![0x30, 0],
                KEY_USAGE => {
                    let bits = extension.value.get(3..).unwrap_or_default();
                    bits.iter().copied().filter(|&octet| octet != 0).collect()
                }
                _ => extension.value.to_vec(),
            };
            (oid, (extension.critical, value))
        });
        Self {
            subject: certificate.subject().as_raw().to_vec(),
            issuer: certificate.issuer().as_raw().to_vec(),
            key: certificate.public_key().raw.to_vec(),
            validity: format!("{:?}", certificate.validity()),
            serial_octets: certificate.raw_serial().len(),
            extensions: extensions.collect(),
        }
    }
}

/// Panics if a library's certificate says something else than the first one's, or if its signature
/// is not the CA's.
pub fn check(peers: &[Box<dyn Peer>], ca: &Ca, csr: &Csr) {
    let ca_certificate = openssl::x509::X509::from_pem(ca.certificate.as_bytes()).expect("a CA");
    let ca_key = ca_certificate.public_key().expect("a key");
    let mut expected = None;
    for peer in peers {
        let pem = peer.sign(csr.pem);
        let certificate = openssl::x509::X509::from_pem(pem.as_bytes()).expect("a certificate");
        assert!(
            certificate.verify(&ca_key).expect("a signature"),
            "{}",
            peer.name()
        );
        let facts = Facts::of(&pem);
        assert_eq!(facts.extensions.len(), 6, "{}: {facts:?}", peer.name());
        let expected = expected.get_or_insert_with(|| Facts::of(&pem));
        assert_eq!(facts, *expected, "{}", peer.name());
    }
}
