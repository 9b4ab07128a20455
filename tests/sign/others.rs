//! Requests that OpenSSL and certtool made: signed as they should be, or refused with the right
//! code.

use crate::common::rows::each_row;
use crate::common::{CAS, Folder, assert_runs, ca, policy, rng, tool, vector};
use certwright::{
    CertificateInfo, ErrorCode, KeyUsage, SignRequest, SubjectAlternatives, inspect, sign,
};

#[track_caller]
fn signed(csr: &str) -> CertificateInfo {
    let request = SignRequest::new(vector(csr));
    let signed = sign(&ca("root"), &request, &policy(), &mut rng(1)).unwrap();
    inspect(&signed.public_certificate).unwrap()
}

#[track_caller]
fn refused(csr: &str) -> ErrorCode {
    let request = SignRequest::new(vector(csr));
    let error = sign(&ca("root"), &request, &policy(), &mut rng(1)).unwrap_err();
    assert_eq!(error.target(), Some("signing_request"), "{csr}");
    error.code()
}

#[test]
fn every_key_type_below_every_ca() {
    let openssl = tool("openssl");
    let folder = Folder::new("every-key-type");
    let hashes = ["sha224", "sha256", "sha384", "sha512"];
    let csrs = [
        ("server.csr", "server.example.com", 2048),
        ("csr-rsa3072.pem", "rsa3072.example.com", 3072),
        ("csr-rsa4096.pem", "rsa4096.example.com", 4096),
        ("csr-p256.pem", "p256.example.com", 256),
        ("csr-p384.pem", "p384.example.com", 384),
        ("csr-p521.pem", "p521.example.com", 521),
        ("csr-pss.pem", "pss.example.com", 2048),
        ("csr-pss-salt20.pem", "pss20.example.com", 2048),
        ("csr-pss-salt-max.pem", "pss-max.example.com", 4096),
    ];
    let mut rows = Vec::new();
    for (round, name) in CAS.into_iter().enumerate() {
        for (turn, csr) in csrs.into_iter().enumerate() {
            rows.push((name, csr, hashes[(round + turn) % hashes.len()]));
        }
    }
    each_row(rows, |(name, (csr, common_name, bits), hash)| {
        let root_pem = vector(&format!("{name}.pem"));
        let root = inspect(&root_pem).unwrap();
        let request = SignRequest::new(vector(csr)).with_hash_function(hash);
        let signed = sign(&ca(name), &request, &policy(), &mut rng(2)).unwrap();
        let info = inspect(&signed.public_certificate).unwrap();
        assert_eq!(info.common_name.as_deref(), Some(common_name));
        assert_eq!(info.key_size, Some(bits));
        assert_eq!(info.hash_function.unwrap().name(), hash);
        assert_eq!(info.subject_alternatives.dns, [common_name]);
        assert_eq!(info.issuer, root.subject);
        assert_eq!(info.authority_key_identifier, root.subject_key_identifier);
        assert_eq!(info.expiry_time.to_string(), "2027-01-01T00:00:00Z");
        assert!(!info.is_ca);
        let rsa = [KeyUsage::DigitalSignature, KeyUsage::KeyEncipherment];
        let expected = if bits >= 2048 { &rsa[..] } else { &rsa[..1] };
        assert_eq!(info.key_usages, expected);
        if openssl {
            let root_file = folder.write("root.pem", &root_pem);
            let file = folder.write("server.pem", &signed.public_certificate);
            let verify = ["verify", "-x509_strict", "-CAfile", &root_file, "-purpose"];
            assert_runs("openssl", &[&verify[..], &["sslserver", &file]].concat());
        }
    });
}

#[test]
fn what_is_asked_and_granted() {
    let info = signed("csr-sans.pem");
    let expected = SubjectAlternatives::new()
        .with_dns("sans.example.com")
        .with_dns("*.sans.example.com")
        .with_email("admin@example.com")
        .with_ip("10.225.34.223")
        .with_ip("2001:db8::1")
        .with_uri("https://example.com/a?b=c");
    assert_eq!(info.subject_alternatives, expected);

    let info = signed("csr-usages.pem");
    let usages = info.key_usages.clone();
    assert!(usages.contains(&KeyUsage::KeyEncipherment));
    assert!(!usages.contains(&KeyUsage::DigitalSignature));
    assert_eq!(info.extended_key_usages, ["clientAuth", "emailProtection"]);

    assert_eq!(
        signed("csr-challenge.pem").subject_alternatives.dns,
        ["challenge.example.com"]
    );
    assert_eq!(
        signed("csr-plain.pem").subject_alternatives.dns,
        ["plain.example.com"]
    );
    assert!(
        signed("csr-no-dns-name.pem")
            .subject_alternatives
            .is_empty()
    );
    assert_eq!(
        signed("csr-utf8.pem").common_name.as_deref(),
        Some("Jürgen")
    );
    assert_eq!(
        signed("csr-bmp.pem").common_name.as_deref(),
        Some("Žižka 東京")
    );
    assert_eq!(
        signed("csr-multi-cn.pem").common_name.as_deref(),
        Some("last.example.com")
    );
    assert_eq!(
        signed("csr-long-cn.pem").common_name.map(|name| name.len()),
        Some(64)
    );
    assert_eq!(signed("csr-no-cn-san.pem").common_name, None);
    let info = signed("csr-empty-subject.pem");
    assert_eq!((info.common_name, info.subject.as_str()), (None, ""));
    assert_eq!(info.subject_alternatives.dns, ["only-san.example.com"]);
}

