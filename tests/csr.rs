//! `generate_csr`: the order of the checks, and requests that OpenSSL reads.

mod common;

use certwright::{CsrRequest, ErrorCode as Code, SubjectAlternatives, generate_csr};
use common::rows::{each_named, pairs};
use common::{Folder, assert_runs, policy, rng, tool};

type Fault = (Code, fn(&mut CsrRequest));

/// In the order of the checks.
#[rustfmt::skip]
const FAULTS: [Fault; 4] = [
    (Code::HashNotSupported, |request| request.hash_function = Some("md5".into())),
    (Code::KeySizeNotSupported, |request| request.security_strength = Some("1".into())),
    (Code::CommonNameInvalid, |request| request.subject_name = Some("CN=\u{7}".into())),
    (Code::CreateFailed, |request| request.subject_alternatives.dns.push("-".into())),
];

#[test]
fn of_two_faults_in_a_csr_request_the_first_is_reported() {
    let refused = |request: &CsrRequest| generate_csr(request, &policy(), &mut rng(1)).unwrap_err();
    each_named(pairs(&FAULTS), |(code, first, second)| {
        let mut request = CsrRequest::new("CN=a.example");
        second(&mut request);
        first(&mut request);
        let error = refused(&request);
        assert_eq!(error.code(), code, "{error}");
    });
    let nameless = CsrRequest::new(" ").with_hash_function("md5");
    assert_eq!(refused(&nameless).code(), Code::CommonNameMissing);
}

#[test]
fn openssl_reads_our_requests() {
    if !tool("openssl") {
        return;
    }
    let folder = Folder::new("our-requests");
    let names = SubjectAlternatives::new()
        .with_dns("*.example.com")
        .with_email("abc@example.com")
        .with_ip("10.225.34.223")
        .with_uri("http://example.com");
    let full = CsrRequest::new(r"C=US,O=A\, B,CN=test.domain.com")
        .with_subject_alternatives(names.clone())
        .with_key_usages(["digitalsignature"])
        .with_extended_key_usages(["serverauth"]);
    let ec = |strength| {
        full.clone()
            .with_algorithm("ec")
            .with_security_strength(strength)
    };
    let nameless = CsrRequest::for_names(names).with_algorithm("ec");
    let rows = [
        ("rsa", full.clone()),
        ("nameless", nameless),
        ("ec 112", ec(112)),
        ("ec 128", ec(128)),
        ("ec 192", ec(192)),
        ("ec 256", ec(256)),
    ];
    each_named(rows, |request| {
        let answer = generate_csr(&request, &policy(), &mut rng(4)).unwrap();
        let csr = folder.write("csr", &answer.csr);
        let text = assert_runs(
            "openssl",
            &["req", "-verify", "-noout", "-text", "-in", &csr],
        );
        let names = "DNS:*.example.com, email:abc@example.com, IP Address:10.225.34.223";
        assert!(text.contains(names), "{text}");
        let has_subject = text.contains("O = \"A, B\"");
        assert_eq!(has_subject, request.subject_name.is_some(), "{text}");
    });
}
