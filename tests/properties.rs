//! What holds of every function that parses: any text is answered with a code, and nothing panics.

mod common;

use base64ct::{Base64, Encoding};
use certwright::{
    CertificateAuthority, CsrRequest, SignRequest, check_fips, generate_csr, inspect, match_key,
    sign,
};
use common::{ca, cases, policy, rng, vector};
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
    #![proptest_config(cases(256))]

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
}
