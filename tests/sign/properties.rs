//! What holds of every request that is signed.

use crate::common::{ca, cases, policy, rng};
use certwright::{
    CsrRequest, ExtendedKeyUsage, SignRequest, SubjectAlternatives, generate_csr, inspect,
    match_key, sign,
};
use proptest::prelude::*;

proptest! {
    #![proptest_config(cases(256))]

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
        let granted = ["serverAuth", "clientAuth", "codeSigning", "1.2.3.4"];
        let granted = granted.map(|usage| usage.parse::<ExtendedKeyUsage>().unwrap());
        let ca = ca("ca-p256").with_extended_key_usages(granted);
        let signed = sign(&ca, &request, &policy(), &mut rng(5)).unwrap();
        let info = inspect(&signed.public_certificate).unwrap();
        prop_assert_eq!(info.common_name.as_deref(), Some(&*name));
        prop_assert_eq!(info.subject, subject);
        prop_assert_eq!(info.ca, "certwright test ca-p256");
        prop_assert_eq!(info.subject_alternatives, names);
        let usages: Vec<_> = info.key_usages.iter().map(|usage| usage.name()).collect();
        prop_assert_eq!(usages, usage);
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
