//! Rules that hold for every input: nothing panics, answers are codes, what goes in comes out.

mod common;

use base64ct::{Base64, Encoding};
use certwright::{
    CertificateAuthority, CreateRequest, CsrRequest, ErrorCode, SignRequest, SignatureAlgorithm,
    Signer, SignerError, SubjectAlternatives, check_fips, create, generate_csr, inspect, match_key,
    sign,
};
use common::{ca, policy, rng, vector};
use p256::pkcs8::{DecodePrivateKey, EncodePublicKey};
use proptest::prelude::*;

/// A PEM text with one byte of the DER, or of the text, changed.
fn mutated(name: &'static str) -> impl Strategy<Value = String> {
    let pem = vector(name);
    let length = pem.len();
    (any::<bool>(), 0..length, any::<u8>()).prop_map(move |(in_der, at, byte)| {
        let mut lines: Vec<&str> = pem.lines().collect();
        let (first, last) = (lines.remove(0), lines.pop().unwrap());
        if in_der {
            let mut der = base64_decode(&lines.concat());
            let at = at % der.len();
            der[at] = byte;
            format!("{first}\n{}\n{last}\n", base64_encode(&der))
        } else {
            let mut text = pem.clone().into_bytes();
            text[at] = byte & 0x7f;
            String::from_utf8(text).unwrap()
        }
    })
}

fn base64_decode(text: &str) -> Vec<u8> {
    Base64::decode_vec(text).unwrap()
}

fn base64_encode(der: &[u8]) -> String {
    Base64::encode_string(der)
}

/// A device that says it has this key.
struct Claims(Vec<u8>);

impl Signer for Claims {
    fn public_key(&self) -> Vec<u8> {
        self.0.clone()
    }

    fn sign(&self, _: SignatureAlgorithm, _: &[u8]) -> Result<Vec<u8>, SignerError> {
        Err(SignerError::new("it has none"))
    }
}

/// Every function that parses, on one text. Reaching the end is the property.
fn feed(text: &str) {
    let _ = inspect(text);
    let _ = check_fips(text);
    let _ = match_key(text, text);
    let _ = match_key(&vector("ca-p256.pem"), text);
    let _ = CertificateAuthority::from_pem(text, text, &policy());
    let _ = CertificateAuthority::from_pem(text, &vector("ca-p256.key"), &policy());
    let _ = sign(
        &ca("ca-p256"),
        &SignRequest::new(text),
        &policy(),
        &mut rng(1),
    );
    let ec = CsrRequest::new(text).with_algorithm("ec");
    let _ = generate_csr(&ec, &policy(), &mut rng(1));
}

