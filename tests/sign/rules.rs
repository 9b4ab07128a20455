//! The rules for a request, on requests that other tools would not make.

use crate::common::issue::{
    ALTERNATIVE_NAMES, BASIC_CONSTRAINTS, CLIENT_AUTH, Cert, EXTENDED_KEY_USAGE, Extension,
    KEY_USAGE, SERVER_AUTH, alternative_names, dns, email, extended_key_usage, ip, sequence, tlv,
};
use crate::common::request::{COMMON_NAME, Csr, ORGANIZATION, UTF8, name_of};
use crate::common::rows::each_row;
use crate::{load, nameless, refused, root, signed, signed_by};
use certwright::{ErrorCode as Code, SubjectAlternatives};

#[test]
fn a_common_name_is_checked_as_it_will_be_issued() {
    let long = format!("  {}", "a".repeat(64));
    let longer = "a".repeat(65);
    let names = ["host.example\n", "a\0b", &long, &longer, "\u{200b}"];
    each_row(names, |name| {
        let error = refused(&Csr::named(name));
        assert_eq!(error.code(), Code::CommonNameInvalid, "{error}");
        assert_eq!(error.target(), Some("signing_request"));
    });
    let octets = Csr::new(name_of(COMMON_NAME, 0x04, "abc"));
    assert_eq!(refused(&octets).code(), Code::CommonNameInvalid);
    // One of blanks is none, and where one is needed that is what is wrong.
    let blank = Csr::named("  ");
    assert_eq!(refused(&blank).code(), Code::CommonNameMissing);
    let blank = blank.with(alternative_names(&[dns("a.example")]));
    assert_eq!(refused(&blank).code(), Code::CommonNameInvalid);
    let blanks = signed(&Csr::named(" a.example "));
    assert_eq!(blanks.common_name.as_deref(), Some(" a.example "));
    assert_eq!(blanks.subject_alternatives.dns, ["a.example"]);
}

#[test]
fn a_common_name_that_is_a_host_or_an_address_becomes_the_alternative_name() {
    let names = SubjectAlternatives::new;
    let rows = [
        ("localhost", names().with_dns("localhost")),
        ("MYHOST", names().with_dns("MYHOST")),
        ("my.host", names().with_dns("my.host")),
        ("*.my.host", names().with_dns("*.my.host")),
        ("10.0.0.1", names().with_ip("10.0.0.1")),
        ("fe80::1", names().with_ip("fe80::1")),
        ("Some Person", names()),
        ("a_b", names()),
        ("12345", names()),
        ("*", names()),
    ];
    each_row(rows, |(name, expected)| {
        assert_eq!(signed(&Csr::named(name)).subject_alternatives, expected);
    });
}

#[test]
fn an_empty_list_of_names_counts_as_none() {
    let none = alternative_names(&[]);
    let error = refused(&nameless().with(none.clone()));
    assert_eq!(error.code(), Code::CommonNameMissing);
    let info = signed(&Csr::named("a.example").with(none));
    assert_eq!(info.subject_alternatives.dns, ["a.example"]);
}

#[test]
fn what_is_malformed_is_reported_before_anything_is_checked() {
    let same_name = Csr::named("Root");
    assert_eq!(refused(&same_name).code(), Code::SameCommonNameAsCa);
    let kinds = [
        BASIC_CONSTRAINTS,
        KEY_USAGE,
        EXTENDED_KEY_USAGE,
        ALTERNATIVE_NAMES,
    ];
    each_row(kinds, |kind| {
        let odd = Extension::new(kind, tlv(2, &[1]));
        let error = refused(&same_name.clone().with(odd));
        assert_eq!(error.code(), Code::SigningFailed);
        assert!(error.message().contains("is not readable"), "{error}");
    });
}

#[test]
fn a_path_length_that_is_not_granted_may_be_any() {
    let length = sequence(&[tlv(1, &[0xff]), tlv(2, &[1, 44])]);
    let info = signed(&Csr::named("a.example").with(Extension::new(BASIC_CONSTRAINTS, length)));
    assert_eq!((info.is_ca, info.path_length), (false, None));
}

#[test]
fn repeated_names_and_usages_collapse() {
    let csr = Csr::named("a.example")
        .with(extended_key_usage(&[CLIENT_AUTH, SERVER_AUTH, CLIENT_AUTH]))
        .with(alternative_names(&[
            dns("a.example"),
            dns("A.EXAMPLE"),
            email("a@b.example"),
            dns("b.example"),
            email("a@B.example"),
            ip(&[10, 0, 0, 1]),
            ip(&[10, 0, 0, 1]),
        ]));
    let info = signed(&csr);
    assert_eq!(info.extended_key_usages, ["clientAuth", "serverAuth"]);
    let names = info.subject_alternatives;
    assert_eq!(names.dns, ["a.example", "b.example"]);
    assert_eq!(names.email, ["a@b.example"]);
    assert_eq!(names.ip, ["10.0.0.1"]);
}

#[test]
fn a_request_has_the_limits_of_one_of_ours() {
    let usages: Vec<_> = (0..101).map(|arc| format!("1.2.3.{arc}")).collect();
    let usages: Vec<_> = usages.iter().map(String::as_str).collect();
    let csr = |count: usize| Csr::named("a.example").with(extended_key_usage(&usages[..count]));
    let granted = usages.iter().map(|usage| usage.parse().unwrap());
    let ca = root().with_extended_key_usages(granted);
    let info = signed_by(&ca, &csr(100)).unwrap();
    assert_eq!(info.extended_key_usages.len(), 100);
    assert_eq!(refused(&csr(101)).code(), Code::SigningFailed);
    let names: Vec<_> = (0..1001).map(|host| dns(&format!("h{host}.a"))).collect();
    let csr = |count: usize| Csr::named("a.example").with(alternative_names(&names[..count]));
    assert_eq!(signed(&csr(1000)).subject_alternatives.dns.len(), 1000);
    assert_eq!(refused(&csr(1001)).code(), Code::SigningFailed);
}

#[test]
fn a_printable_string_of_other_characters_is_encoded_anew() {
    let info = signed(&Csr::new(name_of(COMMON_NAME, 0x13, "*.a.example")));
    assert_eq!(info.common_name.as_deref(), Some("*.a.example"));
    assert_eq!(info.subject_alternatives.dns, ["*.a.example"]);
}

#[test]
fn a_subject_that_is_the_cas_whole_name_is_refused() {
    let mut authority = Cert::root("Root");
    authority.subject = name_of(ORGANIZATION, UTF8, "Foo");
    authority.issuer.clone_from(&authority.subject);
    let ca = load(&authority).unwrap();
    let named = |organization| {
        let csr = Csr::new(name_of(ORGANIZATION, 0x13, organization));
        signed_by(&ca, &csr.with(alternative_names(&[dns("a.example")])))
    };
    assert_eq!(named(" FOO").unwrap_err().code(), Code::SameCommonNameAsCa);
    assert_eq!(named("Bar").unwrap().ca, "O=Foo");
    assert!(signed_by(&ca, &Csr::named("Foo")).is_ok());
}
