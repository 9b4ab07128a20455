//! `sign_batch`: the answers of a loop, whatever else is in the batch and however a signer fails.

use crate::common::rows::each_named;
use crate::common::{ca, cases, policy, rng, vector};
use certwright::{
    CertificateAuthority, Error, ErrorCode, SignRequest, SignatureAlgorithm, SignedCertificate,
    Signer, SignerError, sign, sign_batch,
};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::{DecodePrivateKey, EncodePublicKey};
use proptest::prelude::*;

/// Requests that are signed.
fn good() -> [SignRequest; 4] {
    [
        SignRequest::new(vector("csr-p256.pem")),
        SignRequest::new(vector("csr-p384.pem")).with_hash_function("sha384"),
        SignRequest::new(vector("csr-plain.pem")).with_expiry("P30D"),
        SignRequest::new(vector("csr-pss.pem")).with_hash_function("sha512"),
    ]
}

/// Requests that are refused, in each of the stages.
fn bad() -> Vec<(SignRequest, ErrorCode)> {
    let truncated = vector("csr-p256.pem").replacen("MI", "", 1);
    let p256 = || SignRequest::new(vector("csr-p256.pem"));
    let of = |name| SignRequest::new(vector(name));
    vec![
        (SignRequest::new(""), ErrorCode::SigningFailed),
        (
            p256().with_hash_function("md5"),
            ErrorCode::HashNotSupported,
        ),
        (p256().with_expiry("P0D"), ErrorCode::ExpiryOutOfRange),
        (SignRequest::new(truncated), ErrorCode::SigningFailed),
        (of("csr-sha1.pem"), ErrorCode::HashNotSupported),
        (of("csr-ed25519.pem"), ErrorCode::KeyTypeNotSupported),
        (of("csr-bad-signature.pem"), ErrorCode::SigningFailed),
        (of("csr-no-cn.pem"), ErrorCode::CommonNameMissing),
        (of("csr-bad-dns.pem"), ErrorCode::SigningFailed),
    ]
}

type Answers = Vec<Result<SignedCertificate, String>>;

fn readable(answers: Vec<Result<SignedCertificate, Error>>) -> Answers {
    answers
        .into_iter()
        .map(|answer| answer.map_err(|error| error.to_string()))
        .collect()
}

fn one_by_one(ca: &CertificateAuthority, requests: &[SignRequest], seed: u8) -> Answers {
    let mut stream = rng(seed);
    let answers = requests
        .iter()
        .map(|request| sign(ca, request, &policy(), &mut stream));
    readable(answers.collect())
}

fn at_once(ca: &CertificateAuthority, requests: &[SignRequest], seed: u8) -> Answers {
    readable(sign_batch(ca, requests, &policy(), &mut rng(seed)))
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn a_batch_answers_as_a_loop_does(
        kinds in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        seed in any::<u8>(),
        rsa in any::<bool>(),
    ) {
        let bad = bad().into_iter().map(|(request, _)| request);
        let all: Vec<_> = good().into_iter().chain(bad).collect();
        let requests: Vec<_> = kinds.iter().map(|kind| kind.get(&all).clone()).collect();
        let ca = ca(if rsa { "root" } else { "ca-p256" });
        prop_assert_eq!(at_once(&ca, &requests, seed), one_by_one(&ca, &requests, seed));
    }
}

#[test]
fn an_empty_batch_has_no_answers_and_draws_nothing() {
    struct Untouched;
    impl certwright::rand_core::TryRng for Untouched {
        type Error = std::convert::Infallible;

        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            panic!("a draw")
        }

        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            panic!("a draw")
        }

        fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> {
            panic!("a draw")
        }
    }
    impl certwright::rand_core::TryCryptoRng for Untouched {}
    let ca = ca("ca-p256");
    assert!(sign_batch(&ca, &[], &policy(), &mut Untouched).is_empty());
    let refused: Vec<_> = bad().into_iter().map(|(request, _)| request).collect();
    let answers = sign_batch(&ca, &refused, &policy(), &mut Untouched);
    assert!(answers.iter().all(Result::is_err));
}

#[test]
fn a_bad_request_at_any_place_leaves_the_others_as_they_are() {
    let ca = ca("ca-p256");
    let good = good();
    let expected = at_once(&ca, &good, 1);
    each_named(bad().into_iter().enumerate(), |(request, code)| {
        for place in 0..=good.len() {
            let mut requests = good.to_vec();
            requests.insert(place, request.clone());
            let mut answers = sign_batch(&ca, &requests, &policy(), &mut rng(1));
            assert_eq!(answers.remove(place).unwrap_err().code(), code);
            assert_eq!(readable(answers), expected, "{code:?} at {place}");
        }
    });
}

#[test]
fn a_batch_may_be_of_any_length() {
    let ca = ca("ca-p256");
    let mut requests = vec![good()[0].clone(); 2100];
    for place in [0, 1023, 1024, 2048, 2099] {
        requests[place] = SignRequest::new("");
    }
    assert_eq!(at_once(&ca, &requests, 1), one_by_one(&ca, &requests, 1));
}

/// A device that does something else than it should with the signature at one place.
struct Faulty {
    key: SigningKey,
    fault: fn(&mut Vec<Result<Vec<u8>, SignerError>>),
}

impl Signer for Faulty {
    fn public_key(&self) -> Vec<u8> {
        let document = self.key.verifying_key().to_public_key_der();
        document.unwrap().into_vec()
    }

    fn sign(&self, _: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let signature: DerSignature = self.key.sign(message);
        Ok(signature.as_bytes().to_vec())
    }

    fn sign_batch(
        &self,
        algorithm: SignatureAlgorithm,
        messages: &[&[u8]],
    ) -> Vec<Result<Vec<u8>, SignerError>> {
        let mut answers: Vec<_> = messages
            .iter()
            .map(|message| self.sign(algorithm, message))
            .collect();
        (self.fault)(&mut answers);
        answers
    }
}

#[test]
fn a_faulty_signer_spoils_only_the_certificates_that_it_fails_at() {
    type Fault = fn(&mut Vec<Result<Vec<u8>, SignerError>>);
    #[rustfmt::skip]
    let faults: [(&str, (Fault, &[usize])); 6] = [
        ("none", (|_| (), &[])),
        ("busy", (|answers| answers[1] = Err(SignerError::new("busy")), &[1])),
        ("zeros", (|answers| answers[2] = Ok(vec![0; 70]), &[2])),
        ("swapped", (|answers| answers.swap(0, 3), &[0, 3])),
        ("too few", (|answers| answers.truncate(2), &[2, 3])),
        ("too many", (|answers| answers.push(Ok(Vec::new())), &[])),
    ];
    let requests = vec![SignRequest::new(vector("csr-p256.pem")); 4];
    each_named(faults, |(fault, failed)| {
        let key = SigningKey::from_pkcs8_pem(&vector("ca-p256.key")).unwrap();
        let device = Faulty { key, fault };
        let ca =
            CertificateAuthority::with_signer(&vector("ca-p256.pem"), device, &policy()).unwrap();
        let answers = sign_batch(&ca, &requests, &policy(), &mut rng(1));
        for (place, answer) in answers.into_iter().enumerate() {
            match answer {
                Ok(_) => assert!(!failed.contains(&place), "{place}"),
                Err(error) => {
                    assert!(failed.contains(&place), "{place}");
                    assert_eq!(error.code(), ErrorCode::SigningFailed);
                }
            }
        }
    });
}
