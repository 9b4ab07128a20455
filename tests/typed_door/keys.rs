//! CAs from DER.

use crate::common::rows::each_row;
use crate::common::{ca, policy, rng, vector};
use crate::{certificate, der, in_days, signing_request, without_key};
use certwright::{
    CertificateAuthority, ErrorCode as Code, SignRequest, SignSpec, sign, sign_batch,
};

#[test]
fn each_format_of_the_key_loads_the_same_ca() {
    // PKCS#8, PKCS#1, SEC 1.
    let rows = [
        ("root", "root.key"),
        ("root", "root.pkcs1.key"),
        ("ca-p256", "ca-p256.key"),
        ("ca-p256", "ca-p256.sec1.key"),
        ("ca-p384", "ca-p384.key"),
        ("ca-p521", "ca-p521.key"),
    ];
    each_row(rows, |(stem, key)| {
        let certificate = certificate(&format!("{stem}.pem"));
        let loaded =
            CertificateAuthority::from_der(certificate.der(), &der(key), &policy()).unwrap();
        assert_eq!(loaded.certificate(), &certificate);
        let request = signing_request("csr-p256-san.pem");
        let signed = |ca: &CertificateAuthority| {
            ca.sign(
                &request,
                &SignSpec::new(in_days(90)),
                &policy(),
                &mut rng(1),
            )
            .unwrap()
        };
        assert_eq!(signed(&loaded), signed(&ca(stem)));
    });
}

#[test]
fn what_is_not_a_key_of_the_certificate_is_refused() {
    let rows = [
        ("root.pem", vec![], Code::CaCannotSign),
        ("root.pem", b"\x30\x00".to_vec(), Code::CaCannotSign),
        ("root.pem", der("ca-rsa3072.key"), Code::CaCannotSign),
        ("root.pem", der("ca-p256.key"), Code::CaCannotSign),
        ("root.pem", der("root.pem"), Code::CaCannotSign),
        // Encrypted, and of kinds that do not sign here.
        ("root.pem", der("root.encrypted.key"), Code::CaCannotSign),
        ("root.pem", der("ed25519.key"), Code::KeyTypeNotSupported),
        ("root.pem", der("dsa.key"), Code::KeyTypeNotSupported),
    ];
    each_row(rows, |(name, key, code)| {
        let ca = certificate(name);
        let error = CertificateAuthority::from_der(ca.der(), &key, &policy()).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert_eq!(error.target(), Some("ca_private_key"));
    });
}

#[test]
fn a_ca_without_its_key_does_not_sign() {
    let ca = without_key("root");
    let request = signing_request("server.csr");
    let spec = SignSpec::new(in_days(90));
    let body = SignRequest::new(vector("server.csr"));
    let answers = [
        ca.sign(&request, &spec, &policy(), &mut rng(1)),
        sign(&ca, &body, &policy(), &mut rng(1)),
        sign_batch(&ca, &[body], &policy(), &mut rng(1)).remove(0),
    ];
    each_row(answers, |answer| {
        let error = answer.unwrap_err();
        assert_eq!(error.code(), Code::CaCannotSign);
        assert_eq!(error.code().value(), 3_735_628);
        assert_eq!(error.target(), Some("ca_private_key"));
    });
}

#[test]
fn what_is_no_ca_is_not_loaded_without_a_key_either() {
    let rows = [
        ("server.pem", Code::CaCannotSign),
        ("expired.pem", Code::CaCannotSign),
        ("ca-false.pem", Code::CaCannotSign),
        ("ca-no-cert-sign.pem", Code::CaCannotSign),
        ("ca-rsa1024.pem", Code::CaCannotSign),
        ("ca-empty-subject.pem", Code::IssuerUnusable),
        ("ed25519.pem", Code::KeyTypeNotSupported),
    ];
    each_row(rows, |(name, code)| {
        let error = CertificateAuthority::without_key(&certificate(name), &policy()).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert_eq!(error.target(), Some("ca_certificate"));
    });
}
