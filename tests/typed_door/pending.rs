//! Certificates whose signature comes from elsewhere.

use crate::common::rows::each_row;
use crate::common::{ca, policy, rng, vector};
use crate::{certificate, in_days, signing_request, without_key};
use certwright::{
    CertificateAuthority, ErrorCode as Code, HashFunction, PathOptions, PendingCertificate,
    SignSpec, SignatureAlgorithm, TrustStore,
};
use p256::ecdsa::signature::hazmat::PrehashSigner;
use rsa::pkcs1v15;
use rsa::pkcs8::DecodePrivateKey;
use rsa::signature::{SignatureEncoding, Signer};
use sha2::Sha256;

fn prepare(ca: &CertificateAuthority, seed: u8) -> PendingCertificate<'_> {
    let spec = SignSpec::new(in_days(90));
    ca.prepare(
        &signing_request("server.csr"),
        &spec,
        &policy(),
        &mut rng(seed),
    )
    .unwrap()
}

/// A signature of the key of `root`, by the `rsa` crate alone.
fn rsa_signature(message: &[u8]) -> Vec<u8> {
    let key = rsa::PrivateKey::from_pkcs8_pem(&vector("root.key")).unwrap();
    let key = pkcs1v15::SigningKey::<Sha256>::new(key);
    key.sign(message).to_vec()
}

/// A signature of the key of `ca-p256`, by the `p256` crate alone.
fn p256_signature(digest: &[u8]) -> Vec<u8> {
    let key = p256::ecdsa::SigningKey::from_pkcs8_pem(&vector("ca-p256.key")).unwrap();
    let signature: p256::ecdsa::Signature = key.sign_prehash(digest).unwrap();
    signature.to_der().as_bytes().to_vec()
}

#[test]
fn an_rsa_signature_from_elsewhere_gives_what_the_own_key_gives() {
    let (keyless, own) = (without_key("root"), ca("root"));
    each_row(0..4, |seed| {
        let pending = prepare(&keyless, seed);
        assert_eq!(
            pending.algorithm(),
            SignatureAlgorithm::RsaPkcs1(HashFunction::Sha256)
        );
        let signature = rsa_signature(pending.message());
        let finished = pending.finish(&signature).unwrap();
        let spec = SignSpec::new(in_days(90));
        let request = signing_request("server.csr");
        let signed = own
            .sign(&request, &spec, &policy(), &mut rng(seed))
            .unwrap();
        assert_eq!(finished, signed);
    });
}

#[test]
fn a_ca_with_its_key_takes_a_signature_from_elsewhere_too() {
    let ca = ca("root");
    let pending = prepare(&ca, 1);
    let signature = rsa_signature(pending.message());
    assert!(pending.finish(&signature).is_ok());
}

#[test]
fn an_ecdsa_signature_from_elsewhere_leads_to_the_ca() {
    let ca = without_key("ca-p256");
    let pending = prepare(&ca, 1);
    assert_eq!(
        pending.algorithm(),
        SignatureAlgorithm::Ecdsa(HashFunction::Sha256)
    );
    let signature = p256_signature(&pending.digest());
    let signed = pending.finish(&signature).unwrap();
    let options = PathOptions::server("server.example.com");
    let chain = TrustStore::new([certificate("ca-p256.pem")])
        .verify(&signed.certificate, &[], &options, &policy())
        .unwrap();
    assert_eq!(chain.path.len(), 2);
}

/// Nothing but the right signature is taken. `sign` signs a message.
fn refuses_others(ca: &CertificateAuthority, sign: impl Fn(&PendingCertificate<'_>) -> Vec<u8>) {
    let of_another = sign(&prepare(ca, 1));
    let good = sign(&prepare(ca, 2));
    assert!(prepare(ca, 2).finish(&good).is_ok());
    let mut flipped = good.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let longer = [&*good, &[0]].concat();
    let rows = [
        ("another message", of_another),
        ("a flipped bit", flipped),
        ("too long", longer),
        ("too short", good[..good.len() - 1].to_vec()),
        ("empty", Vec::new()),
        ("zeros", vec![0; good.len()]),
    ];
    each_row(rows, |(_, signature)| {
        let error = prepare(ca, 2).finish(&signature).unwrap_err();
        assert_eq!(error.code(), Code::SigningFailed);
        assert!(
            error.message().starts_with("the signature is not one of"),
            "{error}"
        );
        assert!(std::error::Error::source(&error).is_some());
    });
}

#[test]
fn a_signature_of_another_message_is_refused() {
    refuses_others(&without_key("root"), |pending| {
        rsa_signature(pending.message())
    });
    refuses_others(&without_key("ca-p256"), |pending| {
        p256_signature(&pending.digest())
    });
}

#[test]
fn a_signature_of_another_key_is_refused() {
    let ca = without_key("ca-p256");
    let pending = prepare(&ca, 1);
    let other = p256::ecdsa::SigningKey::from_pkcs8_pem(&vector("csr-p256.key")).unwrap();
    let signature: p256::ecdsa::Signature = other.sign_prehash(&pending.digest()).unwrap();
    let error = pending.finish(signature.to_der().as_bytes()).unwrap_err();
    assert_eq!(error.code(), Code::SigningFailed);
}