#[test]
fn a_request_never_becomes_a_ca() {
    each_row(["csr-ca.pem", "csr-constraints.pem"], |csr| {
        let info = signed(csr);
        assert!(!info.is_ca);
        for usage in [KeyUsage::KeyCertSign, KeyUsage::CrlSign] {
            assert!(!info.key_usages.contains(&usage), "{usage}");
        }
        assert!(info.key_usages.contains(&KeyUsage::DigitalSignature));
        assert_eq!(info.extended_key_usages, ["serverAuth", "clientAuth"]);
    });
    let request = SignRequest::new(vector("csr-ca.pem"));
    let error = sign(&ca("ca-pathlen0"), &request, &policy(), &mut rng(1)).unwrap_err();
    assert_eq!(error.code(), ErrorCode::CaCannotSign);
}

#[test]
fn refusals() {
    let rows = [
        ("csr-nothing.pem", ErrorCode::CommonNameMissing),
        ("csr-no-cn.pem", ErrorCode::CommonNameMissing),
        ("csr-same-cn.pem", ErrorCode::SameCommonNameAsCa),
        ("csr-other-name.pem", ErrorCode::SigningFailed),
        ("csr-bad-dns.pem", ErrorCode::SigningFailed),
        ("csr-bad-signature.pem", ErrorCode::SigningFailed),
        ("csr-sha3.pem", ErrorCode::SigningFailed),
        ("csr-pss-mgf1.pem", ErrorCode::SigningFailed),
        ("csr-rsa1024.pem", ErrorCode::SigningFailed),
        ("csr-only-ca-usages.pem", ErrorCode::SigningFailed),
        ("csr-sha1.pem", ErrorCode::HashNotSupported),
        ("csr-md5.pem", ErrorCode::HashNotSupported),
        ("csr-ed25519.pem", ErrorCode::KeyTypeNotSupported),
        ("csr-secp256k1.pem", ErrorCode::KeyTypeNotSupported),
        ("csr-dsa.pem", ErrorCode::KeyTypeNotSupported),
        ("root.pem", ErrorCode::SigningFailed),
    ];
    each_row(rows, |(csr, code)| assert_eq!(refused(csr), code));
}

#[test]
fn an_algorithm_that_is_not_supported_is_not_called_a_bad_signature() {
    each_row(["csr-sha3.pem", "csr-pss-mgf1.pem"], |csr| {
        let request = SignRequest::new(vector(csr));
        let error = sign(&ca("root"), &request, &policy(), &mut rng(1)).unwrap_err();
        assert!(error.message().contains("not supported"), "{error}");
    });
}

#[test]
fn certtool_requests() {
    if !tool("certtool") {
        return;
    }
    let folder = Folder::new("certtool-requests");
    let template = "cn = \"certtool.example.com\"\ndns_name = \"certtool.example.com\"\n\
                    ip_address = \"10.0.0.7\"\ntls_www_server\nsigning_key\n";
    let template = folder.write("template", template);
    each_row(["server.key", "csr-p384.key"], |key| {
        let key = folder.write("key", &vector(key));
        let csr = folder.path("csr");
        let args = [
            "--generate-request",
            "--load-privkey",
            &key,
            "--template",
            &template,
        ];
        assert_runs("certtool", &[&args[..], &["--outfile", &csr]].concat());
        let request = SignRequest::new(std::fs::read_to_string(&csr).unwrap());
        let signed = sign(&ca("ca-p256"), &request, &policy(), &mut rng(3)).unwrap();
        let info = inspect(&signed.public_certificate).unwrap();
        assert_eq!(info.subject_alternatives.dns, ["certtool.example.com"]);
        assert_eq!(info.subject_alternatives.ip, ["10.0.0.7"]);
        let (ca, cert) = (
            folder.write("ca.pem", &vector("ca-p256.pem")),
            folder.write("cert.pem", &signed.public_certificate),
        );
        let verify = ["--verify", "--load-ca-certificate", &ca, "--infile", &cert];
        assert_runs("certtool", &verify);
    });
}
