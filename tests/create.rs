//! `create`: the order of the checks, and what is made.

mod common;

use certwright::{
    CreateRequest, ErrorCode as Code, Policy, SubjectAlternatives, create, inspect, match_key,
};
use common::issued::{expected, extensions};
use common::order::{Fault, each_comes_first, fault};
use common::{cases, policy, rng};
use const_oid::db::rfc5280::ID_CE_EXT_KEY_USAGE;
use proptest::prelude::*;

type Draft = (CreateRequest, Policy);

/// In the order of the checks.
#[rustfmt::skip]
const FAULTS: &[Fault<Draft>] = &[
    fault("no type", Code::TypeNotSupported, "type", "", |(request, _)| request.r#type.clear()),
    fault("type", Code::TypeNotSupported, "type", "server_ca", |(request, _)| request.r#type = "server_ca".into()),
    fault("serial number", Code::SerialNumberGiven, "serial_number", "", |(request, _)| request.serial_number = Some(String::new())),
    fault("no common name", Code::CommonNameMissing, "common_name", "", |(request, _)| request.common_name = None),
    fault("blank common name", Code::CommonNameMissing, "common_name", "", |(request, _)| request.common_name = Some(" \n".into())),
    fault("hash", Code::HashNotSupported, "hash_function", "\"sha3\"", |(request, _)| request.hash_function = Some("sha3".into())),
    fault("weak hash", Code::HashNotSupported, "hash_function", "\"md5\"", |(request, _)| request.hash_function = Some("md5".into())),
    fault("hash in FIPS mode", Code::HashNotFips, "hash_function", "\"sha1\"", |(request, policy)| {
        request.hash_function = Some("sha1".into());
        *policy = policy.with_fips();
    }),
    fault("algorithm", Code::CreateFailed, "algorithm", "\"dsa\"", |(request, _)| request.algorithm = Some("dsa".into())),
    fault("key size", Code::KeySizeNotSupported, "key_size", "\"1\"", |(request, _)| request.key_size = Some(1)),
    fault("key size in FIPS mode", Code::KeySizeNotFips, "key_size", "\"1024\"", |(request, policy)| {
        request.algorithm = None;
        request.key_size = Some(1024);
        *policy = policy.with_fips();
    }),
    fault("expiry", Code::ExpiryOutOfRange, "expiry_time", "not an expiration period", |(request, _)| request.expiry_time = Some("x".into())),
    fault("short expiry", Code::ExpiryOutOfRange, "expiry_time", "from now", |(request, _)| request.expiry_time = Some("PT1H".into())),
    fault("long expiry", Code::ExpiryOutOfRange, "expiry_time", "from now", |(request, _)| request.expiry_time = Some("P11Y".into())),
    fault("long common name", Code::CommonNameInvalid, "common_name", "", |(request, _)| request.common_name = Some("a".repeat(65))),
    fault("common name", Code::CommonNameInvalid, "common_name", "control", |(request, _)| request.common_name = Some("\u{7}".into())),
    fault("hidden in the common name", Code::CommonNameInvalid, "common_name", "invisible", |(request, _)| request.common_name = Some("a\u{202e}b".into())),
    fault("too many names", Code::OutOfMemory, "subject_alternatives", "at most 1000", |(request, _)| request.subject_alternatives.dns = vec!["-".into(); 1001]),
    fault("DNS name", Code::CreateFailed, "subject_alternatives.dns", "\"-\"", |(request, _)| request.subject_alternatives.dns.push("-".into())),
    fault("e-mail address", Code::CreateFailed, "subject_alternatives.email", "\"a\"", |(request, _)| request.subject_alternatives.email.push("a".into())),
    fault("IP address", Code::CreateFailed, "subject_alternatives.ip", "\"::1/64\"", |(request, _)| request.subject_alternatives.ip.push("::1/64".into())),
    fault("URI", Code::CreateFailed, "subject_alternatives.uri", "\"a\"", |(request, _)| request.subject_alternatives.uri.push("a".into())),
];

/// The same field, for another mode.
const EXCLUSIVE: &[[&str; 2]] = &[
    ["hash", "hash in FIPS mode"],
    ["weak hash", "hash in FIPS mode"],
    ["weak hash", "key size in FIPS mode"],
    ["algorithm", "key size in FIPS mode"],
];

#[test]
fn of_two_faults_in_a_create_request_the_first_is_reported() {
    for good in [
        CreateRequest::server("a.example"),
        CreateRequest::client("a"),
        CreateRequest::root_ca("ROOT"),
    ] {
        let draft = (good.with_algorithm("ec"), policy());
        each_comes_first(&draft, FAULTS, EXCLUSIVE, |(request, policy)| {
            create(request, policy, &mut rng(1)).map(|_| ())
        });
    }
}

#[test]
fn created_certificates_have_those_of_their_kind() {
    let made = |request: CreateRequest| {
        let request = request.with_algorithm("ec");
        let created = create(&request, &policy(), &mut rng(1)).unwrap();
        extensions(&created.public_certificate)
    };
    assert_eq!(
        made(CreateRequest::server("a.example")),
        expected(Some(false))
    );
    assert_eq!(made(CreateRequest::client("a.example")), expected(None));
    let mut root = expected(None);
    root.retain(|(oid, _)| *oid != ID_CE_EXT_KEY_USAGE);
    assert_eq!(made(CreateRequest::root_ca("ROOT")), root);
}

proptest! {
    #![proptest_config(cases(256))]

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
                    prop_assert_eq!(error.code(), Code::ExpiryOutOfRange);
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
}
