//! Any DER is answered with a code, and nothing panics.

use crate::common::{ca, cases, policy, rng};
use crate::{certificate, der, in_days, signing_request};
use certwright::{
    Certificate, CertificateAuthority, CertificateKind, Error, ErrorCode as Code, InstallSpec,
    SignSpec, SigningRequest,
};
use proptest::prelude::*;

/// A file of the vectors with some octets changed, left out or put in.
fn mutated(names: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), any::<u8>(), 0..3_u8);
    let changes = prop::collection::vec(change, 1..4);
    (prop::sample::select(names), changes).prop_map(|(name, changes)| {
        let mut bytes = der(name);
        for (at, byte, kind) in changes {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, byte),
            }
        }
        bytes
    })
}

/// Octets that may look like DER.
fn octets() -> impl Strategy<Value = Vec<u8>> {
    let any_octets = || prop::collection::vec(any::<u8>(), 0..200);
    let sequence = any_octets().prop_map(|content| crate::common::issue::tlv(0x30, &content));
    prop_oneof![any_octets(), sequence]
}

/// The value, unless it was refused with one of these codes.
fn answered<T>(answer: Result<T, Error>, codes: &[Code]) -> Result<Option<T>, TestCaseError> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) => {
            prop_assert!(codes.contains(&error.code()), "{}", error);
            prop_assert!(error.to_string().len() < 1200);
            Ok(None)
        }
    }
}

fn feed_certificate(bytes: &[u8]) -> Result<(), TestCaseError> {
    let read = Certificate::from_der(bytes);
    let Some(certificate) = answered(read, &[Code::CertificateUnreadable])? else {
        return Ok(());
    };
    prop_assert_eq!(certificate.der(), bytes);
    prop_assert_eq!(
        &Certificate::from_pem(&certificate.to_pem()).unwrap(),
        &certificate
    );
    let _ = (
        certificate.subject(),
        certificate.serial_number(),
        certificate.not_before(),
        certificate.not_after(),
        format!("{certificate:?}"),
    );
    answered(certificate.info(), &[Code::CertificateUnreadable])?;
    answered(
        InstallSpec::new(CertificateKind::ServerCa, certificate),
        &[Code::CertificateUnreadable, Code::KeyTypeNotSupported],
    )?;
    Ok(())
}

fn feed_request(bytes: &[u8]) -> Result<(), TestCaseError> {
    let codes = [
        Code::SigningFailed,
        Code::KeyTypeNotSupported,
        Code::HashNotSupported,
    ];
    let Some(request) = answered(SigningRequest::from_der(bytes), &codes)? else {
        return Ok(());
    };
    // Its signature covers what it says: it is one of the vectors, and can be signed.
    prop_assert_eq!(request.der(), bytes);
    prop_assert_eq!(request.subject().is_empty(), false);
    let spec = SignSpec::new(in_days(90));
    prop_assert!(
        ca("ca-p256")
            .sign(&request, &spec, &policy(), &mut rng(1))
            .is_ok()
    );
    Ok(())
}

fn feed_key(bytes: &[u8]) -> Result<(), TestCaseError> {
    let server = InstallSpec::new(CertificateKind::Server, certificate("server.pem")).unwrap();
    let codes = [Code::PrivateKeyUnreadable, Code::KeyTypeNotSupported];
    if let Some(spec) = answered(server.with_private_key_der(bytes), &codes)? {
        answered(spec.install(&policy()), &[Code::KeyMismatch])?;
    }
    let codes = [Code::CaCannotSign, Code::KeyTypeNotSupported];
    for name in ["root.pem", "ca-p256.pem"] {
        let loaded = CertificateAuthority::from_der(certificate(name).der(), bytes, &policy());
        if let Some(ca) = answered(loaded, &codes)? {
            let (request, spec) = (signing_request("csr-p256.pem"), SignSpec::new(in_days(90)));
            prop_assert!(ca.sign(&request, &spec, &policy(), &mut rng(1)).is_ok());
        }
    }
    Ok(())
}

fn feed_ca(bytes: &[u8]) -> Result<(), TestCaseError> {
    let codes = [
        Code::CaCannotSign,
        Code::KeyTypeNotSupported,
        Code::HashNotSupported,
        Code::IssuerUnusable,
    ];
    for key in ["root.key", "ca-p256.key"] {
        let loaded = CertificateAuthority::from_der(bytes, &der(key), &policy());
        answered(loaded, &codes)?;
    }
    if let Ok(certificate) = Certificate::from_der(bytes) {
        answered(
            CertificateAuthority::without_key(&certificate, &policy()),
            &codes,
        )?;
    }
    Ok(())
}

const CERTIFICATES: &[&str] = &["root.pem", "ca-p256.pem", "server.pem"];
const REQUESTS: &[&str] = &["csr-p256-san.pem", "csr-usages.pem", "csr-p384.pem"];
const KEYS: &[&str] = &[
    "server.key",
    "root.key",
    "root.pkcs1.key",
    "ca-p256.key",
    "ca-p256.sec1.key",
];

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn arbitrary_octets_are_answered(bytes in octets()) {
        feed_certificate(&bytes)?;
        feed_request(&bytes)?;
        feed_key(&bytes)?;
        feed_ca(&bytes)?;
    }

    #[test]
    fn mutated_certificates_are_answered(bytes in mutated(CERTIFICATES)) {
        feed_certificate(&bytes)?;
        feed_ca(&bytes)?;
    }

    #[test]
    fn mutated_requests_are_answered(bytes in mutated(REQUESTS)) {
        feed_request(&bytes)?;
    }

    #[test]
    fn mutated_keys_are_answered(bytes in mutated(KEYS)) {
        feed_key(&bytes)?;
    }
}
