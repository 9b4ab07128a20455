//! `create`: the order of the checks, and what is made.

mod common;

use certwright::{
    CreateRequest, ErrorCode as Code, SubjectAlternatives, create, inspect, match_key,
};
use common::issued::{expected, extensions};
use common::rows::{each_named, pairs};
use common::{cases, policy, rng};
use const_oid::db::rfc5280::ID_CE_EXT_KEY_USAGE;
use proptest::prelude::*;

type Fault = (Code, fn(&mut CreateRequest));

/// In the order of the checks.
#[rustfmt::skip]
const FAULTS: [Fault; 8] = [
    (Code::TypeNotSupported, |request| request.r#type = "x".into()),
    (Code::SerialNumberGiven, |request| request.serial_number = Some(String::new())),
    (Code::CommonNameMissing, |request| request.common_name = None),
    (Code::HashNotSupported, |request| request.hash_function = Some("md5".into())),
    (Code::KeySizeNotSupported, |request| request.key_size = Some(1)),
    (Code::ExpiryOutOfRange, |request| request.expiry_time = Some("x".into())),
    (Code::CommonNameInvalid, |request| request.common_name = Some("\u{7}".into())),
    (Code::CreateFailed, |request| request.subject_alternatives.dns.push("-".into())),
];

#[test]
fn of_two_faults_in_a_create_request_the_first_is_reported() {
    each_named(pairs(&FAULTS), |(code, first, second)| {
        let mut request = CreateRequest::server("a.example");
        second(&mut request);
        first(&mut request);
        let error = create(&request, &policy(), &mut rng(1)).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
    });
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
