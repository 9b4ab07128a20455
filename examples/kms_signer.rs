//! A CA whose key is in a key management service: the signature is awaited, and no thread waits.
//!
//! The engine decides and puts the certificate together (`prepare`), the caller gets the signature
//! in its own way, and the engine checks it (`finish`). A device whose library blocks fits the trait
//! `Signer` better: see `hsm_signer.rs`.

mod kms;

use certwright::{
    CertificateAuthority, CertificateKind, CreateSpec, CsrSpec, KeySpec, Policy, SignSpec,
    SigningRequest, SubjectAlternatives, Time, rand_core::UnwrapErr,
};
use getrandom::SysRng;
use kms::Kms;
use p256::ecdsa::SigningKey;
use p256::pkcs8::DecodePrivateKey;
use std::time::{Duration, SystemTime};

const DAY: Duration = Duration::from_hours(24);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut rng = UnwrapErr(SysRng);
    let now = SystemTime::now();
    let policy = Policy::at(now);

    // Once, at a ceremony: a root CA, whose key goes into the service and nowhere else.
    let root = CreateSpec::new(
        CertificateKind::RootCa,
        "KMS Root CA",
        Time::from(now + 3650 * DAY),
    )?
    .with_key(KeySpec::P256)
    .make(&policy, &mut rng)?;
    let kms = Kms::start(SigningKey::from_pkcs8_der(root.private_key_der.as_bytes())?);

    // From then on its certificate is all that the server has of it.
    let ca = CertificateAuthority::without_key(&root.certificate, &policy)?;
    let names = SubjectAlternatives::new().with_dns("server.example.com");
    let csr = CsrSpec::new("CN=server.example.com", &names)?
        .with_key(KeySpec::P256)
        .make(&policy, &mut rng)?;
    let request = SigningRequest::from_der(&csr.csr_der)?;
    let spec = SignSpec::new(Time::from(now + 90 * DAY));

    let pending = ca.prepare(&request, &spec, &policy, &mut rng)?;
    let digest = pending.digest();
    let signature = kms.sign(&digest).await.ok_or("the KMS did not answer")?;
    let signed = pending.finish(&signature)?.certificate;
    println!(
        "the KMS signed {}, serial number {}, valid until {}",
        signed.subject(),
        signed.serial_number(),
        signed.not_after()
    );

    // A signature of the same key over anything else never becomes a certificate.
    let pending = ca.prepare(&request, &spec, &policy, &mut rng)?;
    match pending.finish(&signature) {
        Ok(_) => Err("a signature of another certificate was accepted".into()),
        Err(error) => {
            println!("refused: {error}");
            Ok(())
        }
    }
}
