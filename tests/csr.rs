//! `generate_csr`: the order of the checks, and requests that OpenSSL reads.

mod common;

use certwright::{CsrRequest, ErrorCode as Code, Policy, SubjectAlternatives, generate_csr};
use common::order::{Fault, each_comes_first, fault};
use common::rows::each_named;
use common::{Folder, assert_runs, policy, rng, tool};

type Draft = (CsrRequest, Policy);

/// In the order of the checks.
#[rustfmt::skip]
const FAULTS: &[Fault<Draft>] = &[
    fault("no name", Code::CommonNameMissing, "subject_name", "is required", |(request, _)| request.subject_name = Some(" \t".into())),
    fault("hash", Code::HashNotSupported, "hash_function", "\"sha3\"", |(request, _)| request.hash_function = Some("sha3".into())),
    fault("weak hash", Code::HashNotSupported, "hash_function", "\"md5\"", |(request, _)| request.hash_function = Some("md5".into())),
    fault("hash in FIPS mode", Code::HashNotFips, "hash_function", "\"sha1\"", |(request, policy)| {
        request.hash_function = Some("sha1".into());
        *policy = policy.with_fips();
    }),
    fault("algorithm", Code::CreateFailed, "algorithm", "\"dsa\"", |(request, _)| request.algorithm = Some("dsa".into())),
    fault("strength", Code::KeySizeNotSupported, "security_strength", "\"1\"", |(request, _)| request.security_strength = Some("1".into())),
    fault("strength of RSA", Code::KeySizeNotSupported, "security_strength", "for rsa", |(request, _)| {
        request.algorithm = None;
        request.security_strength = Some("256".into());
    }),
    fault("strength in FIPS mode", Code::KeySizeNotFips, "security_strength", "\"80\"", |(request, policy)| {
        request.security_strength = Some("80".into());
        *policy = policy.with_fips();
    }),
    fault("long subject", Code::OutOfMemory, "subject_name", "bytes", |(request, _)| request.subject_name = Some("O=a,".repeat(2000))),
    fault("unknown key", Code::CreateFailed, "subject_name", "\"XY\"", |(request, _)| request.subject_name = Some("XY=a,O=\u{7},CN=\u{7}".into())),
    fault("control character", Code::CreateFailed, "subject_name", "control", |(request, _)| request.subject_name = Some("O=\u{7},CN=\u{7}".into())),
    fault("hidden character", Code::CreateFailed, "subject_name", "invisible", |(request, _)| request.subject_name = Some("O=\u{200b},CN=\u{7}".into())),
    fault("country", Code::CreateFailed, "subject_name", "two letters", |(request, _)| request.subject_name = Some("C=USA,CN=\u{7}".into())),
    fault("empty common name", Code::CommonNameMissing, "subject_name", "is empty", |(request, _)| request.subject_name = Some("CN=\\ ,O=\u{7}".into())),
    fault("common name", Code::CommonNameInvalid, "subject_name", "control", |(request, _)| request.subject_name = Some("CN=\u{7},O=\u{7}".into())),
    fault("hidden in the common name", Code::CommonNameInvalid, "subject_name", "invisible", |(request, _)| request.subject_name = Some("CN=a\u{202e}b".into())),
    fault("too many names", Code::OutOfMemory, "subject_alternatives", "at most 1000", |(request, _)| request.subject_alternatives.dns = vec!["-".into(); 1001]),
    fault("DNS name", Code::CreateFailed, "subject_alternatives.dns", "\"-\"", |(request, _)| request.subject_alternatives.dns.push("-".into())),
    fault("e-mail address", Code::CreateFailed, "subject_alternatives.email", "\"a\"", |(request, _)| request.subject_alternatives.email.push("a".into())),
    fault("IP address", Code::CreateFailed, "subject_alternatives.ip", "\"10.0.0.0/8\"", |(request, _)| request.subject_alternatives.ip.push("10.0.0.0/8".into())),
    fault("URI", Code::CreateFailed, "subject_alternatives.uri", "\"a\"", |(request, _)| request.subject_alternatives.uri.push("a".into())),
    fault("usage", Code::CreateFailed, "key_usages", "\"signing\"", |(request, _)| request.key_usages.push("signing".into())),
    fault("too many extended usages", Code::OutOfMemory, "extended_key_usages", "at most 100", |(request, _)| request.extended_key_usages = vec!["x".into(); 101]),
    fault("extended usage", Code::CreateFailed, "extended_key_usages", "\"TLS server\"", |(request, _)| request.extended_key_usages.push("TLS server".into())),
];

/// Without a subject, names or none are what is asked for.
const EXCLUSIVE: &[[&str; 2]] = &[
    ["no name", "too many names"],
    ["no name", "DNS name"],
    ["no name", "e-mail address"],
    ["no name", "IP address"],
    ["no name", "URI"],
    // The same field, for another mode or algorithm.
    ["hash", "hash in FIPS mode"],
    ["weak hash", "hash in FIPS mode"],
    ["weak hash", "strength in FIPS mode"],
    ["strength", "strength in FIPS mode"],
    ["algorithm", "strength of RSA"],
];

#[test]
fn of_two_faults_in_a_csr_request_the_first_is_reported() {
    let good = CsrRequest::new("CN=a.example").with_algorithm("ec");
    each_comes_first(&(good, policy()), FAULTS, EXCLUSIVE, |(request, policy)| {
        generate_csr(request, policy, &mut rng(1)).map(|_| ())
    });
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
