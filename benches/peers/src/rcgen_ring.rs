//! rcgen with ring.

use crate::Peer;
use crate::fixtures::Ca;
use rcgen_ring::{
    Certificate, CertificateParams, CertificateSigningRequestParams, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, SerialNumber, date_time_ymd,
};

pub struct Rcgen {
    issuer: Certificate,
    key: KeyPair,
}

impl Rcgen {
    pub fn load(ca: &Ca) -> Self {
        let key = KeyPair::from_pem(ca.key).expect("a key");
        let params = CertificateParams::from_ca_cert_pem(ca.certificate).expect("a CA");
        Self {
            issuer: params.self_signed(&key).expect("a CA"),
            key,
        }
    }
}

impl Peer for Rcgen {
    fn name(&self) -> &'static str {
        "rcgen-ring"
    }

    fn sign(&self, request: &str) -> String {
        // Checks the request's signature.
        let mut request = CertificateSigningRequestParams::from_pem(request).expect("a request");
        let rsa = request.public_key.algorithm() == &rcgen_ring::PKCS_RSA_SHA256;
        let params = &mut request.params;
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(2027, 1, 1);
        params.serial_number = Some(SerialNumber::from_slice(&crate::serial_number()));
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        if rsa {
            params.key_usages.push(KeyUsagePurpose::KeyEncipherment);
        }
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ServerAuth,
            ExtendedKeyUsagePurpose::ClientAuth,
        ];
        params.use_authority_key_identifier_extension = true;
        let signed = request.signed_by(&self.issuer, &self.key);
        signed.expect("a certificate").pem()
    }
}