proptest! {
    #[test]
    fn arbitrary_text_is_answered(text in any::<String>()) {
        feed(&text);
    }

    #[test]
    fn arbitrary_der_is_answered(der in prop::collection::vec(any::<u8>(), 1..200)) {
        for label in ["CERTIFICATE", "CERTIFICATE REQUEST", "PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY"] {
            feed(&format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", base64_encode(&der)));
        }
    }

    #[test]
    fn mutated_certificates_are_answered(text in mutated("ca-p256.pem")) {
        feed(&text);
    }

    #[test]
    fn mutated_keys_are_answered(text in mutated("ca-p256.key"), sec1 in mutated("ca-p256.sec1.key"), pkcs1 in mutated("root.pkcs1.key")) {
        feed(&text);
        feed(&sec1);
        let _ = match_key(&vector("root.pem"), &pkcs1);
        let _ = CertificateAuthority::from_pem(&vector("root.pem"), &pkcs1, &policy());
    }

    #[test]
    fn mutated_requests_are_not_signed(text in mutated("csr-p256.pem")) {
        let original = vector("csr-p256.pem");
        let answer = sign(&ca("ca-p256"), &SignRequest::new(&*text), &policy(), &mut rng(1));
        // What is signed in spite of a change is the same request in another spelling.
        if let Ok(signed) = answer {
            let same = sign(&ca("ca-p256"), &SignRequest::new(original), &policy(), &mut rng(1)).unwrap();
            prop_assert_eq!(signed, same);
        }
    }

    #[test]
    fn a_valid_request_round_trips_through_inspect(
        name in "[A-Za-z][A-Za-z0-9 äß東]{0,40}[a-z]",
        label in "[a-z]([a-z0-9-]{0,20}[a-z0-9])?",
        ip in any::<std::net::IpAddr>(),
        days in 1i64..=3652,
        kind in 0usize..3,
    ) {
        let names = SubjectAlternatives::new()
            .with_dns(format!("{label}.example"))
            .with_ip(ip.to_string())
            .with_email(format!("{label}@example.com"))
            .with_uri(format!("https://{label}.example/"));
        let make = [CreateRequest::server, CreateRequest::client, CreateRequest::root_ca][kind];
        let request = make(name.clone())
            .with_algorithm("ec")
            .with_expiry(format!("P{days}D"))
            .with_subject_alternatives(names.clone());
        let created = create(&request, &policy(), &mut rng(2)).unwrap();
        let info = inspect(&created.public_certificate).unwrap();
        prop_assert_eq!(info.common_name.as_deref(), Some(name.as_str()));
        prop_assert_eq!(info.ca, name);
        prop_assert_eq!(info.subject_alternatives, names);
        prop_assert_eq!(info.start_time, policy().now);
        prop_assert_eq!(info.expiry_time.unix() - policy().now.unix(), days * 86_400);
        prop_assert_eq!(info.is_ca, kind == 2);
        prop_assert_eq!(info.key_size, Some(256));
        prop_assert!(match_key(&created.public_certificate, created.private_key.as_str()).is_ok());
    }

    #[test]
    fn expiry_is_between_one_and_3652_days(seconds in prop_oneof![
        86_390i64..86_410, 315_532_790i64..315_532_810, 0i64..400_000_000,
    ]) {
        let ends = certwright::Time::from_unix(policy().now.unix() + seconds).unwrap();
        for text in [format!("PT{seconds}S"), ends.to_string()] {
            let request = CreateRequest::client("a").with_algorithm("ec").with_expiry(text);
            match create(&request, &policy(), &mut rng(3)) {
                Ok(created) => {
                    prop_assert!((86_400..=3652 * 86_400).contains(&seconds));
                    prop_assert_eq!(inspect(&created.public_certificate).unwrap().expiry_time, ends);
                }
                Err(error) => {
                    prop_assert!(!(86_400..=3652 * 86_400).contains(&seconds));
                    prop_assert_eq!(error.code(), ErrorCode::ExpiryOutOfRange);
                }
            }
        }
    }

    #[test]
    fn the_same_stream_gives_the_same_bytes(seed in any::<u8>(), other in any::<u8>()) {
        let request = CreateRequest::server("a.example").with_algorithm("ec");
        let make = |seed| create(&request, &policy(), &mut rng(seed)).unwrap();
        let (one, same, different) = (make(seed), make(seed), make(other));
        prop_assert_eq!(&one.public_certificate, &same.public_certificate);
        prop_assert_eq!(one.private_key == different.private_key, seed == other);
    }

    #[test]
    fn what_a_request_asks_for_is_issued(
        name in "[A-Za-z][A-Za-z0-9 äß東]{0,40}[a-z]",
        organization in "[A-Z0-9][A-Za-z0-9 &ü]{0,10}[a-z]",
        label in "[a-z]([a-z0-9-]{0,20}[a-z0-9])?",
        ip in any::<std::net::IpAddr>(),
        days in 1i64..=3652,
        usage in prop::sample::subsequence(vec!["digitalSignature", "nonRepudiation", "keyAgreement"], 1..=3),
        purposes in prop::sample::subsequence(vec!["serverAuth", "clientAuth", "codeSigning", "1.2.3.4"], 1..=4),
    ) {
        let names = SubjectAlternatives::new()
            .with_dns(format!("{label}.example"))
            .with_ip(ip.to_string())
            .with_email(format!("{label}@example.com"))
            .with_uri(format!("https://{label}.example/"));
        let subject = format!("C=US,O={organization},CN={name}");
        let request = CsrRequest::new(&*subject)
            .with_algorithm("ec")
            .with_subject_alternatives(names.clone())
            .with_key_usages(usage.clone())
            .with_extended_key_usages(purposes.clone());
        let answer = generate_csr(&request, &policy(), &mut rng(4)).unwrap();
        let request = SignRequest::new(&*answer.csr).with_expiry(format!("P{days}D"));
        let signed = sign(&ca("ca-p256"), &request, &policy(), &mut rng(5)).unwrap();
        let info = inspect(&signed.public_certificate).unwrap();
        prop_assert_eq!(info.common_name.as_deref(), Some(&*name));
        prop_assert_eq!(info.subject, subject);
        prop_assert_eq!(info.ca, "certwright test ca-p256");
        prop_assert_eq!(info.subject_alternatives, names);
        prop_assert_eq!(info.key_usages, usage);
        prop_assert_eq!(info.extended_key_usages, purposes);
        prop_assert_eq!(info.start_time, policy().now);
        prop_assert_eq!(info.expiry_time.unix() - policy().now.unix(), days * 86_400);
        prop_assert!(!info.is_ca && !info.self_issued);
        prop_assert!(match_key(&signed.public_certificate, answer.generated_private_key.as_str()).is_ok());
    }

    #[test]
    fn the_same_stream_gives_the_same_request_and_certificate(seed in any::<u8>(), other in any::<u8>()) {
        let request = CsrRequest::new("CN=a.example").with_algorithm("ec");
        let make = |seed| generate_csr(&request, &policy(), &mut rng(seed)).unwrap();
        let (one, same, different) = (make(seed), make(seed), make(other));
        prop_assert_eq!(&one.csr, &same.csr);
        prop_assert_eq!(&one.generated_private_key, &same.generated_private_key);
        prop_assert_eq!(one.csr == different.csr, seed == other);
        let ca = ca("ca-p256");
        let request = SignRequest::new(&*one.csr);
        let make = |seed| sign(&ca, &request, &policy(), &mut rng(seed)).unwrap();
        prop_assert_eq!(make(seed), make(seed));
        prop_assert_eq!(make(seed) == make(other), seed == other);
    }

    #[test]
    fn any_public_key_of_a_signer_is_answered(
        bytes in prop::collection::vec(any::<u8>(), 0..100),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let certificate = vector("ca-p256.pem");
        let load = |spki| CertificateAuthority::with_signer(&certificate, Claims(spki), &policy());
        prop_assert_eq!(load(bytes).unwrap_err().code(), ErrorCode::CaCannotSign);
        let key = p256::SecretKey::from_pkcs8_pem(&vector("ca-p256.key")).unwrap();
        let spki = key.public_key().to_public_key_der().unwrap().into_vec();
        let mut mutated = spki.clone();
        mutated[at.index(spki.len())] = byte;
        prop_assert_eq!(load(mutated.clone()).is_ok(), mutated == spki);
    }
}

#[test]
fn the_same_stream_gives_the_same_rsa_keys_and_signatures() {
    let request = CsrRequest::new("CN=a.example");
    let make = || generate_csr(&request, &policy(), &mut rng(1)).unwrap();
    let (one, same) = (make(), make());
    assert_eq!(one.csr, same.csr);
    assert_eq!(one.generated_private_key, same.generated_private_key);
    let request = SignRequest::new(&*one.csr);
    let make = || sign(&ca("root"), &request, &policy(), &mut rng(1)).unwrap();
    assert_eq!(make(), make());
}

#[test]
fn a_key_matches_its_own_certificate_alone() {
    let names = [
        "root",
        "server",
        "ca-rsa3072",
        "ca-p256",
        "ca-p384",
        "ca-p521",
        "ca-e3",
        "ca-three-primes",
        "rsa1024",
    ];
    for certificate in names {
        for key in names {
            let answer = match_key(
                &vector(&format!("{certificate}.pem")),
                &vector(&format!("{key}.key")),
            );
            assert_eq!(answer.is_ok(), certificate == key, "{certificate} {key}");
        }
    }
    assert!(match_key(&vector("root.pem"), &vector("root.pkcs1.key")).is_ok());
    assert!(match_key(&vector("ca-p256.pem"), &vector("ca-p256.sec1.key")).is_ok());
}
