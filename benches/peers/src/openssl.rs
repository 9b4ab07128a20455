//! OpenSSL.

use crate::Peer;
use crate::fixtures::{Ca, P384};
use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::{Id, PKey, Private};
use openssl::x509::extension::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectKeyIdentifier,
};
use openssl::x509::{X509, X509Builder, X509Req};

/// 1 January 2026, and 365 days later.
const START: i64 = 1_767_225_600;
const END: i64 = START + 365 * 86_400;

pub struct OpenSsl {
    certificate: X509,
    key: PKey<Private>,
    hash: MessageDigest,
}

impl OpenSsl {
    pub fn load(ca: &Ca) -> Self {
        let is_p384 = ca.name == P384.name;
        Self {
            hash: if is_p384 {
                MessageDigest::sha384()
            } else {
                MessageDigest::sha256()
            },
            certificate: X509::from_pem(ca.certificate.as_bytes()).expect("a CA"),
            key: PKey::private_key_from_pem(ca.key.as_bytes()).expect("a key"),
        }
    }

    fn issue(&self, request: &str) -> Result<Vec<u8>, ErrorStack> {
        let request = X509Req::from_pem(request.as_bytes())?;
        let public = request.public_key()?;
        assert!(request.verify(&public)?, "the request's signature");

        let mut builder = X509Builder::new()?;
        builder.set_version(2)?;
        let serial = BigNum::from_slice(&crate::serial_number())?;
        builder.set_serial_number(&*serial.to_asn1_integer()?)?;
        builder.set_issuer_name(self.certificate.subject_name())?;
        builder.set_subject_name(request.subject_name())?;
        builder.set_pubkey(&public)?;
        builder.set_not_before(&*Asn1Time::from_unix(START)?)?;
        builder.set_not_after(&*Asn1Time::from_unix(END)?)?;
        builder.append_extension(BasicConstraints::new().critical().build()?)?;
        let mut usage = KeyUsage::new();
        usage.critical().digital_signature();
        if public.id() == Id::RSA {
            usage.key_encipherment();
        }
        builder.append_extension(usage.build()?)?;
        let mut purposes = ExtendedKeyUsage::new();
        builder.append_extension(purposes.server_auth().client_auth().build()?)?;
        for extension in request.extensions()? {
            builder.append_extension(extension)?;
        }
        let context = builder.x509v3_context(Some(&self.certificate), None);
        let subject_id = SubjectKeyIdentifier::new().build(&context)?;
        builder.append_extension(subject_id)?;
        let context = builder.x509v3_context(Some(&self.certificate), None);
        let authority_id = AuthorityKeyIdentifier::new().keyid(true).build(&context)?;
        builder.append_extension(authority_id)?;
        builder.sign(&self.key, self.hash)?;
        builder.build().to_pem()
    }
}

impl Peer for OpenSsl {
    fn name(&self) -> &'static str {
        "openssl"
    }

    fn sign(&self, request: &str) -> String {
        let pem = self.issue(request).expect("a certificate");
        String::from_utf8(pem).expect("PEM is ASCII")
    }
}
