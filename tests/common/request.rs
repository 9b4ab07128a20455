//! A maker of signing requests that checks nothing.

use super::issue::{Extension, Key, oid, rdn, sequence, tlv};
use certwright::SignRequest;

/// The attribute that RFC 2985 has for extensions.
pub const EXTENSION_REQUEST: &str = "1.2.840.113549.1.9.14";
/// What Windows calls the attribute.
pub const MICROSOFT_EXTENSIONS: &str = "1.3.6.1.4.1.311.2.1.14";
pub const COMMON_NAME: &str = "2.5.4.3";
pub const ORGANIZATION: &str = "2.5.4.10";
pub const UTF8: u8 = 0x0c;

/// A `Name` of one attribute.
pub fn name_of(attribute: &str, tag: u8, value: &str) -> Vec<u8> {
    sequence(&[rdn(attribute, tag, value)])
}

/// A request to be. Its fields are what will stand in it, right or wrong.
#[derive(Clone)]
pub struct Csr {
    /// DER of the Name.
    pub subject: Vec<u8>,
    pub key: Key,
    pub extensions: Vec<Extension>,
    /// The attributes that have them.
    pub extension_attributes: Vec<&'static str>,
    /// Whether they are there without any extension too.
    pub always_has_attributes: bool,
    /// Whether the signature is that of another text.
    pub forged: bool,
}

impl Csr {
    pub fn new(subject: Vec<u8>) -> Self {
        Self {
            subject,
            key: Key::p256("request"),
            extensions: Vec::new(),
            extension_attributes: vec![EXTENSION_REQUEST],
            always_has_attributes: false,
            forged: false,
        }
    }

    /// A request whose subject is this common name.
    pub fn named(common_name: &str) -> Self {
        Self::new(name_of(COMMON_NAME, UTF8, common_name))
    }

    #[must_use]
    pub fn with(mut self, extension: Extension) -> Self {
        self.extensions.push(extension);
        self
    }

    #[must_use]
    pub fn forged(mut self) -> Self {
        self.forged = true;
        self
    }

    pub fn pem(&self) -> String {
        let extensions: Vec<_> = self.extensions.iter().map(Extension::der).collect();
        let list = tlv(0x31, &sequence(&extensions));
        let attribute = |kind: &&str| sequence(&[oid(kind), list.clone()]);
        let attributes: Vec<u8> = if extensions.is_empty() && !self.always_has_attributes {
            Vec::new()
        } else {
            self.extension_attributes
                .iter()
                .flat_map(attribute)
                .collect()
        };
        let info = sequence(&[
            tlv(2, &[0]),
            self.subject.clone(),
            self.key.spki.clone(),
            tlv(0xa0, &attributes),
        ]);
        let signed: &[u8] = if self.forged { &[] } else { &info };
        let signature = [&[0], &*self.key.sign(signed)].concat();
        let der = sequence(&[info, self.key.algorithm.clone(), tlv(3, &signature)]);
        let ending = pem_rfc7468::LineEnding::LF;
        pem_rfc7468::encode_string("CERTIFICATE REQUEST", ending, &der).unwrap()
    }

    pub fn request(&self) -> SignRequest {
        SignRequest::new(self.pem())
    }
}
