//! rcgen with aws-lc-rs.

use crate::Peer;
use crate::fixtures::Ca;
use rcgen_aws_lc_rs::{
    CertificateSigningRequestParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SerialNumber, date_time_ymd,
};

pub struct Rcgen {
    issuer: Issuer<'static, KeyPair>,
}

impl Rcgen {
    pub fn load(ca: &Ca) -> Self {
        let key = KeyPair::from_pem(ca.key).expect("a key");
        Self {
            issuer: Issuer::from_ca_cert_pem(ca.certificate, key).expect("a CA"),
        }
    }
}

impl Peer for Rcgen {
    fn name(&self) -> &'static str {
        "rcgen-aws-lc-rs"
    }

    fn sign(&self, request: &str) -> String {
        // Checks the request's signature.
        let mut request = CertificateSigningRequestParams::from_pem(request).expect("a request");
        let rsa = request.public_key.algorithm() == &rcgen_aws_lc_rs::PKCS_RSA_SHA256;
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
        request
            .signed_by(&self.issuer)
            .expect("a certificate")
            .pem()
    }
}
